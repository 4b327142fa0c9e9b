#ifndef TROUPE_RUN_H
#define TROUPE_RUN_H

/*
 * Starting a program of actors, and its end.
 *
 * troupe_run() turns the calling thread into a loop: it runs actors until none is left.  When it
 * returns, everything that the runtime took is given back, and it may be called again.
 *
 * The environment of the program decides what is recorded; nothing is compiled in or out for it:
 *   TROUPE_TRACE=FILE   write a trace of every spawn, ready, resume, suspend, exit and printed
 *                       line to FILE (see docs/trace-format.md).  Without it: no file, no cost.
 *   TROUPE_LOOPS=N      run actors on N threads at the same time: see troupe/loops.h
 *   TROUPE_PLACE=process   or in processes of their own, if they may run anywhere
 *   TROUPE_TIME=virtual let waits take no time: the same trace each time, to the byte; a turn takes
 *                       a microsecond (see docs/guide/determinism.md)
 *   TROUPE_RECORD=FILE  write all that comes in from outside to FILE
 *   TROUPE_REPLAY=FILE  let turns go as a file says that `troupe explore` has written; or let all
 *                       come in again that was recorded, up to TROUPE_UNTIL=57 (a turn) or 1.5s
 *   TROUPE_SEED=N       give turns by lot, in the order that N stands for
 *   TROUPE_STALL=250ms  tell of actors that hold their loop for so long in one step; 0: of none
 *   TROUPE_TIMES=1      keep the times of all actors from the beginning: see troupe_keep_times()
 *   TROUPE_STACKS=1     say at the end how much of their stacks actors have used
 *
 * An actor that computes for long without a call that suspends, or that blocks in the system, keeps
 * all others of its loop waiting.  After 100 ms it is told of on standard error, while it still
 * does: who it is, and in which functions.
 */

#include <troupe/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The body of an actor.  What it returns is its exit status: 0 or more is success, a negative errno
 * code is a failure with that reason.
 */
typedef int (*troupe_fn)(void *arg);

/*
 * Runs `fn(arg)` as the main actor on the calling thread and returns when it and all actors that
 * were spawned, by it or by others, have ended.  Returns the main actor's status; -EBUSY if this
 * thread is already inside troupe_run(); -ENOMEM if the runtime could not start.
 *
 * Not inside an actor.  `arg` stays the caller's.
 *
 * A trace that cannot be written costs one line on standard error, and nothing else.
 */
TROUPE_API int troupe_run(troupe_fn fn, void *arg);

#ifdef __cplusplus
}
#endif

#endif
