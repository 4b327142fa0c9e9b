#ifndef TROUPE_OFFLOAD_H
#define TROUPE_OFFLOAD_H

/*
 * Offloading: a function that blocks, or computes for long, runs on another thread, and only the
 * actor that asked for it waits.
 *
 *     static int crunch(void *arg) { ... }               // runs on a thread of the pool
 *
 *     int found;
 *     int rc = troupe_offload(crunch, &range, &found, TROUPE_FOREVER);
 *
 * The threads are named troupe-pool-1, troupe-pool-2, ..., and all loops of a run share them.  They
 * are started when they are needed, at most as many as there are cores (at least two; the
 * environment variable TROUPE_POOL sets another number), and end with troupe_run(), which therefore
 * does not return before every function that was begun has returned.  Functions are begun in the
 * order of the calls.  The queue for them needs no limit: an actor has at most one in it.
 *
 * An offloaded function is no actor: it may not call anything that is labelled "inside an actor",
 * and what it shares with others it must lock as among any threads.
 */

#include <troupe/run.h>
#include <troupe/time.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The most threads a pool may have: enough for the slowest disk, and each takes a stack. */
#define TROUPE_POOL_MAX 256

/*
 * Runs `fn(arg)` on a thread of the pool, waits until it has returned, and stores what it returned
 * in *result (NULL: not wanted).
 *
 * A wait can be given up: after `limit`, when the actor is cancelled, or killed.  A function that
 * has not begun is not called then; but nothing stops one that has, and it goes on using `arg`.
 * So a variable of the calling function will do for `arg` only if none of this can happen;
 * otherwise hand it over, with troupe_offload_job().
 *
 * Inside an actor.  May suspend.  Returns 0; -ETIMEDOUT; -ECANCELED; -EINVAL; -ENOMEM; -EAGAIN if
 * not even one thread could be started.
 */
TROUPE_API TROUPE_MUST_CHECK int troupe_offload_at(const struct troupe_site *site, troupe_fn fn,
                                                   void *arg, int *result, troupe_ns limit);
#define troupe_offload(...) troupe_offload_at(TROUPE_SITE(), __VA_ARGS__)

/* A function and an argument that it owns while it runs. */
typedef struct troupe_job {
    troupe_fn fn;
    void *arg;
    void (*release)(void *arg); /* frees the argument; NULL: nothing need be done */
} troupe_job;

/*
 * The same, handing `arg` over.  If the call returns 0, the function is done with the argument,
 * which is the caller's again, with everything that was left in it.  If it returns anything else,
 * or never returns since the actor is killed, `release(arg)` is called, just once, when the
 * function has returned or it is certain that it will not be called; at the latest when
 * troupe_run() ends.  It is called on the thread of the loop and must not suspend.
 */
TROUPE_API TROUPE_MUST_CHECK int troupe_offload_job_at(const struct troupe_site *site,
                                                       const troupe_job *job, int *result,
                                                       troupe_ns limit);
#define troupe_offload_job(...) troupe_offload_job_at(TROUPE_SITE(), __VA_ARGS__)

#ifdef __cplusplus
}
#endif

#endif
