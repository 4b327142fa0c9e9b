/*
 * Rows and their running sums.
 *
 * A screen shows a million states on two thousand columns of pixels, so what a column holds must
 * be known without looking at each state.  Sums before every SUM_BLOCK spans make it a
 * subtraction and at most two short walks, for less than a byte per span.
 */

#include "rows.h"

#include <errno.h>
#include <stdlib.h>

/* Spans per sum: a walk over so many costs less than the cache miss of finding them. */
#define SUM_BLOCK 32

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

/* Sums before each block of an array of `count` spans. */
static struct rows_sum *make_sums(const struct rows *rows, enum row_kind kind, uint32_t count)
{
    struct rows_sum *sums = malloc((count / SUM_BLOCK + 1) * sizeof *sums);
    struct rows_sum sum = {0, 0};
    for (uint32_t i = 0; sums != NULL && i <= count; i++) {
        if (i % SUM_BLOCK == 0)
            sums[i / SUM_BLOCK] = sum;
        if (i < count)
            add_span(&sum, rows, kind, i);
    }
    return sums;
}

/* Sorts all runs by loop, keeping their order in time, and gives each loop its row. */
static void group_by_loop(struct rows *rows)
{
    const struct trace_model *model = rows->model;
    for (uint32_t i = 0; i < model->switch_count; i++) {
        uint16_t loop = model->spans[model->switches[i]].loop;
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
        uint16_t loop = model->spans[model->switches[i]].loop;
        if (loop >= rows->loop_count)
            continue;
        struct row *row = &rows->rows[loop];
        const struct trace_span *run = &model->spans[model->switches[i]];
        rows->loop_times[row->first + row->count] = (struct rows_times){run->start_ns, run->end_ns};
        rows->loop_spans[row->first + row->count++] = model->switches[i];
    }
}

int rows_init(struct rows *rows, const struct trace_model *model)
{
    *rows = (struct rows){.model = model, .loop_count = model->loop_count};
    rows->count = model->loop_count + model->lane_count;
    rows->rows = calloc(rows->count + 1, sizeof *rows->rows);
    rows->loop_spans = malloc((model->switch_count + 1) * sizeof *rows->loop_spans);
    rows->loop_times = malloc((model->switch_count + 1) * sizeof *rows->loop_times);
    if (rows->rows == NULL || rows->loop_spans == NULL || rows->loop_times == NULL)
        goto no_memory;
    group_by_loop(rows);
    for (uint32_t i = 0; i < model->lane_count; i++)
        rows->rows[rows->loop_count + i] = (struct row){.kind = ROW_ACTOR,
                                                        .subject = i,
                                                        .first = model->lanes[i].span_first,
                                                        .count = model->lanes[i].span_count};
    uint32_t on_loops = 0;
    for (uint32_t i = 0; i < rows->loop_count; i++)
        on_loops += rows->rows[i].count;
    rows->lane_sums = make_sums(rows, ROW_ACTOR, model->span_count);
    rows->loop_sums = make_sums(rows, ROW_LOOP, on_loops);
    if (rows->lane_sums != NULL && rows->loop_sums != NULL)
        return 0;
no_memory:
    rows_finish(rows);
    return -ENOMEM;
}

void rows_finish(struct rows *rows)
{
    free(rows->rows);
    free(rows->loop_spans);
    free(rows->loop_times);
    free(rows->lane_sums);
    free(rows->loop_sums);
    *rows = (struct rows){0};
}

const char *rows_name(const struct rows *rows, const struct row *row)
{
    const struct trace_model *model = rows->model;
    return trace_text(model, row->kind == ROW_LOOP ? model->loops[row->subject].name
                                                   : model->lanes[row->subject].name);
}

uint32_t rows_seek(const struct rows *rows, const struct row *row, uint32_t n, int64_t at_ns)
{
    uint32_t step = 1;
    uint32_t low = n; /* everything before ends at or before at_ns */
    while (low < row->count && rows_times(rows, row, low).end_ns <= at_ns) {
        n = low + 1;
        low += step;
        step *= 2;
    }
    uint32_t high = low < row->count ? low : row->count;
    while (n < high) {
        uint32_t middle = n + (high - n) / 2;
        if (rows_times(rows, row, middle).end_ns <= at_ns)
            n = middle + 1;
        else
            high = middle;
    }
    return n;
}

/* What all spans of an array before the `end` one add up to. */
static struct rows_sum sum_before(const struct rows *rows, enum row_kind kind, uint32_t end)
{
    uint32_t at = end / SUM_BLOCK * SUM_BLOCK;
    struct rows_sum sum = (kind == ROW_LOOP ? rows->loop_sums : rows->lane_sums)[at / SUM_BLOCK];
    for (; at < end; at++)
        add_span(&sum, rows, kind, at);
    return sum;
}

struct rows_sum rows_sum(const struct rows *rows, const struct row *row, uint32_t first,
                         uint32_t end)
{
    struct rows_sum sum = {0, 0};
    if (end - first <= SUM_BLOCK) {
        for (uint32_t n = first; n < end; n++)
            add_span(&sum, rows, row->kind, row->first + n);
        return sum;
    }
    struct rows_sum before = sum_before(rows, row->kind, row->first + first);
    sum = sum_before(rows, row->kind, row->first + end);
    sum.run_ns -= before.run_ns;
    sum.ready_ns -= before.ready_ns;
    return sum;
}

uint32_t rows_of_lane(const struct rows *rows, uint32_t lane)
{
    return rows->loop_count + lane;
}

uint32_t rows_of_loop(const struct rows *rows, uint32_t loop)
{
    return loop < rows->loop_count ? loop : 0;
}
