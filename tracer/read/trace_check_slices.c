/*
 * The rules that events break together.
 *
 * Slices are sorted by track, then by start, the longer first: the order in which they nest.  One
 * walk with a stack finds those that overlap or touch, another over the states alone holds each
 * against the one before it.  Runs are then sorted by loop to find two of them at once.
 */

#include "trace_check_rules.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static struct check_slice *slice_at(const struct check *check, uint32_t index)
{
    return (struct check_slice *)check->slices.items + index;
}

__attribute__((format(printf, 3, 4))) static void
complain(struct check *check, const struct check_slice *slice, const char *format, ...)
{
    char text[sizeof((struct trace_problem *)0)->text];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    check_problem(check, slice->line, slice->offset, "%s", text);
}

static const char *name_of(const struct check *check, const struct check_slice *slice)
{
    return trace_strings_text(&check->strings, slice->name);
}

/* Sorts by what `key_of` says, keeping the order of equals. */
static bool sort_by(const struct check *check, struct trace_key *keys, size_t count,
                    int64_t (*key_of)(const struct check_slice *slice))
{
    for (size_t i = 0; i < count; i++)
        keys[i].key = key_of(slice_at(check, keys[i].value));
    return trace_sort(keys, count) == 0;
}

static int64_t key_longer_first(const struct check_slice *slice)
{
    return -slice->end_ns;
}

static int64_t key_start(const struct check_slice *slice)
{
    return slice->start_ns;
}

static int64_t key_track(const struct check_slice *slice)
{
    return slice->track;
}

static int64_t key_loop(const struct check_slice *slice)
{
    return slice->loop;
}

/* Where the slices that lie on one another at this point of a track are kept: in their own `below`
 * links, of no other use once the file is read. */
static void check_nesting(struct check *check, const struct trace_key *keys)
{
    uint32_t top = TRACE_NONE;
    for (uint32_t i = 0; i < check->slices.count; i++) {
        struct check_slice *slice = slice_at(check, keys[i].value);
        if (top != TRACE_NONE && slice_at(check, top)->track != slice->track)
            top = TRACE_NONE;
        while (top != TRACE_NONE && slice_at(check, top)->end_ns < slice->start_ns)
            top = slice_at(check, top)->below;
        const struct check_slice *under = top != TRACE_NONE ? slice_at(check, top) : NULL;
        if (under != NULL && under->end_ns == slice->start_ns && slice->end_ns > slice->start_ns)
            complain(check, slice,
                     "this touches \"%.60s\" of line %u: a slice must leave out its last "
                     "nanosecond",
                     name_of(check, under), under->line);
        else if (under != NULL && slice->end_ns > under->end_ns)
            complain(check, slice, "this overlaps \"%.60s\" of line %u on the same track",
                     name_of(check, under), under->line);
        slice->below = top;
        top = keys[i].value;
    }
}

static void check_against_life(struct check *check, const struct check_slice *state)
{
    char buffer[32];
    const struct check_track *track = (struct check_track *)check->tracks.items + state->track;
    const char *name = check_track_name(check, state->track, buffer, sizeof buffer);
    if (track->life == TRACE_NONE) {
        complain(check, state, "%.60s has a state but was never spawned", name);
        return;
    }
    const struct check_slice *life = slice_at(check, track->life);
    if (state->start_ns < life->start_ns)
        complain(check, state, "%.60s has a state before it was spawned in line %u", name,
                 life->line);
    if (state->start_ns > life->end_ns)
        complain(check, state, "%.60s has a state after its end", name);
}

/* Two states of one actor that follow one another. */
static void check_pair(struct check *check, const struct check_slice *before,
                       const struct check_slice *after)
{
    char buffer[32];
    const char *name = check_track_name(check, after->track, buffer, sizeof buffer);
    int64_t gap_ns = before->end_ns != CHECK_OPEN_NS ? after->start_ns - before->end_ns - 1 : 0;
    /* A gap of -1 is two slices that touch, of which the other walk complains. */
    if (before->end_ns == CHECK_OPEN_NS || gap_ns < -1)
        complain(check, after, "%.60s is in two states at once: \"%.60s\" of line %u goes on", name,
                 name_of(check, before), before->line);
    else if (gap_ns > 0 && !check->lost)
        complain(check, after,
                 "%.60s is in no state for %" PRId64 " ns before this, since \"%.60s\" of line %u",
                 name, gap_ns, name_of(check, before), before->line);
    bool suspended = before->kind == TRACE_EVENT_RUN && before->reason != TRACE_REASON_COUNT;
    if (suspended && before->reason == TRACE_REASON_EXIT)
        complain(check, after, "%.60s goes on after the run of line %u, in which it ended", name,
                 before->line);
    else if (suspended && after->kind == TRACE_EVENT_WAIT && after->reason != before->reason)
        complain(check, after, "%.60s was suspended for \"%s\" in line %u, not for this", name,
                 trace_reason_name((enum trace_reason)before->reason), before->line);
}

static void check_states(struct check *check, const struct trace_key *keys)
{
    const struct check_slice *before = NULL;
    uint32_t resume = 0;
    for (uint32_t i = 0; i < check->slices.count; i++) {
        const struct check_slice *state = slice_at(check, keys[i].value);
        if (!check_is_state(state))
            continue;
        check_against_life(check, state);
        if (before != NULL && before->track != state->track)
            before = NULL;
        if (before != NULL)
            check_pair(check, before, state);
        resume = before != NULL ? resume : 0;
        before = state;
        if (state->kind != TRACE_EVENT_RUN)
            continue;
        if (state->resume != resume + 1 && !check->lost)
            complain(check, state, "this run must be resume %u of its actor, not %u", resume + 1,
                     state->resume);
        resume = state->resume;
    }
}

/* Runs of one loop, by their start: each must begin after all before it have ended. */
static void check_loops(struct check *check, const struct trace_key *runs, size_t count)
{
    const struct check_slice *latest = NULL;
    char one[32], other[32];
    for (size_t i = 0; i < count; i++) {
        const struct check_slice *run = slice_at(check, runs[i].value);
        if (latest != NULL && latest->loop != run->loop)
            latest = NULL;
        if (latest != NULL && latest->end_ns >= run->start_ns && latest->track != run->track)
            complain(check, run, "%.60s runs on loop %u while %.60s still runs there (line %u)",
                     check_track_name(check, run->track, one, sizeof one), run->loop,
                     check_track_name(check, latest->track, other, sizeof other), latest->line);
        if (latest == NULL || run->end_ns > latest->end_ns)
            latest = run;
    }
}

static void check_names(struct check *check)
{
    const struct check_track *tracks = check->tracks.items;
    for (uint32_t i = 0; i < check->tracks.count; i++) {
        if (tracks[i].pid != TRACE_PID_ACTORS || tracks[i].life == TRACE_NONE)
            continue;
        check->report->actor_count++;
        if (tracks[i].name == 0)
            complain(check, slice_at(check, tracks[i].life), "actor %u has no thread_name",
                     tracks[i].tid);
    }
}

void check_slices(struct check *check)
{
    uint32_t count = check->slices.count;
    struct trace_key *keys = malloc(((size_t)count + 1) * sizeof *keys);
    if (keys == NULL) {
        check->failed = true;
        return;
    }
    for (uint32_t i = 0; i < count; i++)
        keys[i].value = i;
    check_names(check);
    check->failed |= !sort_by(check, keys, count, key_longer_first) ||
                     !sort_by(check, keys, count, key_start) ||
                     !sort_by(check, keys, count, key_track);
    if (!check->failed) {
        check_nesting(check, keys);
        check_states(check, keys);
        size_t runs = 0;
        for (uint32_t i = 0; i < count; i++)
            if (slice_at(check, keys[i].value)->kind == TRACE_EVENT_RUN)
                keys[runs++].value = keys[i].value;
        check->failed |=
            !sort_by(check, keys, runs, key_start) || !sort_by(check, keys, runs, key_loop);
        if (!check->failed)
            check_loops(check, keys, runs);
    }
    free(keys);
}

/* A flow has to leave from within its actor's life: importers bind it to what is open there. */
static void check_departure(struct check *check, const struct check_flow *flow)
{
    const struct check_track *track = (struct check_track *)check->tracks.items + flow->from_track;
    char buffer[32];
    if (track->pid != TRACE_PID_ACTORS)
        return;
    const struct check_slice *life =
        track->life != TRACE_NONE ? slice_at(check, track->life) : NULL;
    if (life == NULL || flow->from_ns < life->start_ns || flow->from_ns > life->end_ns)
        check_problem(check, flow->from_line, flow->from_offset,
                      "this flow leaves %.60s outside its life",
                      check_track_name(check, flow->from_track, buffer, sizeof buffer));
}

void check_flows(struct check *check)
{
    const struct check_flow *flows = check->flows.items;
    for (uint32_t i = 0; i < check->flows.count; i++) {
        const struct check_flow *flow = &flows[i];
        if (flow->from_ns != TRACE_NEVER)
            check_departure(check, flow);
        if (flow->from_ns == TRACE_NEVER && check->lost)
            continue; /* where it left is missing */
        if (flow->from_ns == TRACE_NEVER)
            check_problem(check, flow->to_line, flow->to_offset,
                          "this flow arrives but never left");
        else if (flow->to_ns < flow->from_ns)
            check_problem(check, flow->to_line, flow->to_offset,
                          "this flow arrives before it leaves, in line %u", flow->from_line);
    }
}
