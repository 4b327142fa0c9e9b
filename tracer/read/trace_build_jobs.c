/*
 * Jobs: what ran on the threads of a pool for actors that waited for it.  A thread runs one job at
 * a time.
 */

#include <errno.h>

#include "trace_build_parts.h"

/* The thread that an event stands on; NULL if there is no memory.  Its index is *index. */
static struct build_thread *thread_of(struct trace_build *build, const struct trace_event *event,
                                      uint32_t *index)
{
    uint32_t *place = trace_map_put(&build->thread_map, (uint64_t)event->pid << 32 | event->tid);
    if (place == NULL)
        return NULL;
    if (*place == TRACE_NONE) {
        struct build_thread *own = trace_array_add(&build->threads, sizeof *own);
        if (own == NULL)
            return NULL;
        *own = (struct build_thread){.thread = {.os_pid = event->pid, .os_tid = event->tid},
                                     .open = TRACE_UNKNOWN};
        *place = build->threads.count - 1;
    }
    *index = *place;
    return (struct build_thread *)build->threads.items + *place;
}

void build_close_job(struct trace_build *build, const struct trace_event *event, uint32_t *open)
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
    uint32_t index;
    struct build_thread *own = thread_of(build, event, &index);
    if (own == NULL)
        return -EOVERFLOW;
    if (event->phase == 'E' && own->open == TRACE_UNKNOWN)
        return build_add_orphan(build, event);
    if (event->phase == 'E') {
        build_close_job(build, event, &own->open);
        return 0;
    }
    struct trace_job *job = trace_array_add(&build->jobs, sizeof *job);
    if (job == NULL)
        return -EOVERFLOW;
    bool whole = event->phase == 'X';
    *job = (struct trace_job){
        .start_ns = event->ts_ns,
        .end_ns = event->ts_ns + (whole ? event->dur_ns + 1 : 0),
        .thread = index,
        .cpu_ns = build_cpu(&event->args.cpu),
        .name = build_intern(build, &event->name),
        .open = !whole,
    };
    if (job->open)
        own->open = build->jobs.count - 1;
    build_see(build, job->start_ns);
    build_see(build, job->end_ns);
    return 0;
}
