/*
 * Starting and ending children.
 *
 * Whether a child has ended is only ever learnt from its DOWN.  A supervisor that ends a child
 * waits for just that message; what else arrives meanwhile stays in the mailbox.
 *
 * The supervisor may be cancelled at any moment of that.  It then shields itself, so that its waits
 * go on, and remembers to end.
 */

#include <errno.h>

#include "actor.h"
#include "supervisor.h"

static int start_handler(struct child *child, troupe_pid *pid, troupe_ref *ref)
{
    const troupe_child_spec *spec = &child->spec;
    void *state = spec->arg;
    int rc = spec->open != NULL ? spec->open(spec->arg, &state) : 0;
    if (rc < 0)
        return rc;
    rc = troupe_spawn_handler_at(child->site, spec->handle, state, spec->release, spec->name, pid);
    if (rc < 0) {
        if (spec->release != NULL)
            spec->release(state);
        return rc;
    }
    rc = troupe_monitor(*pid, ref);
    if (rc < 0)
        troupe_kill(*pid);
    return rc;
}

static int start_body(struct child *child, troupe_pid *pid, troupe_ref *ref)
{
    troupe_spec spec = {
        .fn = child->spec.fn,
        .arg = child->spec.arg,
        .name = child->spec.name,
        .stack_bytes = child->spec.stack_bytes,
        .place = child->spec.place,
    };
    return troupe_spawn_monitor_at(child->site, &spec, pid, ref);
}

int supervisor_start_child(struct supervisor *sup, struct child *child)
{
    troupe_pid pid;
    troupe_ref ref;
    int rc;
    TROUPE_CHECK(!child->is_running);
    if (child->spec.supervisor != NULL)
        rc = supervisor_spawn(child->spec.supervisor, child->spec.name, child->site, &pid, &ref);
    else if (child->spec.handle != NULL)
        rc = start_handler(child, &pid, &ref);
    else
        rc = start_body(child, &pid, &ref);
    if (rc < 0)
        return rc;
    children_rename(&sup->children, child, pid);
    child->is_running = true;
    if (child->starts > 1) /* every restart passes here */
        actor_note_restart(pid.value, child->starts - 1);
    return 0;
}

static bool is_down_of(const troupe_msg *msg, void *pid)
{
    if (troupe_msg_tag(msg) != TROUPE_TAG_DOWN)
        return false;
    const troupe_down *down = troupe_msg_data(msg, NULL);
    return troupe_pid_equal(down->pid, *(const troupe_pid *)pid);
}

/* The supervisor was cancelled: it goes on as long as it needs for ending its children. */
static void shield(struct supervisor *sup)
{
    sup->is_ending = true;
    troupe_scope_shield(&sup->scope, TROUPE_FOREVER);
}

/* Waits for the end of a child; 0, -ETIMEDOUT, or -ENOMEM if there was none for the limit. */
static int await_end(struct supervisor *sup, struct child *child, troupe_ns limit)
{
    troupe_msg *down;
    int rc = troupe_recv_match_at(sup->site, is_down_of, &child->pid, &down, limit);
    if (rc == -ECANCELED) {
        shield(sup);
        rc = troupe_recv_match_at(sup->site, is_down_of, &child->pid, &down, limit);
    }
    if (rc < 0)
        return rc;
    troupe_msg_free(&down);
    child->is_running = false;
    return 0;
}

/* Tells a child to end; returns how long it may take. */
static troupe_ns dismiss(const struct child *child)
{
    if (child->spec.shutdown == TROUPE_SUP_AT_ONCE) {
        troupe_kill(child->pid);
        return TROUPE_FOREVER;
    }
    troupe_cancel(child->pid, "its supervisor ends it");
    return child->spec.shutdown;
}

static void kill_and_await(struct supervisor *sup, struct child *child)
{
    troupe_kill(child->pid);
    int rc = await_end(sup, child, TROUPE_FOREVER);
    TROUPE_CHECK(rc == 0);
}

void supervisor_stop_child(struct supervisor *sup, struct child *child)
{
    if (child->is_running && await_end(sup, child, dismiss(child)) < 0)
        kill_and_await(sup, child);
}

bool supervisor_forgets(const struct supervisor *sup, const struct child *child)
{
    return sup->strategy == TROUPE_DYNAMIC || child->spec.restart == TROUPE_TEMPORARY;
}

/* One after the other, the last one first. */
static void stop_in_order(struct supervisor *sup)
{
    for (struct child *child = children_last(&sup->children); child != NULL;
         child = children_before(&sup->children, child))
        supervisor_stop_child(sup, child);
}

/* Takes whichever DOWN comes first, within the limit. */
static int await_any(struct supervisor *sup, troupe_ns limit)
{
    troupe_msg *msg;
    int rc = troupe_recv_tag_at(sup->site, TROUPE_TAG_DOWN, &msg, limit);
    if (rc < 0)
        return rc;
    const troupe_down *down = troupe_msg_data(msg, NULL);
    struct child *child = children_find(&sup->children, down->pid);
    if (child != NULL)
        child->is_running = false;
    troupe_msg_free(&msg);
    return 0;
}

/* All at the same time; they owe each other nothing. */
static void stop_together(struct supervisor *sup)
{
    struct child *child;
    for (child = children_last(&sup->children); child != NULL;
         child = children_before(&sup->children, child))
        if (child->is_running)
            dismiss(child);
    troupe_ns since = troupe_now();
    for (child = children_last(&sup->children); child != NULL;
         child = children_before(&sup->children, child)) {
        troupe_ns limit = child->spec.shutdown;
        if (limit != TROUPE_FOREVER && limit != TROUPE_SUP_AT_ONCE)
            limit -= troupe_now() - since;
        else
            limit = TROUPE_FOREVER;
        while (child->is_running && await_any(sup, limit) == 0)
            continue;
        if (child->is_running)
            kill_and_await(sup, child);
    }
}

void supervisor_stop_all(struct supervisor *sup)
{
    shield(sup);
    if (sup->strategy == TROUPE_DYNAMIC)
        stop_together(sup);
    else
        stop_in_order(sup);
}
