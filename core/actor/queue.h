#ifndef QUEUE_H
#define QUEUE_H

/*
 * Queues of actors that wait for an object: the one piece that every channel and lock is made of.
 *
 *     object's queue ---> entry a ---> entry b ---> entry c        first come, first served
 *                           |            |            |
 *                        pending 1    pending 2    pending 1       all of this is on the stacks
 *                                                                  of the actors that wait
 *
 * An actor that waits has one pending wait, with an entry in each queue that it waits in; most wait
 * in one, a select in several.  Whoever serves an entry ends the whole wait: all entries of that
 * pending wait leave their queues at that moment, so exactly one of them is ever served.  A time
 * limit, a cancellation and a kill take all entries off, too.
 *
 * Between being served and running again an actor may be killed.  What it has been given, and
 * cannot be left with a dead one (a lock, a permit), is then taken back by `revoke`.
 */

#include "actor.h"
#include "turn.h"

struct queue {
    struct list entries; /* of struct entry */
    uint32_t count;
    uint32_t object;                /* number of the object it belongs to, for the trace; or 0, */
    const struct troupe_site *made; /* and where that was made; or NULL */
};

struct pending {
    struct wait wait;
    struct task *task;
    struct entry *entries; /* an array */
    size_t entry_count;
    bool takes_mail;      /* a select: a message ends the wait, too; it is then in actor->handed */
    uint64_t handle;      /* for `revoke`: of the object */
    struct entry *served; /* the one whose object has ended the wait; NULL: it ended otherwise */

    /* Takes back what has been given; NULL: nothing need be.  The object may be gone by then. */
    void (*revoke)(struct pending *pending);
};

struct entry {
    struct list_link link; /* on queue->entries */
    struct queue *queue;
    struct pending *pending;
    void *value; /* what is sent, or where to put what is received: see channel.c */
};

/* The running actor will wait, with these entries, which it has zeroed. */
void pending_begin(struct world *world, struct pending *pending, struct entry *entries,
                   size_t entry_count, enum trace_reason reason, const struct troupe_site *site);

/* Takes all entries out of their queues: the `detach` of every pending wait. */
void pending_detach(struct wait *wait);

/* Puts an entry of a pending wait at the end of a queue. */
void queue_join(struct queue *queue, struct pending *pending, struct entry *entry);

/* The actor runs again: what it was given is its own now. */
void pending_keep(struct actor *self, const struct pending *pending);

/* Waits until one of the entries has been served; what queue_serve() was told, -ETIMEDOUT,
 * -ECANCELED or -ENOMEM.  The second one is the same for those who switch most: see turn.h. */
int pending_wait(struct world *world, struct pending *pending, troupe_ns limit);

static inline __attribute__((always_inline)) int
pending_wait_inline(struct world *world, struct pending *pending, troupe_ns limit)
{
    struct actor *self = actor_self(world);
    const struct queue *queue = pending->entries[0].queue;
    if (pending->entry_count == 1 && queue != NULL)
        probe_object(&world->sched.probe, self->task.number, queue->object, queue->made);
    int rc = turn_wait(&world->sched, &pending->wait, limit);
    if (CHECK_UNLIKELY(self->has_grant))
        pending_keep(self, pending);
    return rc;
}

/* The same for a wait in one queue. */
int queue_wait(struct world *world, struct queue *queue, enum trace_reason reason,
               const struct troupe_site *site, troupe_ns limit);

/* Ends the wait that the entry belongs to; its actor becomes ready. */
void queue_serve(struct world *world, struct entry *entry, int result);

/* The first entry; NULL if nobody waits. */
static inline struct entry *queue_first(const struct queue *queue)
{
    struct list_link *link = list_first(&queue->entries);
    return link != NULL ? LIST_OWNER(link, struct entry, link) : NULL;
}

static inline struct entry *queue_next(const struct queue *queue, const struct entry *entry)
{
    struct list_link *link = list_next(&queue->entries, &entry->link);
    return link != NULL ? LIST_OWNER(link, struct entry, link) : NULL;
}

/* Serves everyone. */
void queue_serve_all(struct world *world, struct queue *queue, int result);

/* The actor, which has been served and has not run since, is killed. */
void queue_revoke(struct actor *actor);

#endif
