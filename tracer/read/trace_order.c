/*
 * What can be known of what: along an actor's own life, and along arrows from one to another.
 *
 * The arrows are those of the file, and a wake by another actor is one as well.  Sorted by when
 * they leave, one pass over them finds how far the news of an instant gets: an arrow carries it on
 * if it leaves after the news has arrived, and no arrow arrives before it leaves.
 */

#include <errno.h>
#include <stdlib.h>

#include "trace_array.h"
#include "trace_grade.h"
#include "trace_grade_order.h"

static bool add_arrow(struct trace_array *arrows, uint32_t from, int64_t from_ns, uint32_t to,
                      int64_t to_ns)
{
    struct order_arrow *arrow = trace_array_add(arrows, sizeof *arrow);
    if (arrow != NULL)
        *arrow = (struct order_arrow){from, to, from_ns, to_ns};
    return arrow != NULL;
}

/* A parent that joins its children goes on only when this one has ended, too: the arrow of the last
 * one to end stands for all of them. */
static bool add_join(const struct trace_model *model, uint32_t child, struct trace_array *arrows)
{
    const struct trace_lane *lane = &model->lanes[child];
    if (lane->parent == TRACE_NONE || lane->end_ns == TRACE_NEVER)
        return true;
    uint32_t found = trace_span_at(model, lane->parent, lane->end_ns);
    const struct trace_span *wait = found != TRACE_NONE ? &model->spans[found] : NULL;
    bool joins = wait != NULL && wait->state == TRACE_STATE_WAIT && !wait->open &&
                 wait->reason == TRACE_REASON_JOIN &&
                 (wait->other == TRACE_NONE || wait->other == child);
    return !joins || add_arrow(arrows, child, lane->end_ns, lane->parent, wait->end_ns);
}

static bool collect(const struct trace_model *model, struct trace_array *arrows)
{
    bool made = true;
    for (uint32_t i = 0; made && i < model->flow_count; i++) {
        const struct trace_flow *flow = &model->flows[i];
        if (flow->to_lane != TRACE_NONE)
            made = add_arrow(arrows, flow->from_lane, flow->from_ns, flow->to_lane, flow->to_ns);
    }
    for (uint32_t i = 0; made && i < model->span_count; i++) {
        const struct trace_span *span = &model->spans[i];
        if (span->state == TRACE_STATE_READY && span->other != TRACE_NONE)
            made = add_arrow(arrows, span->other, span->start_ns, span->lane, span->start_ns);
    }
    for (uint32_t i = 0; made && i < model->lane_count; i++)
        made = add_join(model, i, arrows);
    return made;
}

static int sort_arrows(struct trace_order *order, const struct trace_array *arrows)
{
    struct trace_key *keys = malloc(((size_t)arrows->count + 1) * sizeof *keys);
    const struct order_arrow *list = arrows->items;
    order->arrows = malloc(((size_t)arrows->count + 1) * sizeof *order->arrows);
    int result = keys != NULL && order->arrows != NULL ? 0 : -ENOMEM;
    for (uint32_t i = 0; result == 0 && i < arrows->count; i++)
        keys[i] = (struct trace_key){list[i].from_ns, i};
    if (result == 0)
        result = trace_sort(keys, arrows->count);
    for (uint32_t i = 0; result == 0 && i < arrows->count; i++)
        order->arrows[i] = list[keys[i].value];
    order->arrow_count = arrows->count;
    free(keys);
    return result;
}

int trace_order_new(const struct trace_model *model, struct trace_order **order)
{
    struct trace_array arrows = {0};
    struct trace_order *made = calloc(1, sizeof *made);
    *order = NULL;
    if (made == NULL)
        return -ENOMEM;
    made->model = model;
    int result = collect(model, &arrows) ? sort_arrows(made, &arrows) : -ENOMEM;
    trace_array_finish(&arrows);
    if (result < 0)
        trace_order_destroy(made);
    else
        *order = made;
    return result;
}

void trace_order_destroy(struct trace_order *order)
{
    if (order == NULL)
        return;
    free(order->arrows);
    free(order);
}

void trace_order_reach(const struct trace_order *order, uint32_t lane, int64_t at_ns,
                       int64_t *reach)
{
    for (uint32_t i = 0; i < order->model->lane_count; i++)
        reach[i] = TRACE_NEVER;
    reach[lane] = at_ns;
    for (size_t i = 0; i < order->arrow_count; i++) {
        const struct order_arrow *arrow = &order->arrows[i];
        if (reach[arrow->from] <= arrow->from_ns && arrow->to_ns < reach[arrow->to])
            reach[arrow->to] = arrow->to_ns;
    }
}
