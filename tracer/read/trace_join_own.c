/*
 * An actor's own words as stretches and curves: of what it said to begin, end and count, which are
 * marks as well, the slices and counters are made, as foreign traces bring them along.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "trace_join_parts.h"

/* Deeper ones are not told apart from what they lie on. */
#define DEPTH_MAX UINT16_MAX

struct own {
    struct trace_join *join;
    struct trace_model *model;
    struct trace_array slices;
    struct trace_array open; /* uint32_t: the slices of a lane that have not ended, inner last */
    struct trace_array counters;
    struct trace_array values;
    struct trace_map counter_map; /* lane << 32 | name -> index */
};

static const char *text_of(const struct own *own, const struct trace_mark *mark)
{
    return trace_strings_text(&own->join->strings, mark->text);
}

/* The name in "begin parse" or "end parse". */
static trace_text_id name_behind(struct own *own, const struct trace_mark *mark, size_t skipped)
{
    char name[256];
    const char *text = text_of(own, mark);
    size_t bytes = strlen(text);
    skipped = skipped < bytes ? skipped : bytes;
    bytes -= skipped;
    bytes = bytes < sizeof name ? bytes : sizeof name - 1;
    memcpy(name, text + skipped, bytes); /* adding a text may move all of them */
    return trace_strings_put(&own->join->strings, name, bytes);
}

static struct trace_slice *slice_open(const struct own *own, uint32_t place)
{
    uint32_t index = ((const uint32_t *)own->open.items)[place];
    return (struct trace_slice *)own->slices.items + index;
}

static int begin(struct own *own, const struct trace_mark *mark)
{
    struct trace_slice *slice = trace_array_add(&own->slices, sizeof *slice);
    uint32_t *open = trace_array_add(&own->open, sizeof *open);
    if (slice == NULL || open == NULL)
        return -EOVERFLOW;
    uint32_t depth = own->open.count - 1;
    *open = own->slices.count - 1;
    *slice = (struct trace_slice){.start_ns = mark->at_ns,
                                  .lane = mark->lane,
                                  .name = name_behind(own, mark, strlen("begin ")),
                                  .depth = (uint16_t)(depth < DEPTH_MAX ? depth : DEPTH_MAX)};
    return 0;
}

/* Ends the innermost of a name, and whatever was begun in it and forgotten.  An end without a
 * beginning, which may have been lost, ends nothing. */
static void end(struct own *own, const struct trace_mark *mark)
{
    trace_text_id name = name_behind(own, mark, strlen("end "));
    uint32_t place = own->open.count;
    while (place > 0 && slice_open(own, place - 1)->name != name)
        place--;
    if (place == 0)
        return;
    for (; own->open.count >= place; own->open.count--)
        slice_open(own, own->open.count - 1)->end_ns = mark->at_ns;
}

/* "lines = 12": the name is all before the last equals sign. */
static int count(struct own *own, const struct trace_mark *mark)
{
    const char *text = text_of(own, mark);
    const char *equals = strrchr(text, '=');
    if (equals == NULL || equals == text)
        return 0;
    double value = strtod(equals + 1, NULL);
    char name[256];
    size_t bytes = (size_t)(equals - text) - 1;
    bytes = bytes < sizeof name ? bytes : sizeof name - 1;
    memcpy(name, text, bytes);
    trace_text_id id = trace_strings_put(&own->join->strings, name, bytes);
    uint32_t *place = trace_map_put(&own->counter_map, (uint64_t)mark->lane << 32 | id);
    struct trace_counter_value *of = trace_array_add(&own->values, sizeof *of);
    if (place == NULL || of == NULL)
        return -EOVERFLOW;
    if (*place == TRACE_NONE) {
        struct trace_counter *counter = trace_array_add(&own->counters, sizeof *counter);
        if (counter == NULL)
            return -EOVERFLOW;
        *counter = (struct trace_counter){.name = id, .lane = mark->lane};
        *place = own->counters.count - 1;
    }
    *of = (struct trace_counter_value){mark->at_ns, *place, value};
    return 0;
}

/* What has not ended by the end of the file, or of the actor. */
static void end_all(struct own *own, const struct trace_lane *lane)
{
    bool ended = lane->end_ns != TRACE_NEVER;
    for (uint32_t i = 0; i < own->open.count; i++) {
        struct trace_slice *slice = slice_open(own, i);
        slice->end_ns = ended ? lane->end_ns : own->model->end_ns;
        slice->end_ns = slice->end_ns > slice->start_ns ? slice->end_ns : slice->start_ns;
        slice->open = !ended;
    }
    own->open.count = 0;
}

static int hear_lane(struct own *own, uint32_t index)
{
    struct trace_lane *lane = &own->model->lanes[index];
    int result = 0;
    lane->slice_first = own->slices.count;
    for (uint32_t i = 0; result == 0 && i < lane->mark_count; i++) {
        const struct trace_mark *mark = &own->model->marks[lane->mark_first + i];
        if (mark->word == TRACE_WORD_BEGIN)
            result = begin(own, mark);
        else if (mark->word == TRACE_WORD_END)
            end(own, mark);
        else if (mark->word == TRACE_WORD_COUNT)
            result = count(own, mark);
    }
    end_all(own, lane);
    lane->slice_count = own->slices.count - lane->slice_first;
    return result;
}

int join_own(struct trace_join *join)
{
    struct trace_model *model = join->model;
    struct own own = {.join = join, .model = model};
    int result = 0;
    for (uint32_t i = 0; result == 0 && i < model->lane_count; i++)
        result = hear_lane(&own, i);
    void *values = NULL;
    if (result == 0)
        result = trace_array_take(&own.slices, sizeof *model->slices, &model->slices,
                                  &model->slice_count);
    if (result == 0)
        result = trace_array_take(&own.values, sizeof *model->values, &values, &model->value_count);
    if (result == 0)
        result = trace_array_take(&own.counters, sizeof *model->counters, &model->counters,
                                  &model->counter_count);
    if (result == 0)
        result = join_values(model, values);
    trace_array_finish(&own.slices);
    trace_array_finish(&own.open);
    trace_array_finish(&own.values);
    trace_array_finish(&own.counters);
    trace_map_finish(&own.counter_map);
    return result;
}
