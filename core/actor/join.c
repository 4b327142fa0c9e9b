/*
 * A join is a watch and a wait, both on the stack of the actor that joins.
 */

#include "join.h"

#include <errno.h>

#include "elsewhere.h"
#include "scope.h"
#include "turn.h"

struct join {
    struct wait wait;
    struct watch watch;
    int status; /* of the target, once it has ended */
};

static void detach(struct wait *wait)
{
    watch_end(&LIST_OWNER(wait, struct join, wait)->watch);
}

void join_tell(struct world *world, struct watch *watch)
{
    struct join *join = LIST_OWNER(watch, struct join, watch);
    join->status = watch->target->status;
    watch->target->keeps_status = false; /* joining gives it up */
    sched_wake(&world->sched, &watch->owner->task, 0, watch->target->task.number);
}

/* Whether `target` cannot end before `self` has: `self` is in one of its scopes, or in a scope of
 * someone who is. */
static bool is_around(const struct actor *target, const struct actor *self)
{
    while (self->in_scope && self != target)
        self = self->home->owner;
    return self == target;
}

int troupe_join_at(const struct troupe_site *site, troupe_pid pid, int *status, troupe_ns limit)
{
    struct world *world = world_inside("troupe_join");
    int rc = sched_checkpoint(&world->sched, site);
    if (rc < 0)
        return rc;
    struct actor *target;
    rc = elsewhere_reach(world, pid.value, &target);
    if (rc < 0)
        return rc;
    if (target->has_ended) {
        if (status != NULL)
            *status = target->status;
        target->is_observed = true;
        actor_release(world, target);
        return 0;
    }
    if (watch_closes_cycle(actor_self(world), target, "troupe_join", site) ||
        is_around(target, actor_self(world)))
        return -EDEADLK;
    struct join join = {
        .wait = {
            .reason = TRACE_REASON_JOIN,
            .site = site,
            .target = &target->task,
            .timeout_result = -ETIMEDOUT,
            .detach = detach,
        },
    };
    watch_begin(&join.watch, actor_self(world), target, WATCH_JOIN);
    rc = turn_wait(&world->sched, &join.wait, limit);
    if (rc == 0 && status != NULL)
        *status = join.status;
    return rc;
}
