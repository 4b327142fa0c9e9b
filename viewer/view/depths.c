/* Depths of a lane are in time order: one walk from column to column sees each of them once. */

#include "depths.h"

#include <stdlib.h>

#include "after.h"

uint32_t *depths_peaks(const struct trace_model *model)
{
    uint32_t *peaks = calloc((size_t)model->lane_count + 1, sizeof *peaks);
    for (uint32_t i = 0; peaks != NULL && i < model->depth_count; i++) {
        uint32_t *peak = &peaks[model->depths[i].lane];
        if (model->depths[i].depth > *peak)
            *peak = model->depths[i].depth;
    }
    return peaks;
}

/* The first of a lane's depths from *near on that is later than an instant. */
static uint32_t depth_after(const struct trace_model *model, uint32_t lane, int64_t at_ns,
                            uint32_t near)
{
    uint32_t end = model->lanes[lane].depth_first + model->lanes[lane].depth_count;
    struct after_items depths = {model->depths, sizeof *model->depths,
                                 offsetof(struct trace_depth, at_ns)};
    return after_first(depths, near, end, at_ns);
}

uint32_t depths_most(const struct trace_model *model, uint32_t lane, int64_t from_ns, int64_t to_ns,
                     uint32_t *near)
{
    const struct trace_lane *own = &model->lanes[lane];
    uint32_t end = own->depth_first + own->depth_count;
    uint32_t at = depth_after(model, lane, from_ns, *near);
    uint32_t most = at > own->depth_first ? model->depths[at - 1].depth : 0;
    *near = at;
    for (; at < end && model->depths[at].at_ns < to_ns; at++)
        most = model->depths[at].depth > most ? model->depths[at].depth : most;
    return most;
}
