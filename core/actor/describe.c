/*
 * Actors in words, for reports: read off the wait record, like the trace.
 */

#include <stdio.h>
#include <unistd.h>

#include "kit.h"

/* ", at count.c:14", or nothing. */
static void place(const char *what, const struct troupe_site *site, char *text, size_t bytes)
{
    text[0] = '\0';
    if (site != NULL)
        snprintf(text, bytes, ", %s %s:%d", what, site->file, site->line);
}

char *actor_describe(const struct actor *actor, char *text, size_t bytes)
{
    char pid[TROUPE_PID_TEXT_BYTES], at[256], spawned[256];
    const struct wait *wait = actor->task.wait;
    const char *does = "is ready to run";
    if (actor->has_ended)
        does = "has ended";
    else if (sched_here != NULL && sched_here->current == &actor->task)
        does = "is running";
    else if (wait != NULL && wait->deadline_ns == TROUPE_FOREVER &&
             wait->reason == TRACE_REASON_SLEEP)
        does = "sleeps for ever";
    else if (wait != NULL)
        does = trace_reason_sentence(wait->reason);
    place("at", wait != NULL ? wait->site : NULL, at, sizeof at);
    place("spawned at", actor->site, spawned, sizeof spawned);
    snprintf(text, bytes, "%s %s %s%s%s", kit_name(actor) != NULL ? kit_name(actor) : "actor",
             troupe_pid_text((troupe_pid){actor->pid}, pid), does, at, spawned);
    return text;
}

void actor_describe_all(const struct world *world)
{
    char text[1024];
    for (uint32_t slot = 0; slot < world->pids.entry_count; slot++) {
        const struct actor *actor = world->pids.entries[slot].object;
        if (actor != NULL && !actor->has_ended)
            dprintf(STDERR_FILENO, "troupe:   %s\n", actor_describe(actor, text, sizeof text));
    }
}
