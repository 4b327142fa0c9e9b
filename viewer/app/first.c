/*
 * The causes in the order in which they explain more: who replays a failure wants to see the turn
 * that made it, and a circle of waits is the end of all else.
 */

#include "first.h"

#include <string.h>

#include "trace_waits.h"

/* Where this was first noted. */
static uint32_t first_noted(const struct order *order, enum trace_note note)
{
    const struct trace_mark *first = NULL;
    for (uint32_t i = 0; i < order->note_count; i++) {
        const struct trace_mark *mark = &order->model->marks[order->notes[i]];
        bool noted = mark->note == note && mark->span != TRACE_NONE;
        if (noted && (first == NULL || mark->at_ns < first->at_ns))
            first = mark;
    }
    return first != NULL ? first->span : TRACE_NONE;
}

/* Of the waits that close a circle for ever when the run ends, the one that began last. */
static uint32_t closing_wait(const struct trace_model *model)
{
    struct trace_waits waits;
    uint32_t last = TRACE_NONE;
    if (trace_waits_at(model, model->end_ns, &waits) < 0)
        return TRACE_NONE;
    for (uint32_t i = 0; i < model->lane_count; i++) {
        bool stuck = waits.circle[i] > 0 && trace_waits_are_for_ever(&waits, waits.circle[i]);
        if (stuck && (last == TRACE_NONE ||
                      model->spans[waits.spans[i]].start_ns > model->spans[last].start_ns))
            last = waits.spans[i];
    }
    trace_waits_finish(&waits);
    return last;
}

/* Plain threads and foreign lanes may run for as long as they like. */
static uint32_t long_hold(const struct document *document)
{
    const struct trace_score *score = &document->score;
    bool loops = score->place != NULL && strcmp(score->place, "loop") == 0;
    bool kept = score->longest_hold_ns >= FIRST_HOLD_NS && score->ready_ns > 0;
    return loops && kept && !document->model->foreign ? score->longest_hold : TRACE_NONE;
}

struct first first_of(const struct document *document, uint32_t lanes)
{
    struct first first = {FIRST_AHEAD, first_noted(&document->order, TRACE_NOTE_AHEAD)};
    if (first.span == TRACE_NONE)
        first = (struct first){FIRST_CIRCLE, closing_wait(document->model)};
    if (first.span == TRACE_NONE)
        first = (struct first){FIRST_REFUSED, first_noted(&document->order, TRACE_NOTE_REFUSED)};
    if (first.span == TRACE_NONE)
        first = (struct first){FIRST_HOLD, long_hold(document)};
    if (first.span == TRACE_NONE)
        first = (struct first){FIRST_USUAL, order_most_telling(&document->order, lanes)};
    return first;
}
