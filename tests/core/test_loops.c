/*
 * Several loops: what goes through pids is the same from loop to loop as within one.
 *
 * The actors on other loops check nothing themselves: they end with a status that says whether
 * they have seen what they should.
 */

#include "three_loops.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { TOKEN = 1, STOP, ASK };

static int visit_all_loops(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_loop_count(), 3);
    assert_int_equal(troupe_loop(), 0);
    for (int i = 0; i < 6; i++)
        assert_int_equal(end_of(start_on(i, tell_loop, 0)), i % 3);
    troupe_pid pids[6];
    troupe_spec spec = {.fn = tell_loop, .place = TROUPE_ANYWHERE};
    int seen[3] = {0, 0, 0};
    for (int i = 0; i < 6; i++)
        assert_int_equal(troupe_spawn_spec(&spec, &pids[i]), 0);
    for (int i = 0; i < 6; i++)
        seen[end_of(pids[i])]++;
    for (int i = 0; i < 3; i++)
        assert_int_equal(seen[i], 2);
    return 0;
}

static void actors_run_where_they_are_placed(void **state)
{
    (void)state;
    run_on_three(visit_all_loops);
    assert_int_equal(troupe_run_on(&(troupe_options){.loops = 65}, visit_all_loops, NULL), -EINVAL);
}

/* Sends numbers, counting up, to whom its argument says. */
enum { MANY = 100000 };

static int send_many(void *to)
{
    troupe_pid pid = *(const troupe_pid *)to;
    for (int i = 0; i < MANY; i++) {
        int rc = troupe_send_wait(pid, TOKEN, &i, sizeof i, TROUPE_FOREVER);
        if (rc < 0)
            return rc;
    }
    return 0;
}

/* Of two senders' messages, each sender's are in order. */
static int receive_many(void *arg)
{
    (void)arg;
    troupe_pid self = troupe_self();
    troupe_pid from[2] = {start_on(1, send_many, (intptr_t)&self),
                          start_on(2, send_many, (intptr_t)&self)};
    int next[2] = {0, 0};
    for (int i = 0; i < 2 * MANY; i++) {
        troupe_msg *msg;
        assert_int_equal(troupe_recv(&msg, TROUPE_FOREVER), 0);
        int which = troupe_pid_equal(troupe_msg_from(msg), from[1]);
        assert_true(troupe_pid_equal(troupe_msg_from(msg), from[which]));
        assert_int_equal(*(const int *)troupe_msg_data(msg, NULL), next[which]++);
        troupe_msg_free(&msg);
    }
    assert_int_equal(end_of(from[0]), 0);
    assert_int_equal(end_of(from[1]), 0);
    return 0;
}

static void messages_stay_in_order(void **state)
{
    (void)state;
    run_on_three(receive_many);
}

/* Sends each message on to whom its argument says, as it is. */
static int relay(void *to)
{
    for (;;) {
        troupe_msg *msg;
        int rc = troupe_recv(&msg, TROUPE_FOREVER);
        if (rc == 0 && troupe_msg_tag(msg) == STOP)
            rc = 1;
        if (rc == 0)
            rc = troupe_send_msg(*(const troupe_pid *)to, &msg);
        if (rc != 0) {
            troupe_msg_free(&msg);
            return rc < 0 ? rc : 0;
        }
    }
}

static int released;

static void release(void *data)
{
    free(data);
    released++;
}

/* Messages of all sizes, there and back again by two other loops. */
static int send_round(void *arg)
{
    (void)arg;
    troupe_pid self = troupe_self();
    troupe_pid second = start_on(2, relay, (intptr_t)&self),
               first = start_on(1, relay, (intptr_t)&second);
    static const size_t sizes[] = {0, 4, 16, 17, 200, 208, 209, 5000, 300000};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        char *bytes = malloc(sizes[i] + 1);
        memset(bytes, (int)i + 1, sizes[i] + 1);
        assert_int_equal(troupe_send(first, TOKEN, bytes, sizes[i]), 0);
        troupe_msg *msg;
        size_t size;
        assert_int_equal(troupe_recv(&msg, TROUPE_FOREVER), 0);
        assert_memory_equal(troupe_msg_data(msg, &size), bytes, sizes[i]);
        assert_int_equal(size, sizes[i]);
        troupe_msg_free(&msg);
        assert_int_equal(troupe_msg_wrap(TOKEN, bytes, sizes[i], release, &msg), 0);
        assert_int_equal(troupe_send_msg(first, &msg), 0);
        assert_int_equal(troupe_recv(&msg, TROUPE_FOREVER), 0);
        assert_ptr_equal(troupe_msg_data(msg, NULL), bytes);
        troupe_msg_free(&msg);
        assert_int_equal(released, (int)i + 1);
    }
    assert_int_equal(troupe_send(first, STOP, NULL, 0), 0);
    assert_int_equal(troupe_send(second, STOP, NULL, 0), 0);
    assert_int_equal(end_of(first), 0);
    assert_int_equal(end_of(second), 0);
    assert_int_equal(troupe_send(first, TOKEN, NULL, 0), -ESRCH);
    return 0;
}

static void messages_of_all_sizes_travel(void **state)
{
    (void)state;
    run_on_three(send_round);
}

/* Answers requests with one more, but none with the number 0; ends after a negative one. */
static int answer(void *arg)
{
    (void)arg;
    for (;;) {
        troupe_msg *msg;
        int rc = troupe_recv(&msg, TROUPE_FOREVER);
        if (rc < 0)
            return rc;
        int number = *(const int *)troupe_msg_data(msg, NULL) + 1;
        rc = number > 1 ? troupe_reply(msg, TOKEN, &number, sizeof number) : 0;
        troupe_msg_free(&msg);
        if (rc < 0 || number <= 0)
            return rc < 0 ? rc : 7;
    }
}

static int call(troupe_pid pid, int number, troupe_ns limit)
{
    troupe_msg *msg;
    int rc = troupe_call(pid, ASK, &number, sizeof number, &msg, limit);
    return rc < 0 ? rc : take_number(msg);
}

static int call_far(void *arg)
{
    (void)arg;
    troupe_pid pid = start_on(1, answer, 0);
    for (int i = 1; i < 1000; i++)
        assert_int_equal(call(pid, i, TROUPE_FOREVER), i + 1);
    assert_int_equal(call(pid, 0, TROUPE_MS(1)), -ETIMEDOUT);
    troupe_ref refs[3];
    for (int i = 0; i < 3; i++) {
        int number = 10 * i + 10;
        assert_int_equal(troupe_call_start(pid, ASK, &number, sizeof number, &refs[i]), 0);
    }
    for (int i = 3; i-- > 0;) {
        troupe_msg *msg;
        assert_int_equal(troupe_call_wait(refs[i], &msg, TROUPE_FOREVER), 0);
        assert_int_equal(take_number(msg), 10 * i + 11);
    }
    assert_int_equal(call(pid, -1, TROUPE_FOREVER), -EPIPE); /* it ends instead of answering */
    assert_int_equal(end_of(pid), 7);
    assert_int_equal(call(pid, 1, TROUPE_FOREVER), -ESRCH);
    assert_mailbox_empty();
    return 0;
}

static void calls_are_answered(void **state)
{
    (void)state;
    run_on_three(call_far);
}

static int use_names(void *arg)
{
    (void)arg;
    troupe_pid pid = start_on(2, sleep_long, 0);
    assert_int_equal(troupe_register("far", pid), 0);
    assert_int_equal(troupe_register("far", troupe_self()), -EEXIST);
    assert_true(troupe_pid_equal(troupe_whereis("far"), pid));
    assert_int_equal(troupe_kill(pid), 0);
    assert_int_equal(end_of(pid), TROUPE_KILLED);
    assert_true(troupe_pid_equal(troupe_whereis("far"), TROUPE_PID_NONE));
    assert_int_equal(troupe_register("far", pid), -ESRCH);
    pid = start_on(2, sleep_long, 0);
    assert_int_equal(troupe_register("far", pid), 0);
    assert_int_equal(troupe_unregister("far"), 0);
    while (troupe_whereis("far").value != 0)
        assert_int_equal(troupe_yield(), 0);
    assert_int_equal(troupe_cancel(pid, "enough"), 0);
    assert_int_equal(end_of(pid), -ECANCELED);
    return 0;
}

static void names_are_known_everywhere(void **state)
{
    (void)state;
    run_on_three(use_names);
}

/* Takes what is in its mailbox when it is told that it may, and adds it up. */
static _Atomic bool may_take;

static int take_late(void *arg)
{
    int count = (int)(intptr_t)arg, sum = 0;
    while (!may_take) {
        int rc = troupe_sleep(TROUPE_MS(1));
        if (rc < 0)
            return rc;
    }
    for (int i = 0; i < count; i++) {
        troupe_msg *msg;
        int rc = troupe_recv(&msg, TROUPE_FOREVER);
        if (rc < 0)
            return rc;
        sum += *(const int *)troupe_msg_data(msg, NULL);
        troupe_msg_free(&msg);
    }
    return sum;
}

/* Messages are taken until the mailbox is full, and word of that has come here. */
static int fill(troupe_pid pid)
{
    int count = 0, one = 1, rc;
    while ((rc = troupe_send(pid, TOKEN, &one, sizeof one)) == 0) {
        count++;
        assert_int_equal(troupe_sleep(TROUPE_US(100)), 0);
    }
    assert_int_equal(rc, -EAGAIN);
    return count;
}

static int wait_for_room(void *arg)
{
    (void)arg;
    int one = 1;
    may_take = false;
    troupe_pid pid = start_on(1, take_late, 1);
    assert_int_equal(troupe_mailbox_limit(pid, 8, TROUPE_REFUSE), 0);
    int count = fill(pid);
    assert_true(count >= 8);
    assert_int_equal(troupe_send_wait(pid, TOKEN, &one, sizeof one, TROUPE_MS(1)), -ETIMEDOUT);
    assert_int_equal(troupe_kill(pid), 0);
    assert_int_equal(troupe_send_wait(pid, TOKEN, &one, sizeof one, TROUPE_FOREVER), -ESRCH);
    assert_int_equal(end_of(pid), TROUPE_KILLED);

    pid = start_on(1, take_late, 100);
    assert_int_equal(troupe_mailbox_limit(pid, 8, TROUPE_REFUSE), 0);
    count = fill(pid);
    may_take = true;
    for (; count < 100; count++)
        assert_int_equal(troupe_send_wait(pid, TOKEN, &one, sizeof one, TROUPE_FOREVER), 0);
    assert_int_equal(end_of(pid), 100);
    return 0;
}

static void full_mailboxes_hold_senders_up(void **state)
{
    (void)state;
    run_on_three(wait_for_room);
}

static int send_later(void *arg)
{
    (void)arg;
    troupe_msg *msg;
    may_take = true;
    troupe_pid pid = start_on(2, take_late, 2);
    for (int i = 1; i <= 2; i++) {
        assert_int_equal(troupe_msg_new(TOKEN, sizeof i, &msg), 0);
        *(int *)troupe_msg_data(msg, NULL) = i;
        assert_int_equal(troupe_send_after(TROUPE_MS(i), pid, &msg, NULL), 0);
    }
    assert_int_equal(end_of(pid), 3);
    assert_int_equal(troupe_msg_new(TOKEN, 0, &msg), 0);
    assert_int_equal(troupe_send_after(0, pid, &msg, NULL), -ESRCH);
    troupe_msg_free(&msg);
    return 0;
}

static void delayed_messages_travel(void **state)
{
    (void)state;
    run_on_three(send_later);
}

/* A thread that knows nothing of actors. */
struct outsider {
    troupe_port *port;
    troupe_pid to[2];
    int rc;
};

static void *send_from_outside(void *arg)
{
    struct outsider *outsider = arg;
    for (int i = 0; i < 2 * MANY && outsider->rc == 0; i++) {
        do
            outsider->rc =
                troupe_port_send(outsider->port, outsider->to[i % 2], TOKEN, &i, sizeof i);
        while (outsider->rc == -EAGAIN);
    }
    troupe_port_close(outsider->port);
    return NULL;
}

static int receive_in_order(void *arg)
{
    for (int i = 0; i < MANY; i++) {
        troupe_msg *msg;
        int rc = troupe_recv(&msg, TROUPE_FOREVER);
        if (rc < 0)
            return rc;
        bool is_right = *(const int *)troupe_msg_data(msg, NULL) == 2 * i + (int)(intptr_t)arg &&
                        troupe_pid_equal(troupe_msg_from(msg), TROUPE_PID_NONE);
        troupe_msg_free(&msg);
        if (!is_right)
            return -EPROTO;
    }
    return 0;
}

static int listen_to_outsider(void *arg)
{
    (void)arg;
    pthread_t thread;
    struct outsider outsider = {
        .to = {start_on(0, receive_in_order, 0), start_on(1, receive_in_order, 1)},
    };
    assert_int_equal(troupe_port_open(&outsider.port), 0);
    assert_int_equal(pthread_create(&thread, NULL, send_from_outside, &outsider), 0);
    assert_int_equal(end_of(outsider.to[0]), 0);
    assert_int_equal(end_of(outsider.to[1]), 0);
    pthread_join(thread, NULL);
    assert_int_equal(outsider.rc, 0);
    return 0;
}

static troupe_port *kept_port;
static troupe_pid kept_pid;

static int keep_port(void *arg)
{
    (void)arg;
    kept_pid = troupe_self();
    assert_int_equal(troupe_port_send(NULL, kept_pid, -1, NULL, 0), -EINVAL);
    return troupe_port_open(&kept_port);
}

static void other_threads_send_through_ports(void **state)
{
    (void)state;
    run_on_three(listen_to_outsider);
    run(listen_to_outsider); /* one loop has ports, too */
    run(keep_port);
    assert_int_equal(troupe_port_send(kept_port, kept_pid, TOKEN, NULL, 0), -EPIPE);
    troupe_port_close(kept_port);
    troupe_port_close(NULL);
}

static int use_far_lock(void *lock)
{
    int rc = troupe_mutex_lock(*(troupe_mutex *)lock, TROUPE_FOREVER);
    return rc == -EXDEV ? 1 : -EPROTO;
}

static int lock_from_far(void *arg)
{
    troupe_mutex lock;
    struct troupe_info info;
    (void)arg;
    assert_int_equal(troupe_mutex_new(&lock), 0);
    troupe_pid pid = start_on(1, use_far_lock, (intptr_t)&lock);
    assert_int_equal(troupe_info(pid, &info), -EXDEV);
    assert_int_equal(end_of(pid), 1);
    return 0;
}

static void locks_stay_on_their_loop(void **state)
{
    (void)state;
    run_on_three(lock_from_far);
}

static int use_far_stream(void *stream)
{
    char byte;
    int rc = troupe_stream_read(*(troupe_stream *)stream, &byte, 1);
    return rc == -EXDEV ? 1 : -EPROTO;
}

static int give_from_far(void *arg)
{
    int wire[2];
    char byte;
    troupe_stream stream;
    (void)arg;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, wire), 0);
    assert_int_equal(troupe_stream_open(&stream, wire[0]), 0);
    troupe_pid pid = start_on(1, use_far_stream, (intptr_t)&stream);
    assert_int_equal(troupe_stream_give(stream, pid), -EXDEV);
    assert_int_equal(end_of(pid), 1);
    assert_int_equal(troupe_stream_give(stream, pid), -EXDEV); /* alive or not */
    assert_int_equal(troupe_stream_write(stream, "x", 1), 1);  /* it is still ours */
    assert_int_equal(troupe_read(wire[1], &byte, 1), 1);
    troupe_close(wire[1]);
    return 0;
}

static void streams_stay_on_their_loop(void **state)
{
    (void)state;
    run_on_three(give_from_far);
}

/* Jobs of all loops on the same few threads; some waits are given up. */
static int double_it(void *number)
{
    return 2 * (int)(intptr_t)number;
}

static int offload_many(void *arg)
{
    (void)arg;
    for (int i = 0; i < 200; i++) {
        int result = -1;
        int rc = troupe_offload(double_it, (void *)(intptr_t)i, &result,
                                i % 7 == 0 ? TROUPE_US(1) : TROUPE_FOREVER);
        if (rc < 0 && !(rc == -ETIMEDOUT && i % 7 == 0))
            return rc;
        if (rc == 0 && result != 2 * i)
            return -EPROTO;
    }
    return 0;
}

static int offload_everywhere(void *arg)
{
    troupe_pid pids[9];
    (void)arg;
    for (int i = 0; i < 9; i++)
        pids[i] = start_on(i, offload_many, 0);
    for (int i = 0; i < 9; i++)
        assert_int_equal(end_of(pids[i]), 0);
    return 0;
}

static void loops_share_one_pool(void **state)
{
    (void)state;
    run_on_three(offload_everywhere);
}

/* Messages in all directions, until everyone has sent and got what it should. */
enum { CROWD = 30, EACH = 200 };

static troupe_pid crowd[CROWD];
static _Atomic long got;

static int mingle(void *arg)
{
    unsigned seed = (unsigned)(uintptr_t)arg + 1;
    static const char text[300];
    troupe_msg *msg;
    int rc = troupe_recv_tag(STOP, &msg, TROUPE_FOREVER); /* all are there */
    if (rc < 0)
        return rc;
    troupe_msg_free(&msg);
    for (int i = 0; i < EACH; i++) {
        seed = seed * 1103515245 + 12345;
        rc = troupe_send(crowd[seed / 65536 % CROWD], TOKEN, text, (seed / 8) % sizeof text);
        if (rc < 0)
            return rc;
        while (troupe_recv(&msg, 0) == 0) {
            troupe_msg_free(&msg);
            got++;
        }
        if (seed / 131072 % 4 == 0 && (rc = troupe_yield()) < 0)
            return rc;
    }
    while (got < CROWD * EACH) {
        if (troupe_recv(&msg, TROUPE_MS(1)) != 0)
            continue;
        troupe_msg_free(&msg);
        got++;
    }
    return 0;
}

static int start_crowd(void *arg)
{
    (void)arg;
    got = 0;
    for (intptr_t i = 0; i < CROWD; i++)
        crowd[i] = start_on((int)i, mingle, i);
    for (int i = 0; i < CROWD; i++)
        assert_int_equal(troupe_send(crowd[i], STOP, NULL, 0), 0);
    for (int i = 0; i < CROWD; i++)
        assert_int_equal(end_of(crowd[i]), 0);
    assert_int_equal(got, CROWD * EACH);
    return 0;
}

static void nothing_is_lost_in_a_crowd(void **state)
{
    (void)state;
    run_on_three(start_crowd);
}

HARNESS_MAIN(
    cmocka_unit_test(actors_run_where_they_are_placed), cmocka_unit_test(messages_stay_in_order),
    cmocka_unit_test(messages_of_all_sizes_travel), cmocka_unit_test(calls_are_answered),
    cmocka_unit_test(names_are_known_everywhere), cmocka_unit_test(full_mailboxes_hold_senders_up),
    cmocka_unit_test(delayed_messages_travel), cmocka_unit_test(other_threads_send_through_ports),
    cmocka_unit_test(locks_stay_on_their_loop), cmocka_unit_test(streams_stay_on_their_loop),
    cmocka_unit_test(loops_share_one_pool), cmocka_unit_test(nothing_is_lost_in_a_crowd))
