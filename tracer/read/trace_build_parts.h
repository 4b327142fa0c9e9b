#ifndef TRACE_BUILD_PARTS_H
#define TRACE_BUILD_PARTS_H

/*
 * What the parts of collecting share: actors, states and marks are in trace_build.c, arrows and
 * mailboxes in trace_build_flows.c, jobs in trace_build_jobs.c.
 */

#include "trace_build.h"

/* Keeps the text of a value. */
trace_text_id build_intern(struct trace_build *build, const struct trace_value *value);

/* The index of an actor's lane, or of a loop, made if there is none; TRACE_NONE if it cannot be. */
uint32_t build_lane_of(struct trace_build *build, uint32_t id);
uint32_t build_loop_of(struct trace_build *build, uint32_t id);

/* A number from 0 to `max`, or 0 for what is not one. */
int64_t build_number(const struct trace_value *value, int64_t max);

/* A CPU time, or TRACE_NEVER. */
int64_t build_cpu(const struct trace_value *value);

/* Notes that this end's beginning may be in an earlier piece.  0 or -EOVERFLOW. */
int build_add_orphan(struct trace_build *build, const struct trace_event *event);

/* Ends the open state `span`, or the open job, if the event comes after its start; *open is then
 * TRACE_NONE.  0, -ENOMEM or -EOVERFLOW. */
int build_close_span(struct trace_build *build, const struct trace_event *event, uint32_t *open);
void build_close_job(struct trace_build *build, const struct trace_event *event, uint32_t *open);

/* One end of an arrow, and a mailbox's counter.  0 or -EOVERFLOW. */
int build_add_flow(struct trace_build *build, const struct trace_event *event);
int build_add_depth(struct trace_build *build, const struct trace_event *event);

/* A job, or one end of it.  0 or -EOVERFLOW. */
int build_add_job(struct trace_build *build, const struct trace_event *event);

/* Something happened at this instant: the trace reaches at least to there. */
void build_see(struct trace_build *build, int64_t at_ns);

#endif
