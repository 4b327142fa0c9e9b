/*
 * An order that fails is made as short as it can be: first by leaving out choices, many at once and
 * then one by one, as long as the run fails in the same way; then by trying all orders with fewer,
 * from one choice on, as far as SHRINK_RUNS_MAX goes.
 */

#include <stdlib.h>
#include <string.h>

#include "explorer.h"
#include "tell.h"
#include "tool.h"

/* All orders with one choice are some hundred, with two some ten thousand. */
#define SHRINK_RUNS_MAX 10000

struct shrinking {
    struct failure *failure;
    struct explorer *explorer;
    struct explore_choice *trial;
    uint64_t runs_end; /* no run of the explorer's beyond this */
    bool found;
    int result;
};

/* The turns of the last run that did not go to who had been ready for longest. */
static size_t count_choices(const struct explore_room *room)
{
    size_t count = 0;
    for (uint32_t i = 0; i < room->turn_count; i++)
        count += room->turns[i].place > 0;
    return count;
}

/* Takes over the order of the last run. */
static int keep(struct failure *failure, const struct explore_room *room)
{
    struct replay *file = &failure->file;
    size_t count = count_choices(room);
    failure_finish(failure);
    *file = (struct replay){.turns = room->turn_count,
                            .has_sum = true,
                            .is_endless = room->turn_count >= room->turn_limit};
    failure->choices = calloc(count + 1, sizeof *failure->choices);
    file->choices = calloc(count + 1, sizeof *file->choices);
    if (failure->choices == NULL || file->choices == NULL)
        return tell_no_memory();
    for (uint32_t i = 0; i < room->turn_count; i++) {
        const struct explore_turn *turn = &room->turns[i];
        file->sum = replay_sum(file->sum, turn->runs);
        if (turn->place == 0)
            continue;
        failure->choices[file->count] = (struct explore_choice){i + 1, turn->place, turn->runs};
        file->choices[file->count++] = (struct replay_choice){i + 1, turn->runs, turn->first, 0};
    }
    failure->count = file->count;
    return TOOL_OK;
}

/* Runs this script; if it fails in the same way, with fewer choices, it is taken over. */
static bool try(struct shrinking *shrinking, const struct explore_choice *script, size_t count)
{
    struct verdict verdict;
    struct failure *failure = shrinking->failure;
    shrinking->result = explorer_run_script(shrinking->explorer, script, count, &verdict);
    if (shrinking->result != TOOL_OK || !verdict_is_same(&verdict, &failure->verdict))
        return false;
    const struct explore_room *room = shrinking->explorer->room;
    if (count_choices(room) >= failure->count)
        return false;
    shrinking->result = keep(failure, room);
    return shrinking->result == TOOL_OK;
}

static bool may_go_on(const struct shrinking *shrinking)
{
    return shrinking->result == TOOL_OK && shrinking->explorer->runs < shrinking->runs_end;
}

/* Leaves out so many choices at once, wherever that goes. */
static bool leave_out(struct shrinking *shrinking, size_t size)
{
    struct failure *failure = shrinking->failure;
    bool helped = false;
    for (size_t at = 0; at < failure->count && may_go_on(shrinking);) {
        size_t gap = at + size < failure->count ? size : failure->count - at;
        size_t rest = failure->count - at - gap;
        memcpy(shrinking->trial, failure->choices, at * sizeof *shrinking->trial);
        memcpy(shrinking->trial + at, failure->choices + at + gap, rest * sizeof *shrinking->trial);
        if (try(shrinking, shrinking->trial, at + rest))
            helped = true;
        else
            at += gap;
    }
    return helped;
}

/* The last run had the first `count` choices of the trial: tries all orders with `more` further
 * ones behind these. */
static void try_more(struct shrinking *shrinking, size_t count, size_t more)
{
    const struct explore_room *room = shrinking->explorer->room;
    uint32_t turns = room->turn_count;
    uint32_t from = count > 0 ? shrinking->trial[count - 1].turn : 0;
    uint32_t *ready = calloc((size_t)turns + 1, sizeof *ready);
    if (ready == NULL) {
        shrinking->result = tell_no_memory();
        return;
    }
    for (uint32_t i = from; i < turns; i++)
        ready[i] = room->turns[i].ready;
    for (uint32_t i = from; i < turns; i++)
        for (uint32_t place = 1; place < ready[i]; place++) {
            if (shrinking->found || !may_go_on(shrinking))
                break;
            shrinking->trial[count] = (struct explore_choice){i + 1, place, 0};
            shrinking->found = try(shrinking, shrinking->trial, count + 1);
            if (!shrinking->found && more > 1 && shrinking->result == TOOL_OK)
                try_more(shrinking, count + 1, more - 1);
        }
    free(ready);
}

/* Whether there is an order with so many choices. */
static bool search(struct shrinking *shrinking, size_t count)
{
    struct verdict verdict;
    shrinking->found = false;
    shrinking->result = explorer_run_script(shrinking->explorer, NULL, 0, &verdict);
    if (shrinking->result == TOOL_OK)
        try_more(shrinking, 0, count);
    return shrinking->found;
}

int failure_shrink(struct failure *failure, struct explorer *explorer,
                   const struct verdict *verdict)
{
    struct shrinking shrinking = {
        .failure = failure, .explorer = explorer, .runs_end = explorer->runs + SHRINK_RUNS_MAX};
    *failure = (struct failure){.verdict = *verdict};
    shrinking.result = keep(failure, explorer->room);
    shrinking.trial = calloc(failure->count + 1, sizeof *shrinking.trial);
    if (shrinking.trial == NULL)
        return tell_no_memory();
    for (size_t size = failure->count; size > 0 && may_go_on(&shrinking);)
        if (!leave_out(&shrinking, size) || size > 1)
            size = size > failure->count ? failure->count : size / 2;
    bool found = failure->count <= 1;
    for (size_t count = 1; count < failure->count && !found && may_go_on(&shrinking); count++)
        found = search(&shrinking, count);
    failure->is_least = found || may_go_on(&shrinking);
    free(shrinking.trial);
    return shrinking.result;
}

void failure_finish(struct failure *failure)
{
    free(failure->choices);
    replay_finish(&failure->file);
}
