/*
 * Arrows and messages: their ends find each other.
 *
 * The two ends of an arrow have category, name and id in common.  An arrow is kept if both its ends
 * lie on lanes; a message is kept as well if it left and never arrived, for that is what became of
 * it.  Whoever asks about a lane finds its arrows through two lists of indexes, those that leave it
 * and those that reach it.
 */

#include <errno.h>
#include <stdlib.h>

#include "trace_join_parts.h"
#include "trace_tasks.h"

/* Lanes for one task of leading arrows to states. */
#define TASK_LANES 64

struct flows_work {
    struct trace_join *join;
    struct trace_map open;       /* stirred category, name and id -> index of a flow with one end */
    struct trace_array flows;    /* struct trace_flow; lanes: numbers at first */
    struct trace_array messages; /* struct trace_message */
};

/* A number that tells flows apart: flows match by category, name and id together. */
static uint64_t flow_key(const struct build_flow_end *end, const trace_text_id *texts)
{
    uint64_t tail = end->named ? UINT64_C(1) << 63 | texts[end->id] : end->id;
    uint64_t head = (uint64_t)texts[end->category] << 32 | texts[end->name];
    return trace_hash_mix(trace_hash_mix(head) + tail);
}

/* A flow with neither end yet; NULL if there is no memory, or no index left. */
static struct trace_flow *begin_flow(struct flows_work *work, const struct build_flow_end *end,
                                     trace_text_id name)
{
    struct trace_flow *flow = trace_array_add(&work->flows, sizeof *flow);
    if (flow == NULL ||
        (end->carries && trace_array_add(&work->messages, sizeof(struct trace_message)) == NULL))
        return NULL;
    flow->from_ns = TRACE_NEVER;
    flow->to_ns = TRACE_NEVER;
    flow->name = name;
    flow->message = end->carries ? work->messages.count - 1 : TRACE_NONE;
    return flow;
}

static void describe_message(struct trace_message *message, const struct build_flow_end *end)
{
    if (end->out) {
        message->tag = end->tag;
        message->bytes = end->bytes;
        message->depth_sent = end->depth;
    } else {
        message->depth_left = end->depth;
        message->scanned = end->scanned;
        message->woke = !end->bound;
    }
}

/* The flow that waits for such an end, or a new one; NULL if there is no memory, or no index left.
 * With its second end a flow is complete and its key forgotten: few arrows are under way at once,
 * and long traces of other tools use numbers again. */
static struct trace_flow *find_flow(struct flows_work *work, const struct build_flow_end *end,
                                    const trace_text_id *texts)
{
    uint64_t key = flow_key(end, texts);
    uint32_t *index = trace_map_put(&work->open, key);
    if (index == NULL)
        return NULL;
    if (*index != TRACE_NONE) {
        struct trace_flow *flow = (struct trace_flow *)work->flows.items + *index;
        if ((end->out ? flow->from_ns : flow->to_ns) == TRACE_NEVER) {
            trace_map_remove(&work->open, key);
            return flow;
        }
    }
    *index = work->flows.count;
    return begin_flow(work, end, texts[end->name]);
}

static int add_end(struct flows_work *work, const struct build_flow_end *end,
                   const trace_text_id *texts)
{
    struct trace_flow *flow = find_flow(work, end, texts);
    if (flow == NULL)
        return -EOVERFLOW;
    if (end->out) {
        flow->from_ns = end->at_ns;
        flow->from_lane = end->lane;
    } else { /* it stands 1 ns before the state that it leads to, or within it */
        flow->to_ns = end->at_ns + !end->bound;
        flow->to_lane = end->lane;
    }
    if (flow->message != TRACE_NONE)
        describe_message((struct trace_message *)work->messages.items + flow->message, end);
    return 0;
}

static int pair_ends(struct flows_work *work)
{
    struct trace_join *join = work->join;
    int result = 0;
    for (uint32_t i = 0; result == 0 && i < join->part_count; i++) {
        const struct build_flow_end *ends = join->parts[i].ends.items;
        for (uint32_t j = 0; result == 0 && j < join->parts[i].ends.count; j++)
            result = add_end(work, &ends[j], join->names[i].texts);
        trace_array_finish(&join->parts[i].ends);
    }
    trace_map_finish(&work->open);
    return result;
}

/* Turns numbers into indexes of lanes; false if the flow is of no use. */
static bool place_flow(const struct trace_join *join, struct trace_flow *flow)
{
    bool arrived = flow->to_ns != TRACE_NEVER;
    flow->from_lane = join_lane(join, flow->from_lane);
    flow->to_lane = arrived ? join_lane(join, flow->to_lane) : TRACE_NONE;
    if (flow->from_ns == TRACE_NEVER || flow->from_lane == TRACE_NONE)
        return false;
    if (flow->to_lane == TRACE_NONE)
        flow->to_ns = TRACE_NEVER;
    return flow->to_lane != TRACE_NONE || flow->message != TRACE_NONE;
}

/* Keeps the flows that are of use, in the order of their beginnings. */
static int order_flows(struct flows_work *work)
{
    struct trace_model *model = work->join->model;
    struct trace_flow *flows = work->flows.items;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < work->flows.count; i++) {
        struct trace_flow flow = flows[i];
        if (place_flow(work->join, &flow))
            flows[kept++] = flow;
    }
    work->flows.count = kept;
    int result = trace_array_take(&work->flows, sizeof *flows, &model->flows, &model->flow_count);
    if (result == 0)
        result = trace_array_take(&work->messages, sizeof *model->messages, &model->messages,
                                  &model->message_count);
    return result == 0 ? join_sort(model->flows, kept, sizeof *flows) : result;
}

/* A flow as a record on one lane, for dealing flows out to their lanes. */
struct flow_end {
    int64_t at_ns;
    uint32_t lane;
    uint32_t flow;
};

/* Lists the flows by one of their ends; starts[] as of join_deal_out(). */
static int list_ends(const struct trace_model *model, bool arrivals, uint32_t **list,
                     uint32_t *count, uint32_t *starts)
{
    const struct trace_flow *flows = model->flows;
    uint32_t lost = 0;
    for (uint32_t i = 0; arrivals && i < model->flow_count; i++)
        lost += flows[i].to_lane == TRACE_NONE;
    *count = model->flow_count - lost;
    struct flow_end *ends = trace_room_new(*count * sizeof *ends);
    *list = trace_room_new(*count * sizeof **list);
    int result = ends != NULL && *list != NULL ? 0 : -ENOMEM;
    uint32_t used = 0;
    for (uint32_t i = 0; result == 0 && i < model->flow_count; i++)
        if (!arrivals || flows[i].to_lane != TRACE_NONE)
            ends[used++] = (struct flow_end){arrivals ? flows[i].to_ns : flows[i].from_ns,
                                             arrivals ? flows[i].to_lane : flows[i].from_lane, i};
    void *records = ends;
    if (result == 0)
        result = join_deal_out(&records, used, sizeof *ends, offsetof(struct flow_end, lane),
                               model->lane_count, starts);
    ends = records;
    for (uint32_t i = 0; result == 0 && i < used; i++)
        (*list)[i] = ends[i].flow;
    trace_room_free(ends, *count * sizeof *ends);
    return result;
}

/* Leads the messages that wake somebody to what they lead to: such a message is written when it is
 * sent, a moment before its receiver is ready.  Arrows and states of a lane are both in the order
 * of time, so one walk goes along both. */
static void lead_lanes(void *user, unsigned task)
{
    struct trace_model *model = user;
    uint32_t first = task * TASK_LANES;
    uint32_t left = model->lane_count - first;
    for (uint32_t i = first; i < first + (left < TASK_LANES ? left : TASK_LANES); i++) {
        const struct trace_lane *lane = &model->lanes[i];
        uint32_t span = lane->span_first;
        for (uint32_t j = 0; j < lane->arrival_count; j++) {
            struct trace_flow *flow = &model->flows[model->arrivals[lane->arrival_first + j]];
            while (span < lane->span_first + lane->span_count &&
                   model->spans[span].start_ns < flow->to_ns)
                span++;
            if (flow->message != TRACE_NONE && model->messages[flow->message].woke &&
                span < lane->span_first + lane->span_count)
                flow->to_ns = model->spans[span].start_ns;
        }
    }
}

struct lists_work {
    struct trace_model *model;
    int results[2];
};

/* Makes one of the two lists, and tells the lanes where theirs is. */
static void list_task(void *user, unsigned task)
{
    struct lists_work *work = user;
    struct trace_model *model = work->model;
    bool arrivals = task == 1;
    uint32_t *starts = malloc(((size_t)model->lane_count + 2) * sizeof *starts);
    int result = starts == NULL ? -ENOMEM
                 : arrivals
                     ? list_ends(model, true, &model->arrivals, &model->arrival_count, starts)
                     : list_ends(model, false, &model->departures, &model->departure_count, starts);
    for (uint32_t i = 0; result == 0 && i < model->lane_count; i++) {
        struct trace_lane *lane = &model->lanes[i];
        *(arrivals ? &lane->arrival_first : &lane->departure_first) = starts[i];
        *(arrivals ? &lane->arrival_count : &lane->departure_count) = starts[i + 1] - starts[i];
    }
    free(starts);
    work->results[task] = result;
}

static int list_flows(struct trace_join *join)
{
    struct lists_work work = {.model = join->model};
    trace_tasks_run(join->threads, 2, list_task, &work);
    return work.results[0] != 0 ? work.results[0] : work.results[1];
}

int join_flows(struct trace_join *join)
{
    struct flows_work work = {.join = join};
    int result = pair_ends(&work);
    if (result == 0)
        result = order_flows(&work);
    if (result == 0)
        result = list_flows(join);
    trace_map_finish(&work.open);
    trace_array_finish(&work.flows);
    trace_array_finish(&work.messages);
    return result;
}

void join_lead(struct trace_join *join)
{
    trace_tasks_run(join->threads, (join->model->lane_count + TASK_LANES - 1) / TASK_LANES,
                    lead_lanes, join->model);
}
