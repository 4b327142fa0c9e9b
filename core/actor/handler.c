/*
 * A stackless actor is in the ready queue whenever its mailbox is not empty.  A step takes one
 * message, so that a busy one does not keep the others waiting; for the trace it is a run that ends
 * with a wait for the next message.  During the step it is on no queue, and cannot be put on one:
 * with the step it may end.
 */

#include "handler.h"

#include <errno.h>

#include <troupe/handler.h>

#include "mailbox.h"

/* The step is over and the actor goes on. */
static void rest(struct world *world, struct actor *actor)
{
    struct probe *probe = &world->sched.probe;
    actor->task.is_queued = false;
    prints_break(probe);
    probe_suspend(probe, probe_ticks(probe), actor->task.number, TRACE_REASON_RECV, 0,
                  TROUPE_FOREVER, NULL);
    if (actor->kit->mailbox.count > 0 || actor->task.cancelled)
        sched_poke(&world->sched, &actor->task, actor->task.number);
}

void handler_step(struct world *world, struct actor *actor)
{
    struct filter any = {.kind = FILTER_ANY};
    if (actor->task.cancelled) {
        actor_end(world, actor, actor->is_killed ? actor->status : -ECANCELED);
        return;
    }
    struct troupe_msg *msg = mailbox_take(world, actor, &any);
    int rc = msg != NULL ? actor->kit->handle(msg, actor->kit->state) : 0;
    if (actor->is_killed)
        actor_end(world, actor, actor->status); /* it has killed itself */
    else if (rc == 0)
        rest(world, actor);
    else
        actor_end(world, actor, rc < 0 ? rc : 0);
}

/* Its function is never called: it has none. */
static int no_body(void *arg)
{
    (void)arg;
    return 0;
}

int troupe_spawn_handler_at(const struct troupe_site *site, troupe_handler_fn handle, void *state,
                            void (*release)(void *), const char *name, troupe_pid *pid)
{
    struct world *world = world_inside("troupe_spawn_handler");
    struct actor *actor;
    troupe_spec spec = {.fn = no_body, .name = name};
    struct birth birth = {
        .site = site,
        .keeps_status = pid != NULL,
        .handler = {.handle = handle, .state = state, .release = release},
    };
    if (handle == NULL)
        return -EINVAL;
    int rc = actor_spawn(world, &spec, birth, &actor);
    if (pid != NULL)
        pid->value = rc == 0 ? actor->pid : 0;
    return rc;
}
