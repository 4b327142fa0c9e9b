/*
 * Every system call of an encrypted connection fails once, one after the other: both ends are told,
 * nobody hangs, and nothing is left behind.
 */

#include "faults.h"

#include "encrypted.h"

static int serve_faultily(void *arg)
{
    troupe_stream stream;
    char line[16];
    (void)arg;
    int rc = troupe_stream_accept(listener, &stream);
    if (rc == 0)
        rc = troupe_stream_read_line(stream, line, sizeof line);
    if (rc > 0)
        rc = troupe_stream_write(stream, "answer\n", 7);
    if (rc > 0)
        rc = troupe_stream_shut(stream);
    return rc < 0 ? rc : 0;
}

static int talk_faultily(void *arg)
{
    troupe_stream stream;
    char line[16];
    (void)arg;
    int rc = troupe_tls_dial(&stream, address, &client_options);
    if (rc == 0)
        rc = troupe_stream_write(stream, "question\n", 9);
    if (rc > 0)
        rc = troupe_stream_read_line(stream, line, sizeof line);
    if (rc > 0)
        rc = troupe_stream_read(stream, line, sizeof line); /* its goodbye */
    return rc < 0 ? rc : 0;
}

static int everything(void *arg)
{
    (void)arg;
    int rc = troupe_tls_listen(&listener, "tls:127.0.0.1:0", &server_options);
    if (rc == 0)
        rc = troupe_stream_address(listener, address, sizeof address);
    if (rc < 0)
        return rc;
    troupe_scope scope;
    troupe_scope_open(&scope, TROUPE_S(30)); /* a hang would end here */
    troupe_scope_spawn(&scope, serve_faultily, NULL, NULL);
    troupe_scope_spawn(&scope, talk_faultily, NULL, NULL);
    return troupe_scope_join(&scope);
}

static void a_failure_is_told_and_leaves_nothing(void **state)
{
    (void)state;
    assert_true(fail_one_by_one(everything, EIO) > 15);
}

static void an_interrupted_call_is_made_again(void **state)
{
    (void)state;
    assert_int_equal(fail_one_by_one(everything, EINTR), 0);
}

ENCRYPTED_MAIN(cmocka_unit_test(a_failure_is_told_and_leaves_nothing),
               cmocka_unit_test(an_interrupted_call_is_made_again))
