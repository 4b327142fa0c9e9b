/*
 * Arrows, messages and mailboxes: what their events leave.
 *
 * The two ends of an arrow may lie in different pieces of a file, so they are kept as they are and
 * find each other when all are there (trace_join_flows.c).
 */

#include <errno.h>

#include "trace_build_parts.h"

static void describe_message(const struct trace_event *event, struct build_flow_end *end)
{
    const struct trace_event_args *args = &event->args;
    int64_t tag;
    if (end->out) {
        if (trace_value_int(&args->tag, &tag) && tag >= INT32_MIN && tag <= INT32_MAX)
            end->tag = (int32_t)tag;
        end->bytes = (uint32_t)build_number(&args->bytes, UINT32_MAX);
    } else {
        end->scanned = (uint32_t)build_number(&args->scanned, UINT32_MAX);
    }
    bool is_known = (event->arg_mask >> TRACE_ARG_depth & 1) != 0;
    end->depth = is_known ? (uint32_t)build_number(&args->depth, UINT32_MAX) : TRACE_NONE;
}

int build_add_flow(struct trace_build *build, const struct trace_event *event)
{
    struct build_flow_end *end = trace_array_add(&build->ends, sizeof *end);
    int64_t id;
    if (end == NULL)
        return -EOVERFLOW;
    end->at_ns = event->ts_ns;
    end->named = !trace_value_int(&event->id, &id);
    end->id = end->named ? build_intern(build, &event->id) : (uint64_t)id;
    end->category = build_intern(build, &event->cat);
    end->name = build_intern(build, &event->name);
    end->lane = event->tid;
    end->out = event->phase == 's';
    end->bound = trace_value_is(&event->bp, "e");
    end->carries = event->kind == TRACE_EVENT_MESSAGE_OUT || event->kind == TRACE_EVENT_MESSAGE_IN;
    if (end->carries)
        describe_message(event, end);
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
