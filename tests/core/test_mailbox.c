/*
 * Waiting at mailboxes: for one message among many, and for room.
 */

#include "harness.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <troupe.h>

#include "running.h"

static troupe_pid receiver;
static int status_of_second;

static int recv_tag_number(int tag)
{
    troupe_msg *msg;
    assert_int_equal(troupe_recv_tag(tag, &msg, 0), 0);
    assert_int_equal(troupe_msg_tag(msg), tag);
    return take_number(msg);
}

/* Accepts the message with this number, and counts the looks. */
struct wanted {
    int number;
    int looks;
};

static bool is_wanted(const troupe_msg *msg, void *context)
{
    struct wanted *wanted = context;
    wanted->looks++;
    return *(const int *)troupe_msg_data(msg, NULL) == wanted->number;
}

static int select_messages(void *arg)
{
    (void)arg;
    troupe_msg *msg;
    for (int i = 0; i < 6; i++)
        assert_int_equal(send_number(troupe_self(), i % 2, i), 0);
    assert_int_equal(recv_tag_number(1), 1); /* the first of them */
    assert_int_equal(recv_tag_number(1), 3);
    struct wanted four = {.number = 4};
    assert_int_equal(troupe_recv_match(is_wanted, &four, &msg, 0), 0);
    assert_int_equal(take_number(msg), 4);
    assert_int_equal(four.looks, 3);
    assert_int_equal(recv_number(), 0); /* the others are there, in their order */
    assert_int_equal(recv_number(), 2);
    assert_int_equal(troupe_recv_tag(0, &msg, 0), -ETIMEDOUT);
    assert_int_equal(recv_number(), 5);
    assert_mailbox_empty();
    return 0;
}

static void a_receive_can_select(void **state)
{
    (void)state;
    run(select_messages);
}

static struct wanted last = {.number = 2000};

static int wait_for_last(void *arg)
{
    (void)arg;
    troupe_msg *msg;
    assert_int_equal(troupe_recv_match(is_wanted, &last, &msg, TROUPE_FOREVER), 0);
    return take_number(msg) == 2000 ? 0 : -EINVAL;
}

static int send_up_to_last(void *arg)
{
    (void)arg;
    troupe_pid pid;
    assert_int_equal(troupe_spawn(wait_for_last, NULL, &pid), 0);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(send_number(pid, 1, i), 0);
    assert_int_equal(troupe_yield(), 0);
    assert_int_equal(last.looks, 1000);
    for (int i = 1000; i <= 2000; i++) {
        assert_int_equal(send_number(pid, 1, i), 0);
        if (i % 100 == 0)
            assert_int_equal(troupe_yield(), 0);
    }
    assert_int_equal(last.looks, 2001); /* each was looked at once */
    return troupe_join(pid, NULL, TROUPE_FOREVER);
}

static void a_wait_looks_only_at_new_messages(void **state)
{
    (void)state;
    run(send_up_to_last);
}

enum { UNMATCHED = 20000, NOISE = 100 };

/* Each of these tags is waited for in turn behind many messages that nobody wants. */
static int search_behind_noise(void *arg)
{
    (void)arg;
    for (int i = 0; i < UNMATCHED; i++)
        assert_int_equal(send_number(troupe_self(), NOISE, i), 0);
    for (int round = 0; round < 50; round++) {
        for (int tag = 0; tag < 4; tag++)
            assert_int_equal(send_number(troupe_self(), tag, round), 0);
        for (int tag = 3; tag >= 0; tag--)
            assert_int_equal(recv_tag_number(tag), round);
        if (round % 10 == 9) /* what the search remembers may be taken, at either end */
            assert_int_equal(recv_number(), round / 10);
        troupe_msg *msg;
        assert_int_equal(troupe_recv_tag(2, &msg, 0), -ETIMEDOUT);
    }
    for (int i = 5; i < UNMATCHED; i++)
        assert_int_equal(recv_number(), i);
    assert_mailbox_empty();
    return 0;
}

/* The sum of all "scanned" in a trace; those of plain receives are 1 each. */
static long sum_of_scanned(const char *path)
{
    static char line[4096];
    long sum = 0;
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        const char *at = strstr(line, "\"scanned\":");
        sum += at != NULL ? atol(at + strlen("\"scanned\":")) : 0;
    }
    fclose(file);
    return sum;
}

static void a_search_does_not_start_over(void **state)
{
    (void)state;
    char path[] = "/tmp/troupe-test-XXXXXX";
    close(mkstemp(path));
    setenv("TROUPE_TRACE", path, 1);
    run(search_behind_noise);
    long scanned = sum_of_scanned(path);
    unlink(path);
    if (scanned == 0)
        harness_skip("built without trace");
    /* Each of the four tags passes the noise once; each message is taken once, behind three others
     * at the most. */
    assert_in_range(scanned, 4 * UNMATCHED, 4 * UNMATCHED + UNMATCHED + 50 * 4 * 8);
}

/* Takes saved messages from everywhere, and finds everything all the same. */
static int take_what_is_saved(void *arg)
{
    (void)arg;
    troupe_msg *msg;
    for (int number = 0; number < 3; number++) {
        for (int i = 0; i < 5; i++)
            assert_int_equal(send_number(troupe_self(), NOISE, i), 0);
        assert_int_equal(troupe_recv_tag(1, &msg, 0), -ETIMEDOUT); /* the fifth is remembered */
        struct wanted wanted = {.number = number == 0 ? 4 : number == 1 ? 0 : 2};
        assert_int_equal(troupe_recv_match(is_wanted, &wanted, &msg, 0), 0);
        troupe_msg_free(&msg);
        assert_int_equal(send_number(troupe_self(), 1, 70), 0);
        assert_int_equal(send_number(troupe_self(), NOISE, 71), 0);
        assert_int_equal(recv_tag_number(1), 70);
        assert_int_equal(troupe_recv_tag(1, &msg, 0), -ETIMEDOUT);
        for (int i = 0; i < 5; i++)
            if (i != wanted.number)
                assert_int_equal(recv_number(), i);
        assert_int_equal(recv_number(), 71);
        assert_mailbox_empty();
        assert_int_equal(send_number(troupe_self(), 1, 72), 0); /* in front of nothing */
        assert_int_equal(recv_tag_number(1), 72);
    }
    return 0;
}

static void what_was_searched_may_be_taken(void **state)
{
    (void)state;
    run(take_what_is_saved);
}

static int produced, consumed;

static int produce(void *arg)
{
    (void)arg;
    for (int i = 0; i < 100; i++) {
        int rc = troupe_send_wait(receiver, 1, &i, sizeof i, TROUPE_FOREVER);
        assert_int_equal(rc, 0);
        produced++;
        assert_in_range(produced - consumed, 0, 6); /* four in the mailbox, one waits, one taken */
    }
    return 0;
}

static int consume(void *arg)
{
    (void)arg;
    troupe_pid pid;
    receiver = troupe_self();
    assert_int_equal(troupe_mailbox_limit(receiver, 4, TROUPE_REFUSE), 0);
    assert_int_equal(troupe_spawn(produce, NULL, &pid), 0);
    for (int i = 0; i < 100; i++) {
        troupe_msg *msg;
        assert_int_equal(troupe_recv(&msg, TROUPE_FOREVER), 0);
        assert_int_equal(take_number(msg), i);
        consumed++;
        if (i % 3 == 0)
            assert_int_equal(troupe_yield(), 0);
    }
    return troupe_join(pid, NULL, TROUPE_FOREVER);
}

static void a_sender_can_wait_for_room(void **state)
{
    (void)state;
    run(consume);
    assert_int_equal(produced, 100);
}

static int send_waiting(void *arg)
{
    int number = (int)(intptr_t)arg;
    int rc = troupe_send_wait(receiver, number, &number, sizeof number, TROUPE_FOREVER);
    if (number == 2)
        status_of_second = rc;
    return rc;
}

/* Fills the caller's mailbox, which takes one message, and lets three senders wait for room. */
static void queue_up(troupe_pid senders[3])
{
    receiver = troupe_self();
    assert_int_equal(troupe_mailbox_limit(receiver, 1, TROUPE_REFUSE), 0);
    assert_int_equal(send_number(receiver, 0, 0), 0);
    for (intptr_t i = 0; i < 3; i++)
        assert_int_equal(troupe_spawn(send_waiting, (void *)(i + 1), &senders[i]), 0);
    assert_int_equal(troupe_yield(), 0);
}

static int await_number(void)
{
    troupe_msg *msg;
    assert_int_equal(troupe_recv(&msg, TROUPE_FOREVER), 0);
    return take_number(msg);
}

static int lose_senders(void *arg)
{
    (void)arg;
    troupe_pid senders[3];
    queue_up(senders);
    assert_int_equal(recv_number(), 0);           /* lets the first one in, */
    assert_int_equal(troupe_kill(senders[0]), 0); /* which has sent, even if it never hears of it */
    assert_int_equal(await_number(), 1);
    assert_int_equal(await_number(), 2);
    assert_int_equal(await_number(), 3);
    assert_int_equal(end_of(senders[0]), TROUPE_KILLED);
    assert_int_equal(end_of(senders[1]), 0);
    assert_int_equal(end_of(senders[2]), 0);

    queue_up(senders); /* one that ends while it waits has not sent, and holds nobody up */
    assert_int_equal(troupe_kill(senders[0]), 0);
    assert_int_equal(troupe_cancel(senders[1], "no need"), 0);
    assert_int_equal(await_number(), 0);
    assert_int_equal(await_number(), 3);
    assert_mailbox_empty();
    assert_int_equal(end_of(senders[1]), -ECANCELED);
    assert_int_equal(status_of_second, -ECANCELED);

    queue_up(senders);
    assert_int_equal(recv_number(), 0);
    assert_int_equal(recv_number(), 1);
    assert_int_equal(troupe_cancel(senders[1], "late"), 0); /* it has sent: it is told so */
    assert_int_equal(recv_number(), 2);
    assert_int_equal(recv_number(), 3);
    assert_int_equal(end_of(senders[1]), 0);
    assert_int_equal(status_of_second, 0);
    return 0;
}

static void senders_that_end_hold_nobody_up(void **state)
{
    (void)state;
    run(lose_senders);
}

static int make_room(void *arg)
{
    (void)arg;
    troupe_pid senders[3];
    queue_up(senders);
    assert_int_equal(troupe_mailbox_limit(receiver, 3, TROUPE_REFUSE), 0); /* two may come in */
    assert_int_equal(end_of(senders[0]), 0);
    assert_int_equal(end_of(senders[1]), 0);
    assert_int_equal(troupe_send(receiver, 9, NULL, 0), -EAGAIN); /* and the third may not */
    assert_int_equal(troupe_mailbox_limit(receiver, 3, TROUPE_DROP_OLD), 0);
    assert_int_equal(end_of(senders[2]), 0);
    for (int i = 1; i <= 3; i++)
        assert_int_equal(recv_number(), i);
    assert_mailbox_empty();

    queue_up(senders); /* what is waited for comes past a full mailbox */
    troupe_msg *msg;
    assert_int_equal(troupe_recv_tag(3, &msg, TROUPE_FOREVER), 0);
    assert_int_equal(take_number(msg), 3);
    assert_int_equal(end_of(senders[2]), 0);
    for (int i = 0; i < 3; i++)
        assert_int_equal(await_number(), i);
    assert_mailbox_empty();
    return 0;
}

static void room_is_made_in_many_ways(void **state)
{
    (void)state;
    run(make_room);
}

static int die_with_senders(void *senders)
{
    queue_up(senders);
    return 0;
}

static int send_in_vain(void *arg)
{
    (void)arg;
    static troupe_pid senders[3];
    troupe_pid full;
    assert_int_equal(troupe_spawn(die_with_senders, senders, &full), 0);
    assert_int_equal(troupe_yield(), 0); /* it has filled its mailbox */
    assert_int_equal(troupe_send_wait(full, 1, NULL, 0, 0), -ETIMEDOUT);
    assert_int_equal(troupe_send_wait(full, 1, NULL, 0, TROUPE_FOREVER), -ESRCH);
    assert_int_equal(end_of(full), 0);
    assert_int_equal(troupe_yield(), 0);
    assert_int_equal(status_of_second, -ESRCH);
    return 0;
}

static void senders_are_told_of_the_end(void **state)
{
    (void)state;
    run(send_in_vain);
}

static int wait_in_vain(void *arg)
{
    (void)arg;
    receiver = troupe_self();
    assert_int_equal(troupe_mailbox_limit(receiver, 1, TROUPE_REFUSE), 0);
    assert_int_equal(send_number(receiver, 0, 0), 0);
    troupe_msg *msg;
    assert_int_equal(troupe_recv_tag(1, &msg, TROUPE_US(100)), -ETIMEDOUT);
    return recv_number();
}

static int time_out_at_the_door(void *arg)
{
    (void)arg;
    troupe_pid pid;
    assert_int_equal(troupe_spawn(wait_in_vain, NULL, &pid), 0);
    assert_int_equal(troupe_yield(), 0);
    assert_int_equal(troupe_send_wait(pid, 5, NULL, 0, TROUPE_US(1)), -ETIMEDOUT);
    return troupe_join(pid, NULL, TROUPE_FOREVER);
}

static void a_wait_for_room_can_have_a_limit(void **state)
{
    (void)state;
    run(time_out_at_the_door);
}

static int send_back(void *arg)
{
    (void)arg;
    int rc = troupe_send_wait(receiver, 1, NULL, 0, TROUPE_FOREVER);
    assert_int_equal(rc, 0); /* the other one was refused, and went on */
    return 0;
}

static int fill_each_other(void *arg)
{
    (void)arg;
    troupe_pid pid;
    receiver = troupe_self();
    assert_int_equal(troupe_mailbox_limit(receiver, 1, TROUPE_REFUSE), 0);
    assert_int_equal(send_number(receiver, 0, 0), 0);
    told_begin();
    assert_int_equal(troupe_send_wait(receiver, 0, NULL, 0, TROUPE_FOREVER), -EDEADLK);
    assert_int_equal(troupe_spawn(send_back, NULL, &pid), 0);
    assert_int_equal(troupe_mailbox_limit(pid, 1, TROUPE_REFUSE), 0);
    assert_int_equal(send_number(pid, 0, 0), 0);
    assert_int_equal(troupe_yield(), 0); /* it waits for room here */
    assert_int_equal(troupe_send_wait(pid, 0, NULL, 0, TROUPE_FOREVER), -EDEADLK);
    assert_int_equal(troupe_join(pid, NULL, TROUPE_FOREVER), -EDEADLK);
    assert_int_equal(times_in(told_end(), "closes a cycle of waits"), 3);
    assert_int_equal(recv_number(), 0);
    return troupe_join(pid, NULL, TROUPE_FOREVER);
}

static void full_mailboxes_close_no_cycle(void **state)
{
    (void)state;
    run(fill_each_other);
}

HARNESS_MAIN(cmocka_unit_test(a_receive_can_select),
             cmocka_unit_test(a_wait_looks_only_at_new_messages),
             cmocka_unit_test(a_search_does_not_start_over),
             cmocka_unit_test(what_was_searched_may_be_taken),
             cmocka_unit_test(a_sender_can_wait_for_room),
             cmocka_unit_test(senders_that_end_hold_nobody_up),
             cmocka_unit_test(room_is_made_in_many_ways),
             cmocka_unit_test(senders_are_told_of_the_end),
             cmocka_unit_test(a_wait_for_room_can_have_a_limit),
             cmocka_unit_test(full_mailboxes_close_no_cycle))
