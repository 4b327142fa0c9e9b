/*
 * Conditions.
 *
 * A wait has two parts: for the signal, and then for the mutex.  The second part takes as long as
 * it takes, and only a kill ends it.  A signal that was given to an actor which is killed in either
 * part would be lost; so it is given again, to the next one.
 */

#include <errno.h>

#include "mutex.h"
#include "watch.h"

struct cond {
    struct object object;
};

static const struct object_class cond_class = {
    .name = "condition",
    .bytes = sizeof(struct cond),
};

/* A wait for the mutex, after a wait for the signal. */
struct relock {
    struct pending pending;
    struct entry entry;
    troupe_cond cond; /* whose signal it has; none: it has no signal */
};

static int signal_first(struct world *world, troupe_cond name)
{
    struct cond *cond = object_find(world, &cond_class, name.value);
    if (cond == NULL)
        return object_missing(name.value);
    struct entry *first = queue_first(&cond->object.queues[0]);
    if (first != NULL)
        queue_serve(world, first, 0);
    return 0;
}

/* Killed after the signal, before it could run. */
static void pass_signal_on(struct pending *pending)
{
    signal_first(world_here(), (troupe_cond){pending->handle});
}

/* Killed while it waits for the mutex, */
static void leave_relock(struct wait *wait)
{
    struct relock *relock = LIST_OWNER(wait, struct relock, pending.wait);
    pending_detach(wait);
    signal_first(world_here(), relock->cond);
}

/* or when it has just got that. */
static void revoke_relock(struct pending *pending)
{
    struct relock *relock = LIST_OWNER(pending, struct relock, pending);
    mutex_revoke(pending);
    signal_first(world_here(), relock->cond);
}

static int lock_again(struct world *world, troupe_mutex name, troupe_cond signalled,
                      const struct troupe_site *site)
{
    struct actor *self = actor_self(world);
    struct mutex *mutex = mutex_find(world, name);
    if (mutex == NULL)
        return -EPIPE;
    int rc = mutex_try(mutex, self, site);
    if (rc != -EAGAIN)
        return rc;
    if (watch_closes_cycle(self, mutex->holding.holder, "troupe_cond_wait", site))
        return -EDEADLK;
    struct relock relock;
    mutex_prepare(world, mutex, &relock.pending, &relock.entry, site);
    relock.cond = signalled;
    relock.pending.wait.steadfast = true;
    relock.pending.wait.detach = leave_relock;
    relock.pending.revoke = revoke_relock;
    return pending_wait(world, &relock.pending, TROUPE_FOREVER);
}

int troupe_cond_new_at(const struct troupe_site *site, troupe_cond *name)
{
    struct object *object;
    return object_create("troupe_cond_new", &cond_class, 0, site, &name->value, &object);
}

int troupe_cond_wait_at(const struct troupe_site *site, troupe_cond name, troupe_mutex held,
                        troupe_ns limit)
{
    struct world *world = world_inside("troupe_cond_wait");
    struct pending pending;
    struct entry entry = {.value = NULL};
    int rc = sched_checkpoint(&world->sched, site);
    if (rc < 0)
        return rc;
    struct cond *cond = object_find(world, &cond_class, name.value);
    struct mutex *mutex = mutex_find(world, held);
    if (cond == NULL || mutex == NULL)
        return object_missing(cond == NULL ? name.value : held.value);
    if (!mutex_is_held_by(mutex, actor_self(world)))
        check_misuse("troupe_cond_wait", "must be called by the actor that holds the mutex");
    pending_begin(world, &pending, &entry, 1, TRACE_REASON_EVENT, site);
    pending.handle = name.value;
    pending.revoke = pass_signal_on;
    queue_join(&cond->object.queues[0], &pending, &entry);
    mutex_unlock(world, mutex);
    rc = pending_wait(world, &pending, limit);
    int lock_rc = lock_again(world, held, rc == 0 ? name : (troupe_cond){0}, site);
    return lock_rc < 0 ? lock_rc : rc;
}

int troupe_cond_signal(troupe_cond name)
{
    return signal_first(world_inside("troupe_cond_signal"), name);
}

int troupe_cond_broadcast(troupe_cond name)
{
    struct world *world = world_inside("troupe_cond_broadcast");
    struct cond *cond = object_find(world, &cond_class, name.value);
    if (cond == NULL)
        return object_missing(name.value);
    queue_serve_all(world, &cond->object.queues[0], 0);
    return 0;
}

void troupe_cond_free(troupe_cond *name)
{
    object_free("troupe_cond_free", &cond_class, &name->value);
}
