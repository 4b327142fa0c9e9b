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

#include "config.h"
#include "departed.h"
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
    const struct sink *sink;     /* for the lines, which take it over */
    const struct config *config;
    bool is_first;         /* nobody else has written to the file */
    struct shared *shared; /* with other processes that write to it */
    uint32_t process;      /* number of this process among those that write to it, from 1 */
    uint32_t pid;
};

struct writer {
    struct lines lines;
    struct config config;
    bool is_muted;         /* what happens now is not to be written, */
    uint64_t unkept;       /* and so many lines were not */
    bool wants_dump;       /* somebody has run for too long */
    int64_t lost_ns;       /* when records were lost last */
    uint64_t record_count; /* records taken, */
    int64_t stall_ns;      /* and how long threads have waited for that */
    struct lanes lanes;
    struct departed departed;  /* of a flight recorder: who has ended, while that is kept */
    struct writer_moment last; /* moment of the last pass */
    struct writer_moment next; /* moment of this pass */
    double ns_per_tick;        /* between the two */
    int64_t base_ns;           /* the clock's reading at the start of the trace */
    struct trace_ring *rings;  /* as of the last pass */
    trace_find_fn find_fn;
    void *find_context;
    struct trace_fn *fns; /* those that were told by name; owned */
    struct shared *shared;
    uint32_t process; /* see struct writer_start */
    uint32_t os_pid;  /* as written: see TRACE_OS_PID_SHIFT */
    uint64_t flow_count;
    uint32_t running, ready, waiting;
    bool recount;       /* the three have changed since they were last written, */
    int64_t changed_ns; /* and when they did */
    int64_t counted_ns; /* when that was */
    uint32_t *changed;  /* actors whose state changed since the last flush */
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

/* Sees to it that the lane's state begins in the file at the next flush, if it lasts till then. */
void writer_list_changed(struct writer *writer, uint32_t actor, struct lane *lane);

/* Whether nothing is known of a state's end, or of its beginning: records were lost within. */
bool writer_is_uncertain(const struct writer *writer, const struct lane *lane);

/* Of a flight recorder: the actor has just ended, in the lines written last.  Those of its spawn
 * may be dropped before these, so who it was is kept. */
void writer_remember(struct writer *writer, uint32_t actor, struct lane *lane);

/* Writes no more, or goes on writing, and tells how many lines are missing. */
void writer_mute(struct writer *writer, bool on);

/* Of a flight recorder: writes what is kept, as a whole trace, into a file that it takes over.  0
 * or the negative errno of the first write that failed. */
int writer_dump(struct writer *writer, int fd, bool is_packed);

#endif
