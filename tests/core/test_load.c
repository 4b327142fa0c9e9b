/*
 * Under load nothing is lost or out of order, and who breaks off, is slow or never reads harms
 * nobody else.
 *
 * TROUPE_LOAD=10000000 sends that many messages instead of a few.
 */

#include "wires.h"

enum { MESSAGES_FEW = 200000, SENDERS = 100, CLIENTS = 60, TAG = 1 };

static long messages(void)
{
    const char *text = getenv("TROUPE_LOAD");
    return text != NULL ? strtol(text, NULL, 10) : MESSAGES_FEW;
}

struct letter {
    long sender, number;
};

static troupe_pid collector;

static int send_numbers(void *arg)
{
    long count = messages() / SENDERS;
    for (struct letter letter = {(intptr_t)arg, 0}; letter.number < count; letter.number++)
        assert_int_equal(troupe_send_wait(collector, TAG, &letter, sizeof letter, TROUPE_FOREVER),
                         0);
    return 0;
}

static int collect(void *arg)
{
    long next[SENDERS] = {0}, count = messages() / SENDERS;
    (void)arg;
    collector = troupe_self();
    assert_int_equal(troupe_mailbox_limit(collector, 1000, TROUPE_REFUSE), 0);
    for (intptr_t i = 0; i < SENDERS; i++)
        assert_int_equal(troupe_spawn(send_numbers, (void *)i, NULL), 0);
    for (long i = 0; i < count * SENDERS; i++) {
        troupe_msg *msg;
        assert_int_equal(troupe_recv(&msg, TROUPE_FOREVER), 0);
        const struct letter *letter = troupe_msg_data(msg, NULL);
        assert_int_equal(letter->number, next[letter->sender]++);
        troupe_msg_free(&msg);
    }
    for (int i = 0; i < SENDERS; i++)
        assert_int_equal(next[i], count);
    assert_mailbox_empty();
    return 0;
}

static void messages_come_once_and_in_order(void **state)
{
    (void)state;
    run(collect);
}

/* A server that adds one to each number that it is sent, and how its connections ended. */
static troupe_stream listener;
static char address[TROUPE_ADDRESS_BYTES];
static int ended, broken_off;

static int add_one(void *arg)
{
    troupe_stream stream = {(uintptr_t)arg};
    uint32_t number;
    int rc;
    while ((rc = troupe_stream_read_exactly(stream, &number, sizeof number)) > 0) {
        number++;
        rc = troupe_stream_write(stream, &number, sizeof number);
        if (rc < 0)
            break;
    }
    ended++;
    broken_off += rc < 0;
    return 0;
}

static int serve(void *arg)
{
    (void)arg;
    return troupe_stream_serve(listener, add_one);
}

static void begin_listening(void)
{
    ended = broken_off = 0;
    assert_int_equal(troupe_listen(&listener, "tcp:127.0.0.1:0"), 0);
    assert_int_equal(troupe_stream_address(listener, address, sizeof address), 0);
}

static troupe_pid begin_serving(void)
{
    begin_listening();
    return start(serve, 0);
}

/* Waits until so many connections have ended. */
static void end_serving(troupe_pid server, int count)
{
    while (ended < count)
        assert_int_equal(troupe_sleep(TROUPE_MS(1)), 0);
    troupe_stream_close(&listener);
    assert_int_equal(end_of(server), 0);
}

static troupe_stream dial(void)
{
    troupe_stream stream;
    assert_int_equal(troupe_dial(&stream, address), 0);
    return stream;
}

/* Asks one question after the other, and each answer is the right one. */
static int be_good(void *arg)
{
    troupe_stream stream = dial();
    long count = messages() / CLIENTS / 10;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t number = i;
        assert_int_equal(troupe_stream_write(stream, &number, sizeof number), sizeof number);
        assert_int_equal(troupe_stream_read_exactly(stream, &number, sizeof number), sizeof number);
        assert_int_equal(number, i + 1);
    }
    return arg != NULL ? troupe_stream_shut(stream) : 0;
}

/* Asks a thousand questions at once, closes its half, and then reads the answers bit by bit. */
static int be_slow(void *arg)
{
    enum { QUESTIONS = 1000 };
    static uint32_t questions[QUESTIONS];
    troupe_stream stream = dial();
    (void)arg;
    for (uint32_t i = 0; i < QUESTIONS; i++)
        questions[i] = i;
    assert_int_equal(troupe_stream_write(stream, questions, sizeof questions), sizeof questions);
    assert_int_equal(troupe_stream_shut(stream), 0);
    for (uint32_t i = 0; i < QUESTIONS; i++) {
        uint32_t number;
        for (size_t byte = 0; byte < sizeof number; byte++)
            assert_int_equal(troupe_stream_read(stream, (char *)&number + byte, 1), 1);
        assert_int_equal(number, i + 1);
        assert_int_equal(troupe_yield(), 0);
    }
    assert_int_equal(troupe_stream_read(stream, questions, 1), 0);
    return 0;
}

/* Breaks off in the middle of a question, with a reset. */
static int be_rude(void *arg)
{
    troupe_stream stream = dial();
    (void)arg;
    assert_int_equal(troupe_stream_write(stream, "abcdef", 6), 6); /* one and a half */
    reset_at_close(troupe_stream_fd(stream));
    troupe_stream_close(&stream);
    return 0;
}

static int meet_all_kinds(void *arg)
{
    static const troupe_fn kinds[] = {be_good, be_slow, be_rude};
    troupe_pid server = begin_serving();
    troupe_scope scope;
    (void)arg;
    troupe_scope_open(&scope, TROUPE_FOREVER);
    for (int i = 0; i < CLIENTS; i++)
        assert_int_equal(
            troupe_scope_spawn(&scope, kinds[i % 3], i % 2 == 0 ? NULL : address, NULL), 0);
    assert_int_equal(troupe_scope_join(&scope), 0);
    end_serving(server, CLIENTS);
    assert_int_equal(broken_off, CLIENTS / 3);
    return 0;
}

static void bad_clients_harm_only_themselves(void **state)
{
    (void)state;
    run(meet_all_kinds);
}

/* One who never reads stops its own connection's actor, which ends with the connection. */
static int never_read(void *arg)
{
    (void)arg;
    static char much[1 << 22]; /* more than the system keeps */
    int small = 4096;
    troupe_pid server = begin_serving();
    assert_int_equal(
        setsockopt(troupe_stream_fd(listener), SOL_SOCKET, SO_RCVBUF, &small, sizeof small), 0);
    assert_int_equal(
        setsockopt(troupe_stream_fd(listener), SOL_SOCKET, SO_SNDBUF, &small, sizeof small), 0);
    troupe_stream stream = dial();
    int sent = 0;
    while (sent <= 0) { /* the server reads no more: it cannot answer */
        troupe_scope scope;
        troupe_scope_open(&scope, TROUPE_MS(20));
        sent = troupe_stream_write(stream, much, sizeof much);
        assert_int_equal(troupe_scope_join(&scope), -ETIMEDOUT);
    }
    assert_in_range(sent, 1, sizeof much - 1);
    assert_int_equal(end_of(start(be_good, 0)), 0);
    troupe_stream_close(&stream);
    end_serving(server, 2);
    return 0;
}

static void who_never_reads_is_not_read_from(void **state)
{
    (void)state;
    run(never_read);
}

enum { HELD = 8 };

/* More clients come than there can be descriptors; all are served, one after the other. */
static int come_too_many(void *arg)
{
    (void)arg;
    struct rlimit limit;
    troupe_stream clients[HELD];
    begin_listening();
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    for (int i = 0; i < HELD; i++)
        clients[i] = dial();
    struct rlimit tight = {
        .rlim_cur = (rlim_t)troupe_stream_fd(clients[HELD - 1]) + 3, /* for two of them at once */
        .rlim_max = limit.rlim_max,
    };
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &tight), 0);
    troupe_pid server = start(serve, 0);
    for (int i = 0; i < HELD; i++) {
        uint32_t number = 41;
        assert_int_equal(troupe_stream_write(clients[i], &number, sizeof number), sizeof number);
        assert_int_equal(troupe_stream_read_exactly(clients[i], &number, sizeof number),
                         sizeof number);
        assert_int_equal(number, 42);
        troupe_stream_close(&clients[i]);
    }
    end_serving(server, HELD);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    return 0;
}

static void a_lack_of_descriptors_is_told_and_survived(void **state)
{
    (void)state;
    if (limits_are_played())
        harness_skip("the limit on descriptors is not the system's");
    told_begin();
    run(come_too_many);
    assert_string_equal(told_end(), "troupe: no more connections can be taken for now: Too many "
                                    "open files\n");
}

HARNESS_MAIN(cmocka_unit_test(messages_come_once_and_in_order),
             cmocka_unit_test(bad_clients_harm_only_themselves),
             cmocka_unit_test(who_never_reads_is_not_read_from),
             cmocka_unit_test(a_lack_of_descriptors_is_told_and_survived))
