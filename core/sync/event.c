/*
 * Events, barriers and wait groups: all of them let everyone pass at once, so a waiter that is
 * killed on its way leaves nothing behind.
 */

#include <errno.h>

#include <troupe/sync.h>

#include "object.h"

struct event {
    struct object object;
    bool is_set;
};

struct barrier {
    struct object object;
    size_t count; /* actors that make it open */
};

struct wait_group {
    struct object object;
    size_t left; /* to be done */
};

static const struct object_class event_class = {
    .name = "event",
    .bytes = sizeof(struct event),
};

static const struct object_class barrier_class = {
    .name = "barrier",
    .bytes = sizeof(struct barrier),
};

static const struct object_class wait_group_class = {
    .name = "wait group",
    .bytes = sizeof(struct wait_group),
};

/* The beginning of each wait: the object, or NULL and why in *result. */
static void *enter(struct world *world, const struct object_class *class, uint64_t handle,
                   const struct troupe_site *site, int *result)
{
    *result = sched_checkpoint(&world->sched, site);
    if (*result < 0)
        return NULL;
    struct object *object = object_find(world, class, handle);
    if (object == NULL)
        *result = object_missing(handle);
    return object;
}

static int wait_in(struct world *world, struct object *object, troupe_ns limit,
                   const struct troupe_site *site)
{
    return queue_wait(world, &object->queues[0], TRACE_REASON_EVENT, site, limit);
}

int troupe_event_new_at(const struct troupe_site *site, troupe_event *name)
{
    struct object *object;
    return object_create("troupe_event_new", &event_class, 0, site, &name->value, &object);
}

int troupe_event_wait_at(const struct troupe_site *site, troupe_event name, troupe_ns limit)
{
    struct world *world = world_inside("troupe_event_wait");
    int rc;
    struct event *event = enter(world, &event_class, name.value, site, &rc);
    if (event == NULL || event->is_set)
        return rc;
    return wait_in(world, &event->object, limit, site);
}

int troupe_event_set(troupe_event name)
{
    struct world *world = world_inside("troupe_event_set");
    struct event *event = object_find(world, &event_class, name.value);
    if (event == NULL)
        return object_missing(name.value);
    event->is_set = true;
    queue_serve_all(world, &event->object.queues[0], 0);
    return 0;
}

int troupe_event_reset(troupe_event name)
{
    struct world *world = world_inside("troupe_event_reset");
    struct event *event = object_find(world, &event_class, name.value);
    if (event == NULL)
        return object_missing(name.value);
    event->is_set = false;
    return 0;
}

void troupe_event_free(troupe_event *name)
{
    object_free("troupe_event_free", &event_class, &name->value);
}

int troupe_barrier_new_at(const struct troupe_site *site, troupe_barrier *name, size_t count)
{
    struct object *object;
    name->value = 0;
    if (count == 0)
        return -EINVAL;
    int rc = object_create("troupe_barrier_new", &barrier_class, 0, site, &name->value, &object);
    if (rc == 0)
        LIST_OWNER(object, struct barrier, object)->count = count;
    return rc;
}

int troupe_barrier_wait_at(const struct troupe_site *site, troupe_barrier name, troupe_ns limit)
{
    struct world *world = world_inside("troupe_barrier_wait");
    int rc;
    struct barrier *barrier = enter(world, &barrier_class, name.value, site, &rc);
    if (barrier == NULL)
        return rc;
    struct queue *others = &barrier->object.queues[0];
    if (others->count + 1 < barrier->count)
        return wait_in(world, &barrier->object, limit, site);
    queue_serve_all(world, others, 0);
    return TROUPE_BARRIER_LAST;
}

void troupe_barrier_free(troupe_barrier *name)
{
    object_free("troupe_barrier_free", &barrier_class, &name->value);
}

int troupe_wait_group_new_at(const struct troupe_site *site, troupe_wait_group *name)
{
    struct object *object;
    return object_create("troupe_wait_group_new", &wait_group_class, 0, site, &name->value,
                         &object);
}

int troupe_wait_group_add(troupe_wait_group name, size_t count)
{
    struct world *world = world_inside("troupe_wait_group_add");
    struct wait_group *group = object_find(world, &wait_group_class, name.value);
    if (group == NULL)
        return object_missing(name.value);
    if (count > SIZE_MAX - group->left)
        return -EINVAL;
    group->left += count;
    return 0;
}

int troupe_wait_group_done(troupe_wait_group name)
{
    struct world *world = world_inside("troupe_wait_group_done");
    struct wait_group *group = object_find(world, &wait_group_class, name.value);
    if (group == NULL)
        return object_missing(name.value);
    if (group->left == 0)
        check_misuse("troupe_wait_group_done", "more is done than there was to do");
    if (--group->left == 0)
        queue_serve_all(world, &group->object.queues[0], 0);
    return 0;
}

int troupe_wait_group_wait_at(const struct troupe_site *site, troupe_wait_group name,
                              troupe_ns limit)
{
    struct world *world = world_inside("troupe_wait_group_wait");
    int rc;
    struct wait_group *group = enter(world, &wait_group_class, name.value, site, &rc);
    if (group == NULL || group->left == 0)
        return rc;
    return wait_in(world, &group->object, limit, site);
}

void troupe_wait_group_free(troupe_wait_group *name)
{
    object_free("troupe_wait_group_free", &wait_group_class, &name->value);
}
