/*
 * The sums, and stretches made of them.
 *
 * sums[i] is of all spans of the model before the span i * TRACE_SUM_SPANS, lanes one after the
 * other.  What lies between two instants of one lane is the difference of two such sums, corrected
 * by the spans between a sum's place and the instant, and by the piece of the span that the instant
 * cuts.
 */

#include "trace_index.h"

#include <errno.h>
#include <string.h>

#include "trace_room.h"

/* Lengths wrap around in files that were made to do harm, and only there; the differences that are
 * left by it are as good as any. */
static void add_ns(int64_t *sum_ns, int64_t ns)
{
    *sum_ns = (int64_t)((uint64_t)*sum_ns + (uint64_t)ns);
}

static void add_piece(struct trace_sum *sum, const struct trace_span *span, int64_t ns)
{
    add_ns(&sum->state_ns[span->state], ns);
    if (span->state == TRACE_STATE_WAIT)
        add_ns(&sum->wait_ns[span->reason], ns);
}

int trace_index_make(struct trace_model *model)
{
    struct trace_sum sum = {.state_ns = {0}};
    model->sums = trace_room_new(TRACE_SUM_COUNT(model->span_count) * sizeof *model->sums);
    if (model->sums == NULL)
        return -ENOMEM;
    for (uint32_t i = 0; i < model->span_count; i++) {
        if (i % TRACE_SUM_SPANS == 0)
            model->sums[i / TRACE_SUM_SPANS] = sum;
        add_piece(&sum, &model->spans[i], model->spans[i].end_ns - model->spans[i].start_ns);
    }
    if (model->span_count % TRACE_SUM_SPANS == 0)
        model->sums[model->span_count / TRACE_SUM_SPANS] = sum;
    return 0;
}

/* What all spans before one add up to. */
static void sum_before(const struct trace_model *model, uint32_t end, struct trace_sum *sum)
{
    *sum = model->sums[end / TRACE_SUM_SPANS];
    for (uint32_t i = end - end % TRACE_SUM_SPANS; i < end; i++)
        add_piece(sum, &model->spans[i], model->spans[i].end_ns - model->spans[i].start_ns);
}

static void subtract(struct trace_sum *sum, const struct trace_sum *less)
{
    for (int i = 0; i < TRACE_STATE_COUNT; i++)
        add_ns(&sum->state_ns[i], -less->state_ns[i]);
    for (int i = 0; i <= TRACE_REASON_COUNT; i++)
        add_ns(&sum->wait_ns[i], -less->wait_ns[i]);
}

void trace_sum_spans(const struct trace_model *model, uint32_t first, uint32_t end,
                     struct trace_sum *sum)
{
    struct trace_sum before;
    *sum = (struct trace_sum){.state_ns = {0}};
    if (end <= first)
        return;
    if (end - first <= TRACE_SUM_SPANS) {
        for (uint32_t i = first; i < end; i++)
            add_piece(sum, &model->spans[i], model->spans[i].end_ns - model->spans[i].start_ns);
        return;
    }
    sum_before(model, end, sum);
    sum_before(model, first, &before);
    subtract(sum, &before);
}

/* The first of a lane's spans, from `low` on, that ends after an instant: in steps that double, and
 * then by halving. */
static uint32_t seek(const struct trace_model *model, uint32_t low, uint32_t end, int64_t at_ns)
{
    uint32_t step = 1;
    uint32_t high = low;
    while (high < end && model->spans[high].end_ns <= at_ns) {
        low = high + 1;
        high = step < end - high ? high + step : end;
        step *= 2;
    }
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (model->spans[middle].end_ns <= at_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Adds, or takes away, what of a span lies before an instant. */
static void add_cut(const struct trace_model *model, uint32_t span, uint32_t end, int64_t at_ns,
                    int sign, struct trace_sum *sum)
{
    const struct trace_span *cut = &model->spans[span];
    if (span < end && cut->start_ns < at_ns)
        add_piece(sum, cut, sign * (at_ns - cut->start_ns));
}

void trace_sum_lane(const struct trace_model *model, uint32_t lane, int64_t from_ns, int64_t to_ns,
                    struct trace_sum *sum)
{
    uint32_t begin = model->lanes[lane].span_first;
    uint32_t end = begin + model->lanes[lane].span_count;
    *sum = (struct trace_sum){.state_ns = {0}};
    if (to_ns <= from_ns)
        return;
    uint32_t first = seek(model, begin, end, from_ns);
    uint32_t last = seek(model, first, end, to_ns);
    trace_sum_spans(model, first, last, sum);
    add_cut(model, last, end, to_ns, 1, sum);
    add_cut(model, first, end, from_ns, -1, sum);
}

void trace_shares(const struct trace_model *model, uint32_t lane, int64_t from_ns, int64_t to_ns,
                  int64_t shares[TRACE_STATE_COUNT])
{
    struct trace_sum sum;
    trace_sum_lane(model, lane, from_ns, to_ns, &sum);
    memcpy(shares, sum.state_ns, sizeof sum.state_ns);
}

struct trace_walk trace_walk_begin(const struct trace_model *model, uint32_t lane)
{
    uint32_t first = model->lanes[lane].span_first;
    return (struct trace_walk){.model = model,
                               .first = first,
                               .end = first + model->lanes[lane].span_count,
                               .span = first};
}

void trace_walk_to(struct trace_walk *walk, int64_t at_ns, int64_t until_ns[TRACE_STATE_COUNT])
{
    const struct trace_model *model = walk->model;
    if (walk->span > walk->first && model->spans[walk->span - 1].end_ns > at_ns)
        walk->span = walk->first;
    walk->span = seek(model, walk->span, walk->end, at_ns);
    const struct trace_sum *sum = &model->sums[walk->span / TRACE_SUM_SPANS];
    memcpy(until_ns, sum->state_ns, sizeof sum->state_ns);
    for (uint32_t i = walk->span - walk->span % TRACE_SUM_SPANS; i < walk->span; i++)
        add_ns(&until_ns[model->spans[i].state], model->spans[i].end_ns - model->spans[i].start_ns);
    if (walk->span < walk->end && model->spans[walk->span].start_ns < at_ns)
        add_ns(&until_ns[model->spans[walk->span].state],
               at_ns - model->spans[walk->span].start_ns);
}
