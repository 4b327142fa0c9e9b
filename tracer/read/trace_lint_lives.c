/*
 * Rules about whole lives: how they ended, who learned of it, and what was left over.
 */

#include "trace_lint_rules.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* --- mailboxes --- */

/* How many of the depths were while the actor lived: with it goes all that was left. */
static uint32_t depths_in_life(const struct trace_model *model, const struct trace_lane *lane)
{
    uint32_t count = lane->depth_count;
    while (count > 0 && model->depths[lane->depth_first + count - 1].at_ns >= lane->end_ns)
        count--;
    return count;
}

/* The deepest that a mailbox was in each quarter of the time for which it is known. */
static void quarters(const struct trace_depth *depths, uint32_t count, uint32_t deepest[4])
{
    int64_t first_ns = depths[0].at_ns;
    int64_t length_ns = depths[count - 1].at_ns - first_ns + 1;
    memset(deepest, 0, 4 * sizeof *deepest);
    for (uint32_t i = 0; i < count; i++) {
        int64_t since_ns = depths[i].at_ns - first_ns;
        int quarter = 0;
        while (quarter < 3 && since_ns >= length_ns / 4 * (quarter + 1))
            quarter++;
        if (depths[i].depth > deepest[quarter])
            deepest[quarter] = depths[i].depth;
    }
}

static void check_mailbox(struct lint *lint, uint32_t index)
{
    const struct trace_model *model = lint->model;
    const struct trace_lane *lane = &model->lanes[index];
    uint32_t deepest[4];
    uint32_t count = depths_in_life(model, lane);
    if (count == 0)
        return;
    const struct trace_depth *last = &model->depths[lane->depth_first + count - 1];
    int64_t ns = last->at_ns - model->depths[lane->depth_first].at_ns;
    if (last->depth < TRACE_LINT_MESSAGES_MIN || ns < lint->limit_ns)
        return;
    quarters(&model->depths[lane->depth_first], count, deepest);
    bool grew = deepest[0] < deepest[1] && deepest[1] < deepest[2] && deepest[2] < deepest[3];
    if (grew && last->depth >= deepest[3] / 10 * 9)
        lint_add(lint, &(struct trace_finding){.rule = TRACE_LINT_MAILBOX,
                                               .lane = index,
                                               .other = TRACE_NONE,
                                               .span = TRACE_NONE,
                                               .place = lane->src,
                                               .at_ns = last->at_ns - ns,
                                               .ns = ns,
                                               .number = last->depth});
}

/* --- failures --- */

/* Whether anything told others of an actor's end: an arrow to who joins it, or a message to who
 * watches it. */
static bool tells_of_its_end(const struct trace_model *model, const struct trace_lane *lane)
{
    for (uint32_t i = lane->departure_first; i < lane->departure_first + lane->departure_count;
         i++) {
        const struct trace_flow *flow = &model->flows[model->departures[i]];
        bool is_message = flow->message != TRACE_NONE;
        if (is_message ? model->messages[flow->message].tag < 0
                       : strcmp(trace_text(model, flow->name), "exit") == 0)
            return true;
    }
    return false;
}

/* A status that somebody wanted: it was killed or cancelled. */
static bool was_ended(const struct trace_model *model, const struct trace_lane *lane)
{
    for (uint32_t i = lane->mark_first; i < lane->mark_first + lane->mark_count; i++)
        if (model->marks[i].kind == TRACE_MARK_NOTE && model->marks[i].note == TRACE_NOTE_KILL)
            return true;
    return lane->status == -ECANCELED;
}

static void check_failure(struct lint *lint, uint32_t index, const bool *ended_others)
{
    const struct trace_model *model = lint->model;
    const struct trace_lane *lane = &model->lanes[index];
    if (lane->end_ns == TRACE_NEVER || lane->status >= 0 || lane->parent == TRACE_NONE ||
        model->lanes[lane->parent].end_ns > lane->end_ns)
        return;
    if (ended_others[index] || was_ended(model, lane) || tells_of_its_end(model, lane))
        return;
    lint_add(lint, &(struct trace_finding){.rule = TRACE_LINT_FAILURE,
                                           .lane = index,
                                           .other = TRACE_NONE,
                                           .span = TRACE_NONE,
                                           .place = lane->src,
                                           .at_ns = lane->end_ns});
}

/* --- lives that were too long --- */

/* Whether an actor did anything from an instant on that somebody could notice. */
static bool did_something(const struct trace_model *model, uint32_t index, int64_t since_ns)
{
    const struct trace_lane *lane = &model->lanes[index];
    if (lane->mark_count > 0 &&
        model->marks[lane->mark_first + lane->mark_count - 1].at_ns >= since_ns)
        return true;
    if (trace_departure_from(model, index, since_ns) <
        lane->departure_first + lane->departure_count)
        return true;
    for (uint32_t i = lane->span_count; i > 0; i--) {
        const struct trace_span *span = &model->spans[lane->span_first + i - 1];
        if (span->end_ns <= since_ns)
            break;
        bool outside = span->reason == TRACE_REASON_IO || span->reason == TRACE_REASON_OFFLOAD ||
                       span->reason == TRACE_REASON_PROCESS;
        if (span->state == TRACE_STATE_WAIT && outside)
            return true;
    }
    return false;
}

static void check_leak(struct lint *lint, uint32_t index, uint32_t root)
{
    const struct trace_model *model = lint->model;
    const struct trace_lane *lane = &model->lanes[index];
    if (index == root || lane->span_count == 0 || lane->parent == TRACE_NONE ||
        model->lanes[lane->parent].end_ns == TRACE_NEVER)
        return;
    int64_t since_ns = model->lanes[root].end_ns;
    int64_t until_ns = lane->end_ns != TRACE_NEVER ? lane->end_ns : model->end_ns;
    if (until_ns - since_ns < lint->limit_ns || lane->spawn_ns > since_ns ||
        did_something(model, index, since_ns))
        return;
    lint_add(lint, &(struct trace_finding){.rule = TRACE_LINT_LEAKED,
                                           .lane = index,
                                           .other = root,
                                           .span = TRACE_NONE,
                                           .place = lane->src,
                                           .at_ns = since_ns,
                                           .ns = until_ns - since_ns,
                                           .cost_ns = until_ns - since_ns});
}

/* --- restarts --- */

struct family {
    uint32_t lane;  /* the last of those that were started again */
    uint32_t count; /* of them, those that failed */
    int64_t first_ns;
    int64_t last_ns;
};

static bool was_restarted(const struct trace_model *model, const struct trace_lane *lane)
{
    for (uint32_t i = lane->mark_first; i < lane->mark_first + lane->mark_count; i++)
        if (model->marks[i].kind == TRACE_MARK_NOTE && model->marks[i].note == TRACE_NOTE_RESTART)
            return true;
    return false;
}

static bool count_restart(const struct trace_model *model, uint32_t index, struct trace_map *map,
                          struct trace_array *families)
{
    const struct trace_lane *lane = &model->lanes[index];
    uint32_t *place = trace_map_put(map, trace_hash_mix((uint64_t)lane->parent << 32 | lane->name));
    if (place == NULL)
        return false;
    if (*place == TRACE_NONE) {
        struct family *added = trace_array_add(families, sizeof *added);
        if (added == NULL)
            return false;
        *place = families->count - 1;
        added->first_ns = lane->spawn_ns;
    }
    struct family *family = (struct family *)families->items + *place;
    family->lane = index;
    family->count++;
    family->last_ns = lane->end_ns;
    return true;
}

static void check_restarts(struct lint *lint)
{
    const struct trace_model *model = lint->model;
    struct trace_map map = {0};
    struct trace_array families = {0};
    for (uint32_t i = 0; i < model->lane_count; i++) {
        const struct trace_lane *lane = &model->lanes[i];
        bool failed = lane->end_ns != TRACE_NEVER && lane->status < 0 && !was_ended(model, lane);
        if (failed && was_restarted(model, lane) && !count_restart(model, i, &map, &families))
            lint->failed = true;
    }
    for (uint32_t i = 0; i < families.count; i++) {
        const struct family *family = (const struct family *)families.items + i;
        if (family->count >= TRACE_LINT_RESTARTS_MIN)
            lint_add(lint, &(struct trace_finding){.rule = TRACE_LINT_RESTARTS,
                                                   .lane = family->lane,
                                                   .other = TRACE_NONE,
                                                   .span = TRACE_NONE,
                                                   .place = model->lanes[family->lane].src,
                                                   .at_ns = family->first_ns,
                                                   .ns = family->last_ns - family->first_ns,
                                                   .number = family->count});
    }
    trace_map_finish(&map);
    trace_array_finish(&families);
}

/* --- stacks --- */

/* What programs measure with TROUPE_STACKS=1, and tell when an actor ends. */
static void check_stacks(struct lint *lint)
{
    const struct trace_model *model = lint->model;
    for (uint32_t i = 0; i < model->counter_count; i++) {
        const struct trace_counter *counter = &model->counters[i];
        if (counter->lane == TRACE_NONE || counter->value_count == 0 ||
            strcmp(trace_text(model, counter->name), TRACE_STACK_FREE) != 0)
            continue;
        const struct trace_counter_value *last =
            &model->values[counter->value_first + counter->value_count - 1];
        if (last->value < 0 || last->value >= TRACE_STACK_FREE_MIN)
            continue;
        lint_add(lint, &(struct trace_finding){.rule = TRACE_LINT_STACK,
                                               .lane = counter->lane,
                                               .other = TRACE_NONE,
                                               .span = TRACE_NONE,
                                               .place = model->lanes[counter->lane].src,
                                               .at_ns = last->at_ns,
                                               .number = (uint64_t)last->value});
    }
}

/* --- records --- */

static void check_records(struct lint *lint)
{
    const struct trace_model *model = lint->model;
    struct trace_finding finding = {.rule = TRACE_LINT_LOST_RECORDS,
                                    .lane = TRACE_NONE,
                                    .other = TRACE_NONE,
                                    .span = TRACE_NONE};
    for (uint32_t i = 0; i < model->mark_count; i++) {
        const struct trace_mark *mark = &model->marks[i];
        if (mark->kind != TRACE_MARK_LOST)
            continue;
        if (finding.number == 0 || mark->at_ns < finding.at_ns)
            finding.at_ns = mark->at_ns;
        finding.number += strtoull(trace_text(model, mark->text), NULL, 10);
    }
    if (finding.number > 0)
        lint_add(lint, &finding);
}

void lint_lives(struct lint *lint)
{
    const struct trace_model *model = lint->model;
    uint32_t root = trace_lane_root(model);
    bool *ended_others = calloc((size_t)model->lane_count + 1, sizeof *ended_others);
    if (ended_others == NULL) {
        lint->failed = true;
        return;
    }
    for (uint32_t i = 0; i < model->mark_count; i++) {
        const struct trace_mark *mark = &model->marks[i];
        if (mark->kind == TRACE_MARK_NOTE && mark->note == TRACE_NOTE_KILL &&
            mark->by != TRACE_NONE)
            ended_others[mark->by] = true;
    }
    bool outlived = root != TRACE_NONE && model->lanes[root].end_ns != TRACE_NEVER;
    for (uint32_t i = 0; i < model->lane_count; i++) {
        check_mailbox(lint, i);
        check_failure(lint, i, ended_others);
        if (outlived)
            check_leak(lint, i, root);
    }
    free(ended_others);
    check_restarts(lint);
    check_stacks(lint);
    check_records(lint);
}
