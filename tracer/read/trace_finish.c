/*
 * Finishing: from records to a model.
 *
 * Everything is sorted by time once and dealt out to the lanes in that order, so each lane's
 * records end up together and in order.  Then each lane is walked once to make its states tile.
 * The whole takes time in proportion to the number of records, whatever order they came in.
 */

#include "trace_build_parts.h"
#include "trace_index.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void trace_model_destroy(struct trace_model *model)
{
    if (model == NULL)
        return;
    free(model->lanes);
    free(model->spans);
    free(model->waits);
    free(model->sums);
    free(model->switches);
    free(model->marks);
    free(model->flows);
    free(model->departures);
    free(model->arrivals);
    free(model->messages);
    free(model->depths);
    free(model->loops);
    free(model->threads);
    free(model->jobs);
    free(model->texts);
    free(model);
}

int build_arrange(struct trace_array *array, size_t item_bytes, struct trace_key *keys)
{
    int result = trace_sort(keys, array->count);
    if (result < 0 || array->count == 0)
        return result;
    char *ordered = malloc((size_t)array->count * item_bytes);
    if (ordered == NULL)
        return -ENOMEM;
    const char *items = array->items;
    for (uint32_t i = 0; i < array->count; i++)
        memcpy(ordered + i * item_bytes, items + keys[i].value * item_bytes, item_bytes);
    free(array->items);
    array->items = ordered;
    array->capacity = array->count;
    return 0;
}

struct trace_key *build_keys(uint32_t count)
{
    return malloc(((size_t)count + 1) * sizeof(struct trace_key));
}

/* Lanes by number, and the map from numbers to indexes made anew.  *places says for each lane as
 * it was where it is now. */
static int order_lanes(struct trace_build *build, uint32_t **places)
{
    uint32_t count = build->lanes.count;
    struct trace_key *keys = build_keys(count);
    *places = malloc(((size_t)count + 1) * sizeof **places);
    int result = keys != NULL && *places != NULL ? 0 : -ENOMEM;
    const struct trace_lane *lanes = build->lanes.items;
    for (uint32_t i = 0; result == 0 && i < count; i++)
        keys[i] = (struct trace_key){.key = lanes[i].id, .value = i};
    if (result == 0)
        result = build_arrange(&build->lanes, sizeof *lanes, keys);
    for (uint32_t i = 0; result == 0 && i < count; i++) {
        (*places)[keys[i].value] = i;
        *trace_map_put(&build->lane_map, (uint64_t)keys[i].key) = i;
    }
    free(keys);
    return result;
}

/* Loops by number; spans are told where theirs went. */
static int order_loops(struct trace_build *build)
{
    uint32_t count = build->loops.count;
    struct trace_key *keys = build_keys(count);
    uint32_t *places = malloc(((size_t)count + 1) * sizeof *places);
    int result = keys != NULL && places != NULL ? 0 : -ENOMEM;
    const struct trace_loop *loops = build->loops.items;
    for (uint32_t i = 0; result == 0 && i < count; i++)
        keys[i] = (struct trace_key){.key = loops[i].id, .value = i};
    if (result == 0)
        result = build_arrange(&build->loops, sizeof *loops, keys);
    for (uint32_t i = 0; result == 0 && i < count; i++)
        places[keys[i].value] = i;
    struct trace_span *spans = build->spans.items;
    for (uint32_t i = 0; result == 0 && i < build->spans.count; i++)
        if (spans[i].state == TRACE_STATE_RUN)
            spans[i].loop = (uint16_t)places[spans[i].loop];
    free(places);
    free(keys);
    return result;
}

uint32_t build_lane(const struct trace_build *build, uint32_t id)
{
    return id != 0 ? trace_map_get(&build->lane_map, id) : TRACE_NONE;
}

static void place_of_span(const void *record, uint32_t *lane, int64_t *at_ns)
{
    const struct trace_span *span = record;
    *lane = span->lane;
    *at_ns = span->start_ns;
}

static void place_of_mark(const void *record, uint32_t *lane, int64_t *at_ns)
{
    const struct trace_mark *mark = record;
    *lane = mark->lane;
    *at_ns = mark->at_ns;
}

int build_deal_out(struct trace_array *array, size_t item_bytes, build_place_fn place,
                   uint32_t lane_count, uint32_t *starts)
{
    struct trace_key *by_time = build_keys(array->count);
    struct trace_key *by_lane = build_keys(array->count);
    int result = by_time != NULL && by_lane != NULL ? 0 : -ENOMEM;
    const char *items = array->items;
    uint32_t lane;
    int64_t at_ns;
    memset(starts, 0, ((size_t)lane_count + 2) * sizeof *starts);
    for (uint32_t i = 0; result == 0 && i < array->count; i++) {
        place(items + i * item_bytes, &lane, &at_ns);
        by_time[i] = (struct trace_key){.key = at_ns, .value = i};
        starts[(lane < lane_count ? lane : lane_count) + 1]++;
    }
    for (uint32_t i = 0; i <= lane_count; i++)
        starts[i + 1] += starts[i];
    if (result == 0)
        result = trace_sort(by_time, array->count);
    for (uint32_t i = 0; result == 0 && i < array->count; i++) {
        place(items + by_time[i].value * item_bytes, &lane, &at_ns);
        lane = lane < lane_count ? lane : lane_count;
        by_lane[starts[lane]++] = (struct trace_key){.key = lane, .value = by_time[i].value};
    }
    /* Each start has moved to where its lane ends, so where the next one starts. */
    for (uint32_t i = lane_count + 1; i > 0; i--)
        starts[i] = starts[i - 1];
    starts[0] = 0;
    if (result == 0)
        result = build_arrange(array, item_bytes, by_lane);
    free(by_lane);
    free(by_time);
    return result;
}

/* Makes the spans of one lane tile, and fills in what the file left to be inferred. */
static void tile_lane(struct trace_build *build, struct trace_lane *lane)
{
    struct trace_span *spans = (struct trace_span *)build->spans.items + lane->span_first;
    uint32_t resume = 0;
    for (uint32_t i = 0; i < lane->span_count; i++) {
        struct trace_span *span = &spans[i];
        const struct trace_span *next = i + 1 < lane->span_count ? span + 1 : NULL;
        if (span->open)
            span->end_ns = lane->end_ns != TRACE_NEVER ? lane->end_ns : build->end_ns;
        if (span->end_ns < span->start_ns)
            span->end_ns = span->start_ns;
        if (next != NULL && span->end_ns > next->start_ns)
            span->end_ns = next->start_ns;
        span->other = build_lane(build, span->other);
        if (span->state != TRACE_STATE_RUN)
            continue;
        resume = span->resume > 0 ? span->resume : resume + 1;
        span->resume = resume;
        if (lane->first_run_ns == TRACE_NEVER)
            lane->first_run_ns = span->start_ns;
        if (span->reason != TRACE_REASON_COUNT || span->open)
            continue;
        if (next != NULL)
            span->reason = next->state == TRACE_STATE_WAIT ? next->reason : TRACE_REASON_YIELD;
        else if (lane->end_ns != TRACE_NEVER)
            span->reason = TRACE_REASON_EXIT;
    }
}

static int finish_lane(struct trace_build *build, struct trace_lane *lane)
{
    const struct trace_span *spans = build->spans.items;
    lane->parent = build_lane(build, lane->parent);
    if (lane->spawn_ns == TRACE_NEVER)
        lane->spawn_ns = lane->span_count > 0 ? spans[lane->span_first].start_ns : build->start_ns;
    if (lane->span_count > 0)
        tile_lane(build, lane);
    if (lane->name == 0) {
        char name[32];
        int bytes = snprintf(name, sizeof name, "actor#%u", lane->id);
        lane->name = trace_strings_put(&build->strings, name, (size_t)bytes);
    }
    return build->strings.failed ? -ENOMEM : 0;
}

static int order_spans(struct trace_build *build, const uint32_t *places)
{
    uint32_t lane_count = build->lanes.count;
    uint32_t *starts = malloc(((size_t)lane_count + 2) * sizeof *starts);
    struct trace_span *spans = build->spans.items;
    struct trace_lane *lanes = build->lanes.items;
    if (starts == NULL)
        return -ENOMEM;
    for (uint32_t i = 0; i < build->spans.count; i++)
        spans[i].lane = places[spans[i].lane];
    int result = build_deal_out(&build->spans, sizeof *spans, place_of_span, lane_count, starts);
    for (uint32_t i = 0; result == 0 && i < lane_count; i++) {
        lanes[i].span_first = starts[i];
        lanes[i].span_count = starts[i + 1] - starts[i];
        result = finish_lane(build, &lanes[i]);
    }
    free(starts);
    return result;
}

/* The span that a mark belongs to.  A line printed at the very end of a run was printed by it. */
static uint32_t span_of_mark(const struct trace_model *model, const struct trace_mark *mark)
{
    uint32_t found = trace_span_at(model, mark->lane, mark->at_ns);
    const struct trace_lane *lane = &model->lanes[mark->lane];
    uint32_t before = found != TRACE_NONE ? found - 1 : lane->span_first + lane->span_count - 1;
    bool own = lane->span_count > 0 && found != lane->span_first;
    if (own && (found == TRACE_NONE || model->spans[found].state != TRACE_STATE_RUN) &&
        model->spans[before].state == TRACE_STATE_RUN && model->spans[before].end_ns == mark->at_ns)
        return before;
    return found;
}

static int order_marks(struct trace_build *build)
{
    uint32_t lane_count = build->lanes.count;
    uint32_t *starts = malloc(((size_t)lane_count + 2) * sizeof *starts);
    struct trace_mark *marks = build->marks.items;
    struct trace_lane *lanes = build->lanes.items;
    if (starts == NULL)
        return -ENOMEM;
    for (uint32_t i = 0; i < build->marks.count; i++) {
        marks[i].lane = build_lane(build, marks[i].lane);
        marks[i].by = build_lane(build, marks[i].by);
    }
    int result = build_deal_out(&build->marks, sizeof *marks, place_of_mark, lane_count, starts);
    for (uint32_t i = 0; result == 0 && i < lane_count; i++) {
        lanes[i].mark_first = starts[i];
        lanes[i].mark_count = starts[i + 1] - starts[i];
    }
    free(starts);
    return result;
}

/* The runs of all lanes by their start. */
static int order_switches(struct trace_model *model)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < model->span_count; i++)
        count += model->spans[i].state == TRACE_STATE_RUN;
    struct trace_key *keys = build_keys(count);
    model->switches = malloc(((size_t)count + 1) * sizeof *model->switches);
    if (keys == NULL || model->switches == NULL) {
        free(keys);
        return -ENOMEM;
    }
    for (uint32_t i = 0; i < model->span_count; i++)
        if (model->spans[i].state == TRACE_STATE_RUN)
            keys[model->switch_count++] =
                (struct trace_key){.key = model->spans[i].start_ns, .value = i};
    int result = trace_sort(keys, count);
    for (uint32_t i = 0; i < count; i++)
        model->switches[i] = keys[i].value;
    free(keys);
    return result;
}

/* Everything that is sorted in the build, before it becomes the model's. */
static int order_all(struct trace_build *build)
{
    uint32_t *places = NULL;
    int result = order_lanes(build, &places);
    if (result == 0)
        result = order_loops(build);
    if (result == 0)
        result = order_spans(build, places);
    if (result == 0)
        result = order_marks(build);
    if (result == 0)
        result = build_order_flows(build);
    if (result == 0)
        result = build_order_depths(build);
    free(places);
    return result;
}

static void hand_over(struct trace_build *build, struct trace_model *model)
{
    bool nothing = build->start_ns > build->end_ns;
    *model = (struct trace_model){
        .info = build->info,
        .lane_count = build->lanes.count,
        .span_count = build->spans.count,
        .wait_count = build->waits.count,
        .mark_count = build->marks.count,
        .flow_count = build->flows.count,
        .departure_count = build->departures.count,
        .arrival_count = build->arrivals.count,
        .message_count = build->messages.count,
        .depth_count = build->depths.count,
        .loop_count = build->loops.count,
        .thread_count = build->threads.count,
        .job_count = build->jobs.count,
        .text_bytes = build->strings.bytes,
        .event_count = build->event_count,
        .start_ns = nothing ? 0 : build->start_ns,
        .end_ns = nothing ? 0 : build->end_ns,
    };
    model->lanes = trace_array_take(&build->lanes, sizeof *model->lanes);
    model->spans = trace_array_take(&build->spans, sizeof *model->spans);
    model->waits = trace_array_take(&build->waits, sizeof *model->waits);
    model->marks = trace_array_take(&build->marks, sizeof *model->marks);
    model->flows = trace_array_take(&build->flows, sizeof *model->flows);
    model->departures = trace_array_take(&build->departures, sizeof *model->departures);
    model->arrivals = trace_array_take(&build->arrivals, sizeof *model->arrivals);
    model->messages = trace_array_take(&build->messages, sizeof *model->messages);
    model->depths = trace_array_take(&build->depths, sizeof *model->depths);
    model->loops = trace_array_take(&build->loops, sizeof *model->loops);
    model->threads = trace_array_take(&build->threads, sizeof *model->threads);
    model->jobs = trace_array_take(&build->jobs, sizeof *model->jobs);
    model->texts = build->strings.texts;
    build->strings.texts = NULL;
}

int trace_build_model(struct trace_build *build, struct trace_model **result)
{
    struct trace_model *model = calloc(1, sizeof *model);
    int code = model != NULL ? order_all(build) : -ENOMEM;
    if (build->waits.count == 0 && build_add_wait(build) == NULL)
        code = -ENOMEM;
    trace_strings_put(&build->strings, "", 0);
    if (code == 0 && build->strings.failed)
        code = -ENOMEM;
    if (code == 0) {
        hand_over(build, model);
        code = order_switches(model);
    }
    if (code == 0)
        code = trace_index_make(model);
    for (uint32_t i = 0; code == 0 && i < model->job_count; i++)
        if (model->jobs[i].open)
            model->jobs[i].end_ns = model->end_ns;
    for (uint32_t i = 0; code == 0 && i < model->mark_count; i++)
        if (model->marks[i].lane != TRACE_NONE)
            model->marks[i].span = span_of_mark(model, &model->marks[i]);
    trace_build_finish(build);
    if (code < 0) {
        trace_model_destroy(model);
        model = NULL;
    }
    *result = model;
    return code;
}
