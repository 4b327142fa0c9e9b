/*
 * The whole loop in lines of text: one for the loop, one for each actor.
 *
 * A line is made in a buffer on the stack; nothing here asks for memory.
 */

#include "info.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "deadlock.h"
#include "wording.h"

/* A line: a sentence, and some numbers behind it. */
struct line {
    size_t used;
    char text[WORDING_BYTES + 256];
};

static __attribute__((format(printf, 2, 3))) void add(struct line *line, const char *format, ...)
{
    va_list args;
    size_t room = sizeof line->text - line->used;
    va_start(args, format);
    int bytes = vsnprintf(line->text + line->used, room, format, args);
    va_end(args);
    if (bytes > 0)
        line->used += (size_t)bytes < room ? (size_t)bytes : room - 1;
}

/* "1 timer", "2 timers". */
static void add_count(struct line *line, const char *before, size_t count, const char *what)
{
    add(line, "%s%zu %s%s", before, count, what, count == 1 ? "" : "s");
}

static double seconds(troupe_ns ns)
{
    return (double)ns / (double)TROUPE_S(1);
}

static void add_numbers(struct line *line, const struct troupe_info *info, int64_t now_ns)
{
    if (info->deadline != TROUPE_FOREVER)
        add(line, "; %.1f s left", info->deadline > now_ns ? seconds(info->deadline - now_ns) : 0);
    if (info->mailbox_count > 0) {
        add_count(line, "; ", info->mailbox_count, "message");
        add(line, ", the oldest for %.1f s", seconds(info->oldest_age));
    }
    if (info->stack_bytes > 0)
        add(line, "; stack %.1f KiB, at most %zu of %zu", (double)info->stack_used_bytes / 1024,
            info->stack_peak_bytes / 1024, info->stack_bytes / 1024);
    if (info->turn_count > 0)
        add(line, "; ran %.1f s, was ready %.1f s, waited %.1f s", seconds(info->running_time),
            seconds(info->ready_time), seconds(info->waiting_time));
    if (info->is_cancelled)
        add(line, "; is cancelled");
}

static void write_head(const struct world *world, void (*put)(const char *line, void *context),
                       void *context)
{
    struct line line = {.used = 0};
    struct troupe_stats stats;
    info_count(world, &stats);
    add(&line, "troupe: ");
    if (world->sched.crew->loop_count > 1)
        add(&line, "loop %u: ", world_loop(world));
    add_count(&line, "", stats.actor_count, "actor");
    add(&line, ": %zu ready, %zu waiting; %llu spawned so far", stats.ready_count,
        stats.waiting_count, (unsigned long long)stats.spawned);
    add_count(&line, "; ", stats.timer_count, "timer");
    add_count(&line, ", ", stats.message_count, "message");
    add_count(&line, ", ", stats.stack_count, "stack");
    add(&line, " (guard: %s)\n", stats.stack_guard);
    put(line.text, context);
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
        struct line line = {.used = 0};
        info_tell(actor, &info);
        add(&line, "  ");
        actor_describe(actor, line.text + line.used, WORDING_BYTES);
        line.used = strlen(line.text);
        add_numbers(&line, &info, now_ns);
        add(&line, "\n");
        put(line.text, context);
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
