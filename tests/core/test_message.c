/*
 * Messages: what is sent arrives, once, in order, or the sender is told; who owns it in between.
 */

#include "harness.h"

#include <errno.h>
#include <string.h>

#include <troupe.h>

#include "running.h"

static troupe_pid main_pid;
static int released;

static void count_release(void *data)
{
    (void)data;
    released++;
}

static int expect_in_order(void *arg)
{
    (void)arg;
    for (int i = 0; i < 1000; i++) {
        troupe_msg *msg;
        assert_int_equal(troupe_recv(&msg, TROUPE_FOREVER), 0);
        assert_int_equal(troupe_msg_tag(msg), i % 7);
        assert_true(troupe_pid_equal(troupe_msg_from(msg), main_pid));
        assert_int_equal(take_number(msg), i);
    }
    assert_mailbox_empty();
    return 0;
}

static int send_in_order(void *arg)
{
    (void)arg;
    troupe_pid pid;
    main_pid = troupe_self();
    assert_int_equal(troupe_spawn(expect_in_order, NULL, &pid), 0);
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(send_number(pid, i % 7, i), 0);
        if (i % 10 == 3)
            assert_int_equal(troupe_yield(), 0); /* the receiver waits, and is handed the next */
    }
    return troupe_join(pid, NULL, TROUPE_FOREVER);
}

static void messages_arrive_in_order(void **state)
{
    (void)state;
    run(send_in_order);
}

static int send_oddly(void *arg)
{
    (void)arg;
    troupe_pid gone;
    troupe_msg *msg = NULL;
    assert_int_equal(troupe_spawn(succeed, NULL, &gone), 0);
    assert_int_equal(troupe_yield(), 0);
    assert_int_equal(troupe_send(TROUPE_PID_NONE, 1, NULL, 0), -ESRCH);
    assert_int_equal(troupe_send(gone, 1, NULL, 0), -ESRCH);
    assert_int_equal(troupe_send_wait(gone, 1, NULL, 0, TROUPE_FOREVER), -ESRCH);
    assert_int_equal(troupe_send(troupe_self(), -1, NULL, 0), -EINVAL);
    assert_int_equal(troupe_send_wait(troupe_self(), -1, NULL, 0, 0), -EINVAL);
    assert_int_equal(troupe_send(troupe_self(), 1, "", (size_t)1 << 32), -EINVAL);
    assert_int_equal(troupe_msg_new(-1, 0, &msg), -EINVAL);
    assert_int_equal(troupe_msg_wrap(-1, NULL, 0, NULL, &msg), -EINVAL);
    assert_int_equal(troupe_mailbox_limit(troupe_self(), 0, TROUPE_REFUSE), -EINVAL);
    assert_int_equal(troupe_mailbox_limit(gone, 1, TROUPE_REFUSE), -ESRCH);
    troupe_msg_free(&msg); /* NULL is fine */
    assert_int_equal(troupe_msg_new(1, 0, &msg), 0);
    troupe_msg *same = msg;
    assert_int_equal(troupe_send_msg(gone, &msg), -ESRCH);
    assert_int_equal(troupe_send_after(0, gone, &msg, NULL), -ESRCH);
    assert_ptr_equal(msg, same); /* still the caller's */
    troupe_msg_free(&msg);
    assert_mailbox_empty();
    return 0;
}

static void what_cannot_be_sent_is_told(void **state)
{
    (void)state;
    run(send_oddly);
}

static const size_t sizes[] = {0, 1, 15, 16, 17, 64, 199, 200, 201, 207, 208, 209, 4096, 1 << 20};

static int send_all_sizes(void *arg)
{
    (void)arg;
    static char bytes[1 << 20];
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        troupe_msg *msg;
        size_t size = sizes[i], count = 99;
        memset(bytes, 'a' + (int)i, size);
        assert_int_equal(troupe_send(troupe_self(), 1, bytes, size), 0);
        memset(bytes, '-', size); /* it was copied */
        assert_int_equal(troupe_recv(&msg, 0), 0);
        const char *data = troupe_msg_data(msg, &count);
        assert_int_equal(count, size);
        for (size_t k = 0; k < size; k++)
            assert_int_equal(data[k], 'a' + (int)i);
        assert_ptr_equal(troupe_msg_data(msg, NULL), data);
        troupe_msg_free(&msg);
        assert_int_equal(troupe_msg_new(1, size, &msg), 0); /* in the same memory, perhaps */
        data = troupe_msg_data(msg, &count);
        assert_int_equal(count, size);
        for (size_t k = 0; k < size; k++)
            assert_int_equal(data[k], 0);
        troupe_msg_free(&msg);
    }
    return 0;
}

static void payloads_may_have_any_size(void **state)
{
    (void)state;
    run(send_all_sizes);
}

static int move_messages(void *arg)
{
    (void)arg;
    troupe_msg *msg, *got;
    assert_int_equal(troupe_msg_new(5, 300, &msg), 0);
    void *data = troupe_msg_data(msg, NULL);
    assert_int_equal(troupe_send_msg(troupe_self(), &msg), 0);
    assert_null(msg);
    assert_int_equal(troupe_recv(&got, 0), 0);
    assert_ptr_equal(troupe_msg_data(got, NULL), data); /* not a copy */
    assert_true(troupe_pid_equal(troupe_msg_from(got), troupe_self()));
    assert_int_equal(troupe_send_msg(troupe_self(), &got), 0); /* received and sent on */
    assert_int_equal(troupe_recv(&got, 0), 0);
    assert_ptr_equal(troupe_msg_data(got, NULL), data);
    assert_int_equal(troupe_mailbox_limit(troupe_self(), 1, TROUPE_REFUSE), 0);
    assert_int_equal(troupe_send(troupe_self(), 1, NULL, 0), 0);
    msg = got;
    assert_int_equal(troupe_send_msg(troupe_self(), &got), -EAGAIN);
    assert_ptr_equal(got, msg);
    assert_int_equal(troupe_send_after(0, troupe_self(), &got, NULL), 0);
    assert_int_equal(troupe_recv_tag(5, &got, TROUPE_FOREVER), 0);   /* the limit did not count, */
    assert_int_equal(troupe_send_msg(troupe_self(), &got), -EAGAIN); /* but does for this */
    troupe_msg_free(&got);
    return 0;
}

static void a_message_can_be_moved(void **state)
{
    (void)state;
    run(move_messages);
}

static int recv_and_hold(void *arg)
{
    (void)arg;
    troupe_msg *msg;
    return troupe_recv_tag(7, &msg, TROUPE_FOREVER);
}

static int wrap_and_lose(void *arg)
{
    (void)arg;
    static int bytes = 42;
    troupe_msg *msg;
    troupe_pid pid;
    assert_int_equal(troupe_msg_wrap(7, &bytes, sizeof bytes, count_release, &msg), 0);
    assert_ptr_equal(troupe_msg_data(msg, NULL), &bytes); /* not copied */
    assert_int_equal(troupe_send_msg(troupe_self(), &msg), 0);
    assert_int_equal(troupe_recv(&msg, 0), 0);
    assert_int_equal(released, 0);
    troupe_msg_free(&msg);
    assert_int_equal(released, 1);

    assert_int_equal(troupe_spawn(succeed, NULL, &pid), 0); /* in a mailbox that nobody empties */
    assert_int_equal(troupe_msg_wrap(1, &bytes, sizeof bytes, count_release, &msg), 0);
    assert_int_equal(troupe_send_msg(pid, &msg), 0);
    assert_int_equal(troupe_join(pid, NULL, TROUPE_FOREVER), 0);
    assert_int_equal(released, 2);

    assert_int_equal(troupe_spawn(recv_and_hold, NULL, &pid), 0); /* handed over, and then killed */
    assert_int_equal(troupe_yield(), 0);
    assert_int_equal(troupe_msg_wrap(7, &bytes, sizeof bytes, count_release, &msg), 0);
    assert_int_equal(troupe_send_msg(pid, &msg), 0);
    assert_int_equal(troupe_kill(pid), 0);
    assert_int_equal(troupe_join(pid, NULL, TROUPE_FOREVER), 0);
    assert_int_equal(released, 3);

    assert_int_equal(troupe_msg_wrap(1, &bytes, sizeof bytes, count_release, &msg), 0);
    assert_int_equal(troupe_send_msg(pid, &msg), -ESRCH); /* not sent: not released */
    assert_int_equal(released, 3);
    assert_int_equal(troupe_mailbox_limit(troupe_self(), 1, TROUPE_DROP_NEW), 0);
    assert_int_equal(troupe_send(troupe_self(), 1, NULL, 0), 0);
    assert_int_equal(troupe_send_msg(troupe_self(), &msg), 0); /* dropped */
    assert_null(msg);
    assert_int_equal(released, 4);
    assert_int_equal(troupe_msg_wrap(1, NULL, 0, NULL, &msg), 0); /* nothing to release is fine */
    troupe_msg_free(&msg);
    return 0;
}

static void wrapped_bytes_are_released_once(void **state)
{
    (void)state;
    run(wrap_and_lose);
    assert_int_equal(released, 4);
}

static int fill_mailboxes(void *arg)
{
    (void)arg;
    troupe_pid self = troupe_self();
    assert_int_equal(troupe_mailbox_limit(self, 3, TROUPE_REFUSE), 0);
    for (int i = 0; i < 5; i++)
        assert_int_equal(send_number(self, 1, i), i < 3 ? 0 : -EAGAIN);
    assert_int_equal(recv_number(), 0);
    assert_int_equal(send_number(self, 1, 3), 0);
    assert_int_equal(send_number(self, 1, 4), -EAGAIN);
    for (int i = 1; i < 4; i++)
        assert_int_equal(recv_number(), i);
    assert_mailbox_empty();

    assert_int_equal(troupe_mailbox_limit(self, 3, TROUPE_DROP_NEW), 0);
    for (int i = 0; i < 5; i++)
        assert_int_equal(send_number(self, 1, i), 0);
    for (int i = 0; i < 3; i++)
        assert_int_equal(recv_number(), i);
    assert_mailbox_empty();

    assert_int_equal(troupe_mailbox_limit(self, 3, TROUPE_DROP_OLD), 0);
    for (int i = 0; i < 5; i++)
        assert_int_equal(send_number(self, 1, i), 0);
    for (int i = 2; i < 5; i++)
        assert_int_equal(recv_number(), i);
    assert_mailbox_empty();

    assert_int_equal(troupe_mailbox_limit(self, SIZE_MAX, TROUPE_REFUSE), 0);
    for (int i = 0; i < TROUPE_MAILBOX_LIMIT + 10; i++)
        assert_int_equal(send_number(self, 1, i), 0);
    return 0;
}

static void a_full_mailbox_does_as_it_is_told(void **state)
{
    (void)state;
    run(fill_mailboxes);
}

static int fill_to_the_default(void *arg)
{
    (void)arg;
    for (int i = 0; i < TROUPE_MAILBOX_LIMIT; i++)
        assert_int_equal(troupe_send(troupe_self(), 1, NULL, 0), 0);
    assert_int_equal(troupe_send(troupe_self(), 1, NULL, 0), -EAGAIN);
    return 0;
}

static void every_mailbox_has_a_limit(void **state)
{
    (void)state;
    run(fill_to_the_default);
}

/* A mailbox of one that is full receives a DOWN and a delayed message, and keeps them whatever is
 * sent later. */
static int overfill(void *arg)
{
    troupe_policy policy = *(const troupe_policy *)arg;
    troupe_pid self = troupe_self(), pid;
    troupe_ref ref;
    troupe_msg *msg;
    assert_int_equal(troupe_mailbox_limit(self, 1, policy), 0);
    assert_int_equal(send_number(self, 1, 0), 0);
    assert_int_equal(troupe_spawn_monitor(&(troupe_spec){.fn = succeed}, &pid, &ref), 0);
    assert_int_equal(troupe_msg_new(2, 0, &msg), 0);
    assert_int_equal(troupe_send_after(0, self, &msg, NULL), 0);
    assert_int_equal(troupe_sleep(TROUPE_US(1)), 0);
    for (int i = 1; i < 5; i++)
        assert_int_equal(send_number(self, 1, i), policy == TROUPE_REFUSE ? -EAGAIN : 0);
    assert_int_equal(troupe_recv_tag(TROUPE_TAG_DOWN, &msg, 0), 0);
    troupe_msg_free(&msg);
    assert_int_equal(troupe_recv_tag(2, &msg, 0), 0);
    troupe_msg_free(&msg);
    assert_int_equal(recv_number(), policy == TROUPE_DROP_OLD ? 4 : 0);
    assert_mailbox_empty();
    return 0;
}

static void no_policy_drops_what_the_runtime_delivers(void **state)
{
    (void)state;
    for (troupe_policy policy = TROUPE_REFUSE; policy <= TROUPE_DROP_OLD; policy++)
        assert_int_equal(troupe_run(overfill, &policy), 0);
}

static int send_later(void *arg)
{
    (void)arg;
    troupe_pid self = troupe_self();
    troupe_timer timers[3];
    for (int i = 0; i < 3; i++) {
        troupe_msg *msg;
        assert_int_equal(troupe_msg_wrap(i, NULL, 0, count_release, &msg), 0);
        assert_int_equal(troupe_send_after(TROUPE_MS(50 * (3 - i)), self, &msg, &timers[i]), 0);
        assert_null(msg);
    }
    assert_mailbox_empty();
    assert_int_equal(troupe_timer_cancel(timers[1]), 0);
    assert_int_equal(released, 1);
    assert_int_equal(troupe_timer_cancel(timers[1]), -ESRCH);
    for (int tag = 2; tag >= 0; tag -= 2) { /* by deadline, not in the order of sending */
        troupe_msg *msg;
        assert_int_equal(troupe_recv(&msg, TROUPE_FOREVER), 0);
        assert_int_equal(troupe_msg_tag(msg), tag);
        troupe_msg_free(&msg);
        assert_int_equal(troupe_timer_cancel(timers[tag]), -ESRCH);
    }
    assert_int_equal(troupe_timer_cancel((troupe_timer){0}), -ESRCH);
    return 0;
}

static int send_later_to_the_dead(void *arg)
{
    (void)arg;
    troupe_pid pid;
    troupe_msg *msg;
    assert_int_equal(troupe_spawn(succeed, NULL, &pid), 0);
    assert_int_equal(troupe_msg_wrap(0, NULL, 0, count_release, &msg), 0);
    assert_int_equal(troupe_send_after(TROUPE_US(1), pid, &msg, NULL), 0);
    assert_int_equal(troupe_join(pid, NULL, TROUPE_FOREVER), 0);
    assert_int_equal(troupe_sleep(TROUPE_MS(1)), 0);
    assert_int_equal(released, 4); /* dropped when it was due */
    assert_int_equal(troupe_msg_wrap(0, NULL, 0, count_release, &msg), 0);
    assert_int_equal(troupe_send_after(TROUPE_S(1000), troupe_self(), &msg, NULL), 0);
    return 0; /* a message to come does not keep the program */
}

static void a_message_can_be_sent_later(void **state)
{
    (void)state;
    run(send_later);
    assert_int_equal(released, 3);
    run(send_later_to_the_dead);
    assert_int_equal(released, 5);
}

static int recv_with_limit(void *arg)
{
    (void)arg;
    troupe_msg *msg;
    assert_mailbox_empty();
    assert_int_equal(troupe_recv(&msg, -1), -ETIMEDOUT);
    assert_int_equal(troupe_recv(&msg, TROUPE_US(10)), -ETIMEDOUT);
    assert_null(msg);
    assert_int_equal(send_number(troupe_self(), 3, 1), 0);
    assert_int_equal(troupe_recv_tag(4, &msg, TROUPE_US(10)), -ETIMEDOUT);
    assert_int_equal(recv_number(), 1); /* a limit that passed has taken nothing */
    return 0;
}

static void a_receive_can_have_a_limit(void **state)
{
    (void)state;
    run(recv_with_limit);
}

static int result;
static troupe_msg *taken;

static int recv_and_note(void *arg)
{
    (void)arg;
    result = troupe_recv(&taken, TROUPE_FOREVER);
    if (result == 0) {
        assert_int_equal(troupe_checkpoint(), -ECANCELED); /* the cancel comes next */
        assert_int_equal(take_number(taken), 1);
        return 0;
    }
    assert_null(taken);
    troupe_scope s; /* what was not taken is still there */
    troupe_scope_open(&s, TROUPE_FOREVER);
    troupe_scope_shield(&s, TROUPE_FOREVER);
    assert_int_equal(recv_number(), 1);
    return troupe_scope_join(&s);
}

static int cancel_and_send(void *arg)
{
    (void)arg;
    troupe_pid pid;
    assert_int_equal(troupe_spawn(recv_and_note, NULL, &pid), 0);
    assert_int_equal(troupe_yield(), 0);
    assert_int_equal(send_number(pid, 1, 1), 0);
    assert_int_equal(troupe_cancel(pid, "late"), 0);
    assert_int_equal(troupe_join(pid, NULL, TROUPE_FOREVER), 0);
    assert_int_equal(result, 0);
    assert_int_equal(troupe_spawn(recv_and_note, NULL, &pid), 0);
    assert_int_equal(troupe_yield(), 0);
    assert_int_equal(troupe_cancel(pid, "early"), 0);
    assert_int_equal(send_number(pid, 1, 1), 0);
    assert_int_equal(troupe_join(pid, NULL, TROUPE_FOREVER), 0);
    assert_int_equal(result, -ECANCELED);
    return 0;
}

static void a_receive_takes_if_and_only_if_it_succeeds(void **state)
{
    (void)state;
    run(cancel_and_send);
}

HARNESS_MAIN(cmocka_unit_test(messages_arrive_in_order),
             cmocka_unit_test(what_cannot_be_sent_is_told),
             cmocka_unit_test(payloads_may_have_any_size), cmocka_unit_test(a_message_can_be_moved),
             cmocka_unit_test(wrapped_bytes_are_released_once),
             cmocka_unit_test(a_full_mailbox_does_as_it_is_told),
             cmocka_unit_test(every_mailbox_has_a_limit),
             cmocka_unit_test(no_policy_drops_what_the_runtime_delivers),
             cmocka_unit_test(a_message_can_be_sent_later),
             cmocka_unit_test(a_receive_can_have_a_limit),
             cmocka_unit_test(a_receive_takes_if_and_only_if_it_succeeds))
