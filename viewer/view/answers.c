/*
 * Circles are told of first: they are what one looks for.
 */

#include "answers.h"

#include <stdio.h>
#include <string.h>

#include "format.h"

/* Members of a circle that are named. */
#define CIRCLE_NAMED_MAX 6

static const char *name_of(const struct trace_model *model, uint32_t lane)
{
    return trace_text(model, model->lanes[lane].name);
}

static void say_circle(struct describe_text *text, const struct trace_waits *waits, uint32_t circle)
{
    char line[DESCRIBE_BYTES] = "";
    size_t used = 0;
    uint32_t first = 0;
    while (waits->circle[first] != circle)
        first++;
    uint32_t at = first;
    int named = 0;
    do {
        int more = named++ < CIRCLE_NAMED_MAX
                       ? snprintf(line + used, sizeof line - used, "%.30s waits for ",
                                  name_of(waits->model, at))
                       : 0;
        used += more > 0 && used + (size_t)more < sizeof line ? (size_t)more : 0;
        at = waits->on[at];
    } while (at != first);
    describe_say(text, "a circle%s: %s%s%.30s",
                 trace_waits_are_for_ever(waits, circle) ? ", without a deadline" : "", line,
                 named > CIRCLE_NAMED_MAX ? "... " : "", name_of(waits->model, first));
}

void answers_waits(struct describe_text *text, const struct trace_waits *waits)
{
    const struct trace_model *model = waits->model;
    char at[FORMAT_BYTES];
    uint32_t others = 0;
    snprintf(text->name, sizeof text->name, "Who waits for whom at %s",
             format_instant(waits->at_ns, 1, at));
    text->what[0] = '\0';
    text->count = 0;
    for (uint32_t i = 1; i <= waits->circle_count; i++)
        say_circle(text, waits, i);
    for (uint32_t lane = 0; lane < model->lane_count; lane++) {
        if (waits->on[lane] == TRACE_NONE || waits->circle[lane] != 0)
            continue;
        const struct trace_span *span = &model->spans[waits->spans[lane]];
        char time[FORMAT_BYTES];
        others++;
        if (text->count < DESCRIBE_LINES_MAX - 1)
            describe_say(text, "%.60s waits for %.60s: %s, for %s", name_of(model, lane),
                         name_of(model, waits->on[lane]),
                         trace_reason_name((enum trace_reason)span->reason),
                         format_duration(waits->at_ns - span->start_ns, time));
    }
    if (waits->circle_count == 0 && others == 0)
        describe_say(text, "nobody waits for another actor");
    else if (waits->circle_count == 0)
        describe_say(text, "no waits close a circle");
}

void answers_path(struct describe_text *text, const struct trace_model *model,
                  const struct trace_path *path, bool critical)
{
    int64_t state_ns[TRACE_STATE_COUNT] = {0};
    const struct trace_step *longest = NULL;
    char whole[FORMAT_BYTES];
    char steps[FORMAT_BYTES];
    char times[TRACE_STATE_COUNT][FORMAT_BYTES];
    int64_t whole_ns = 0;
    for (size_t i = 0; i < path->count; i++) {
        const struct trace_step *step = &path->steps[i];
        int64_t length_ns = step->end_ns - step->start_ns;
        state_ns[model->spans[step->span].state] += length_ns;
        whole_ns += length_ns;
        if (longest == NULL || length_ns > longest->end_ns - longest->start_ns)
            longest = step;
    }
    for (int i = 0; i < TRACE_STATE_COUNT; i++)
        format_duration(state_ns[i], times[i]);
    snprintf(text->name, sizeof text->name, "%s",
             critical ? "What the end had to wait for" : "What led to this state");
    snprintf(text->what, sizeof text->what, ": %s in %s", format_duration(whole_ns, whole),
             format_things(path->count, "step", steps));
    text->count = 0;
    if (longest == NULL)
        return;
    const struct trace_span *span = &model->spans[longest->span];
    static const char *const states[] = {"ran", "was ready", "waited: "};
    describe_say(text, "running %s, ready %s, waiting %s", times[TRACE_STATE_RUN],
                 times[TRACE_STATE_READY], times[TRACE_STATE_WAIT]);
    describe_say(
        text, "the longest step: %.60s %s%s, %s", name_of(model, longest->lane),
        states[span->state],
        span->state == TRACE_STATE_WAIT ? trace_reason_name((enum trace_reason)span->reason) : "",
        format_duration(longest->end_ns - longest->start_ns, whole));
    describe_say(text, "only what shortens one of these steps makes it faster");
}
