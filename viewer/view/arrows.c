/*
 * Arrows are found through the lists of their lanes, so that those of one state cost no more in a
 * long trace.  Those of a whole view are thinned twice: of very many only every n-th is looked at,
 * and of those that leave from the same few pixels for the same row only one is kept.
 */

#include "arrows.h"

#include <string.h>

#include "order.h"

/* Arrows that leave one lane for the same other one within so many pixels look the same. */
#define CELL_PX 6
/* Flows that are looked at for one picture; beyond that every n-th of them. */
#define SCAN_MAX 200000
/* Of those that touch a row that can be seen, so many are told apart. */
#define CANDIDATES_MAX 4096
/* Odd, near 2^64 divided by the golden ratio: spreads keys over the table. */
#define HASH_FACTOR UINT64_C(0x9E3779B97F4A7C15)

static struct arrow arrow_of_flow(const struct trace_model *model, uint32_t flow)
{
    const struct trace_flow *of = &model->flows[flow];
    return (struct arrow){of->from_ns, of->to_ns, of->from_lane, of->to_lane, flow};
}

static void add(struct arrows *arrows, struct arrow arrow)
{
    bool goes = arrow.to_lane != TRACE_NONE && arrow.to_lane != arrow.from_lane;
    if (goes && arrows->count < ARROWS_MAX)
        arrows->items[arrows->count++] = arrow;
}

/* A lane's flows between two instants, both included: where they begin in the list, and how many.
 */
static uint32_t flows_between(const struct trace_model *model, uint32_t lane, bool arrive,
                              int64_t from_ns, int64_t to_ns, uint32_t *first)
{
    *first = arrive ? trace_arrival_from(model, lane, from_ns)
                    : trace_departure_from(model, lane, from_ns);
    uint32_t end = arrive ? trace_arrival_from(model, lane, to_ns + 1)
                          : trace_departure_from(model, lane, to_ns + 1);
    return end - *first;
}

/* Adds a lane's flows between two instants, every n-th if they are many. */
static void add_between(struct arrows *arrows, const struct trace_model *model, uint32_t lane,
                        bool arrive, int64_t from_ns, int64_t to_ns)
{
    uint32_t first;
    uint32_t count = flows_between(model, lane, arrive, from_ns, to_ns, &first);
    uint32_t step = count / (ARROWS_MAX / 3) + 1;
    const uint32_t *flows = arrive ? model->arrivals : model->departures;
    for (uint32_t i = 0; i < count; i += step)
        add(arrows, arrow_of_flow(model, flows[first + i]));
}

/* What made a lane ready; without a flow, a straight line from whoever did it. */
static void add_wake(struct arrows *arrows, const struct trace_model *model, uint32_t ready)
{
    const struct trace_span *span = &model->spans[ready];
    uint32_t before = arrows->count;
    if (span->state != TRACE_STATE_READY)
        return;
    add_between(arrows, model, span->lane, true, span->start_ns, span->start_ns);
    if (arrows->count == before && span->other != TRACE_NONE)
        add(arrows,
            (struct arrow){span->start_ns, span->start_ns, span->other, span->lane, TRACE_NONE});
}

void arrows_of_span(struct arrows *arrows, const struct trace_model *model, uint32_t span)
{
    const struct trace_span *of = &model->spans[span];
    arrows->count = 0;
    if (of->state == TRACE_STATE_READY) {
        add_wake(arrows, model, span);
        return;
    }
    bool run = of->state == TRACE_STATE_RUN;
    uint32_t ready = run ? trace_state_before(model, span) : trace_state_after(model, span);
    if (ready != TRACE_NONE)
        add_wake(arrows, model, ready);
    if (!run)
        return;
    add_between(arrows, model, of->lane, true, of->start_ns, of->end_ns - 1);
    add_between(arrows, model, of->lane, false, of->start_ns, of->end_ns - 1);
}

/* --- of all that can be seen --------------------------------------------------------------- */

struct window {
    const struct fold_columns *columns;
    const struct lanes *lanes;
    uint32_t first, end; /* items that can be seen */
    size_t near;         /* where on the axis the last flow was */
};

static bool touches(const struct window *window, const struct trace_flow *flow)
{
    if (flow->to_lane == TRACE_NONE || flow->to_lane == flow->from_lane)
        return false;
    uint32_t from = lanes_place_of_lane(window->lanes, flow->from_lane);
    uint32_t to = lanes_place_of_lane(window->lanes, flow->to_lane);
    uint32_t count = window->end - window->first;
    return from != TRACE_NONE && to != TRACE_NONE && from != to &&
           (from - window->first < count || to - window->first < count);
}

/* A lane's place in a picture: lanes out of sight are all the same, those above and those below. */
static uint64_t place_of(const struct window *window, uint32_t lane)
{
    uint32_t place = lanes_place_of_lane(window->lanes, lane);
    if (place < window->first)
        return UINT32_MAX;
    return place < window->end ? place : UINT32_MAX - 1;
}

/* Whether an arrow that looks the same has been seen; `seen` is a table of twice as many keys as
 * there are candidates. */
static bool is_new(uint64_t *seen, struct window *window, const struct trace_flow *flow)
{
    const struct fold_columns *columns = window->columns;
    double at = trace_axis_position_near(columns->axis, flow->from_ns, &window->near);
    uint64_t x = (uint64_t)(int64_t)(view_x(&columns->view, at) / CELL_PX);
    uint64_t key = x;
    key = key * HASH_FACTOR + place_of(window, flow->from_lane);
    key = key * HASH_FACTOR + place_of(window, flow->to_lane);
    key = key * HASH_FACTOR | 1;
    uint32_t slot = (uint32_t)(key >> 40) % (2 * CANDIDATES_MAX);
    while (seen[slot] != 0 && seen[slot] != key)
        slot = (slot + 1) % (2 * CANDIDATES_MAX);
    bool new = seen[slot] == 0;
    seen[slot] = key;
    return new;
}

/* Lists those that look different. */
static uint32_t list_candidates(struct window *window, uint32_t first, uint32_t end,
                                uint32_t candidates[CANDIDATES_MAX])
{
    uint64_t seen[2 * CANDIDATES_MAX];
    const struct trace_flow *flows = window->lanes->rows->model->flows;
    uint32_t stride = (end - first) / SCAN_MAX + 1;
    uint32_t touching = 0;
    uint32_t count = 0;
    for (uint32_t i = first; i < end; i += stride)
        touching += touches(window, &flows[i]);
    uint32_t every = touching / CANDIDATES_MAX + 1;
    uint32_t n = 0;
    memset(seen, 0, sizeof seen);
    for (uint32_t i = first; i < end && count < CANDIDATES_MAX; i += stride) {
        if (!touches(window, &flows[i]) || n++ % every != 0)
            continue;
        if (is_new(seen, window, &flows[i]))
            candidates[count++] = i;
    }
    return count;
}

void arrows_of_view(struct arrows *arrows, const struct fold_columns *columns,
                    const struct lanes *lanes, uint32_t first, uint32_t end)
{
    struct window window = {columns, lanes, first, end, 0};
    const struct trace_model *model = lanes->rows->model;
    uint32_t candidates[CANDIDATES_MAX];
    arrows->count = 0;
    uint32_t flow = trace_flow_from(model, columns->at_ns[0]);
    uint32_t flow_end = trace_flow_from(model, columns->at_ns[columns->count] + 1);
    uint32_t count = list_candidates(&window, flow, flow_end, candidates);
    uint32_t step = (count + ARROWS_MAX - 1) / ARROWS_MAX;
    for (uint32_t i = 0; i < count; i += step)
        add(arrows, arrow_of_flow(model, candidates[i]));
}

/* --- ends ---------------------------------------------------------------------------------- */

uint32_t arrows_first_message(const struct trace_model *model, uint32_t span)
{
    const struct trace_span *of = &model->spans[span];
    struct arrows arrows;
    arrows_of_span(&arrows, model, span);
    uint32_t found = TRACE_NONE;
    for (uint32_t i = 0; i < arrows.count; i++) {
        const struct arrow *arrow = &arrows.items[i];
        if (arrow->flow == TRACE_NONE || model->flows[arrow->flow].message == TRACE_NONE)
            continue;
        if (arrow->from_lane == of->lane)
            return arrow->flow;
        if (found == TRACE_NONE)
            found = arrow->flow;
    }
    return found;
}

uint32_t arrows_from_span(const struct trace_model *model, uint32_t flow)
{
    const struct trace_flow *of = &model->flows[flow];
    uint32_t span = trace_span_at(model, of->from_lane, of->from_ns);
    return span != TRACE_NONE ? span : trace_span_at(model, of->from_lane, of->from_ns - 1);
}

uint32_t arrows_to_span(const struct trace_model *model, uint32_t flow)
{
    const struct trace_flow *of = &model->flows[flow];
    return of->to_lane != TRACE_NONE ? trace_span_at(model, of->to_lane, of->to_ns) : TRACE_NONE;
}
