/*
 * Cancelling, killing, and cleaning up: an actor that is told to stop does so at every call, and
 * what it wants done in the end is done.
 */

#include "trail.h"

/* Every call that may suspend, also where it need not: a message is there, the actor to be joined
 * has ended, and so on. */
static int try_every_call(void *arg)
{
    troupe_pid sleeper = *(troupe_pid *)arg, gone;
    troupe_msg *m;
    troupe_ref ref;
    assert_int_equal(troupe_send(troupe_self(), 1, NULL, 0), 0);
    assert_int_equal(troupe_spawn(succeed, NULL, &gone), 0);
    assert_int_equal(troupe_call_start(sleeper, 1, NULL, 0, &ref), 0);
    assert_int_equal(troupe_sleep(TROUPE_S(1000)), -ECANCELED);
    for (int i = 0; i < 3; i++) { /* again and again */
        assert_int_equal(troupe_yield(), -ECANCELED);
        assert_int_equal(troupe_checkpoint(), -ECANCELED);
        assert_int_equal(troupe_sleep(0), -ECANCELED);
        assert_int_equal(troupe_sleep(1), -ECANCELED);
        assert_int_equal(troupe_recv(&m, TROUPE_FOREVER), -ECANCELED);
        assert_int_equal(troupe_recv(&m, 0), -ECANCELED);
        assert_int_equal(troupe_recv_tag(1, &m, TROUPE_FOREVER), -ECANCELED);
        assert_int_equal(troupe_join(sleeper, NULL, TROUPE_FOREVER), -ECANCELED);
        assert_int_equal(troupe_join(gone, NULL, 0), -ECANCELED);
        assert_int_equal(troupe_send_wait(sleeper, 1, NULL, 0, 0), -ECANCELED);
        assert_int_equal(troupe_call(sleeper, 1, NULL, 0, &m, TROUPE_FOREVER), -ECANCELED);
        assert_int_equal(troupe_gather((troupe_fn[]){succeed}, 1, NULL), -ECANCELED);
        assert_int_equal(troupe_gather(NULL, 0, NULL), -ECANCELED);
        assert_int_equal(troupe_race((troupe_fn[]){succeed}, 1, NULL), -ECANCELED);
    }
    assert_int_equal(troupe_call_wait(ref, &m, TROUPE_FOREVER), -ECANCELED);
    assert_int_equal(troupe_call_wait(ref, &m, TROUPE_FOREVER), -ESRCH); /* given up */
    assert_int_equal(troupe_send(sleeper, 1, NULL, 0), 0); /* what does not suspend goes on */
    return 0;
}

static int cancel_one(void *arg)
{
    (void)arg;
    troupe_pid sleeper, pid;
    assert_int_equal(troupe_spawn(sleep_long, NULL, &sleeper), 0);
    assert_int_equal(troupe_spawn(try_every_call, &sleeper, &pid), 0);
    assert_int_equal(troupe_yield(), 0);
    assert_int_equal(troupe_yield(), 0);
    assert_int_equal(troupe_cancel(pid, "stop"), 0);
    assert_int_equal(end_of(pid), 0);
    assert_int_equal(troupe_cancel(pid, "too late"), -ESRCH);
    assert_int_equal(troupe_cancel(sleeper, "stop"), 0);
    assert_int_equal(end_of(sleeper), -ECANCELED);
    return 0;
}

static void every_call_that_may_suspend_is_a_checkpoint(void **state)
{
    (void)state;
    told_begin();
    run(cancel_one);
    assert_string_equal(told_end(), ""); /* nobody minds who ends as it was told */
}

static int note_reason(void *arg)
{
    troupe_pid by;
    assert_string_equal(troupe_cancel_reason(&by), "");
    assert_true(troupe_pid_equal(by, TROUPE_PID_NONE));
    int rc = troupe_sleep(TROUPE_S(1000));
    assert_string_equal(troupe_cancel_reason(&by), "out of tea");
    assert_true(troupe_pid_equal(by, *(troupe_pid *)arg));
    return rc;
}

static int give_reasons(void *arg)
{
    (void)arg;
    troupe_pid self = troupe_self(), pid, early;
    assert_int_equal(troupe_spawn(note_reason, &self, &pid), 0);
    assert_int_equal(troupe_spawn(sleep_long, NULL, &early), 0);
    assert_int_equal(troupe_cancel(early, NULL), 0); /* it runs for the first time, and is told */
    assert_int_equal(troupe_yield(), 0);
    assert_int_equal(troupe_cancel(pid, "out of tea"), 0);
    assert_int_equal(troupe_cancel(pid, "out of milk"), 0); /* the first reason stays */
    assert_int_equal(end_of(pid), -ECANCELED);
    assert_int_equal(end_of(early), -ECANCELED);
    assert_int_equal(troupe_cancel(troupe_self(), "myself"), 0);
    assert_string_equal(troupe_cancel_reason(NULL), "myself");
    return troupe_yield() == -ECANCELED ? 0 : -EINVAL;
}

static void the_reason_and_the_canceller_are_kept(void **state)
{
    (void)state;
    run(give_reasons);
}

static void say(void *arg)
{
    leave_trail("%s", (const char *)arg);
}

static int register_defers(troupe_fn then)
{
    assert_int_equal(troupe_defer(say, (void *)"c"), 0);
    assert_int_equal(troupe_defer(say, (void *)"b"), 0);
    assert_int_equal(troupe_defer(say, (void *)"a"), 0);
    return then(NULL);
}

static int exit_now(void *arg)
{
    (void)arg;
    troupe_exit(5);
}

static int kill_self(void *arg)
{
    (void)arg;
    troupe_kill(troupe_self());
    leave_trail("not reached");
    return 0;
}

static int defer_and_return(void *arg)
{
    (void)arg;
    return register_defers(succeed);
}

static int defer_and_exit(void *arg)
{
    (void)arg;
    return register_defers(exit_now);
}

static int defer_and_sleep(void *arg)
{
    (void)arg;
    return register_defers(sleep_long);
}

static int defer_and_kill(void *arg)
{
    (void)arg;
    return register_defers(kill_self);
}

static int end_in_every_way(void *arg)
{
    (void)arg;
    troupe_pid pid;
    assert_int_equal(troupe_spawn(defer_and_return, NULL, &pid), 0);
    assert_int_equal(end_of(pid), 0);
    assert_int_equal(troupe_spawn(defer_and_exit, NULL, &pid), 0);
    assert_int_equal(end_of(pid), 5);
    assert_int_equal(troupe_spawn(defer_and_kill, NULL, &pid), 0);
    assert_int_equal(end_of(pid), TROUPE_KILLED);
    assert_int_equal(troupe_spawn(defer_and_sleep, NULL, &pid), 0);
    assert_int_equal(troupe_yield(), 0);
    assert_int_equal(troupe_cancel(pid, NULL), 0);
    assert_int_equal(end_of(pid), -ECANCELED);
    assert_int_equal(troupe_spawn(defer_and_sleep, NULL, &pid), 0);
    assert_int_equal(troupe_yield(), 0);
    assert_int_equal(troupe_kill(pid), 0);
    assert_int_equal(end_of(pid), TROUPE_KILLED);
    return 0;
}

static void defers_run_at_every_end_last_first(void **state)
{
    (void)state;
    run(end_in_every_way);
    assert_string_equal(trail, "abcabcabcabcabc");
}

/* In a defer: what suspends fails if the actor was cancelled or killed, unless it is shielded. */
static void suspend_in_defer(void *arg)
{
    bool was_stopped = *(const char *)arg == 'k';
    troupe_scope s;
    assert_int_equal(troupe_yield(), was_stopped ? -ECANCELED : 0);
    troupe_scope_open(&s, TROUPE_FOREVER);
    assert_int_equal(troupe_scope_join(&s), was_stopped ? -ECANCELED : 0);
    assert_int_equal(troupe_yield(), was_stopped ? -ECANCELED : 0); /* whatever was open before */
    troupe_scope_open(&s, TROUPE_FOREVER);
    assert_int_equal(troupe_yield(), was_stopped ? -ECANCELED : 0);
    assert_int_equal(troupe_scope_shield(&s, TROUPE_FOREVER), 0);
    assert_int_equal(troupe_sleep(TROUPE_US(1)), 0);
    assert_int_equal(troupe_scope_spawn(&s, succeed, NULL, NULL), 0);
    assert_int_equal(troupe_scope_join(&s), 0);
    assert_int_equal(troupe_yield(), was_stopped ? -ECANCELED : 0);
    leave_trail("%s", (const char *)arg);
    troupe_defer(say, (void *)"+"); /* may be added even now */
}

static int wait_with_scopes(void *arg)
{
    troupe_scope s, t;
    assert_int_equal(troupe_defer(suspend_in_defer, arg), 0);
    if (*(const char *)arg == 'r')
        return 0;
    troupe_scope_open(&s, TROUPE_FOREVER);
    troupe_scope_open(&t, TROUPE_FOREVER);
    troupe_scope_spawn(&s, sleep_long, NULL, NULL);
    troupe_scope_spawn(&t, sleep_long, NULL, NULL);
    if (*(const char *)arg == 'k')
        return troupe_sleep(TROUPE_S(1000));
    return kill_self(NULL);
}

static int kill_self_shielded(void *arg)
{
    assert_int_equal(troupe_defer(suspend_in_defer, arg), 0);
    return kill_self(NULL);
}

static int suspend_in_the_end(void *arg)
{
    (void)arg;
    troupe_pid pid;
    assert_int_equal(troupe_spawn(wait_with_scopes, (void *)"r", &pid), 0);
    assert_int_equal(end_of(pid), 0);
    assert_int_equal(troupe_spawn(wait_with_scopes, (void *)"k", &pid), 0);
    assert_int_equal(troupe_yield(), 0);
    assert_int_equal(troupe_yield(), 0);
    assert_int_equal(troupe_kill(pid), 0);
    assert_int_equal(end_of(pid), TROUPE_KILLED);
    assert_int_equal(troupe_spawn(kill_self_shielded, (void *)"k", &pid), 0);
    assert_int_equal(end_of(pid), TROUPE_KILLED);
    return 0;
}

static void defers_may_suspend_in_a_shield(void **state)
{
    (void)state;
    told_begin();
    run(suspend_in_the_end);
    assert_string_equal(told_end(), "");
    assert_string_equal(trail, "r+k+k+");
}

static int ran_on;

static int run_on(void *arg)
{
    (void)arg;
    int rc = troupe_sleep(TROUPE_S(1000));
    ran_on++;
    return rc;
}

static int run_on_at_once(void *arg)
{
    (void)arg;
    ran_on++;
    return 0;
}

/* Three generations in scopes, the youngest waiting for its turn, or asleep. */
static int have_children(void *arg)
{
    troupe_scope s;
    intptr_t depth = (intptr_t)arg;
    troupe_scope_open(&s, TROUPE_FOREVER);
    for (int i = 0; i < 3 && depth > 0; i++) {
        troupe_spec spec = {.fn = have_children, .arg = (void *)(depth - 1)};
        troupe_scope_spawn_spec(&s, &spec, NULL);
        troupe_scope_spawn(&s, run_on, NULL, NULL);
    }
    int rc = troupe_scope_join(&s);
    if (depth > 0)
        ran_on++;
    return rc;
}

static int kill_everywhere(void *arg)
{
    (void)arg;
    troupe_pid pid;
    assert_int_equal(troupe_spawn(run_on_at_once, NULL, &pid), 0);
    assert_int_equal(troupe_kill(pid), 0); /* before its first turn: it never runs */
    assert_int_equal(troupe_kill(pid), 0); /* twice is once */
    assert_int_equal(end_of(pid), TROUPE_KILLED);
    assert_int_equal(troupe_kill(pid), -ESRCH);
    for (int turns = 0; turns < 6; turns++) { /* waiting, and ready, at every depth */
        assert_int_equal(troupe_spawn(have_children, (void *)3, &pid), 0);
        for (int i = 0; i < turns; i++)
            assert_int_equal(troupe_yield(), 0);
        assert_int_equal(troupe_kill(pid), 0);
        assert_int_equal(end_of(pid), TROUPE_KILLED);
    }
    assert_int_equal(ran_on, 0);
    assert_int_equal(troupe_spawn(sleep_long, NULL, &pid), 0);
    assert_int_equal(troupe_yield(), 0);
    assert_int_equal(troupe_cancel(pid, NULL), 0);
    assert_int_equal(troupe_kill(pid), 0); /* ready, since it was cancelled */
    assert_int_equal(end_of(pid), TROUPE_KILLED);
    return 0;
}

static void a_kill_reaches_everywhere(void **state)
{
    (void)state;
    told_begin();
    run(kill_everywhere);
    assert_string_equal(told_end(), "");
}

static int kill_owner(void *arg)
{
    assert_int_equal(troupe_defer(say, (void *)"d"), 0);
    assert_int_equal(troupe_kill(*(troupe_pid *)arg), 0);
    leave_trail("k"); /* it is not interrupted */
    int rc = troupe_yield();
    leave_trail("not reached");
    return rc;
}

static int own_a_killer(void *arg)
{
    (void)arg;
    troupe_pid self = troupe_self();
    troupe_spec spec = {.fn = kill_owner, .arg = &self};
    troupe_scope s;
    troupe_scope_open(&s, TROUPE_FOREVER);
    troupe_scope_spawn_spec(&s, &spec, NULL);
    troupe_scope_spawn(&s, run_on, NULL, NULL);
    return troupe_scope_join(&s);
}

static int be_killed_from_below(void *arg)
{
    (void)arg;
    troupe_pid pid;
    assert_int_equal(troupe_spawn(own_a_killer, NULL, &pid), 0);
    assert_int_equal(end_of(pid), TROUPE_KILLED);
    assert_int_equal(ran_on, 0);
    return 0;
}

static void a_child_can_kill_its_owner(void **state)
{
    (void)state;
    run(be_killed_from_below);
    assert_string_equal(trail, "kd");
}

static int use_a_lot(void *arg)
{
    (void)arg;
    volatile char bytes[30000];
    for (size_t i = 0; i < sizeof bytes; i += 100)
        bytes[i] = 1;
    return troupe_yield();
}

/* Stacks of the killed are used again by others. */
static int kill_many(void *arg)
{
    (void)arg;
    troupe_pid pids[100];
    for (int round = 0; round < 20; round++) {
        for (int i = 0; i < 100; i++)
            assert_int_equal(troupe_spawn(i % 2 ? use_a_lot : run_on, NULL, &pids[i]), 0);
        assert_int_equal(troupe_yield(), 0);
        for (int i = round % 3; i < 100; i += 3)
            assert_int_equal(troupe_kill(pids[i]), 0);
        for (int i = 0; i < 100; i++) {
            if (i % 2 == 0 && i % 3 != round % 3)
                assert_int_equal(troupe_cancel(pids[i], NULL), 0);
            int expected = i % 3 == round % 3 ? TROUPE_KILLED : i % 2 ? 0 : -ECANCELED;
            assert_int_equal(end_of(pids[i]), expected);
        }
    }
    return 0;
}

static void stacks_survive_their_users(void **state)
{
    (void)state;
    run(kill_many);
}

HARNESS_MAIN(cmocka_unit_test(every_call_that_may_suspend_is_a_checkpoint),
             cmocka_unit_test(the_reason_and_the_canceller_are_kept),
             cmocka_unit_test(defers_run_at_every_end_last_first),
             cmocka_unit_test(defers_may_suspend_in_a_shield),
             cmocka_unit_test(a_kill_reaches_everywhere),
             cmocka_unit_test(a_child_can_kill_its_owner),
             cmocka_unit_test(stacks_survive_their_users))
