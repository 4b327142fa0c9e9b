/*
 * What others ask of a supervisor: calls, with a record of the request, and short answers.
 *
 * A request is copied whole, names included: whoever asks may be gone before it is read.
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "scheduler.h"
#include "supervisor.h"

enum request_kind { ADD, STOP, REMOVE, RESTART, WHEREIS, LIST };

struct request {
    enum request_kind kind;
    troupe_pid child;
    troupe_child_spec spec;         /* ADD; its name is `name`, if it is not NULL */
    const struct troupe_site *site; /* ADD: whoever asked */
    char name[TROUPE_CHILD_NAME_BYTES + 1];
    size_t capacity; /* LIST */
};

struct answer {
    int status;
    uint32_t count; /* LIST: how many children there are; those that were asked for follow */
    troupe_pid pid;
};

static struct answer add(struct supervisor *sup, struct request *request)
{
    if (request->spec.name != NULL)
        request->spec.name = request->name;
    int rc = children_check(&sup->children, &request->spec, sup->strategy != TROUPE_DYNAMIC);
    if (rc < 0)
        return (struct answer){.status = rc};
    struct child *child = children_add(&sup->children, &request->spec, request->site);
    rc = child != NULL ? supervisor_start_child(sup, child) : -ENOMEM;
    if (rc == 0)
        return (struct answer){.pid = child->pid};
    if (child != NULL)
        children_remove(&sup->children, child);
    return (struct answer){.status = rc};
}

/* STOP, REMOVE or RESTART. */
static struct answer change(struct supervisor *sup, const struct request *request)
{
    struct child *child = children_find(&sup->children, request->child);
    if (child == NULL)
        return (struct answer){.status = -ESRCH};
    supervisor_stop_child(sup, child);
    if (sup->is_ending)
        return (struct answer){.status = -ECANCELED};
    if (request->kind == RESTART) {
        int rc = supervisor_start_child(sup, child);
        return (struct answer){.status = rc, .pid = child->pid};
    }
    if (request->kind == REMOVE || supervisor_forgets(sup, child))
        children_remove(&sup->children, child);
    return (struct answer){.status = 0};
}

static struct answer find(const struct supervisor *sup, const struct request *request)
{
    const struct child *child = children_named(&sup->children, request->name);
    return child != NULL ? (struct answer){.pid = child->pid} : (struct answer){.status = -ESRCH};
}

static int reply(const struct supervisor *sup, const struct answer *answer, size_t bytes)
{
    int rc = troupe_reply_at(sup->site, sup->received, 0, answer, bytes);
    return rc == -ENOMEM ? rc : 0; /* who asked may have gone */
}

/* The answer to LIST: a head and an array. */
static int reply_list(const struct supervisor *sup, const struct request *request)
{
    size_t count =
        sup->children.count < request->capacity ? sup->children.count : request->capacity;
    size_t bytes = sizeof(struct answer) + count * sizeof(troupe_child_info);
    struct answer *answer = alloc_zeroed(bytes);
    if (answer == NULL)
        return reply(sup, &(struct answer){.status = -ENOMEM}, sizeof *answer);
    answer->count = (uint32_t)sup->children.count;
    troupe_child_info *info = (troupe_child_info *)(answer + 1);
    const struct child *child = children_first(&sup->children);
    for (size_t i = 0; i < count; i++, child = children_after(&sup->children, child)) {
        memcpy(info[i].name, child->name, sizeof info[i].name);
        info[i].pid = child->pid;
        info[i].is_running = child->is_running;
        info[i].restart = child->spec.restart;
        info[i].restarts = child->starts > 0 ? child->starts - 1 : 0;
    }
    int rc = reply(sup, answer, bytes);
    alloc_free(answer);
    return rc;
}

int supervisor_answer(struct supervisor *sup)
{
    size_t bytes;
    struct request *request = troupe_msg_data(sup->received, &bytes);
    if (troupe_msg_tag(sup->received) != SUPERVISOR_TAG_REQUEST || bytes != sizeof *request)
        return 0; /* nothing that a supervisor is sent */
    if (request->kind == LIST)
        return reply_list(sup, request);
    struct answer answer;
    if (request->kind == ADD)
        answer = add(sup, request);
    else if (request->kind == WHEREIS)
        answer = find(sup, request);
    else
        answer = change(sup, request);
    return reply(sup, &answer, sizeof answer);
}

/* Sends a request and waits for its answer, which the caller then owns if the result is 0. */
static int ask(const struct troupe_site *site, troupe_pid sup, const struct request *request,
               troupe_msg **answer)
{
    int rc = troupe_call_at(site, sup, SUPERVISOR_TAG_REQUEST, request, sizeof *request, answer,
                            TROUPE_FOREVER);
    if (rc < 0)
        return rc;
    rc = ((struct answer *)troupe_msg_data(*answer, NULL))->status;
    if (rc < 0)
        troupe_msg_free(answer);
    return rc;
}

/* The same for requests that are answered with a pid, or nothing. */
static int ask_for_pid(const struct troupe_site *site, troupe_pid sup,
                       const struct request *request, troupe_pid *pid)
{
    troupe_msg *answer;
    int rc = ask(site, sup, request, &answer);
    if (pid != NULL)
        *pid = TROUPE_PID_NONE;
    if (rc < 0)
        return rc;
    if (pid != NULL)
        *pid = ((struct answer *)troupe_msg_data(answer, NULL))->pid;
    troupe_msg_free(&answer);
    return rc;
}

int troupe_sup_add_at(const struct troupe_site *site, troupe_pid sup, const troupe_child_spec *spec,
                      troupe_pid *child)
{
    sched_inside("troupe_sup_add");
    struct request request = {.kind = ADD, .spec = *spec, .site = site};
    if (spec->name != NULL)
        snprintf(request.name, sizeof request.name, "%s", spec->name);
    return ask_for_pid(site, sup, &request, child);
}

int troupe_sup_stop_at(const struct troupe_site *site, troupe_pid sup, troupe_pid child)
{
    sched_inside("troupe_sup_stop");
    return ask_for_pid(site, sup, &(struct request){.kind = STOP, .child = child}, NULL);
}

int troupe_sup_remove_at(const struct troupe_site *site, troupe_pid sup, troupe_pid child)
{
    sched_inside("troupe_sup_remove");
    return ask_for_pid(site, sup, &(struct request){.kind = REMOVE, .child = child}, NULL);
}

int troupe_sup_restart_at(const struct troupe_site *site, troupe_pid sup, troupe_pid child,
                          troupe_pid *now)
{
    sched_inside("troupe_sup_restart");
    return ask_for_pid(site, sup, &(struct request){.kind = RESTART, .child = child}, now);
}

int troupe_sup_whereis_at(const struct troupe_site *site, troupe_pid sup, const char *name,
                          troupe_pid *child)
{
    sched_inside("troupe_sup_whereis");
    struct request request = {.kind = WHEREIS};
    snprintf(request.name, sizeof request.name, "%s", name);
    return ask_for_pid(site, sup, &request, child);
}

int troupe_sup_children_at(const struct troupe_site *site, troupe_pid sup, troupe_child_info *list,
                           size_t capacity, size_t *count)
{
    sched_inside("troupe_sup_children");
    troupe_msg *msg;
    size_t bytes;
    int rc = ask(site, sup, &(struct request){.kind = LIST, .capacity = capacity}, &msg);
    if (rc < 0)
        return rc;
    const struct answer *answer = troupe_msg_data(msg, &bytes);
    if (bytes > sizeof *answer)
        memcpy(list, answer + 1, bytes - sizeof *answer);
    *count = answer->count;
    troupe_msg_free(&msg);
    return 0;
}
