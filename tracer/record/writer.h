#ifndef WRITER_H
#define WRITER_H

/*
 * Records in, lines out.  Used by one thread at a time.
 *
 *   records --(writer.c: what state is each actor in?)--> states --(events.c)--> lines --> file
 *
 * Ticks become nanoseconds by interpolation between two moments that are known on both rulers:
 * that of the last pass and that of this one.  Only records older than this pass's moment are
 * taken, so time never runs backwards.
 */

#include "lanes.h"
#include "lines.h"

struct writer_moment {
    uint64_t ticks;
    int64_t now_ns; /* from the start of the trace */
};

/* How a writer begins. */
struct writer_start {
    struct writer_moment moment; /* now, on the clock */
    int64_t base_ns;             /* the clock's reading that is 0 in the trace */
    int fd;                      /* the file, which it takes over */
    uint32_t process;            /* number of this process among those that write to it, from 1 */
    uint32_t pid;
};

struct writer {
    struct lines lines;
    struct lanes lanes;
    struct writer_moment last; /* moment of the last pass */
    struct writer_moment next; /* moment of this pass */
    double ns_per_tick;        /* between the two */
    int64_t base_ns;           /* the clock's reading at the start of the trace */
    struct trace_ring *rings;  /* as of the last pass */
    trace_find_fn find_fn;
    void *find_context;
    struct trace_fn *fns;      /* those that were told by name; owned */
    uint32_t process;          /* see struct writer_start */
    uint32_t os_pid;           /* as written: see TRACE_OS_PID_SHIFT */
    uint64_t flow_count;
    uint32_t running, ready, waiting;
    bool recount;        /* the three have changed since they were last written, */
    int64_t changed_ns;  /* and when they did */
    int64_t counted_ns;  /* when that was */
    uint32_t *changed;   /* actors whose state changed since the last flush */
    size_t changed_count;
    size_t changed_capacity;
    int error; /* -ENOMEM once something could not be kept; in the end, also of the file */
};

/* 0 or -ENOMEM; pair with writer_finish() in either case. */
int writer_init(struct writer *writer, const struct writer_start *start,
                const struct trace_options *options);

/* Writes what is left, closes the array if it is `whole`, and the file.  writer->error is the first
 * error that there was. */
void writer_finish(struct writer *writer, bool whole);

/* Takes from the rings what was recorded before `now`, earliest first. */
void writer_pass(struct writer *writer, struct trace_ring *rings, uint64_t ticks, int64_t now_ns);

/* Writes the states that are open as "B", and everything to the file. */
void writer_flush(struct writer *writer);

#endif
