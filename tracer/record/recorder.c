/*
 * Opens and closes a trace, and runs the thread that writes it.
 *
 * The thread sleeps until a ring fills up, or until the next flush; it needs no attention from the
 * threads that record.
 */

#include "recorder.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "events.h"
#include "owner.h"

/* Where the descriptors of a recorder begin: most programs have fewer, and may have 1024. */
#define DESCRIPTOR_MIN 500

/* The recorder of this process, for the child that a fork makes. */
static struct trace_recorder *_Atomic recording;

/* Recorders that can never be freed, because somebody may still look into them: those of closed
 * traces into whose rings threads still put records, and those of a forked child's parents. */
static struct trace_recorder *_Atomic left_behind;

static void leave_behind(struct trace_recorder *recorder)
{
    recorder->next = atomic_load(&left_behind);
    while (!atomic_compare_exchange_weak(&left_behind, &recorder->next, recorder))
        ;
}

static void forget_in_child(void)
{
    struct trace_recorder *recorder = atomic_load(&recording);
    if (recorder != NULL)
        atomic_store(&recorder->is_deaf, true);
}

/* Held by the writer thread while it works, and by whoever forks: so a child never finds a line
 * half written, or a lock of the allocator held by a thread that it does not have. */
static pthread_mutex_t work = PTHREAD_MUTEX_INITIALIZER;

static void before_fork(void)
{
    const struct trace_recorder *recorder = trace_recorder_here();
    while (recorder != NULL &&
           !atomic_load(&recorder->has_begun)) /* it allocates before it works */
        nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
    pthread_mutex_lock(&work);
}

static void after_fork_in_parent(void)
{
    pthread_mutex_unlock(&work);
}

static void after_fork_in_child(void)
{
    pthread_mutex_unlock(&work);
    forget_in_child();
}

static void register_fork_handlers(void)
{
    pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
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
    if (poll(&kick, 1, patience_ms) != 1)
        return;
    if ((kick.revents & POLLIN) == 0) { /* the program has closed it: look now and then */
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    } else if (read(recorder->kick_fd, &count, sizeof count) < 0) {
        /* Only EAGAIN is possible, and harmless. */
    }
}

/* The same descriptor with a number so high that the program neither takes it for one of its own
 * nor closes it with those; or, if there is none, as it is. */
static int lift(int fd)
{
    int high = fd >= 0 ? fcntl(fd, F_DUPFD_CLOEXEC, DESCRIPTOR_MIN) : -1;
    if (high < 0)
        return fd;
    close(fd);
    return high;
}

#define RING_BYTES (TRACE_RING_RECORDS * sizeof(struct trace_record))

static void free_ring(struct trace_ring *ring)
{
    munmap(ring->records, RING_BYTES);
    free(ring->name);
    free(ring);
}

/* Takes the rings off the list that are closed and empty.  The mutex is held. */
static void drop_closed(struct trace_recorder *recorder)
{
    struct trace_ring **link = &recorder->rings;
    while (*link != NULL) {
        struct trace_ring *ring = *link;
        if (ring->is_closed && atomic_load(&ring->head) == atomic_load(&ring->tail)) {
            *link = ring->next;
            free_ring(ring);
        } else {
            link = &ring->next;
        }
    }
    recorder->writer.rings = recorder->rings;
}

int64_t recorder_pass(struct trace_recorder *recorder)
{
    uint64_t ticks;
    int64_t now_ns;
    recorder->sample(&ticks, &now_ns);
    pthread_mutex_lock(&recorder->mutex);
    struct trace_ring *rings = recorder->rings;
    pthread_mutex_unlock(&recorder->mutex);
    writer_pass(&recorder->writer, rings, ticks, now_ns);
    pthread_mutex_lock(&recorder->mutex);
    drop_closed(recorder);
    pthread_cond_broadcast(&recorder->room);
    pthread_mutex_unlock(&recorder->mutex);
    return now_ns;
}

/* What the writer thread does each time that it has been kicked, or that a flush is due; how long
 * it may rest then. */
static int64_t write_some(struct trace_recorder *recorder, int64_t *flush_at_ns)
{
    bool dying = atomic_load(&recorder->dying); /* all that was put before that is taken in */
    pthread_mutex_lock(&work);
    int64_t now_ns = recorder_pass(recorder);
    control_serve(recorder);
    if (dying || (now_ns >= *flush_at_ns && !recorder->is_steady)) {
        writer_flush(&recorder->writer);
        *flush_at_ns = now_ns + TRACE_FLUSH_NS;
        control_serve(recorder); /* somebody may have run for too long, and still does */
    }
    if (dying && recorder->writer.config.limits.bytes > 0)
        control_dump(recorder);
    pthread_mutex_unlock(&work);
    if (dying)
        atomic_store(&recorder->rests, true);
    return *flush_at_ns - now_ns;
}

static void write_rest(struct trace_recorder *recorder)
{
    pthread_mutex_lock(&work);
    recorder_pass(recorder);
    control_serve(recorder);
    if (recorder->writer.config.limits.bytes > 0 && recorder->dump_count == 0)
        control_dump(recorder);
    if (!recorder->is_steady)
        event_cost(&recorder->writer);
    pthread_mutex_unlock(&work);
}

static void *write_trace(void *arg)
{
    struct trace_recorder *recorder = arg;
    int64_t flush_at_ns = recorder->writer.base_ns + TRACE_FLUSH_NS;
    atomic_store(&recorder->has_begun, true);
    while (!atomic_load(&recorder->stopping))
        take_kick(recorder, write_some(recorder, &flush_at_ns));
    write_rest(recorder);
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

static bool ends_in(const char *text, const char *end)
{
    size_t bytes = strlen(text), end_bytes = strlen(end);
    return bytes >= end_bytes && strcmp(text + bytes - end_bytes, end) == 0;
}

/* The header, or the name of one process more; then the thread.  The file is the writer's. */
static int start(struct trace_recorder *recorder, const struct trace_options *options,
                 bool is_first)
{
    struct writer *writer = &recorder->writer;
    if (is_first)
        event_header(writer, options, unix_now_ns());
    event_process(writer, options->prog);
    lines_flush(&writer->lines);
    int rc = writer->lines.sink.error;
    if (rc == 0)
        rc = start_thread(recorder);
    return rc;
}

/* Memory for a ring, all of it present: recording shall take no page faults.  NULL without. */
static struct trace_record *map_records(void)
{
    void *records = mmap(NULL, RING_BYTES, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    return records != MAP_FAILED ? records : NULL;
}

struct trace_ring *trace_ring_open(struct trace_recorder *recorder, uint32_t loop, const char *name)
{
    struct trace_ring *ring = aligned_alloc(_Alignof(struct trace_ring), sizeof *ring);
    if (ring == NULL)
        return NULL;
    *ring = (struct trace_ring){
        .records = map_records(),
        .limit = TRACE_RING_RECORDS / 4,
        .recorder = recorder,
        .loop = loop,
        .os_tid = recorder->is_steady ? atomic_fetch_add(&recorder->thread_last, 1) + 1
                                      : (uint32_t)syscall(SYS_gettid),
        .cpu_due = recorder->is_steady ? UINT64_MAX : 0,
        .cpu_left_ns = TRACE_CPU_NONE,
    };
    snprintf(ring->thread_name, sizeof ring->thread_name, "%s", name != NULL ? name : "");
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
        free_ring(ring);
    }
}

static uint32_t close_file(void *context, bool is_last)
{
    struct trace_recorder *recorder = context;
    writer_finish(&recorder->writer, is_last);
    return is_last ? recorder->writer.lines.sink.written_last : 0;
}

static void destroy(struct trace_recorder *recorder)
{
    if (recorder->kick_fd >= 0)
        close(recorder->kick_fd);
    free_rings(recorder);
    pthread_cond_destroy(&recorder->room);
    pthread_cond_destroy(&recorder->answered);
    pthread_mutex_destroy(&recorder->mutex);
    shared_destroy(recorder->shared);
    free(recorder->path);
    free(recorder);
}

/* A recorder with all but a file. */
static struct trace_recorder *create(const struct trace_options *options, struct shared *shared,
                                     const char *path, struct trace_ring **ring)
{
    struct trace_recorder *recorder = calloc(1, sizeof *recorder);
    if (recorder == NULL) {
        shared_destroy(shared);
        return NULL;
    }
    recorder->sample = options->sample;
    recorder->shared = shared;
    recorder->path = strdup(path);
    recorder->is_packed = ends_in(path, ".gz");
    recorder->pid = getpid();
    recorder->is_steady = options->is_steady;
    pthread_mutex_init(&recorder->mutex, NULL);
    pthread_cond_init(&recorder->room, NULL);
    pthread_cond_init(&recorder->answered, NULL);
    recorder->kick_fd = lift(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    bool fits = shared != NULL && recorder->path != NULL && recorder->kick_fd >= 0;
    uint32_t loop = options->loop;
    char name[TRACE_THREAD_NAME_BYTES] = "";
    if (options->thread_name != NULL)
        snprintf(name, sizeof name, "%s", options->thread_name);
    else if (fits)
        loop = trace_next_loop(recorder);
    if (options->place != NULL)
        snprintf(name, sizeof name, "%.20s %u", options->place, loop);
    *ring = fits ? trace_ring_open(recorder, loop, name) : NULL;
    if (*ring != NULL)
        return recorder;
    destroy(recorder);
    return NULL;
}

/* From now on time is counted, and the process's death is watched.  Takes `fd` over, which is -1
 * for a flight recorder; `base_ns`: the clock's reading at the start of the trace, or -1: now. */
static int begin(struct trace_recorder *recorder, const struct trace_options *options,
                 const struct config *config, int fd, int64_t base_ns)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct sink sink;
    sink_init(&sink, fd, recorder->is_packed, &config->limits);
    struct writer_start start_at = {
        .sink = &sink,
        .config = config,
        .shared = recorder->shared,
        .process = shared_begin(recorder->shared, fd),
        .pid = (uint32_t)recorder->pid,
    };
    if (recorder->is_steady)
        start_at.pid = start_at.process;
    start_at.is_first = start_at.process == 1 || fd < 0;
    recorder->sample(&recorder->start.ticks, &recorder->start.now_ns);
    start_at.moment = recorder->start;
    start_at.base_ns = base_ns >= 0 ? base_ns : recorder->start.now_ns;
    int rc = writer_init(&recorder->writer, &start_at, options);
    if (rc == 0)
        rc = start(recorder, options, start_at.is_first);
    if (rc < 0) {
        shared_end(recorder->shared, close_file, recorder);
        destroy(recorder);
        return rc;
    }
    pthread_once(&once, register_fork_handlers);
    atomic_store(&recording, recorder);
    owner_begin();
    dying_watch(recorder);
    control_watch(recorder);
    return 0;
}

/* What the options ask for; a word to the user about what is wrong with them. */
static void read_options(struct config *config, const char *list)
{
    char fault[128];
    config_read(config, list, fault, sizeof fault);
    if (fault[0] != '\0')
        dprintf(STDERR_FILENO, "troupe: TROUPE_TRACE_OPTIONS: %s\n", fault);
}

int trace_recorder_open(const struct trace_options *options, struct trace_recorder **result,
                        struct trace_ring **ring)
{
    struct config config;
    char path[PATH_MAX];
    read_options(&config, options->options);
    owner_path(options->path, path, sizeof path);
    *result = NULL;
    *ring = NULL;
    int fd = lift(open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0666));
    if (fd < 0)
        return -errno;
    if (config.limits.bytes > 0) { /* it can be written when the time comes */
        close(fd);
        fd = -1;
    }
    struct trace_recorder *recorder = create(options, shared_create(), path, ring);
    int rc = recorder != NULL ? begin(recorder, options, &config, fd, -1) : -ENOMEM;
    if (recorder == NULL && fd >= 0)
        close(fd);
    if (rc < 0)
        *ring = NULL;
    else
        *result = recorder;
    return rc;
}

int trace_recorder_open_child(const struct trace_options *options, struct trace_recorder **result,
                              struct trace_ring **ring)
{
    struct trace_recorder *parent = atomic_load(&recording);
    char path[PATH_MAX];
    int fd = -1;
    *result = NULL;
    *ring = NULL;
    if (parent == NULL || parent->pid == getpid())
        return -EINVAL;
    bool is_flight = parent->writer.config.limits.bytes > 0;
    if (is_flight)
        owner_numbered(parent->path, (unsigned)getpid(), path, sizeof path);
    else
        snprintf(path, sizeof path, "%s", parent->path);
    if (!is_flight)
        fd = fcntl(parent->writer.lines.sink.fd, F_DUPFD_CLOEXEC, DESCRIPTOR_MIN);
    if (!is_flight && fd < 0)
        return -errno;
    struct trace_recorder *recorder = create(options, parent->shared, path, ring);
    leave_behind(parent);
    atomic_store(&recording, NULL);
    int rc = -ENOMEM;
    if (recorder != NULL)
        rc = begin(recorder, options, &parent->writer.config, fd, parent->writer.base_ns);
    else if (fd >= 0)
        close(fd);
    if (rc < 0)
        *ring = NULL;
    else
        *result = recorder;
    return rc;
}

/* Whether threads may still put records into their rings. */
static bool is_in_use(struct trace_recorder *recorder, const struct trace_ring *own)
{
    bool is_used = false;
    pthread_mutex_lock(&recorder->mutex);
    for (const struct trace_ring *ring = recorder->rings; ring != NULL; ring = ring->next)
        is_used = is_used || (ring != own && !ring->is_closed);
    pthread_mutex_unlock(&recorder->mutex);
    return is_used;
}

int trace_recorder_close(struct trace_recorder *recorder, struct trace_ring *own)
{
    if (recorder->pid != getpid())
        return 0; /* the parent's thread was at work in there: nothing can be trusted or freed */
    atomic_store(&recording, NULL);
    owner_end();
    dying_unwatch();
    control_unwatch(recorder);
    atomic_store(&recorder->stopping, true);
    recorder_kick(recorder);
    pthread_join(recorder->thread, NULL);
    pthread_cond_broadcast(&recorder->answered);
    shared_end(recorder->shared, close_file, recorder);
    int rc = recorder->writer.error;
    if (!is_in_use(recorder, own)) {
        destroy(recorder);
        return rc;
    }
    pthread_mutex_lock(&recorder->mutex);
    atomic_store(&recorder->is_deaf, true);
    pthread_cond_broadcast(&recorder->room);
    pthread_mutex_unlock(&recorder->mutex);
    leave_behind(recorder);
    return rc;
}

struct trace_recorder *trace_recorder_here(void)
{
    struct trace_recorder *recorder = atomic_load(&recording);
    return recorder != NULL && recorder->pid == getpid() ? recorder : NULL;
}

void trace_recorder_bury(pid_t pid)
{
    struct trace_recorder *recorder = trace_recorder_here();
    if (recorder != NULL)
        shared_bury(recorder->shared, pid);
}

int trace_recorder_fd(void)
{
    const struct trace_recorder *recorder = atomic_load(&recording);
    return recorder != NULL ? recorder->writer.lines.sink.fd : -1;
}

void trace_ring_close(struct trace_ring *ring)
{
    struct trace_recorder *recorder = ring->recorder;
    pthread_mutex_lock(&recorder->mutex);
    ring->is_closed = true;
    if (!atomic_load(&recorder->is_deaf))
        recorder_kick(recorder);
    pthread_mutex_unlock(&recorder->mutex);
}

uint32_t trace_next_actor(struct trace_recorder *recorder)
{
    return atomic_fetch_add(&recorder->shared->lane_last, 1) + 1;
}

uint32_t trace_next_loop(struct trace_recorder *recorder)
{
    return atomic_fetch_add(&recorder->shared->loop_last, 1);
}

int64_t trace_base_ns(const struct trace_ring *ring)
{
    return ring->recorder->writer.base_ns;
}
