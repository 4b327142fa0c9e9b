/*
 * Latencies in words.  The worst are told with what an engineer asks next: where in the source it
 * was, and who had the loop meanwhile.
 */

#include "stats_latency.h"

#include <inttypes.h>
#include <stdio.h>

#include "steps.h"
#include "tool.h"
#include "trace_latency.h"
#include "trace_words.h"

struct measured {
    enum trace_latency_kind kind;
    struct trace_latency latency;
    struct trace_latency_case worst[STATS_WORST_MAX];
    size_t worst_count;
};

static int measure(const struct tell *tell, enum trace_latency_kind kind, size_t room,
                   struct measured *measured)
{
    *measured = (struct measured){.kind = kind};
    return trace_latency(tell->model, kind, &measured->latency, measured->worst, room,
                         &measured->worst_count);
}

/* --- what one of the worst is about --- */

/* The span in which the receiver of a message waited for it, or ran when it took it. */
static uint32_t receiving_span(const struct trace_model *model, const struct trace_flow *flow)
{
    uint32_t span = trace_span_at(model, flow->to_lane, flow->to_ns);
    bool woken = span != TRACE_NONE && model->messages[flow->message].woke;
    return woken ? trace_state_before(model, span) : span;
}

static void print_place(const struct tell *tell, uint32_t span)
{
    const char *before;
    trace_text_id place = span != TRACE_NONE ? tell_place(tell, span, &before) : 0;
    if (place != 0)
        printf(", %s %s", before, tell_text(tell, place));
}

static void print_turn(const struct tell *tell, const struct trace_latency_case *worst)
{
    const struct trace_span *ready = &tell->model->spans[worst->index];
    printf("%s from %s", tell_lane(tell, ready->lane), tell_at(tell, ready->start_ns));
    print_place(tell, worst->index);
    step_print_holder(tell, worst->index);
}

static void print_message(const struct tell *tell, const struct trace_latency_case *worst)
{
    const struct trace_model *model = tell->model;
    const struct trace_flow *flow = &model->flows[worst->index];
    char tag[TRACE_WORDS_BYTES];
    printf("%s from %s to %s, sent at %s",
           trace_tag_text(model->messages[flow->message].tag, tag, sizeof tag),
           tell_lane(tell, flow->from_lane), tell_lane(tell, flow->to_lane),
           tell_at(tell, flow->from_ns));
    fputs(model->messages[flow->message].woke ? ", awaited" : ", taken", stdout);
    print_place(tell, receiving_span(model, flow));
}

/* --- the table --- */

static void print_row(const struct tell *tell, const struct measured *measured)
{
    const struct trace_latency *latency = &measured->latency;
    char count[32];
    snprintf(count, sizeof count, "%" PRIu64, latency->count);
    screen_cell(trace_latency_name(measured->kind), 18, SCREEN_LEFT);
    screen_cell(count, 9, SCREEN_RIGHT);
    screen_cell(tell_for(tell, latency->p50_ns), 12, SCREEN_RIGHT);
    screen_cell(tell_for(tell, latency->p90_ns), 12, SCREEN_RIGHT);
    screen_cell(tell_for(tell, latency->p99_ns), 12, SCREEN_RIGHT);
    screen_cell(tell_for(tell, latency->max_ns), 12, SCREEN_RIGHT);
    putchar('\n');
}

static void print_worst(const struct tell *tell, const struct measured *measured)
{
    for (size_t i = 0; i < measured->worst_count; i++) {
        screen_cell(tell_for(tell, measured->worst[i].ns), 12, SCREEN_RIGHT);
        fputs("   ", stdout);
        if (measured->kind == TRACE_LATENCY_TURN)
            print_turn(tell, &measured->worst[i]);
        else
            print_message(tell, &measured->worst[i]);
        putchar('\n');
    }
}

int stats_print_latencies(const struct tell *tell, size_t worst)
{
    static const char *const heads[] = {"p50", "p90", "p99", "max"};
    static const char *const titles[] = {
        [TRACE_LATENCY_TURN] = "The longest waits for a turn:",
        [TRACE_LATENCY_MESSAGE] = "The messages that took longest:",
    };
    struct measured all[TRACE_LATENCY_KINDS];
    for (int kind = 0; kind < TRACE_LATENCY_KINDS; kind++)
        if (measure(tell, (enum trace_latency_kind)kind, worst, &all[kind]) < 0)
            return tell_no_memory();
    if (all[TRACE_LATENCY_TURN].latency.count == 0)
        return TOOL_OK;
    putchar('\n');
    screen_cell("latency", 18, SCREEN_LEFT);
    screen_cell("count", 9, SCREEN_RIGHT);
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
        screen_cell(heads[i], 12, SCREEN_RIGHT);
    putchar('\n');
    for (int kind = 0; kind < TRACE_LATENCY_KINDS; kind++)
        if (all[kind].latency.count > 0)
            print_row(tell, &all[kind]);
    for (int kind = 0; kind < TRACE_LATENCY_KINDS; kind++) {
        if (all[kind].worst_count == 0)
            continue;
        printf("\n%s\n", titles[kind]);
        print_worst(tell, &all[kind]);
    }
    return TOOL_OK;
}

/* --- JSON --- */

static cJSON *turn_object(const struct tell *tell, const struct trace_latency_case *worst)
{
    const struct trace_model *model = tell->model;
    const struct trace_span *ready = &model->spans[worst->index];
    struct trace_holder holder = trace_latency_holder(model, worst->index);
    const char *before;
    cJSON *object = cJSON_CreateObject();
    tell_add_whole(object, "ns", worst->ns);
    tell_add_lane(tell, object, "actor", ready->lane);
    tell_add_whole(object, "id", model->lanes[ready->lane].id);
    tell_add_whole(object, "ready_ns", ready->start_ns);
    tell_add_text(tell, object, "place", tell_place(tell, worst->index, &before));
    tell_add_lane(tell, object, "held_by",
                  holder.run != TRACE_NONE ? model->spans[holder.run].lane : TRACE_NONE);
    tell_add_whole(object, "held_ns", holder.run_ns);
    return object;
}

static cJSON *message_object(const struct tell *tell, const struct trace_latency_case *worst)
{
    const struct trace_model *model = tell->model;
    const struct trace_flow *flow = &model->flows[worst->index];
    uint32_t span = receiving_span(model, flow);
    const char *before;
    cJSON *object = cJSON_CreateObject();
    tell_add_whole(object, "ns", worst->ns);
    tell_add_whole(object, "tag", model->messages[flow->message].tag);
    tell_add_lane(tell, object, "from", flow->from_lane);
    tell_add_lane(tell, object, "to", flow->to_lane);
    tell_add_whole(object, "sent_ns", flow->from_ns);
    tell_add_text(tell, object, "place", span != TRACE_NONE ? tell_place(tell, span, &before) : 0);
    return object;
}

static cJSON *kind_object(const struct tell *tell, const struct measured *measured)
{
    cJSON *object = cJSON_CreateObject();
    tell_add_whole(object, "count", (int64_t)measured->latency.count);
    tell_add_whole(object, "p50_ns", measured->latency.p50_ns);
    tell_add_whole(object, "p90_ns", measured->latency.p90_ns);
    tell_add_whole(object, "p99_ns", measured->latency.p99_ns);
    tell_add_whole(object, "max_ns", measured->latency.max_ns);
    cJSON *worst = cJSON_AddArrayToObject(object, "worst");
    for (size_t i = 0; i < measured->worst_count; i++)
        cJSON_AddItemToArray(worst, measured->kind == TRACE_LATENCY_TURN
                                        ? turn_object(tell, &measured->worst[i])
                                        : message_object(tell, &measured->worst[i]));
    return object;
}

cJSON *stats_latency_object(const struct tell *tell, size_t worst)
{
    static const char *const names[] = {"ready_to_resume", "send_to_receive"};
    cJSON *object = cJSON_CreateObject();
    for (int kind = 0; kind < TRACE_LATENCY_KINDS; kind++) {
        struct measured measured;
        if (measure(tell, (enum trace_latency_kind)kind, worst, &measured) < 0) {
            cJSON_Delete(object);
            return NULL;
        }
        cJSON_AddItemToObject(object, names[kind], kind_object(tell, &measured));
    }
    return object;
}
