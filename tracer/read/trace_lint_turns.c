/*
 * Rules about turns: who had a loop for how long, and who was ready meanwhile.
 *
 * The runs are put in order loop by loop, so that what ran before and after on the same loop is one
 * step away, and how many turns lie between two instants is a difference of places.
 */

#include "trace_lint_rules.h"

#include <stdlib.h>

struct turns {
    const struct trace_model *model;
    uint32_t *runs;   /* spans: all of loop 0 by time, then of loop 1, ... */
    uint32_t *firsts; /* where each loop begins; one more at the end */
    uint32_t *ready;  /* spans that are ready at the end of the trace */
    uint32_t ready_count;
};

static bool sort_by_loop(struct turns *turns)
{
    const struct trace_model *model = turns->model;
    turns->runs = malloc(((size_t)model->switch_count + 1) * sizeof *turns->runs);
    turns->firsts = calloc((size_t)model->loop_count + 2, sizeof *turns->firsts);
    turns->ready = malloc(((size_t)model->lane_count + 1) * sizeof *turns->ready);
    if (turns->runs == NULL || turns->firsts == NULL || turns->ready == NULL)
        return false;
    /* Counted two places on and added up, `place` is where each loop begins, and moves to where the
     * next one does. */
    uint32_t *place = turns->firsts + 1;
    for (uint32_t i = 0; i < model->switch_count; i++)
        place[model->spans[model->switches[i]].loop + 1]++;
    for (uint32_t i = 0; i < model->loop_count; i++)
        place[i + 1] += place[i];
    for (uint32_t i = 0; i < model->switch_count; i++)
        turns->runs[place[model->spans[model->switches[i]].loop]++] = model->switches[i];
    for (uint32_t i = 0; i < model->lane_count; i++) {
        uint32_t last = trace_span_last(model, i);
        if (last != TRACE_NONE && model->spans[last].state == TRACE_STATE_READY)
            turns->ready[turns->ready_count++] = last;
    }
    return true;
}

/* Somebody was ready from an instant on, during a run that ends: what it cost. */
static void add_cost(struct trace_finding *finding, const struct trace_span *run, uint32_t lane,
                     int64_t ready_ns)
{
    int64_t from_ns = ready_ns > run->start_ns ? ready_ns : run->start_ns;
    if (from_ns >= run->end_ns || lane == run->lane)
        return;
    if (finding->number == 0)
        finding->other = lane;
    finding->number++;
    finding->cost_ns += run->end_ns - from_ns;
}

/* Those who were ready during a run have the turns after it. */
static void check_hold(struct lint *lint, const struct turns *turns, uint32_t at, uint32_t end)
{
    const struct trace_model *model = lint->model;
    uint32_t index = turns->runs[at];
    const struct trace_span *run = &model->spans[index];
    const struct trace_lane *lane = &model->lanes[run->lane];
    struct trace_finding finding = {.rule = TRACE_LINT_HELD_LOOP,
                                    .lane = run->lane,
                                    .other = TRACE_NONE,
                                    .span = index,
                                    .at_ns = run->start_ns,
                                    .ns = run->end_ns - run->start_ns};
    if (finding.ns < lint->limit_ns)
        return;
    for (uint32_t i = at + 1; i < end; i++) {
        uint32_t ready = trace_state_before(model, turns->runs[i]);
        if (ready == TRACE_NONE || model->spans[ready].state != TRACE_STATE_READY)
            continue;
        if (model->spans[ready].start_ns >= run->end_ns)
            break;
        add_cost(&finding, run, model->spans[ready].lane, model->spans[ready].start_ns);
    }
    /* Who never had a turn again may have waited for another loop, unless there is but one. */
    for (uint32_t i = 0; model->loop_count == 1 && i < turns->ready_count; i++) {
        const struct trace_span *waiter = &model->spans[turns->ready[i]];
        add_cost(&finding, run, waiter->lane, waiter->start_ns);
    }
    finding.place = lint_place_after(model, index);
    if (finding.place == 0)
        finding.place = lint_place_before(model, index);
    bool only =
        lane->first_run_ns == run->start_ns && (run->open || run->reason == TRACE_REASON_EXIT);
    if (only)
        finding.rule = TRACE_LINT_NEVER_YIELDED;
    if (finding.cost_ns >= lint->limit_ns && finding.number > 0)
        lint_add(lint, &finding);
}

/* How many runs of a loop begin before an instant. */
static uint32_t runs_before(const struct turns *turns, uint32_t loop, int64_t at_ns)
{
    uint32_t low = turns->firsts[loop];
    uint32_t high = turns->firsts[loop + 1];
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (turns->model->spans[turns->runs[middle]].start_ns < at_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Whether any of the runs from `first` to before `end` was long; `next_long` holds for each place
 * the first long run from there on. */
static void check_starved(struct lint *lint, const struct turns *turns, const uint32_t *next_long,
                          uint32_t at)
{
    const struct trace_model *model = lint->model;
    uint32_t index = trace_state_before(model, turns->runs[at]);
    if (index == TRACE_NONE || model->spans[index].state != TRACE_STATE_READY)
        return;
    const struct trace_span *ready = &model->spans[index];
    int64_t length_ns = ready->end_ns - ready->start_ns;
    if (length_ns < lint->limit_ns)
        return;
    uint32_t loop = model->spans[turns->runs[at]].loop;
    uint32_t first = runs_before(turns, loop, ready->start_ns);
    /* The run that was going on when it became ready counts as well. */
    first -= first > turns->firsts[loop] &&
             model->spans[turns->runs[first - 1]].end_ns > ready->start_ns;
    if (at - first < 2 || next_long[first] < at)
        return;
    lint_add(lint, &(struct trace_finding){.rule = TRACE_LINT_STARVED,
                                           .lane = ready->lane,
                                           .other = TRACE_NONE,
                                           .span = index,
                                           .place = lint_place_before(model, index),
                                           .at_ns = ready->start_ns,
                                           .ns = length_ns,
                                           .cost_ns = length_ns,
                                           .number = at - first});
}

static void check_all_starved(struct lint *lint, const struct turns *turns)
{
    const struct trace_model *model = lint->model;
    uint32_t *next_long = malloc(((size_t)model->switch_count + 1) * sizeof *next_long);
    if (next_long == NULL) {
        lint->failed = true;
        return;
    }
    next_long[model->switch_count] = TRACE_NONE;
    for (uint32_t i = model->switch_count; i > 0; i--) {
        const struct trace_span *run = &model->spans[turns->runs[i - 1]];
        bool is_long = run->end_ns - run->start_ns >= lint->limit_ns;
        next_long[i - 1] = is_long ? i - 1 : next_long[i];
    }
    for (uint32_t i = 0; i < model->switch_count; i++)
        check_starved(lint, turns, next_long, i);
    free(next_long);
}

/* Turns of one actor that follow one another on a loop, each ended by a yield. */
static void check_polling(struct lint *lint, const struct turns *turns, uint32_t first,
                          uint32_t end)
{
    const struct trace_model *model = lint->model;
    while (first < end) {
        const struct trace_span *begin = &model->spans[turns->runs[first]];
        uint32_t at = first;
        while (at < end && model->spans[turns->runs[at]].lane == begin->lane &&
               model->spans[turns->runs[at]].reason == TRACE_REASON_YIELD)
            at++;
        const struct trace_span *last = &model->spans[turns->runs[at > first ? at - 1 : first]];
        int64_t ns = last->end_ns - begin->start_ns;
        if (at - first >= TRACE_LINT_YIELDS_MIN && ns >= lint->limit_ns)
            lint_add(lint,
                     &(struct trace_finding){.rule = TRACE_LINT_POLLS,
                                             .lane = begin->lane,
                                             .other = TRACE_NONE,
                                             .span = turns->runs[first],
                                             .place = lint_place_before(model, turns->runs[first]),
                                             .at_ns = begin->start_ns,
                                             .ns = ns,
                                             .cost_ns = ns,
                                             .number = at - first});
        first = at > first ? at : first + 1;
    }
}

void lint_turns(struct lint *lint)
{
    struct turns turns = {.model = lint->model};
    if (sort_by_loop(&turns)) {
        for (uint32_t loop = 0; loop < lint->model->loop_count; loop++) {
            uint32_t end = turns.firsts[loop + 1];
            for (uint32_t i = turns.firsts[loop]; i < end; i++)
                check_hold(lint, &turns, i, end);
            check_polling(lint, &turns, turns.firsts[loop], end);
        }
        check_all_starved(lint, &turns);
    } else {
        lint->failed = true;
    }
    free(turns.runs);
    free(turns.firsts);
    free(turns.ready);
}
