#ifndef POOL_H
#define POOL_H

/*
 * The threads for offloaded functions, and the way of a job through them:
 *
 *              pool_put()           a thread                  a thread          the loop
 *   (actor) ------------> queued ------------> (it runs) ---------------> done ----------> given
 *                            |                                              |                |
 *                            | given up                         nobody waits|     the actor  |
 *                            v                                              v     takes it   v
 *                         dropped  ------------- the loop ----------->  released           freed
 *
 * `queued` and `done` are guarded by the mutex, and so is what a job says of where it is.  All else
 * is the loop's: a thread knows nothing of who waits.  A job that was given to an actor which was
 * killed before it ran again is found when nobody is ready to run, and released.
 */

#include <pthread.h>

#include <troupe/offload.h>

#include "scheduler.h"
#include "slab.h"

/* On the stack of an actor that waits for a job. */
struct job_wait {
    struct wait wait;
    struct task *task;
    struct pool *pool;
    struct job *job;
    int result; /* what the function returned */
};

struct job {
    struct list_link link; /* on one of the pool's lists, unless it runs */
    troupe_job what;
    struct job_wait *waiter; /* NULL: given up */
    uint32_t actor;          /* whose it is, in the trace */
    bool is_queued;
    int result;
};

struct pool_thread {
    pthread_t thread;
    struct pool *pool;
    char name[16]; /* as long as a thread's name may be */
};

struct pool {
    struct bell bell;
    struct slab jobs;
    struct list dropped; /* given up before they began */
    struct list given;   /* their actors have been woken, and have not run since */

    pthread_mutex_t mutex; /* guards what follows */
    pthread_cond_t work;   /* something is queued, or the pool closes */
    struct list queued;
    struct list done;
    unsigned queued_count;
    unsigned idle_count; /* threads that wait for work */
    unsigned thread_count;
    bool is_closing;
    bool is_hushed; /* nothing may be recorded any more */

    unsigned thread_count_max;
    struct pool_thread threads[];
};

/* The pool of this scheduler, made if there is none: 0 or -ENOMEM. */
int pool_find(struct sched *sched, struct pool **pool);

/* Queues a job for a wait that is about to begin.  0, -ENOMEM, or -EAGAIN if there is no thread;
 * then the job's argument has not been released. */
int pool_put(struct pool *pool, const troupe_job *what, struct job_wait *wait);

/* The actor has got what it waited for. */
void pool_take(struct job_wait *wait);

/* The actor waits no more: the `detach` of such a wait. */
void pool_give_up(struct wait *wait);

#endif
