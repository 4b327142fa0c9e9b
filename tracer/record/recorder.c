/*
 * Opens and closes a trace, and runs the thread that writes it.
 *
 * The thread sleeps until a ring fills up, or until the next flush; it needs no attention from the
 * threads that record.
 */

#include "recorder.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "events.h"

/* The recorder of this process, for the child that a fork makes. */
static struct trace_recorder *_Atomic recording;

static void forget_in_child(void)
{
    struct trace_recorder *recorder = atomic_load(&recording);
    if (recorder != NULL)
        recorder->forked = true;
}

static void register_fork_handler(void)
{
    pthread_atfork(NULL, NULL, forget_in_child);
}

void recorder_kick(struct trace_recorder *recorder)
{
    uint64_t one = 1;
    if (write(recorder->kick_fd, &one, sizeof one) < 0) {
        /* The counter is full: the thread has been kicked already. */
    }
}

static void take_kick(struct trace_recorder *recorder, int64_t patience_ns)
{
    struct pollfd kick = {.fd = recorder->kick_fd, .events = POLLIN};
    uint64_t count;
    int patience_ms = patience_ns <= 0 ? 0 : (int)(patience_ns / 1000000 + 1);
    if (poll(&kick, 1, patience_ms) == 1 && read(recorder->kick_fd, &count, sizeof count) < 0) {
        /* Only EAGAIN is possible, and harmless. */
    }
}

/* One pass over the rings; returns the time it was made at. */
static int64_t pass(struct trace_recorder *recorder)
{
    uint64_t ticks;
    int64_t now_ns;
    recorder->sample(&ticks, &now_ns);
    pthread_mutex_lock(&recorder->mutex);
    struct trace_ring *rings = recorder->rings;
    pthread_mutex_unlock(&recorder->mutex);
    writer_pass(&recorder->writer, rings, ticks, now_ns);
    pthread_mutex_lock(&recorder->mutex);
    pthread_cond_broadcast(&recorder->room);
    pthread_mutex_unlock(&recorder->mutex);
    return now_ns;
}

static void *write_trace(void *arg)
{
    struct trace_recorder *recorder = arg;
    int64_t flush_at_ns = recorder->writer.base_ns + TRACE_FLUSH_NS;
    while (!atomic_load(&recorder->stopping)) {
        int64_t now_ns = pass(recorder);
        bool dying = atomic_load(&recorder->dying);
        if (dying || now_ns >= flush_at_ns) {
            writer_flush(&recorder->writer);
            flush_at_ns = now_ns + TRACE_FLUSH_NS;
        }
        if (dying)
            atomic_store(&recorder->rests, true);
        take_kick(recorder, flush_at_ns - now_ns);
    }
    pass(recorder);
    return NULL;
}

/* Starts the thread with all signals blocked: they belong to the program's own threads. */
static int start_thread(struct trace_recorder *recorder)
{
    sigset_t all, old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    int rc = pthread_create(&recorder->thread, NULL, write_trace, recorder);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    if (rc == 0)
        pthread_setname_np(recorder->thread, "troupe-trace");
    return -rc;
}

static int64_t unix_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int open_file(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    return fd < 0 ? -errno : fd;
}

/* The file, its header, the thread; from now on time is counted. */
static int start(struct trace_recorder *recorder, const struct trace_options *options)
{
    int fd = open_file(options->path);
    if (fd < 0)
        return fd;
    recorder->sample(&recorder->start.ticks, &recorder->start.now_ns);
    int rc = writer_init(&recorder->writer, fd, recorder->start, (uint32_t)recorder->pid, options);
    if (rc < 0) {
        close(fd);
        return rc;
    }
    event_header(&recorder->writer, options, unix_now_ns());
    lines_flush(&recorder->writer.lines);
    rc = recorder->writer.lines.error;
    if (rc == 0)
        rc = start_thread(recorder);
    if (rc < 0)
        writer_finish(&recorder->writer, 0);
    return rc;
}

#define RING_BYTES (TRACE_RING_RECORDS * sizeof(struct trace_record))

/* Memory for a ring, all of it present: recording shall take no page faults.  NULL without. */
static struct trace_record *map_records(void)
{
    void *records = mmap(NULL, RING_BYTES, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    return records != MAP_FAILED ? records : NULL;
}

struct trace_ring *trace_ring_open(struct trace_recorder *recorder, uint32_t loop,
                                   const char *name)
{
    struct trace_ring *ring = aligned_alloc(_Alignof(struct trace_ring), sizeof *ring);
    if (ring == NULL)
        return NULL;
    *ring = (struct trace_ring){
        .records = map_records(),
        .limit = TRACE_RING_RECORDS / 4,
        .recorder = recorder,
        .loop = loop,
        .os_tid = (uint32_t)syscall(SYS_gettid),
        .cpu_left_ns = TRACE_CPU_NONE,
    };
    snprintf(ring->thread_name, sizeof ring->thread_name, "%s", name);
    if (ring->records == NULL) {
        free(ring);
        return NULL;
    }
    dying_prepare_thread();
    pthread_mutex_lock(&recorder->mutex);
    ring->next = recorder->rings;
    recorder->rings = ring;
    pthread_mutex_unlock(&recorder->mutex);
    return ring;
}

static void free_rings(struct trace_recorder *recorder)
{
    while (recorder->rings != NULL) {
        struct trace_ring *ring = recorder->rings;
        recorder->rings = ring->next;
        munmap(ring->records, RING_BYTES);
        free(ring->name);
        free(ring);
    }
}

int trace_recorder_open(const struct trace_options *options, struct trace_recorder **result,
                        struct trace_ring **ring)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct trace_recorder *recorder = calloc(1, sizeof *recorder);
    if (recorder == NULL)
        return -ENOMEM;
    recorder->sample = options->sample;
    recorder->pid = getpid();
    pthread_mutex_init(&recorder->mutex, NULL);
    pthread_cond_init(&recorder->room, NULL);
    recorder->kick_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    int rc = recorder->kick_fd < 0 ? -errno : 0;
    *ring = trace_ring_open(recorder, 0, "");
    if (rc == 0)
        rc = *ring != NULL ? start(recorder, options) : -ENOMEM;
    if (rc < 0) {
        if (recorder->kick_fd >= 0)
            close(recorder->kick_fd);
        free_rings(recorder);
        free(recorder);
        *ring = NULL;
        return rc;
    }
    pthread_once(&once, register_fork_handler);
    atomic_store(&recording, recorder);
    dying_watch(recorder);
    *result = recorder;
    return 0;
}

int trace_recorder_close(struct trace_recorder *recorder)
{
    if (recorder->forked)
        return 0; /* the parent's thread was at work in there: nothing can be trusted or freed */
    atomic_store(&recording, NULL);
    dying_unwatch();
    atomic_store(&recorder->stopping, true);
    recorder_kick(recorder);
    pthread_join(recorder->thread, NULL);
    int rc = writer_finish(&recorder->writer, 1);
    close(recorder->kick_fd);
    free_rings(recorder);
    pthread_cond_destroy(&recorder->room);
    pthread_mutex_destroy(&recorder->mutex);
    free(recorder);
    return rc;
}

int64_t trace_base_ns(const struct trace_ring *ring)
{
    return ring->recorder->writer.base_ns;
}
