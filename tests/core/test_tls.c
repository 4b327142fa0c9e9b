/*
 * Encrypted streams: what is read is what was written, whoever breaks off, is silent, is
 * interrupted or speaks something else.
 */

#include "encrypted.h"

static int talk(void *arg)
{
    (void)arg;
    char line[16], text[TROUPE_ADDRESS_BYTES];
    troupe_stream stream;
    troupe_pid server = begin_serving(&server_options);
    assert_int_equal(troupe_tls_dial(&stream, address, &client_options), 0);
    assert_string_equal(why, "");
    assert_int_equal(troupe_stream_peer(stream, text, sizeof text), 0);
    assert_string_equal(text, address);
    assert_int_equal(troupe_tls_peer(stream, text, sizeof text), 0);
    assert_string_equal(text, "CN=server");
    assert_int_equal(troupe_tls_protocol(stream, text, sizeof text), 0);
    assert_string_equal(text, "");
    assert_int_equal(troupe_stream_write(stream, "one\ntwo\n", 8), 8);
    assert_int_equal(troupe_stream_read_line(stream, line, sizeof line), 4);
    assert_string_equal(line, "one");
    assert_int_equal(troupe_stream_read_exactly(stream, line, 4), 4);
    assert_int_equal(troupe_stream_shut(stream), 0);
    assert_int_equal(troupe_stream_write(stream, "x", 1), -EPIPE);
    assert_int_equal(troupe_stream_read_line(stream, line, sizeof line), 3);
    assert_string_equal(line, "bye");
    assert_int_equal(troupe_stream_read(stream, line, sizeof line), 0);
    troupe_stream_close(&stream);
    end_serving(server);
    assert_int_equal(last_end, 0);
    return 0;
}

static void lines_go_there_and_back(void **state)
{
    (void)state;
    run(talk);
}

#define MUCH 3000000

static troupe_stream wide;

static int write_much(void *arg)
{
    char *data = malloc(MUCH);
    (void)arg;
    for (int i = 0; i < MUCH; i++)
        data[i] = (char)(i % 253);
    int rc = troupe_stream_write(wide, data, MUCH);
    free(data);
    return rc == MUCH ? troupe_stream_shut(wide) : -EIO;
}

static int send_much(void *arg)
{
    (void)arg;
    char bytes[10000];
    int count, total = 0;
    troupe_pid server = begin_serving(&server_options);
    assert_int_equal(troupe_tls_dial(&wide, address, &client_options), 0);
    troupe_pid writer = start(write_much, 0);
    while ((count = troupe_stream_read(wide, bytes, sizeof bytes)) > 0 && total < MUCH)
        for (int i = 0; i < count && total < MUCH; i++, total++)
            assert_int_equal((unsigned char)bytes[i], total % 253);
    assert_int_equal(total, MUCH);
    assert_int_equal(end_of(writer), 0);
    troupe_stream_close(&wide);
    end_serving(server);
    return 0;
}

static void both_directions_at_once(void **state)
{
    (void)state;
    run(send_much);
}

static int speak_plainly(void *arg)
{
    (void)arg;
    char byte;
    troupe_pid server = begin_serving(&server_options);
    troupe_stream stream = dial_plainly();
    assert_int_equal(troupe_stream_write(stream, "GET / HTTP/1.1\r\n", 16), 16);
    while (troupe_stream_read(stream, &byte, 1) > 0)
        ; /* the alert */
    troupe_stream_close(&stream);
    end_serving(server);
    assert_int_equal(last_end, -EPROTO);
    assert_string_equal(why, "what the other side sends is not TLS (http request)");
    return 0;
}

static int answer_plainly(void *arg)
{
    troupe_stream stream;
    (void)arg;
    assert_int_equal(troupe_stream_accept(listener, &stream), 0);
    assert_int_equal(troupe_stream_write(stream, "220 welcome\r\n", 13), 13);
    return 0;
}

static int dial_plain_server(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_listen(&listener, "tcp:127.0.0.1:0"), 0);
    assert_int_equal(troupe_stream_address(listener, address, sizeof address), 0);
    troupe_pid server = start(answer_plainly, 0);
    assert_int_equal(dial_with(client_options, "localhost"), -EPROTO);
    assert_string_equal(why, "what the other side sends is not TLS (wrong version number)");
    return end_of(server);
}

static void what_is_no_tls_is_told(void **state)
{
    (void)state;
    run(speak_plainly);
    run(dial_plain_server);
}

static int cut_off(void *arg)
{
    (void)arg;
    char byte;
    troupe_stream stream;
    troupe_pid server = begin_serving(&server_options);
    assert_int_equal(troupe_tls_dial(&stream, address, &client_options), 0);
    assert_int_equal(troupe_stream_write(stream, "x", 1), 1);
    assert_int_equal(troupe_stream_read(stream, &byte, 1), 1);
    assert_int_equal(shutdown(troupe_stream_fd(stream), SHUT_RDWR), 0); /* no goodbye */
    troupe_stream_close(&stream);
    end_serving(server);
    assert_int_equal(last_end, -ECONNRESET);
    assert_string_equal(why, "the connection was cut off: the other side did not say goodbye");
    return 0;
}

static void an_end_without_goodbye_is_none(void **state)
{
    (void)state;
    run(cut_off);
}

static int read_byte(void *arg)
{
    troupe_stream stream = {(uint64_t)(uintptr_t)arg};
    char byte;
    return troupe_stream_read(stream, &byte, 1);
}

static int meet_a_silent_client(void *arg)
{
    (void)arg;
    troupe_stream accepted;
    assert_int_equal(troupe_tls_listen(&listener, "tls:127.0.0.1:0", &server_options), 0);
    assert_int_equal(troupe_stream_address(listener, address, sizeof address), 0);
    troupe_stream silent = dial_plainly();
    assert_int_equal(troupe_stream_accept(listener, &accepted), 0); /* without a word of it */
    troupe_pid reader = start(read_byte, (intptr_t)accepted.value);
    assert_int_equal(troupe_stream_write(accepted, "x", 1), -EBUSY);
    assert_int_equal(read_byte((void *)(uintptr_t)accepted.value), -EBUSY);
    assert_int_equal(troupe_cancel(reader, "enough"), 0);
    assert_int_equal(end_of(reader), -ECANCELED);
    reader = start(read_byte, (intptr_t)accepted.value);
    assert_int_equal(troupe_kill(reader), 0);
    assert_int_equal(end_of(reader), TROUPE_KILLED);
    troupe_scope scope;
    troupe_scope_open(&scope, TROUPE_MS(1));
    assert_int_equal(troupe_tls_handshake(accepted), -ECANCELED);
    assert_int_equal(troupe_scope_join(&scope), -ETIMEDOUT);
    reader = start(read_byte, (intptr_t)accepted.value);
    troupe_stream_close(&accepted);
    assert_int_equal(end_of(reader), -EBADF);
    troupe_stream_close(&silent);
    return 0;
}

static void a_silent_client_keeps_only_its_actor(void **state)
{
    (void)state;
    run(meet_a_silent_client);
}

static bool may_read;

/* Takes a connection, and reads all of it when it may. */
static int read_much(void *arg)
{
    static char bytes[100000];
    troupe_stream stream;
    int count, total = 0, rc = 0;
    (void)arg;
    assert_int_equal(troupe_stream_accept(listener, &stream), 0);
    assert_int_equal(troupe_tls_handshake(stream), 0);
    while (!may_read && rc == 0)
        rc = troupe_sleep(TROUPE_MS(1));
    while (rc == 0 && (count = troupe_stream_read(stream, bytes, sizeof bytes)) > 0)
        for (int i = 0; i < count; i++, total++)
            assert_int_equal((unsigned char)bytes[i], total % 253);
    return total;
}

static int interrupt_a_write(void *arg)
{
    (void)arg;
    static char data[2 * MUCH];
    for (int i = 0; i < 2 * MUCH; i++)
        data[i] = (char)(i % 253);
    may_read = false;
    assert_int_equal(troupe_tls_listen(&listener, "tls:127.0.0.1:0", &server_options), 0);
    assert_int_equal(troupe_stream_address(listener, address, sizeof address), 0);
    int small = 4096;
    assert_int_equal(
        setsockopt(troupe_stream_fd(listener), SOL_SOCKET, SO_RCVBUF, &small, sizeof small), 0);
    troupe_pid reader = start(read_much, 0);
    assert_int_equal(troupe_tls_dial(&wide, address, &client_options), 0);
    assert_int_equal(
        setsockopt(troupe_stream_fd(wide), SOL_SOCKET, SO_SNDBUF, &small, sizeof small), 0);
    int sent = 0;
    while (sent <= 0) { /* nobody reads */
        troupe_scope scope;
        troupe_scope_open(&scope, TROUPE_MS(5));
        sent = troupe_stream_write(wide, data, sizeof data);
        assert_int_equal(troupe_scope_join(&scope), -ETIMEDOUT);
    }
    assert_in_range(sent, 1, sizeof data - 1);
    may_read = true;
    assert_int_equal(troupe_stream_write(wide, data + sent, sizeof data - (size_t)sent),
                     (int)sizeof data - sent);
    troupe_stream_close(&wide);
    assert_int_equal(end_of(reader), sizeof data);
    return 0;
}

static void an_interrupted_write_goes_on(void **state)
{
    (void)state;
    run(interrupt_a_write);
}

static int everything(void *arg)
{
    (void)arg;
    char bytes[4];
    troupe_stream stream = {0};
    int rc = troupe_tls_listen(&listener, "tls:127.0.0.1:0", &server_options);
    if (rc == 0)
        rc = troupe_stream_address(listener, address, sizeof address);
    if (rc < 0)
        return rc;
    last_end = 0;
    troupe_scope scope;
    troupe_scope_open(&scope, TROUPE_S(20)); /* a hang would end here */
    troupe_pid server;
    rc = troupe_scope_spawn(&scope, serve, NULL, &server);
    if (rc == 0)
        rc = troupe_tls_dial(&stream, address, &client_options);
    if (rc == 0)
        rc = troupe_stream_write(stream, "x", 1);
    if (rc == 1)
        rc = troupe_stream_shut(stream);
    if (rc == 0)
        rc = troupe_stream_read_exactly(stream, bytes, 4);
    if (rc == 4)
        rc = troupe_stream_read(stream, bytes, 4);
    troupe_stream_close(&stream);
    troupe_stream_close(&listener);
    int status = troupe_scope_join(&scope);
    return rc < 0 ? rc : status;
}

static void every_lack_of_memory_is_told(void **state)
{
    (void)state;
    int n;
    for (n = 0;; n++) {
        alloc_fail_after(n, 0);
        int rc = troupe_run(everything, NULL);
        if (!alloc_has_failed())
            break;
        assert_true(rc < 0); /* or what the other side makes of it */
        assert_int_not_equal(rc, -ETIMEDOUT);
    }
    assert_in_range(n, 20, 200);
    alloc_fail_after(-1, 0);
}

ENCRYPTED_MAIN(cmocka_unit_test(lines_go_there_and_back), cmocka_unit_test(both_directions_at_once),
               cmocka_unit_test(what_is_no_tls_is_told),
               cmocka_unit_test(an_end_without_goodbye_is_none),
               cmocka_unit_test(a_silent_client_keeps_only_its_actor),
               cmocka_unit_test(an_interrupted_write_goes_on),
               cmocka_unit_test(every_lack_of_memory_is_told))
