/*
 * Rules about waits: circles, waits that nothing could end, and locks that were kept meanwhile.
 */

#include "trace_lint_rules.h"

#include "trace_waits.h"

/* What takes its time whatever other actors do. */
static bool is_outside(uint8_t reason)
{
    switch (reason) {
    case TRACE_REASON_SLEEP:
    case TRACE_REASON_IO:
    case TRACE_REASON_SIGNAL:
    case TRACE_REASON_OFFLOAD:
    case TRACE_REASON_PROCESS:
        return true;
    default:
        return false;
    }
}

/* The state of a lane at the end of the trace if it is a wait that is still going on. */
static const struct trace_span *open_wait(const struct trace_model *model, uint32_t index)
{
    uint32_t last = trace_span_last(model, index);
    bool waits = last != TRACE_NONE && model->spans[last].state == TRACE_STATE_WAIT;
    return waits ? &model->spans[last] : NULL;
}

static void add_deadlock(struct lint *lint, const struct trace_span *wait, uint64_t number,
                         uint32_t other)
{
    const struct trace_model *model = lint->model;
    lint_add(lint, &(struct trace_finding){.rule = TRACE_LINT_DEADLOCK,
                                           .lane = wait->lane,
                                           .other = other,
                                           .span = (uint32_t)(wait - model->spans),
                                           .place = wait->at,
                                           .at_ns = wait->start_ns,
                                           .ns = model->end_ns - wait->start_ns,
                                           .cost_ns = model->end_ns - wait->start_ns,
                                           .number = number});
}

static void check_circles(struct lint *lint)
{
    const struct trace_model *model = lint->model;
    struct trace_waits waits;
    if (trace_waits_at(model, TRACE_NEVER, &waits) < 0) {
        lint->failed = true;
        return;
    }
    for (uint32_t circle = 1; circle <= waits.circle_count; circle++) {
        uint32_t number = 0;
        const struct trace_span *latest = NULL; /* the wait that closed it */
        for (uint32_t i = 0; i < model->lane_count; i++) {
            if (waits.circle[i] != circle)
                continue;
            const struct trace_span *wait = &model->spans[waits.spans[i]];
            number++;
            if (latest == NULL || wait->start_ns > latest->start_ns)
                latest = wait;
        }
        if (trace_waits_are_for_ever(&waits, circle))
            add_deadlock(lint, latest, number, latest->other);
    }
    trace_waits_finish(&waits);
}

static void check_all_wait(struct lint *lint)
{
    uint32_t latest;
    uint32_t number = trace_waits_of_all(lint->model, &latest);
    if (number > 0)
        add_deadlock(lint, &lint->model->spans[latest], number, TRACE_NONE);
}

/* Whether the loop that an actor last ran on had a turn that began at an instant or later. */
static bool had_turn_since(const struct trace_model *model, uint32_t lane, int64_t at_ns)
{
    const struct trace_lane *own = &model->lanes[lane];
    uint32_t run = own->span_first + own->span_count;
    while (run > own->span_first && model->spans[run - 1].state != TRACE_STATE_RUN)
        run--;
    if (run == own->span_first)
        return false;
    for (uint32_t i = model->switch_count; i > 0; i--) {
        const struct trace_span *turn = &model->spans[model->switches[i - 1]];
        if (turn->start_ns < at_ns)
            break;
        if (turn->loop == model->spans[run - 1].loop)
            return true;
    }
    return false;
}

static void check_open_wait(struct lint *lint, uint32_t index, bool lost)
{
    const struct trace_model *model = lint->model;
    const struct trace_span *wait = open_wait(model, index);
    if (wait == NULL)
        return;
    const struct trace_lane *lane = &model->lanes[index];
    struct trace_finding finding = {.lane = index,
                                    .other = TRACE_NONE,
                                    .span = (uint32_t)(wait - model->spans),
                                    .place = wait->at};
    int64_t due_ns = trace_wait_of(model, wait)->due_ns;
    uint32_t depth =
        lane->depth_count > 0 ? model->depths[lane->depth_first + lane->depth_count - 1].depth : 0;
    if (due_ns != TRACE_NEVER && due_ns < model->end_ns - lint->limit_ns &&
        had_turn_since(model, index, due_ns + lint->limit_ns)) {
        finding.rule = TRACE_LINT_LOST_WAKE;
        finding.at_ns = due_ns;
    } else if (wait->reason == TRACE_REASON_RECV && depth > 0 && !lost) {
        finding.rule = TRACE_LINT_UNWANTED;
        finding.at_ns = wait->start_ns;
        finding.number = depth;
    } else {
        return;
    }
    finding.ns = model->end_ns - finding.at_ns;
    finding.cost_ns = finding.ns;
    if (finding.ns >= lint->limit_ns)
        lint_add(lint, &finding);
}

/* Who has the lock for which this wait is had it at its start.  If it was also who gave it away in
 * the end, it had it all the time; otherwise, as far as is known, while it was in the same state.
 */
static void check_lock(struct lint *lint, uint32_t index)
{
    const struct trace_model *model = lint->model;
    const struct trace_span *wait = &model->spans[index];
    uint32_t ready = trace_state_after(model, index);
    bool gave = ready != TRACE_NONE && model->spans[ready].state == TRACE_STATE_READY &&
                model->spans[ready].other == wait->other;
    uint32_t at = trace_span_at(model, wait->other, wait->start_ns);
    const struct trace_lane *holder = &model->lanes[wait->other];
    for (; at < holder->span_first + holder->span_count; at++) {
        const struct trace_span *span = &model->spans[at];
        int64_t from_ns = span->start_ns > wait->start_ns ? span->start_ns : wait->start_ns;
        int64_t to_ns = span->end_ns < wait->end_ns ? span->end_ns : wait->end_ns;
        if (from_ns >= wait->end_ns)
            break;
        if (span->state == TRACE_STATE_WAIT && is_outside(span->reason) &&
            to_ns - from_ns >= lint->limit_ns)
            lint_add(lint, &(struct trace_finding){.rule = TRACE_LINT_LOCK_HELD,
                                                   .lane = wait->other,
                                                   .other = wait->lane,
                                                   .span = at,
                                                   .place = span->at,
                                                   .at_ns = span->start_ns,
                                                   .ns = span->end_ns - span->start_ns,
                                                   .cost_ns = to_ns - from_ns});
        if (!gave)
            break;
    }
}

static void check_refusal(struct lint *lint, const struct trace_mark *mark)
{
    if (mark->kind == TRACE_MARK_NOTE && mark->note == TRACE_NOTE_REFUSED &&
        mark->lane != TRACE_NONE)
        lint_add(lint, &(struct trace_finding){.rule = TRACE_LINT_REFUSED,
                                               .lane = mark->lane,
                                               .other = TRACE_NONE,
                                               .span = mark->span,
                                               .at_ns = mark->at_ns});
}

void lint_waits(struct lint *lint)
{
    const struct trace_model *model = lint->model;
    bool lost = false;
    for (uint32_t i = 0; i < model->mark_count; i++) {
        lost = lost || model->marks[i].kind == TRACE_MARK_LOST;
        check_refusal(lint, &model->marks[i]);
    }
    check_circles(lint);
    check_all_wait(lint);
    for (uint32_t i = 0; i < model->lane_count; i++)
        check_open_wait(lint, i, lost);
    for (uint32_t i = 0; i < model->span_count; i++) {
        const struct trace_span *span = &model->spans[i];
        if (span->state == TRACE_STATE_WAIT && span->reason == TRACE_REASON_LOCK &&
            span->other != TRACE_NONE && span->end_ns - span->start_ns >= lint->limit_ns)
            check_lock(lint, i);
    }
}
