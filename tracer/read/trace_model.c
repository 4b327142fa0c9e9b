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
