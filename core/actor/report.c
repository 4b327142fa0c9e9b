/*
 * Reports in sentences.
 */

#include "report.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "wording.h"

void report_failure(const struct actor *actor)
{
    char text[128];
    const struct troupe_site *site = actor->site;
    dprintf(STDERR_FILENO,
            "troupe: %s, spawned at %s:%d, failed and nobody was watching: %s (%d)\n",
            actor_call(actor, text, sizeof text), site != NULL ? site->file : "?",
            site != NULL ? site->line : 0, troupe_strerror(actor->status), actor->status);
}

void report_running(void)
{
    char text[WORDING_BYTES];
    struct world *world = world_here();
    if (world != NULL && actor_self(world) != NULL)
        dprintf(STDERR_FILENO, "troupe: %s\n",
                actor_describe(actor_self(world), text, sizeof text));
}

_Noreturn void report_stuck(void)
{
    dprintf(STDERR_FILENO, "troupe: nothing can ever run again: every actor waits, and nothing is "
                           "left that could wake one\n");
    const struct world *here = world_here();
    for (uint32_t i = 0; i < here->sched.crew->loop_count; i++)
        actor_describe_all(world_of(here, i)); /* the others rest, so they can be looked at */
    exit(REPORT_EXIT_STUCK);
}
