#ifndef VIEW_ARROWS_H
#define VIEW_ARROWS_H

/*
 * Which arrows a picture shows: those of one state, or those of all that can be seen, thinned to
 * so many that each can still be told from the others.
 */

#include "fold.h"
#include "lane_list.h"

/* More arrows than this in one picture are a hairball. */
#define ARROWS_MAX 300

struct arrow {
    int64_t from_ns;
    int64_t to_ns;
    uint32_t from_lane;
    uint32_t to_lane;
    uint32_t flow; /* TRACE_NONE: somebody was woken in a way for which there is no arrow */
};

struct arrows {
    struct arrow items[ARROWS_MAX];
    uint32_t count;
};

/* Those of a state: of a run what woke it, what it took and what it sent; of a ready state what
 * woke it; of a wait what ended it. */
void arrows_of_span(struct arrows *arrows, const struct trace_model *model, uint32_t span);

/* Those that leave during what the columns show, and touch an item of the lanes from `first` to
 * before `end`; of several that look the same, one. */
void arrows_of_view(struct arrows *arrows, const struct fold_columns *columns,
                    const struct lanes *lanes, uint32_t first, uint32_t end);

/* The arrow that leads from a state to somewhere else, or if there is none, the one that leads
 * there: index of a flow that is a message, or TRACE_NONE. */
uint32_t arrows_first_message(const struct trace_model *model, uint32_t span);

/* The state at an end of a flow: the run that sent it, or the state it led to. */
uint32_t arrows_from_span(const struct trace_model *model, uint32_t flow);
uint32_t arrows_to_span(const struct trace_model *model, uint32_t flow);

#endif
