/*
 * Every system call that descriptors and streams make fails once, one after the other: the program
 * goes on or is told, nobody hangs, and no descriptor is left open.
 */

#include "faults.h"
#include "wires.h"

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
    if (rc < 0)
        __real_close(ends[0]); /* it has stayed ours */
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

static void a_failure_is_told_and_leaves_nothing(void **state)
{
    (void)state;
    assert_true(fail_one_by_one(everything, EIO) > 20);
}

static void an_interrupted_call_is_made_again(void **state)
{
    (void)state;
    assert_int_equal(fail_one_by_one(everything, EINTR), 0);
}

HARNESS_MAIN(cmocka_unit_test(a_failure_is_told_and_leaves_nothing),
             cmocka_unit_test(an_interrupted_call_is_made_again))
