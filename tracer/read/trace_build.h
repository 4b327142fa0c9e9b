#ifndef TRACE_BUILD_H
#define TRACE_BUILD_H

/*
 * What the events of a file, or of a piece of it, leave behind, in whatever order they come.
 *
 * Every event leaves its record at the end of a flat array.  Numbers of actors and loops stay as
 * they stand in the file, because what they name may come later, or in another piece.  Pieces are
 * collected by several threads at once and know nothing of each other; trace_join.h makes one model
 * of them, the same whatever the file was cut into.
 */

#include "trace_array.h"
#include "trace_event.h"
#include "trace_strings.h"

/* The open state of a lane, or the open job of a thread, of which this piece knows nothing: it may
 * have begun in an earlier one. */
#define TRACE_UNKNOWN (TRACE_NONE - 1)

struct build_lane {
    struct trace_lane lane; /* parent: an actor's number, 0 for none; span_count: its spans */
    uint32_t open;          /* its state that is still open, TRACE_NONE or TRACE_UNKNOWN */
    bool named;             /* a line said what it is called */
    bool has_status;
};

struct build_thread {
    struct trace_thread thread;
    uint32_t open; /* its job that is still open, likewise */
};

/* One end of an arrow. */
struct build_flow_end {
    int64_t at_ns;
    uint64_t id; /* a number, or with `named` the number of a text */
    trace_text_id category;
    trace_text_id name;
    uint32_t lane; /* an actor's number */
    int32_t tag;
    uint32_t bytes;
    uint32_t depth;
    uint32_t scanned;
    bool named;
    bool out;     /* it leaves */
    bool carries; /* a message */
    bool bound;   /* it points into a state and not to the start of one */
};

/* An end whose beginning is not in this piece, to be read once more when all are known. */
struct build_orphan {
    uint64_t offset;
    uint32_t bytes;
};

struct trace_build {
    struct trace_info info;
    struct trace_array lanes;    /* struct build_lane */
    struct trace_array spans;    /* struct trace_span; other: a number, 0 for none; lane, loop:
                                    indexes here */
    struct trace_array waits;    /* struct trace_wait; the first stands for none of it */
    struct trace_array marks;    /* struct trace_mark; lane, by: numbers, 0 for none */
    struct trace_array ends;     /* struct build_flow_end */
    struct trace_array depths;   /* struct trace_depth; lane: a number */
    struct trace_array loops;    /* struct trace_loop */
    struct trace_array threads;  /* struct build_thread */
    struct trace_array jobs;     /* struct trace_job */
    struct trace_array orphans;  /* struct build_orphan */
    struct trace_array slices;   /* struct trace_slice; lane: a number */
    struct trace_array counters; /* struct trace_counter */
    struct trace_array values;   /* struct trace_counter_value */
    struct trace_array unknown;  /* struct trace_unknown */
    struct trace_array sources;  /* struct trace_source */
    struct trace_map lane_map;   /* number of an actor -> index of its lane */
    struct trace_map loop_map;   /* number of a loop -> its index */
    struct trace_map thread_map; /* pid << 32 | tid -> index */
    struct trace_strings strings;
    uint64_t event_count;
    int64_t start_ns; /* of what was seen so far; above end_ns while there is nothing */
    int64_t end_ns;
    bool header; /* the header line was seen */
    bool foreign; /* another tool wrote it */
};

void trace_build_init(struct trace_build *build);

/* Takes note of one event that lacks nothing.  0, -ENOMEM, or -EOVERFLOW: more of something than
 * a model can number. */
int trace_build_add(struct trace_build *build, const struct trace_event *event);

void trace_build_finish(struct trace_build *build);

#endif
