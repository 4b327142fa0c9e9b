/*
 * Steps in words.  A run is told by what it led to, a wait by what it was for, and the time for
 * which somebody was ready by who had the loop.
 */

#include "steps.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "trace_latency.h"

/* What a step is about: "run", "ready" or the reason of a wait. */
static const char *kind_of(const struct tell *tell, const struct trace_step *step)
{
    const struct trace_span *span = &tell->model->spans[step->span];
    if (span->state == TRACE_STATE_RUN)
        return "run";
    return span->state == TRACE_STATE_READY ? "ready"
                                            : trace_reason_name((enum trace_reason)span->reason);
}

void step_print_holder(const struct tell *tell, uint32_t ready)
{
    const struct trace_model *model = tell->model;
    struct trace_holder holder = trace_latency_holder(model, ready);
    if (holder.run == TRACE_NONE)
        return;
    const struct trace_span *run = &model->spans[holder.run];
    printf("; %s ran %s for %s of it", tell_text(tell, model->loops[run->loop].name),
           tell_lane(tell, run->lane), tell_for(tell, holder.run_ns));
    if (holder.run_count > 1)
        printf(", and %" PRIu32 " other turn%s", holder.run_count - 1,
               tell_s(holder.run_count - 1));
}

/* "waits for a lock that Kant has", "waits for pong to end". */
static void print_purpose(const struct tell *tell, const struct trace_span *span)
{
    const char *other = span->other != TRACE_NONE ? tell_lane(tell, span->other) : NULL;
    if (other == NULL)
        fputs(trace_reason_sentence((enum trace_reason)span->reason), stdout);
    else if (span->reason == TRACE_REASON_JOIN)
        printf("waits for %s to end", other);
    else if (span->reason == TRACE_REASON_CALL)
        printf("waits for the answer of %s", other);
    else if (span->reason == TRACE_REASON_LOCK)
        printf("waits for a lock that %s has", other);
    else if (span->reason == TRACE_REASON_SEND)
        printf("waits for room in the mailbox of %s", other);
    else
        printf("%s: %s", trace_reason_sentence((enum trace_reason)span->reason), other);
}

void step_print_wait(const struct tell *tell, uint32_t index)
{
    const struct trace_span *span = &tell->model->spans[index];
    const struct trace_wait *wait = trace_wait_of(tell->model, span);
    print_purpose(tell, span);
    if (wait->object != 0)
        printf(" (object %" PRIu32 "%s%s)", wait->object, wait->made != 0 ? ", made at " : "",
               wait->made != 0 ? tell_text(tell, wait->made) : "");
    if (span->at != 0)
        printf(", at %s", tell_text(tell, span->at));
}

/* What a run led to: the step after it is somebody who was made ready by it, or its own wait. */
static void print_run(const struct tell *tell, const struct trace_step *step,
                      const struct trace_step *next)
{
    const struct trace_model *model = tell->model;
    const struct trace_span *run = &model->spans[step->span];
    const struct trace_span *after = next != NULL ? &model->spans[next->span] : NULL;
    fputs("runs", stdout);
    if (after == NULL)
        fputs(run->reason == TRACE_REASON_EXIT && step->end_ns == run->end_ns ? ", and ends" : "",
              stdout);
    else if (after->lane == run->lane)
        fputs(after->state == TRACE_STATE_READY ? ", and yields" : "", stdout);
    else if (next->wake.wait == TRACE_NONE)
        printf(", and spawns %s", tell_lane(tell, after->lane));
    else if (next->wake.kind == TRACE_WAKE_END)
        printf(", and ends, for which %s waits", tell_lane(tell, after->lane));
    else
        printf(", and wakes %s", tell_lane(tell, after->lane));
}

static void print_ready(const struct tell *tell, const struct trace_step *step)
{
    char how[TRACE_WAKE_BYTES];
    char clean[TRACE_WAKE_BYTES];
    uint32_t before = trace_state_before(tell->model, step->span);
    bool yielded = before != TRACE_NONE && tell->model->spans[before].state == TRACE_STATE_RUN;
    if (yielded)
        fputs("ready after its yield", stdout);
    else if (step->wake.wait == TRACE_NONE)
        fputs(step->wake.lane != TRACE_NONE ? "ready since its spawn" : "ready", stdout);
    else
        printf("ready, %s",
               screen_clean(&tell->screen, trace_wake_text(tell->model, &step->wake, how),
                            TRACE_WAKE_BYTES / 4, clean, sizeof clean));
    step_print_holder(tell, step->span);
}

void step_print(const struct tell *tell, const struct trace_step *step,
                const struct trace_step *next, int name_columns)
{
    uint8_t state = tell->model->spans[step->span].state;
    screen_cell(tell_at(tell, step->start_ns), 16, SCREEN_RIGHT);
    screen_cell(tell_for(tell, step->end_ns - step->start_ns), 12, SCREEN_RIGHT);
    fputs("   ", stdout);
    screen_cell(tell_lane(tell, step->lane), name_columns + 2, SCREEN_LEFT);
    if (state == TRACE_STATE_RUN)
        print_run(tell, step, next);
    else if (state == TRACE_STATE_READY)
        print_ready(tell, step);
    else
        step_print_wait(tell, step->span);
    putchar('\n');
}

int step_name_columns(const struct tell *tell, const struct trace_path *path)
{
    size_t columns = strlen("actor");
    for (size_t i = 0; i < path->count; i++) {
        size_t own = screen_width(tell_lane(tell, path->steps[i].lane));
        columns = own > columns ? own : columns;
    }
    return (int)columns;
}

cJSON *step_object(const struct tell *tell, const struct trace_step *step)
{
    const struct trace_model *model = tell->model;
    const struct trace_span *span = &model->spans[step->span];
    char how[TRACE_WAKE_BYTES];
    cJSON *object = cJSON_CreateObject();
    tell_add_whole(object, "start_ns", step->start_ns);
    tell_add_whole(object, "end_ns", step->end_ns);
    tell_add_lane(tell, object, "actor", step->lane);
    tell_add_whole(object, "id", model->lanes[step->lane].id);
    cJSON_AddStringToObject(object, "kind", kind_of(tell, step));
    if (span->state == TRACE_STATE_WAIT) {
        tell_add_text(tell, object, "place", span->at);
        tell_add_lane(tell, object, "on", span->other);
    }
    if (span->state == TRACE_STATE_READY) {
        bool woken = step->wake.wait != TRACE_NONE;
        cJSON_AddStringToObject(object, "how",
                                woken ? trace_wake_text(model, &step->wake, how) : "");
        tell_add_lane(tell, object, "by", step->wake.lane);
    }
    return object;
}
