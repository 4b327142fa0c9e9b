/*
 * The list is made in three steps: the actors that pass the filter, sorted; dealt to groups in the
 * order in which these first appear; laid out with headings.  Each step is linear but the sorting.
 */

#include "lane_list.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* So far up a supervisor is looked for: actors that each spawn the next can be a million deep, or,
 * in a file that lies, a ring. */
#define LEVELS_MAX 256

/* An actor on its way into the list. */
struct candidate {
    uint32_t row;
    uint32_t group;
    int64_t weight; /* more comes first */
};

/* A fresh list, before it replaces the old one. */
struct made {
    struct candidate *candidates;
    uint32_t count;
    struct lanes_group *groups;
    uint32_t group_count;
    uint32_t *members;
    struct lanes_item *items;
    uint32_t item_count;
    uint32_t pinned_count;
};

bool lanes_matches(const char *text, const char *part)
{
    for (; part[0] != '\0' && *text != '\0'; text++) {
        size_t i = 0;
        while (part[i] != '\0' &&
               tolower((unsigned char)text[i]) == tolower((unsigned char)part[i]))
            i++;
        if (part[i] == '\0')
            return true;
    }
    return part[0] == '\0';
}

const char *lanes_sorting_name(enum lanes_sorting sorting)
{
    static const char *const names[LANES_SORTINGS] = {"first seen", "busiest", "longest waiting"};
    return names[sorting];
}

const char *lanes_grouping_name(enum lanes_grouping grouping)
{
    static const char *const names[LANES_GROUPINGS] = {"not grouped",   "by name", "by parent",
                                                       "by supervisor", "by loop", "by process"};
    return names[grouping];
}

static int64_t weight_of(const struct lanes *lanes, const struct row *row)
{
    const struct rows *rows = lanes->rows;
    int64_t spawn_ns = rows->model->lanes[row->subject].spawn_ns;
    /* Processes give themselves numbers, each when it begins to run. */
    if (lanes->sorting == LANES_FIRST_SEEN)
        return spawn_ns == TRACE_NEVER ? INT64_MAX : -spawn_ns;
    if (row->count == 0)
        return 0;
    struct rows_sum sum = rows_sum(rows, row, 0, row->count);
    if (lanes->sorting == LANES_BUSIEST)
        return sum.run_ns;
    return rows_times(rows, row, row->count - 1).end_ns - rows_times(rows, row, 0).start_ns -
           sum.run_ns - sum.ready_ns;
}

static int by_weight(const void *left, const void *right)
{
    const struct candidate *a = left;
    const struct candidate *b = right;
    if (a->weight != b->weight)
        return a->weight > b->weight ? -1 : 1;
    return a->row < b->row ? -1 : a->row > b->row;
}

/* The loop of an actor's first run; TRACE_NONE if it never ran. */
static uint32_t loop_of(const struct rows *rows, const struct row *row)
{
    for (uint32_t n = 0; n < row->count; n++)
        if (rows_span(rows, row, n)->state == TRACE_STATE_RUN)
            return rows_span(rows, row, n)->loop;
    return TRACE_NONE;
}

/* A name without the number that tells it from its like: "count#2" and "count-2" are "count". */
static size_t stem_bytes(const char *name)
{
    size_t bytes = strlen(name);
    while (bytes > 0 && isdigit((unsigned char)name[bytes - 1]))
        bytes--;
    while (bytes > 0 && strchr("#-_ .", name[bytes - 1]) != NULL)
        bytes--;
    return bytes > 0 ? bytes : strlen(name);
}

static uint64_t hash_of(const char *text, size_t bytes)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < bytes; i++)
        hash = (hash ^ (unsigned char)text[i]) * UINT64_C(1099511628211);
    return hash;
}

/* The nearest supervisor above a lane; TRACE_NONE if there is none. */
static uint32_t supervisor_of(const struct trace_model *model, const struct trace_lane *lane)
{
    uint32_t above = lane->parent;
    for (int level = 0; above != TRACE_NONE && level < LEVELS_MAX; level++) {
        if (model->lanes[above].supervises)
            return above;
        above = model->lanes[above].parent;
    }
    return TRACE_NONE;
}

/* What the actors of a group have in common, as a number and in words. */
static uint64_t key_of(const struct lanes *lanes, const struct row *row, char name[96])
{
    const struct trace_model *model = lanes->rows->model;
    const struct trace_lane *lane = &model->lanes[row->subject];
    uint32_t loop = TRACE_NONE;
    switch (lanes->grouping) {
    case LANES_BY_NAME: {
        const char *whole = trace_text(model, lane->name);
        size_t bytes = stem_bytes(whole);
        snprintf(name, 96, "%.*s", (int)(bytes < 95 ? bytes : 95), whole);
        return hash_of(whole, bytes);
    }
    case LANES_BY_PARENT:
        snprintf(name, 96, "%s%.80s", lane->parent == TRACE_NONE ? "" : "of ",
                 lane->parent == TRACE_NONE ? "first"
                                            : trace_text(model, model->lanes[lane->parent].name));
        return lane->parent;
    case LANES_BY_SUPERVISOR: {
        uint32_t above = supervisor_of(model, lane);
        snprintf(name, 96, "%s%.80s", above == TRACE_NONE ? "" : "of ",
                 above == TRACE_NONE ? "not supervised"
                                     : trace_text(model, model->lanes[above].name));
        return above;
    }
    default:
        loop = loop_of(lanes->rows, row);
        break;
    }
    if (loop >= model->loop_count) {
        snprintf(name, 96, "never ran");
        return UINT64_MAX;
    }
    if (lanes->grouping == LANES_BY_LOOP) {
        snprintf(name, 96, "on %.80s", trace_text(model, model->loops[loop].name));
        return loop;
    }
    snprintf(name, 96, "process %u", model->loops[loop].os_pid);
    return model->loops[loop].os_pid;
}

static bool was_folded(const struct lanes *lanes, uint64_t key)
{
    for (uint32_t i = 0; i < lanes->group_count; i++)
        if (lanes->groups[i].key == key)
            return lanes->groups[i].folded;
    return false;
}

/* Keys of groups, found by hash: a slot holds the group's index + 1. */
static uint32_t group_slot(const struct made *made, const uint32_t *slots, uint32_t mask,
                           uint64_t key)
{
    uint32_t at = (uint32_t)(key * UINT64_C(11400714819323198485) >> 40) & mask;
    while (slots[at] != 0 && made->groups[slots[at] - 1].key != key)
        at = (at + 1) & mask;
    return at;
}

static int make_groups(const struct lanes *lanes, struct made *made)
{
    uint32_t mask = 15;
    while (mask < 2 * made->count)
        mask = mask * 2 + 1;
    uint32_t *slots = calloc((size_t)mask + 1, sizeof *slots);
    made->groups = malloc((made->count + 1) * sizeof *made->groups);
    if (slots == NULL || made->groups == NULL) {
        free(slots);
        return -ENOMEM;
    }
    for (uint32_t i = 0; i < made->count; i++) {
        struct lanes_group group = {.count = 0};
        struct candidate *candidate = &made->candidates[i];
        group.key = key_of(lanes, &lanes->rows->rows[candidate->row], group.name);
        uint32_t at = group_slot(made, slots, mask, group.key);
        if (slots[at] == 0) {
            group.folded = was_folded(lanes, group.key);
            made->groups[made->group_count++] = group;
            slots[at] = made->group_count;
        }
        candidate->group = slots[at] - 1;
        made->groups[candidate->group].count++;
    }
    free(slots);
    uint32_t first = 0;
    for (uint32_t i = 0; i < made->group_count; i++) {
        made->groups[i].first = first;
        first += made->groups[i].count;
        made->groups[i].count = 0;
    }
    for (uint32_t i = 0; i < made->count; i++) {
        struct lanes_group *group = &made->groups[made->candidates[i].group];
        made->members[group->first + group->count++] = made->candidates[i].row;
    }
    return 0;
}

static void add_item(struct made *made, uint32_t row, uint32_t group)
{
    made->items[made->item_count++] = (struct lanes_item){row, group};
}

/* Own words that are pinned themselves do not stay below their actor. */
static void add_own(const struct lanes *lanes, struct made *made, uint32_t first, uint32_t end,
                    uint32_t group)
{
    for (uint32_t i = first; i < end && !lanes->bare; i++)
        if (!lanes->pinned[i])
            add_item(made, i, group);
}

static void add_actor(const struct lanes *lanes, struct made *made, uint32_t row, uint32_t group)
{
    uint32_t first;
    uint32_t end;
    rows_own(lanes->rows, lanes->rows->rows[row].subject, &first, &end);
    add_item(made, row, group);
    add_own(lanes, made, first, end, group);
}

static void lay_items(const struct lanes *lanes, struct made *made)
{
    const struct rows *rows = lanes->rows;
    for (uint32_t i = 0; i < rows->count; i++) {
        if (lanes->pinned[i] && rows->rows[i].kind == ROW_ACTOR)
            add_actor(lanes, made, i, TRACE_NONE);
        else if (lanes->pinned[i])
            add_item(made, i, TRACE_NONE);
    }
    made->pinned_count = made->item_count;
    for (uint32_t i = 0; i < rows->loop_count; i++)
        if (!lanes->pinned[i] && !rows->rows[i].is_double)
            add_item(made, i, TRACE_NONE);
    add_own(lanes, made, rows->own_end, rows->thread_end, TRACE_NONE);
    if (lanes->grouping == LANES_FLAT)
        for (uint32_t i = 0; i < made->count; i++)
            if (!lanes->pinned[made->candidates[i].row])
                add_actor(lanes, made, made->candidates[i].row, TRACE_NONE);
    for (uint32_t i = 0; i < made->group_count; i++) {
        const struct lanes_group *group = &made->groups[i];
        add_item(made, TRACE_NONE, i);
        for (uint32_t j = 0; j < group->count && !group->folded; j++)
            if (!lanes->pinned[made->members[group->first + j]])
                add_actor(lanes, made, made->members[group->first + j], i);
    }
    add_own(lanes, made, rows->thread_end, rows->count, TRACE_NONE);
}

/* Replaces the list by what was made. */
static void take(struct lanes *lanes, struct made *made)
{
    free(lanes->items);
    free(lanes->groups);
    free(lanes->members);
    lanes->items = made->items;
    lanes->count = made->item_count;
    lanes->groups = made->groups;
    lanes->group_count = made->group_count;
    lanes->members = made->members;
    lanes->hidden = lanes->rows->actor_end - lanes->rows->loop_count - made->count;
    lanes->pinned_count = made->pinned_count;
    for (uint32_t i = 0; i < lanes->rows->count; i++)
        lanes->place[i] = TRACE_NONE;
    for (uint32_t i = 0; i < lanes->count; i++) {
        const struct lanes_item *item = &lanes->items[i];
        if (item->row == TRACE_NONE) { /* for those that have no place of their own */
            const struct lanes_group *group = &lanes->groups[item->group];
            for (uint32_t j = 0; j < group->count; j++)
                if (lanes->place[lanes->members[group->first + j]] == TRACE_NONE)
                    lanes->place[lanes->members[group->first + j]] = i;
            continue;
        }
        lanes->place[item->row] = i;
    }
}

int lanes_arrange(struct lanes *lanes)
{
    const struct rows *rows = lanes->rows;
    struct made made = {.count = 0};
    uint32_t actors = rows->actor_end - rows->loop_count;
    made.candidates = malloc((actors + 1) * sizeof *made.candidates);
    made.members = malloc((actors + 1) * sizeof *made.members);
    made.items = malloc((rows->count + actors + 1) * sizeof *made.items);
    int status = 0;
    if (made.candidates == NULL || made.members == NULL || made.items == NULL)
        status = -ENOMEM;
    for (uint32_t i = rows->loop_count; status == 0 && i < rows->actor_end; i++)
        if (lanes_matches(rows_name(rows, &rows->rows[i]), lanes->filter))
            made.candidates[made.count++] =
                (struct candidate){i, TRACE_NONE, weight_of(lanes, &rows->rows[i])};
    if (status == 0) {
        qsort(made.candidates, made.count, sizeof *made.candidates, by_weight);
        if (lanes->grouping != LANES_FLAT)
            status = make_groups(lanes, &made);
    }
    if (status == 0) {
        lay_items(lanes, &made);
        take(lanes, &made);
    } else {
        free(made.members);
        free(made.items);
        free(made.groups);
    }
    free(made.candidates);
    return status;
}

int lanes_init(struct lanes *lanes, const struct rows *rows)
{
    *lanes = (struct lanes){.rows = rows};
    lanes->pinned = calloc(rows->count + 1, sizeof *lanes->pinned);
    lanes->place = malloc((rows->count + 1) * sizeof *lanes->place);
    int status = lanes->pinned != NULL && lanes->place != NULL ? lanes_arrange(lanes) : -ENOMEM;
    if (status < 0)
        lanes_finish(lanes);
    return status;
}

void lanes_finish(struct lanes *lanes)
{
    free(lanes->pinned);
    free(lanes->place);
    free(lanes->items);
    free(lanes->groups);
    free(lanes->members);
    *lanes = (struct lanes){0};
}

uint32_t lanes_place_of_lane(const struct lanes *lanes, uint32_t lane)
{
    return lane < lanes->rows->model->lane_count ? lanes->place[rows_of_lane(lanes->rows, lane)]
                                                 : TRACE_NONE;
}

const char *lanes_name(const struct lanes *lanes, uint32_t item)
{
    uint32_t row = lanes->items[item].row;
    if (row == TRACE_NONE)
        return lanes->groups[lanes->items[item].group].name;
    return rows_name(lanes->rows, &lanes->rows->rows[row]);
}
