/*
 * Numbers are positions in a list of runs, so that neither a span nor the model has to carry them:
 * four bytes for each switch, and a search when a number is asked for.
 */

#include "order.h"

#include <errno.h>
#include <stdlib.h>

#include "trace_room.h"

static int by_time(const void *left, const void *right)
{
    const struct order_print *a = left;
    const struct order_print *b = right;
    if (a->at_ns != b->at_ns)
        return a->at_ns < b->at_ns ? -1 : 1;
    return a->mark < b->mark ? -1 : a->mark > b->mark;
}

static void collect_switches(struct order *order, uint32_t root)
{
    const struct trace_model *model = order->model;
    for (uint32_t i = 0; i < model->switch_count; i++)
        if (trace_switch(model, i)->lane != root)
            order->switches[order->switch_count++] = model->switches[i];
}

int order_init(struct order *order, const struct trace_model *model)
{
    *order = (struct order){.model = model};
    order->switches = trace_room_fixed((model->switch_count + 1) * sizeof *order->switches);
    order->prints = malloc((model->mark_count + 1) * sizeof *order->prints);
    order->notes = malloc((model->mark_count + 1) * sizeof *order->notes);
    if (order->switches == NULL || order->prints == NULL || order->notes == NULL) {
        order_finish(order);
        return -ENOMEM;
    }
    collect_switches(order, trace_lane_root(model));
    if (order->switch_count == 0)
        collect_switches(order, TRACE_NONE);
    for (uint32_t i = 0; i < model->mark_count; i++)
        if (model->marks[i].kind == TRACE_MARK_PRINT)
            order->prints[order->print_count++] = (struct order_print){model->marks[i].at_ns, i};
        else if (model->marks[i].kind == TRACE_MARK_NOTE)
            order->notes[order->note_count++] = i;
    qsort(order->prints, order->print_count, sizeof *order->prints, by_time);
    return 0;
}

void order_finish(struct order *order)
{
    free(order->switches);
    free(order->prints);
    free(order->notes);
    *order = (struct order){0};
}

/* How many numbered switches start before `at_ns`. */
static uint32_t count_before(const struct order *order, int64_t at_ns)
{
    uint32_t low = 0;
    uint32_t high = order->switch_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (order->model->spans[order->switches[middle]].start_ns < at_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

uint32_t order_number(const struct order *order, uint32_t span)
{
    int64_t start_ns = order->model->spans[span].start_ns;
    for (uint32_t i = count_before(order, start_ns); i < order->switch_count; i++) {
        if (order->switches[i] == span)
            return i + 1;
        if (order->model->spans[order->switches[i]].start_ns > start_ns)
            break;
    }
    return 0;
}

uint32_t order_switch_before(const struct order *order, int64_t at_ns)
{
    uint32_t count = count_before(order, at_ns + 1);
    return count > 0 ? order->switches[count - 1] : TRACE_NONE;
}

uint32_t order_switch_after(const struct order *order, int64_t at_ns)
{
    uint32_t count = count_before(order, at_ns + 1);
    return count < order->switch_count ? order->switches[count] : TRACE_NONE;
}

uint32_t order_prints_until(const struct order *order, int64_t at_ns)
{
    uint32_t low = 0;
    uint32_t high = order->print_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (order->prints[middle].at_ns <= at_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

uint32_t order_note_from(const struct order *order, uint32_t lane, int64_t at_ns)
{
    uint32_t low = 0;
    uint32_t high = order->note_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct trace_mark *note = &order->model->marks[order->notes[middle]];
        if (note->lane < lane || (note->lane == lane && note->at_ns < at_ns))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* For how long a run had to wait for its turn, and whether it had been waiting for something else
 * before; -1 if it ran at once. */
static int64_t turn_ns(const struct trace_model *model, uint32_t span, bool *woken)
{
    uint32_t ready = trace_state_before(model, span);
    *woken = false;
    if (ready == TRACE_NONE || model->spans[ready].state != TRACE_STATE_READY)
        return -1;
    uint32_t wait = trace_state_before(model, ready);
    *woken = wait != TRACE_NONE && model->spans[wait].state == TRACE_STATE_WAIT;
    return model->spans[ready].end_ns - model->spans[ready].start_ns;
}

uint32_t order_most_telling(const struct order *order, uint32_t lanes)
{
    const struct trace_model *model = order->model;
    uint32_t best = order->switch_count > 0 ? order->switches[0] : TRACE_NONE;
    int64_t best_ns = -1;
    bool best_woken = false;
    for (uint32_t i = 0; i + 1 < order->switch_count; i++) {
        uint32_t span = order->switches[i];
        bool woken;
        int64_t ns = model->spans[span].lane < lanes ? turn_ns(model, span, &woken) : -1;
        if (ns < 0 || woken < best_woken)
            continue;
        if (woken > best_woken || ns > best_ns) {
            best = span;
            best_ns = ns;
            best_woken = woken;
        }
    }
    return best;
}
