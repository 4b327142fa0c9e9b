/*
 * Two streams of steps, merged.
 *
 * Runs are most of a trace, are in the order in which they start already, and few of them are under
 * way at a time: the ends of those wait in a heap, so nothing is sorted and next to nothing is
 * stored.  The steps of all else are few and are sorted beforehand.
 *
 * A key is twice the instant, and one more for a step up, so that those down come first.
 */

#include "trace_steps.h"

#include <errno.h>
#include <stdlib.h>

#define KEY_NEVER INT64_MAX
#define ENDS_MIN 64

/* Twice an instant fits: the loader sees to it (TRACE_INSTANT_NS_MAX). */
static int64_t key_up(int64_t at_ns)
{
    return at_ns * 2 + 1;
}

static int64_t key_down(int64_t at_ns)
{
    return at_ns * 2;
}

/* A wait for an own child; a join that does not name its target is for all children. */
static bool joins_child(const struct trace_model *model, const struct trace_span *span)
{
    return span->state == TRACE_STATE_WAIT && span->reason == TRACE_REASON_JOIN &&
           (span->other == TRACE_NONE || model->lanes[span->other].parent == span->lane);
}

void trace_stretches(const struct trace_model *model, const struct trace_lane *lane,
                     trace_stretch_fn call, void *user)
{
    if (lane->first_run_ns == TRACE_NEVER)
        return;
    int64_t start_ns = lane->first_run_ns;
    int64_t end_ns = lane->end_ns != TRACE_NEVER ? lane->end_ns : model->end_ns;
    for (uint32_t i = 0; i < lane->span_count; i++) {
        const struct trace_span *span = &model->spans[lane->span_first + i];
        if (!joins_child(model, span) || span->start_ns < start_ns)
            continue;
        if (span->start_ns > start_ns)
            call(user, start_ns, span->start_ns);
        start_ns = span->end_ns;
    }
    if (end_ns > start_ns)
        call(user, start_ns, end_ns);
}

/* --- what is not a run -------------------------------------------------------------------------
 */

static void add_steps(struct trace_steps *steps, enum trace_step_of of, int64_t start_ns,
                      int64_t end_ns)
{
    if (end_ns <= start_ns)
        return;
    steps->rest[steps->rest_count++] = (struct trace_key){key_up(start_ns), of};
    steps->rest[steps->rest_count++] = (struct trace_key){key_down(end_ns), of};
}

static void add_progress(void *user, int64_t start_ns, int64_t end_ns)
{
    add_steps(user, TRACE_STEP_PROGRESS, start_ns, end_ns);
}

static void count_stretch(void *user, int64_t start_ns, int64_t end_ns)
{
    (void)start_ns;
    (void)end_ns;
    ++*(size_t *)user;
}

/* --- the ends of the runs under way ------------------------------------------------------------
 */

static int push_end(struct trace_steps *steps, int64_t key)
{
    if (steps->end_count == steps->end_room) {
        size_t room = steps->end_room > 0 ? 2 * steps->end_room : ENDS_MIN;
        int64_t *larger = realloc(steps->ends, room * sizeof *larger);
        if (larger == NULL)
            return -ENOMEM;
        steps->ends = larger;
        steps->end_room = room;
    }
    size_t at = steps->end_count++;
    for (; at > 0 && steps->ends[(at - 1) / 2] > key; at = (at - 1) / 2)
        steps->ends[at] = steps->ends[(at - 1) / 2];
    steps->ends[at] = key;
    return 0;
}

static void pop_end(struct trace_steps *steps)
{
    int64_t last = steps->ends[--steps->end_count];
    size_t at = 0;
    for (size_t below = 1; below < steps->end_count; below = 2 * at + 1) {
        if (below + 1 < steps->end_count && steps->ends[below + 1] < steps->ends[below])
            below++;
        if (steps->ends[below] >= last)
            break;
        steps->ends[at] = steps->ends[below];
        at = below;
    }
    steps->ends[at] = last;
}

/* --- all of them -------------------------------------------------------------------------------
 */

/* Makes run_at the next run that takes any time. */
static void seek_run(struct trace_steps *steps)
{
    const struct trace_model *model = steps->model;
    for (; steps->run_at < model->switch_count; steps->run_at++) {
        const struct trace_span *run = trace_switch(model, steps->run_at);
        if (run->end_ns <= run->start_ns)
            continue;
        steps->run_up = key_up(run->start_ns);
        return;
    }
    steps->run_up = KEY_NEVER;
}

int trace_steps_init(struct trace_steps *steps, const struct trace_model *model)
{
    *steps = (struct trace_steps){.model = model};
    size_t count = model->job_count;
    for (uint32_t i = 0; i < model->lane_count; i++)
        trace_stretches(model, &model->lanes[i], count_stretch, &count);
    steps->rest = malloc((2 * count + 1) * sizeof *steps->rest);
    if (steps->rest == NULL)
        return -ENOMEM;
    for (uint32_t i = 0; i < model->lane_count; i++)
        trace_stretches(model, &model->lanes[i], add_progress, steps);
    for (uint32_t i = 0; i < model->job_count; i++)
        add_steps(steps, TRACE_STEP_RUN, model->jobs[i].start_ns, model->jobs[i].end_ns);
    int status = trace_sort(steps->rest, steps->rest_count);
    if (status < 0)
        trace_steps_finish(steps);
    else
        seek_run(steps);
    return status;
}

void trace_steps_finish(struct trace_steps *steps)
{
    free(steps->rest);
    free(steps->ends);
    *steps = (struct trace_steps){.run_up = KEY_NEVER};
}

size_t trace_steps_most(const struct trace_steps *steps)
{
    return steps->rest_count + 2 * (size_t)steps->model->switch_count;
}

int trace_steps_next(struct trace_steps *steps, int64_t *at_ns, enum trace_step_of *of, bool *up)
{
    const struct trace_model *model = steps->model;
    bool rest = steps->rest_at < steps->rest_count;
    int64_t rest_key = rest ? steps->rest[steps->rest_at].key : KEY_NEVER;
    int64_t end_key = steps->end_count > 0 ? steps->ends[0] : KEY_NEVER;
    int64_t key = end_key < steps->run_up ? end_key : steps->run_up;
    *of = TRACE_STEP_RUN;
    if (rest && rest_key <= key) {
        key = rest_key;
        *of = (enum trace_step_of)steps->rest[steps->rest_at++].value;
    } else if (key == KEY_NEVER) {
        return 0;
    } else if (key == end_key) {
        pop_end(steps);
    } else {
        const struct trace_span *run = &model->spans[model->switches[steps->run_at++]];
        if (push_end(steps, key_down(run->end_ns)) < 0)
            return -ENOMEM;
        seek_run(steps);
    }
    *up = (key & 1) != 0;
    *at_ns = (key - *up) / 2;
    return 1;
}
