/*
 * Channels: what is sent arrives once, in order, at the one who waited longest, and nothing else
 * happens, whoever gives up, is cancelled or is killed at whatever moment.
 */

#include "channels.h"
#include "crowd.h"
static troupe_pid pids[8];

/* Sends its argument, and says when that is done. */
static int send_one(void *arg)
{
    int value = (int)(intptr_t)arg;
    int rc = troupe_chan_send(chan, &value, TROUPE_FOREVER);
    leave_trail("s%d=%d ", value, rc);
    return rc;
}

/* Receives one value and says which; its argument is its name. */
static int receive_one(void *arg)
{
    int value = -1;
    int rc = troupe_chan_recv(chan, &value, TROUPE_FOREVER);
    leave_trail("%c%d=%d ", (char)(intptr_t)arg, value, rc);
    return rc;
}

static int meet(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_chan_new(&chan, sizeof(int), 0), 0);
    start(receive_one, 'a');
    start(receive_one, 'b');
    assert_int_equal(put_now(1), 0);
    assert_int_equal(put_now(2), 0);
    assert_int_equal(put_now(3), -ETIMEDOUT);
    assert_int_equal(troupe_yield(), 0);
    start(send_one, 4);
    start(send_one, 5);
    assert_int_equal(take_now(), 4);
    assert_int_equal(take_now(), 5);
    assert_int_equal(take_now(), -ETIMEDOUT);
    assert_int_equal(troupe_yield(), 0);
    troupe_chan_free(&chan);
    assert_int_equal(chan.value, 0);
    return 0;
}

static void two_meet_in_a_channel_without_room(void **state)
{
    (void)state;
    run_trail(meet, "a1=0 b2=0 s4=0 s5=0 ");
}

static int fill(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_chan_new(&chan, sizeof(int), 3), 0);
    for (int round = 0; round < 5; round++) { /* the ring goes round */
        assert_int_equal(put_now(1), 0);
        assert_int_equal(put_now(2), 0);
        assert_int_equal(troupe_chan_count(chan), 2);
        assert_int_equal(take_now(), 1);
        assert_int_equal(put_now(3), 0);
        assert_int_equal(put_now(4), 0);
        assert_int_equal(put_now(9), -ETIMEDOUT);
        start(send_one, 5);
        start(send_one, 6);
        assert_int_equal(put_now(9), -ETIMEDOUT);
        for (int value = 2; value <= 6; value++)
            assert_int_equal(take_now(), value);
        assert_int_equal(take_now(), -ETIMEDOUT);
        assert_int_equal(troupe_yield(), 0);
    }
    return 0;
}

static void a_channel_keeps_as_many_as_it_has_room_for(void **state)
{
    (void)state;
    run_trail(fill, "s5=0 s6=0 s5=0 s6=0 s5=0 s6=0 s5=0 s6=0 s5=0 s6=0 ");
}

static int pass_signals(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_chan_new(&chan, 0, 1), 0);
    assert_int_equal(troupe_chan_send(chan, NULL, 0), 0);
    assert_int_equal(troupe_chan_send(chan, NULL, 0), -ETIMEDOUT);
    assert_int_equal(troupe_chan_recv(chan, NULL, 0), 0);
    assert_int_equal(troupe_chan_recv(chan, NULL, 0), -ETIMEDOUT);
    assert_int_equal(troupe_chan_new(&other, TROUPE_CHAN_VALUE_BYTES_MAX + 1, 1), -EINVAL);
    assert_int_equal(troupe_chan_new(&other, 1, TROUPE_CHAN_CAPACITY_MAX + 1), -EINVAL);
    return 0;
}

static void values_may_have_no_bytes(void **state)
{
    (void)state;
    run_trail(pass_signals, "");
}

static int close_one(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_chan_new(&chan, sizeof(int), 1), 0);
    assert_int_equal(put_now(1), 0);
    pids[0] = start(send_one, 2);
    assert_int_equal(troupe_chan_close(chan), 0);
    assert_int_equal(troupe_chan_close(chan), 0);
    assert_int_equal(end_of(pids[0]), -EPIPE);
    assert_int_equal(put_now(3), -EPIPE);
    assert_int_equal(take_now(), 1);
    assert_int_equal(take_now(), -EPIPE);
    assert_int_equal(troupe_chan_new(&chan, sizeof(int), 1), 0);
    pids[0] = start(receive_one, 'a');
    assert_int_equal(troupe_chan_close(chan), 0);
    assert_int_equal(end_of(pids[0]), -EPIPE);
    return 0;
}

static void a_closed_channel_is_drained(void **state)
{
    (void)state;
    run_trail(close_one, "s2=-32 a-1=-32 ");
}

static int make_and_wait(void *arg)
{
    assert_int_equal(troupe_chan_new(&chan, sizeof(int), 0), 0);
    return troupe_sleep(arg != NULL ? TROUPE_FOREVER : 0);
}

static int let_go(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_chan_new(&chan, sizeof(int), 2), 0);
    pids[0] = start(receive_one, 'a');
    troupe_chan copy = chan;
    troupe_chan_free(&chan);
    assert_int_equal(end_of(pids[0]), -EPIPE);
    troupe_chan_free(&chan); /* none is fine */
    assert_int_equal(put_now(1), -EINVAL);
    assert_int_equal(take_now(), -EINVAL);
    assert_int_equal(troupe_chan_close(chan), -EINVAL);
    chan = copy;
    assert_int_equal(put_now(1), -EPIPE);
    assert_int_equal(take_now(), -EPIPE);
    assert_int_equal(troupe_chan_close(chan), -EPIPE);
    assert_int_equal(troupe_chan_count(chan), 0);

    troupe_pid maker = start(make_and_wait, 0);
    pids[0] = start(receive_one, 'b');
    assert_int_equal(end_of(maker), 0);
    assert_int_equal(end_of(pids[0]), -EPIPE);
    maker = start(make_and_wait, 1);
    pids[0] = start(send_one, 7);
    assert_int_equal(troupe_kill(maker), 0);
    assert_int_equal(end_of(pids[0]), -EPIPE);
    assert_int_equal(put_now(1), -EPIPE);
    return 0;
}

static void a_channel_goes_with_its_maker_or_before(void **state)
{
    (void)state;
    run_trail(let_go, "a-1=-32 b-1=-32 s7=-32 ");
}

static int wait_in_vain(void *arg)
{
    int value = -1;
    int rc = arg != NULL ? troupe_chan_send(chan, &value, TROUPE_MS(1))
                         : troupe_chan_recv(chan, &value, TROUPE_MS(1));
    leave_trail("%d ", rc);
    return 0;
}

/* Those who give up leave no trace in the channel. */
static int give_up(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_chan_new(&chan, sizeof(int), 0), 0);
    start(wait_in_vain, 0);
    assert_int_equal(troupe_sleep(TROUPE_MS(3)), 0);
    start(wait_in_vain, 1);
    assert_int_equal(troupe_sleep(TROUPE_MS(3)), 0);
    for (int i = 0; i < 2; i++) {
        pids[0] = start(receive_one, 'a');
        pids[1] = start(receive_one, 'b');
        if (i == 0)
            assert_int_equal(troupe_cancel(pids[0], "test"), 0);
        else
            assert_int_equal(troupe_kill(pids[0]), 0);
        assert_int_equal(put_now(1), 0);
        assert_int_equal(put_now(2), -ETIMEDOUT);
        assert_int_equal(end_of(pids[0]), i == 0 ? -ECANCELED : TROUPE_KILLED);
        assert_int_equal(end_of(pids[1]), 0);
        pids[0] = start(send_one, 3);
        pids[1] = start(send_one, 4);
        if (i == 0)
            assert_int_equal(troupe_cancel(pids[0], "test"), 0);
        else
            assert_int_equal(troupe_kill(pids[0]), 0);
        assert_int_equal(take_now(), 4);
        assert_int_equal(take_now(), -ETIMEDOUT);
        assert_int_equal(end_of(pids[1]), 0);
    }
    return 0;
}

static void who_gives_up_leaves_nothing(void **state)
{
    (void)state;
    run_trail(give_up, "-110 -110 a-1=-125 b1=0 s3=-125 s4=0 b1=0 s4=0 ");
}

/* Between being served and running again. */
static int come_late(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_chan_new(&chan, sizeof(int), 0), 0);
    pids[0] = start(receive_one, 'a');
    assert_int_equal(put_now(1), 0);
    assert_int_equal(troupe_cancel(pids[0], "too late"), 0); /* it has happened */
    assert_int_equal(end_of(pids[0]), 0);
    pids[0] = start(send_one, 2);
    assert_int_equal(take_now(), 2);
    assert_int_equal(troupe_cancel(pids[0], "too late"), 0);
    assert_int_equal(end_of(pids[0]), 0);

    pids[0] = start(receive_one, 'b');
    pids[1] = start(receive_one, 'c');
    assert_int_equal(put_now(3), 0);
    assert_int_equal(troupe_kill(pids[0]), 0); /* and takes 3 with it */
    assert_int_equal(put_now(4), 0);
    assert_int_equal(end_of(pids[1]), 0);
    pids[0] = start(send_one, 5);
    assert_int_equal(take_now(), 5);
    assert_int_equal(troupe_kill(pids[0]), 0);
    assert_int_equal(take_now(), -ETIMEDOUT);

    pids[0] = start(receive_one, 'd');
    assert_int_equal(put_now(6), 0);
    troupe_chan_free(&chan); /* 6 has left it */
    assert_int_equal(end_of(pids[0]), 0);
    return 0;
}

static void what_has_happened_stays_so(void **state)
{
    (void)state;
    run_trail(come_late, "a1=0 s2=0 c4=0 d6=0 ");
}

static int call_when_cancelled(void *arg)
{
    (void)arg;
    troupe_scope scope;
    troupe_case cases[1];
    int value = 0;
    assert_int_equal(troupe_chan_new(&chan, sizeof(int), 1), 0);
    assert_int_equal(troupe_scope_open(&scope, TROUPE_FOREVER), 0);
    troupe_scope_cancel(&scope, "test");
    assert_int_equal(put_now(1), -ECANCELED);
    cases[0] = troupe_on_send(chan, &value);
    assert_int_equal(troupe_select(cases, 1, 0), -ECANCELED);
    assert_int_equal(troupe_scope_join(&scope), 0);
    assert_int_equal(troupe_chan_count(chan), 0);
    assert_int_equal(put_now(1), 0);
    return 0;
}

static void every_call_is_a_checkpoint(void **state)
{
    (void)state;
    run_trail(call_when_cancelled, "");
}

static int receive_from_either(void *arg)
{
    (void)arg;
    int value;
    troupe_case cases[] = {troupe_on_recv(chan, &value), troupe_on_recv(other, &value)};
    return troupe_select(cases, 2, TROUPE_FOREVER);
}

static int ask_who_waits(void *arg)
{
    (void)arg;
    troupe_pid who[4];
    assert_int_equal(troupe_chan_new(&chan, sizeof(int), 0), 0);
    assert_int_equal(troupe_chan_new(&other, sizeof(int), 0), 0);
    assert_int_equal(troupe_waiters(chan.value, who, 4), 0);
    for (int i = 0; i < 3; i++)
        pids[i] = start(receive_one, 'a' + i);
    pids[3] = start(receive_from_either, 0);
    assert_int_equal(troupe_waiters(chan.value, who, 2), 4);
    assert_true(troupe_pid_equal(who[0], pids[0]));
    assert_true(troupe_pid_equal(who[1], pids[1]));
    assert_int_equal(troupe_waiters(other.value, who, 4), 1);
    assert_true(troupe_pid_equal(who[0], pids[3]));
    assert_int_equal(troupe_waiters(0, who, 4), 0);
    for (int i = 0; i < 4; i++)
        assert_int_equal(troupe_kill(pids[i]), 0);
    assert_int_equal(troupe_waiters(chan.value, NULL, 0), 0);
    assert_int_equal(troupe_waiters(other.value, NULL, 0), 0);
    return 0;
}

static void a_channel_tells_who_waits(void **state)
{
    (void)state;
    run_trail(ask_who_waits, "");
}

/* Thousands of actors, some of which give up, are cancelled or killed while values go through. */

#define CROWD 1500
#define CROWD_CHANNELS 7
#define CROWD_SENDS 20

static troupe_chan crowd_chans[CROWD_CHANNELS];
static unsigned char taken[CROWD * CROWD_SENDS]; /* how often each value was received */
static int sent_count, unsure_count, killed_count;

static int send_many(void *arg)
{
    int first = (int)(intptr_t)arg * CROWD_SENDS;
    for (int i = 0; i < CROWD_SENDS; i++) {
        int value = first + i;
        int rc;
        unsure_count++; /* if it is killed in here, nobody knows */
        if (random_below(2) == 0) {
            rc =
                troupe_chan_send(crowd_chans[random_below(CROWD_CHANNELS)], &value, random_limit());
        } else {
            troupe_case cases[] = {
                troupe_on_send(crowd_chans[random_below(CROWD_CHANNELS)], &value),
                troupe_on_send(crowd_chans[random_below(CROWD_CHANNELS)], &value)};
            rc = troupe_select(cases, 2, random_limit());
            rc = rc < 0 ? rc : cases[rc].result;
        }
        unsure_count--;
        if (rc == 0)
            sent_count++;
        else if (rc != -ETIMEDOUT)
            return rc;
    }
    return 0;
}

static int receive_many(void *arg)
{
    (void)arg;
    for (;;) {
        int value = -1, rc;
        troupe_msg *msg = NULL;
        if (random_below(2) == 0) {
            rc =
                troupe_chan_recv(crowd_chans[random_below(CROWD_CHANNELS)], &value, random_limit());
        } else {
            troupe_case cases[] = {
                troupe_on_mail(&msg),
                troupe_on_recv(crowd_chans[random_below(CROWD_CHANNELS)], &value),
                troupe_on_recv(crowd_chans[random_below(CROWD_CHANNELS)], &value)};
            rc = troupe_select(cases, 3, random_limit());
            rc = rc < 0 ? rc : cases[rc].result;
        }
        if (rc == 0)
            taken[value]++;
        else
            assert_int_equal(value, -1);
        if (rc < 0 && rc != -ETIMEDOUT)
            return rc == -EPIPE ? 0 : rc;
    }
}

static int count_kept(void)
{
    int kept = 0;
    for (int c = 0; c < CROWD_CHANNELS; c++)
        kept += (int)troupe_chan_count(crowd_chans[c]);
    return kept;
}

static int be_a_crowd(void *arg)
{
    (void)arg;
    static troupe_pid crowd[2 * CROWD];
    int status, received = 0;
    for (int c = 0; c < CROWD_CHANNELS; c++)
        assert_int_equal(troupe_chan_new(&crowd_chans[c], sizeof(int), (size_t)(c % 4)), 0);
    for (int i = 0; i < CROWD; i++) {
        assert_int_equal(troupe_spawn(send_many, (void *)(intptr_t)i, &crowd[i]), 0);
        assert_int_equal(troupe_spawn(receive_many, NULL, &crowd[CROWD + i]), 0);
    }
    stop_some(crowd, 2 * CROWD, 400, 20);
    assert_int_equal(troupe_sleep(TROUPE_MS(20)), 0);
    for (int c = 0; c < CROWD_CHANNELS; c++)
        assert_int_equal(troupe_chan_close(crowd_chans[c]), 0);
    for (int i = 0; i < 2 * CROWD; i++) {
        assert_int_equal(troupe_join(crowd[i], &status, TROUPE_FOREVER), 0);
        killed_count += status == TROUPE_KILLED;
    }
    int kept = count_kept();
    for (int i = 0; i < CROWD * CROWD_SENDS; i++) {
        assert_true(taken[i] <= 1);
        received += taken[i];
    }
    /* What was sent is received or still there; a kill makes the fate of one value unknown. */
    assert_true(received + kept >= sent_count - killed_count);
    assert_true(received + kept <= sent_count + unsure_count);
    assert_true(unsure_count <= killed_count);
    assert_true(received > CROWD && killed_count > 50);
    return 0;
}

static void a_crowd_loses_and_doubles_nothing(void **state)
{
    (void)state;
    run_trail(be_a_crowd, "");
}

static int everything(void *arg)
{
    (void)arg;
    int value = 4;
    troupe_msg *msg = NULL;
    troupe_pid pid;
    int rc = troupe_chan_new(&chan, sizeof(int), 0);
    if (rc == 0)
        rc = troupe_chan_new(&other, sizeof(int), 2);
    if (rc == 0)
        rc = troupe_spawn(send_one, (void *)1, &pid);
    if (rc < 0)
        return rc;
    rc = troupe_chan_recv(chan, &value, TROUPE_S(1));
    if (rc < 0)
        return rc == -ETIMEDOUT ? -ENOMEM : rc; /* the sender had no stack */
    troupe_case cases[] = {troupe_on_mail(&msg), troupe_on_recv(other, &value)};
    rc = troupe_select(cases, 2, TROUPE_US(1));
    return rc == -ETIMEDOUT ? 0 : rc;
}

static void every_lack_of_memory_is_told(void **state)
{
    (void)state;
    run_out_of_memory(everything, 10);
}

HARNESS_MAIN(cmocka_unit_test(two_meet_in_a_channel_without_room),
             cmocka_unit_test(a_channel_keeps_as_many_as_it_has_room_for),
             cmocka_unit_test(values_may_have_no_bytes),
             cmocka_unit_test(a_closed_channel_is_drained),
             cmocka_unit_test(a_channel_goes_with_its_maker_or_before),
             cmocka_unit_test(who_gives_up_leaves_nothing),
             cmocka_unit_test(what_has_happened_stays_so),
             cmocka_unit_test(every_call_is_a_checkpoint),
             cmocka_unit_test(a_channel_tells_who_waits),
             cmocka_unit_test(a_crowd_loses_and_doubles_nothing),
             cmocka_unit_test(every_lack_of_memory_is_told))
