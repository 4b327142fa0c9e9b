/*
 * Arrows, messages and mailboxes, from their events to their place in the model.
 *
 * The two ends of an arrow find each other by category, name and id.  An arrow is kept if both its
 * ends lie on lanes; a message is kept as well if it left and never arrived, for that is what
 * became of it.  Whoever asks about a lane finds its arrows through two lists of indexes, those
 * that leave it and those that reach it.
 */

#include <errno.h>
#include <stdlib.h>

#include "trace_build_parts.h"

/* A number that tells flows apart: flows match by category, name and id together. */
static uint64_t flow_key(struct trace_build *build, const struct trace_event *event)
{
    int64_t id;
    bool number = trace_value_int(&event->id, &id);
    uint64_t tail = number ? (uint64_t)id : UINT64_C(1) << 63 | build_intern(build, &event->id);
    uint64_t head =
        (uint64_t)build_intern(build, &event->cat) << 32 | build_intern(build, &event->name);
    return trace_hash_mix(trace_hash_mix(head) + tail);
}

/* A flow with neither end yet; NULL if there is no memory, or no index left. */
static struct trace_flow *begin_flow(struct trace_build *build, const struct trace_event *event)
{
    struct trace_flow *flow = trace_array_add(&build->flows, sizeof *flow);
    bool carries = event->kind == TRACE_EVENT_MESSAGE_OUT || event->kind == TRACE_EVENT_MESSAGE_IN;
    if (flow == NULL ||
        (carries && trace_array_add(&build->messages, sizeof(struct trace_message)) == NULL))
        return NULL;
    flow->from_ns = TRACE_NEVER;
    flow->to_ns = TRACE_NEVER;
    flow->name = build_intern(build, &event->name);
    flow->message = carries ? build->messages.count - 1 : TRACE_NONE;
    return flow;
}

static void describe_message(struct trace_build *build, const struct trace_event *event,
                             uint32_t index)
{
    struct trace_message *message = (struct trace_message *)build->messages.items + index;
    const struct trace_event_args *args = &event->args;
    int64_t tag;
    if (event->kind == TRACE_EVENT_MESSAGE_OUT) {
        if (trace_value_int(&args->tag, &tag) && tag >= INT32_MIN && tag <= INT32_MAX)
            message->tag = (int32_t)tag;
        message->bytes = (uint32_t)build_number(&args->bytes, UINT32_MAX);
        message->depth_sent = (uint32_t)build_number(&args->depth, UINT32_MAX);
    } else {
        message->depth_left = (uint32_t)build_number(&args->depth, UINT32_MAX);
        message->scanned = (uint32_t)build_number(&args->scanned, UINT32_MAX);
        message->woke = !trace_value_is(&event->bp, "e");
    }
}

/* One end of an arrow; the other end finds it by its key.  A key whose arrow is complete begins
 * anew, since long traces of other tools use numbers again. */
int build_add_flow(struct trace_build *build, const struct trace_event *event)
{
    bool out = event->phase == 's';
    uint32_t *index = trace_map_put(&build->flow_map, flow_key(build, event));
    struct trace_flow *flow = (struct trace_flow *)build->flows.items;
    if (index == NULL)
        return -ENOMEM;
    bool pairs =
        *index != TRACE_NONE && (out ? flow[*index].from_ns : flow[*index].to_ns) == TRACE_NEVER;
    if (!pairs) {
        flow = begin_flow(build, event);
        if (flow == NULL)
            return -EOVERFLOW;
        *index = build->flows.count - 1;
    } else {
        flow += *index;
    }
    if (out) {
        flow->from_ns = event->ts_ns;
        flow->from_lane = event->tid;
    } else { /* it stands 1 ns before the state that it leads to, or within it */
        flow->to_ns = event->ts_ns + !trace_value_is(&event->bp, "e");
        flow->to_lane = event->tid;
    }
    if (flow->message != TRACE_NONE)
        describe_message(build, event, flow->message);
    return 0;
}

int build_add_depth(struct trace_build *build, const struct trace_event *event)
{
    struct trace_depth *depth = trace_array_add(&build->depths, sizeof *depth);
    if (depth == NULL)
        return -EOVERFLOW;
    depth->at_ns = event->ts_ns;
    depth->lane = event->tid;
    depth->depth = (uint32_t)build_number(&event->args.depth, UINT32_MAX);
    return 0;
}

/* --- finishing ----------------------------------------------------------------------------- */

/* The start of the first state of a lane that begins at an instant or later; the instant itself if
 * there is none. */
static int64_t state_from(const struct trace_build *build, uint32_t lane, int64_t at_ns)
{
    const struct trace_lane *own = (struct trace_lane *)build->lanes.items + lane;
    const struct trace_span *spans = (struct trace_span *)build->spans.items + own->span_first;
    uint32_t low = 0;
    uint32_t high = own->span_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (spans[middle].start_ns < at_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return low < own->span_count ? spans[low].start_ns : at_ns;
}

/* Turns numbers into indexes of lanes; false if the flow is of no use. */
static bool place_flow(const struct trace_build *build, struct trace_flow *flow)
{
    const struct trace_message *messages = build->messages.items;
    bool arrived = flow->to_ns != TRACE_NEVER;
    flow->from_lane = build_lane(build, flow->from_lane);
    flow->to_lane = arrived ? build_lane(build, flow->to_lane) : TRACE_NONE;
    if (flow->from_ns == TRACE_NEVER || flow->from_lane == TRACE_NONE)
        return false;
    if (flow->to_lane == TRACE_NONE) {
        flow->to_ns = TRACE_NEVER;
        return flow->message != TRACE_NONE;
    }
    /* A message that wakes is written when it is sent, a moment before its receiver is ready. */
    if (flow->message != TRACE_NONE && messages[flow->message].woke)
        flow->to_ns = state_from(build, flow->to_lane, flow->to_ns);
    return true;
}

/* A flow as a record on one lane, for dealing flows out to their lanes. */
struct flow_end {
    int64_t at_ns;
    uint32_t lane;
    uint32_t flow;
};

static void place_of_end(const void *record, uint32_t *lane, int64_t *at_ns)
{
    const struct flow_end *end = record;
    *lane = end->lane;
    *at_ns = end->at_ns;
}

/* Lists the flows by one of their ends; starts[] as of build_deal_out(). */
static int list_ends(const struct trace_build *build, bool arrivals, struct trace_array *list,
                     uint32_t *starts)
{
    struct trace_array ends = {.items = NULL};
    const struct trace_flow *flows = build->flows.items;
    int result = 0;
    for (uint32_t i = 0; result == 0 && i < build->flows.count; i++) {
        if (arrivals && flows[i].to_lane == TRACE_NONE)
            continue;
        struct flow_end *end = trace_array_add(&ends, sizeof *end);
        if (end == NULL)
            result = -ENOMEM;
        else
            *end = (struct flow_end){arrivals ? flows[i].to_ns : flows[i].from_ns,
                                     arrivals ? flows[i].to_lane : flows[i].from_lane, i};
    }
    if (result == 0)
        result = build_deal_out(&ends, sizeof(struct flow_end), place_of_end, build->lanes.count,
                                starts);
    const struct flow_end *items = ends.items;
    for (uint32_t i = 0; result == 0 && i < ends.count; i++) {
        uint32_t *flow = trace_array_add(list, sizeof *flow);
        if (flow == NULL)
            result = -ENOMEM;
        else
            *flow = items[i].flow;
    }
    trace_array_finish(&ends);
    return result;
}

/* Makes the two lists, and tells the lanes where theirs are. */
static int list_flows(struct trace_build *build)
{
    struct trace_lane *lanes = build->lanes.items;
    uint32_t *starts = malloc(((size_t)build->lanes.count + 2) * sizeof *starts);
    if (starts == NULL)
        return -ENOMEM;
    int result = list_ends(build, false, &build->departures, starts);
    for (uint32_t i = 0; result == 0 && i < build->lanes.count; i++) {
        lanes[i].departure_first = starts[i];
        lanes[i].departure_count = starts[i + 1] - starts[i];
    }
    if (result == 0)
        result = list_ends(build, true, &build->arrivals, starts);
    for (uint32_t i = 0; result == 0 && i < build->lanes.count; i++) {
        lanes[i].arrival_first = starts[i];
        lanes[i].arrival_count = starts[i + 1] - starts[i];
    }
    free(starts);
    return result;
}

int build_order_flows(struct trace_build *build)
{
    struct trace_flow *flows = build->flows.items;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < build->flows.count; i++) {
        struct trace_flow flow = flows[i];
        if (place_flow(build, &flow))
            flows[kept++] = flow;
    }
    build->flows.count = kept;
    struct trace_key *keys = build_keys(kept);
    if (keys == NULL)
        return -ENOMEM;
    for (uint32_t i = 0; i < kept; i++)
        keys[i] = (struct trace_key){.key = flows[i].from_ns, .value = i};
    int result = build_arrange(&build->flows, sizeof *flows, keys);
    free(keys);
    return result == 0 ? list_flows(build) : result;
}

/* --- mailboxes ------------------------------------------------------------------------------ */

static void place_of_depth(const void *record, uint32_t *lane, int64_t *at_ns)
{
    const struct trace_depth *depth = record;
    *lane = depth->lane;
    *at_ns = depth->at_ns;
}

static int add_depth(struct trace_build *build, uint32_t lane, int64_t at_ns, uint32_t count)
{
    struct trace_depth *depth = trace_array_add(&build->depths, sizeof *depth);
    if (depth == NULL)
        return -ENOMEM;
    *depth = (struct trace_depth){.at_ns = at_ns, .lane = lane, .depth = count};
    return 0;
}

/* Messages that lay in a mailbox say how deep it was then: counters, of which there is one in ten
 * microseconds at the most, miss what is in between. */
static int add_depths_of_messages(struct trace_build *build)
{
    const struct trace_flow *flows = build->flows.items;
    const struct trace_message *messages = build->messages.items;
    int result = 0;
    for (uint32_t i = 0; result == 0 && i < build->flows.count; i++) {
        const struct trace_flow *flow = &flows[i];
        if (flow->message == TRACE_NONE || flow->to_lane == TRACE_NONE ||
            messages[flow->message].woke)
            continue;
        const struct trace_message *message = &messages[flow->message];
        result = add_depth(build, flow->to_lane, flow->from_ns, message->depth_sent);
        if (result == 0)
            result = add_depth(build, flow->to_lane, flow->to_ns, message->depth_left);
    }
    return result;
}

/* Keeps of a lane's depths only those that change it. */
static void drop_repeats(struct trace_build *build)
{
    struct trace_depth *depths = build->depths.items;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < build->depths.count; i++) {
        bool first = kept == 0 || depths[kept - 1].lane != depths[i].lane;
        if (first || depths[kept - 1].depth != depths[i].depth)
            depths[kept++] = depths[i];
    }
    build->depths.count = kept;
}

/* Tells the lanes where their depths are, which stand in the order of lanes. */
static void place_depths(struct trace_build *build)
{
    struct trace_lane *lanes = build->lanes.items;
    const struct trace_depth *depths = build->depths.items;
    uint32_t at = 0;
    for (uint32_t i = 0; i < build->lanes.count; i++) {
        lanes[i].depth_first = at;
        while (at < build->depths.count && depths[at].lane == i)
            at++;
        lanes[i].depth_count = at - lanes[i].depth_first;
    }
}

int build_order_depths(struct trace_build *build)
{
    uint32_t *starts = malloc(((size_t)build->lanes.count + 2) * sizeof *starts);
    struct trace_depth *depths = build->depths.items;
    uint32_t kept = 0;
    if (starts == NULL)
        return -ENOMEM;
    for (uint32_t i = 0; i < build->depths.count; i++) {
        struct trace_depth depth = depths[i];
        depth.lane = build_lane(build, depth.lane);
        if (depth.lane != TRACE_NONE)
            depths[kept++] = depth;
    }
    build->depths.count = kept;
    int result = add_depths_of_messages(build);
    if (result == 0)
        result = build_deal_out(&build->depths, sizeof *depths, place_of_depth, build->lanes.count,
                                starts);
    if (result == 0) {
        drop_repeats(build);
        place_depths(build);
    }
    free(starts);
    return result;
}
