#ifndef WAITERS_H
#define WAITERS_H

/*
 * Who waits for an actor, and for nobody else: for the search for cycles, and for the look at all
 * that have closed.
 *
 * Who waits for an actor is on its list of watchers (joins, calls), or on its mailbox's list of
 * senders, or in the queue of a lock that it holds, or is the owner of its scope who has come to
 * the join.
 */

#include "call_record.h"
#include "kit.h"
#include "mailbox.h"
#include "object.h"
#include "scope.h"
#include "watch.h"

/* Sees one who waits for `actor`. */
typedef void (*waiters_see_fn)(struct task *waiter, const struct actor *actor, void *context);

static inline void waiters_each_watcher(const struct actor *actor, waiters_see_fn see,
                                        void *context)
{
    const struct list *watchers = &actor->watchers;
    for (struct list_link *link = list_first(watchers); link != NULL;
         link = list_next(watchers, link)) {
        struct watch *watch = LIST_OWNER(link, struct watch, link);
        if (watch->kind == WATCH_JOIN || (watch->kind == WATCH_CALL && call_is_waited_for(watch)))
            see(&watch->owner->task, actor, context);
    }
}

static inline void waiters_each_sender(const struct actor *actor, waiters_see_fn see, void *context)
{
    const struct list *senders = &actor->kit->mailbox.senders;
    for (struct list_link *link = list_first(senders); link != NULL;
         link = list_next(senders, link))
        see(LIST_OWNER(link, struct send_wait, link)->task, actor, context);
}

static inline void waiters_each_locker(const struct actor *actor, waiters_see_fn see, void *context)
{
    const struct belongings *belongings = kit_belongings(actor);
    const struct list *holdings = belongings != NULL ? &belongings->holdings : NULL;
    for (struct list_link *link = holdings != NULL ? list_first(holdings) : NULL; link != NULL;
         link = list_next(holdings, link)) {
        const struct object *object = LIST_OWNER(link, struct holding, link)->object;
        for (int i = 0; i < OBJECT_QUEUES; i++)
            for (const struct entry *entry = queue_first(&object->queues[i]); entry != NULL;
                 entry = queue_next(&object->queues[i], entry))
                see(entry->pending->task, actor, context);
    }
}

/* Everyone who waits for this actor; some of them more than once. */
static inline void waiters_each(const struct actor *actor, waiters_see_fn see, void *context)
{
    waiters_each_watcher(actor, see, context);
    if (actor->kit != NULL) {
        waiters_each_sender(actor, see, context);
        waiters_each_locker(actor, see, context);
    }
    if (actor->in_scope && actor->home->join != NULL)
        see(&actor->home->owner->task, actor, context);
}

#endif
