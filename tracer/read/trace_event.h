#ifndef TRACE_EVENT_H
#define TRACE_EVENT_H

/*
 * One event of a trace file, taken apart but not yet understood in relation to others.
 *
 * All slices point into the line that it was made from.
 */

#include "trace_format.h"
#include "trace_json.h"

/* The members of "args" that mean something to us: TRACE_ARG(member).  All others are ignored. */
#define TRACE_ARGS                                                                                 \
    TRACE_ARG(name) TRACE_ARG(fn) TRACE_ARG(parent) TRACE_ARG(src) TRACE_ARG(status)               \
    TRACE_ARG(loop) TRACE_ARG(resume) TRACE_ARG(suspend) TRACE_ARG(by) TRACE_ARG(at)               \
    TRACE_ARG(on) TRACE_ARG(due) TRACE_ARG(text) TRACE_ARG(to) TRACE_ARG(cut) TRACE_ARG(n)         \
    TRACE_ARG(tag) TRACE_ARG(bytes) TRACE_ARG(depth) TRACE_ARG(scanned)                            \
    TRACE_ARG(version) TRACE_ARG(prog) TRACE_ARG(os_pid) TRACE_ARG(clock)                          \
    TRACE_ARG(t0_unix_ns) TRACE_ARG(cores) TRACE_ARG(runtime) TRACE_ARG(cmd)          \
    TRACE_ARG(exe) TRACE_ARG(actor) TRACE_ARG(object) TRACE_ARG(made) TRACE_ARG(cpu)               \
    TRACE_ARG(clock_base_ns) TRACE_ARG(value) TRACE_ARG(path) TRACE_ARG(line)

struct trace_event_args {
#define TRACE_ARG(member) struct trace_value member;
    TRACE_ARGS
#undef TRACE_ARG
};

/* The same as a list: TRACE_ARG_name is the place of args.name in it. */
enum trace_event_arg {
#define TRACE_ARG(member) TRACE_ARG_##member,
    TRACE_ARGS
#undef TRACE_ARG
        TRACE_ARG_COUNT
};

/* An event that is none of ours. */
#define TRACE_EVENT_UNKNOWN TRACE_EVENT_COUNT

struct trace_event {
    enum trace_event_kind kind; /* a row of trace_events.def, or TRACE_EVENT_UNKNOWN */
    char phase;                 /* 'X'; a state cut by a flush is 'B' and 'E'; 0 if there is none */
    bool has_ts, has_dur, has_pid, has_tid; /* and it is a number in range */
    int64_t ts_ns;
    int64_t dur_ns;
    uint32_t pid;
    uint32_t tid;
    struct trace_value ts, dur, pid_value, tid_value; /* the same as they stand there */
    struct trace_value ph, cat, name, id, bp;
    struct trace_value id2, args_value; /* as they stand there, in other tools' events */
    union {
        struct trace_event_args args;
        struct trace_value arg_list[TRACE_ARG_COUNT];
    };
    uint64_t arg_mask; /* bit i: arg_list[i] is there */
    const char *text;  /* where the event begins */
    uint32_t bytes;    /* and how long it is; set by the reader, like the next two */
    uint64_t line;     /* the line it is on, from 1 */
    uint64_t offset;   /* where in the file it begins */
};

/* Takes the object at the scan's place apart.  False on a fault, which the scan then holds. */
bool trace_event_parse(struct trace_scan *scan, struct trace_event *event);

/* The same for an object whose members stand in the order in which troupe writes them, which takes
 * a quarter of the time.  False for any other, with the scan's place unchanged: it may be sound all
 * the same.  The event must be all zeros, or left by an earlier call of one of the two. */
bool trace_event_predict(struct trace_scan *scan, struct trace_event *event);

/* The member of "args" with this name, or TRACE_ARG_COUNT. */
enum trace_event_arg trace_event_arg_find(const char *name, size_t bytes);

/* The kind of an event whose phase, category and name are known. */
enum trace_event_kind trace_event_kind_find(const struct trace_event *event);

/* What is missing from an event of ours so that it cannot be used, as a sentence; or NULL.
 * *where is the place in the line. */
const char *trace_event_lacks(const struct trace_event *event, const char **where);

/* The reason with this name, or TRACE_REASON_COUNT. */
enum trace_reason trace_reason_parse(const struct trace_value *name);

/* The note with this name, or TRACE_NOTE_COUNT. */
enum trace_note trace_note_parse(const struct trace_value *name);

#endif
