#ifndef VIEW_JUMPS_H
#define VIEW_JUMPS_H

/*
 * From a state to another one that explains it.  All answer a span, or TRACE_NONE if there is no
 * such state or the trace does not tell.
 */

#include "trace_model.h"

/* How many of the worst latencies one can go through. */
#define JUMPS_WORST_MAX 10

/* The run of the same actor after or before a state. */
uint32_t jumps_run_of_lane(const struct trace_model *model, uint32_t span, bool after);

/* What the actor did that a wait was for: the holder of a lock, the one called or joined, the one
 * that sent what was received; at the moment when the wait began. */
uint32_t jumps_holder(const struct trace_model *model, uint32_t span);

/* The states in which an actor was ready for longest, the worst first; answers how many.
 * O(spans). */
uint32_t jumps_worst(const struct trace_model *model, uint32_t worst[JUMPS_WORST_MAX]);

/* The state of a lane at an instant, or the nearest one. */
uint32_t jumps_state_near(const struct trace_model *model, uint32_t lane, int64_t at_ns);

#endif
