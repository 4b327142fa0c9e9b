#ifndef VIEW_STRIP_H
#define VIEW_STRIP_H

/*
 * The strip below the lanes: how many actors are in progress, and how many run, at every moment.
 *
 * A column of pixels shows the most that there were in it.
 */

#include "fold.h"
#include "trace_stats.h"

struct strip {
    struct trace_load_step *steps;
    size_t step_count;
    struct trace_load_step *blocks; /* the maxima of each block of steps */
    uint32_t in_progress_max;
    uint32_t running_max;
};

/* Makes the strip of a model.  0, or -ENOMEM. */
int strip_init(struct strip *strip, const struct trace_model *model);
void strip_finish(struct strip *strip);

/* The most that were in progress and running from `first_ns` to before `end_ns` (at first_ns, if
 * they are the same).  *near is where the search begins: 0, or what the last call left there,
 * which makes a walk from left to right cheap. */
struct trace_load_step strip_max(const struct strip *strip, int64_t first_ns, int64_t end_ns,
                                 size_t *near);

#endif
