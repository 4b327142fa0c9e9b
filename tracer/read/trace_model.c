/*
 * Questions to a model.  Spans of a lane are in time order and never overlap, lanes are in order
 * of their numbers: both are found by halving.
 */

#include "trace_model.h"

uint32_t trace_span_at(const struct trace_model *model, uint32_t lane, int64_t at_ns)
{
    uint32_t first = model->lanes[lane].span_first;
    uint32_t low = first;
    uint32_t high = first + model->lanes[lane].span_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (model->spans[middle].start_ns <= at_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return low > first && at_ns < model->spans[low - 1].end_ns ? low - 1 : TRACE_NONE;
}

uint32_t trace_span_last(const struct trace_model *model, uint32_t lane)
{
    const struct trace_lane *own = &model->lanes[lane];
    uint32_t last = own->span_first + own->span_count - 1;
    bool lives = own->end_ns == TRACE_NEVER && own->span_count > 0;
    bool goes_on = lives && (model->spans[last].open || model->spans[last].end_ns == model->end_ns);
    return goes_on ? last : TRACE_NONE;
}

uint32_t trace_state_before(const struct trace_model *model, uint32_t span)
{
    const struct trace_span *spans = model->spans;
    bool adjoins = span > model->lanes[spans[span].lane].span_first &&
                   spans[span - 1].end_ns == spans[span].start_ns;
    return adjoins ? span - 1 : TRACE_NONE;
}

uint32_t trace_state_after(const struct trace_model *model, uint32_t span)
{
    const struct trace_span *spans = model->spans;
    const struct trace_lane *lane = &model->lanes[spans[span].lane];
    bool adjoins = span + 1 < lane->span_first + lane->span_count &&
                   spans[span + 1].start_ns == spans[span].end_ns;
    return adjoins ? span + 1 : TRACE_NONE;
}

uint32_t trace_switch_from(const struct trace_model *model, int64_t at_ns)
{
    uint32_t low = 0;
    uint32_t high = model->switch_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (model->spans[model->switches[middle]].start_ns < at_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

uint32_t trace_flow_from(const struct trace_model *model, int64_t at_ns)
{
    uint32_t low = 0;
    uint32_t high = model->flow_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (model->flows[middle].from_ns < at_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

uint32_t trace_lane_by_id(const struct trace_model *model, uint32_t id)
{
    uint32_t low = 0;
    uint32_t high = model->lane_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (model->lanes[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < model->lane_count && model->lanes[low].id == id ? low : TRACE_NONE;
}

/* The first of a lane's flows, in `places`, whose instant on this lane is `at_ns` or later. */
static uint32_t flow_from(const struct trace_model *model, const uint32_t *places, uint32_t first,
                          uint32_t count, bool arrives, int64_t at_ns)
{
    uint32_t low = first;
    uint32_t high = first + count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct trace_flow *flow = &model->flows[places[middle]];
        if ((arrives ? flow->to_ns : flow->from_ns) < at_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

uint32_t trace_arrival_from(const struct trace_model *model, uint32_t lane, int64_t at_ns)
{
    const struct trace_lane *own = &model->lanes[lane];
    return flow_from(model, model->arrivals, own->arrival_first, own->arrival_count, true, at_ns);
}

uint32_t trace_departure_from(const struct trace_model *model, uint32_t lane, int64_t at_ns)
{
    const struct trace_lane *own = &model->lanes[lane];
    return flow_from(model, model->departures, own->departure_first, own->departure_count, false,
                     at_ns);
}

uint32_t trace_waking_message(const struct trace_model *model, uint32_t ready)
{
    const struct trace_span *span = &model->spans[ready];
    const struct trace_lane *lane = &model->lanes[span->lane];
    uint32_t end = lane->arrival_first + lane->arrival_count;
    for (uint32_t i = trace_arrival_from(model, span->lane, span->start_ns); i < end; i++) {
        const struct trace_flow *flow = &model->flows[model->arrivals[i]];
        if (flow->to_ns != span->start_ns)
            break;
        if (flow->message != TRACE_NONE && model->messages[flow->message].woke)
            return model->arrivals[i];
    }
    return TRACE_NONE;
}

uint32_t trace_lane_root(const struct trace_model *model)
{
    uint32_t root = TRACE_NONE;
    for (uint32_t i = 0; i < model->lane_count; i++) {
        uint32_t parent = model->lanes[i].parent;
        if (parent != TRACE_NONE && parent < root && model->lanes[parent].parent == TRACE_NONE)
            root = parent;
    }
    return root;
}
