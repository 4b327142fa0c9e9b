#ifndef TRACE_CHECK_RULES_H
#define TRACE_CHECK_RULES_H

/*
 * What the parts of the check share: the records that are collected on the way through the file,
 * and the three sets of rules.
 */

#include "trace_array.h"
#include "trace_check.h"
#include "trace_event.h"
#include "trace_strings.h"

/* The end of a slice that is still open when the file ends. */
#define CHECK_OPEN_NS INT64_MAX

/* A slice as it stands in the file: [start_ns, end_ns], its last nanosecond left out of it. */
struct check_slice {
    int64_t start_ns;
    int64_t end_ns;
    uint64_t offset;
    uint32_t line;
    uint32_t track;
    uint32_t below;  /* while open: the slice that it lies on, or TRACE_NONE */
    uint32_t loop;   /* run */
    uint32_t resume; /* run: its number, or 0 */
    trace_text_id name;
    uint8_t kind;   /* enum trace_event_kind */
    uint8_t reason; /* run: why it ended; wait: why; or TRACE_REASON_COUNT */
};

/* A track: an actor, or a thread of the operating system. */
struct check_track {
    uint32_t pid;
    uint32_t tid;
    uint32_t top;       /* its innermost open slice, or TRACE_NONE */
    trace_text_id name; /* from its thread_name, or 0 */
    uint32_t life;      /* its slice of cat "actor", or TRACE_NONE */
};

/* One end of an arrow, or both. */
struct check_flow {
    int64_t from_ns; /* TRACE_NEVER until its "s" has come */
    int64_t to_ns;   /* TRACE_NEVER until its first "f" has come */
    uint64_t from_offset, to_offset;
    uint32_t from_line, to_line;
    uint32_t from_track;
};

struct check {
    struct trace_report *report;
    struct trace_array problems; /* struct trace_problem */
    struct trace_array slices;
    struct trace_array tracks;
    struct trace_array flows;
    struct trace_map track_map; /* pid << 32 | tid -> index */
    struct trace_map flow_map;  /* stirred category, name and id -> index */
    struct trace_map loop_map;  /* number of a loop that ran something -> 0 */
    struct trace_strings strings;
    bool lost;   /* the file says that records are missing: gaps are no problem */
    bool failed; /* out of memory */
};

static inline bool check_is_state(const struct check_slice *slice)
{
    return slice->kind == TRACE_EVENT_RUN || slice->kind == TRACE_EVENT_READY ||
           slice->kind == TRACE_EVENT_WAIT;
}

/* Notes a problem at a place in the file. */
__attribute__((format(printf, 4, 5))) void check_problem(struct check *check, uint32_t line,
                                                         uint64_t offset, const char *format, ...);

/* What to call a track: "count#1", or "actor 2" if it has no name. */
const char *check_track_name(const struct check *check, uint32_t track, char *buffer, size_t bytes);

/* The rules that one event alone can break; collects it for the others. */
void check_event(struct check *check, const struct trace_event *event);

/* The rules that slices break together, and those of flows. */
void check_slices(struct check *check);
void check_flows(struct check *check);

#endif
