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
    uint32_t *late;   /* spans that are ready, or due, at the end of the trace */
    uint32_t late_count;
};

/* Since when somebody wanted a turn, and whether by its deadline: a held loop serves no timers. */
struct wanted {
    uint32_t lane;
    int64_t since_ns;
    bool due;
};

static bool is_due(const struct trace_model *model, const struct trace_span *wait)
{
    return wait->state == TRACE_STATE_WAIT && trace_wait_expired(model, wait);
}

/* Of a span that is ready, or of a wait that is due to the end of the trace. */
static struct wanted wanted_of(const struct trace_model *model, uint32_t index)
{
    const struct trace_span *span = &model->spans[index];
    uint32_t before = span->state == TRACE_STATE_READY && span->other == TRACE_NONE
                          ? trace_state_before(model, index)
                          : TRACE_NONE;
    const struct trace_span *wait = before != TRACE_NONE ? &model->spans[before] : span;
    struct wanted wanted = {span->lane, span->start_ns, is_due(model, wait)};
    if (wanted.due) {
        int64_t due_ns = trace_wait_of(model, wait)->due_ns;
        wanted.since_ns = due_ns > wait->start_ns ? due_ns : wait->start_ns;
    }
    return wanted;
}

static bool sort_by_loop(struct turns *turns)
{
    const struct trace_model *model = turns->model;
    turns->runs = malloc(((size_t)model->switch_count + 1) * sizeof *turns->runs);
    turns->firsts = calloc((size_t)model->loop_count + 2, sizeof *turns->firsts);
    turns->late = malloc(((size_t)model->lane_count + 1) * sizeof *turns->late);
    if (turns->runs == NULL || turns->firsts == NULL || turns->late == NULL)
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
        if (last != TRACE_NONE && (model->spans[last].state == TRACE_STATE_READY ||
                                   (model->spans[last].open && is_due(model, &model->spans[last]))))
            turns->late[turns->late_count++] = last;
    }
    return true;
}

/* Somebody wanted a turn during a run: what it cost. */
static void add_cost(struct trace_finding *finding, const struct trace_span *run,
                     const struct wanted *wanted)
{
    int64_t from_ns = wanted->since_ns > run->start_ns ? wanted->since_ns : run->start_ns;
    if (from_ns >= run->end_ns || wanted->lane == run->lane)
        return;
    if (finding->number == 0)
        finding->other = wanted->lane;
    finding->number++;
    finding->due += wanted->due;
    finding->cost_ns += run->end_ns - from_ns;
}

/* Those who were ready during a run have the turns after it; and behind them, when the loop has
 * looked at its timers, those who were due. */
static void add_all_costs(struct trace_finding *finding, const struct turns *turns, uint32_t at,
                          uint32_t end)
{
    const struct trace_model *model = turns->model;
    const struct trace_span *run = &model->spans[turns->runs[at]];
    for (uint32_t i = at + 1; i < end; i++) {
        uint32_t ready = trace_state_before(model, turns->runs[i]);
        if (ready == TRACE_NONE || model->spans[ready].state != TRACE_STATE_READY)
            continue;
        struct wanted wanted = wanted_of(model, ready);
        if (wanted.since_ns < run->end_ns)
            add_cost(finding, run, &wanted);
        else if (model->spans[ready].end_ns - run->end_ns > finding->ns)
            break;
    }
    /* Who never had a turn again may have waited for another loop, unless there is but one. */
    for (uint32_t i = 0; model->loop_count == 1 && i < turns->late_count; i++) {
        struct wanted wanted = wanted_of(model, turns->late[i]);
        add_cost(finding, run, &wanted);
    }
}

/* A run that others had to wait for. */
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
    add_all_costs(&finding, turns, at, end);
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
    free(turns.late);
}
