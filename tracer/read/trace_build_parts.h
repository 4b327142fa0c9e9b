#ifndef TRACE_BUILD_PARTS_H
#define TRACE_BUILD_PARTS_H

/*
 * What the parts of the build share: actors, states and marks are collected in trace_build.c and
 * ordered in trace_finish.c, flows and mailboxes in trace_flows.c, jobs in trace_jobs.c.
 */

#include "trace_build.h"

/* Keeps the text of a value. */
trace_text_id build_intern(struct trace_build *build, const struct trace_value *value);

/* Adds a row to the table of waits, behind the one that stands for nothing.  NULL if there is no
 * memory. */
struct trace_wait *build_add_wait(struct trace_build *build);

/* A number from 0 to `max`, or 0 for what is not one. */
int64_t build_number(const struct trace_value *value, int64_t max);

/* A CPU time, or TRACE_NEVER. */
int64_t build_cpu(const struct trace_value *value);

/* One end of an arrow, and a mailbox's counter.  0, -ENOMEM or -EOVERFLOW. */
int build_add_flow(struct trace_build *build, const struct trace_event *event);
int build_add_depth(struct trace_build *build, const struct trace_event *event);

/* A job, or one end of it.  0 or -EOVERFLOW. */
int build_add_job(struct trace_build *build, const struct trace_event *event);

/* Something happened at this instant: the trace reaches at least to there. */
void build_see(struct trace_build *build, int64_t at_ns);

/* --- finishing ----------------------------------------------------------------------------- */

/* Room for so many keys; NULL if there is none. */
struct trace_key *build_keys(uint32_t count);

/* Puts items in the order of their keys.  0 or -ENOMEM. */
int build_arrange(struct trace_array *array, size_t item_bytes, struct trace_key *keys);

/* How to see the lane and the instant of a record, for dealing records out to their lanes. */
typedef void (*build_place_fn)(const void *record, uint32_t *lane, int64_t *at_ns);

/* Puts records in order of lane, and of time within a lane; those without a lane come last.
 * starts[lane] .. starts[lane + 1] are then the places of a lane's records; it has room for two
 * more than there are lanes. */
int build_deal_out(struct trace_array *array, size_t item_bytes, build_place_fn place,
                   uint32_t lane_count, uint32_t *starts);

/* The lane with a number, or TRACE_NONE. */
uint32_t build_lane(const struct trace_build *build, uint32_t id);

/* Puts flows and mailboxes in order, when lanes and spans are.  0 or -ENOMEM. */
int build_order_flows(struct trace_build *build);
int build_order_depths(struct trace_build *build);

#endif
