/*
 * Telling those who watch, and the search for cycles of waits.
 *
 * A wait for an actor can never end if that actor waits, directly or through others, for the one
 * who is about to wait.  So everyone who waits for the caller is visited, then everyone who waits
 * for them, and so on.
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
#include "down.h"
#include "gather.h"
#include "join.h"
#include "waiters.h"
#include "choices.h"
#include "wording.h"

/* Those still to be visited, and those who have been. */
struct search {
    struct task *rest;
    struct task *done;
};

/* `task` waits for `towards`. */
static inline void add(struct task *task, const struct actor *towards, void *context)
{
    struct search *search = context;
    struct actor *actor = (struct actor *)task;
    if (actor->is_visited)
        return;
    actor->is_visited = true;
    task->wait->towards = (struct task *)&towards->task;
    task->next = search->rest;
    search->rest = task;
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

/* In the trace, too, where nobody would miss a wait that there never was. */
static void note_refusal(const struct actor *self, const struct actor *target, const char *call,
                         const struct troupe_site *site)
{
    char text[WORDING_BYTES], name[WORDING_BYTES];
    snprintf(text, sizeof text, "%s() at %s:%d, for %s", call, site != NULL ? site->file : "?",
             site != NULL ? site->line : 0, actor_call(target, name, sizeof name));
    probe_note(&world_here()->sched.probe, self->task.number, TRACE_NOTE_REFUSED, text);
}

bool watch_closes_cycle(struct actor *self, struct actor *target, const char *call,
                        const struct troupe_site *site)
{
    struct search search = {NULL, NULL};
    bool found = self == target;
    if (!found)
        waiters_each(self, add, &search);
    while (search.rest != NULL && !found) {
        struct task *task = search.rest;
        search.rest = task->next;
        task->next = search.done;
        search.done = task;
        found = (struct actor *)task == target;
        if (!found)
            waiters_each((struct actor *)task, add, &search);
    }
    if (found) {
        choices_fail(EXPLORE_CIRCLE);
        describe_cycle(self, target, call, site);
        note_refusal(self, target, call, site);
    }
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
