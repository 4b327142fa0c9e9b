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
 * The threads and the queue are those of all loops of the run; each loop has a desk, where its jobs
 * come home.  `queued` and `done` are guarded by the mutex; so is what a job says of where it is.
 * All else is the loop's: a thread knows nothing of who waits.  A job that was given to an actor
 * which was killed before it ran again is found when nobody is ready to run, and released.
 */

#include <pthread.h>

#include <troupe/offload.h>

#include "scheduler.h"
#include "slab.h"

/* On the stack of an actor that waits for a job. */
struct job_wait {
    struct wait wait;
    struct task *task;
    struct pool_desk *desk;
    struct job *job;
    int result;              /* what the function returned */
    void (*pass)(void *arg); /* see offload_outside(); NULL: nothing comes in by it */
};

struct job {
    struct list_link link; /* on a list of the pool's or the desk's, unless it runs */
    struct pool_desk *desk;
    troupe_job what;
    void (*pass)(void *arg); /* as in its wait */
    struct job_wait *waiter; /* NULL: given up */
    uint32_t actor;          /* whose it is, in the trace */
    bool is_queued;
    int result;
    uint32_t serial; /* in a recording */
};

struct pool_thread {
    pthread_t thread;
    struct pool *pool;
    char name[16]; /* as long as a thread's name may be */
};

/* What a loop has of the pool. */
struct pool_desk {
    struct bell bell;
    struct pool *pool;
    struct slab jobs;
    struct list dropped; /* given up before they began */
    struct list given;   /* their actors have been woken, and have not run since */
    uint32_t serial_last;

    /* Guarded by the pool's mutex. */
    struct list done;
    unsigned running_count; /* jobs that are on some thread */
};

struct pool {
    pthread_mutex_t mutex; /* guards what follows */
    pthread_cond_t work;   /* something is queued, or the pool closes */
    pthread_cond_t home;   /* a job has ended */
    struct list queued;
    unsigned queued_count;
    unsigned idle_count; /* threads that wait for work */
    unsigned thread_count;
    unsigned desk_count;
    bool is_closing;
    bool is_hushed; /* nothing may be recorded any more */

    const struct probe *probe; /* of the run's first loop, which ends after all threads have */
    unsigned thread_count_max;
    struct pool_thread threads[];
};

/* The desk of this scheduler, made if there is none: 0 or -ENOMEM. */
int pool_find(struct sched *sched, struct pool_desk **desk);

/* Queues a job for a wait that is about to begin.  0, -ENOMEM, or -EAGAIN if there is no thread;
 * then the job's argument has not been released. */
int pool_put(struct pool_desk *desk, const troupe_job *what, struct job_wait *wait);

/* The actor has got what it waited for. */
void pool_take(struct job_wait *wait);

/* The actor waits no more: the `detach` of such a wait. */
void pool_give_up(struct wait *wait);

/* As troupe_offload_job() without a time limit, for a job by which something comes in from outside:
 * `pass` takes all that the job leaves in its argument through tape_bytes() and the like.  When a
 * recording is played such a job is not done; others are done again. */
int offload_outside(const struct troupe_site *site, const troupe_job *job, int *result,
                    void (*pass)(void *arg));

#endif
