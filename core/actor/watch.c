/*
 * Telling those who watch, and the search for cycles of waits.
 *
 * A wait for an actor can never end if that actor waits, directly or through others, for the one
 * who is about to wait.  So everyone who waits for the caller is visited, then everyone who waits
 * for them, and so on.  Who waits for an actor is on its list of watchers (joins, calls), or on
 * its mailbox's list of senders, or in the queue of a lock that it holds, or is the owner of its
 * scope who has come to the join.
 *
 * The search has no memory of its own: a task that waits is in no queue, so its queue link holds
 * the list of those still to be visited, and later that of those who have been; and its wait has
 * no result yet, so `towards` says there for whom of its neighbours it was visited.  That is the
 * way along which a cycle is told.
 */

#include "watch.h"

#include <stdio.h>
#include <unistd.h>

#include "call_record.h"
#include "wording.h"
#include "down.h"
#include "gather.h"
#include "join.h"
#include "kit.h"
#include "mailbox.h"
#include "object.h"
#include "scope.h"

/* Those still to be visited, and those who have been. */
struct search {
    struct task *rest;
    struct task *done;
};

/* `task` waits for `towards`. */
static void add(struct search *search, struct task *task, const struct actor *towards)
{
    struct actor *actor = (struct actor *)task;
    if (actor->is_visited)
        return;
    actor->is_visited = true;
    task->wait->towards = (struct task *)&towards->task;
    task->next = search->rest;
    search->rest = task;
}

static void add_watchers(struct search *search, const struct actor *actor)
{
    const struct list *watchers = &actor->watchers;
    for (struct list_link *link = list_first(watchers); link != NULL;
         link = list_next(watchers, link)) {
        struct watch *watch = LIST_OWNER(link, struct watch, link);
        if (watch->kind == WATCH_JOIN || (watch->kind == WATCH_CALL && call_is_waited_for(watch)))
            add(search, &watch->owner->task, actor);
    }
}

static void add_senders(struct search *search, const struct actor *actor)
{
    const struct list *senders = &actor->kit->mailbox.senders;
    for (struct list_link *link = list_first(senders); link != NULL;
         link = list_next(senders, link))
        add(search, LIST_OWNER(link, struct send_wait, link)->task, actor);
}

static void add_lockers(struct search *search, const struct actor *actor)
{
    const struct list *holdings = &actor->kit->holdings;
    for (struct list_link *link = list_first(holdings); link != NULL;
         link = list_next(holdings, link)) {
        const struct object *object = LIST_OWNER(link, struct holding, link)->object;
        for (int i = 0; i < OBJECT_QUEUES; i++)
            for (const struct entry *entry = queue_first(&object->queues[i]); entry != NULL;
                 entry = queue_next(&object->queues[i], entry))
                add(search, entry->pending->task, actor);
    }
}

/* Everyone who waits for this actor. */
static void add_waiters(struct search *search, const struct actor *actor)
{
    add_watchers(search, actor);
    if (actor->kit != NULL) {
        add_senders(search, actor);
        add_lockers(search, actor);
    }
    if (actor->in_scope && actor->home->join != NULL)
        add(search, &actor->home->owner->task, actor);
}

static void forget_visits(struct task *task)
{
    for (; task != NULL; task = task->next)
        ((struct actor *)task)->is_visited = false;
}

/* The cycle, one line an actor, from the one whose wait would close it. */
static void describe_cycle(const struct actor *self, const struct actor *target, const char *call,
                           const struct troupe_site *site)
{
    char text[WORDING_BYTES];
    dprintf(STDERR_FILENO, "troupe: %s() at %s:%d would never end: it closes a cycle of waits\n",
            call, site != NULL ? site->file : "?", site != NULL ? site->line : 0);
    dprintf(STDERR_FILENO, "troupe:   %s\n", actor_describe(self, text, sizeof text));
    while (target != self) {
        dprintf(STDERR_FILENO, "troupe:   %s\n", actor_describe(target, text, sizeof text));
        target = (const struct actor *)target->task.wait->towards;
    }
}

bool watch_closes_cycle(struct actor *self, struct actor *target, const char *call,
                        const struct troupe_site *site)
{
    struct search search = {NULL, NULL};
    bool found = self == target;
    if (!found)
        add_waiters(&search, self);
    while (search.rest != NULL && !found) {
        struct task *task = search.rest;
        search.rest = task->next;
        task->next = search.done;
        search.done = task;
        found = (struct actor *)task == target;
        if (!found)
            add_waiters(&search, (struct actor *)task);
    }
    if (found)
        describe_cycle(self, target, call, site);
    forget_visits(search.rest);
    forget_visits(search.done);
    return found;
}

void watch_tell(struct world *world, struct actor *actor)
{
    struct list far = {NULL};
    struct list_link *link;
    while ((link = list_first(&actor->watchers)) != NULL) {
        struct watch *watch = LIST_OWNER(link, struct watch, link);
        list_remove(&actor->watchers, link);
        if (watch->kind == WATCH_ELSEWHERE) {
            list_push(&far, link);
            continue;
        }
        actor->is_observed = true;
        switch (watch->kind) {
        case WATCH_JOIN:
            join_tell(world, watch);
            break;
        case WATCH_CALL:
            call_tell(world, watch);
            break;
        case WATCH_MONITOR:
            down_tell_monitor(world, watch);
            break;
        case WATCH_LINK:
            down_tell_link(world, watch);
            break;
        default:
            gather_tell(world, watch);
        }
    }
    actor->watchers = far;
}
