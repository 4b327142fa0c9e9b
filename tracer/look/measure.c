/*
 * A look costs a few reads for each loop, and nothing for the actors that have none: so there may
 * be hundreds in a second.  All actors are read once, at the end of an interval.
 */

#include "measure.h"

#include <stdlib.h>
#include <time.h>

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void add_loop(const struct process_loop *loop, void *context)
{
    struct measure *measure = context;
    if (measure->loop_count < MEASURE_LOOPS_MAX)
        measure->loops[measure->loop_count++] = (struct measure_loop){.loop = *loop};
}

void measure_begin(struct measure *measure, struct process *process)
{
    *measure = (struct measure){.process = process, .is_whole = true};
    if (measure_next(measure))
        measure_end(measure); /* what the turns of the first interval are compared with */
}

bool measure_next(struct measure *measure)
{
    if (!process_renew(measure->process))
        return false;
    measure->looks = 0;
    measure->holder_count = measure->loop_count = 0;
    measure->since_ns = now_ns();
    process_each_loop(measure->process, add_loop, measure);
    return true;
}

static void note(struct measure *measure, uint64_t record, bool computes)
{
    size_t i = 0;
    while (i < measure->holder_count && measure->holders[i].record != record)
        i++;
    if (i == MEASURE_HOLDERS_MAX)
        return;
    if (i == measure->holder_count)
        measure->holders[measure->holder_count++] = (struct measure_holder){.record = record};
    measure->holders[i].held++;
    measure->holders[i].computed += computes;
}

void measure_look(struct measure *measure)
{
    measure->looks++;
    for (size_t i = 0; i < measure->loop_count; i++) {
        struct measure_loop *loop = &measure->loops[i];
        uint64_t holder = process_holder(measure->process, &loop->loop);
        if (holder == 0)
            continue;
        bool computes = process_computes(measure->process, &loop->loop);
        loop->held++;
        loop->computed += computes;
        note(measure, holder, computes);
    }
}

/* --- the end of an interval --- */

static double per_second(uint64_t before, uint64_t after, int64_t passed_ns)
{
    return after > before && passed_ns > 0 ? (double)(after - before) * 1e9 / (double)passed_ns : 0;
}

struct ending {
    struct measure *measure;
    int64_t passed_ns;
};

static void end_loop(const struct process_loop *now, void *context)
{
    const struct ending *ending = context;
    for (size_t i = 0; i < ending->measure->loop_count; i++) {
        struct measure_loop *loop = &ending->measure->loops[i];
        if (loop->loop.record == now->record)
            loop->turns_per_s = per_second(loop->loop.turns, now->turns, ending->passed_ns);
    }
}

static int compare_pids(const void *a, const void *b)
{
    const uint64_t *one = a, *other = b;
    return *one < *other ? -1 : *one > *other;
}

/* What it has had to do with its loop. */
static void count_row(const struct ending *ending, struct measure_row *row)
{
    const struct measure *measure = ending->measure;
    for (size_t i = 0; i < measure->holder_count; i++) {
        if (measure->holders[i].record != row->actor.record)
            continue;
        row->held = measure->holders[i].held;
        row->computed = measure->holders[i].computed;
    }
    for (size_t i = 0; i < measure->loop_count && !row->is_counted; i++)
        row->is_counted = measure->loops[i].loop.number == row->actor.loop &&
                          process_turns(measure->process, &measure->loops[i].loop,
                                        row->actor.number, &row->turns);
    const struct measure_before *before =
        measure->before_count > 0 ? bsearch(&row->actor.pid, measure->before, measure->before_count,
                                            sizeof *measure->before, compare_pids)
                                  : NULL;
    if (before != NULL)
        row->turns_per_s = per_second(before->turns, row->turns, ending->passed_ns);
}

static void add_row(const struct process_actor *actor, void *context)
{
    const struct ending *ending = context;
    struct measure *measure = ending->measure;
    if (measure->row_count == measure->row_room) {
        size_t room = measure->row_room == 0 ? 64 : measure->row_room * 2;
        struct measure_row *rows = realloc(measure->rows, room * sizeof *rows);
        measure->is_whole = measure->is_whole && rows != NULL;
        if (rows == NULL)
            return;
        measure->rows = rows;
        measure->row_room = room;
    }
    struct measure_row *row = &measure->rows[measure->row_count++];
    *row = (struct measure_row){.actor = *actor};
    count_row(ending, row);
}

/* Their turns are what those of the next interval are compared with. */
static void keep_turns(struct measure *measure)
{
    free(measure->before);
    measure->before = calloc(measure->row_count + 1, sizeof *measure->before);
    measure->before_count = measure->before != NULL ? measure->row_count : 0;
    for (size_t i = 0; i < measure->before_count; i++)
        measure->before[i] = (struct measure_before){.pid = measure->rows[i].actor.pid,
                                                     .turns = measure->rows[i].turns};
    if (measure->before_count > 0)
        qsort(measure->before, measure->before_count, sizeof *measure->before, compare_pids);
}

void measure_end(struct measure *measure)
{
    struct ending ending = {.measure = measure, .passed_ns = now_ns() - measure->since_ns};
    measure->row_count = 0;
    process_each_loop(measure->process, end_loop, &ending);
    process_each(measure->process, add_row, &ending);
    keep_turns(measure);
}

void measure_finish(struct measure *measure)
{
    free(measure->rows);
    free(measure->before);
}
