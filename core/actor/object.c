/*
 * Making, finding and freeing channels and locks, and what is left of them when actors end.
 */

#include "object.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include <troupe/sync.h>

#include "alloc.h"
#include "kit.h"
#include "wording.h"

void object_init(struct world *world)
{
    handles_init(&world->objects, world_loop(world));
}

void object_finish(struct world *world)
{
    handles_finish(&world->objects);
}

int object_create(const char *call, const struct object_class *class, size_t extra_bytes,
                  const struct troupe_site *site, uint64_t *handle, struct object **result)
{
    struct world *world = world_inside(call);
    struct actor *self = actor_self(world);
    struct belongings *belongings = belongings_of(world, self);
    *handle = 0;
    struct object *object = belongings != NULL ? alloc_zeroed(class->bytes + extra_bytes) : NULL;
    if (object == NULL)
        return -ENOMEM;
    int rc = handles_acquire(&world->objects, object, &object->handle);
    if (rc < 0) {
        alloc_free(object);
        return rc;
    }
    *handle = object->handle;
    object->class = class;
    object->creator = self;
    object->site = site;
    for (int i = 0; i < OBJECT_QUEUES; i++) {
        object->queues[i].object = handle_slot(object->handle) + 1;
        object->queues[i].made = site;
    }
    list_push(&belongings->objects, &object->link);
    *result = object;
    return 0;
}

void object_destroy(struct world *world, struct object *object)
{
    handles_release(&world->objects, object->handle);
    for (int i = 0; i < OBJECT_QUEUES; i++)
        queue_serve_all(world, &object->queues[i], -EPIPE);
    if (object->class->close != NULL)
        object->class->close(world, object);
    list_remove(&kit_belongings(object->creator)->objects, &object->link);
    alloc_free(object);
}

int object_give(struct world *world, struct object *object, struct actor *actor)
{
    struct belongings *belongings = belongings_of(world, actor);
    if (belongings == NULL)
        return -ENOMEM;
    list_remove(&kit_belongings(object->creator)->objects, &object->link);
    list_push(&belongings->objects, &object->link);
    object->creator = actor;
    return 0;
}

static void refuse_to_free(const char *call, const struct object *object, const char *why)
{
    char rule[256];
    snprintf(rule, sizeof rule, "%s; the %s was made at %s:%d", why, object->class->name,
             object->site != NULL ? object->site->file : "?",
             object->site != NULL ? object->site->line : 0);
    check_misuse(call, rule);
}

void object_free(const char *call, const struct object_class *class, uint64_t *handle)
{
    struct world *world = world_inside(call);
    struct object *object = object_find(world, class, *handle);
    *handle = 0;
    if (object == NULL)
        return;
    for (int i = 0; i < OBJECT_QUEUES; i++)
        if (object->queues[i].count > 0)
            refuse_to_free(call, object, "actors still wait for it");
    if (object->holder != NULL)
        refuse_to_free(call, object, "an actor still holds it");
    object_destroy(world, object);
}

void holding_begin(struct holding *holding, struct object *object, struct actor *holder,
                   const struct troupe_site *site)
{
    holding->holder = holder;
    holding->object = object;
    holding->site = site;
    object->holder = &holder->task;
    list_push(&kit_belongings(holder)->holdings, &holding->link);
}

void holding_end(struct holding *holding)
{
    list_remove(&kit_belongings(holding->holder)->holdings, &holding->link);
    holding->holder = NULL;
    holding->object->holder = NULL;
}

static void report_held(const struct actor *actor, const struct holding *holding)
{
    char text[128];
    dprintf(STDERR_FILENO, "troupe: %s ended holding the %s that it locked at %s:%d\n",
            actor_call(actor, text, sizeof text), holding->object->class->name,
            holding->site != NULL ? holding->site->file : "?",
            holding->site != NULL ? holding->site->line : 0);
}

void object_leave_all(struct world *world, struct actor *actor)
{
    struct belongings *belongings = kit_belongings(actor);
    struct list_link *link;
    while ((link = list_first(&belongings->holdings)) != NULL) {
        struct holding *holding = LIST_OWNER(link, struct holding, link);
        report_held(actor, holding);
        holding->object->class->abandon(world, holding);
    }
    while ((link = list_first(&belongings->objects)) != NULL)
        object_destroy(world, LIST_OWNER(link, struct object, link));
}

size_t troupe_waiters(uint64_t object_handle, troupe_pid *pids, size_t count)
{
    struct world *world = world_inside("troupe_waiters");
    const struct object *object = handles_find(&world->objects, object_handle);
    size_t total = 0;
    for (int i = 0; object != NULL && i < OBJECT_QUEUES; i++) {
        const struct queue *queue = &object->queues[i];
        for (const struct entry *entry = queue_first(queue); entry != NULL;
             entry = queue_next(queue, entry), total++)
            if (total < count)
                pids[total].value = ((const struct actor *)entry->pending->task)->pid;
    }
    return total;
}
