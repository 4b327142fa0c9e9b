/*
 * Actors in words: read off the wait record, like the trace.
 *
 * An actor that was given no name is called by its function's.  The symbols of the program are read
 * when the first such name is needed, which most programs never do.
 */

#include "wording.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "kit.h"
#include "scope.h"
#include "symbols.h"

uint64_t actor_parent(const struct actor *actor)
{
    return actor->in_scope ? actor->home->owner->pid : actor->parent;
}

const char *actor_name(const struct actor *actor)
{
    if (kit_name(actor) != NULL)
        return kit_name(actor);
    if (actor->kit != NULL && actor->kit->registered != NULL)
        return actor->kit->registered;
    return symbols_name(&world_here()->symbols, actor_body(actor));
}

char *actor_call(const struct actor *actor, char *text, size_t bytes)
{
    char pid[TROUPE_PID_TEXT_BYTES];
    snprintf(text, bytes, "%s %s", actor_name(actor),
             troupe_pid_text((troupe_pid){actor->pid}, pid));
    return text;
}

/* ", at count.c:14", or nothing. */
static void place(const char *what, const struct troupe_site *site, char *text, size_t bytes)
{
    text[0] = '\0';
    if (site != NULL)
        snprintf(text, bytes, ", %s %s:%d", what, site->file, site->line);
}

/* "sleeps until its deadline": what completes the name of an actor to a sentence. */
static const char *action(const struct actor *actor)
{
    const struct wait *wait = actor->task.wait;
    if (actor->has_ended)
        return "has ended";
    if (sched_here->current == &actor->task)
        return "is running";
    if (wait != NULL && wait->reason == TRACE_REASON_SLEEP && wait->deadline_ns == TROUPE_FOREVER)
        return "sleeps for ever";
    if (wait != NULL)
        return trace_reason_sentence(wait->reason);
    if (actor->task.stack_class == SCHED_STACKLESS && !actor->task.is_queued)
        return trace_reason_sentence(TRACE_REASON_RECV);
    return "is ready to run";
}

char *actor_describe(const struct actor *actor, char *text, size_t bytes)
{
    char self[128], target[128] = "", at[256], spawned[256];
    const struct wait *wait = actor->task.wait;
    if (wait != NULL && wait_target(wait) != NULL)
        actor_call((const struct actor *)wait_target(wait), target, sizeof target);
    place("at", wait != NULL ? wait->site : NULL, at, sizeof at);
    place("spawned at", actor->site, spawned, sizeof spawned);
    snprintf(text, bytes, "%s %s%s%s%s%s", actor_call(actor, self, sizeof self), action(actor),
             target[0] != '\0' ? ": " : "", target, at, spawned);
    return text;
}

void actor_describe_all(const struct world *world)
{
    char text[WORDING_BYTES];
    const struct actor *actor;
    uint32_t cursor = 0;
    while ((actor = world_next_actor(world, &cursor)) != NULL)
        dprintf(STDERR_FILENO, "troupe:   %s\n", actor_describe(actor, text, sizeof text));
}
