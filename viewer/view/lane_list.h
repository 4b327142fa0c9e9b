#ifndef VIEW_LANE_LIST_H
#define VIEW_LANE_LIST_H

/*
 * Which rows are shown, and in which order from top to bottom.  A loop that says the same as its
 * only actor is not.
 *
 * Wishes (filter, sorting, grouping, what is pinned or folded) are kept apart from what follows
 * from them: lanes_arrange() makes the list anew from the wishes, and everything that draws or
 * points goes by the list.
 *
 *   pinned rows, which do not scroll; then the loops and the threads of the pool; then the actors,
 * grouped or not; then the counters that are nobody's
 *
 * What an actor says itself stands below it, wherever it is, and can be left out.
 * A group has a heading, an item without a row.  A folded one shows nothing but its heading.
 */

#include "rows.h"

enum lanes_sorting { LANES_FIRST_SEEN, LANES_BUSIEST, LANES_LONGEST_WAITING };
#define LANES_SORTINGS 3

enum lanes_grouping {
    LANES_FLAT,
    LANES_BY_NAME,
    LANES_BY_PARENT,
    LANES_BY_SUPERVISOR, /* the nearest above */
    LANES_BY_LOOP,
    LANES_BY_PROCESS
};
#define LANES_GROUPINGS 6

/* No filter is longer. */
#define LANES_FILTER_BYTES 64

struct lanes_item {
    uint32_t row;   /* TRACE_NONE: the heading of a group */
    uint32_t group; /* TRACE_NONE: in none */
};

struct lanes_group {
    uint64_t key;
    char name[96];
    uint32_t first; /* its rows are members first .. first + count - 1 */
    uint32_t count;
    bool folded;
};

struct lanes {
    const struct rows *rows;

    enum lanes_sorting sorting;
    enum lanes_grouping grouping;
    char filter[LANES_FILTER_BYTES]; /* part of an actor's name, in any case of letters */
    bool *pinned;                    /* per row */
    bool bare;                       /* without actors' own words */

    struct lanes_item *items; /* from top to bottom */
    uint32_t count;
    uint32_t pinned_count; /* the first so many do not scroll */
    uint32_t hidden;       /* actors that the filter leaves out */
    uint32_t *place;       /* of each row among the items, or of its group's heading;
                                 TRACE_NONE: filtered out */
    struct lanes_group *groups;
    uint32_t group_count;
    uint32_t *members; /* rows, group by group */
};

/* All rows as they are, of rows that must outlive them.  0, or -ENOMEM. */
int lanes_init(struct lanes *lanes, const struct rows *rows);
void lanes_finish(struct lanes *lanes);

/* Makes the list anew from the wishes.  Groups that were folded stay so while the grouping is the
 * same.  0, or -ENOMEM, which leaves the list as it was. */
int lanes_arrange(struct lanes *lanes);

/* The place of a lane's row; if its group is folded, that of the heading; TRACE_NONE if it is
 * filtered out. */
uint32_t lanes_place_of_lane(const struct lanes *lanes, uint32_t lane);

/* What an item is called. */
const char *lanes_name(const struct lanes *lanes, uint32_t item);

const char *lanes_sorting_name(enum lanes_sorting sorting);
const char *lanes_grouping_name(enum lanes_grouping grouping);

/* Whether a text contains a part, letters of either case being the same. */
bool lanes_matches(const char *text, const char *part);

#endif
