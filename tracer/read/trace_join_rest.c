/*
 * Marks, mailboxes, jobs and sources: few beside the states and the arrows, so nothing here is
 * hurried.
 */

#include <errno.h>
#include <stdlib.h>

#include "trace_join_parts.h"

/* --- marks ---------------------------------------------------------------------------------- */

static int collect_marks(struct trace_join *join, struct trace_array *marks)
{
    for (uint32_t i = 0; i < join->part_count; i++) {
        const struct trace_mark *own = join->parts[i].marks.items;
        for (uint32_t j = 0; j < join->parts[i].marks.count; j++) {
            struct trace_mark *mark = trace_array_add(marks, sizeof *mark);
            if (mark == NULL)
                return -EOVERFLOW;
            *mark = own[j];
            mark->text = join->names[i].texts[mark->text];
            mark->lane = join_lane(join, mark->lane);
            mark->by = join_lane(join, mark->by);
        }
        trace_array_finish(&join->parts[i].marks);
    }
    return 0;
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

static int join_marks(struct trace_join *join, uint32_t *starts)
{
    struct trace_model *model = join->model;
    struct trace_array marks = {.items = NULL};
    int result = collect_marks(join, &marks);
    void *records = NULL;
    if (result == 0)
        result = trace_array_take(&marks, sizeof *model->marks, &records, &model->mark_count);
    trace_array_finish(&marks);
    if (result == 0)
        result = join_deal_out(&records, model->mark_count, sizeof *model->marks,
                               offsetof(struct trace_mark, lane), model->lane_count, starts);
    model->marks = records;
    for (uint32_t i = 0; result == 0 && i < model->lane_count; i++) {
        model->lanes[i].mark_first = starts[i];
        model->lanes[i].mark_count = starts[i + 1] - starts[i];
    }
    for (uint32_t i = 0; result == 0 && i < model->mark_count; i++) {
        struct trace_mark *mark = &model->marks[i];
        if (mark->lane == TRACE_NONE)
            continue;
        mark->span = span_of_mark(model, mark);
        model->lanes[mark->lane].supervises |= mark->note == TRACE_NOTE_SUPERVISE;
    }
    return result;
}

/* --- mailboxes ------------------------------------------------------------------------------ */

static int add_depth(struct trace_array *depths, uint32_t lane, int64_t at_ns, uint32_t count)
{
    struct trace_depth *depth = trace_array_add(depths, sizeof *depth);
    if (depth == NULL)
        return -EOVERFLOW;
    *depth = (struct trace_depth){.at_ns = at_ns, .lane = lane, .depth = count};
    return 0;
}

static int collect_depths(struct trace_join *join, struct trace_array *depths)
{
    int result = 0;
    for (uint32_t i = 0; result == 0 && i < join->part_count; i++) {
        const struct trace_depth *own = join->parts[i].depths.items;
        for (uint32_t j = 0; result == 0 && j < join->parts[i].depths.count; j++) {
            uint32_t lane = join_lane(join, own[j].lane);
            if (lane != TRACE_NONE)
                result = add_depth(depths, lane, own[j].at_ns, own[j].depth);
        }
        trace_array_finish(&join->parts[i].depths);
    }
    return result;
}

/* Messages that lay in a mailbox say how deep it was then: counters, of which there is one in ten
 * microseconds at the most, miss what is in between. */
static int add_depths_of_messages(const struct trace_model *model, struct trace_array *depths)
{
    int result = 0;
    for (uint32_t i = 0; result == 0 && i < model->flow_count; i++) {
        const struct trace_flow *flow = &model->flows[i];
        if (flow->message == TRACE_NONE || flow->to_lane == TRACE_NONE ||
            model->messages[flow->message].woke)
            continue;
        const struct trace_message *message = &model->messages[flow->message];
        if (message->depth_sent != TRACE_NONE)
            result = add_depth(depths, flow->to_lane, flow->from_ns, message->depth_sent);
        if (result == 0)
            result = add_depth(depths, flow->to_lane, flow->to_ns, message->depth_left);
    }
    return result;
}

/* Keeps of a lane's depths only those that change it, and tells the lanes where theirs are. */
static int place_depths(struct trace_model *model)
{
    struct trace_depth *depths = model->depths;
    size_t bytes = (size_t)model->depth_count * sizeof *depths;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < model->depth_count; i++) {
        bool first = kept == 0 || depths[kept - 1].lane != depths[i].lane;
        if (first || depths[kept - 1].depth != depths[i].depth)
            depths[kept++] = depths[i];
    }
    depths = trace_room_resize(depths, bytes, (size_t)kept * sizeof *depths);
    if (depths == NULL)
        return -ENOMEM;
    model->depths = depths;
    model->depth_count = kept;
    uint32_t at = 0;
    for (uint32_t i = 0; i < model->lane_count; i++) {
        model->lanes[i].depth_first = at;
        while (at < kept && depths[at].lane == i)
            at++;
        model->lanes[i].depth_count = at - model->lanes[i].depth_first;
    }
    return 0;
}

static int join_depths(struct trace_join *join, uint32_t *starts)
{
    struct trace_model *model = join->model;
    struct trace_array depths = {.items = NULL};
    int result = collect_depths(join, &depths);
    if (result == 0)
        result = add_depths_of_messages(model, &depths);
    void *records = NULL;
    if (result == 0)
        result = trace_array_take(&depths, sizeof *model->depths, &records, &model->depth_count);
    trace_array_finish(&depths);
    if (result == 0)
        result = join_deal_out(&records, model->depth_count, sizeof *model->depths,
                               offsetof(struct trace_depth, lane), model->lane_count, starts);
    model->depths = records;
    return result == 0 ? place_depths(model) : result;
}

/* --- foreign traces -------------------------------------------------------------------------- */

/* These are in one piece always: none of them is a line of ours. */
static int join_slices(struct trace_join *join, uint32_t *starts)
{
    struct trace_model *model = join->model;
    struct trace_build *part = &join->parts[0];
    struct trace_slice *slices = part->slices.items;
    void *records = NULL;
    for (uint32_t i = 0; i < part->slices.count; i++) {
        slices[i].lane = join_lane(join, slices[i].lane);
        slices[i].name = join->names[0].texts[slices[i].name];
    }
    int result = trace_array_take(&part->slices, sizeof *slices, &records, &model->slice_count);
    if (result == 0)
        result = join_deal_out(&records, model->slice_count, sizeof *slices,
                               offsetof(struct trace_slice, lane), model->lane_count, starts);
    model->slices = records;
    for (uint32_t i = 0; result == 0 && i < model->lane_count; i++) {
        model->lanes[i].slice_first = starts[i];
        model->lanes[i].slice_count = starts[i + 1] - starts[i];
    }
    return result;
}

int join_values(struct trace_model *model, void *values)
{
    uint32_t count = model->counter_count;
    uint32_t *starts = malloc(((size_t)count + 2) * sizeof *starts);
    int result = starts != NULL ? 0 : -ENOMEM;
    if (result == 0)
        result = join_deal_out(&values, model->value_count, sizeof(struct trace_counter_value),
                               offsetof(struct trace_counter_value, counter), count, starts);
    model->values = values;
    for (uint32_t i = 0; result == 0 && i < count; i++) {
        model->counters[i].value_first = starts[i];
        model->counters[i].value_count = starts[i + 1] - starts[i];
    }
    free(starts);
    return result;
}

static int join_counters(struct trace_join *join)
{
    struct trace_model *model = join->model;
    struct trace_build *part = &join->parts[0];
    struct trace_counter *counters = part->counters.items;
    void *values = NULL;
    for (uint32_t i = 0; i < part->counters.count; i++)
        counters[i].name = join->names[0].texts[counters[i].name];
    int result = trace_array_take(&part->counters, sizeof *counters, &model->counters,
                                  &model->counter_count);
    if (result == 0)
        result =
            trace_array_take(&part->values, sizeof *model->values, &values, &model->value_count);
    return result == 0 ? join_values(model, values) : result;
}

static int join_unknown(struct trace_join *join)
{
    struct trace_build *part = &join->parts[0];
    struct trace_unknown *unknown = part->unknown.items;
    for (uint32_t i = 0; i < part->unknown.count; i++)
        unknown[i].name = join->names[0].texts[unknown[i].name];
    return trace_array_take(&part->unknown, sizeof *unknown, &join->model->unknown,
                            &join->model->unknown_count);
}

static int join_foreign(struct trace_join *join, uint32_t *starts)
{
    int result = join_slices(join, starts);
    if (result == 0)
        result = join_counters(join);
    return result == 0 ? join_unknown(join) : result;
}

/* --- jobs ----------------------------------------------------------------------------------- */

static int join_jobs(struct trace_join *join)
{
    struct trace_array jobs = {.items = NULL};
    for (uint32_t i = 0; i < join->part_count; i++) {
        const struct trace_job *own = join->parts[i].jobs.items;
        for (uint32_t j = 0; j < join->parts[i].jobs.count; j++) {
            struct trace_job *job = trace_array_add(&jobs, sizeof *job);
            if (job == NULL) {
                trace_array_finish(&jobs);
                return -EOVERFLOW;
            }
            *job = own[j];
            job->name = join->names[i].texts[job->name];
            job->thread = join->names[i].threads[job->thread];
            if (job->open)
                job->end_ns = join->model->end_ns;
        }
        trace_array_finish(&join->parts[i].jobs);
    }
    int result = trace_array_take(&jobs, sizeof(struct trace_job), &join->model->jobs,
                                  &join->model->job_count);
    trace_array_finish(&jobs);
    return result;
}

/* --- sources -------------------------------------------------------------------------------- */

static int join_sources(struct trace_join *join)
{
    struct trace_array sources = {.items = NULL};
    int result = 0;
    for (uint32_t i = 0; i < join->part_count; i++) {
        const struct trace_source *own = join->parts[i].sources.items;
        for (uint32_t j = 0; result == 0 && j < join->parts[i].sources.count; j++) {
            struct trace_source *source = trace_array_add(&sources, sizeof *source);
            if (source == NULL) {
                result = -EOVERFLOW;
                break;
            }
            *source = own[j];
            source->path = join->names[i].texts[source->path];
            source->text = join->names[i].texts[source->text];
        }
        trace_array_finish(&join->parts[i].sources);
    }
    if (result == 0)
        result = trace_array_take(&sources, sizeof(struct trace_source), &join->model->sources,
                                  &join->model->source_count);
    trace_array_finish(&sources);
    return result;
}

int join_rest(struct trace_join *join)
{
    uint32_t *starts = malloc(((size_t)join->model->lane_count + 2) * sizeof *starts);
    if (starts == NULL)
        return -ENOMEM;
    join->model->foreign = join->part_count > 0 && join->parts[0].foreign;
    int result = join_marks(join, starts);
    if (result == 0)
        result = join_depths(join, starts);
    if (result == 0)
        result = join_jobs(join);
    if (result == 0)
        result = join_sources(join);
    if (result == 0)
        result = join->model->foreign ? join_foreign(join, starts) : join_own(join);
    free(starts);
    return result;
}
