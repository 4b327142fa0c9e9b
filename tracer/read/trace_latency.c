/*
 * Latencies: collected as keys, sorted once, and read off by rank.
 *
 * A key is the negated length, so that the sort, which keeps the order of equal keys, puts the
 * longest first and among equals the earlier.
 */

#include "trace_latency.h"

#include <errno.h>
#include <stdlib.h>

#include "trace_array.h"

const char *trace_latency_name(enum trace_latency_kind kind)
{
    return kind == TRACE_LATENCY_TURN ? "ready to resume" : "send to receive";
}

/* The instant from which the receiver runs with a message that arrived. */
static int64_t received_ns(const struct trace_model *model, const struct trace_flow *flow)
{
    if (!model->messages[flow->message].woke)
        return flow->to_ns;
    uint32_t ready = trace_span_at(model, flow->to_lane, flow->to_ns);
    if (ready == TRACE_NONE || model->spans[ready].state != TRACE_STATE_READY)
        return flow->to_ns;
    return model->spans[ready].open ? TRACE_NEVER : model->spans[ready].end_ns;
}

int64_t trace_latency_of_message(const struct trace_model *model, uint32_t flow)
{
    const struct trace_flow *own = &model->flows[flow];
    if (own->message == TRACE_NONE || own->to_lane == TRACE_NONE)
        return -1;
    int64_t end_ns = received_ns(model, own);
    return end_ns != TRACE_NEVER && end_ns >= own->from_ns ? end_ns - own->from_ns : -1;
}

static size_t collect_turns(const struct trace_model *model, struct trace_key *keys)
{
    size_t count = 0;
    for (uint32_t i = 0; i < model->span_count; i++) {
        const struct trace_span *span = &model->spans[i];
        if (span->state == TRACE_STATE_READY && !span->open)
            keys[count++] = (struct trace_key){span->start_ns - span->end_ns, i};
    }
    return count;
}

static size_t collect_messages(const struct trace_model *model, struct trace_key *keys)
{
    size_t count = 0;
    for (uint32_t i = 0; i < model->flow_count; i++) {
        int64_t ns = trace_latency_of_message(model, i);
        if (ns >= 0)
            keys[count++] = (struct trace_key){-ns, i};
    }
    return count;
}

/* The value that `percent` of `count` sorted ones do not exceed. */
static int64_t percentile(const struct trace_key *longest_first, size_t count, size_t percent)
{
    size_t rank = (count / 100) * percent + ((count % 100) * percent + 99) / 100;
    return rank > 0 ? -longest_first[count - rank].key : 0;
}

int trace_latency(const struct trace_model *model, enum trace_latency_kind kind,
                  struct trace_latency *latency, struct trace_latency_case *worst, size_t room,
                  size_t *worst_count)
{
    bool turns = kind == TRACE_LATENCY_TURN;
    size_t most = turns ? model->span_count : model->flow_count;
    struct trace_key *keys = malloc((most + 1) * sizeof *keys);
    *latency = (struct trace_latency){0};
    *worst_count = 0;
    if (keys == NULL)
        return -ENOMEM;
    size_t count = turns ? collect_turns(model, keys) : collect_messages(model, keys);
    int result = trace_sort(keys, count);
    if (result == 0 && count > 0)
        *latency = (struct trace_latency){
            .count = count,
            .p50_ns = percentile(keys, count, 50),
            .p90_ns = percentile(keys, count, 90),
            .p99_ns = percentile(keys, count, 99),
            .max_ns = -keys[0].key,
        };
    for (; result == 0 && *worst_count < room && *worst_count < count; ++*worst_count)
        worst[*worst_count] =
            (struct trace_latency_case){-keys[*worst_count].key, keys[*worst_count].value};
    free(keys);
    return result;
}

struct trace_holder trace_latency_holder(const struct trace_model *model, uint32_t ready)
{
    const struct trace_span *wait = &model->spans[ready];
    struct trace_holder holder = {.run = TRACE_NONE};
    uint32_t next = trace_state_after(model, ready);
    if (next == TRACE_NONE || model->spans[next].state != TRACE_STATE_RUN)
        return holder;
    /* Runs on one loop never overlap, so the first that ends before is the last to look at. */
    for (uint32_t i = trace_switch_from(model, wait->end_ns); i > 0; i--) {
        const struct trace_span *run = &model->spans[model->switches[i - 1]];
        if (run->loop != model->spans[next].loop)
            continue;
        if (run->end_ns <= wait->start_ns)
            break;
        int64_t from_ns = run->start_ns > wait->start_ns ? run->start_ns : wait->start_ns;
        int64_t to_ns = run->end_ns < wait->end_ns ? run->end_ns : wait->end_ns;
        holder.run_count++;
        holder.busy_ns += to_ns - from_ns;
        if (to_ns - from_ns >= holder.run_ns) {
            holder.run_ns = to_ns - from_ns;
            holder.run = model->switches[i - 1];
        }
    }
    return holder;
}
