#ifndef TRACE_INDEX_H
#define TRACE_INDEX_H

/*
 * How a stretch of time is divided among the states of a lane, whatever its length.
 *
 * A screen shows a million states on two thousand columns of pixels, and what a column holds must
 * be known exactly without looking at each of them.  Spans of a lane tile its life, so sums before
 * every TRACE_SUM_SPANS spans make any stretch a subtraction, two searches and two short walks.
 * The sums cost 2.5 bytes a span, and loading makes them.
 *
 *   int64_t shares[TRACE_STATE_COUNT];
 *   trace_shares(model, lane, column_start_ns, column_end_ns, shares);
 *   double part = (double)shares[TRACE_STATE_RUN] / (double)(column_end_ns - column_start_ns);
 */

#include "trace_model.h"

/* Spans for each sum: a walk over so many costs about what it costs to find the first of them. */
#define TRACE_SUM_SPANS 64
#define TRACE_SUM_COUNT(span_count) ((span_count) / TRACE_SUM_SPANS + 1)

/* How long the spans of some stretch last, by state; and those that wait once more, by reason (the
 * last is of waits whose reason is not known). */
struct trace_sum {
    int64_t state_ns[TRACE_STATE_COUNT];
    int64_t wait_ns[TRACE_REASON_COUNT + 1];
};

/* How long a lane is in each state between two instants.  What is missing to the length of the
 * stretch was before its life, after it, or is not in the file.  O(log spans of the lane). */
void trace_shares(const struct trace_model *model, uint32_t lane, int64_t from_ns, int64_t to_ns,
                  int64_t shares[TRACE_STATE_COUNT]);

/* The same, with the waits by their reasons: what a table of a selection shows. */
void trace_sum_lane(const struct trace_model *model, uint32_t lane, int64_t from_ns, int64_t to_ns,
                    struct trace_sum *sum);

/* What the spans `first` to before `end` of the model add up to, whole: at most a walk over
 * TRACE_SUM_SPANS at either end. */
void trace_sum_spans(const struct trace_model *model, uint32_t first, uint32_t end,
                     struct trace_sum *sum);

/* A walk over a lane from left to right.  For instants that lie near each other, as the borders of
 * columns do, a step costs O(log distance).  Only the difference of two answers means something.
 *
 *   struct trace_walk walk = trace_walk_begin(model, lane);
 *   trace_walk_to(&walk, from_ns, before);
 *   for each column:
 *       trace_walk_to(&walk, column_end_ns, after);   after - before is the column's share
 */
struct trace_walk {
    const struct trace_model *model;
    uint32_t first, end; /* the lane's spans */
    uint32_t span;       /* every span before it has ended at the last instant, or before */
};

struct trace_walk trace_walk_begin(const struct trace_model *model, uint32_t lane);

/* Instants must not go back by more than the caller is willing to pay for: going back is a search
 * in the whole lane. */
void trace_walk_to(struct trace_walk *walk, int64_t at_ns, int64_t until_ns[TRACE_STATE_COUNT]);

/* Makes the sums of a model that has none yet: for loading.  0 or -ENOMEM. */
int trace_index_make(struct trace_model *model);

#endif
