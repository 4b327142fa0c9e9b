/*
 * A stream reads only when there is something to be read, and misses nothing by that: neither what
 * comes together with the end of the connection, nor what comes while nobody waits.
 *
 * The linker sends recv(), send() and fstat() here first (see --wrap in meson.build), to be
 * counted.
 */

#include "wires.h"

#include <stdlib.h>
#include <sys/stat.h>

static int calls, empty_reads;

ssize_t __real_recv(int fd, void *to, size_t bytes, int flags);
ssize_t __wrap_recv(int fd, void *to, size_t bytes, int flags);
ssize_t __wrap_recv(int fd, void *to, size_t bytes, int flags)
{
    ssize_t count = __real_recv(fd, to, bytes, flags);
    calls++;
    empty_reads += count < 0 && errno == EAGAIN;
    return count;
}

ssize_t __real_send(int fd, const void *from, size_t bytes, int flags);
ssize_t __wrap_send(int fd, const void *from, size_t bytes, int flags);
ssize_t __wrap_send(int fd, const void *from, size_t bytes, int flags)
{
    calls++;
    return __real_send(fd, from, bytes, flags);
}

int __real_fstat64(int fd, struct stat64 *file);
int __wrap_fstat64(int fd, struct stat64 *file);
int __wrap_fstat64(int fd, struct stat64 *file)
{
    calls++;
    return __real_fstat64(fd, file);
}

static troupe_stream near, far;

/* A connection of TCP, both ends of it streams. */
static void open_both(void)
{
    char address[TROUPE_ADDRESS_BYTES];
    troupe_stream listener;
    assert_int_equal(troupe_listen(&listener, "tcp:127.0.0.1:0"), 0);
    assert_int_equal(troupe_stream_address(listener, address, sizeof address), 0);
    assert_int_equal(troupe_dial(&near, address), 0);
    assert_int_equal(troupe_stream_accept(listener, &far), 0);
    troupe_stream_close(&listener);
}

static int knock(void *arg)
{
    return write((int)(intptr_t)arg, "x", 1) == 1 ? 0 : -errno;
}

/* Whatever has come by now is known after this: the loop has to look for the knock. */
static void let_loop_look(void)
{
    int pair[2];
    connect_pair(pair);
    assert_int_equal(troupe_spawn(knock, (void *)(intptr_t)pair[1], NULL), 0);
    assert_int_equal(troupe_wait_fd(pair[0], TROUPE_READABLE, TROUPE_FOREVER), TROUPE_READABLE);
    settle();
    troupe_close(pair[0]);
    troupe_close(pair[1]);
}

/* A connection whose other end gets what is written at once, in this very call. */
static void open_pair(void)
{
    int pair[2];
    connect_pair(pair);
    assert_int_equal(troupe_stream_open(&near, pair[0]), 0);
    assert_int_equal(troupe_stream_open(&far, pair[1]), 0);
}

static int echo(void *arg)
{
    char bytes[64];
    int count;
    (void)arg;
    while ((count = troupe_stream_read(far, bytes, sizeof bytes)) > 0)
        if (troupe_stream_write(far, bytes, (size_t)count) != count)
            return -EIO;
    troupe_stream_close(&far);
    return count;
}

#define REQUESTS 100

static int ask(void *arg)
{
    (void)arg;
    char bytes[64];
    open_both();
    troupe_pid server = start(echo, 0);
    for (int i = 0; i < REQUESTS + 2; i++) {
        if (i == 2) /* both sides have waited once */
            calls = empty_reads = 0;
        assert_int_equal(troupe_stream_write(near, "question", 8), 8);
        assert_int_equal(troupe_stream_read(near, bytes, sizeof bytes), 8);
    }
    assert_int_equal(calls, 4 * REQUESTS);
    assert_int_equal(empty_reads, 0);
    assert_int_equal(troupe_stream_shut(near), 0);
    assert_int_equal(troupe_stream_read(near, bytes, sizeof bytes), 0);
    return end_of(server);
}

static void a_request_costs_a_read_and_a_write(void **state)
{
    (void)state;
    run(ask);
}

/* Reads what is there until the connection ends. */
static int read_all(void *arg)
{
    char bytes[64];
    int count;
    (void)arg;
    while ((count = troupe_stream_read(near, bytes, sizeof bytes)) > 0)
        leave_trail("%d ", count);
    leave_trail("%d ", count);
    return 0;
}

/* The last words and the end come at once, to a reader that has waited and to one that has not. */
static int end_at_once(void *has_waited)
{
    open_both();
    troupe_pid reader = {0};
    if (has_waited != NULL)
        reader = start(read_all, 0);
    assert_int_equal(troupe_stream_write(far, "abc", 3), 3);
    troupe_stream_close(&far);
    if (has_waited == NULL)
        reader = start(read_all, 0);
    return end_of(reader);
}

/* The same, broken off: what had come before can still be read, and then it is told. */
static int break_off(void *has_waited)
{
    open_both();
    troupe_pid reader = {0};
    if (has_waited != NULL)
        reader = start(read_all, 0);
    reset_at_close(troupe_stream_fd(far));
    assert_int_equal(troupe_stream_write(far, "abc", 3), 3);
    troupe_stream_close(&far);
    if (has_waited == NULL)
        reader = start(read_all, 0);
    return end_of(reader);
}

static int yes;

static int end_in_all_ways(void *arg)
{
    (void)arg;
    assert_int_equal(end_at_once(&yes), 0);
    assert_int_equal(end_at_once(NULL), 0);
    assert_int_equal(break_off(&yes), 0);
    assert_int_equal(break_off(NULL), 0);
    return 0;
}

static void the_end_is_not_missed(void **state)
{
    (void)state;
    run_trail(end_in_all_ways, "3 0 3 0 3 -104 3 -104 ");
}

static int read_now_and_then(void *arg)
{
    (void)arg;
    char bytes[64];
    open_pair();
    troupe_pid reader = start(read_all, 0);
    assert_int_equal(troupe_stream_write(far, "a", 1), 1);
    let_loop_look();
    assert_int_equal(troupe_kill(reader), 0); /* it has waited, and was told of nothing more */
    assert_int_equal(end_of(reader), TROUPE_KILLED);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(troupe_stream_write(far, "bc", 2), 2);
        let_loop_look(); /* nobody waits */
        assert_int_equal(troupe_stream_read(near, bytes, sizeof bytes), 2);
    }
    reader = start(read_all, 0);
    assert_int_equal(troupe_stream_write(far, "d", 1), 1);
    troupe_stream_close(&far);
    return end_of(reader);
}

static void what_comes_meanwhile_is_not_missed(void **state)
{
    (void)state;
    run_trail(read_now_and_then, "1 1 0 ");
}

#define MUCH 4000000

static int write_much(void *arg)
{
    (void)arg;
    char *data = calloc(1, MUCH);
    int rc = troupe_stream_write(near, data, MUCH);
    free(data);
    return rc;
}

static int wait_both_ways(void *arg)
{
    (void)arg;
    static char bytes[MUCH];
    open_pair();
    troupe_pid reader = start(read_all, 0);
    assert_int_equal(troupe_stream_write(far, "abc", 3), 3);
    let_loop_look(); /* the reader is back where it was */
    troupe_pid writer = start(write_much, 0);
    let_loop_look(); /* and the writer waits for room */
    assert_int_equal(troupe_stream_write(far, "de", 2), 2);
    let_loop_look();
    assert_int_equal(troupe_stream_read_exactly(far, bytes, MUCH), MUCH);
    assert_int_equal(end_of(writer), MUCH);
    assert_int_equal(troupe_stream_write(far, "f", 1), 1);
    troupe_stream_close(&far);
    return end_of(reader);
}

static void reading_and_writing_do_not_disturb_each_other(void **state)
{
    (void)state;
    run_trail(wait_both_ways, "3 2 1 0 ");
}

HARNESS_MAIN(cmocka_unit_test(a_request_costs_a_read_and_a_write),
             cmocka_unit_test(the_end_is_not_missed),
             cmocka_unit_test(what_comes_meanwhile_is_not_missed),
             cmocka_unit_test(reading_and_writing_do_not_disturb_each_other))
