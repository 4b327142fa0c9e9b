/*
 * Everything that can be asked about a trace, with what the headers promise checked on the way.
 * The tests with hostile files and the fuzzer share it.
 */

#include "ask_all.h"

#include <stdlib.h>
#include <string.h>

#include "trace_axis.h"
#include "trace_check.h"
#include "trace_diff.h"
#include "trace_index.h"
#include "trace_latency.h"
#include "trace_lint.h"
#include "trace_load.h"
#include "trace_path.h"
#include "trace_source.h"
#include "trace_stats.h"
#include "trace_waits.h"

static void ask_texts(const struct trace_model *model, trace_text_id id)
{
    PROMISE(id < model->text_count && model->text_starts[id] < model->text_bytes);
    PROMISE(model->texts[model->text_bytes - 1] == '\0');
    PROMISE(id == 0 || trace_text(model, id)[-1] == '\0');
}

/* A lane's arrows and the depths of its mailbox are where it says, and in order. */
static void ask_mailbox(const struct trace_model *model, uint32_t index)
{
    const struct trace_lane *lane = &model->lanes[index];
    PROMISE((uint64_t)lane->depth_first + lane->depth_count <= model->depth_count);
    PROMISE((uint64_t)lane->departure_first + lane->departure_count <= model->departure_count);
    PROMISE((uint64_t)lane->arrival_first + lane->arrival_count <= model->arrival_count);
    for (uint32_t i = lane->depth_first; i < lane->depth_first + lane->depth_count; i++) {
        PROMISE(model->depths[i].lane == index);
        PROMISE(i == lane->depth_first || model->depths[i].at_ns >= model->depths[i - 1].at_ns);
    }
    for (uint32_t i = lane->departure_first; i < lane->departure_first + lane->departure_count; i++)
        PROMISE(model->flows[model->departures[i]].from_lane == index);
    for (uint32_t i = lane->arrival_first; i < lane->arrival_first + lane->arrival_count; i++) {
        const struct trace_flow *flow = &model->flows[model->arrivals[i]];
        PROMISE(flow->to_lane == index);
        PROMISE(trace_arrival_from(model, index, flow->to_ns) <= i);
    }
}

static void ask_lane(const struct trace_model *model, uint32_t index)
{
    const struct trace_lane *lane = &model->lanes[index];
    PROMISE(lane->parent == TRACE_NONE || lane->parent < model->lane_count);
    PROMISE((uint64_t)lane->span_first + lane->span_count <= model->span_count);
    PROMISE((uint64_t)lane->mark_first + lane->mark_count <= model->mark_count);
    PROMISE(trace_lane_by_id(model, lane->id) == index);
    ask_texts(model, lane->name);
    ask_texts(model, lane->fn);
    ask_texts(model, lane->src);
    ask_mailbox(model, index);
    int64_t shares[TRACE_STATE_COUNT];
    trace_shares(model, index, model->start_ns, model->end_ns, shares);
    for (int i = 0; i < TRACE_STATE_COUNT; i++)
        PROMISE(shares[i] >= 0 && shares[i] <= model->end_ns - model->start_ns);
    for (uint32_t i = lane->span_first; i < lane->span_first + lane->span_count; i++) {
        const struct trace_span *span = &model->spans[i];
        PROMISE(span->lane == index);
        PROMISE(span->end_ns >= span->start_ns);
        PROMISE(i == lane->span_first || span->start_ns >= model->spans[i - 1].end_ns);
        PROMISE(span->other == TRACE_NONE || span->other < model->lane_count);
        PROMISE(span->state != TRACE_STATE_RUN || span->loop < model->loop_count);
        PROMISE(span->state != TRACE_STATE_RUN || span->resume > 0);
        PROMISE(span->reason <= TRACE_REASON_COUNT);
        PROMISE(span->start_ns >= model->start_ns && span->end_ns <= model->end_ns);
        PROMISE(span->state != TRACE_STATE_READY || trace_waking_message(model, i) == TRACE_NONE ||
                trace_waking_message(model, i) < model->flow_count);
        PROMISE(span->end_ns == span->start_ns || trace_span_at(model, index, span->start_ns) == i);
        PROMISE(span->wait < model->wait_count);
        ask_texts(model, span->at);
        ask_texts(model, trace_wait_of(model, span)->made);
    }
}

static void ask_model(const struct trace_model *model)
{
    for (uint32_t i = 0; i < model->lane_count; i++)
        ask_lane(model, i);
    for (uint32_t i = 0; i < model->switch_count; i++) {
        const struct trace_span *run = &model->spans[model->switches[i]];
        PROMISE(run->state == TRACE_STATE_RUN);
        PROMISE(i == 0 || run->start_ns >= model->spans[model->switches[i - 1]].start_ns);
    }
    for (uint32_t i = 0; i < model->mark_count; i++) {
        const struct trace_mark *mark = &model->marks[i];
        PROMISE(mark->lane == TRACE_NONE || mark->lane < model->lane_count);
        PROMISE(mark->by == TRACE_NONE || mark->by < model->lane_count);
        PROMISE(mark->note <= TRACE_NOTE_COUNT);
        PROMISE(mark->span == TRACE_NONE || model->spans[mark->span].lane == mark->lane);
        ask_texts(model, mark->text);
    }
    for (uint32_t i = 0; i < model->flow_count; i++) {
        PROMISE(model->flows[i].from_lane < model->lane_count);
        const struct trace_flow *flow = &model->flows[i];
        PROMISE(flow->to_lane < model->lane_count ||
                (flow->to_lane == TRACE_NONE && flow->message != TRACE_NONE));
        PROMISE((flow->to_lane == TRACE_NONE) == (flow->to_ns == TRACE_NEVER));
        PROMISE(flow->message == TRACE_NONE || flow->message < model->message_count);
        PROMISE(i == 0 || model->flows[i].from_ns >= model->flows[i - 1].from_ns);
        ask_texts(model, model->flows[i].name);
    }
    PROMISE(trace_lane_root(model) == TRACE_NONE || trace_lane_root(model) < model->lane_count);
}

/* Slices nest, counters are in order, and what is not understood has a name. */
static void ask_foreign(const struct trace_model *model)
{
    for (uint32_t i = 0; i < model->lane_count; i++) {
        const struct trace_lane *lane = &model->lanes[i];
        PROMISE((uint64_t)lane->slice_first + lane->slice_count <= model->slice_count);
        for (uint32_t k = lane->slice_first; k < lane->slice_first + lane->slice_count; k++) {
            const struct trace_slice *slice = &model->slices[k];
            PROMISE(slice->lane == i && slice->end_ns >= slice->start_ns);
            PROMISE(slice->start_ns >= model->start_ns && slice->end_ns <= model->end_ns);
            PROMISE(k == lane->slice_first || slice->start_ns >= model->slices[k - 1].start_ns);
            ask_texts(model, slice->name);
        }
    }
    for (uint32_t i = 0; i < model->counter_count; i++) {
        const struct trace_counter *counter = &model->counters[i];
        PROMISE((uint64_t)counter->value_first + counter->value_count <= model->value_count);
        ask_texts(model, counter->name);
        for (uint32_t k = counter->value_first; k < counter->value_first + counter->value_count;
             k++)
            PROMISE(model->values[k].counter == i);
    }
    for (uint32_t i = 0; i < model->unknown_count; i++)
        ask_texts(model, model->unknown[i].name);
}

/* Every mentioned source has a path, and one that the trace carries is read whole. */
static void ask_sources(const struct trace_model *model)
{
    const char *mentioned[TRACE_SOURCE_FILES_MAX];
    uint32_t count = trace_source_mentioned(model, mentioned);
    PROMISE(count <= TRACE_SOURCE_FILES_MAX);
    for (uint32_t i = 0; i < count; i++)
        PROMISE(trace_source_path_bytes(mentioned[i]) > 0);
    for (uint32_t i = 0; i < model->source_count && i < TRACE_SOURCE_FILES_MAX; i++) {
        size_t bytes;
        char *text = trace_source_text(model, trace_text(model, model->sources[i].path), &bytes);
        PROMISE(text == NULL || strlen(text) == bytes);
        free(text);
    }
}

/* In pieces it is the same, and so is any complaint. */
static void ask_pieces(const char *bytes, size_t count, int whole_result,
                       const struct trace_model *whole, const struct trace_error *whole_error)
{
    struct trace_load_options options = {.threads = 1, .parts = 3 + count % 5};
    struct trace_model *model;
    struct trace_error error;
    int result = trace_load_bytes_with(&options, bytes, count, "hostile.json", &model, &error);
    PROMISE(result == whole_result);
    if (result < 0) {
        PROMISE(strcmp(error.text, whole_error->text) == 0);
        return;
    }
    PROMISE(model->event_count == whole->event_count && model->cut == whole->cut);
    PROMISE(model->lane_count == whole->lane_count && model->flow_count == whole->flow_count);
    PROMISE(model->span_count == whole->span_count && model->mark_count == whole->mark_count);
    PROMISE(model->depth_count == whole->depth_count && model->job_count == whole->job_count);
    PROMISE(model->source_count == whole->source_count);
    for (uint32_t i = 0; i < model->span_count; i++) {
        const struct trace_span *one = &model->spans[i], *other = &whole->spans[i];
        PROMISE(one->start_ns == other->start_ns && one->end_ns == other->end_ns);
        PROMISE(one->lane == other->lane && one->other == other->other);
        PROMISE(one->resume == other->resume && one->reason == other->reason);
        PROMISE(strcmp(trace_text(model, one->at), trace_text(whole, other->at)) == 0);
    }
    trace_model_destroy(model);
}

static void ask_stats(const struct trace_model *model)
{
    struct trace_score score;
    struct trace_load_step *steps;
    size_t count;
    char sentence[256];
    trace_stats_total(model, &score);
    PROMISE(score.peak_running <= model->lane_count);
    PROMISE(score.sum_ns >= 0 && score.busy_ns >= 0 && score.wall_ns >= 0);
    PROMISE(strlen(trace_stats_sentence(&score, model->loop_count, sentence, sizeof sentence)) > 0);
    for (uint32_t i = 0; i < model->lane_count; i++)
        trace_stats_lane(model, i, &score);
    PROMISE(trace_stats_load(model, &steps, &count) == 0);
    for (size_t i = 1; i < count; i++)
        PROMISE(steps[i].at_ns > steps[i - 1].at_ns);
    PROMISE(count == 0 || (steps[count - 1].in_progress == 0 && steps[count - 1].running == 0));
    free(steps);
}

static void ask_axis(const struct trace_model *model, enum trace_axis_kind kind)
{
    struct trace_axis axis;
    size_t near = 0;
    PROMISE(trace_axis_init(&axis, model, kind) == 0);
    PROMISE(axis.knot_count >= 1);
    for (size_t i = 1; i < axis.knot_count; i++) {
        PROMISE(axis.knot_ns[i] > axis.knot_ns[i - 1]);
        PROMISE(axis.knot[i] > axis.knot[i - 1]);
    }
    for (size_t i = 0; i < axis.break_count; i++)
        PROMISE(axis.breaks[i].end > axis.breaks[i].start);
    for (uint32_t i = 0; i < model->span_count; i++) {
        double start = trace_axis_position(&axis, model->spans[i].start_ns);
        double end = trace_axis_position(&axis, model->spans[i].end_ns);
        PROMISE(start >= 0 && end >= start);
        PROMISE(trace_axis_position_near(&axis, model->spans[i].end_ns, &near) == end);
        PROMISE(trace_axis_position_near(&axis, model->spans[i].start_ns, &near) == start);
        trace_axis_instant(&axis, start);
        trace_axis_position(&axis, trace_wait_of(model, &model->spans[i])->due_ns);
    }
    trace_axis_instant(&axis, -1e300);
    trace_axis_instant(&axis, 1e300);
    trace_axis_finish(&axis);
}

/* The chain of causes to the end of the trace has no gaps; nobody waits for who does not exist. */
static void ask_causes(const struct trace_model *model)
{
    struct trace_path path;
    struct trace_waits waits;
    struct trace_latency latency;
    struct trace_latency_case worst[3];
    size_t count;
    PROMISE(trace_path_critical(model, &path) == 0);
    for (size_t i = 0; i < path.count; i++) {
        PROMISE(path.steps[i].end_ns > path.steps[i].start_ns);
        PROMISE(i == 0 || path.steps[i].start_ns == path.steps[i - 1].end_ns);
        PROMISE(model->spans[path.steps[i].span].lane == path.steps[i].lane);
    }
    trace_path_finish(&path);
    PROMISE(trace_waits_at(model, model->start_ns / 2 + model->end_ns / 2, &waits) == 0);
    for (uint32_t i = 0; i < model->lane_count; i++) {
        PROMISE(waits.on[i] == TRACE_NONE || waits.on[i] < model->lane_count);
        PROMISE(waits.circle[i] == 0 || waits.circle[waits.on[i]] == waits.circle[i]);
    }
    trace_waits_finish(&waits);
    for (int kind = 0; kind < TRACE_LATENCY_KINDS; kind++) {
        PROMISE(trace_latency(model, (enum trace_latency_kind)kind, &latency, worst, 3, &count) ==
                0);
        PROMISE(latency.p50_ns <= latency.p90_ns && latency.p90_ns <= latency.p99_ns &&
                latency.p99_ns <= latency.max_ns);
        PROMISE(count == 0 || worst[0].ns == latency.max_ns);
        if (kind == TRACE_LATENCY_TURN && count > 0)
            trace_latency_holder(model, worst[0].index);
    }
}

/* Every finding has its words, and is about what exists. */
static void ask_lint(const struct trace_model *model)
{
    struct trace_finding *findings;
    size_t count;
    char text[512];
    PROMISE(trace_lint(model, 1, &findings, &count) == 0);
    for (size_t i = 0; i < count; i++) {
        const struct trace_finding *finding = &findings[i];
        PROMISE(finding->times > 0 && finding->cost_ns >= 0 && finding->ns >= 0);
        PROMISE(finding->lane == TRACE_NONE || finding->lane < model->lane_count);
        PROMISE(finding->span == TRACE_NONE || finding->span < model->span_count);
        PROMISE(i == 0 || finding->total_ns <= finding[-1].total_ns);
        PROMISE(trace_finding_text(model, finding, false, text, sizeof text)[0] != '\0');
    }
    free(findings);
}

/* A run is the same as itself. */
static void ask_diff(const struct trace_model *model)
{
    struct trace_diff diff;
    PROMISE(trace_diff(model, model, true, &diff) == 0);
    PROMISE(trace_diff_is_same(&diff) && diff.same_turns == model->switch_count);
    trace_diff_finish(&diff);
}

void ask_all(const char *bytes, size_t count)
{
    /* A copy of exactly this size, so that a sanitizer sees a read beyond it. */
    char *copy = malloc(count + (count == 0));
    struct trace_model *model;
    struct trace_error error;
    struct trace_report report;
    PROMISE(copy != NULL);
    memcpy(copy, bytes, count);
    int result = trace_load_bytes(copy, count, "hostile.json", &model, &error);
    ask_pieces(copy, count, result, model, &error);
    if (result == 0) {
        ask_model(model);
        ask_foreign(model);
        ask_sources(model);
        ask_stats(model);
        ask_causes(model);
        ask_lint(model);
        ask_diff(model);
        ask_every_rule(model);
        for (int kind = 0; kind < TRACE_AXIS_KINDS; kind++)
            ask_axis(model, (enum trace_axis_kind)kind);
        trace_model_destroy(model);
    } else {
        PROMISE(result == -EINVAL && model == NULL && error.text[0] != '\0');
    }
    if (trace_check_bytes(copy, count, "hostile.json", &report, &error) == 0)
        trace_report_finish(&report);
    else
        PROMISE(error.text[0] != '\0');
    free(copy);
}
