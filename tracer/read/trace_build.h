#ifndef TRACE_BUILD_H
#define TRACE_BUILD_H

/*
 * Makes a model out of events in whatever order they come.
 *
 *   collect  every event leaves its record at the end of a flat array; numbers of actors and loops
 *            stay as they stand in the file, because what they name may come later
 *   finish   sorts the records, turns numbers into indexes, closes what is still open, and makes
 *            the states of each actor tile: no two of them overlap
 */

#include "trace_array.h"
#include "trace_event.h"
#include "trace_strings.h"

struct trace_build {
    struct trace_info info;
    struct trace_array lanes;  /* struct trace_lane; parent is an actor's number, 0 for none */
    struct trace_array opens;  /* uint32_t per lane: its span that is still open, or TRACE_NONE */
    struct trace_array spans;  /* struct trace_span; other: a number, 0 for none; loop: an index */
    struct trace_array waits;  /* struct trace_wait; the first stands for none of it */
    struct trace_array marks;  /* struct trace_mark; lane: a number, 0 for none */
    struct trace_array flows;  /* struct trace_flow; lanes: numbers; half of it may be missing */
    struct trace_array messages;   /* struct trace_message */
    struct trace_array depths;     /* struct trace_depth; lane: a number */
    struct trace_array departures; /* uint32_t: flows by lane; made when all is known */
    struct trace_array arrivals;
    struct trace_array loops;  /* struct trace_loop */
    struct trace_array threads;   /* struct trace_thread */
    struct trace_array jobs;      /* struct trace_job */
    struct trace_array open_jobs; /* uint32_t per thread: its job that is still open */
    struct trace_map lane_map; /* number of an actor -> index of its lane */
    struct trace_map loop_map; /* number of a loop -> its index */
    struct trace_map flow_map; /* stirred category, name and id -> index of its flow */
    struct trace_strings strings;
    uint64_t event_count;
    int64_t start_ns;          /* of what was seen so far; above end_ns while there is nothing */
    int64_t end_ns;
    bool header;               /* the header line was seen */
};

void trace_build_init(struct trace_build *build);

/* Takes note of one event that lacks nothing.  0, -ENOMEM, or -EOVERFLOW: more of something than
 * a model can number. */
int trace_build_add(struct trace_build *build, const struct trace_event *event);

/* Makes the model; the build is empty afterwards.  0 or -ENOMEM. */
int trace_build_model(struct trace_build *build, struct trace_model **model);

void trace_build_finish(struct trace_build *build);

#endif
