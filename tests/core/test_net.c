/*
 * The simulated network: what arrives, and when, over lines that are slow, lossy, cut and broken;
 * and that a run over it can be had again, to the byte.
 */

#include "seeded.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* So many milliseconds have passed since then, but for some turns. */
static int ms_since(troupe_ns begun)
{
    return (int)((troupe_now() - begun) / TROUPE_MS(1));
}

/* Sends each line back, up to one that begins with a q. */
static int echo(void *arg)
{
    troupe_stream stream = {(uintptr_t)arg};
    char line[64];
    int count;
    while ((count = troupe_stream_read_until(stream, '\n', line, sizeof line)) > 0)
        if (line[0] == 'q' || troupe_stream_write(stream, line, (size_t)count) < 0)
            break;
    return 0;
}

static int serve(void *arg)
{
    troupe_stream listener;
    int rc = troupe_net_move(arg);
    if (rc == 0)
        rc = troupe_listen(&listener, "tcp:0.0.0.0:7");
    return rc < 0 ? rc : troupe_stream_serve(listener, echo);
}

/* A simulated network with an echo server on the host "server", which this ends with the scope. */
static troupe_pid begin(const troupe_line *line)
{
    assert_int_equal(troupe_net_simulate(line), 0);
    troupe_pid server = start(serve, (intptr_t) "server");
    assert_int_equal(troupe_net_move("client"), 0);
    return server;
}

static void end(troupe_pid server)
{
    assert_int_equal(troupe_kill(server), 0);
    assert_int_equal(troupe_join(server, NULL, TROUPE_FOREVER), 0);
}

static int ask(troupe_stream stream)
{
    char line[64];
    int rc = troupe_stream_write(stream, "hello\n", 6);
    return rc < 0 ? rc : troupe_stream_read_line(stream, line, sizeof line);
}

static int talk(void *arg)
{
    (void)arg;
    char text[TROUPE_ADDRESS_BYTES];
    troupe_stream stream;
    troupe_pid server = begin(&(troupe_line){.latency = TROUPE_MS(20)});
    troupe_ns begun = troupe_now();
    assert_int_equal(troupe_dial(&stream, "tcp:server:7"), 0);
    assert_int_equal(ms_since(begun), 40);
    assert_int_equal(ask(stream), 6);
    assert_int_equal(ms_since(begun), 80);
    assert_int_equal(troupe_stream_address(stream, text, sizeof text), 0);
    assert_string_equal(text, "tcp:client:49152");
    assert_int_equal(troupe_stream_peer(stream, text, sizeof text), 0);
    assert_string_equal(text, "tcp:server:7");
    assert_int_equal(troupe_stream_fd(stream), -ENOTSUP);
    assert_int_equal(troupe_stream_shut(stream), 0);
    assert_int_equal(troupe_stream_read(stream, text, 1), 0); /* the server closes, too */
    assert_int_equal(troupe_stream_write(stream, "x", 1), -EPIPE);
    troupe_stream_close(&stream);
    end(server);
    return 0;
}

static void a_line_takes_its_time(void **state)
{
    (void)state;
    run_virtually(talk, 0);
}

static int be_refused(void *arg)
{
    (void)arg;
    troupe_stream stream, other;
    assert_int_equal(troupe_net_cut("a", "b"), -ENOTSUP);
    assert_int_equal(troupe_net_simulate(&(troupe_line){.latency = -1}), -EINVAL);
    assert_int_equal(troupe_net_simulate(&(troupe_line){.loss = 1.5}), -EINVAL);
    troupe_pid server = begin(NULL);
    assert_int_equal(troupe_net_simulate(NULL), -EALREADY);
    assert_int_equal(troupe_net_move(""), -EINVAL);
    assert_int_equal(troupe_net_line("a", "b", &(troupe_line){.breaks = 2}), -EINVAL);
    assert_int_equal(troupe_dial(&stream, "tcp:server:8"), -ECONNREFUSED);
    assert_int_equal(troupe_dial(&stream, "tcp:nobody:7"), -ECONNREFUSED);
    assert_int_equal(troupe_dial(&stream, "tcp:localhost:7"), -ECONNREFUSED);
    assert_int_equal(troupe_dial(&stream, "unix:/tmp/none"), -ENOENT);
    assert_int_equal(troupe_dial(&stream, "tls:server:7"), -ENOTSUP);
    assert_int_equal(troupe_listen(&stream, "tcp:server:9"), -EADDRNOTAVAIL);
    assert_int_equal(troupe_listen(&stream, "unix:/tmp/here"), 0);
    assert_int_equal(troupe_listen(&other, "unix:/tmp/here"), -EADDRINUSE);
    char byte;
    assert_int_equal(troupe_stream_read(stream, &byte, 1), -ENOTCONN);
    assert_int_equal(troupe_stream_write(stream, &byte, 1), -ENOTCONN);
    assert_int_equal(troupe_dial(&other, "unix:/tmp/here"), 0);
    troupe_stream_close(&stream); /* before it has taken the connection */
    assert_int_equal(troupe_stream_read(other, &byte, 1), -ECONNRESET);
    end(server);
    return 0;
}

static void what_cannot_be_is_refused(void **state)
{
    (void)state;
    run_virtually(be_refused, 0);
}

/* --- slow peers ------------------------------------------------------------------------------ */

static int read_slowly(void *arg)
{
    troupe_stream stream = {(uintptr_t)arg};
    char room[1000];
    int count, total = 0;
    while ((count = troupe_stream_read(stream, room, sizeof room)) > 0) {
        for (int i = 0; i < count; i++)
            assert_int_equal(room[i], (total + i) % 113);
        total += count;
        assert_int_equal(troupe_sleep(TROUPE_MS(1)), 0);
    }
    leave_trail("%d ", total);
    return count;
}

static int be_slow(void *arg)
{
    (void)arg;
    static char data[200000];
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (char)(i % 113);
    troupe_stream ends[2];
    assert_int_equal(troupe_net_pair(ends), 0);
    troupe_pid reader = start(read_slowly, (intptr_t)ends[1].value);
    troupe_ns begun = troupe_now();
    assert_int_equal(troupe_stream_write(ends[0], data, sizeof data), sizeof data);
    assert_in_range(ms_since(begun), 130, 140); /* the window is full until so much is read */
    troupe_stream_close(&ends[0]);
    assert_int_equal(end_of(reader), 0);

    assert_int_equal(troupe_net_simulate(&(troupe_line){.bandwidth = 1000, .window = 64}), 0);
    assert_int_equal(troupe_net_pair(ends), 0);
    reader = start(read_slowly, (intptr_t)ends[1].value);
    begun = troupe_now();
    assert_int_equal(troupe_stream_write(ends[0], data, 500), 500);
    assert_in_range(ms_since(begun), 430, 450); /* all but the window has arrived */
    troupe_stream_close(&ends[0]);
    assert_int_equal(end_of(reader), 0);
    return 0;
}

static void a_slow_peer_holds_its_sender(void **state)
{
    (void)state;
    run_virtually(be_slow, 0);
    assert_string_equal(trail, "200000 500 ");
}

/* --- loss ------------------------------------------------------------------------------------ */

static int lose(void *arg)
{
    (void)arg;
    troupe_stream stream;
    troupe_pid server = begin(&(troupe_line){.latency = TROUPE_MS(1), .loss = 0.1});
    assert_int_equal(troupe_dial(&stream, "tcp:server:7"), 0);
    int late = 0;
    for (int i = 0; i < 200; i++) {
        troupe_ns begun = troupe_now();
        assert_int_equal(ask(stream), 6);
        late += ms_since(begun) >= 200;
    }
    assert_in_range(late, 20, 60); /* of 38 to be expected */
    assert_int_equal(troupe_net_line("client", "server", &(troupe_line){.breaks = 1}), 0);
    assert_int_equal(ask(stream), -ECONNRESET);
    end(server);
    return 0;
}

static void what_is_lost_comes_later(void **state)
{
    (void)state;
    run_virtually(lose, 0);
}

/* --- partitions ------------------------------------------------------------------------------ */

static int heal_later(void *arg)
{
    assert_int_equal(troupe_sleep(TROUPE_S((intptr_t)arg)), 0);
    return troupe_net_heal("server", NULL);
}

static int fall_apart(void *arg)
{
    (void)arg;
    troupe_stream stream, other;
    char line[8];
    troupe_pid server = begin(&(troupe_line){.latency = TROUPE_MS(10)});
    assert_int_equal(troupe_dial(&stream, "tcp:server:7"), 0);
    assert_int_equal(troupe_stream_write(stream, "1\n", 2), 2);
    assert_int_equal(troupe_net_cut("client", "server"), 0); /* what flies is held up */
    assert_int_equal(troupe_stream_write(stream, "2\n", 2), 2);
    troupe_pid healer = start(heal_later, 5);
    troupe_ns begun = troupe_now();
    assert_int_equal(troupe_stream_read_line(stream, line, sizeof line), 2);
    assert_string_equal(line, "1");
    assert_int_equal(ms_since(begun), 5020);
    assert_int_equal(troupe_stream_read_line(stream, line, sizeof line), 2);
    assert_string_equal(line, "2");
    assert_int_equal(end_of(healer), 0);

    assert_int_equal(troupe_net_cut("server", NULL), 0);
    healer = start(heal_later, 30);
    begun = troupe_now();
    assert_int_equal(troupe_dial(&other, "tcp:server:7"), 0);
    assert_int_equal(ms_since(begun), 30020);
    assert_int_equal(end_of(healer), 0);

    assert_int_equal(troupe_net_cut("server", NULL), 0);
    begun = troupe_now();
    assert_int_equal(troupe_stream_write(stream, "3\n", 2), 2);
    assert_int_equal(troupe_stream_read_line(stream, line, sizeof line), -ETIMEDOUT);
    assert_int_equal(ms_since(begun), TROUPE_NET_GIVE_UP_NS / TROUPE_MS(1));
    assert_int_equal(troupe_stream_write(stream, "4\n", 2), -ETIMEDOUT);
    begun = troupe_now();
    assert_int_equal(troupe_dial(&stream, "tcp:server:7"), -ETIMEDOUT);
    assert_int_equal(ms_since(begun), TROUPE_NET_DIAL_NS / TROUPE_MS(1));
    assert_int_equal(troupe_net_break("server", NULL), 2);
    end(server);
    return 0;
}

static void a_cut_line_holds_up_what_is_sent(void **state)
{
    (void)state;
    run_virtually(fall_apart, 0);
}

static int break_off(void *arg)
{
    (void)arg;
    troupe_stream stream, other;
    troupe_pid server = begin(&(troupe_line){.latency = TROUPE_MS(10)});
    assert_int_equal(troupe_dial(&stream, "tcp:server:7"), 0);
    assert_int_equal(troupe_dial(&other, "tcp:server:7"), 0);
    assert_int_equal(troupe_net_break("client", "nobody"), 0);
    assert_int_equal(ask(stream), 6);
    assert_int_equal(troupe_net_break("server", "client"), 2);
    assert_int_equal(ask(stream), -ECONNRESET);
    assert_int_equal(ask(other), -ECONNRESET);
    assert_int_equal(troupe_dial(&stream, "tcp:server:7"), 0);
    assert_int_equal(troupe_stream_write(stream, "q\n", 2), 2);
    assert_int_equal(troupe_sleep(TROUPE_MS(30)), 0);
    assert_int_equal(troupe_stream_write(stream, "x\n", 2), 2);
    assert_int_equal(troupe_sleep(TROUPE_MS(30)), 0);
    assert_int_equal(troupe_stream_write(stream, "y\n", 2), -EPIPE); /* nobody has read it */
    end(server);
    return 0;
}

static void connections_break(void **state)
{
    (void)state;
    run_virtually(break_off, 0);
}

/* --- who waits ------------------------------------------------------------------------------- */

static int read_one(void *arg)
{
    char byte;
    int rc = troupe_stream_read((troupe_stream){(uintptr_t)arg}, &byte, 1);
    leave_trail("%d ", rc);
    return 0;
}

static int accept_one(void *arg)
{
    troupe_stream stream;
    leave_trail("%d ", troupe_stream_accept((troupe_stream){(uintptr_t)arg}, &stream));
    return 0;
}

static int wait_there(void *arg)
{
    (void)arg;
    troupe_stream ends[2], listener;
    assert_int_equal(troupe_net_simulate(NULL), 0);
    assert_int_equal(troupe_net_pair(ends), 0);
    troupe_pid reader = start(read_one, (intptr_t)ends[0].value);
    read_one((void *)(uintptr_t)ends[0].value);
    assert_int_equal(troupe_cancel(reader, NULL), 0);
    (void)end_of(reader);
    reader = start(read_one, (intptr_t)ends[0].value);
    troupe_stream_close(&ends[0]);
    (void)end_of(reader);
    assert_int_equal(troupe_listen(&listener, "tcp:localhost:0"), 0);
    troupe_pid acceptor = start(accept_one, (intptr_t)listener.value);
    accept_one((void *)(uintptr_t)listener.value);
    troupe_stream_close(&listener);
    (void)end_of(acceptor);
    return 0;
}

static void waits_end_as_they_should(void **state)
{
    (void)state;
    run_virtually(wait_there, 0);
    char expected[128];
    snprintf(expected, sizeof expected, "%d %d %d %d %d ", -EBUSY, -ECANCELED, -EBADF, -EBUSY,
             -EBADF);
    assert_string_equal(trail, expected);
}

static int wait_for_ever(void *arg)
{
    (void)arg;
    troupe_stream ends[2];
    char byte;
    assert_int_equal(troupe_net_pair(ends), 0);
    return troupe_stream_read(ends[0], &byte, 1);
}

static int be_stuck(void *arg)
{
    (void)arg;
    exit(troupe_run(wait_for_ever, NULL) == 0);
}

static void nothing_but_such_streams_is_stuck(void **state)
{
    (void)state;
    told_begin();
    pid_t child = fork();
    if (child == 0)
        be_stuck(NULL);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(WEXITSTATUS(status), 3);
    assert_non_null(strstr(told_end(), "main <0.0.1> waits for"));
}

/* --- memory ---------------------------------------------------------------------------------- */

static int meet_at_home(void *arg)
{
    (void)arg;
    troupe_stream listener, stream, taken;
    int rc = troupe_net_simulate(&(troupe_line){.latency = TROUPE_MS(1)});
    if (rc == 0)
        rc = troupe_net_move("here");
    if (rc == 0)
        rc = troupe_net_line("here", "here", &(troupe_line){.latency = TROUPE_US(1)});
    if (rc == 0)
        rc = troupe_listen(&listener, "tcp:localhost:7");
    if (rc == 0)
        rc = troupe_dial(&stream, "tcp:here:7");
    if (rc == 0)
        rc = troupe_stream_accept(listener, &taken);
    if (rc == 0)
        rc = troupe_stream_write(taken, "x\n", 2);
    if (rc >= 0)
        rc = ask(stream);
    return rc < 0 ? rc : 0;
}

static int reply_once(void *arg)
{
    (void)arg;
    troupe_stream ends[2];
    int rc = troupe_net_pair(ends);
    if (rc == 0)
        rc = troupe_stream_write(ends[1], "x\n", 2);
    if (rc >= 0)
        rc = ask(ends[0]);
    return rc < 0 ? rc : 0;
}

static void without_memory_it_says_so(void **state)
{
    (void)state;
    run_out_of_memory(reply_once, 6);
    setenv("TROUPE_TIME", "virtual", 1);
    run_out_of_memory(meet_at_home, 20);
    unsetenv("TROUPE_TIME");
}

/* --- the same again -------------------------------------------------------------------------- */

static int client(void *arg)
{
    char host[16];
    troupe_stream stream;
    snprintf(host, sizeof host, "client%d", (int)(intptr_t)arg);
    assert_int_equal(troupe_net_move(host), 0);
    int rc = troupe_dial(&stream, "tcp:server:7");
    for (int i = 0; i < 10 && rc >= 0; i++)
        rc = ask(stream);
    return rc < 0 ? rc : 0;
}

static int bustle(void *arg)
{
    (void)arg;
    troupe_pid pids[4];
    troupe_pid server = begin(&(troupe_line){
        .latency = TROUPE_MS(5),
        .jitter = TROUPE_MS(5),
        .loss = 0.05,
        .bandwidth = 10000,
    });
    for (int i = 0; i < 4; i++)
        pids[i] = start(client, i);
    assert_int_equal(troupe_net_cut("client1", "server"), 0);
    assert_int_equal(troupe_sleep(TROUPE_S(1)), 0);
    assert_int_equal(troupe_net_heal("client1", "server"), 0);
    for (int i = 0; i < 4; i++)
        assert_int_equal(end_of(pids[i]), 0);
    end(server);
    return 0;
}

static void a_seed_stands_for_one_trace(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 3; seed++) {
        const char *first = trace_of_seed(bustle, seed);
        assert_string_equal(first, trace_of_seed(bustle, seed));
        assert_string_not_equal(first, trace_of_seed(bustle, seed + 1));
    }
    assert_non_null(strstr(trace_of_seed(bustle, 1), "cut the line between client1 and server"));
    assert_non_null(strstr(trace_of_seed(bustle, 1), "heal the line between client1 and server"));
}

HARNESS_MAIN(cmocka_unit_test(a_line_takes_its_time), cmocka_unit_test(what_cannot_be_is_refused),
             cmocka_unit_test(a_slow_peer_holds_its_sender),
             cmocka_unit_test(what_is_lost_comes_later),
             cmocka_unit_test(a_cut_line_holds_up_what_is_sent),
             cmocka_unit_test(connections_break), cmocka_unit_test(waits_end_as_they_should),
             cmocka_unit_test(nothing_but_such_streams_is_stuck),
             cmocka_unit_test(without_memory_it_says_so), TRACED(a_seed_stands_for_one_trace))
