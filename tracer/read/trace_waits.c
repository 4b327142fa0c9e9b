/*
 * Waits as a graph in which each node has at most one successor: it is followed from every lane,
 * and a lane that is met again on the same walk begins a circle.
 */

#include "trace_waits.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void look_at_lane(struct trace_waits *waits, uint32_t lane)
{
    const struct trace_model *model = waits->model;
    bool at_end = waits->at_ns == model->end_ns;
    uint32_t found =
        at_end ? trace_span_last(model, lane) : trace_span_at(model, lane, waits->at_ns);
    waits->spans[lane] = found;
    waits->on[lane] = TRACE_NONE;
    if (found == TRACE_NONE)
        return;
    const struct trace_span *span = &model->spans[found];
    if (span->state == TRACE_STATE_WAIT && span->other < model->lane_count)
        waits->on[lane] = span->other;
}

/* Follows the waits from each lane; `walk` holds the number of the walk on which a lane was met. */
static void find_circles(struct trace_waits *waits, uint32_t *walk)
{
    for (uint32_t start = 0; start < waits->model->lane_count; start++) {
        uint32_t at = start;
        while (at != TRACE_NONE && walk[at] == 0) {
            walk[at] = start + 1;
            at = waits->on[at];
        }
        if (at == TRACE_NONE || walk[at] != start + 1)
            continue;
        waits->circle_count++;
        for (uint32_t of = at; waits->circle[of] == 0; of = waits->on[of])
            waits->circle[of] = waits->circle_count;
    }
}

int trace_waits_at(const struct trace_model *model, int64_t at_ns, struct trace_waits *waits)
{
    size_t room = (size_t)model->lane_count + 1;
    uint32_t *walk = calloc(room, sizeof *walk);
    *waits = (struct trace_waits){
        .model = model,
        .at_ns = at_ns < model->end_ns ? at_ns : model->end_ns,
        .spans = malloc(room * sizeof *waits->spans),
        .on = malloc(room * sizeof *waits->on),
        .circle = calloc(room, sizeof *waits->circle),
    };
    bool failed =
        walk == NULL || waits->spans == NULL || waits->on == NULL || waits->circle == NULL;
    for (uint32_t i = 0; !failed && i < model->lane_count; i++)
        look_at_lane(waits, i);
    if (!failed)
        find_circles(waits, walk);
    free(walk);
    if (failed)
        trace_waits_finish(waits);
    return failed ? -ENOMEM : 0;
}

void trace_waits_finish(struct trace_waits *waits)
{
    free(waits->spans);
    free(waits->on);
    free(waits->circle);
    *waits = (struct trace_waits){0};
}

bool trace_waits_are_for_ever(const struct trace_waits *waits, uint32_t circle)
{
    const struct trace_model *model = waits->model;
    for (uint32_t i = 0; i < model->lane_count; i++)
        if (waits->circle[i] == circle &&
            trace_wait_of(model, &model->spans[waits->spans[i]])->due_ns != TRACE_NEVER)
            return false;
    return true;
}

/* What only other actors can end: everything else may be ended from outside. */
static bool is_inside(uint8_t reason)
{
    switch (reason) {
    case TRACE_REASON_JOIN:
    case TRACE_REASON_RECV:
    case TRACE_REASON_SEND:
    case TRACE_REASON_CALL:
    case TRACE_REASON_LOCK:
    case TRACE_REASON_EVENT:
    case TRACE_REASON_CHAN:
        return true;
    default:
        return false;
    }
}

uint32_t trace_waits_of_all(const struct trace_model *model, uint32_t *latest)
{
    bool ended = !model->cut && strncmp(trace_text(model, model->info.runtime), "troupe ", 7) == 0;
    uint32_t number = 0;
    *latest = TRACE_NONE;
    for (uint32_t i = 0; ended && i < model->lane_count; i++) {
        if (model->lanes[i].end_ns != TRACE_NEVER)
            continue;
        uint32_t last = trace_span_last(model, i);
        const struct trace_span *wait = last != TRACE_NONE ? &model->spans[last] : NULL;
        if (wait == NULL || wait->state != TRACE_STATE_WAIT || !is_inside(wait->reason) ||
            trace_wait_of(model, wait)->due_ns != TRACE_NEVER)
            return 0;
        number++;
        if (*latest == TRACE_NONE || wait->start_ns >= model->spans[*latest].start_ns)
            *latest = last;
    }
    return number;
}
