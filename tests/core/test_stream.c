/*
 * Streams: what is read in lines and records is what was written, however it was cut up on the
 * way, whoever closes, breaks off, is cancelled or is killed.
 */

#include "wires.h"

#include <stdlib.h>

static int wire[2];
static troupe_stream near;

/* A stream over a new wire, whose other end stays a descriptor. */
static int open_near(void)
{
    connect_pair(wire);
    return troupe_stream_open(&near, wire[0]);
}

static void feed(const char *text)
{
    assert_int_equal(troupe_write(wire[1], text, strlen(text)), strlen(text));
}

static int read_line(void *arg)
{
    char line[16];
    (void)arg;
    int rc = troupe_stream_read_line(near, line, sizeof line);
    leave_trail("%d[%s] ", rc, line);
    return rc < 0 ? rc : 0;
}

static int read_lines(void *arg)
{
    (void)arg;
    assert_int_equal(open_near(), 0);
    troupe_pid reader = start(read_line, 0);
    feed("on");
    settle();
    feed("e\r\n\ntwo\nlast");
    assert_int_equal(end_of(reader), 0);
    read_line(NULL);
    read_line(NULL);
    assert_int_equal(close(wire[1]), 0);
    read_line(NULL);
    read_line(NULL);
    return 0;
}

static void lines_are_found_in_what_comes(void **state)
{
    (void)state;
    run_trail(read_lines, "5[one] 1[] 4[two] 4[last] 0[] ");
}

static int read_too_long_a_line(void *arg)
{
    (void)arg;
    char text[32];
    assert_int_equal(open_near(), 0);
    feed("0123456789abcde\n");
    read_line(NULL); /* with its end it has one byte too many */
    assert_int_equal(troupe_stream_read_until(near, '5', text, sizeof text), 6);
    read_line(NULL);
    feed("0123456789abcdef");
    read_line(NULL); /* not even the end has come */
    assert_int_equal(troupe_stream_read(near, text, sizeof text), 16);
    assert_int_equal(troupe_stream_read_line(near, text, 1), -EINVAL);
    assert_int_equal(troupe_stream_read_until(near, 'x', text, 0), -EINVAL);
    return 0;
}

static void a_line_has_a_limit(void **state)
{
    (void)state;
    run_trail(read_too_long_a_line, "-90[] 10[6789abcde] -90[] ");
}

static char record[100000];

static int read_record(void *arg)
{
    memset(record, 0, sizeof record);
    int rc = troupe_stream_read_exactly(near, record, (size_t)(intptr_t)arg);
    leave_trail("%d ", rc);
    return rc < 0 ? rc : 0;
}

static int read_records(void *arg)
{
    (void)arg;
    static char sent[sizeof record];
    for (size_t i = 0; i < sizeof sent; i++)
        sent[i] = (char)(i % 251);
    assert_int_equal(open_near(), 0);
    troupe_pid reader = start(read_record, sizeof record);
    for (size_t i = 0; i < sizeof sent; i += 1000)
        assert_int_equal(troupe_write(wire[1], sent + i, 1000), 1000);
    feed("abcdef");
    assert_int_equal(end_of(reader), 0);
    assert_memory_equal(record, sent, sizeof sent);
    read_record((void *)4);
    assert_string_equal(record, "abcd");
    close(wire[1]);
    read_record((void *)4); /* only two are left */
    read_record((void *)2);
    assert_string_equal(record, "ef");
    read_record((void *)4);
    assert_int_equal(troupe_stream_read_exactly(near, record, (size_t)TROUPE_STREAM_BYTES_MAX + 1),
                     -EINVAL);
    return 0;
}

static void a_record_is_read_whole_or_not_at_all(void **state)
{
    (void)state;
    run_trail(read_records, "100000 4 -32 2 0 ");
}

static int interrupt(void *arg)
{
    (void)arg;
    assert_int_equal(open_near(), 0);
    troupe_pid reader = start(read_line, 0);
    feed("half ");
    settle();
    assert_int_equal(troupe_cancel(reader, "enough"), 0);
    assert_int_equal(end_of(reader), -ECANCELED);
    reader = start(read_line, 0);
    assert_int_equal(end_of(start(read_line, 0)), -EBUSY);
    assert_int_equal(troupe_kill(reader), 0);
    assert_int_equal(end_of(reader), TROUPE_KILLED);
    troupe_scope scope;
    troupe_scope_open(&scope, TROUPE_MS(1));
    read_line(NULL);
    assert_int_equal(troupe_scope_join(&scope), -ETIMEDOUT);
    reader = start(read_line, 0);
    feed("a line\n");
    return end_of(reader);
}

static void an_interrupted_read_has_taken_nothing(void **state)
{
    (void)state;
    run_trail(interrupt, "-125[] -16[] -125[] 12[half a line] ");
}

static int close_it(void *arg)
{
    (void)arg;
    troupe_stream copy;
    char byte;
    assert_int_equal(open_near(), 0);
    troupe_pid reader = start(read_line, 0);
    copy = near;
    troupe_stream_close(&near);
    assert_int_equal(near.value, 0);
    assert_int_equal(end_of(reader), -EBADF);
    assert_int_equal(read(wire[1], &byte, 1), 0); /* the descriptor is closed, too */
    assert_int_equal(troupe_stream_read(copy, &byte, 1), -EBADF);
    assert_int_equal(troupe_stream_write(copy, "x", 1), -EBADF);
    assert_int_equal(troupe_stream_read(near, &byte, 1), -EINVAL);
    assert_int_equal(troupe_stream_shut(near), -EINVAL);
    troupe_stream_close(&near);
    troupe_stream_close(&copy);
    assert_int_equal(troupe_stream_open(&near, 99), -EBADF);
    return 0;
}

static void a_closed_stream_is_known_as_such(void **state)
{
    (void)state;
    run_trail(close_it, "-9[] ");
}

/* Between being woken and running, its stream is closed. */
static int close_after_the_wake(void *arg)
{
    (void)arg;
    assert_int_equal(open_near(), 0);
    troupe_pid reader = start(read_line, 0);
    assert_int_equal(write(wire[1], "x\n", 2), 2);
    while (troupe_wait_fd(wire[0], TROUPE_READABLE, 0) == -EBUSY)
        assert_int_equal(troupe_checkpoint(), 0);
    troupe_stream_close(&near);
    return end_of(reader) == -EBADF ? 0 : -1;
}

static void a_woken_reader_of_a_closed_stream_is_told(void **state)
{
    (void)state;
    run_trail(close_after_the_wake, "-9[] ");
}

static int hold_until_killed(void *arg)
{
    (void)arg;
    assert_int_equal(open_near(), 0);
    return troupe_sleep(TROUPE_FOREVER);
}

static int give_away(void *arg)
{
    (void)arg;
    char byte;
    troupe_pid holder = start(hold_until_killed, 0);
    assert_int_equal(troupe_kill(holder), 0);
    assert_int_equal(end_of(holder), TROUPE_KILLED);
    assert_int_equal(troupe_read(wire[1], &byte, 1), 0); /* it went with its owner */
    assert_int_equal(open_near(), 0);
    holder = start(read_line, 0);
    assert_int_equal(troupe_stream_give(near, holder), 0);
    feed("mine\n");
    assert_int_equal(end_of(holder), 0);
    assert_int_equal(troupe_stream_write(near, "x", 1), -EBADF);
    assert_int_equal(troupe_stream_give(near, troupe_self()), -EBADF);
    assert_int_equal(open_near(), 0);
    assert_int_equal(troupe_stream_give(near, holder), -ESRCH);
    return 0;
}

static void a_stream_goes_with_its_owner(void **state)
{
    (void)state;
    run_trail(give_away, "5[mine] ");
}

/* An echo of lines, an actor for each connection. */
static troupe_stream listener;
static char address[TROUPE_ADDRESS_BYTES];

static int echo_lines(void *arg)
{
    troupe_stream stream = {(uint64_t)(uintptr_t)arg};
    char line[64];
    int rc;
    while ((rc = troupe_stream_read_until(stream, '\n', line, sizeof line)) > 0)
        if (troupe_stream_write(stream, line, (size_t)rc) != rc)
            break;
    if (rc == 0)
        rc = troupe_stream_write(stream, "bye", 3);
    return rc < 0 ? rc : 0;
}

static int serve(void *arg)
{
    (void)arg;
    int rc = 0;
    while (rc >= 0) {
        troupe_stream stream;
        troupe_pid pid;
        rc = troupe_stream_accept(listener, &stream);
        if (rc == 0)
            rc = troupe_spawn(echo_lines, (void *)(uintptr_t)stream.value, &pid);
        if (rc == 0)
            rc = troupe_stream_give(stream, pid);
    }
    return rc == -EBADF ? 0 : rc;
}

static int talk(const char *to)
{
    troupe_stream stream;
    char text[TROUPE_ADDRESS_BYTES];
    int rc = troupe_dial(&stream, to);
    if (rc < 0)
        return rc;
    if (strncmp(to, "tcp:", 4) == 0) {
        assert_int_equal(troupe_stream_peer(stream, text, sizeof text), 0);
        assert_string_equal(text, to);
    }
    assert_int_equal(troupe_stream_write(stream, "1\n2\n", 4), 4);
    assert_int_equal(troupe_stream_read_line(stream, text, sizeof text), 2);
    assert_int_equal(troupe_stream_read_line(stream, text, sizeof text), 2);
    assert_string_equal(text, "2");
    assert_int_equal(troupe_stream_shut(stream), 0); /* half of it is closed */
    assert_int_equal(troupe_stream_read_line(stream, text, sizeof text), 3);
    assert_string_equal(text, "bye");
    assert_int_equal(troupe_stream_read(stream, text, sizeof text), 0);
    troupe_stream_close(&stream);
    return 0;
}

static int serve_at(const char *where)
{
    assert_int_equal(troupe_listen(&listener, where), 0);
    assert_int_equal(troupe_stream_address(listener, address, sizeof address), 0);
    troupe_pid server = start(serve, 0);
    for (int i = 0; i < 3; i++)
        assert_int_equal(talk(address), 0);
    troupe_stream_close(&listener);
    assert_int_equal(end_of(server), 0);
    return talk(address);
}

static int serve_everywhere(void *arg)
{
    (void)arg;
    char path[] = "test_stream_XXXXXX", where[64];
    assert_int_equal(serve_at("tcp:127.0.0.1:0"), -ECONNREFUSED);
    assert_int_equal(serve_at("tcp:localhost:0"), -ECONNREFUSED);
    assert_non_null(mkdtemp(path));
    snprintf(where, sizeof where, "unix:%s/s", path);
    assert_int_equal(serve_at(where), -ECONNREFUSED);
    assert_string_equal(address, where);
    assert_int_equal(troupe_listen(&listener, where), -EADDRINUSE);
    assert_int_equal(unlink(where + 5), 0);
    assert_int_equal(rmdir(path), 0);
    return 0;
}

static void servers_listen_at_addresses(void **state)
{
    (void)state;
    run(serve_everywhere);
}

static int read_standard_input(void *arg)
{
    (void)arg;
    assert_int_equal(pipe2(wire, O_CLOEXEC), 0);
    assert_int_equal(dup2(wire[0], STDIN_FILENO), STDIN_FILENO);
    assert_int_equal(troupe_stream_open(&near, STDIN_FILENO), 0);
    troupe_pid reader = start(read_line, 0);
    feed("typed\n");
    assert_int_equal(end_of(reader), 0);
    troupe_stream_close(&near);
    assert_true(fcntl(STDIN_FILENO, F_GETFD) >= 0);                 /* it stays open, */
    assert_int_equal(fcntl(STDIN_FILENO, F_GETFL) & O_NONBLOCK, 0); /* and as it was */
    return 0;
}

static void standard_input_is_a_stream(void **state)
{
    (void)state;
    run_trail(read_standard_input, "6[typed] ");
}

static int dial_nonsense(void *arg)
{
    (void)arg;
    static const char *const nonsense[] = {
        "",         "tcp:",        "tcp:80",          "tcp:127.0.0.1",     "tcp:127.0.0.1:",
        "udp:1:1",  "tcp:1.2.3:4", "tcp:127.0.0.1:x", "tcp:127.0.0.1:+1",  "tcp:127.0.0.1:65536",
        "unix:",    "tcp:[::1:80", "tcp:a name:80",   "tcp:127.0.0.1:80a", "127.0.0.1:80",
        "tcp:[]:1",
    };
    char longest[200] = "unix:";
    troupe_stream stream = {1};
    for (size_t i = 0; i < sizeof nonsense / sizeof nonsense[0]; i++) {
        assert_int_equal(troupe_dial(&stream, nonsense[i]), -EINVAL);
        assert_int_equal(stream.value, 0);
        assert_int_equal(troupe_listen(&stream, nonsense[i]), -EINVAL);
    }
    memset(longest + 5, 'x', sizeof longest - 6);
    assert_int_equal(troupe_dial(&stream, longest), -ENAMETOOLONG);
    return 0;
}

static void other_addresses_are_refused(void **state)
{
    (void)state;
    run(dial_nonsense);
}

static int everything(void *arg)
{
    (void)arg;
    char text[8];
    int rc = open_near();
    if (rc == 0)
        rc = troupe_stream_write(near, "ab", 2);
    if (rc >= 0)
        rc = (int)write(wire[1], "abc\n", 4);
    if (rc >= 0)
        rc = troupe_stream_read_line(near, text, sizeof text);
    if (rc >= 0)
        rc = troupe_stream_give(near, troupe_self());
    if (rc >= 0)
        rc = troupe_listen(&listener, "tcp:127.0.0.1:0");
    if (rc >= 0)
        rc = troupe_stream_address(listener, address, sizeof address);
    if (rc >= 0)
        rc = troupe_dial(&near, address);
    close(wire[1]);
    return rc;
}

static void every_lack_of_memory_is_told(void **state)
{
    (void)state;
    run_out_of_memory(everything, 8);
}

HARNESS_MAIN(cmocka_unit_test(lines_are_found_in_what_comes), cmocka_unit_test(a_line_has_a_limit),
             cmocka_unit_test(a_record_is_read_whole_or_not_at_all),
             cmocka_unit_test(an_interrupted_read_has_taken_nothing),
             cmocka_unit_test(a_closed_stream_is_known_as_such),
             cmocka_unit_test(a_woken_reader_of_a_closed_stream_is_told),
             cmocka_unit_test(a_stream_goes_with_its_owner),
             cmocka_unit_test(servers_listen_at_addresses),
             cmocka_unit_test(standard_input_is_a_stream),
             cmocka_unit_test(other_addresses_are_refused),
             cmocka_unit_test(every_lack_of_memory_is_told))
