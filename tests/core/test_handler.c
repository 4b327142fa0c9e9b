/*
 * Stackless actors: all that others are, but that they cannot wait.
 */

#include "harness.h"

#include <errno.h>

#include <troupe.h>

#include "running.h"

enum { ADD = 1, ASK, STOP, FAIL, SEND_SELF, SEND_SELF_AND_STOP, CANCEL_SELF, KILL_SELF, RECEIVE };

struct counter {
    int sum;
    int released;
};

static struct counter counter;

static void release_counter(void *state)
{
    ((struct counter *)state)->released++;
}

static int count(troupe_msg *m, void *state)
{
    struct counter *self = state;
    int tag = troupe_msg_tag(m), rc = 0;
    if (tag == ADD)
        self->sum += *(const int *)troupe_msg_data(m, NULL);
    else if (tag == ASK)
        assert_int_equal(troupe_reply(m, ASK, &self->sum, sizeof self->sum), 0);
    else if (tag == STOP)
        rc = TROUPE_STOP;
    else if (tag == FAIL)
        rc = -EIO;
    else if (tag == CANCEL_SELF)
        rc = troupe_cancel(troupe_self(), "enough");
    else if (tag == KILL_SELF)
        rc = troupe_kill(troupe_self()) == 0 ? TROUPE_STOP : -EINVAL;
    else if (tag == RECEIVE)
        rc = troupe_recv(&m, 0);
    else
        assert_int_equal(send_number(troupe_self(), ADD, 1), 0);
    if (tag == SEND_SELF_AND_STOP)
        rc = TROUPE_STOP;
    troupe_msg_free(&m);
    return rc;
}

static troupe_pid spawn_counter(void)
{
    troupe_pid pid;
    counter = (struct counter){0};
    assert_int_equal(troupe_spawn_handler(count, &counter, release_counter, "counter", &pid), 0);
    return pid;
}

/* The counter has ended with this status, once and for all. */
static void assert_ended(troupe_pid pid, int expected)
{
    assert_int_equal(end_of(pid), expected);
    assert_int_equal(counter.released, 1);
    assert_int_equal(troupe_send(pid, ADD, NULL, 0), -ESRCH);
}

static int serve_messages(void *arg)
{
    (void)arg;
    troupe_msg *answer;
    troupe_pid pid = spawn_counter();
    for (int i = 1; i <= 100; i++)
        assert_int_equal(send_number(pid, ADD, i), 0);
    assert_int_equal(troupe_call(pid, ASK, NULL, 0, &answer, TROUPE_FOREVER), 0);
    assert_int_equal(take_number(answer), 5050);
    assert_int_equal(troupe_send(pid, SEND_SELF, NULL, 0), 0);
    assert_int_equal(troupe_yield(), 0);
    assert_int_equal(troupe_call(pid, ASK, NULL, 0, &answer, TROUPE_FOREVER), 0);
    assert_int_equal(take_number(answer), 5051);
    assert_int_equal(troupe_send(pid, STOP, NULL, 0), 0);
    assert_int_equal(send_number(pid, ADD, 1), 0); /* will not be handled */
    assert_ended(pid, 0);
    assert_int_equal(counter.sum, 5051);
    assert_int_equal(troupe_spawn_handler(NULL, NULL, NULL, NULL, &pid), -EINVAL);
    return 0;
}

static void a_handler_is_called_for_each_message(void **state)
{
    (void)state;
    run(serve_messages);
}

static int end_handlers(void *arg)
{
    (void)arg;
    troupe_pid pid = spawn_counter();
    assert_int_equal(troupe_send(pid, FAIL, NULL, 0), 0);
    assert_ended(pid, -EIO);
    pid = spawn_counter();
    assert_int_equal(troupe_kill(pid), 0); /* before its first turn, */
    assert_ended(pid, TROUPE_KILLED);
    pid = spawn_counter();
    assert_int_equal(troupe_yield(), 0);
    assert_int_equal(troupe_kill(pid), 0); /* at rest, */
    assert_int_equal(troupe_kill(pid), 0);
    assert_ended(pid, TROUPE_KILLED);
    pid = spawn_counter();
    assert_int_equal(troupe_yield(), 0);
    assert_int_equal(send_number(pid, ADD, 1), 0);
    assert_int_equal(troupe_kill(pid), 0); /* and with work to do */
    assert_ended(pid, TROUPE_KILLED);
    assert_int_equal(counter.sum, 0);
    pid = spawn_counter();
    assert_int_equal(troupe_yield(), 0);
    assert_int_equal(send_number(pid, ADD, 1), 0);
    assert_int_equal(troupe_cancel(pid, "stop"), 0);
    assert_ended(pid, -ECANCELED);
    assert_int_equal(counter.sum, 0);
    pid = spawn_counter();
    assert_int_equal(troupe_send(pid, CANCEL_SELF, NULL, 0), 0);
    assert_ended(pid, -ECANCELED);
    pid = spawn_counter();
    assert_int_equal(troupe_send(pid, KILL_SELF, NULL, 0), 0);
    assert_ended(pid, TROUPE_KILLED);
    return 0;
}

static void a_handler_ends_in_every_way_and_is_released_once(void **state)
{
    (void)state;
    told_begin();
    run(end_handlers);
    assert_string_equal(told_end(), "");
}

/* The record of one that ended with a message to itself in its mailbox is used again at once: it
 * must be on no queue. */
static int stop_with_work(void *arg)
{
    (void)arg;
    for (int i = 0; i < 10; i++) {
        troupe_pid pid = spawn_counter(), other;
        assert_int_equal(troupe_send(pid, SEND_SELF_AND_STOP, NULL, 0), 0);
        assert_ended(pid, 0);
        assert_int_equal(troupe_spawn(succeed, NULL, &other), 0);
        assert_int_equal(troupe_yield(), 0);
        assert_int_equal(troupe_join(other, NULL, 0), 0);
    }
    return 0;
}

static void one_that_has_stopped_is_not_called_again(void **state)
{
    (void)state;
    run(stop_with_work);
}

static int watch_handlers(void *arg)
{
    (void)arg;
    troupe_ref ref;
    troupe_msg *m;
    troupe_pid pid = spawn_counter();
    assert_int_equal(troupe_monitor(pid, &ref), 0);
    assert_int_equal(troupe_register("counter", pid), 0);
    assert_true(troupe_pid_equal(troupe_whereis("counter"), pid));
    assert_int_equal(troupe_send(pid, FAIL, NULL, 0), 0);
    assert_int_equal(troupe_recv(&m, TROUPE_FOREVER), 0);
    assert_int_equal(troupe_msg_tag(m), TROUPE_TAG_DOWN);
    assert_int_equal(((const troupe_down *)troupe_msg_data(m, NULL))->status, -EIO);
    troupe_msg_free(&m);
    assert_true(troupe_pid_equal(troupe_whereis("counter"), TROUPE_PID_NONE));
    pid = spawn_counter();
    assert_int_equal(troupe_trap_exit(true), 0);
    assert_int_equal(troupe_link(pid), 0);
    assert_int_equal(troupe_kill(pid), 0);
    assert_int_equal(troupe_recv(&m, TROUPE_FOREVER), 0);
    assert_int_equal(troupe_msg_tag(m), TROUPE_TAG_EXIT);
    troupe_msg_free(&m);
    pid = spawn_counter();
    assert_int_equal(troupe_mailbox_limit(pid, 1, TROUPE_REFUSE), 0);
    for (int i = 0; i < 10; i++) {
        int rc = troupe_send_wait(pid, ADD, &i, sizeof i, TROUPE_FOREVER);
        assert_int_equal(rc, 0);
    }
    assert_int_equal(troupe_msg_new(STOP, 0, &m), 0);
    assert_int_equal(troupe_send_after(TROUPE_US(1), pid, &m, NULL), 0);
    assert_ended(pid, 0);
    assert_int_equal(counter.sum, 45);
    return 0;
}

static void a_handler_is_an_actor(void **state)
{
    (void)state;
    run(watch_handlers);
}

static int count_turns(troupe_msg *m, void *state)
{
    ++*(int *)state;
    troupe_msg_free(&m);
    return 0;
}

static int share_turns(void *arg)
{
    (void)arg;
    static int turns[2];
    troupe_pid pids[2];
    for (int i = 0; i < 2; i++)
        assert_int_equal(troupe_spawn_handler(count_turns, &turns[i], NULL, NULL, &pids[i]), 0);
    for (int i = 0; i < 100; i++)
        for (int k = 0; k < 2; k++)
            assert_int_equal(troupe_send(pids[k], 1, NULL, 0), 0);
    for (int i = 0; i < 50; i++) { /* a message a turn, whoever has how many */
        assert_int_equal(troupe_yield(), 0);
        assert_int_equal(turns[0], i + 1);
        assert_int_equal(turns[1], i + 1);
    }
    for (int k = 0; k < 2; k++)
        assert_int_equal(troupe_kill(pids[k]), 0);
    return 0;
}

static void handlers_share_the_loop(void **state)
{
    (void)state;
    run(share_turns);
}

static int receive_in_handler(void *arg)
{
    (void)arg;
    troupe_pid pid = spawn_counter();
    assert_int_equal(troupe_send(pid, RECEIVE, NULL, 0), 0);
    assert_int_equal(troupe_send(pid, ADD, NULL, 0), 0); /* there is something to receive */
    return troupe_join(pid, NULL, TROUPE_FOREVER);
}

static void a_handler_that_waits_stops_the_program(void **state)
{
    (void)state;
    const char *told = told_by_abort(receive_in_handler);
    assert_int_equal(times_in(told, "a stackless actor cannot wait"), 1);
    assert_int_equal(times_in(told, "counter <"), 1); /* and which one it was */
}

HARNESS_MAIN(cmocka_unit_test(a_handler_is_called_for_each_message),
             cmocka_unit_test(a_handler_ends_in_every_way_and_is_released_once),
             cmocka_unit_test(one_that_has_stopped_is_not_called_again),
             cmocka_unit_test(a_handler_is_an_actor), cmocka_unit_test(handlers_share_the_loop),
             cmocka_unit_test(a_handler_that_waits_stops_the_program))
