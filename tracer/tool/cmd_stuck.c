/* troupe stuck: who waits for whom at an instant, and which waits close a circle. */

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "steps.h"
#include "tell.h"
#include "tool.h"
#include "trace_waits.h"

enum { OPTION_AT, OPTION_ALL, OPTION_JSON, OPTION_ASCII };

static const struct tool_option options[] = {
    [OPTION_AT] = {"at", 't', "TIME", "the instant to look at (end)"},
    [OPTION_ALL] = {"all", 'A', NULL, "tell of everybody who waits, however many they are"},
    [OPTION_JSON] = {"json", 'j', NULL, "print JSON, times in nanoseconds"},
    [OPTION_ASCII] = {"ascii", 'a', NULL, "nothing beyond ASCII"},
};

/* Of more waits than this, outside of circles, the rest is only counted. */
#define WAITS_MAX 50

static uint32_t count_state(const struct trace_waits *waits, enum trace_state state)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < waits->model->lane_count; i++)
        count +=
            waits->spans[i] != TRACE_NONE && waits->model->spans[waits->spans[i]].state == state;
    return count;
}

/* "  Kant waits for a lock that Hegel has, at x.c:48; for 93.7 us, without a deadline" */
static void print_wait(const struct tell *tell, const struct trace_waits *waits, uint32_t lane)
{
    uint32_t index = waits->spans[lane];
    const struct trace_span *span = &tell->model->spans[index];
    int64_t due_ns = trace_wait_of(tell->model, span)->due_ns;
    printf("  %s ", tell_lane(tell, lane));
    step_print_wait(tell, index);
    printf("; for %s", tell_for(tell, waits->at_ns - span->start_ns));
    if (due_ns != TRACE_NEVER)
        printf(", until %s", tell_at(tell, due_ns));
    putchar('\n');
}

static void print_circle(const struct tell *tell, const struct trace_waits *waits, uint32_t circle)
{
    uint32_t first = 0;
    while (waits->circle[first] != circle)
        first++;
    printf("\nA circle of waits: %s", tell_lane(tell, first));
    for (uint32_t at = waits->on[first]; at != first; at = waits->on[at])
        printf(", who waits for %s", tell_lane(tell, at));
    printf(", who waits for %s.\n%s\n", tell_lane(tell, first),
           trace_waits_are_for_ever(waits, circle) ? "None of them can go on by itself:"
                                                   : "It lasts until the first deadline in it:");
    uint32_t at = first;
    do {
        print_wait(tell, waits, at);
        at = waits->on[at];
    } while (at != first);
}

/* Whether it is the end, and nothing could ever run again. */
static bool is_over(const struct trace_waits *waits)
{
    uint32_t latest;
    return waits->at_ns == waits->model->end_ns && trace_waits_of_all(waits->model, &latest) > 0;
}

static void print_answer(const struct tell *tell, const struct trace_waits *waits, uint32_t most)
{
    uint32_t running = count_state(waits, TRACE_STATE_RUN);
    uint32_t ready = count_state(waits, TRACE_STATE_READY);
    uint32_t waiting = count_state(waits, TRACE_STATE_WAIT);
    printf("At %s: %" PRIu32 " running, %" PRIu32 " ready, %" PRIu32 " waiting.\n",
           tell_at(tell, waits->at_ns), running, ready, waiting);
    for (uint32_t i = 1; i <= waits->circle_count; i++)
        print_circle(tell, waits, i);
    uint32_t others = 0;
    for (uint32_t i = 0; i < tell->model->lane_count; i++) {
        uint32_t span = waits->spans[i];
        if (span == TRACE_NONE || waits->circle[i] != 0 ||
            tell->model->spans[span].state != TRACE_STATE_WAIT)
            continue;
        if (others == 0)
            puts(waits->circle_count > 0 ? "\nThe others:" : "");
        if (others++ < most)
            print_wait(tell, waits, i);
    }
    if (others > most)
        printf("... and %" PRIu32 " more; --all tells of them all.\n", others - most);
    if (waits->circle_count == 0)
        puts(is_over(waits)
                 ? "\nNothing could ever run again: everybody waited, and nothing was left "
                   "that could wake one."
                 : "\nNo waits close a circle.");
}

static cJSON *wait_object(const struct tell *tell, const struct trace_waits *waits, uint32_t lane)
{
    const struct trace_span *span = &tell->model->spans[waits->spans[lane]];
    const struct trace_wait *wait = trace_wait_of(tell->model, span);
    cJSON *object = cJSON_CreateObject();
    tell_add_lane(tell, object, "actor", lane);
    tell_add_whole(object, "id", tell->model->lanes[lane].id);
    cJSON_AddStringToObject(object, "reason", trace_reason_name((enum trace_reason)span->reason));
    tell_add_lane(tell, object, "on", waits->on[lane]);
    tell_add_text(tell, object, "place", span->at);
    tell_add_whole(object, "since_ns", span->start_ns);
    if (wait->due_ns != TRACE_NEVER)
        tell_add_whole(object, "due_ns", wait->due_ns);
    if (waits->circle[lane] != 0)
        tell_add_whole(object, "circle", waits->circle[lane]);
    return object;
}

static bool print_json(const struct tell *tell, const struct trace_waits *waits)
{
    cJSON *object = cJSON_CreateObject();
    tell_add_whole(object, "at_ns", waits->at_ns);
    tell_add_whole(object, "running", count_state(waits, TRACE_STATE_RUN));
    tell_add_whole(object, "ready", count_state(waits, TRACE_STATE_READY));
    tell_add_whole(object, "circles", waits->circle_count);
    cJSON_AddBoolToObject(object, "over", is_over(waits));
    cJSON *array = cJSON_AddArrayToObject(object, "waiting");
    for (uint32_t i = 0; i < tell->model->lane_count; i++)
        if (waits->spans[i] != TRACE_NONE &&
            tell->model->spans[waits->spans[i]].state == TRACE_STATE_WAIT)
            cJSON_AddItemToArray(array, wait_object(tell, waits, i));
    return tell_print_json("", object, "\n");
}

static int run_stuck(const struct tool_call *call)
{
    struct tell tell;
    struct trace_waits waits;
    int64_t at_ns;
    const char *at = call->values[OPTION_AT] != NULL ? call->values[OPTION_AT] : "end";
    int result = tell_open(&tell, call->operands[0], call->values[OPTION_ASCII]);
    if (result != TOOL_OK)
        return result;
    result = tell_find_instant(&tell, at, &at_ns);
    if (result == TOOL_OK && trace_waits_at(tell.model, at_ns, &waits) < 0)
        result = tell_no_memory();
    if (result == TOOL_OK) {
        bool printed = true;
        if (call->values[OPTION_JSON] != NULL)
            printed = print_json(&tell, &waits);
        else
            print_answer(&tell, &waits, call->values[OPTION_ALL] != NULL ? UINT32_MAX : WAITS_MAX);
        bool is_stuck = waits.circle_count > 0 || is_over(&waits);
        result = !printed ? tell_no_memory() : is_stuck ? TOOL_FAULT : TOOL_OK;
        trace_waits_finish(&waits);
    }
    tell_close(&tell);
    return result;
}

const struct tool_command command_stuck = {
    .name = "stuck",
    .operands = "FILE",
    .sentence = "who waits for whom, and which waits close a circle",
    .text = "Says who waits for whom at an instant, at the end of the trace if no other is given,\n"
            "and names the waits that close a circle.  Only what the trace proves counts: joins,\n"
            "calls, locks and full mailboxes are waits for somebody; a message may come from\n"
            "anyone.  The exit status is 1 if there is a circle, or if nothing could ever run\n"
            "again.\n"
            "\n"
            "  troupe stuck hangs.json\n"
            "  troupe stuck --at=16.2ms philosophers.json",
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .operand_min = 1,
    .operand_max = 1,
    .run = run_stuck,
};
