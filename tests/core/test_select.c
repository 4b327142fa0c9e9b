/*
 * Selects: exactly one case happens, the right one, and the others leave nothing behind.
 */

#include "channels.h"

static troupe_pid pids[8];

/* Waits for whatever comes at `chan`, in the mailbox, or goes into `other`, and says it. */
static int select_any(void *arg)
{
    int value = -1, out = 70;
    troupe_msg *msg = NULL;
    troupe_case cases[] = {
        troupe_on_recv(chan, &value),
        troupe_on_mail(&msg),
        troupe_on_send(other, &out),
        troupe_on_recv(TROUPE_CHAN_NONE, &value),
    };
    int i = troupe_select(cases, 4, arg != NULL ? (troupe_ns)(intptr_t)arg : TROUPE_FOREVER);
    leave_trail("%d", i);
    if (i >= 0)
        leave_trail(":%d", cases[i].result);
    if (i == 0)
        leave_trail(":%d", value);
    if (msg != NULL)
        leave_trail(":%d", troupe_msg_tag(msg));
    leave_trail(" ");
    troupe_msg_free(&msg);
    return i < 0 ? i : 0;
}

static int offer_one_by_one(void *arg)
{
    (void)arg;
    int value;
    assert_int_equal(troupe_chan_new(&chan, sizeof(int), 0), 0);
    assert_int_equal(troupe_chan_new(&other, sizeof(int), 0), 0);
    pids[0] = start(select_any, 0);
    assert_int_equal(put_now(5), 0);
    assert_int_equal(put_now(6), -ETIMEDOUT); /* it takes no second one, */
    assert_int_equal(troupe_chan_recv(other, &value, 0), -ETIMEDOUT);
    assert_int_equal(troupe_send(pids[0], 9, NULL, 0), 0); /* and leaves this in its mailbox */
    assert_int_equal(end_of(pids[0]), 0);
    pids[0] = start(select_any, 0);
    assert_int_equal(troupe_send(pids[0], 7, NULL, 0), 0);
    assert_int_equal(put_now(6), -ETIMEDOUT);
    assert_int_equal(end_of(pids[0]), 0);
    pids[0] = start(select_any, 0);
    assert_int_equal(troupe_chan_recv(other, &value, 0), 0);
    assert_int_equal(value, 70);
    assert_int_equal(troupe_chan_recv(other, &value, 0), -ETIMEDOUT);
    assert_int_equal(end_of(pids[0]), 0);
    pids[0] = start(select_any, 1);
    assert_int_equal(end_of(pids[0]), -ETIMEDOUT);
    pids[0] = start(select_any, 0);
    assert_int_equal(troupe_cancel(pids[0], "test"), 0);
    assert_int_equal(end_of(pids[0]), -ECANCELED);
    pids[0] = start(select_any, 0);
    assert_int_equal(troupe_kill(pids[0]), 0);
    assert_int_equal(put_now(6), -ETIMEDOUT);
    assert_int_equal(troupe_chan_recv(other, &value, 0), -ETIMEDOUT);
    pids[0] = start(select_any, 0);
    assert_int_equal(troupe_chan_close(other), 0);
    assert_int_equal(end_of(pids[0]), 0);
    other.value = 0;
    pids[0] = start(select_any, 0);
    troupe_chan_free(&chan);
    assert_int_equal(end_of(pids[0]), 0);
    return 0;
}

static void exactly_one_case_happens(void **state)
{
    (void)state;
    run_trail(offer_one_by_one, "0:0:5 1:0:7 2:0 -110 -125 2:-32 0:-32:-1 ");
}

static int choose(void *arg)
{
    (void)arg;
    int value = 3, got = -1;
    troupe_msg *msg = NULL;
    troupe_case none[TROUPE_SELECT_CASES_MAX + 1] = {{0}};
    assert_int_equal(troupe_chan_new(&chan, sizeof(int), 4), 0);
    troupe_case cases[] = {troupe_on_mail(&msg), troupe_on_recv(chan, &got),
                           troupe_on_send(chan, &value)};
    assert_int_equal(troupe_select(cases, 3, 0), 2); /* the first that can, in this order */
    assert_int_equal(troupe_chan_count(chan), 1);
    assert_int_equal(troupe_send(troupe_self(), 1, NULL, 0), 0);
    assert_int_equal(troupe_select(cases, 3, 0), 0);
    assert_non_null(msg);
    troupe_msg_free(&msg);
    assert_int_equal(troupe_select(cases, 3, 0), 1);
    assert_int_equal(got, 3);
    assert_int_equal(troupe_select(cases, 2, 0), -ETIMEDOUT);
    assert_int_equal(troupe_select(cases, 2, TROUPE_US(1)), -ETIMEDOUT);
    assert_int_equal(troupe_select(NULL, 0, TROUPE_US(1)), -ETIMEDOUT); /* that is a sleep */
    assert_int_equal(troupe_select(none, TROUPE_SELECT_CASES_MAX, 0), -ETIMEDOUT);
    assert_int_equal(troupe_select(none, TROUPE_SELECT_CASES_MAX + 1, 0), -EINVAL);
    assert_int_equal(troupe_chan_close(chan), 0);
    assert_int_equal(troupe_select(cases, 3, TROUPE_FOREVER), 1);
    assert_int_equal(cases[1].result, -EPIPE);
    troupe_chan_free(&chan); /* the cases still have its name */
    cases[1].result = 0;
    assert_int_equal(troupe_select(cases, 2, TROUPE_FOREVER), 1);
    assert_int_equal(cases[1].result, -EPIPE);
    return 0;
}

static void the_first_case_that_can_happen_does(void **state)
{
    (void)state;
    run_trail(choose, "");
}

/* At both ends of one channel at once: it never meets itself. */
static int select_both_ends(void *arg)
{
    int mine = (int)(intptr_t)arg, got = -1;
    troupe_case cases[] = {troupe_on_send(chan, &mine), troupe_on_recv(chan, &got)};
    int i = troupe_select(cases, 2, TROUPE_FOREVER);
    leave_trail("%d:%d:%d ", mine, i, got);
    return i < 0 ? i : 0;
}

static int meet_at_both_ends(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_chan_new(&chan, sizeof(int), 0), 0);
    start(select_both_ends, 1);
    start(select_both_ends, 2);
    start(select_both_ends, 3);
    assert_int_equal(take_now(), 3);
    assert_int_equal(take_now(), -ETIMEDOUT);
    return 0;
}

static void nobody_meets_himself(void **state)
{
    (void)state;
    run_trail(meet_at_both_ends, "2:0:-1 1:1:2 3:0:-1 ");
}

/* Served by one case, and then: killed, cancelled, or the others come too late. */
static int serve_and_disturb(void *arg)
{
    (void)arg;
    int value;
    assert_int_equal(troupe_chan_new(&chan, sizeof(int), 0), 0);
    assert_int_equal(troupe_chan_new(&other, sizeof(int), 0), 0);
    pids[0] = start(select_any, 0);
    assert_int_equal(put_now(1), 0);
    assert_int_equal(troupe_kill(pids[0]), 0);
    assert_int_equal(put_now(2), -ETIMEDOUT);
    assert_int_equal(troupe_chan_recv(other, &value, 0), -ETIMEDOUT);
    pids[0] = start(select_any, 0);
    assert_int_equal(troupe_send(pids[0], 3, "x", 1), 0);
    assert_int_equal(troupe_kill(pids[0]), 0); /* the message is freed */
    pids[0] = start(select_any, 0);
    assert_int_equal(put_now(4), 0);
    assert_int_equal(troupe_cancel(pids[0], "too late"), 0);
    assert_int_equal(end_of(pids[0]), 0);
    pids[0] = start(select_any, 0);
    assert_int_equal(put_now(5), 0);
    troupe_chan_free(&chan);
    troupe_chan_free(&other);
    assert_int_equal(end_of(pids[0]), 0);
    return 0;
}

static void a_case_that_happened_stays_so(void **state)
{
    (void)state;
    run_trail(serve_and_disturb, "0:0:4 0:0:5 ");
}

HARNESS_MAIN(cmocka_unit_test(exactly_one_case_happens),
             cmocka_unit_test(the_first_case_that_can_happen_does),
             cmocka_unit_test(nobody_meets_himself),
             cmocka_unit_test(a_case_that_happened_stays_so))
