/*
 * Reading and writing: the system call first, and a wait only when that would block.
 *
 * A socket can be asked not to block call by call.  Other descriptors only have a mode for that,
 * which they share with other processes; one that is not in it is polled before each call, and is
 * never given more than a pipe that is ready is sure to take.
 */

#include "transfer.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "tape.h"

/* What a pipe that can be written takes without blocking. */
#define BLOCKING_BYTES_MAX PIPE_BUF

int transfer_poll(int fd, short events)
{
    struct pollfd poll_fd = {.fd = fd, .events = events};
    int rc;
    do
        rc = poll(&poll_fd, 1, 0);
    while (rc < 0 && errno == EINTR);
    return rc < 0 ? -errno : poll_fd.revents;
}

static bool is_blocking(int fd)
{
    int flags = fcntl(fd, F_GETFL);
    return flags < 0 || (flags & O_NONBLOCK) == 0; /* if in doubt, it would block everybody */
}

/* 0 if a call would not block now; -EAGAIN or another negative code. */
static int be_sure_not_to_block(int fd, short events)
{
    int found = transfer_poll(fd, events);
    if (found < 0)
        return found;
    return found == 0 ? -EAGAIN : 0;
}

static ssize_t read_other(int fd, void *buffer, size_t bytes)
{
    int rc = is_blocking(fd) ? be_sure_not_to_block(fd, POLLIN) : 0;
    if (rc < 0)
        return rc;
    ssize_t count = read(fd, buffer, bytes);
    return count < 0 ? -errno : count;
}

/* Without SIGPIPE: it is blocked meanwhile, and taken back if it came.  Who has it blocked anyway
 * gets it as always. */
static ssize_t write_quietly(int fd, const void *data, size_t bytes)
{
    sigset_t sigpipe, before;
    sigemptyset(&sigpipe);
    sigaddset(&sigpipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &sigpipe, &before);
    ssize_t count = write(fd, data, bytes);
    int rc = errno;
    if (!sigismember(&before, SIGPIPE)) {
        if (count < 0 && rc == EPIPE)
            sigtimedwait(&sigpipe, NULL, &(struct timespec){0});
        pthread_sigmask(SIG_SETMASK, &before, NULL);
    }
    return count < 0 ? -rc : count;
}

static ssize_t write_other(int fd, const void *data, size_t bytes)
{
    if (is_blocking(fd)) {
        int rc = be_sure_not_to_block(fd, POLLOUT);
        if (rc < 0)
            return rc;
        bytes = bytes < BLOCKING_BYTES_MAX ? bytes : BLOCKING_BYTES_MAX;
    }
    return write_quietly(fd, data, bytes);
}

static int read_now(int fd, void *buffer, size_t bytes)
{
    ssize_t count;
    do {
        count = recv(fd, buffer, bytes, MSG_DONTWAIT);
        if (count < 0)
            count = errno == ENOTSOCK ? read_other(fd, buffer, bytes) : -errno;
    } while (count == -EINTR);
    return (int)count;
}

int transfer_try_read(int fd, void *buffer, size_t bytes)
{
    int count = TAPE(READ, read_now(fd, buffer, bytes));
    tape_received(RECORDING_READ, count, buffer, bytes);
    return count;
}

static int write_now(int fd, const void *data, size_t bytes)
{
    ssize_t count;
    do {
        count = send(fd, data, bytes, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (count < 0)
            count = errno == ENOTSOCK ? write_other(fd, data, bytes) : -errno;
    } while (count == -EINTR);
    return (int)count;
}

int transfer_try_write(int fd, const void *data, size_t bytes)
{
    int count = TAPE(WRITE, write_now(fd, data, bytes));
    tape_sent(RECORDING_WRITE, count, data, bytes);
    bool is_seen = fd == STDOUT_FILENO || fd == STDERR_FILENO;
    if (CHECK_UNLIKELY(tape_mode == TAPE_PLAYED) && is_seen && count > 0)
        (void)!write(fd, data, (size_t)count);
    return count;
}

/* As troupe_write(), after io_begin(). */
static int write_all(struct sched *sched, int fd, const void *data, size_t bytes,
                     const struct troupe_site *site)
{
    size_t done = 0;
    int rc = 0;
    while (done < bytes && rc >= 0) {
        rc = transfer_try_write(fd, (const char *)data + done, bytes - done);
        if (rc > 0)
            done += (size_t)rc;
        else if (rc == -EAGAIN)
            rc = io_wait(sched, fd, TROUPE_WRITABLE, TROUPE_FOREVER, site);
    }
    return done > 0 || rc >= 0 ? (int)done : rc;
}

/* What a poll says, in our words; 0: not ready. */
static int ready_now(int fd, int events)
{
    int found = transfer_poll(fd, (short)((events & TROUPE_READABLE ? POLLIN : 0) |
                                          (events & TROUPE_WRITABLE ? POLLOUT : 0)));
    if (found < 0)
        return found;
    if (fd < 0 || found & POLLNVAL)
        return -EBADF; /* a poll does not look at negative ones */
    if (found & (POLLERR | POLLHUP))
        return events;
    return (found & POLLIN ? TROUPE_READABLE : 0) | (found & POLLOUT ? TROUPE_WRITABLE : 0);
}

static int ready_for(int fd, int events)
{
    return TAPE(POLL, ready_now(fd, events));
}

int troupe_wait_fd_at(const struct troupe_site *site, int fd, int events, troupe_ns limit)
{
    struct sched *sched = sched_inside("troupe_wait_fd");
    if (events == 0 || (events & ~(TROUPE_READABLE | TROUPE_WRITABLE)) != 0)
        return -EINVAL;
    int rc = io_begin(sched, fd, events, site);
    if (rc < 0)
        return rc;
    rc = ready_for(fd, events);
    if (rc == 0 && limit <= 0)
        rc = -ETIMEDOUT;
    if (rc != 0)
        return rc;
    int64_t deadline_ns = sched_deadline(limit);
    do {
        rc = io_wait(sched, fd, events, sched_rest(deadline_ns), site);
        if (rc == 0)
            rc = ready_for(fd, events);
    } while (rc == 0);
    return rc;
}

int troupe_read_at(const struct troupe_site *site, int fd, void *buffer, size_t bytes)
{
    struct sched *sched = sched_inside("troupe_read");
    int rc = io_begin(sched, fd, TROUPE_READABLE, site);
    if (bytes == 0)
        return rc;
    bytes = bytes < INT_MAX ? bytes : INT_MAX;
    while (rc == 0) {
        int count = transfer_try_read(fd, buffer, bytes);
        if (count != -EAGAIN)
            return count;
        rc = io_wait(sched, fd, TROUPE_READABLE, TROUPE_FOREVER, site);
    }
    return rc;
}

int troupe_write_at(const struct troupe_site *site, int fd, const void *data, size_t bytes)
{
    struct sched *sched = sched_inside("troupe_write");
    int rc = io_begin(sched, fd, TROUPE_WRITABLE, site);
    if (rc < 0 || bytes == 0)
        return rc;
    return bytes <= INT_MAX ? write_all(sched, fd, data, bytes, site) : -EINVAL;
}
