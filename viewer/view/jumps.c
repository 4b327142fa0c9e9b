/*
 * Short walks over the model.
 */

#include "jumps.h"

#include "trace_wake.h"

uint32_t jumps_run_of_lane(const struct trace_model *model, uint32_t span, bool after)
{
    const struct trace_lane *lane = &model->lanes[model->spans[span].lane];
    uint32_t end = lane->span_first + lane->span_count;
    if (after) {
        for (uint32_t i = span + 1; i < end; i++)
            if (model->spans[i].state == TRACE_STATE_RUN)
                return i;
        return TRACE_NONE;
    }
    for (uint32_t i = span; i > lane->span_first; i--)
        if (model->spans[i - 1].state == TRACE_STATE_RUN)
            return i - 1;
    return TRACE_NONE;
}

/* The wait that a state is, or that led to it. */
static uint32_t wait_of(const struct trace_model *model, uint32_t span)
{
    for (int steps = 0; span != TRACE_NONE && steps < 3; steps++) {
        if (model->spans[span].state == TRACE_STATE_WAIT)
            return span;
        span = trace_state_before(model, span);
    }
    return TRACE_NONE;
}

uint32_t jumps_holder(const struct trace_model *model, uint32_t span)
{
    uint32_t wait = wait_of(model, span);
    if (wait == TRACE_NONE)
        return TRACE_NONE;
    uint32_t lane = model->spans[wait].other;
    if (lane == TRACE_NONE) { /* who ended it had what it waited for */
        uint32_t waker = trace_wake_run(model, wait);
        lane = waker != TRACE_NONE ? model->spans[waker].lane : TRACE_NONE;
    }
    if (lane == TRACE_NONE)
        return TRACE_NONE;
    return jumps_state_near(model, lane, model->spans[wait].start_ns);
}

uint32_t jumps_worst(const struct trace_model *model, uint32_t worst[JUMPS_WORST_MAX])
{
    int64_t lengths_ns[JUMPS_WORST_MAX];
    uint32_t count = 0;
    for (uint32_t i = 0; i < model->span_count; i++) {
        const struct trace_span *span = &model->spans[i];
        int64_t length_ns = span->end_ns - span->start_ns;
        if (span->state != TRACE_STATE_READY ||
            (count == JUMPS_WORST_MAX && length_ns <= lengths_ns[count - 1]))
            continue;
        uint32_t at = count < JUMPS_WORST_MAX ? count++ : count - 1;
        for (; at > 0 && lengths_ns[at - 1] < length_ns; at--) {
            worst[at] = worst[at - 1];
            lengths_ns[at] = lengths_ns[at - 1];
        }
        worst[at] = i;
        lengths_ns[at] = length_ns;
    }
    return count;
}

uint32_t jumps_state_near(const struct trace_model *model, uint32_t lane, int64_t at_ns)
{
    const struct trace_lane *of = &model->lanes[lane];
    uint32_t span = trace_span_at(model, lane, at_ns);
    if (span != TRACE_NONE || of->span_count == 0)
        return span;
    uint32_t low = of->span_first;
    uint32_t high = of->span_first + of->span_count - 1;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (model->spans[middle].end_ns <= at_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
