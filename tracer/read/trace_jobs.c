/*
 * Jobs: what ran on the threads of a pool for actors that waited for it.
 *
 * A thread runs one job at a time.  There are few threads, so they are looked for one by one, and
 * a file that claims more than can be is not followed any further.
 */

#include <errno.h>

#include "trace_build_parts.h"

/* Threads whose jobs are told: more than any pool has. */
#define THREAD_COUNT_MAX 1024

/* The index of the thread that an event stands on, TRACE_NONE if there are too many. */
static uint32_t thread_of(struct trace_build *build, const struct trace_event *event)
{
    const struct trace_thread *threads = build->threads.items;
    for (uint32_t i = 0; i < build->threads.count; i++)
        if (threads[i].os_tid == event->tid && threads[i].os_pid == event->pid)
            return i;
    if (build->threads.count == THREAD_COUNT_MAX)
        return TRACE_NONE;
    struct trace_thread *thread = trace_array_add(&build->threads, sizeof *thread);
    uint32_t *open = trace_array_add(&build->open_jobs, sizeof *open);
    if (thread == NULL || open == NULL)
        return TRACE_NONE;
    *thread = (struct trace_thread){.os_pid = event->pid, .os_tid = event->tid};
    *open = TRACE_NONE;
    return build->threads.count - 1;
}

static void close_job(struct trace_build *build, const struct trace_event *event, uint32_t *open)
{
    if (*open == TRACE_NONE)
        return;
    struct trace_job *job = (struct trace_job *)build->jobs.items + *open;
    if (event->ts_ns + 1 < job->start_ns)
        return;
    job->end_ns = event->ts_ns + 1;
    job->open = false;
    if (event->args.cpu.type != TRACE_VALUE_NONE)
        job->cpu_ns = build_cpu(&event->args.cpu);
    *open = TRACE_NONE;
    build_see(build, job->end_ns);
}

int build_add_job(struct trace_build *build, const struct trace_event *event)
{
    uint32_t thread = thread_of(build, event);
    if (thread == TRACE_NONE)
        return 0;
    uint32_t *open = (uint32_t *)build->open_jobs.items + thread;
    if (event->phase == 'E') {
        close_job(build, event, open);
        return 0;
    }
    struct trace_job *job = trace_array_add(&build->jobs, sizeof *job);
    if (job == NULL)
        return -EOVERFLOW;
    bool whole = event->phase == 'X';
    *job = (struct trace_job){
        .start_ns = event->ts_ns,
        .end_ns = event->ts_ns + (whole ? event->dur_ns + 1 : 0),
        .thread = thread,
        .cpu_ns = build_cpu(&event->args.cpu),
        .name = build_intern(build, &event->name),
        .open = !whole,
    };
    if (job->open)
        *open = build->jobs.count - 1;
    build_see(build, job->start_ns);
    build_see(build, job->end_ns);
    return 0;
}
