/*
 * The states of the actors: from the order of the file to that of lanes and time.
 *
 * How many states each piece has for each lane is known, so where each will stand is known too, and
 * the pieces are dealt out by several threads at once.  A piece gives its memory back as soon as it
 * has been dealt out.  A lane's states are in the order of time already where a recorder wrote
 * them, which is seen on the way; then each lane is walked once to make them tile.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trace_join_parts.h"
#include "trace_tasks.h"

/* Lanes for one task of tiling: few enough that threads end together, many enough that taking a
 * task is no cost. */
#define TASK_LANES 64

struct spans_work {
    struct trace_join *join;
    uint32_t **starts; /* of each piece: where its next span of a lane goes */
    uint32_t *runs;    /* of each task of tiling: how many of its spans are runs */
    int *results;      /* of each task of tiling */
};

/* Where the spans of lanes are, and where in them those of each piece begin. */
static int place_lanes(struct spans_work *work)
{
    struct trace_join *join = work->join;
    struct trace_lane *lanes = join->model->lanes;
    uint64_t total = 0;
    for (uint32_t i = 0; i < join->part_count; i++) {
        const struct build_lane *own = join->parts[i].lanes.items;
        for (uint32_t j = 0; j < join->parts[i].lanes.count; j++)
            lanes[join->names[i].lanes[j]].span_count += own[j].lane.span_count;
        total += join->parts[i].spans.count;
    }
    if (total >= TRACE_UNKNOWN)
        return -EOVERFLOW;
    uint32_t first = 0;
    for (uint32_t i = 0; i < join->model->lane_count; i++) {
        lanes[i].span_first = first;
        first += lanes[i].span_count;
        lanes[i].span_count = 0;
    }
    for (uint32_t i = 0; i < join->part_count; i++) {
        const struct build_lane *own = join->parts[i].lanes.items;
        uint32_t count = join->parts[i].lanes.count;
        work->starts[i] = malloc(((size_t)count + 1) * sizeof **work->starts);
        if (work->starts[i] == NULL)
            return -ENOMEM;
        for (uint32_t j = 0; j < count; j++) {
            struct trace_lane *lane = &lanes[join->names[i].lanes[j]];
            work->starts[i][j] = lane->span_first + lane->span_count;
            lane->span_count += own[j].lane.span_count;
        }
    }
    join->model->span_count = (uint32_t)total;
    join->model->spans = trace_room_new(total * sizeof *join->model->spans);
    return join->model->spans != NULL ? 0 : -ENOMEM;
}

/* The tables of waits, one behind the other; of their first rows, which stand for nothing, one. */
static int join_waits(struct trace_join *join)
{
    uint64_t total = 1;
    for (uint32_t i = 0; i < join->part_count; i++) {
        join->names[i].wait_base = (uint32_t)total - 1;
        total += join->parts[i].waits.count > 0 ? join->parts[i].waits.count - 1 : 0;
        if (total >= TRACE_NONE)
            return -EOVERFLOW;
    }
    struct trace_wait *waits = trace_room_new(total * sizeof *waits);
    if (waits == NULL)
        return -ENOMEM;
    waits[0] = (struct trace_wait){.due_ns = TRACE_NEVER};
    for (uint32_t i = 0; i < join->part_count; i++) {
        const struct trace_wait *own = join->parts[i].waits.items;
        for (uint32_t j = 1; j < join->parts[i].waits.count; j++) {
            struct trace_wait wait = own[j];
            wait.made = join->names[i].texts[wait.made];
            waits[join->names[i].wait_base + j] = wait;
        }
        trace_array_finish(&join->parts[i].waits);
    }
    join->model->waits = waits;
    join->model->wait_count = (uint32_t)total;
    return 0;
}

static void deal_out_piece(void *user, unsigned task)
{
    struct spans_work *work = user;
    struct trace_join *join = work->join;
    const struct join_names *names = &join->names[task];
    const struct trace_span *own = join->parts[task].spans.items;
    uint32_t *starts = work->starts[task];
    for (uint32_t i = 0; i < join->parts[task].spans.count; i++) {
        struct trace_span *span = &join->model->spans[starts[own[i].lane]++];
        *span = own[i];
        span->lane = names->lanes[span->lane];
        span->other = join_lane(join, span->other);
        span->at = names->texts[span->at];
        if (span->wait != 0)
            span->wait += names->wait_base;
        if (span->state == TRACE_STATE_RUN)
            span->loop = names->loops[span->loop];
    }
    trace_array_finish(&join->parts[task].spans);
    free(starts);
    work->starts[task] = NULL;
}

/* Makes the spans of one lane tile, and fills in what the file left to be inferred.  Returns how
 * many of them are runs. */
static uint32_t tile_lane(struct trace_span *spans, struct trace_lane *lane, int64_t trace_end_ns)
{
    uint32_t resume = 0;
    uint32_t runs = 0;
    for (uint32_t i = 0; i < lane->span_count; i++) {
        struct trace_span *span = &spans[i];
        const struct trace_span *next = i + 1 < lane->span_count ? span + 1 : NULL;
        if (span->open)
            span->end_ns = lane->end_ns != TRACE_NEVER ? lane->end_ns : trace_end_ns;
        if (span->end_ns < span->start_ns)
            span->end_ns = span->start_ns;
        if (next != NULL && span->end_ns > next->start_ns)
            span->end_ns = next->start_ns;
        if (span->state != TRACE_STATE_RUN)
            continue;
        runs++;
        resume = span->resume > 0 ? span->resume : resume + 1;
        span->resume = resume;
        if (lane->first_run_ns == TRACE_NEVER)
            lane->first_run_ns = span->start_ns;
        if (span->reason != TRACE_REASON_COUNT || span->open)
            continue;
        if (next != NULL)
            span->reason = next->state == TRACE_STATE_WAIT ? next->reason : TRACE_REASON_YIELD;
        else if (lane->end_ns != TRACE_NEVER)
            span->reason = TRACE_REASON_EXIT;
    }
    return runs;
}

static void tile_lanes(void *user, unsigned task)
{
    struct spans_work *work = user;
    struct trace_model *model = work->join->model;
    uint32_t first = task * TASK_LANES;
    uint32_t left = model->lane_count - first;
    uint32_t end = first + (left < TASK_LANES ? left : TASK_LANES);
    for (uint32_t i = first; i < end; i++) {
        struct trace_lane *lane = &model->lanes[i];
        struct trace_span *spans = model->spans + lane->span_first;
        int result = join_sort(spans, lane->span_count, sizeof *spans);
        if (result < 0)
            work->results[task] = result;
        if (lane->spawn_ns == TRACE_NEVER)
            lane->spawn_ns = lane->span_count > 0 ? spans[0].start_ns : model->start_ns;
        work->runs[task] += tile_lane(spans, lane, model->end_ns);
    }
}

/* Parents as indexes, and names for those that have none. */
static int finish_lanes(struct trace_join *join)
{
    for (uint32_t i = 0; i < join->model->lane_count; i++) {
        struct trace_lane *lane = &join->model->lanes[i];
        lane->parent = join_lane(join, lane->parent);
        if (lane->name != 0)
            continue;
        char name[32];
        int bytes = snprintf(name, sizeof name, "actor#%u", lane->id);
        lane->name = trace_strings_put(&join->strings, name, (size_t)bytes);
    }
    return join->strings.failed ? -EOVERFLOW : 0;
}

/* The runs of all lanes by their start. */
static int order_switches(struct spans_work *work, unsigned tasks)
{
    struct trace_model *model = work->join->model;
    uint32_t count = 0;
    for (unsigned i = 0; i < tasks; i++)
        count += work->runs[i];
    struct trace_key *keys = join_keys(count);
    model->switches = trace_room_new(count * sizeof *model->switches);
    model->switch_count = count;
    int result = keys != NULL && model->switches != NULL ? 0 : -ENOMEM;
    uint32_t used = 0;
    for (uint32_t i = 0; result == 0 && i < model->span_count; i++)
        if (model->spans[i].state == TRACE_STATE_RUN)
            keys[used++] = (struct trace_key){.key = model->spans[i].start_ns, .value = i};
    if (result == 0)
        result = trace_sort(keys, count);
    for (uint32_t i = 0; result == 0 && i < count; i++)
        model->switches[i] = keys[i].value;
    join_free_keys(keys, count);
    return result;
}

static int tile(struct spans_work *work)
{
    unsigned tasks = (work->join->model->lane_count + TASK_LANES - 1) / TASK_LANES;
    work->runs = calloc((size_t)tasks + 1, sizeof *work->runs);
    work->results = calloc((size_t)tasks + 1, sizeof *work->results);
    int result = work->runs != NULL && work->results != NULL ? 0 : -ENOMEM;
    if (result == 0)
        trace_tasks_run(work->join->threads, tasks, tile_lanes, work);
    for (unsigned i = 0; result == 0 && i < tasks; i++)
        result = work->results[i];
    if (result == 0)
        result = order_switches(work, tasks);
    free(work->runs);
    free(work->results);
    return result;
}

int join_spans(struct trace_join *join)
{
    struct spans_work work = {.join = join};
    work.starts = calloc((size_t)join->part_count + 1, sizeof *work.starts);
    int result = work.starts != NULL ? place_lanes(&work) : -ENOMEM;
    if (result == 0)
        result = join_waits(join);
    if (result == 0) {
        trace_tasks_run(join->threads, join->part_count, deal_out_piece, &work);
        result = tile(&work);
    }
    if (result == 0)
        result = finish_lanes(join);
    for (uint32_t i = 0; work.starts != NULL && i < join->part_count; i++)
        free(work.starts[i]);
    free(work.starts);
    return result;
}
