/*
 * The whole loop in lines of text: one for the loop, one for each actor.
 *
 * A line is made in a buffer on the stack; nothing here asks for memory.
 */

#include "info.h"

#include <stdio.h>

#include "deadlock.h"
#include "pieces.h"
#include "wording.h"

/* Room for a line: a sentence, and some numbers behind it. */
#define LINE_BYTES (WORDING_BYTES + 256)

/* "1 timer", "2 timers". */
static void add_count(struct pieces *line, const char *before, size_t count, const char *what)
{
    pieces_add(line, "%s%zu %s%s", before, count, what, count == 1 ? "" : "s");
}

static double seconds(troupe_ns ns)
{
    return (double)ns / (double)TROUPE_S(1);
}

static void add_numbers(struct pieces *line, const struct troupe_info *info, int64_t now_ns)
{
    if (info->deadline != TROUPE_FOREVER)
        pieces_add(line, "; %.1f s left",
                   info->deadline > now_ns ? seconds(info->deadline - now_ns) : 0);
    if (info->mailbox_count > 0) {
        add_count(line, "; ", info->mailbox_count, "message");
        pieces_add(line, ", the oldest for %.1f s", seconds(info->oldest_age));
    }
    if (info->stack_bytes > 0)
        pieces_add(line, "; stack %.1f KiB, at most %zu of %zu",
                   (double)info->stack_used_bytes / 1024, info->stack_peak_bytes / 1024,
                   info->stack_bytes / 1024);
    if (info->turn_count > 0)
        pieces_add(line, "; ran %.1f s, was ready %.1f s, waited %.1f s",
                   seconds(info->running_time), seconds(info->ready_time),
                   seconds(info->waiting_time));
    if (info->is_cancelled)
        pieces_add(line, "; is cancelled");
}

static void write_head(const struct world *world, void (*put)(const char *line, void *context),
                       void *context)
{
    char bytes[LINE_BYTES];
    struct pieces line = {.bytes = bytes, .room = sizeof bytes};
    struct troupe_stats stats;
    info_count(world, &stats);
    pieces_add(&line, "troupe: ");
    if (world->sched.crew->loop_count > 1)
        pieces_add(&line, "loop %u: ", world_loop(world));
    add_count(&line, "", stats.actor_count, "actor");
    pieces_add(&line, ": %zu ready, %zu waiting; %llu spawned so far", stats.ready_count,
               stats.waiting_count, (unsigned long long)stats.spawned);
    add_count(&line, "; ", stats.timer_count, "timer");
    add_count(&line, ", ", stats.message_count, "message");
    add_count(&line, ", ", stats.stack_count, "stack");
    pieces_add(&line, " (guard: %s)\n", stats.stack_guard);
    put(bytes, context);
}

void dump_write(const struct world *world, void (*put)(const char *line, void *context),
                void *context)
{
    int64_t now_ns = clock_now_ns();
    write_head(world, put, context);
    const struct actor *actor;
    uint32_t cursor = 0;
    while ((actor = world_next_actor(world, &cursor)) != NULL) {
        struct troupe_info info;
        char bytes[LINE_BYTES], words[WORDING_BYTES];
        struct pieces line = {.bytes = bytes, .room = sizeof bytes};
        info_tell(actor, &info);
        pieces_add(&line, "  %s", actor_describe(actor, words, sizeof words));
        add_numbers(&line, &info, now_ns);
        pieces_add(&line, "\n");
        put(bytes, context);
    }
    deadlock_tell(world, put, context);
}

static void put_to_file(const char *line, void *file)
{
    fputs(line, file);
}

void troupe_dump(FILE *file)
{
    dump_write(world_inside("troupe_dump"), put_to_file, file);
}
