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
    int kick_fd;             /* an eventfd: something is to be done before the next flush */
    pid_t pid;               /* the process that records; a forked child does not */
    _Atomic bool is_deaf;    /* nobody takes records any more: such a child, or it is closed */
    struct shared *shared;   /* with the processes that record into the same file */
    _Atomic bool stopping;   /* the writer thread shall write the rest and end */
    _Atomic bool dying;      /* the process dies of a signal: write all there is, now, */
    _Atomic bool rests;      /* and this says that it has been written */
    pthread_mutex_t mutex;   /* guards what follows, and waiting for room */
    pthread_cond_t room;     /* some ring has room again */
    struct trace_ring *rings;
    struct trace_recorder *next; /* of those that are left behind */
};

/* Wakes the writer thread.  Async-signal-safe. */
void recorder_kick(struct trace_recorder *recorder);

/* What happens to `recorder` when the process dies of a signal, from now on or no more. */
void dying_watch(struct trace_recorder *recorder);
void dying_unwatch(void);

/* Gives the calling thread a stack to handle its own stack's overflow on. */
void dying_prepare_thread(void);

#endif
