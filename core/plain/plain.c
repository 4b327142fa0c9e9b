/*
 * Plain threads and processes: each thread that records has a ring, and is a lane that runs on a
 * loop of its own.
 *
 * In a program of actors whose trace is open already, threads join that.  Their numbers begin far
 * above those of the actors then, which are counted elsewhere.
 */

#include <troupe/record.h>

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "here.h"
#include "trace_record.h"

/* Added to the numbers of lanes and of loops that join the trace of a program of actors. */
#define GUEST_LANES (UINT32_C(1) << 30)
#define GUEST_LOOPS (UINT32_C(1) << 16)

static const enum trace_reason reasons[] = {
    [TROUPE_WAIT_SLEEP] = TRACE_REASON_SLEEP,   [TROUPE_WAIT_JOIN] = TRACE_REASON_JOIN,
    [TROUPE_WAIT_LOCK] = TRACE_REASON_LOCK,     [TROUPE_WAIT_EVENT] = TRACE_REASON_EVENT,
    [TROUPE_WAIT_IO] = TRACE_REASON_IO,         [TROUPE_WAIT_SIGNAL] = TRACE_REASON_SIGNAL,
    [TROUPE_WAIT_MESSAGE] = TRACE_REASON_RECV,  [TROUPE_WAIT_ROOM] = TRACE_REASON_SEND,
    [TROUPE_WAIT_YIELD] = TRACE_REASON_YIELD,
};

/* What the recorder calls a struct trace_site is what the program has. */
_Static_assert(sizeof(struct troupe_site) == sizeof(struct trace_site),
               "a source location is the same for the program and the recorder");

/* The process. */
static struct trace_recorder *_Atomic recorder;
static _Atomic bool is_own;     /* it was opened here, not by the runtime */
static uint64_t fork_ticks;     /* when fork() was called last; by the thread that forks */

/* The calling thread; a lane of 0 has no ring. */
static _Thread_local struct here here;

static here_find_fn find_actor;

void here_set_actors(here_find_fn find)
{
    find_actor = find;
}

bool here_find(struct here *found)
{
    if (find_actor != NULL && find_actor(found))
        return true;
    *found = here;
    return here.lane != 0;
}

static void put(enum trace_record_kind kind, struct trace_record record)
{
    record.kind = (uint64_t)kind & 0xff;
    if (record.ticks == 0)
        record.ticks = clock_ticks();
    trace_put(here.ring, &record);
}

/* A run of this thread begins or ends. */
static void put_switch(enum trace_record_kind kind, struct trace_record record)
{
    record.ticks = clock_ticks();
    trace_put_cpu(here.ring, record.ticks);
    put(kind, record);
}

static troupe_lane next_lane(struct trace_recorder *at)
{
    return trace_next_actor(at) + (is_own ? 0 : GUEST_LANES);
}

/* A lane appears: its name, the part of it before the #, and its birth at this instant. */
static void put_spawn(troupe_lane lane, troupe_lane parent, const char *name, uint64_t ticks,
                      const struct troupe_site *site)
{
    struct trace_record record = {.ticks = ticks, .actor = lane, .kind = TRACE_RECORD_FN_NAME};
    trace_put_text(here.ring, record, name, strcspn(name, "#"));
    record.kind = TRACE_RECORD_NAME;
    trace_put_text(here.ring, record, name, strlen(name));
    record.other = parent;
    record.site = (const struct trace_site *)(const void *)site;
    put(TRACE_RECORD_SPAWN, record);
}

static void close_at_exit(void)
{
    if (atomic_load(&recorder) != NULL)
        troupe_record_close();
}

static void note_fork(void)
{
    fork_ticks = clock_ticks();
}

static void prepare_process(void)
{
    atexit(close_at_exit);
    pthread_atfork(note_fork, NULL, NULL);
}

static struct trace_options options_for(const char *path)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, prepare_process);
    clock_init();
    return (struct trace_options){
        .path = path,
        .options = getenv("TROUPE_TRACE_OPTIONS"),
        .prog = program_invocation_short_name,
        .runtime = "troupe-record " TROUPE_VERSION,
        .clock = clock_name(),
        .place = "thread",
        .sample = clock_sample,
    };
}

int troupe_record_open_file(const char *path)
{
    struct trace_recorder *opened = trace_recorder_here();
    if (atomic_load(&recorder) != NULL)
        return -EEXIST;
    is_own = opened == NULL;
    if (opened != NULL) {
        atomic_store(&recorder, opened);
        return 0;
    }
    struct trace_options options = options_for(path);
    int rc = trace_recorder_open(&options, &opened, &here.ring);
    if (rc < 0)
        return rc;
    atomic_store(&recorder, opened);
    here.lane = next_lane(opened);
    put_spawn(here.lane, 0, "main", clock_ticks(), NULL);
    put_switch(TRACE_RECORD_RESUME, (struct trace_record){.actor = here.lane});
    return 0;
}

int troupe_record_open(void)
{
    const char *path = getenv("TROUPE_TRACE");
    return path != NULL && path[0] != '\0' ? troupe_record_open_file(path) : 0;
}

int troupe_record_child(const char *name)
{
    troupe_lane parent = here.lane;
    struct trace_options options = options_for(NULL);
    struct trace_recorder *opened;
    if (atomic_exchange(&recorder, NULL) == NULL)
        return 0;
    options.place = "process";
    int rc = trace_recorder_open_child(&options, &opened, &here.ring);
    here.lane = 0;
    if (rc < 0)
        return rc;
    atomic_store(&recorder, opened);
    here.lane = next_lane(opened);
    put_spawn(here.lane, parent, name, fork_ticks, NULL);
    put_switch(TRACE_RECORD_RESUME, (struct trace_record){.actor = here.lane});
    return 0;
}

int troupe_record_close(void)
{
    struct trace_recorder *at = atomic_exchange(&recorder, NULL);
    struct trace_ring *ring = here.ring;
    if (at == NULL)
        return 0;
    troupe_record_end(0);
    return is_own ? trace_recorder_close(at, ring) : 0;
}

troupe_lane troupe_record_spawn_at(const struct troupe_site *site, const char *name)
{
    struct trace_recorder *at = atomic_load(&recorder);
    if (at == NULL || here.ring == NULL)
        return 0;
    troupe_lane lane = next_lane(at);
    put_spawn(lane, here.lane, name, clock_ticks(), site);
    return lane;
}

void troupe_record_begin(troupe_lane lane)
{
    struct trace_recorder *at = atomic_load(&recorder);
    char name[TRACE_THREAD_NAME_BYTES];
    if (at == NULL || lane == 0 || here.ring != NULL)
        return;
    uint32_t loop = trace_next_loop(at);
    snprintf(name, sizeof name, "thread %u", loop);
    here.ring = trace_ring_open(at, loop + (is_own ? 0 : GUEST_LOOPS), name);
    if (here.ring == NULL)
        return;
    here.lane = lane;
    put_switch(TRACE_RECORD_RESUME, (struct trace_record){.actor = lane});
}

void troupe_record_end(int status)
{
    if (here.lane == 0)
        return;
    put_switch(TRACE_RECORD_EXIT, (struct trace_record){.actor = here.lane, .value = status});
    trace_ring_close(here.ring);
    here.ring = NULL;
    here.lane = 0;
}

void troupe_record_wait_at(const struct troupe_site *site, enum troupe_wait reason, troupe_lane on)
{
    bool is_known = (unsigned)reason < sizeof reasons / sizeof reasons[0];
    if (here.lane == 0)
        return;
    put_switch(TRACE_RECORD_SUSPEND,
               (struct trace_record){
                   .actor = here.lane,
                   .other = on,
                   .due_ns = TRACE_DUE_NONE,
                   .reason = (uint64_t)(is_known ? reasons[reason] : TRACE_REASON_EVENT) & 0xff,
                   .site = (const struct trace_site *)(const void *)site,
               });
}

void troupe_record_run(void)
{
    if (here.lane != 0)
        put_switch(TRACE_RECORD_RESUME, (struct trace_record){.actor = here.lane});
}

void troupe_record_ready(troupe_lane lane)
{
    if (here.lane != 0 && lane != 0)
        put(TRACE_RECORD_READY, (struct trace_record){.actor = lane, .other = here.lane});
}

void troupe_record_puts(const char *text)
{
    if (here.lane != 0)
        trace_put_text(here.ring,
                       (struct trace_record){.ticks = clock_ticks(),
                                             .actor = here.lane,
                                             .kind = TRACE_RECORD_PRINT,
                                             .reason = STDOUT_FILENO},
                       text, strlen(text));
    puts(text);
    fflush(stdout); /* it appears at the moment that the trace tells */
}

troupe_lane troupe_record_self(void)
{
    return here.lane;
}
