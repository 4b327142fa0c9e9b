/*
 * Rows and their running sums.
 *
 * A screen shows a million states on two thousand columns of pixels, so what a column holds must
 * be known without looking at each state.  Every BLOCK spans have an entry with the sums before
 * them and their first instant: a column is a search in these entries, which lie close together,
 * and at most two short walks, for a byte and a half per span.
 */

#include "rows.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "trace_room.h"

/* Spans per block: a walk over so many costs less than the cache misses of finding them. */
#define BLOCK 16

/* Adds the span at a place of the array that a kind of row is made from. */
static void add_span(struct rows_sum *sum, const struct rows *rows, enum row_kind kind, uint32_t at)
{
    if (kind == ROW_LOOP) {
        sum->run_ns += rows->loop_times[at].end_ns - rows->loop_times[at].start_ns;
        return;
    }
    const struct trace_span *span = &rows->model->spans[at];
    if (span->state == TRACE_STATE_RUN)
        sum->run_ns += span->end_ns - span->start_ns;
    else if (span->state == TRACE_STATE_READY)
        sum->ready_ns += span->end_ns - span->start_ns;
}

static struct rows_times times_at(const struct rows *rows, enum row_kind kind, uint32_t at)
{
    if (kind == ROW_LOOP)
        return rows->loop_times[at];
    return (struct rows_times){rows->model->spans[at].start_ns, rows->model->spans[at].end_ns};
}

/* The blocks of an array of `count` spans. */
static struct rows_block *make_blocks(const struct rows *rows, enum row_kind kind, uint32_t count)
{
    struct rows_block *blocks = trace_room_fixed((count / BLOCK + 1) * sizeof *blocks);
    struct rows_sum sum = {0, 0};
    for (uint32_t i = 0; blocks != NULL && i <= count; i++) {
        if (i % BLOCK == 0) {
            int64_t start_ns = i < count ? times_at(rows, kind, i).start_ns : INT64_MAX;
            blocks[i / BLOCK] = (struct rows_block){start_ns, sum};
        }
        if (i < count)
            add_span(&sum, rows, kind, i);
    }
    return blocks;
}

/* Sorts all runs by loop, keeping their order in time, and gives each loop its row. */
static void group_by_loop(struct rows *rows)
{
    const struct trace_model *model = rows->model;
    for (uint32_t i = 0; i < model->switch_count; i++) {
        uint16_t loop = trace_switch(model, i)->loop;
        if (loop < rows->loop_count)
            rows->rows[loop].count++;
    }
    uint32_t first = 0;
    for (uint32_t i = 0; i < rows->loop_count; i++) {
        rows->rows[i].kind = ROW_LOOP;
        rows->rows[i].subject = i;
        rows->rows[i].first = first;
        first += rows->rows[i].count;
        rows->rows[i].count = 0;
    }
    for (uint32_t i = 0; i < model->switch_count; i++) {
        const struct trace_span *run = trace_switch(model, i);
        if (run->loop >= rows->loop_count)
            continue;
        struct row *row = &rows->rows[run->loop];
        rows->loop_times[row->first + row->count] = (struct rows_times){run->start_ns, run->end_ns};
        rows->loop_spans[row->first + row->count++] = model->switches[i];
    }
}

/* Where a thread is its own and only actor, what its loop ran is said twice. */
static void find_doubles(struct rows *rows)
{
    for (uint32_t i = 0; i < rows->loop_count; i++) {
        struct row *row = &rows->rows[i];
        uint32_t same = 0;
        while (same < row->count &&
               rows_span(rows, row, same)->lane == rows_span(rows, row, 0)->lane)
            same++;
        row->is_double = same == row->count;
    }
}

/* Actors' own words, actor by actor, then threads, then counters that are nobody's. */
static void add_own(struct rows *rows)
{
    const struct trace_model *model = rows->model;
    uint32_t counter = 0;
    for (uint32_t i = 0; i < model->lane_count; i++) {
        if (model->lanes[i].slice_count > 0)
            rows->rows[rows->count++] = (struct row){.kind = ROW_SLICES, .subject = i};
        for (; counter < model->counter_count && model->counters[counter].lane == i; counter++)
            rows->rows[rows->count++] = (struct row){.kind = ROW_COUNTER, .subject = counter};
    }
    rows->own_end = rows->count;
    for (uint32_t i = 0; i < model->thread_count; i++) {
        rows->rows[rows->count++] = (struct row){.kind = ROW_THREAD, .subject = i};
        snprintf(rows->thread_names[i], sizeof rows->thread_names[i], "pool %u", i);
    }
    rows->thread_end = rows->count;
    for (; counter < model->counter_count; counter++)
        rows->rows[rows->count++] = (struct row){.kind = ROW_COUNTER, .subject = counter};
}

int rows_init(struct rows *rows, const struct trace_model *model)
{
    *rows = (struct rows){.model = model, .loop_count = model->loop_count};
    rows->count = rows->actor_end = model->loop_count + model->lane_count;
    size_t most =
        (size_t)rows->count + model->lane_count + model->counter_count + model->thread_count;
    rows->thread_names = calloc((size_t)model->thread_count + 1, sizeof *rows->thread_names);
    rows->rows = calloc(most + 1, sizeof *rows->rows);
    rows->loop_spans = trace_room_fixed((model->switch_count + 1) * sizeof *rows->loop_spans);
    rows->loop_times = trace_room_fixed((model->switch_count + 1) * sizeof *rows->loop_times);
    if (rows->rows == NULL || rows->loop_spans == NULL || rows->loop_times == NULL ||
        rows->thread_names == NULL)
        goto no_memory;
    group_by_loop(rows);
    if (model->foreign)
        find_doubles(rows);
    for (uint32_t i = 0; i < model->lane_count; i++)
        rows->rows[rows->loop_count + i] = (struct row){.kind = ROW_ACTOR,
                                                        .subject = i,
                                                        .first = model->lanes[i].span_first,
                                                        .count = model->lanes[i].span_count};
    add_own(rows);
    uint32_t on_loops = 0;
    for (uint32_t i = 0; i < rows->loop_count; i++)
        on_loops += rows->rows[i].count;
    rows->lane_blocks = make_blocks(rows, ROW_ACTOR, model->span_count);
    rows->loop_blocks = make_blocks(rows, ROW_LOOP, on_loops);
    if (rows->lane_blocks != NULL && rows->loop_blocks != NULL)
        return 0;
no_memory:
    rows_finish(rows);
    return -ENOMEM;
}

void rows_finish(struct rows *rows)
{
    free(rows->rows);
    free(rows->thread_names);
    free(rows->loop_spans);
    free(rows->loop_times);
    free(rows->lane_blocks);
    free(rows->loop_blocks);
    *rows = (struct rows){0};
}

const char *rows_name(const struct rows *rows, const struct row *row)
{
    const struct trace_model *model = rows->model;
    switch (row->kind) {
    case ROW_LOOP:
        return trace_text(model, model->loops[row->subject].name);
    case ROW_COUNTER:
        return trace_text(model, model->counters[row->subject].name);
    case ROW_THREAD:
        return rows->thread_names[row->subject];
    case ROW_SLICES:
        return model->foreign ? "slices" : "spans";
    default:
        return trace_text(model, model->lanes[row->subject].name);
    }
}

/* The actor that a row of own words belongs to. */
static uint32_t owner_of(const struct rows *rows, const struct row *row)
{
    return row->kind == ROW_SLICES ? row->subject : rows->model->counters[row->subject].lane;
}

/* The first row of own words of an actor from `lane` on. */
static uint32_t own_from(const struct rows *rows, uint32_t lane)
{
    uint32_t low = rows->actor_end;
    uint32_t high = rows->own_end;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (owner_of(rows, &rows->rows[middle]) < lane)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void rows_own(const struct rows *rows, uint32_t lane, uint32_t *first, uint32_t *end)
{
    *first = own_from(rows, lane);
    *end = own_from(rows, lane + 1);
}

/* The last block from `low` to before `high` that starts at or before `at_ns`, if the one at `low`
 * does; near ones are found in few steps. */
static uint32_t seek_block(const struct rows_block *blocks, uint32_t low, uint32_t high,
                           int64_t at_ns)
{
    uint32_t step = 1;
    while (low + step < high && blocks[low + step].start_ns <= at_ns) {
        low += step;
        step *= 2;
    }
    high = low + step < high ? low + step : high;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (blocks[middle].start_ns <= at_ns)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static const struct rows_block *blocks_of(const struct rows *rows, const struct row *row)
{
    return row->kind == ROW_LOOP ? rows->loop_blocks : rows->lane_blocks;
}

/* The last block of a row that starts at or before `at_ns` and behind place `at` of the array; 0
 * if there is none. */
static uint32_t block_after(const struct rows *rows, const struct row *row, uint32_t at,
                            int64_t at_ns)
{
    const struct rows_block *blocks = blocks_of(rows, row);
    uint32_t end = row->first + row->count;
    uint32_t block = at / BLOCK + 1;
    if (at >= end || block * BLOCK >= end || blocks[block].start_ns > at_ns)
        return 0;
    return seek_block(blocks, block, (end - 1) / BLOCK + 1, at_ns);
}

uint32_t rows_seek(const struct rows *rows, const struct row *row, uint32_t n, int64_t at_ns)
{
    uint32_t at = row->first + n;
    uint32_t end = row->first + row->count;
    uint32_t block = block_after(rows, row, at, at_ns);
    if (block > 0)
        at = block * BLOCK;
    uint32_t high = (at / BLOCK + 1) * BLOCK;
    high = high < end ? high : end;
    while (at < high) {
        uint32_t middle = at + (high - at) / 2;
        if (times_at(rows, row->kind, middle).end_ns <= at_ns)
            at = middle + 1;
        else
            high = middle;
    }
    return at - row->first;
}

struct rows_place rows_place_seek(const struct rows *rows, const struct row *row,
                                  struct rows_place from, int64_t at_ns)
{
    struct rows_sum sum = from.before;
    uint32_t at = row->first + from.n;
    uint32_t end = row->first + row->count;
    uint32_t block = block_after(rows, row, at, at_ns);
    if (block > 0) {
        at = block * BLOCK;
        sum = blocks_of(rows, row)[block].before;
    }
    while (at < end && times_at(rows, row->kind, at).end_ns <= at_ns)
        add_span(&sum, rows, row->kind, at++);
    return (struct rows_place){at - row->first, sum};
}

struct rows_place rows_place(const struct rows *rows, const struct row *row, uint32_t n)
{
    uint32_t end = row->first + n;
    uint32_t at = end / BLOCK * BLOCK;
    struct rows_sum sum = blocks_of(rows, row)[at / BLOCK].before;
    for (; at < end; at++)
        add_span(&sum, rows, row->kind, at);
    return (struct rows_place){n, sum};
}

struct rows_sum rows_sum(const struct rows *rows, const struct row *row, uint32_t first,
                         uint32_t end)
{
    struct rows_sum before = rows_place(rows, row, first).before;
    struct rows_sum sum = rows_place(rows, row, end).before;
    return (struct rows_sum){sum.run_ns - before.run_ns, sum.ready_ns - before.ready_ns};
}

uint32_t rows_of_lane(const struct rows *rows, uint32_t lane)
{
    return rows->loop_count + lane;
}

uint32_t rows_of_loop(const struct rows *rows, uint32_t loop)
{
    return loop < rows->loop_count ? loop : 0;
}
