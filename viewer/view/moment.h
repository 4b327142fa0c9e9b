#ifndef VIEW_MOMENT_H
#define VIEW_MOMENT_H

/*
 * What everybody does at one instant, and what happened between two.
 */

#include "describe.h"
#include "range.h"

/* Lanes asked one by one; of more, only how many is told. */
#define MOMENT_LANES_MAX 2048

/* Who runs, who is ready and who waits for what. */
void moment_describe(struct describe_text *text, const struct lanes *lanes, int64_t at_ns);

/* The statistics of a range in sentences. */
void moment_describe_range(struct describe_text *text, const struct range_stats *stats);

#endif
