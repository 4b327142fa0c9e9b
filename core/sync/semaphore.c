/*
 * Semaphores.  Permits are only kept while nobody waits for one.
 */

#include <errno.h>

#include <troupe/sync.h>

#include "object.h"

struct semaphore {
    struct object object;
    size_t permits;
};

static const struct object_class semaphore_class = {
    .name = "semaphore",
    .bytes = sizeof(struct semaphore),
};

static int release(struct world *world, uint64_t handle)
{
    struct semaphore *semaphore = object_find(world, &semaphore_class, handle);
    if (semaphore == NULL)
        return object_missing(handle);
    struct entry *next = queue_first(&semaphore->object.queues[0]);
    if (next != NULL) {
        queue_serve(world, next, 0);
        return 0;
    }
    TROUPE_CHECK(semaphore->permits < SIZE_MAX);
    semaphore->permits++;
    return 0;
}

static void revoke(struct pending *pending)
{
    release(world_here(), pending->handle);
}

int troupe_sem_new_at(const struct troupe_site *site, troupe_sem *name, size_t permits)
{
    struct object *object;
    int rc = object_create("troupe_sem_new", &semaphore_class, 0, site, &name->value, &object);
    if (rc == 0)
        LIST_OWNER(object, struct semaphore, object)->permits = permits;
    return rc;
}

int troupe_sem_acquire_at(const struct troupe_site *site, troupe_sem name, troupe_ns limit)
{
    struct world *world = world_inside("troupe_sem_acquire");
    struct pending pending;
    struct entry entry = {.value = NULL};
    int rc = sched_checkpoint(&world->sched, site);
    if (rc < 0)
        return rc;
    struct semaphore *semaphore = object_find(world, &semaphore_class, name.value);
    if (semaphore == NULL)
        return object_missing(name.value);
    if (semaphore->permits > 0) {
        semaphore->permits--;
        return 0;
    }
    pending_begin(world, &pending, &entry, 1, TRACE_REASON_LOCK, site);
    pending.handle = name.value;
    pending.revoke = revoke;
    queue_join(&semaphore->object.queues[0], &pending, &entry);
    return pending_wait(world, &pending, limit);
}

int troupe_sem_release(troupe_sem name)
{
    return release(world_inside("troupe_sem_release"), name.value);
}

void troupe_sem_free(troupe_sem *name)
{
    object_free("troupe_sem_free", &semaphore_class, &name->value);
}
