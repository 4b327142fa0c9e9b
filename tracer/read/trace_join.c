/*
 * Joining, from pieces to a model; and what its parts share: sorting, and dealing records out to
 * their lanes.
 */

#include "trace_join_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "trace_index.h"
#include "trace_tasks.h"

void trace_model_destroy(struct trace_model *model)
{
    if (model == NULL)
        return;
#define GIVE_BACK(items, count) trace_room_free(items, (size_t)(count) * sizeof *(items))
    GIVE_BACK(model->lanes, model->lane_count);
    GIVE_BACK(model->spans, model->span_count);
    GIVE_BACK(model->waits, model->wait_count);
    GIVE_BACK(model->sums, TRACE_SUM_COUNT(model->span_count));
    GIVE_BACK(model->switches, model->switch_count);
    GIVE_BACK(model->marks, model->mark_count);
    GIVE_BACK(model->flows, model->flow_count);
    GIVE_BACK(model->departures, model->departure_count);
    GIVE_BACK(model->arrivals, model->arrival_count);
    GIVE_BACK(model->messages, model->message_count);
    GIVE_BACK(model->depths, model->depth_count);
    GIVE_BACK(model->slices, model->slice_count);
    GIVE_BACK(model->counters, model->counter_count);
    GIVE_BACK(model->values, model->value_count);
    GIVE_BACK(model->unknown, model->unknown_count);
    GIVE_BACK(model->loops, model->loop_count);
    GIVE_BACK(model->threads, model->thread_count);
    GIVE_BACK(model->jobs, model->job_count);
    GIVE_BACK(model->sources, model->source_count);
#undef GIVE_BACK
    free(model->texts);
    free(model->text_starts);
    free(model);
}

/* The instant that a record begins with. */
static int64_t instant_of(const char *record)
{
    int64_t at_ns;
    memcpy(&at_ns, record, sizeof at_ns);
    return at_ns;
}

static bool is_in_order(const char *records, uint32_t count, size_t record_bytes)
{
    for (uint32_t i = 1; i < count; i++)
        if (instant_of(records + i * record_bytes) < instant_of(records + (i - 1) * record_bytes))
            return false;
    return true;
}

int join_sort(void *records, uint32_t count, size_t record_bytes)
{
    char *items = records;
    if (is_in_order(items, count, record_bytes))
        return 0;
    struct trace_key *keys = join_keys(count);
    char *ordered = trace_room_new((size_t)count * record_bytes);
    int result = keys != NULL && ordered != NULL ? 0 : -ENOMEM;
    for (uint32_t i = 0; result == 0 && i < count; i++)
        keys[i] = (struct trace_key){.key = instant_of(items + i * record_bytes), .value = i};
    if (result == 0)
        result = trace_sort(keys, count);
    for (uint32_t i = 0; result == 0 && i < count; i++)
        memcpy(ordered + i * record_bytes, items + keys[i].value * record_bytes, record_bytes);
    if (result == 0)
        memcpy(items, ordered, (size_t)count * record_bytes);
    trace_room_free(ordered, (size_t)count * record_bytes);
    join_free_keys(keys, count);
    return result;
}

/* The lane of a record; `lane_count` for those that have none. */
static uint32_t lane_of(const char *record, size_t lane_place, uint32_t lane_count)
{
    uint32_t lane;
    memcpy(&lane, record + lane_place, sizeof lane);
    return lane < lane_count ? lane : lane_count;
}

int join_deal_out(void **records, uint32_t count, size_t record_bytes, size_t lane_place,
                  uint32_t lane_count, uint32_t *starts)
{
    const char *items = *records;
    char *dealt = trace_room_new((size_t)count * record_bytes);
    if (dealt == NULL)
        return -ENOMEM;
    memset(starts, 0, ((size_t)lane_count + 2) * sizeof *starts);
    for (uint32_t i = 0; i < count; i++)
        starts[lane_of(items + i * record_bytes, lane_place, lane_count) + 1]++;
    for (uint32_t i = 0; i <= lane_count; i++)
        starts[i + 1] += starts[i];
    for (uint32_t i = 0; i < count; i++) {
        uint32_t lane = lane_of(items + i * record_bytes, lane_place, lane_count);
        memcpy(dealt + starts[lane]++ * record_bytes, items + i * record_bytes, record_bytes);
    }
    /* Each start has moved to where its lane ends, so where the next one starts. */
    for (uint32_t i = lane_count + 1; i > 0; i--)
        starts[i] = starts[i - 1];
    starts[0] = 0;
    int result = 0;
    for (uint32_t i = 0; result == 0 && i <= lane_count; i++)
        result =
            join_sort(dealt + starts[i] * record_bytes, starts[i + 1] - starts[i], record_bytes);
    trace_room_free(*records, (size_t)count * record_bytes);
    *records = dealt;
    return result;
}

/* What all pieces together saw first and last. */
static void see_all(struct trace_join *join)
{
    int64_t start_ns = INT64_MAX;
    int64_t end_ns = INT64_MIN;
    for (uint32_t i = 0; i < join->part_count; i++) {
        const struct trace_build *part = &join->parts[i];
        start_ns = part->start_ns < start_ns ? part->start_ns : start_ns;
        end_ns = part->end_ns > end_ns ? part->end_ns : end_ns;
        join->model->event_count += part->event_count;
    }
    bool nothing = start_ns > end_ns;
    join->model->start_ns = nothing ? 0 : start_ns;
    join->model->end_ns = nothing ? 0 : end_ns;
}

struct halves {
    struct trace_join *join;
    int results[2];
};

/* States and arrows have nothing to do with each other until both are there. */
static void join_half(void *user, unsigned task)
{
    struct halves *halves = user;
    struct trace_join *join = halves->join;
    int result = task == 0 ? join_spans(join) : join_flows(join);
    if (result == 0 && task == 0)
        result = trace_index_make(join->model);
    halves->results[task] = result;
}

static int join_halves(struct trace_join *join)
{
    struct halves halves = {.join = join};
    trace_tasks_run(join->threads, 2, join_half, &halves);
    return halves.results[0] != 0 ? halves.results[0] : halves.results[1];
}

/* Fewer are joined sooner than threads are made. */
#define EVENTS_FOR_THREADS 5000

static int join_all(struct trace_join *join)
{
    int result = join_open(join);
    see_all(join);
    if (join->model->event_count < EVENTS_FOR_THREADS)
        join->threads = 1;
    if (result == 0)
        result = join_names(join);
    if (result == 0)
        result = join_halves(join);
    if (result == 0)
        join_lead(join);
    if (result == 0)
        result = join_rest(join);
    trace_strings_put(&join->strings, "", 0);
    if (result == 0 && join->strings.failed)
        result = -ENOMEM;
    return result;
}

static void take_texts(struct trace_join *join)
{
    join->model->texts = join->strings.texts;
    join->model->text_starts = join->strings.starts;
    join->model->text_count = join->strings.count;
    join->model->text_bytes = join->strings.bytes;
    join->strings.texts = NULL;
    join->strings.starts = NULL;
}

int trace_join(struct trace_build *parts, uint32_t count, const struct trace_input *input,
               unsigned threads, struct trace_model **model)
{
    struct trace_join join = {
        .parts = parts, .part_count = count, .input = input, .threads = threads};
    join.model = calloc(1, sizeof *join.model);
    join.names = calloc((size_t)count + 1, sizeof *join.names);
    int result = join.model != NULL && join.names != NULL ? join_all(&join) : -ENOMEM;
    if (result == 0)
        take_texts(&join);
    for (uint32_t i = 0; i < count; i++) {
        trace_build_finish(&parts[i]);
        if (join.names == NULL)
            continue;
        free(join.names[i].texts);
        free(join.names[i].lanes);
        free(join.names[i].loops);
        free(join.names[i].threads);
    }
    free(join.names);
    trace_map_finish(&join.lane_map);
    trace_strings_finish(&join.strings);
    if (result < 0) {
        trace_model_destroy(join.model);
        join.model = NULL;
    }
    *model = join.model;
    return result;
}
