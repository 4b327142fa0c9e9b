/*
 * Every system call that descriptors and streams make fails once, one after the other: the program
 * goes on or is told, nobody hangs, and no descriptor is left open.
 *
 * The linker sends the calls here first (see --wrap in meson.build).
 */

#include "wires.h"

#include <dirent.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/stat.h>

static int calls;    /* made so far */
static int fails_at; /* the number of the one that fails; 0: none */
static int fails_with;
static bool is_armed; /* inside troupe_run() */

static bool should_fail(bool is_interruptible)
{
    if (!is_armed || (fails_with == EINTR && !is_interruptible) || ++calls != fails_at)
        return false;
    errno = fails_with;
    return true;
}

#define WRAP(is_interruptible, type, name, parameters, arguments)            \
    type __real_##name parameters;                                           \
    type __wrap_##name parameters;                                           \
    type __wrap_##name parameters                                            \
    {                                                                        \
        return should_fail(is_interruptible) ? -1 : __real_##name arguments; \
    }

WRAP(true, ssize_t, recv, (int fd, void *to, size_t bytes, int flags), (fd, to, bytes, flags))
WRAP(true, ssize_t, send, (int fd, const void *from, size_t bytes, int flags),
     (fd, from, bytes, flags))
WRAP(true, ssize_t, read, (int fd, void *to, size_t bytes), (fd, to, bytes))
WRAP(true, ssize_t, write, (int fd, const void *from, size_t bytes), (fd, from, bytes))
WRAP(true, int, accept4, (int fd, struct sockaddr *to, socklen_t *bytes, int flags),
     (fd, to, bytes, flags))
WRAP(true, int, poll, (struct pollfd * fds, nfds_t count, int timeout), (fds, count, timeout))
WRAP(false, int, socket, (int family, int type, int protocol), (family, type, protocol))
WRAP(false, int, connect, (int fd, const struct sockaddr *to, socklen_t bytes), (fd, to, bytes))
WRAP(false, int, bind, (int fd, const struct sockaddr *to, socklen_t bytes), (fd, to, bytes))
WRAP(false, int, listen, (int fd, int backlog), (fd, backlog))
WRAP(false, int, getsockname, (int fd, struct sockaddr *to, socklen_t *bytes), (fd, to, bytes))
WRAP(false, int, getsockopt, (int fd, int level, int name, void *value, socklen_t *bytes),
     (fd, level, name, value, bytes))
WRAP(false, int, setsockopt, (int fd, int level, int name, const void *value, socklen_t bytes),
     (fd, level, name, value, bytes))
WRAP(false, int, fstat64, (int fd, struct stat64 *file), (fd, file))
WRAP(true, ssize_t, recvfrom,
     (int fd, void *to, size_t bytes, int flags, struct sockaddr *from, socklen_t *from_bytes),
     (fd, to, bytes, flags, from, from_bytes))
WRAP(true, ssize_t, sendto,
     (int fd, const void *from, size_t bytes, int flags, const struct sockaddr *to,
      socklen_t to_bytes),
     (fd, from, bytes, flags, to, to_bytes))
WRAP(false, int, getpeername, (int fd, struct sockaddr *to, socklen_t *bytes), (fd, to, bytes))
WRAP(false, int, shutdown, (int fd, int how), (fd, how))

static troupe_stream listener, pipe_in;
static char address[TROUPE_ADDRESS_BYTES];

static int serve(void *arg)
{
    troupe_stream stream;
    char line[16];
    (void)arg;
    int rc = troupe_stream_accept(listener, &stream);
    if (rc == 0)
        rc = troupe_stream_read_line(stream, line, sizeof line);
    if (rc > 0)
        rc = troupe_sleep(TROUPE_MS(1)); /* so that the client has to wait */
    if (rc == 0)
        rc = troupe_stream_write(stream, "answer\n", 7);
    return rc < 0 ? rc : 0;
}

static int talk(void *arg)
{
    troupe_stream stream;
    char line[16], peer[TROUPE_ADDRESS_BYTES];
    (void)arg;
    int rc = troupe_dial(&stream, address);
    if (rc == 0)
        rc = troupe_stream_peer(stream, peer, sizeof peer);
    if (rc == 0)
        rc = troupe_wait_fd(troupe_stream_fd(stream), TROUPE_WRITABLE, TROUPE_S(1));
    if (rc > 0)
        rc = troupe_stream_write(stream, "question\n", 9);
    if (rc > 0)
        rc = troupe_stream_shut(stream);
    if (rc == 0)
        rc = troupe_stream_read_line(stream, line, sizeof line);
    return rc < 0 ? rc : 0;
}

static int read_pipe(void *arg)
{
    char text[4];
    (void)arg;
    int rc = troupe_stream_read_exactly(pipe_in, text, sizeof text);
    return rc < 0 ? rc : 0;
}

static int use_pipe(void *arg)
{
    int ends[2];
    (void)arg;
    if (pipe2(ends, O_CLOEXEC) < 0)
        return -errno;
    int rc = troupe_stream_open(&pipe_in, ends[0]);
    troupe_scope scope;
    troupe_scope_open(&scope, TROUPE_FOREVER);
    if (rc == 0)
        rc = troupe_scope_spawn(&scope, read_pipe, NULL, NULL);
    if (rc == 0)
        rc = troupe_yield();
    if (rc == 0)
        rc = troupe_write(ends[1], "abcd", 4);
    troupe_close(ends[1]);
    int joined = troupe_scope_join(&scope);
    return rc < 0 ? rc : joined;
}

static int send_datagram(void *arg)
{
    struct sockaddr_in own = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t bytes = sizeof own;
    char text[4];
    (void)arg;
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    int rc = bind(fd, (struct sockaddr *)&own, bytes) < 0 ||
                     getsockname(fd, (struct sockaddr *)&own, &bytes) < 0
                 ? -errno
                 : 0;
    if (rc == 0)
        rc = troupe_sendto(fd, "abc", 3, (struct sockaddr *)&own, bytes);
    if (rc >= 0)
        rc = troupe_recvfrom(fd, text, sizeof text, NULL, NULL);
    troupe_close(fd);
    return rc < 0 ? rc : 0;
}

static int everything(void *arg)
{
    (void)arg;
    int rc = troupe_listen(&listener, "tcp:127.0.0.1:0");
    if (rc == 0)
        rc = troupe_stream_address(listener, address, sizeof address);
    if (rc < 0)
        return rc;
    troupe_scope scope;
    troupe_scope_open(&scope, TROUPE_S(20)); /* a hang would end here */
    troupe_scope_spawn(&scope, serve, NULL, NULL);
    troupe_scope_spawn(&scope, talk, NULL, NULL);
    troupe_scope_spawn(&scope, use_pipe, NULL, NULL);
    troupe_scope_spawn(&scope, send_datagram, NULL, NULL);
    return troupe_scope_join(&scope);
}

static int run_everything(void)
{
    calls = 0;
    is_armed = true;
    int rc = troupe_run(everything, NULL);
    is_armed = false;
    return rc;
}

static int count_open(void)
{
    int count = 0;
    DIR *folder = opendir("/proc/self/fd");
    assert_non_null(folder);
    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count;
}

/* Fails the first, the second, ... call; how many of these ended the program with a code. */
static int fail_one_by_one(int code)
{
    int failures = 0;
    fails_at = 0;
    fails_with = code;
    assert_int_equal(run_everything(), 0);
    int open_before = count_open();
    for (fails_at = 1;; fails_at++) {
        int rc = run_everything();
        assert_int_not_equal(rc, -ETIMEDOUT);
        assert_int_equal(count_open(), open_before);
        if (calls < fails_at)
            break;
        failures += rc < 0;
    }
    assert_true(fails_at > 15);
    return failures;
}

static void a_failure_is_told_and_leaves_nothing(void **state)
{
    (void)state;
    assert_true(fail_one_by_one(EIO) > 20);
}

static void an_interrupted_call_is_made_again(void **state)
{
    (void)state;
    assert_int_equal(fail_one_by_one(EINTR), 0);
}

HARNESS_MAIN(cmocka_unit_test(a_failure_is_told_and_leaves_nothing),
             cmocka_unit_test(an_interrupted_call_is_made_again))
