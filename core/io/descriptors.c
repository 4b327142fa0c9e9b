/*
 * The descriptors of a loop that somebody has waited for.
 *
 * The system gives the number of a closed descriptor to the next one that is opened, and it forgets
 * a watch when a descriptor is closed, without a word.  troupe_close() does what that calls for;
 * but a program may close by other means.  So before each wait the file behind the number is
 * compared with the one that is watched, which is one fstat(), 0.3 us: without it a reader could
 * wait for ever on a watch that is gone.  Sockets and pipes have a number of their own to compare;
 * other files (event and timer descriptors share one) are watched anew for each wait.  Only those
 * who own their descriptor, which nobody else has any business to close, can do without.
 *
 * They can also do without the read that only finds that there is nothing more: a read that was not
 * filled has emptied the descriptor, and whatever comes after it is told, provided that the watch
 * is by level.  (By edges, what came before the read, such as the end of the connection, may have
 * been told already.)  So a descriptor that an owner waits to read from is watched by level until
 * something comes for which nobody waits, or somebody waits to write; from then on by edges, which
 * costs one system call more for each wait, and none for what nobody waits for.
 */

#include "io.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "list.h"

_Static_assert(LOOP_READ == TROUPE_READABLE && LOOP_WRITE == TROUPE_WRITABLE, "the same bits");

/* The first step of growth of the table; then it doubles. */
#define WATCHED_COUNT_MIN 64

enum { READING, WRITING, DIRECTIONS };

/* Which file is behind a number. */
struct identity {
    bool is_known; /* otherwise the rest tells nothing */
    dev_t device;
    ino_t number;
    int access; /* a pipe: which end */
};

struct fd_wait {
    struct wait wait;
    struct task *task;
    struct descriptor *descriptor;
};

struct descriptor {
    uint64_t serial; /* never used twice: tells it from one that had the same number before */
    struct identity identity;
    struct loop_watch *watch;
    bool is_watched; /* otherwise the watch pauses */
    bool is_level;   /* it is watched by level */
    bool is_drained; /* by level: there was nothing more to be read, and nothing has been told since
                      */
    struct fd_wait *waits[DIRECTIONS]; /* NULL: nobody */
};

struct io {
    struct descriptor **watched; /* by number; NULL: nobody has waited for it */
    size_t count;
    uint64_t serial_last;
};

static bool is_for(int events, int direction)
{
    return (events & (1 << direction)) != 0;
}

static struct identity identify(int fd)
{
    struct stat file;
    struct identity identity = {.is_known = false};
    if (fstat(fd, &file) < 0)
        return identity;
    identity.is_known = S_ISSOCK(file.st_mode) || S_ISFIFO(file.st_mode);
    identity.device = file.st_dev;
    identity.number = file.st_ino;
    if (S_ISFIFO(file.st_mode))
        identity.access = fcntl(fd, F_GETFL) & O_ACCMODE;
    return identity;
}

static bool is_same(const struct identity *a, const struct identity *b)
{
    return a->is_known && b->is_known && a->device == b->device && a->number == b->number &&
           a->access == b->access;
}

static struct descriptor *find(const struct sched *sched, int fd)
{
    const struct io *io = sched->io;
    return io != NULL && fd >= 0 && (size_t)fd < io->count ? io->watched[fd] : NULL;
}

/* Takes a wait out of its descriptor. */
static void detach(struct wait *base)
{
    struct fd_wait *wait = LIST_OWNER(base, struct fd_wait, wait);
    for (int i = 0; i < DIRECTIONS; i++)
        if (wait->descriptor->waits[i] == wait)
            wait->descriptor->waits[i] = NULL;
    TROUPE_CHECK(sched_here->external > 0);
    sched_here->external--;
}

static void wake(struct descriptor *descriptor, int events, int result, uint32_t by)
{
    for (int i = 0; i < DIRECTIONS; i++) {
        const struct fd_wait *wait = descriptor->waits[i];
        if (wait != NULL && is_for(events, i))
            sched_interrupt(sched_here, wait->task, result, by);
    }
}

/* From the next wait on it is watched by edges. */
static void leave_level(struct descriptor *descriptor)
{
    loop_watch_pause(descriptor->watch);
    descriptor->is_watched = false;
    descriptor->is_level = false;
    descriptor->is_drained = false;
}

static void on_ready(void *arg, unsigned ready)
{
    struct descriptor *descriptor = arg;
    descriptor->is_drained = false;
    if (descriptor->is_level && descriptor->waits[READING] == NULL)
        leave_level(descriptor); /* or it would be told with each look */
    wake(descriptor, (int)ready, 0, 0);
}

/* Sees to it that the loop tells of these events; 0 or a negative code. */
static int be_watched(struct descriptor *descriptor, int events)
{
    if (descriptor->is_level && is_for(events, WRITING))
        leave_level(descriptor);
    if (descriptor->is_watched)
        return 0;
    int rc = loop_watch_again(descriptor->watch);
    descriptor->is_watched = rc == 0;
    return rc;
}

static void release(struct descriptor *descriptor)
{
    loop_unwatch(descriptor->watch);
    alloc_free(descriptor);
}

static void io_finish(struct io *io)
{
    for (size_t fd = 0; fd < io->count; fd++)
        if (io->watched[fd] != NULL)
            release(io->watched[fd]);
    alloc_free(io->watched);
    alloc_free(io);
}

/* A table with room for this number; 0 or -ENOMEM. */
static int make_room(struct sched *sched, int fd)
{
    if (sched->io == NULL) {
        sched->io = alloc_zeroed(sizeof *sched->io);
        sched->io_finish = io_finish;
    }
    struct io *io = sched->io;
    if (io == NULL)
        return -ENOMEM;
    size_t count = io->count > 0 ? io->count : WATCHED_COUNT_MIN;
    while (count <= (size_t)fd)
        count *= 2;
    if (count == io->count)
        return 0;
    void *watched = alloc_grow(io->watched, count, sizeof *io->watched);
    if (watched == NULL)
        return -ENOMEM;
    io->watched = watched;
    for (; io->count < count; io->count++)
        io->watched[io->count] = NULL;
    return 0;
}

/* Has a descriptor watched that is not; 0 or a negative code. */
static int watch(struct sched *sched, int fd, const struct identity *identity, bool is_level,
                 struct descriptor **result)
{
    int rc = make_room(sched, fd);
    if (rc < 0)
        return rc;
    struct descriptor *descriptor = alloc_zeroed(sizeof *descriptor);
    if (descriptor == NULL)
        return -ENOMEM;
    rc = loop_watch(sched->loop, fd, is_level, on_ready, descriptor, &descriptor->watch);
    if (rc < 0) {
        alloc_free(descriptor);
        return rc;
    }
    descriptor->is_watched = true;
    descriptor->is_level = is_level;
    descriptor->serial = ++sched->io->serial_last;
    descriptor->identity = *identity;
    sched->io->watched[fd] = descriptor;
    *result = descriptor;
    return 0;
}

void io_reset(struct sched *sched, int fd)
{
    struct descriptor *descriptor = find(sched, fd);
    if (descriptor == NULL)
        return;
    sched->io->watched[fd] = NULL;
    wake(descriptor, LOOP_READ | LOOP_WRITE, -EBADF,
         sched->current != NULL ? sched->current->number : 0);
    release(descriptor);
}

/* The record of a descriptor, which is watched as what it is now; 0 or a negative code. */
static int prepare(struct sched *sched, int fd, int events, bool is_level,
                   struct descriptor **result)
{
    struct identity identity = identify(fd);
    struct descriptor *descriptor = find(sched, fd);
    *result = descriptor;
    if (descriptor != NULL && is_same(&identity, &descriptor->identity))
        return be_watched(descriptor, events);
    if (descriptor != NULL && !identity.is_known && !descriptor->identity.is_known) {
        leave_level(descriptor);
        int rc = be_watched(descriptor, events);
        if (rc < 0)
            io_reset(sched, fd);
        return rc;
    }
    io_reset(sched, fd);
    return watch(sched, fd, &identity, is_level, result);
}

static bool is_waited_for(const struct descriptor *descriptor, int events)
{
    for (int i = 0; i < DIRECTIONS; i++)
        if (is_for(events, i) && descriptor->waits[i] != NULL)
            return true;
    return false;
}

int io_begin(struct sched *sched, int fd, int events, const struct troupe_site *site)
{
    int rc = sched_checkpoint(sched, site);
    if (rc < 0)
        return rc;
    struct descriptor *descriptor = find(sched, fd);
    if (CHECK_LIKELY(descriptor == NULL || !is_waited_for(descriptor, events)))
        return 0;
    struct identity identity = identify(fd);
    if (!identity.is_known || is_same(&identity, &descriptor->identity))
        return -EBUSY;
    io_reset(sched, fd);
    return 0;
}

static int wait_for(struct sched *sched, struct descriptor *descriptor, int fd, int events,
                    troupe_ns limit, const struct troupe_site *site)
{
    if (is_waited_for(descriptor, events))
        return -EBUSY; /* since this one last looked */
    struct fd_wait wait = {
        .wait =
            {
                .reason = TRACE_REASON_IO,
                .site = site,
                .timeout_result = -ETIMEDOUT,
                .detach = detach,
            },
        .task = sched->current,
        .descriptor = descriptor,
    };
    for (int i = 0; i < DIRECTIONS; i++)
        if (is_for(events, i))
            descriptor->waits[i] = &wait;
    sched->external++;
    uint64_t serial = descriptor->serial;
    int rc = sched_wait(sched, &wait.wait, limit);
    descriptor = find(sched, fd);
    bool is_closed = descriptor == NULL || descriptor->serial != serial;
    return rc == 0 && is_closed ? -EBADF : rc; /* closed after it was woken, and perhaps reused */
}

int io_wait(struct sched *sched, int fd, int events, troupe_ns limit,
            const struct troupe_site *site)
{
    struct descriptor *descriptor;
    int rc = prepare(sched, fd, events, false, &descriptor);
    return rc < 0 ? rc : wait_for(sched, descriptor, fd, events, limit, site);
}

int io_wait_owned(struct sched *sched, int fd, int events, const struct troupe_site *site)
{
    struct descriptor *descriptor = find(sched, fd);
    int rc = descriptor != NULL
                 ? be_watched(descriptor, events)
                 : prepare(sched, fd, events, events == TROUPE_READABLE, &descriptor);
    return rc < 0 ? rc : wait_for(sched, descriptor, fd, events, TROUPE_FOREVER, site);
}

void io_set_drained(struct sched *sched, int fd)
{
    struct descriptor *descriptor = find(sched, fd);
    if (descriptor != NULL)
        descriptor->is_drained = descriptor->is_level;
}

bool io_is_drained(const struct sched *sched, int fd)
{
    const struct descriptor *descriptor = find(sched, fd);
    return descriptor != NULL && descriptor->is_drained;
}

int troupe_close(int fd)
{
    struct sched *sched = sched_inside("troupe_close");
    io_reset(sched, fd);
    return close(fd) < 0 ? -errno : 0;
}
