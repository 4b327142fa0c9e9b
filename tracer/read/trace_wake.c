/*
 * A wait ends for one reason, and the trace tells which: a message that leads to the ready state, a
 * note on the actor or on one that it descends from, the end of another, the deadline.  They are
 * asked for in that order, since the end of an actor may well be why another is cancelled.
 */

#include "trace_wake.h"

#include <stdio.h>
#include <string.h>

#include "trace_words.h"

/* A scope is cancelled with all that has been spawned in it; so far up it is looked for. */
#define ANCESTORS_MAX 64
/* Notes of one lane within one wait that are looked at, from the last one back. */
#define NOTES_MAX 32

/* The last note of a lane during a span that is of one kind and by one actor, or TRACE_NONE. */
static uint32_t note_in(const struct trace_model *model, uint32_t lane, enum trace_note note,
                        uint32_t by, const struct trace_span *span)
{
    const struct trace_lane *own = &model->lanes[lane];
    uint32_t low = own->mark_first;
    uint32_t high = own->mark_first + own->mark_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (model->marks[middle].at_ns <= span->end_ns)
            low = middle + 1;
        else
            high = middle;
    }
    for (int i = 0; i < NOTES_MAX && low > own->mark_first; i++) {
        const struct trace_mark *mark = &model->marks[--low];
        if (mark->at_ns < span->start_ns)
            break;
        if (mark->kind == TRACE_MARK_NOTE && mark->note == note && mark->by == by)
            return low;
    }
    return TRACE_NONE;
}

/* The note of a cancellation that reached the waiting actor: its own, or that of a scope above it.
 * Who waits for others to end goes on waiting when its own scope is cancelled. */
static uint32_t cancel_of(const struct trace_model *model, const struct trace_span *wait,
                          uint32_t by)
{
    uint32_t lane = wait->lane;
    for (int i = 0; i < ANCESTORS_MAX && lane != TRACE_NONE; i++) {
        bool own_join = lane == wait->lane && wait->reason == TRACE_REASON_JOIN;
        uint32_t mark = own_join ? TRACE_NONE : note_in(model, lane, TRACE_NOTE_CANCEL, by, wait);
        if (mark != TRACE_NONE)
            return mark;
        lane = model->lanes[lane].parent;
    }
    return TRACE_NONE;
}

/* An arrow other than a message that leads to a ready span, or TRACE_NONE. */
static uint32_t arrow_to(const struct trace_model *model, const struct trace_span *ready)
{
    const struct trace_lane *lane = &model->lanes[ready->lane];
    uint32_t i = trace_arrival_from(model, ready->lane, ready->start_ns);
    if (i == lane->arrival_first + lane->arrival_count)
        return TRACE_NONE;
    const struct trace_flow *flow = &model->flows[model->arrivals[i]];
    bool leads = flow->to_ns == ready->start_ns && flow->message == TRACE_NONE;
    return leads ? model->arrivals[i] : TRACE_NONE;
}

static bool is_end(const struct trace_model *model, uint32_t flow)
{
    return flow != TRACE_NONE && strcmp(trace_text(model, model->flows[flow].name), "exit") == 0;
}

/* A sleep whose deadline is not told, and which nobody ended, was ended by its timer. */
static bool is_sleep(const struct trace_model *model, const struct trace_span *wait)
{
    return wait->reason == TRACE_REASON_SLEEP && trace_wait_of(model, wait)->due_ns == TRACE_NEVER;
}

struct trace_wake trace_wake_of(const struct trace_model *model, uint32_t ready)
{
    const struct trace_span *span = &model->spans[ready];
    struct trace_wake wake = {.lane = span->other, .mark = TRACE_NONE};
    wake.wait = trace_state_before(model, ready);
    wake.flow = trace_waking_message(model, ready);
    if (wake.wait != TRACE_NONE && model->spans[wake.wait].state != TRACE_STATE_WAIT)
        wake.wait = TRACE_NONE;
    if (wake.flow != TRACE_NONE) {
        wake.kind = TRACE_WAKE_MESSAGE;
        wake.lane = model->flows[wake.flow].from_lane;
        return wake;
    }
    wake.flow = arrow_to(model, span);
    if (wake.wait == TRACE_NONE)
        return wake;
    const struct trace_span *wait = &model->spans[wake.wait];
    wake.mark = note_in(model, span->lane, TRACE_NOTE_KILL, span->other, wait);
    wake.kind = TRACE_WAKE_KILLED;
    if (wake.mark != TRACE_NONE)
        return wake;
    bool alone = span->other == TRACE_NONE;
    bool expired = alone && trace_wait_expired(model, wait);
    wake.mark = expired ? TRACE_NONE : cancel_of(model, wait, span->other);
    if (wake.mark != TRACE_NONE)
        wake.kind = TRACE_WAKE_CANCELED;
    else if (!alone)
        wake.kind = is_end(model, wake.flow) ? TRACE_WAKE_END : TRACE_WAKE_ACTOR;
    else
        wake.kind = expired || is_sleep(model, wait) ? TRACE_WAKE_DEADLINE : TRACE_WAKE_UNKNOWN;
    return wake;
}

/* The run of a lane that covers or ends at an instant. */
static uint32_t run_at(const struct trace_model *model, uint32_t lane, int64_t at_ns)
{
    uint32_t span = trace_span_at(model, lane, at_ns);
    if (span != TRACE_NONE && model->spans[span].state == TRACE_STATE_RUN)
        return span;
    span = trace_span_at(model, lane, at_ns - 1);
    if (span != TRACE_NONE && model->spans[span].state == TRACE_STATE_RUN)
        return span;
    return TRACE_NONE;
}

uint32_t trace_wake_run(const struct trace_model *model, uint32_t span)
{
    const struct trace_span *of = &model->spans[span];
    uint32_t ready = span;
    if (of->state == TRACE_STATE_RUN)
        ready = trace_state_before(model, span);
    else if (of->state == TRACE_STATE_WAIT)
        ready = trace_state_after(model, span);
    if (ready == TRACE_NONE || model->spans[ready].state != TRACE_STATE_READY ||
        model->spans[ready].other == TRACE_NONE)
        return TRACE_NONE;
    return run_at(model, model->spans[ready].other, model->spans[ready].start_ns);
}

static void say_note(const struct trace_model *model, const struct trace_wake *wake,
                     const char *what, char text[TRACE_WAKE_BYTES])
{
    const struct trace_mark *mark = &model->marks[wake->mark];
    const char *why = trace_text(model, mark->text);
    uint32_t waiter = model->spans[wake->wait].lane;
    size_t used = (size_t)snprintf(text, TRACE_WAKE_BYTES, "%s", what);
    if (mark->lane != waiter)
        used += (size_t)snprintf(text + used, TRACE_WAKE_BYTES - used, " with a scope of %.40s",
                                 trace_text(model, model->lanes[mark->lane].name));
    else if (mark->by != TRACE_NONE)
        used += (size_t)snprintf(text + used, TRACE_WAKE_BYTES - used, " by %.40s",
                                 trace_text(model, model->lanes[mark->by].name));
    if (why[0] != '\0' && mark->note == TRACE_NOTE_CANCEL)
        snprintf(text + used, TRACE_WAKE_BYTES - used, ": %.80s", why);
}

char *trace_wake_text(const struct trace_model *model, const struct trace_wake *wake,
                      char text[TRACE_WAKE_BYTES])
{
    char tag[TRACE_WORDS_BYTES];
    const char *name =
        wake->lane != TRACE_NONE ? trace_text(model, model->lanes[wake->lane].name) : "";
    switch (wake->kind) {
    case TRACE_WAKE_MESSAGE: {
        const struct trace_flow *flow = &model->flows[wake->flow];
        trace_tag_text(model->messages[flow->message].tag, tag, sizeof tag);
        snprintf(text, TRACE_WAKE_BYTES, "woken by %s from %.80s", tag, name);
        break;
    }
    case TRACE_WAKE_KILLED:
        say_note(model, wake, "killed", text);
        break;
    case TRACE_WAKE_CANCELED:
        say_note(model, wake, "cancelled", text);
        break;
    case TRACE_WAKE_END:
        snprintf(text, TRACE_WAKE_BYTES, "woken by the end of %.80s", name);
        break;
    case TRACE_WAKE_ACTOR:
        snprintf(text, TRACE_WAKE_BYTES, "woken by %.80s", name);
        break;
    case TRACE_WAKE_DEADLINE:
        snprintf(text, TRACE_WAKE_BYTES, "woken by its timer");
        break;
    default:
        snprintf(text, TRACE_WAKE_BYTES, "woken");
    }
    return text;
}
