/*
 * Waiting in queues, and being served.
 */

#include "queue.h"

#include <errno.h>

static void leave_all(struct pending *pending)
{
    for (size_t i = 0; i < pending->entry_count; i++) {
        struct entry *entry = &pending->entries[i];
        if (entry->queue == NULL)
            continue; /* a case of a select that waits for no queue */
        TROUPE_CHECK(entry->queue->count > 0);
        list_remove(&entry->queue->entries, &entry->link);
        entry->queue->count--;
        entry->queue = NULL;
    }
}

void pending_detach(struct wait *wait)
{
    leave_all(LIST_OWNER(wait, struct pending, wait));
}

void pending_begin(struct world *world, struct pending *pending, struct entry *entries,
                   size_t entry_count, enum trace_reason reason, const struct troupe_site *site)
{
    *pending = (struct pending){
        .wait = {
            .reason = reason,
            .site = site,
            .timeout_result = -ETIMEDOUT,
            .detach = pending_detach,
        },
        .task = world->sched.current,
        .entries = entries,
        .entry_count = entry_count,
    };
}

void queue_join(struct queue *queue, struct pending *pending, struct entry *entry)
{
    entry->pending = pending;
    entry->queue = queue;
    list_push(&queue->entries, &entry->link);
    queue->count++;
}

void pending_keep(struct actor *self, const struct pending *pending)
{
    TROUPE_CHECK(self->grant == pending);
    self->has_grant = false;
    self->grant = NULL;
}

int pending_wait(struct world *world, struct pending *pending, troupe_ns limit)
{
    return pending_wait_inline(world, pending, limit);
}

int queue_wait(struct world *world, struct queue *queue, enum trace_reason reason,
               const struct troupe_site *site, troupe_ns limit)
{
    struct pending pending;
    struct entry entry = {.value = NULL};
    pending_begin(world, &pending, &entry, 1, reason, site);
    queue_join(queue, &pending, &entry);
    return pending_wait(world, &pending, limit);
}

void queue_serve(struct world *world, struct entry *entry, int result)
{
    struct pending *pending = entry->pending;
    struct actor *actor = (struct actor *)pending->task;
    leave_all(pending);
    pending->served = entry;
    if (pending->revoke != NULL) {
        TROUPE_CHECK(!actor->has_grant && actor->handed == NULL);
        actor->grant = pending;
        actor->has_grant = true;
    }
    sched_wake(&world->sched, pending->task, result, actor_self_number(world));
}

void queue_serve_all(struct world *world, struct queue *queue, int result)
{
    struct entry *entry;
    while ((entry = queue_first(queue)) != NULL)
        queue_serve(world, entry, result);
}

void queue_revoke(struct actor *actor)
{
    struct pending *pending = actor->grant;
    if (!actor->has_grant)
        return;
    actor->has_grant = false;
    actor->grant = NULL;
    pending->revoke(pending);
}
