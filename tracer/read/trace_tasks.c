/*
 * Tasks and the threads that take them.
 *
 * Threads are made for each piece of work and not kept: making one takes some thirty microseconds,
 * and loading a trace has a handful of pieces.
 */

#include "trace_tasks.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

/* Reading scales with cores until memory is the limit, well before so many. */
#define THREADS_MAX 16

struct tasks {
    trace_task_fn run;
    void *user;
    unsigned count;
    atomic_uint next;
};

unsigned trace_tasks_threads(void)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return cores < 1 ? 1 : cores > THREADS_MAX ? THREADS_MAX : (unsigned)cores;
}

static void *take_tasks(void *user)
{
    struct tasks *tasks = user;
    unsigned task;
    while ((task = atomic_fetch_add(&tasks->next, 1)) < tasks->count)
        tasks->run(tasks->user, task);
    return NULL;
}

void trace_tasks_run(unsigned threads, unsigned count, trace_task_fn run, void *user)
{
    struct tasks tasks = {.run = run, .user = user, .count = count};
    pthread_t others[THREADS_MAX];
    unsigned made = 0;
    while (made + 1 < threads && made + 1 < count && made < THREADS_MAX &&
           pthread_create(&others[made], NULL, take_tasks, &tasks) == 0)
        made++;
    take_tasks(&tasks);
    while (made > 0)
        pthread_join(others[--made], NULL);
}
