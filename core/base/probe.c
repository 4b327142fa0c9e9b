/*
 * Opening and closing the trace, and the probes that are not on the hot path.
 */

#include "probe.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "symbols.h"

/* The recorder gets a troupe_site as it is. */
_Static_assert(sizeof(struct troupe_site) == sizeof(struct trace_site) &&
                   offsetof(struct troupe_site, file) == offsetof(struct trace_site, file) &&
                   offsetof(struct troupe_site, func) == offsetof(struct trace_site, func) &&
                   offsetof(struct troupe_site, line) == offsetof(struct trace_site, line),
               "a source location is the same for the runtime and the recorder");

bool probe_times_are_wanted;

/* What it was before it was opened. */
static void reset(struct probe *probe)
{
    *probe = (struct probe){.messages = probe->messages, .seed = probe->seed};
}

static void complain(const char *path, int rc)
{
    dprintf(STDERR_FILENO, "troupe: cannot write the trace %s: %s; going on without it\n", path,
            strerror(-rc));
}

typedef int (*open_fn)(const struct trace_options *options, struct trace_recorder **recorder,
                       struct trace_ring **ring);

static void open_first(struct probe *probe, open_fn open, struct trace_options options)
{
    options.path = getenv("TROUPE_TRACE");
    if (!TROUPE_TRACE || options.path == NULL || options.path[0] == '\0')
        return;
    options.options = getenv("TROUPE_TRACE_OPTIONS");
    options.prog = program_invocation_short_name;
    options.runtime = "troupe " TROUPE_VERSION;
    options.clock = clock_name();
    options.sample = clock_sample;
    options.is_steady = clock_is_virtual();
    options.seed = probe->seed;
    options.find_fn = symbols_find;
    options.find_context = probe->symbols = symbols_create();
    int rc = probe->symbols != NULL ? open(&options, &probe->recorder, &probe->ring) : -ENOMEM;
    if (rc < 0) {
        complain(options.path, rc);
        probe_close(probe);
        return;
    }
    probe->base_ns = trace_base_ns(probe->ring);
    probe->is_on = true;
}

void probe_open(struct probe *probe)
{
    reset(probe);
    open_first(probe, trace_recorder_open, (struct trace_options){.path = NULL});
}

void probe_open_branch(struct probe *probe, uint32_t loop)
{
    char name[TRACE_THREAD_NAME_BYTES];
    reset(probe);
    snprintf(name, sizeof name, "process %u", loop);
    open_first(probe, trace_recorder_open_child,
               (struct trace_options){.thread_name = name, .loop = loop});
}

void probe_open_more(struct probe *probe, const struct probe *first, uint32_t loop)
{
    reset(probe);
    if (first->recorder == NULL)
        return;
    probe->ring = trace_ring_open(first->recorder, loop, "");
    if (probe->ring == NULL) {
        dprintf(STDERR_FILENO, "troupe: no memory to record loop %u; going on without it\n", loop);
        return;
    }
    probe->base_ns = first->base_ns;
    probe->is_on = true;
}

int probe_keep_times(struct probe *probe, bool on, uint32_t running)
{
    if (!TROUPE_TRACE)
        return -ENOTSUP;
    if (on == (probe->times != NULL))
        return 0;
    if (!on) {
        times_destroy(probe->times);
        probe->times = NULL;
        probe->is_on = probe->ring != NULL;
        return 0;
    }
    probe->times = times_create();
    if (probe->times == NULL)
        return -ENOMEM;
    probe->is_on = true;
    probe->running = running;
    if (running != 0)
        times_note(probe->times, &(struct trace_record){
                                     .ticks = clock_ticks(),
                                     .actor = running,
                                     .kind = TRACE_RECORD_RESUME,
                                 });
    return 0;
}

void probe_close(struct probe *probe)
{
    times_destroy(probe->times);
    struct trace_ring *own = probe->ring;
    probe->ring = NULL;
    int rc = probe->recorder != NULL ? trace_recorder_close(probe->recorder, own) : 0;
    if (rc < 0)
        dprintf(STDERR_FILENO, "troupe: the trace is incomplete: %s\n", strerror(-rc));
    symbols_destroy(probe->symbols);
    reset(probe);
}

void probe_switch_slow(struct probe *probe, uint64_t ticks, uint32_t actor,
                       enum trace_reason reason, uint32_t on, int64_t deadline_ns,
                       const struct troupe_site *site, uint32_t next)
{
    probe_suspend(probe, ticks, actor, reason, on, deadline_ns, site);
    if (next != 0)
        probe_resume(probe, ticks, next);
}

/* For the trace: what the actor that is spawned next is called. */
static void name_actor(struct probe *probe, struct trace_record record, const char *name)
{
    trace_put(probe->ring, &record);
    if (name == NULL)
        return;
    record.kind = TRACE_RECORD_NAME;
    trace_put_text(probe->ring, record, name, strlen(name));
}

void probe_spawn_slow(struct probe *probe, uint32_t actor, uint32_t parent, uintptr_t fn,
                      const char *name, const struct troupe_site *site, uint64_t asked_ticks)
{
    struct trace_record record = {
        .ticks = clock_ticks(),
        .actor = actor,
        .kind = TRACE_RECORD_FN,
        .address = fn,
    };
    if (probe->ring != NULL)
        name_actor(probe, record, name);
    record.kind = TRACE_RECORD_SPAWN;
    record.other = parent;
    if (asked_ticks != 0 && asked_ticks < record.ticks)
        record.due_ns = record.ticks - asked_ticks;
    record.site = (const struct trace_site *)(const void *)site;
    probe_put(probe, &record);
}

void probe_gone(struct probe *probe, uint32_t actor, uintptr_t fn, int status)
{
    if (probe->ring == NULL)
        return;
    struct trace_record record = {
        .ticks = clock_ticks(),
        .actor = actor,
        .kind = TRACE_RECORD_FN,
        .address = fn,
    };
    trace_put(probe->ring, &record);
    record.kind = TRACE_RECORD_GONE;
    record.value = status;
    trace_put(probe->ring, &record);
}

void probe_bury(const struct probe *probe, pid_t pid)
{
    if (probe->is_on)
        trace_recorder_bury(pid);
}

void probe_settle(const struct probe *probe)
{
    if (probe->recorder != NULL)
        trace_recorder_ask(probe->recorder, TRACE_ASK_FLUSH);
}

void probe_note(struct probe *probe, uint32_t actor, enum trace_note note, const char *text)
{
    if (probe->ring == NULL)
        return;
    struct trace_record record = {
        .ticks = clock_ticks(),
        .actor = actor,
        .due_ns = probe->running,
        .kind = TRACE_RECORD_NOTE,
        .reason = (uint64_t)note,
    };
    trace_put_text(probe->ring, record, text, strlen(text));
}

struct trace_ring *probe_open_thread(const struct probe *probe, const char *name)
{
    return probe->recorder != NULL ? trace_ring_open(probe->recorder, TRACE_NO_LOOP, name) : NULL;
}

void probe_close_thread(struct trace_ring *ring)
{
    if (ring != NULL)
        trace_ring_close(ring);
}

void probe_job(struct trace_ring *ring, uint32_t actor, uintptr_t fn)
{
    if (ring == NULL)
        return;
    uint64_t ticks = clock_ticks();
    trace_put_cpu(ring, ticks);
    trace_put(ring, &(struct trace_record){
                        .ticks = ticks,
                        .actor = actor,
                        .kind = TRACE_RECORD_JOB,
                        .address = fn,
                    });
}

void probe_job_end(struct trace_ring *ring)
{
    if (ring == NULL)
        return;
    uint64_t ticks = clock_ticks();
    trace_put_cpu(ring, ticks);
    trace_put(ring, &(struct trace_record){
                        .ticks = ticks,
                        .kind = TRACE_RECORD_JOB_END,
                    });
}

void probe_print(struct probe *probe, uint32_t actor, int stream, const char *text, size_t bytes)
{
    if (probe->ring == NULL)
        return;
    struct trace_record record = {
        .ticks = clock_ticks(),
        .actor = actor,
        .kind = TRACE_RECORD_PRINT,
        .reason = (uint64_t)stream & 3,
    };
    trace_put_text(probe->ring, record, text, bytes);
}
