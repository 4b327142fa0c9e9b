/*
 * The states of the actors: from the order of the file to that of lanes and time.
 *
 * Each piece is first dealt out to its own lanes, and then the lanes are gathered, some after the
 * others, from all pieces; several threads do both.  Since the pieces are then read from front to
 * back, what has been gathered gives its memory back at once, and the states are never there twice.
 * A lane's states are in the order of time already where a recorder wrote them, which is seen on
 * the way; while a lane is at hand it is walked once to make its states tile.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trace_join_parts.h"
#include "trace_tasks.h"

/* Lanes for one task of gathering: few enough that threads end together, many enough that taking
 * a task is no cost. */
#define TASK_LANES 64

/* Times at which the pieces give back what has been gathered of them: more do not save much, and
 * each waits for its last thread. */
#define ROUNDS 16

struct spans_work {
    struct trace_join *join;
    uint32_t **starts; /* of each piece: where in it the spans of each lane begin, once it has been
                          dealt out; until then those of the lane before */
    unsigned task;     /* the round's first task of gathering */
    uint32_t *runs;    /* of each task of gathering: how many of its spans are runs */
    int *results;      /* of each share of dealing, or task of gathering */
};

/* Counts the spans of a piece by lane, and places them. */
static int place_piece(struct spans_work *work, uint32_t piece)
{
    struct trace_join *join = work->join;
    struct trace_model *model = join->model;
    const struct build_lane *own = join->parts[piece].lanes.items;
    uint32_t *starts = calloc((size_t)model->lane_count + 2, sizeof *starts);
    work->starts[piece] = starts;
    if (starts == NULL)
        return -ENOMEM;
    for (uint32_t i = 0; i < join->parts[piece].lanes.count; i++) {
        uint32_t lane = join->names[piece].lanes[i];
        starts[lane + 2] += own[i].lane.span_count;
        model->lanes[lane].span_count += own[i].lane.span_count;
    }
    for (uint32_t i = 1; i <= model->lane_count; i++)
        starts[i + 1] += starts[i];
    return 0;
}

/* Where the spans of lanes will be, and where in the pieces they are. */
static int place_lanes(struct spans_work *work)
{
    struct trace_join *join = work->join;
    struct trace_lane *lanes = join->model->lanes;
    uint64_t total = 0;
    int result = 0;
    for (uint32_t i = 0; i < join->part_count; i++)
        total += join->parts[i].spans.count;
    if (total >= TRACE_UNKNOWN)
        return -EOVERFLOW;
    for (uint32_t i = 0; result == 0 && i < join->part_count; i++)
        result = place_piece(work, i);
    uint32_t first = 0;
    for (uint32_t i = 0; result == 0 && i < join->model->lane_count; i++) {
        lanes[i].span_first = first;
        first += lanes[i].span_count;
    }
    join->model->span_count = (uint32_t)total;
    return result;
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

/* Puts the spans of a piece in the order of their lanes, with the model's numbers, into another
 * block, and leaves its own in its stead. */
static int deal_out_piece(struct spans_work *work, uint32_t piece, struct trace_array *other)
{
    struct trace_join *join = work->join;
    const struct join_names *names = &join->names[piece];
    struct trace_array *own = &join->parts[piece].spans;
    uint32_t *starts = work->starts[piece];
    while (other->capacity < own->count)
        if (!trace_array_grow(other, sizeof(struct trace_span)))
            return -ENOMEM;
    struct trace_span *dealt = other->items;
    for (uint32_t i = 0; i < own->count; i++) {
        struct trace_span span = ((const struct trace_span *)own->items)[i];
        span.lane = names->lanes[span.lane];
        span.other = join_lane(join, span.other);
        span.at = names->texts[span.at];
        if (span.wait != 0)
            span.wait += names->wait_base;
        if (span.state == TRACE_STATE_RUN)
            span.loop = names->loops[span.loop];
        dealt[starts[span.lane + 1]++] = span;
    }
    other->count = own->count;
    struct trace_array dealt_out = *other;
    *other = *own;
    *own = dealt_out;
    return 0;
}

/* A thread's share of the pieces, so that it needs no more than one block beside them. */
static void deal_out_share(void *user, unsigned share)
{
    struct spans_work *work = user;
    struct trace_array other = {.items = NULL};
    for (uint32_t i = share; i < work->join->part_count; i += work->join->threads) {
        int result = deal_out_piece(work, i, &other);
        if (result < 0)
            work->results[share] = result;
    }
    trace_array_finish(&other);
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

/* Takes the spans of a lane out of all pieces. */
static void gather_lane(const struct spans_work *work, uint32_t lane)
{
    const struct trace_join *join = work->join;
    struct trace_span *to = join->model->spans + join->model->lanes[lane].span_first;
    for (uint32_t i = 0; i < join->part_count; i++) {
        const struct trace_span *own = join->parts[i].spans.items;
        uint32_t first = work->starts[i][lane];
        uint32_t count = work->starts[i][lane + 1] - first;
        if (count > 0)
            memcpy(to, own + first, count * sizeof *to);
        to += count;
    }
}

static uint32_t lane_after(const struct trace_model *model, unsigned task)
{
    uint32_t first = task * TASK_LANES;
    uint32_t left = model->lane_count - first;
    return first + (left < TASK_LANES ? left : TASK_LANES);
}

static void gather_lanes(void *user, unsigned task_of_round)
{
    struct spans_work *work = user;
    struct trace_model *model = work->join->model;
    unsigned task = work->task + task_of_round;
    uint32_t end = lane_after(model, task);
    for (uint32_t i = task * TASK_LANES; i < end; i++) {
        struct trace_lane *lane = &model->lanes[i];
        struct trace_span *spans = model->spans + lane->span_first;
        if (work->join->part_count > 1)
            gather_lane(work, i);
        int result = join_sort(spans, lane->span_count, sizeof *spans);
        if (result < 0)
            work->results[task] = result;
        if (lane->spawn_ns == TRACE_NEVER)
            lane->spawn_ns = lane->span_count > 0 ? spans[0].start_ns : model->start_ns;
        work->runs[task] += tile_lane(spans, lane, model->end_ns);
    }
}

/* Gives back what has been gathered of the pieces. */
static void shed(struct spans_work *work, uint32_t lane)
{
    for (uint32_t i = 0; i < work->join->part_count; i++) {
        struct trace_array *own = &work->join->parts[i].spans;
        trace_room_shed(own->items, own->bytes, work->starts[i][lane] * sizeof(struct trace_span));
    }
}

/* Room for the spans of the model: those of the only piece, or a block of their own. */
static int make_room(struct trace_join *join)
{
    struct trace_model *model = join->model;
    if (join->part_count == 1)
        return trace_array_take(&join->parts[0].spans, sizeof *model->spans, &model->spans,
                                &model->span_count);
    model->spans = trace_room_new(model->span_count * sizeof *model->spans);
    return model->spans != NULL ? 0 : -ENOMEM;
}

static int gather(struct spans_work *work, unsigned tasks)
{
    struct trace_join *join = work->join;
    int result = make_room(join);
    unsigned each = tasks / ROUNDS + 1;
    for (work->task = 0; result == 0 && work->task < tasks; work->task += each) {
        unsigned count = tasks - work->task < each ? tasks - work->task : each;
        trace_tasks_run(join->threads, count, gather_lanes, work);
        shed(work, lane_after(join->model, work->task + count - 1));
    }
    for (unsigned i = 0; result == 0 && i < tasks; i++)
        result = work->results[i];
    for (uint32_t i = 0; i < join->part_count; i++)
        trace_array_finish(&join->parts[i].spans);
    return result;
}

static int deal_out(struct spans_work *work)
{
    struct trace_join *join = work->join;
    int result = 0;
    unsigned shares = join->threads < join->part_count ? join->threads : join->part_count;
    trace_tasks_run(join->threads, shares, deal_out_share, work);
    for (unsigned i = 0; result == 0 && i < shares; i++)
        result = work->results[i];
    return result;
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

static int join_with(struct spans_work *work, unsigned tasks)
{
    int result = place_lanes(work);
    if (result == 0)
        result = join_waits(work->join);
    if (result == 0)
        result = deal_out(work);
    if (result == 0)
        result = gather(work, tasks);
    if (result == 0)
        result = order_switches(work, tasks);
    return result == 0 ? finish_lanes(work->join) : result;
}

int join_spans(struct trace_join *join)
{
    struct spans_work work = {.join = join};
    unsigned tasks = (join->model->lane_count + TASK_LANES - 1) / TASK_LANES;
    work.starts = calloc((size_t)join->part_count + 1, sizeof *work.starts);
    work.runs = calloc((size_t)tasks + 1, sizeof *work.runs);
    work.results = calloc((size_t)tasks + join->part_count + 1, sizeof *work.results);
    int result = -ENOMEM;
    if (work.starts != NULL && work.runs != NULL && work.results != NULL)
        result = join_with(&work, tasks);
    for (uint32_t i = 0; work.starts != NULL && i < join->part_count; i++)
        free(work.starts[i]);
    free(work.starts);
    free(work.runs);
    free(work.results);
    return result;
}
