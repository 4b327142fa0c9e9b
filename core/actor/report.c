/*
 * Reports in sentences.
 */

#include "report.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "choices.h"
#include "last_events.h"
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

/* The program's command line, as far as it fits. */
static const char *command(char *text, size_t bytes)
{
    int fd = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
    ssize_t count = fd >= 0 ? read(fd, text, bytes - 1) : 0;
    if (fd >= 0)
        close(fd);
    text[count > 0 ? count : 0] = '\0';
    for (ssize_t i = 0; i + 1 < count; i++)
        if (text[i] == '\0')
            text[i] = ' ';
    return text;
}

void report_seed(uint64_t seed, bool is_virtual)
{
    char text[512];
    if (seed != 0)
        dprintf(STDERR_FILENO, "troupe: to see this again: TROUPE_SEED=%" PRIu64 "%s %s\n", seed,
                is_virtual ? " TROUPE_TIME=virtual" : "", command(text, sizeof text));
}

static void report_seed_here(const struct world *world)
{
    const struct crew_plan *plan = &world->sched.crew->plan;
    report_seed(plan->seed, plan->is_virtual);
}

void report_running(enum check_kind kind)
{
    char text[WORDING_BYTES];
    struct world *world = world_here();
    if (world == NULL)
        return;
    if (kind == CHECK_OURS) {
        dprintf(STDERR_FILENO, "troupe: the actors of this loop:\n");
        actor_describe_all(world);
    } else if (actor_self(world) != NULL) {
        dprintf(STDERR_FILENO, "troupe: %s\n",
                actor_describe(actor_self(world), text, sizeof text));
    }
    last_events_tell(world, kind != CHECK_MISUSE);
    report_seed_here(world);
}

_Noreturn void report_stuck(void)
{
    choices_fail(EXPLORE_STUCK);
    dprintf(STDERR_FILENO, "troupe: nothing can ever run again: every actor waits, and nothing is "
                           "left that could wake one\n");
    const struct world *here = world_here();
    for (uint32_t i = 0; i < here->sched.crew->loop_count; i++)
        actor_describe_all(world_of(here, i)); /* the others rest, so they can be looked at */
    report_seed_here(here);
    exit(REPORT_EXIT_STUCK);
}
