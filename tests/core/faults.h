#ifndef FAULTS_H
#define FAULTS_H

/*
 * For tests in which every system call of core/io and core/stream fails once, one after the other.
 *
 * The linker sends these calls here first (see faults_wrapped in meson.build).  Those that cannot
 * fail with the arguments that they get (sigaction, sigaltstack, timerfd_settime, eventfd_write,
 * waitpid for a child of ours, the mutexes) are not among them.
 */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "running.h"

static atomic_int calls; /* made so far */
static int fails_at;     /* the number of the one that fails; 0: none */
static int fails_with;
static atomic_bool is_armed; /* inside troupe_run() */

static inline bool should_fail(bool is_interruptible)
{
    if (!is_armed || (fails_with == EINTR && !is_interruptible) || ++calls != fails_at)
        return false;
    errno = fails_with;
    return true;
}

#define FAULTS_WRAP(is_interruptible, type, name, parameters, arguments)     \
    type __real_##name parameters;                                           \
    type __wrap_##name parameters;                                           \
    type __wrap_##name parameters                                            \
    {                                                                        \
        return should_fail(is_interruptible) ? -1 : __real_##name arguments; \
    }

/* Those that return a code instead of setting errno. */
#define FAULTS_WRAP_CODE(name, parameters, arguments)                     \
    int __real_##name parameters;                                         \
    int __wrap_##name parameters;                                         \
    int __wrap_##name parameters                                          \
    {                                                                     \
        return should_fail(false) ? fails_with : __real_##name arguments; \
    }

FAULTS_WRAP(true, ssize_t, recv, (int fd, void *to, size_t n, int flags), (fd, to, n, flags))
FAULTS_WRAP(true, ssize_t, send, (int fd, const void *from, size_t n, int flags),
            (fd, from, n, flags))
FAULTS_WRAP(true, ssize_t, read, (int fd, void *to, size_t n), (fd, to, n))
FAULTS_WRAP(true, ssize_t, write, (int fd, const void *from, size_t n), (fd, from, n))
FAULTS_WRAP(true, ssize_t, pread64, (int fd, void *to, size_t n, off64_t at), (fd, to, n, at))
FAULTS_WRAP(true, ssize_t, pwrite64, (int fd, const void *from, size_t n, off64_t at),
            (fd, from, n, at))
FAULTS_WRAP(true, int, accept4, (int fd, struct sockaddr *to, socklen_t *n, int flags),
            (fd, to, n, flags))
FAULTS_WRAP(true, int, poll, (struct pollfd * fds, nfds_t count, int limit), (fds, count, limit))
FAULTS_WRAP(true, ssize_t, recvfrom,
            (int fd, void *to, size_t n, int flags, struct sockaddr *from, socklen_t *from_n),
            (fd, to, n, flags, from, from_n))
FAULTS_WRAP(true, ssize_t, sendto,
            (int fd, const void *from, size_t n, int flags, const struct sockaddr *to,
             socklen_t to_n),
            (fd, from, n, flags, to, to_n))
FAULTS_WRAP(true, ssize_t, sendmsg, (int fd, const struct msghdr *message, int flags),
            (fd, message, flags))
FAULTS_WRAP(true, ssize_t, recvmsg, (int fd, struct msghdr *message, int flags),
            (fd, message, flags))
FAULTS_WRAP(false, int, socket, (int family, int type, int protocol), (family, type, protocol))
FAULTS_WRAP(false, int, connect, (int fd, const struct sockaddr *to, socklen_t n), (fd, to, n))
FAULTS_WRAP(false, int, bind, (int fd, const struct sockaddr *to, socklen_t n), (fd, to, n))
FAULTS_WRAP(false, int, listen, (int fd, int backlog), (fd, backlog))
FAULTS_WRAP(false, int, getsockname, (int fd, struct sockaddr *to, socklen_t *n), (fd, to, n))
FAULTS_WRAP(false, int, getpeername, (int fd, struct sockaddr *to, socklen_t *n), (fd, to, n))
FAULTS_WRAP(false, int, getsockopt, (int fd, int level, int name, void *value, socklen_t *n),
            (fd, level, name, value, n))
FAULTS_WRAP(false, int, setsockopt, (int fd, int level, int name, const void *value, socklen_t n),
            (fd, level, name, value, n))
FAULTS_WRAP(false, int, fstat64, (int fd, struct stat64 *file), (fd, file))
FAULTS_WRAP(false, int, stat64, (const char *path, struct stat64 *file), (path, file))
FAULTS_WRAP(false, int, shutdown, (int fd, int how), (fd, how))
FAULTS_WRAP(false, int, pipe2, (int ends[2], int flags), (ends, flags))
FAULTS_WRAP(false, int, pidfd_open, (pid_t pid, unsigned flags), (pid, flags))
FAULTS_WRAP(false, int, kill, (pid_t pid, int signal), (pid, signal))
FAULTS_WRAP(false, int, eventfd, (unsigned value, int flags), (value, flags))
FAULTS_WRAP(false, int, timerfd_create, (int clock, int flags), (clock, flags))
FAULTS_WRAP_CODE(pthread_create,
                 (pthread_t * thread, const pthread_attr_t *attributes, void *(*fn)(void *),
                  void *arg),
                 (thread, attributes, fn, arg))
FAULTS_WRAP_CODE(posix_spawnp,
                 (pid_t * pid, const char *file, const posix_spawn_file_actions_t *actions,
                  const posix_spawnattr_t *attributes, char *const argv[], char *const env[]),
                 (pid, file, actions, attributes, argv, env))

/* It closes even if it says that it has failed. */
int __real_close(int fd);
int __wrap_close(int fd);
int __wrap_close(int fd)
{
    int rc = __real_close(fd);
    return should_fail(false) ? -1 : rc;
}

int __real_fcntl64(int fd, int command, ...);
int __wrap_fcntl64(int fd, int command, ...);
int __wrap_fcntl64(int fd, int command, ...)
{
    va_list args;
    va_start(args, command);
    long arg = va_arg(args, long);
    va_end(args);
    return should_fail(false) ? -1 : __real_fcntl64(fd, command, arg);
}

int __real_open64(const char *path, int flags, ...);
int __wrap_open64(const char *path, int flags, ...);
int __wrap_open64(const char *path, int flags, ...)
{
    va_list args;
    va_start(args, flags);
    mode_t mode = va_arg(args, mode_t);
    va_end(args);
    return should_fail(true) ? -1 : __real_open64(path, flags, mode);
}

static inline int run_with_faults(troupe_fn everything)
{
    calls = 0;
    is_armed = true;
    int rc = troupe_run(everything, NULL);
    is_armed = false;
    return rc;
}

/* Fails the first, the second, ... call; how many of these ended the program with a code.  None may
 * hang, or leave a descriptor or a child behind.  Threads take part, so that one run makes a call
 * more than another: the last is the last of the longest run. */
static inline int fail_one_by_one(troupe_fn everything, int code)
{
    int failures = 0;
    fails_at = 0;
    fails_with = code;
    assert_int_equal(run_with_faults(everything), 0);
    int open_before = count_open();
    int most = calls;
    assert_true(most > 12);
    for (fails_at = 1; fails_at <= most; fails_at++) {
        int rc = run_with_faults(everything);
        assert_int_not_equal(rc, -ETIMEDOUT);
        assert_int_equal(count_open(), open_before);
        assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
        failures += rc < 0;
        if (calls > most)
            most = calls;
    }
    return failures;
}

#endif
