/*
 * Joins, and the check that a wait can end at all.
 *
 * The check needs no marks and no memory: waits for the end of actors cannot form a cycle yet when
 * a new one is about to begin, so the actors that wait for the caller, and those that wait for
 * them, form a tree.  It is walked, with the idle queue links of its members (a waiting task is in
 * no queue) as the list of what is left to visit.
 */

#include "join.h"

#include <errno.h>

/* Puts everyone who waits for `actor` before `rest`, and returns the new list. */
static struct task *add_waiters(const struct actor *actor, struct task *rest)
{
    for (struct list_link *link = list_first(&actor->joins); link != NULL;
         link = list_next(&actor->joins, link)) {
        struct task *waiter = LIST_OWNER(link, struct join, link)->gathering->task;
        waiter->next = rest;
        rest = waiter;
    }
    return rest;
}

/* Whether `target` waits, directly or through others, for the end of `self`. */
static bool waits_for(struct actor *target, const struct actor *self)
{
    struct task *rest = add_waiters(self, NULL);
    while (rest != NULL) {
        struct actor *waiter = (struct actor *)rest;
        if (waiter == target)
            return true;
        rest = add_waiters(waiter, rest->next);
    }
    return false;
}

/* The time limit has passed: nobody shall tell the gathering any more. */
static void detach(struct wait *wait)
{
    struct gathering *gathering = LIST_OWNER(wait, struct gathering, wait);
    for (size_t i = 0; i < gathering->count; i++) {
        struct join *join = &gathering->joins[i];
        if (list_has(&join->link))
            list_remove(&join->target->joins, &join->link);
    }
}

int join_wait(struct world *world, struct join *joins, size_t count, troupe_ns limit,
              const struct troupe_site *site)
{
    struct gathering gathering = {
        .wait = {
            .reason = TRACE_REASON_JOIN,
            .site = site,
            .deadline_ns = limit == TROUPE_FOREVER ? limit : sched_deadline(limit),
            .target = count == 1 ? &joins[0].target->task : NULL,
            .timeout_result = -ETIMEDOUT,
            .detach = detach,
        },
        .task = world->sched.current,
        .joins = joins,
        .count = count,
        .pending = count,
    };
    for (size_t i = 0; i < count; i++) {
        joins[i].gathering = &gathering;
        list_push(&joins[i].target->joins, &joins[i].link);
    }
    int rc = sched_wait(&world->sched, &gathering.wait);
    if (rc == -ENOMEM)
        detach(&gathering.wait);
    return rc;
}

bool join_tell(struct world *world, struct actor *actor)
{
    bool any = !list_is_empty(&actor->joins);
    struct list_link *link;
    while ((link = list_first(&actor->joins)) != NULL) {
        struct join *join = LIST_OWNER(link, struct join, link);
        list_remove(&actor->joins, link);
        join->status = actor->status;
        if (--join->gathering->pending == 0)
            sched_wake(&world->sched, join->gathering->task, 0, actor->task.number);
    }
    return any;
}

int troupe_join_at(const struct troupe_site *site, troupe_pid pid, int *status, troupe_ns limit)
{
    struct world *world = (struct world *)sched_inside("troupe_join");
    struct actor *target = actor_find(world, pid.value);
    if (target == NULL)
        return -ESRCH;
    if (target->has_ended) {
        if (status != NULL)
            *status = target->status;
        actor_release(world, target);
        return 0;
    }
    if (target == actor_self(world) || waits_for(target, actor_self(world)))
        return -EDEADLK;
    struct join join = {.target = target};
    int rc = join_wait(world, &join, 1, limit, site);
    if (rc == 0 && status != NULL)
        *status = join.status;
    return rc;
}
