/*
 * Threads take jobs from a list under a mutex; a loop takes all of its own that are done at once.
 *
 * A thread is started when there are more jobs than threads waiting for some, so a program that
 * offloads one thing after the other has one thread.  Measured on two cores, a job that does
 * nothing takes some 12 us from the call to its return when it is alone, which are two wake-ups,
 * and 0.5 us when hundreds are queued.
 */

#include "pool.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "alloc.h"
#include "signals.h"
#include "tape.h"

/* A job may wait for a disk while another computes. */
#define THREADS_MIN 2

static void release(struct pool_desk *desk, struct job *job)
{
    if (job->what.release != NULL)
        job->what.release(job->what.arg);
    slab_give(&desk->jobs, job);
}

static void release_all(struct pool_desk *desk, struct list *list)
{
    struct list_link *link;
    while ((link = list_first(list)) != NULL) {
        list_remove(list, link);
        release(desk, LIST_OWNER(link, struct job, link));
    }
}

/* Ends the wait for a job that is done. */
static void give(struct pool_desk *desk, struct job *job)
{
    struct sched *sched = desk->bell.sched;
    struct job_wait *wait = job->waiter;
    wait->result = job->result;
    list_push(&desk->given, &job->link);
    sched->external--;
    sched_wake(sched, wait->task, 0, 0);
}

/* What the job has left comes in, and it goes to whoever waits for it. */
static void bring_in(struct pool_desk *desk, struct job *job)
{
    int64_t result = tape_pass(RECORDING_JOB_RESULT, job->result);
    if (tape_mode != TAPE_OFF && job->pass != NULL)
        job->pass(job->what.arg);
    else if (result != job->result)
        tape_part("now the function that actor %" PRIu32 " has offloaded returns %d; in the "
                  "recording %" PRId64,
                  job->actor, job->result, result);
    job->result = (int)result;
    if (job->waiter != NULL)
        give(desk, job);
    else
        release(desk, job);
}

/* Takes the job with this number off the desk, when it is done.  There may be no such job: the
 * number comes from a file. */
static struct job *await(struct pool_desk *desk, int64_t serial)
{
    struct pool *pool = desk->pool;
    struct list_link *link;
    pthread_mutex_lock(&pool->mutex);
    for (;;) {
        link = list_first(&desk->done);
        while (link != NULL && LIST_OWNER(link, struct job, link)->serial != serial)
            link = list_next(&desk->done, link);
        if (link != NULL || (desk->running_count == 0 && pool->queued_count == 0))
            break;
        pthread_cond_wait(&pool->home, &pool->mutex);
    }
    if (link != NULL)
        list_remove(&desk->done, link);
    pthread_mutex_unlock(&pool->mutex);
    if (link == NULL)
        tape_part("in the recording a job has been done that there is not now");
    return LIST_OWNER(link, struct job, link);
}

/* The jobs that were done by now, in the order in which they were. */
static void answer_from_tape(struct pool_desk *desk)
{
    for (;;) {
        int64_t serial = tape_pass(RECORDING_JOB, 0);
        if (serial == 0)
            break;
        bring_in(desk, await(desk, serial));
    }
}

static void answer(struct bell *bell)
{
    struct pool_desk *desk = LIST_OWNER(bell, struct pool_desk, bell);
    if (bell->sched->head == NULL)
        release_all(desk, &desk->given); /* whoever was woken has run: these were killed */
    release_all(desk, &desk->dropped);
    if (CHECK_UNLIKELY(tape_mode == TAPE_PLAYED)) {
        answer_from_tape(desk);
        return;
    }
    pthread_mutex_lock(&desk->pool->mutex);
    struct list done = desk->done;
    desk->done.last = NULL;
    pthread_mutex_unlock(&desk->pool->mutex);
    struct list_link *link;
    while ((link = list_first(&done)) != NULL) {
        struct job *job = LIST_OWNER(link, struct job, link);
        list_remove(&done, link);
        tape_pass(RECORDING_JOB, job->serial);
        bring_in(desk, job);
    }
    tape_pass(RECORDING_JOB, 0);
}

static void hush(struct bell *bell)
{
    struct pool *pool = LIST_OWNER(bell, struct pool_desk, bell)->pool;
    pthread_mutex_lock(&pool->mutex);
    pool->is_hushed = true;
    pthread_mutex_unlock(&pool->mutex);
}

/* The last desk has closed. */
static void close_pool(struct pool *pool)
{
    pthread_mutex_lock(&pool->mutex);
    TROUPE_CHECK(list_is_empty(&pool->queued)); /* who would wait for it? */
    pool->is_closing = true;
    pthread_cond_broadcast(&pool->work);
    pthread_mutex_unlock(&pool->mutex);
    for (unsigned i = 0; i < pool->thread_count; i++)
        pthread_join(pool->threads[i].thread, NULL);
    pthread_cond_destroy(&pool->home);
    pthread_cond_destroy(&pool->work);
    pthread_mutex_destroy(&pool->mutex);
    alloc_free(pool);
}

/* Whether this was the last one; then the crew has no pool any more. */
static bool leave_pool(struct crew *crew, struct pool *pool)
{
    pthread_mutex_lock(&crew->mutex);
    bool is_last = --pool->desk_count == 0;
    if (is_last)
        crew->pool = NULL;
    pthread_mutex_unlock(&crew->mutex);
    return is_last;
}

static void close_desk(struct bell *bell)
{
    struct pool_desk *desk = LIST_OWNER(bell, struct pool_desk, bell);
    struct pool *pool = desk->pool;
    pthread_mutex_lock(&pool->mutex);
    while (desk->running_count > 0)
        pthread_cond_wait(&pool->home, &pool->mutex);
    pthread_mutex_unlock(&pool->mutex);
    release_all(desk, &desk->given);
    release_all(desk, &desk->dropped);
    release_all(desk, &desk->done);
    if (leave_pool(bell->sched->crew, pool))
        close_pool(pool);
    slab_finish(&desk->jobs);
    alloc_free(desk);
}

/* Waits for a job and takes it off the queue; NULL: the pool closes.  The mutex is held. */
static struct job *next_job(struct pool *pool)
{
    while (list_is_empty(&pool->queued) && !pool->is_closing) {
        pool->idle_count++;
        pthread_cond_wait(&pool->work, &pool->mutex);
        pool->idle_count--;
    }
    struct list_link *link = list_first(&pool->queued);
    if (link == NULL)
        return NULL;
    struct job *job = LIST_OWNER(link, struct job, link);
    list_remove(&pool->queued, link);
    pool->queued_count--;
    job->is_queued = false;
    job->desk->running_count++;
    return job;
}

/* The job is done; its loop is told.  The mutex is held. */
static void bring_home(struct pool *pool, struct job *job, int result)
{
    struct pool_desk *desk = job->desk;
    job->result = result;
    list_push(&desk->done, &job->link);
    bell_ring(&desk->bell);
    desk->running_count--;
    pthread_cond_broadcast(&pool->home);
}

static void *work(void *arg)
{
    struct pool_thread *thread = arg;
    struct pool *pool = thread->pool;
    struct job *job;
    pthread_setname_np(pthread_self(), thread->name);
    struct trace_ring *ring = probe_open_thread(pool->probe, thread->name);
    pthread_mutex_lock(&pool->mutex);
    while ((job = next_job(pool)) != NULL) {
        if (!pool->is_hushed)
            probe_job(ring, job->actor, (uintptr_t)job->what.fn);
        pthread_mutex_unlock(&pool->mutex);
        int result = job->what.fn(job->what.arg);
        pthread_mutex_lock(&pool->mutex);
        if (!pool->is_hushed)
            probe_job_end(ring);
        bring_home(pool, job, result);
    }
    pthread_mutex_unlock(&pool->mutex);
    probe_close_thread(ring);
    return NULL;
}

/* Starts one more thread, on which no signal is handled but those that the thread itself causes;
 * 0 or a negative code.  The mutex is held. */
static int start_thread(struct pool *pool)
{
    struct pool_thread *thread = &pool->threads[pool->thread_count];
    sigset_t others, old;
    if (alloc_should_fail())
        return -ENOMEM;
    thread->pool = pool;
    snprintf(thread->name, sizeof thread->name, "troupe-pool-%u",
             pool->thread_count % TROUPE_POOL_MAX + 1);
    signals_of_others(&others);
    pthread_sigmask(SIG_SETMASK, &others, &old);
    int rc = pthread_create(&thread->thread, NULL, work, thread);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    if (rc == 0)
        pool->thread_count++;
    return -rc;
}

/* The number that TROUPE_POOL sets, or else that of the cores. */
static unsigned count_threads(void)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned count = cores > THREADS_MIN ? (unsigned)cores : THREADS_MIN;
    count = count < TROUPE_POOL_MAX ? count : TROUPE_POOL_MAX;
    const char *text = getenv("TROUPE_POOL");
    if (text == NULL || text[0] == '\0')
        return count;
    char *end;
    long set = strtol(text, &end, 10);
    if (*end == '\0' && set >= 1 && set <= TROUPE_POOL_MAX)
        return (unsigned)set;
    dprintf(STDERR_FILENO,
            "troupe: TROUPE_POOL is \"%s\", but must be a number of threads from 1 to %d; "
            "there will be %u\n",
            text, TROUPE_POOL_MAX, count);
    return count;
}

/* The pool of the crew, made if there is none; NULL without memory. */
static struct pool *enter_pool(struct crew *crew)
{
    pthread_mutex_lock(&crew->mutex);
    struct pool *pool = crew->pool;
    if (pool == NULL) {
        unsigned count = count_threads();
        pool = alloc_zeroed(sizeof *pool + count * sizeof pool->threads[0]);
        if (pool != NULL) {
            pool->thread_count_max = count;
            pool->probe = &crew->scheds[0]->probe;
            pthread_mutex_init(&pool->mutex, NULL);
            pthread_cond_init(&pool->work, NULL);
            pthread_cond_init(&pool->home, NULL);
            crew->pool = pool;
        }
    }
    if (pool != NULL)
        pool->desk_count++;
    pthread_mutex_unlock(&crew->mutex);
    return pool;
}

int pool_find(struct sched *sched, struct pool_desk **result)
{
    struct bell *bell = bell_find(sched, answer);
    if (bell != NULL) {
        *result = LIST_OWNER(bell, struct pool_desk, bell);
        return 0;
    }
    struct pool_desk *desk = alloc_zeroed(sizeof *desk);
    if (desk == NULL)
        return -ENOMEM;
    desk->pool = enter_pool(sched->crew);
    if (desk->pool == NULL) {
        alloc_free(desk);
        return -ENOMEM;
    }
    desk->bell = (struct bell){.answer = answer, .hush = hush, .close = close_desk};
    slab_init(&desk->jobs, sizeof(struct job));
    bell_open(sched, &desk->bell);
    *result = desk;
    return 0;
}

/* Sees to it that somebody runs the job that was queued last.  The mutex is held. */
static int find_thread(struct pool *pool)
{
    int rc = 0;
    if (pool->queued_count > pool->idle_count && pool->thread_count < pool->thread_count_max)
        rc = start_thread(pool);
    else
        pthread_cond_signal(&pool->work);
    return pool->thread_count > 0 ? 0 : rc; /* with one thread more it would only go faster */
}

int pool_put(struct pool_desk *desk, const troupe_job *what, struct job_wait *wait)
{
    struct pool *pool = desk->pool;
    struct job *job = slab_take(&desk->jobs);
    if (job == NULL)
        return -ENOMEM;
    *job = (struct job){
        .desk = desk,
        .what = *what,
        .waiter = wait,
        .actor = wait->task->number,
        .pass = wait->pass,
        .serial = ++desk->serial_last,
        .is_queued = true,
    };
    wait->desk = desk;
    wait->job = job;
    pthread_mutex_lock(&pool->mutex);
    if (CHECK_UNLIKELY(tape_mode == TAPE_PLAYED) && job->pass != NULL) {
        job->is_queued = false; /* it counts as done: what it does is on the tape */
        list_push(&desk->done, &job->link);
        pthread_mutex_unlock(&pool->mutex);
        desk->bell.sched->external++;
        return 0;
    }
    list_push(&pool->queued, &job->link);
    pool->queued_count++;
    int rc = find_thread(pool);
    if (rc < 0) {
        list_remove(&pool->queued, &job->link);
        pool->queued_count--;
    }
    pthread_mutex_unlock(&pool->mutex);
    if (rc < 0)
        slab_give(&desk->jobs, job);
    else
        desk->bell.sched->external++;
    return rc;
}

void pool_take(struct job_wait *wait)
{
    list_remove(&wait->desk->given, &wait->job->link);
    slab_give(&wait->desk->jobs, wait->job);
}

/* Takes a job that nobody waits for any more off the queue: whether it was still there. */
static bool take_back(struct pool *pool, struct job *job)
{
    pthread_mutex_lock(&pool->mutex);
    bool was_queued = job->is_queued;
    if (was_queued) {
        list_remove(&pool->queued, &job->link);
        pool->queued_count--;
    }
    pthread_mutex_unlock(&pool->mutex);
    return was_queued;
}

/* The same as it was in the recording: a job that had not begun then is not done now, or is, and
 * nobody is told; one that had begun is left to itself. */
static bool take_back_from_tape(struct pool_desk *desk, struct job *job)
{
    bool was_queued = tape_pass(RECORDING_JOB_DROPPED, 0) != 0;
    if (was_queued && !take_back(desk->pool, job))
        await(desk, job->serial);
    return was_queued;
}

void pool_give_up(struct wait *base)
{
    struct job_wait *wait = LIST_OWNER(base, struct job_wait, wait);
    struct pool_desk *desk = wait->desk;
    struct job *job = wait->job;
    job->waiter = NULL;
    desk->bell.sched->external--;
    bool was_queued = CHECK_UNLIKELY(tape_mode == TAPE_PLAYED)
                          ? take_back_from_tape(desk, job)
                          : tape_pass(RECORDING_JOB_DROPPED, take_back(desk->pool, job)) != 0;
    if (!was_queued)
        return; /* it comes home when it is done */
    list_push(&desk->dropped, &job->link);
    bell_ring(&desk->bell);
}
