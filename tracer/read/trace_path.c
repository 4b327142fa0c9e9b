/*
 * The walk back.  Each move goes to an earlier instant, or at the same instant to an earlier state
 * of the same actor, so it ends whatever the file holds: to another actor it goes only if that one
 * ran before the instant.
 */

#include "trace_path.h"

#include <errno.h>

#include "trace_array.h"
#include "trace_room.h"

struct walk {
    const struct trace_model *model;
    struct trace_array steps; /* latest first */
    uint32_t lane;
    uint32_t span; /* the state that ends at, or covers, the instant */
    int64_t at_ns; /* everything from here on has been explained */
};

/* Explains the time from an instant on by the current state. */
static int take_step(struct walk *walk, int64_t from_ns, const struct trace_wake *wake)
{
    if (from_ns >= walk->at_ns)
        return 0;
    struct trace_step *step = trace_array_add(&walk->steps, sizeof *step);
    if (step == NULL)
        return -ENOMEM;
    *step = (struct trace_step){
        .start_ns = from_ns, .end_ns = walk->at_ns, .lane = walk->lane, .span = walk->span};
    if (wake != NULL)
        step->wake = *wake;
    walk->at_ns = from_ns;
    return 0;
}

/* The last state of a lane that began before an instant, or TRACE_NONE. */
static uint32_t last_before(const struct trace_model *model, uint32_t lane, int64_t at_ns)
{
    uint32_t first = model->lanes[lane].span_first;
    uint32_t low = first;
    uint32_t high = first + model->lanes[lane].span_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (model->spans[middle].start_ns < at_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return low > first ? low - 1 : TRACE_NONE;
}

/* Goes to who woke the actor, if that one ran then, or had just ended: the moment between its last
 * run and the wake is the last of the actor's wait.  *gone says whether. */
static int go_to_waker(struct walk *walk, const struct trace_wake *wake, bool *gone)
{
    const struct trace_model *model = walk->model;
    *gone = false;
    if (wake->lane == TRACE_NONE || wake->lane == walk->lane)
        return 0;
    uint32_t run = last_before(model, wake->lane, walk->at_ns);
    if (run == TRACE_NONE || model->spans[run].state != TRACE_STATE_RUN)
        return 0;
    int64_t end_ns = model->spans[run].end_ns;
    if (end_ns < walk->at_ns) {
        if (wake->wait == TRACE_NONE || model->spans[wake->wait].start_ns > end_ns)
            return 0;
        walk->span = wake->wait;
        int result = take_step(walk, end_ns, NULL);
        if (result < 0)
            return result;
    }
    walk->lane = wake->lane;
    walk->span = run;
    *gone = true;
    return 0;
}

/* One move back; *more is false at the beginning of everything. */
static int move_back(struct walk *walk, bool *more)
{
    const struct trace_model *model = walk->model;
    const struct trace_span *span = &model->spans[walk->span];
    bool is_ready = span->state == TRACE_STATE_READY;
    bool gone = false;
    struct trace_wake wake = {.lane = TRACE_NONE, .wait = TRACE_NONE};
    if (is_ready)
        wake = trace_wake_of(model, walk->span);
    int result = take_step(walk, span->start_ns, &wake);
    if (result == 0 && is_ready)
        result = go_to_waker(walk, &wake, &gone);
    if (result < 0 || gone)
        return result;
    walk->span = trace_state_before(model, walk->span);
    *more = walk->span != TRACE_NONE;
    return 0;
}

static void reverse(struct trace_path *path)
{
    for (size_t i = 0; i < path->count / 2; i++) {
        struct trace_step step = path->steps[i];
        path->steps[i] = path->steps[path->count - 1 - i];
        path->steps[path->count - 1 - i] = step;
    }
}

int trace_path_to(const struct trace_model *model, uint32_t lane, int64_t at_ns,
                  struct trace_path *path)
{
    struct walk walk = {.model = model, .lane = lane, .at_ns = at_ns};
    int result = 0;
    walk.span = last_before(model, lane, at_ns);
    bool more = walk.span != TRACE_NONE && model->spans[walk.span].end_ns >= at_ns;
    while (result == 0 && more)
        result = move_back(&walk, &more);
    *path = (struct trace_path){.steps = NULL};
    uint32_t count = 0;
    if (result == 0)
        result = trace_array_take(&walk.steps, sizeof *path->steps, &path->steps, &count);
    trace_array_finish(&walk.steps);
    path->count = count;
    reverse(path);
    if (result < 0)
        trace_path_finish(path);
    return result;
}

int trace_path_critical(const struct trace_model *model, struct trace_path *path)
{
    uint32_t last = TRACE_NONE;
    int64_t last_ns = INT64_MIN;
    *path = (struct trace_path){0};
    for (uint32_t i = 0; i < model->lane_count; i++) {
        const struct trace_lane *lane = &model->lanes[i];
        bool never_ran = model->foreign && lane->first_run_ns == TRACE_NEVER; /* an operation */
        if (lane->span_count == 0 || never_ran)
            continue;
        int64_t end_ns = model->spans[lane->span_first + lane->span_count - 1].end_ns;
        if (end_ns >= last_ns) {
            last_ns = end_ns;
            last = i;
        }
    }
    int result = last != TRACE_NONE ? trace_path_to(model, last, last_ns, path) : 0;
    /* W begins with the first resume: what came before was not the program's doing. */
    size_t before = 0;
    while (before < path->count && model->spans[path->steps[before].span].state != TRACE_STATE_RUN)
        before++;
    for (size_t i = before; before > 0 && i < path->count; i++)
        path->steps[i - before] = path->steps[i];
    path->count -= before;
    return result;
}

void trace_path_finish(struct trace_path *path)
{
    trace_room_free(path->steps, path->count * sizeof *path->steps);
    *path = (struct trace_path){0};
}
