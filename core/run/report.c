/*
 * Reports in sentences.
 */

#include "report.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "actor.h"

void report_running(void)
{
    char text[1024];
    struct world *world = world_here();
    if (world != NULL && actor_self(world) != NULL)
        dprintf(STDERR_FILENO, "troupe: %s\n",
                actor_describe(actor_self(world), text, sizeof text));
}

_Noreturn void report_stuck(void)
{
    dprintf(STDERR_FILENO, "troupe: nothing can ever run again: every actor waits, and nothing is "
                           "left that could wake one\n");
    actor_describe_all(world_here());
    exit(REPORT_EXIT_STUCK);
}
