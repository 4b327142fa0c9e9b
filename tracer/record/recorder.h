#ifndef RECORDER_H
#define RECORDER_H

/*
 * A recorder from the inside: the rings, the writer, and the thread that takes from the one and
 * feeds the other.
 */

#include <pthread.h>
#include <sys/types.h>

#include "shared.h"
#include "writer.h"

struct trace_recorder {
    struct writer writer; /* the writer thread's, while that runs */
    void (*sample)(uint64_t *ticks, int64_t *now_ns);
    struct writer_moment start; /* of the trace, on the clock */
    pthread_t thread;
    int kick_fd;    /* an eventfd: something is to be done before the next flush */
    bool is_steady; /* see struct trace_options: threads are counted, these so far */
    _Atomic uint32_t thread_last;
    pid_t pid;              /* the process that records; a forked child does not */
    _Atomic bool is_deaf;   /* nobody takes records any more: such a child, or it is closed */
    struct shared *shared;  /* with the processes that record into the same file */
    _Atomic bool has_begun; /* the writer thread has */
    _Atomic bool stopping;  /* the writer thread shall write the rest and end */
    _Atomic bool dying;     /* the process dies of a signal: write all there is, now, */
    _Atomic bool rests;     /* and this says that it has been written */
    char *path;             /* of the file; owned */
    bool is_packed;
    unsigned dump_count;    /* files that a flight recorder has written so far */
    _Atomic bool signalled; /* the signal has come that was agreed on */
    pthread_mutex_t mutex;  /* guards what follows, and waiting for room or an answer */
    enum trace_ask asked;   /* by somebody who waits for `answered`, */
    int answer;             /* and what came of it */
    pthread_cond_t answered;
    pthread_cond_t room; /* some ring has room again */
    struct trace_ring *rings;
    struct trace_recorder *next; /* of those that are left behind */
};

/* Wakes the writer thread.  Async-signal-safe. */
void recorder_kick(struct trace_recorder *recorder);

/* One pass over the rings, by the writer thread; returns the time it was made at. */
int64_t recorder_pass(struct trace_recorder *recorder);

/* Does what was asked of the writer, if something was; called by its thread after each pass. */
void control_serve(struct trace_recorder *recorder);

/* Writes what a flight recorder keeps into the next of its files.  0 or a negative errno. */
int control_dump(struct trace_recorder *recorder);

/* The signal that was agreed on is the recorder's, from now on or no more. */
void control_watch(struct trace_recorder *recorder);
void control_unwatch(struct trace_recorder *recorder);

/* What happens to `recorder` when the process dies of a signal, from now on or no more. */
void dying_watch(struct trace_recorder *recorder);
void dying_unwatch(void);

/* Gives the calling thread a stack to handle its own stack's overflow on. */
void dying_prepare_thread(void);

#endif
