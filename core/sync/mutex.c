/*
 * Mutexes.
 *
 * An unlock hands the mutex on: the next holder is settled before it runs, so nobody can slip in
 * between, and a cycle of waits is seen as it is at every moment.  If the next holder is killed
 * before it runs, the mutex goes on as if it had never had it.
 */

#include "mutex.h"

#include <errno.h>

#include "kit.h"
#include "watch.h"

static const struct object_class mutex_class = {
    .name = "mutex",
    .bytes = sizeof(struct mutex),
    .close = mutex_close,
    .abandon = mutex_abandon,
};

struct mutex *mutex_find(const struct world *world, troupe_mutex name)
{
    return object_find(world, &mutex_class, name.value);
}

/* The actor holds it from now on; 0 or -EOWNERDEAD. */
static int take(struct mutex *mutex, struct actor *actor, const struct troupe_site *site)
{
    TROUPE_CHECK(mutex->holding.holder == NULL);
    int rc = mutex->is_tainted ? -EOWNERDEAD : 0;
    mutex->is_tainted = false;
    holding_begin(&mutex->holding, &mutex->object, actor, site);
    return rc;
}

void mutex_unlock(struct world *world, struct mutex *mutex)
{
    struct entry *next = queue_first(&mutex->object.queues[0]);
    holding_end(&mutex->holding);
    if (next == NULL)
        return;
    int rc = take(mutex, (struct actor *)next->pending->task, next->pending->wait.site);
    queue_serve(world, next, rc);
}

void mutex_close(struct world *world, struct object *object)
{
    struct mutex *mutex = LIST_OWNER(object, struct mutex, object);
    (void)world;
    if (mutex->holding.holder != NULL)
        holding_end(&mutex->holding);
}

void mutex_abandon(struct world *world, struct holding *holding)
{
    struct mutex *mutex = LIST_OWNER(holding, struct mutex, holding);
    mutex->is_tainted = true;
    mutex_unlock(world, mutex);
}

void mutex_revoke(struct pending *pending)
{
    struct world *world = world_here();
    struct object *object = handles_find(&world->objects, pending->handle);
    if (object == NULL)
        return;
    struct mutex *mutex = LIST_OWNER(object, struct mutex, object);
    TROUPE_CHECK(mutex_is_held_by(mutex, (struct actor *)pending->task));
    if (pending->wait.result == -EOWNERDEAD)
        mutex->is_tainted = true;
    mutex_unlock(world, mutex);
}

int mutex_try(struct mutex *mutex, struct actor *self, const struct troupe_site *site)
{
    return mutex->holding.holder == NULL ? take(mutex, self, site) : -EAGAIN;
}

void mutex_prepare(struct world *world, struct mutex *mutex, struct pending *pending,
                   struct entry *entry, const struct troupe_site *site)
{
    *entry = (struct entry){.value = NULL};
    pending_begin(world, pending, entry, 1, TRACE_REASON_LOCK, site);
    pending->wait.holder = &mutex->object.holder;
    pending->handle = mutex->object.handle;
    pending->revoke = mutex_revoke;
    queue_join(&mutex->object.queues[0], pending, entry);
}

int mutex_lock(struct world *world, struct mutex *mutex, const char *call, troupe_ns limit,
               const struct troupe_site *site)
{
    struct pending pending;
    struct entry entry;
    struct actor *self = actor_self(world);
    if (belongings_of(world, self) == NULL)
        return -ENOMEM;
    int rc = mutex_try(mutex, self, site);
    if (rc != -EAGAIN)
        return rc;
    if (limit <= 0 && !mutex_is_held_by(mutex, self))
        return -ETIMEDOUT;
    if (watch_closes_cycle(self, mutex->holding.holder, call, site))
        return -EDEADLK;
    mutex_prepare(world, mutex, &pending, &entry, site);
    return pending_wait(world, &pending, limit);
}

int troupe_mutex_new_at(const struct troupe_site *site, troupe_mutex *name)
{
    struct object *object;
    return object_create("troupe_mutex_new", &mutex_class, 0, site, &name->value, &object);
}

int troupe_mutex_lock_at(const struct troupe_site *site, troupe_mutex name, troupe_ns limit)
{
    struct world *world = world_inside("troupe_mutex_lock");
    int rc = sched_checkpoint(&world->sched, site);
    if (rc < 0)
        return rc;
    struct mutex *mutex = mutex_find(world, name);
    if (mutex == NULL)
        return object_missing(name.value);
    return mutex_lock(world, mutex, "troupe_mutex_lock", limit, site);
}

int troupe_mutex_unlock(troupe_mutex name)
{
    struct world *world = world_inside("troupe_mutex_unlock");
    struct mutex *mutex = mutex_find(world, name);
    if (mutex == NULL)
        return object_missing(name.value);
    if (!mutex_is_held_by(mutex, actor_self(world)))
        check_misuse("troupe_mutex_unlock", "must be called by the actor that holds the mutex");
    mutex_unlock(world, mutex);
    return 0;
}

void troupe_mutex_free(troupe_mutex *name)
{
    object_free("troupe_mutex_free", &mutex_class, &name->value);
}
