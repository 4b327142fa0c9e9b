/* Values are in time order, counter by counter; blocks go over all of them, so that only those that
 * lie within what is asked for are used. */

#include "charts.h"

#include <errno.h>
#include <stdlib.h>

#include "after.h"

/* Values per block. */
#define BLOCK 64

static void take(struct charts_range *range, double low, double high)
{
    if (low < range->low)
        range->low = low;
    if (high > range->high)
        range->high = high;
}

int charts_init(struct charts *charts, const struct trace_model *model)
{
    *charts = (struct charts){.model = model};
    charts->blocks = malloc((model->value_count / BLOCK + 1) * sizeof *charts->blocks);
    charts->whole = calloc((size_t)model->counter_count + 1, sizeof *charts->whole);
    if (charts->blocks == NULL || charts->whole == NULL) {
        charts_finish(charts);
        return -ENOMEM;
    }
    for (uint32_t i = 0; i < model->value_count; i++) {
        double value = model->values[i].value;
        if (i % BLOCK == 0)
            charts->blocks[i / BLOCK] = (struct charts_range){value, value};
        take(&charts->blocks[i / BLOCK], value, value);
        take(&charts->whole[model->values[i].counter], value, value);
    }
    return 0;
}

void charts_finish(struct charts *charts)
{
    free(charts->blocks);
    free(charts->whole);
    *charts = (struct charts){.model = NULL};
}

/* The first of a counter's values from a place on that is later than an instant. */
static uint32_t value_after(const struct charts *charts, const struct charts_place *place,
                            int64_t at_ns)
{
    const struct trace_model *model = charts->model;
    const struct trace_counter *counter = &model->counters[place->counter];
    uint32_t end = counter->value_first + counter->value_count;
    struct after_items values = {model->values, sizeof *model->values,
                                 offsetof(struct trace_counter_value, at_ns)};
    return after_first(values, place->at, end, at_ns);
}

bool charts_between(const struct charts *charts, struct charts_place *place, int64_t from_ns,
                    int64_t to_ns, struct charts_range *range)
{
    const struct trace_model *model = charts->model;
    uint32_t first = model->counters[place->counter].value_first;
    uint32_t at = value_after(charts, place, from_ns);
    place->at = at;
    uint32_t end = value_after(charts, place, to_ns - 1);
    if (end == first)
        return false;
    at = at > first ? at - 1 : first; /* what is in force at the beginning */
    *range = (struct charts_range){model->values[at].value, model->values[at].value};
    while (at < end) {
        bool whole = at % BLOCK == 0 && end - at >= BLOCK;
        const struct charts_range *block = &charts->blocks[at / BLOCK];
        double value = model->values[at].value;
        take(range, whole ? block->low : value, whole ? block->high : value);
        at += whole ? BLOCK : 1;
    }
    return true;
}

bool charts_at(const struct charts *charts, uint32_t counter, int64_t at_ns, double *value)
{
    uint32_t first = charts->model->counters[counter].value_first;
    struct charts_place place = {counter, first};
    uint32_t after = value_after(charts, &place, at_ns);
    if (after > first)
        *value = charts->model->values[after - 1].value;
    return after > first;
}
