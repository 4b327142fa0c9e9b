/*
 * Threads take jobs from a list under a mutex; the loop takes all that are done at once.
 *
 * A thread is started when there are more jobs than threads waiting for some, so a program that
 * offloads one thing after the other has one thread.  Measured on two cores, a job that does
 * nothing takes some 12 us from the call to its return when it is alone, which are two wake-ups,
 * and 0.5 us when hundreds are queued.
 */

#include "pool.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "alloc.h"
#include "signals.h"

/* A job may wait for a disk while another computes. */
#define THREADS_MIN 2

static void release(struct pool *pool, struct job *job)
{
    if (job->what.release != NULL)
        job->what.release(job->what.arg);
    slab_give(&pool->jobs, job);
}

static void release_all(struct pool *pool, struct list *list)
{
    struct list_link *link;
    while ((link = list_first(list)) != NULL) {
        list_remove(list, link);
        release(pool, LIST_OWNER(link, struct job, link));
    }
}

/* Ends the wait for a job that is done. */
static void give(struct pool *pool, struct job *job)
{
    struct sched *sched = pool->bell.sched;
    struct job_wait *wait = job->waiter;
    wait->result = job->result;
    list_push(&pool->given, &job->link);
    sched->external--;
    sched_wake(sched, wait->task, 0, 0);
}

static void answer(struct bell *bell)
{
    struct pool *pool = LIST_OWNER(bell, struct pool, bell);
    if (bell->sched->head == NULL)
        release_all(pool, &pool->given); /* whoever was woken has run: these were killed */
    release_all(pool, &pool->dropped);
    pthread_mutex_lock(&pool->mutex);
    struct list done = pool->done;
    pool->done.last = NULL;
    pthread_mutex_unlock(&pool->mutex);
    struct list_link *link;
    while ((link = list_first(&done)) != NULL) {
        struct job *job = LIST_OWNER(link, struct job, link);
        list_remove(&done, link);
        if (job->waiter != NULL)
            give(pool, job);
        else
            release(pool, job);
    }
}

static void hush(struct bell *bell)
{
    struct pool *pool = LIST_OWNER(bell, struct pool, bell);
    pthread_mutex_lock(&pool->mutex);
    pool->is_hushed = true;
    pthread_mutex_unlock(&pool->mutex);
}

static void close_pool(struct bell *bell)
{
    struct pool *pool = LIST_OWNER(bell, struct pool, bell);
    pthread_mutex_lock(&pool->mutex);
    TROUPE_CHECK(list_is_empty(&pool->queued)); /* who would wait for it? */
    pool->is_closing = true;
    pthread_cond_broadcast(&pool->work);
    pthread_mutex_unlock(&pool->mutex);
    for (unsigned i = 0; i < pool->thread_count; i++)
        pthread_join(pool->threads[i].thread, NULL);
    release_all(pool, &pool->given);
    release_all(pool, &pool->dropped);
    release_all(pool, &pool->done);
    pthread_cond_destroy(&pool->work);
    pthread_mutex_destroy(&pool->mutex);
    slab_finish(&pool->jobs);
    alloc_free(pool);
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
    return job;
}

static void *work(void *arg)
{
    struct pool_thread *thread = arg;
    struct pool *pool = thread->pool;
    struct job *job;
    pthread_setname_np(pthread_self(), thread->name);
    struct trace_ring *ring = probe_open_thread(&pool->bell.sched->probe, thread->name);
    pthread_mutex_lock(&pool->mutex);
    while ((job = next_job(pool)) != NULL) {
        if (!pool->is_hushed)
            probe_job(ring, job->actor, (uintptr_t)job->what.fn);
        pthread_mutex_unlock(&pool->mutex);
        int result = job->what.fn(job->what.arg);
        pthread_mutex_lock(&pool->mutex);
        if (!pool->is_hushed)
            probe_job_end(ring);
        job->result = result;
        list_push(&pool->done, &job->link);
        bell_ring(&pool->bell);
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

int pool_find(struct sched *sched, struct pool **result)
{
    struct bell *bell = bell_find(sched, answer);
    if (bell != NULL) {
        *result = LIST_OWNER(bell, struct pool, bell);
        return 0;
    }
    unsigned count = count_threads();
    struct pool *pool = alloc_zeroed(sizeof *pool + count * sizeof pool->threads[0]);
    if (pool == NULL)
        return -ENOMEM;
    pool->bell = (struct bell){.answer = answer, .hush = hush, .close = close_pool};
    pool->thread_count_max = count;
    slab_init(&pool->jobs, sizeof(struct job));
    pthread_mutex_init(&pool->mutex, NULL);
    pthread_cond_init(&pool->work, NULL);
    bell_open(sched, &pool->bell);
    *result = pool;
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

int pool_put(struct pool *pool, const troupe_job *what, struct job_wait *wait)
{
    struct job *job = slab_take(&pool->jobs);
    if (job == NULL)
        return -ENOMEM;
    *job = (struct job){
        .what = *what,
        .waiter = wait,
        .actor = wait->task->number,
        .is_queued = true,
    };
    wait->pool = pool;
    wait->job = job;
    pthread_mutex_lock(&pool->mutex);
    list_push(&pool->queued, &job->link);
    pool->queued_count++;
    int rc = find_thread(pool);
    if (rc < 0) {
        list_remove(&pool->queued, &job->link);
        pool->queued_count--;
    }
    pthread_mutex_unlock(&pool->mutex);
    if (rc < 0)
        slab_give(&pool->jobs, job);
    else
        pool->bell.sched->external++;
    return rc;
}

void pool_take(struct job_wait *wait)
{
    list_remove(&wait->pool->given, &wait->job->link);
    slab_give(&wait->pool->jobs, wait->job);
}

void pool_give_up(struct wait *base)
{
    struct job_wait *wait = LIST_OWNER(base, struct job_wait, wait);
    struct pool *pool = wait->pool;
    struct job *job = wait->job;
    job->waiter = NULL;
    pool->bell.sched->external--;
    pthread_mutex_lock(&pool->mutex);
    bool was_queued = job->is_queued;
    if (was_queued) {
        list_remove(&pool->queued, &job->link);
        pool->queued_count--;
    }
    pthread_mutex_unlock(&pool->mutex);
    if (!was_queued)
        return; /* it comes home when it is done */
    list_push(&pool->dropped, &job->link);
    bell_ring(&pool->bell);
}
