/*
 * The supervisor's own life: it starts its children, deals with ends and requests, one message at a
 * time, and ends its children.
 *
 * Its record must go with it however it ends, also between its spawn and its first step.  So the
 * record is wrapped into the first message that it gets: with the mailbox goes the message, and
 * with the message the record.  Once it runs, a defer frees it, and kills what is left of the
 * children, which is nobody unless the supervisor was killed.
 */

#include "supervisor.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "actor.h"
#include "alloc.h"
#include "scheduler.h"

_Static_assert(TROUPE_GAVE_UP == -ENOTRECOVERABLE, "what the header promises");

static void destroy(void *memory)
{
    struct supervisor *sup = memory;
    if (sup == NULL)
        return;
    children_clear(&sup->children);
    patience_finish(&sup->patience);
    alloc_free(sup);
}

static int add_children(struct supervisor *sup, const troupe_sup_spec *spec)
{
    for (size_t i = 0; i < spec->child_count; i++) {
        const troupe_child_spec *child = &spec->children[i];
        int rc = children_check(&sup->children, child, sup->strategy != TROUPE_DYNAMIC);
        if (rc < 0)
            return rc;
        if (children_add(&sup->children, child, sup->site) == NULL)
            return -ENOMEM;
    }
    return 0;
}

/* Makes one with all its children, none of them started; `name`: instead of the specification's, or
 * NULL.  0 or a negative code. */
static int create(const troupe_sup_spec *spec, const char *name, const struct troupe_site *site,
                  struct supervisor **result)
{
    struct supervisor *sup = alloc_zeroed(sizeof *sup);
    if (sup == NULL)
        return -ENOMEM;
    if (name == NULL)
        name = spec->name != NULL ? spec->name : "supervisor";
    snprintf(sup->name, sizeof sup->name, "%s", name);
    sup->site = site;
    sup->strategy = spec->strategy;
    int rc = (unsigned)spec->strategy <= TROUPE_DYNAMIC ? 0 : -EINVAL;
    if (rc == 0)
        rc = patience_init(&sup->patience, spec->intensity, spec->period);
    if (rc == 0)
        rc = add_children(sup, spec);
    if (rc < 0) {
        destroy(sup);
        sup = NULL;
    }
    *result = sup;
    return rc;
}

/* The actor ends. */
static void leave(void *arg)
{
    struct supervisor *sup = arg;
    for (struct child *child = children_last(&sup->children); child != NULL;
         child = children_before(&sup->children, child))
        if (child->is_running)
            troupe_kill(child->pid);
    troupe_msg_free(&sup->received);
    troupe_msg *home = sup->home;
    if (home != NULL)
        troupe_msg_free(&home); /* and the record with it */
    else
        destroy(sup);
}

static int start_all(struct supervisor *sup)
{
    int rc = 0;
    for (struct child *child = children_first(&sup->children); child != NULL && rc == 0;
         child = children_after(&sup->children, child))
        rc = supervisor_start_child(sup, child);
    return rc;
}

/* Starts those of the children that a restart of `child` is for and that are not running; 0, or the
 * failure to start *failed. */
static int start_group(struct supervisor *sup, struct child *child, struct child **failed)
{
    if (sup->strategy == TROUPE_ONE_FOR_ALL)
        child = children_first(&sup->children);
    for (; child != NULL; child = children_after(&sup->children, child)) {
        int rc = child->is_running ? 0 : supervisor_start_child(sup, child);
        *failed = child;
        if (rc < 0 || sup->strategy == TROUPE_ONE_FOR_ONE || sup->strategy == TROUPE_DYNAMIC)
            return rc;
    }
    return 0;
}

/* Ends those that are to be started again together with `child`. */
static void stop_group(struct supervisor *sup, const struct child *child)
{
    if (sup->strategy == TROUPE_ONE_FOR_ONE || sup->strategy == TROUPE_DYNAMIC)
        return;
    bool is_rest = sup->strategy == TROUPE_REST_FOR_ONE;
    struct child *before;
    for (struct child *other = children_last(&sup->children);
         other != NULL && !(is_rest && other == child); other = before) {
        before = children_before(&sup->children, other);
        supervisor_stop_child(sup, other);
        if (other != child && supervisor_forgets(sup, other))
            children_remove(&sup->children, other);
    }
}

static int give_up(const struct supervisor *sup, const struct child *child, int status)
{
    char self[TROUPE_PID_TEXT_BYTES], pid[TROUPE_PID_TEXT_BYTES];
    dprintf(STDERR_FILENO,
            "troupe: %s %s gives up: %s %s ended, and would be restart %d within %g s: %s (%d)\n",
            sup->name, troupe_pid_text(troupe_self(), self),
            child->name[0] != '\0' ? child->name : "child", troupe_pid_text(child->pid, pid),
            sup->patience.intensity + 1, (double)sup->patience.period / (double)TROUPE_S(1),
            troupe_strerror(status), status);
    return TROUPE_GAVE_UP;
}

/* Starts a child again, and those who share its fate.  A start that fails counts as one more
 * end. */
static int restart(struct supervisor *sup, struct child *child, int status)
{
    for (;;) {
        if (!patience_admits(&sup->patience, troupe_now()))
            return give_up(sup, child, status);
        stop_group(sup, child);
        if (sup->is_ending)
            return -ECANCELED;
        status = start_group(sup, child, &child);
        if (status == 0)
            return 0;
        int rc = troupe_yield_at(sup->site); /* let others run, who may give memory back */
        if (rc < 0)
            return rc;
    }
}

/* A child has ended by itself; 0, or why the supervisor ends. */
static int child_ended(struct supervisor *sup, const troupe_down *down)
{
    struct child *child = children_find(&sup->children, down->pid);
    if (child == NULL || !child->is_running)
        return 0;
    child->is_running = false;
    troupe_restart type = child->spec.restart;
    bool has_failed = down->status < 0 && down->status != -ECANCELED;
    if (type == TROUPE_PERMANENT || (type == TROUPE_TRANSIENT && has_failed))
        return restart(sup, child, down->status);
    if (supervisor_forgets(sup, child))
        children_remove(&sup->children, child);
    return 0;
}

/* Deals with one message; 0, or why the supervisor ends. */
static int serve(struct supervisor *sup)
{
    int rc = troupe_recv_at(sup->site, &sup->received, TROUPE_FOREVER);
    if (rc < 0)
        return rc;
    if (troupe_msg_tag(sup->received) == TROUPE_TAG_DOWN)
        rc = child_ended(sup, troupe_msg_data(sup->received, NULL));
    else
        rc = supervisor_answer(sup);
    troupe_msg_free(&sup->received);
    return rc == 0 && sup->is_ending ? -ECANCELED : rc;
}

static int supervise(struct supervisor *sup)
{
    int rc = troupe_scope_open_at(sup->site, &sup->scope, TROUPE_FOREVER);
    if (rc < 0)
        return rc;
    actor_note_supervises();
    rc = start_all(sup);
    while (rc == 0)
        rc = serve(sup);
    supervisor_stop_all(sup);
    int joined = troupe_scope_join_at(sup->site, &sup->scope);
    return rc < 0 ? rc : joined;
}

/* The body of an actor that is a supervisor. */
static int body(void *arg)
{
    troupe_msg *home;
    (void)arg;
    int rc = troupe_recv_tag_at(NULL, SUPERVISOR_TAG_START, &home, TROUPE_FOREVER);
    if (rc < 0)
        return rc;
    struct supervisor *sup = troupe_msg_data(home, NULL);
    sup->home = home;
    rc = troupe_defer(leave, sup);
    if (rc == 0)
        return supervise(sup);
    troupe_msg_free(&home);
    return rc;
}

/* Spawns the actor and hands `home` over to it; on failure it stays the caller's. */
static int spawn_body(const char *name, const struct troupe_site *site, troupe_msg **home,
                      troupe_pid *pid, troupe_ref *ref)
{
    troupe_spec spec = {.fn = body, .name = name};
    int rc = troupe_spawn_monitor_at(site, &spec, pid, ref);
    if (rc < 0)
        return rc;
    rc = troupe_send_msg_at(site, *pid, home);
    if (rc < 0) {
        troupe_demonitor(*ref);
        troupe_kill(*pid);
    }
    return rc;
}

int supervisor_spawn(const troupe_sup_spec *spec, const char *name, const struct troupe_site *site,
                     troupe_pid *pid, troupe_ref *ref)
{
    struct supervisor *sup;
    troupe_msg *home;
    int rc = create(spec, name, site, &sup);
    if (rc < 0)
        return rc;
    rc = troupe_msg_wrap(SUPERVISOR_TAG_START, sup, sizeof *sup, destroy, &home);
    if (rc < 0) {
        destroy(sup);
        return rc;
    }
    rc = spawn_body(sup->name, site, &home, pid, ref);
    if (rc < 0)
        troupe_msg_free(&home);
    return rc;
}

int troupe_sup_start_at(const struct troupe_site *site, const troupe_sup_spec *spec,
                        troupe_pid *pid)
{
    troupe_pid child = TROUPE_PID_NONE;
    troupe_ref ref;
    sched_inside("troupe_sup_start");
    int rc = supervisor_spawn(spec, NULL, site, &child, &ref);
    if (rc == 0)
        troupe_demonitor(ref);
    if (pid != NULL)
        *pid = rc == 0 ? child : TROUPE_PID_NONE;
    return rc;
}

int troupe_sup_run_at(const struct troupe_site *site, const troupe_sup_spec *spec)
{
    struct supervisor *sup;
    sched_inside("troupe_sup_run");
    int rc = create(spec, NULL, site, &sup);
    if (rc < 0)
        return rc;
    rc = troupe_defer(leave, sup);
    if (rc == 0)
        return supervise(sup);
    destroy(sup);
    return rc;
}
