/*
 * Scopes: who is in them ends with them, and why is told.
 */

#include "harness.h"

#include <errno.h>
#include <string.h>

#include <troupe.h>

#include "running.h"

static int ended, cancelled;
static troupe_scope shared;

static int sleep_and_count(void *arg)
{
    (void)arg;
    int rc = troupe_sleep(TROUPE_S(1000));
    ended++;
    cancelled += rc == -ECANCELED;
    return rc;
}

static int fail_soon(void *arg)
{
    int rc = troupe_yield();
    ended++;
    return rc < 0 ? rc : (int)(intptr_t)arg;
}

/* Fails in its own way, also when it is cancelled. */
static int fail_stubbornly(void *arg)
{
    int rc = troupe_yield();
    ended++;
    return rc == 0 ? 0 : (int)(intptr_t)arg;
}

static int succeed_soon(void *arg)
{
    (void)arg;
    return fail_soon((void *)7);
}

static int join_them(void *arg)
{
    (void)arg;
    troupe_scope s;
    troupe_pid pid;
    assert_int_equal(troupe_scope_open(&s, TROUPE_S(1000)), 0);
    assert_int_equal(troupe_scope_join(&s), 0); /* empty */
    assert_int_equal(troupe_scope_open(&s, TROUPE_FOREVER), 0);
    for (int i = 0; i < 10; i++)
        assert_int_equal(troupe_scope_spawn(&s, succeed_soon, NULL, &pid), 0);
    assert_int_equal(troupe_scope_join(&s), 0);
    assert_int_equal(ended, 10);                                      /* nobody is left */
    assert_int_equal(troupe_join(pid, NULL, TROUPE_FOREVER), -ESRCH); /* the scope's affair */
    assert_int_equal(troupe_scope_join(&s), -EINVAL);                 /* closed */
    assert_int_equal(troupe_scope_spawn(&s, succeed, NULL, &pid), -EINVAL);
    assert_true(troupe_pid_equal(pid, TROUPE_PID_NONE));
    assert_int_equal(troupe_scope_shield(&s, TROUPE_S(1)), -EINVAL);
    troupe_scope_cancel(&s, "closed"); /* nothing */
    return troupe_checkpoint();
}

static void a_join_waits_for_all(void **state)
{
    (void)state;
    run(join_them);
}

static int fail_one(void *arg)
{
    (void)arg;
    troupe_scope s;
    troupe_scope_open(&s, TROUPE_FOREVER);
    troupe_scope_spawn(&s, sleep_and_count, NULL, NULL);
    troupe_scope_spawn(&s, succeed_soon, NULL, NULL);
    troupe_scope_spawn(&s, fail_soon, (void *)-EIO, NULL);
    troupe_scope_spawn(&s, fail_stubbornly, (void *)-EPERM, NULL); /* the second failure */
    assert_int_equal(troupe_sleep(TROUPE_S(1000)), -ECANCELED);    /* the owner is in it, too */
    troupe_pid by;
    assert_string_equal(troupe_cancel_reason(&by), "an actor in it failed");
    assert_false(troupe_pid_equal(by, TROUPE_PID_NONE));
    assert_int_equal(troupe_scope_spawn(&s, succeed, NULL, NULL), -ECANCELED);
    assert_int_equal(troupe_scope_join(&s), -EIO);
    assert_int_equal(ended, 4);
    assert_int_equal(cancelled, 1);
    assert_string_equal(troupe_cancel_reason(&by), "");
    assert_true(troupe_pid_equal(by, TROUPE_PID_NONE));
    return troupe_yield(); /* outside of the scope nothing is cancelled */
}

static void the_first_failure_cancels_the_others(void **state)
{
    (void)state;
    told_begin();
    run(fail_one);
    assert_string_equal(told_end(), "");
}

static int cancel_one_child(void *arg)
{
    (void)arg;
    troupe_scope s;
    troupe_pid pid;
    troupe_scope_open(&s, TROUPE_FOREVER);
    troupe_scope_spawn(&s, sleep_and_count, NULL, &pid);
    troupe_scope_spawn(&s, succeed_soon, NULL, NULL);
    assert_int_equal(troupe_cancel(pid, "you alone"), 0);
    assert_int_equal(troupe_scope_join(&s), 0); /* who does as told has not failed */
    assert_int_equal(ended, 2);
    troupe_scope_open(&s, TROUPE_FOREVER);
    troupe_scope_spawn(&s, sleep_and_count, NULL, &pid);
    troupe_scope_spawn(&s, sleep_and_count, NULL, NULL);
    assert_int_equal(troupe_kill(pid), 0);
    assert_int_equal(troupe_scope_join(&s), TROUPE_KILLED); /* a kill is a failure */
    assert_int_equal(cancelled, 2);
    return 0;
}

static void one_of_them_can_be_cancelled_alone(void **state)
{
    (void)state;
    run(cancel_one_child);
}

static int cancel_from_within(void *arg)
{
    (void)arg;
    troupe_scope_cancel(&shared, "found it");
    return 0;
}

static int cancel_scopes(void *arg)
{
    (void)arg;
    troupe_pid pid, by;
    troupe_scope_open(&shared, TROUPE_FOREVER);
    troupe_scope_spawn(&shared, sleep_and_count, NULL, NULL);
    troupe_scope_cancel(&shared, "a reason of more than forty-eight characters, which is cut");
    assert_string_equal(troupe_cancel_reason(&by),
                        "a reason of more than forty-eight characters, w");
    assert_true(troupe_pid_equal(by, troupe_self()));
    troupe_scope_cancel(&shared, "again"); /* does nothing */
    assert_int_equal(strlen(troupe_cancel_reason(NULL)), TROUPE_REASON_BYTES - 1);
    assert_int_equal(troupe_scope_join(&shared), 0); /* its owner wanted it so */
    troupe_scope_open(&shared, TROUPE_FOREVER);
    troupe_scope_spawn(&shared, sleep_and_count, NULL, NULL);
    troupe_scope_spawn(&shared, cancel_from_within, NULL, &pid);
    assert_int_equal(troupe_sleep(TROUPE_S(1000)), -ECANCELED);
    assert_string_equal(troupe_cancel_reason(&by), "found it");
    assert_true(troupe_pid_equal(by, pid));
    assert_int_equal(troupe_scope_join(&shared), -ECANCELED);
    assert_int_equal(cancelled, 2);
    troupe_scope_open(&shared, TROUPE_FOREVER);
    troupe_scope_cancel(&shared, NULL);
    assert_string_equal(troupe_cancel_reason(NULL), "");
    assert_int_equal(troupe_scope_join(&shared), 0);
    return 0;
}

static void a_scope_can_be_cancelled_with_a_reason(void **state)
{
    (void)state;
    run(cancel_scopes);
}

static int spawn_brother(void *arg)
{
    (void)arg;
    return troupe_scope_spawn(&shared, sleep_and_count, NULL, NULL);
}

static int let_them_spawn(void *arg)
{
    (void)arg;
    troupe_scope_open(&shared, TROUPE_MS(1));
    troupe_scope_spawn(&shared, spawn_brother, NULL, NULL);
    assert_int_equal(troupe_scope_join(&shared), -ETIMEDOUT);
    assert_int_equal(cancelled, 1); /* also who came in during the join */
    return 0;
}

static void those_in_it_can_spawn_into_it(void **state)
{
    (void)state;
    run(let_them_spawn);
}

static int time_out(void *arg)
{
    (void)arg;
    troupe_scope s;
    troupe_pid by;
    troupe_scope_open(&s, TROUPE_MS(1));
    assert_int_equal(troupe_sleep(TROUPE_S(1000)), -ECANCELED);
    assert_string_equal(troupe_cancel_reason(&by), "its time limit passed");
    assert_true(troupe_pid_equal(by, TROUPE_PID_NONE));
    assert_int_equal(troupe_scope_join(&s), -ETIMEDOUT);
    troupe_scope_open(&s, 0); /* passed from the beginning */
    assert_int_equal(troupe_checkpoint(), -ECANCELED);
    assert_int_equal(troupe_scope_spawn(&s, succeed, NULL, NULL), -ECANCELED);
    assert_int_equal(troupe_scope_join(&s), -ETIMEDOUT);
    troupe_scope_open(&s, TROUPE_NS(1)); /* a computation that never waits notices it, too */
    while (troupe_now() == troupe_now())
        continue;
    assert_int_equal(troupe_checkpoint(), -ECANCELED);
    assert_int_equal(troupe_scope_join(&s), -ETIMEDOUT);
    troupe_scope_open(&s, TROUPE_MS(1)); /* a failure comes before the limit */
    troupe_scope_spawn(&s, fail_soon, (void *)-EIO, NULL);
    assert_int_equal(troupe_sleep(TROUPE_S(1000)), -ECANCELED);
    assert_int_equal(troupe_scope_join(&s), -EIO);
    return troupe_sleep(TROUPE_MS(2)); /* and the limit of a closed scope is forgotten */
}

static void a_limit_cancels_and_is_told(void **state)
{
    (void)state;
    run(time_out);
}

static int nest(void *arg)
{
    (void)arg;
    troupe_scope outer, inner;
    troupe_scope_open(&outer, TROUPE_S(1000));
    troupe_scope_open(&inner, TROUPE_MS(1)); /* the inner one expires: its own affair */
    troupe_scope_spawn(&inner, sleep_and_count, NULL, NULL);
    assert_int_equal(troupe_scope_join(&inner), -ETIMEDOUT);
    assert_int_equal(troupe_checkpoint(), 0);
    troupe_scope_open(&inner, TROUPE_S(1000)); /* the outer one is cancelled: so is the inner, */
    troupe_scope_spawn(&inner, sleep_and_count, NULL, NULL);
    assert_int_equal(troupe_yield(), 0);
    troupe_scope_cancel(&outer, "outer");
    assert_int_equal(troupe_checkpoint(), -ECANCELED);
    assert_string_equal(troupe_cancel_reason(NULL), "outer");
    assert_int_equal(troupe_scope_join(&inner), -ECANCELED); /* which has not expired */
    assert_int_equal(troupe_checkpoint(), -ECANCELED);
    troupe_scope_open(&inner, TROUPE_FOREVER); /* one that is opened later is as well */
    assert_int_equal(troupe_checkpoint(), -ECANCELED);
    assert_int_equal(troupe_scope_join(&inner), -ECANCELED);
    assert_int_equal(troupe_scope_join(&outer), 0);
    assert_int_equal(cancelled, 2);
    return troupe_checkpoint();
}

static int nest_limits(void *arg)
{
    (void)arg;
    troupe_scope outer, inner;
    troupe_scope_open(&outer, TROUPE_MS(1));
    troupe_scope_open(&inner, TROUPE_S(1000));
    assert_int_equal(troupe_sleep(TROUPE_S(1000)), -ECANCELED);
    assert_int_equal(troupe_scope_join(&inner), -ECANCELED);
    assert_int_equal(troupe_scope_join(&outer), -ETIMEDOUT);
    return troupe_checkpoint();
}

static void scopes_nest(void **state)
{
    (void)state;
    run(nest);
    run(nest_limits);
}

static int clean_up_shielded(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_sleep(TROUPE_S(1000)), -ECANCELED);
    troupe_scope s;
    troupe_scope_open(&s, TROUPE_FOREVER);
    assert_int_equal(troupe_checkpoint(), -ECANCELED);
    assert_int_equal(troupe_scope_shield(&s, TROUPE_S(1000)), 0);
    assert_int_equal(troupe_sleep(TROUPE_US(10)), 0);                      /* can wait, */
    assert_int_equal(troupe_scope_spawn(&s, succeed_soon, NULL, NULL), 0); /* and be helped */
    assert_string_equal(troupe_cancel_reason(NULL), "");
    troupe_scope within;
    troupe_scope_open(&within, TROUPE_FOREVER);
    assert_int_equal(troupe_yield(), 0);
    assert_int_equal(troupe_scope_join(&within), 0);
    assert_int_equal(troupe_scope_join(&s), 0);
    assert_int_equal(troupe_checkpoint(), -ECANCELED);
    troupe_scope_open(&s, TROUPE_FOREVER);
    assert_int_equal(troupe_scope_shield(&s, TROUPE_MS(1)), 0);
    troupe_scope_spawn(&s, sleep_and_count, NULL, NULL);
    assert_int_equal(troupe_sleep(TROUPE_S(1000)), -ECANCELED); /* the grace is over */
    assert_string_equal(troupe_cancel_reason(NULL), "go");
    assert_int_equal(troupe_scope_join(&s), -ECANCELED);
    troupe_scope_open(&s, TROUPE_MS(1)); /* a shield is not against its own limit */
    assert_int_equal(troupe_scope_shield(&s, TROUPE_FOREVER), 0);
    assert_int_equal(troupe_sleep(TROUPE_S(1000)), -ECANCELED);
    assert_int_equal(troupe_scope_join(&s), -ETIMEDOUT);
    troupe_scope_open(&s, TROUPE_FOREVER);
    assert_int_equal(troupe_scope_shield(&s, 0), 0); /* no grace at all */
    assert_int_equal(troupe_checkpoint(), -ECANCELED);
    return troupe_scope_join(&s);
}

static int cancel_shielded(void *arg)
{
    (void)arg;
    troupe_pid pid;
    assert_int_equal(troupe_spawn(clean_up_shielded, NULL, &pid), 0);
    assert_int_equal(troupe_yield(), 0);
    assert_int_equal(troupe_cancel(pid, "go"), 0);
    assert_int_equal(end_of(pid), -ECANCELED);
    assert_int_equal(cancelled, 1);
    return 0;
}

static void a_shield_holds_for_its_grace(void **state)
{
    (void)state;
    run(cancel_shielded);
}

static bool has_grown;

/* A tree of actors, each in a scope of the one above it. */
static int grow(void *arg)
{
    intptr_t depth = (intptr_t)arg;
    if (depth == 0) {
        has_grown = true;
        return sleep_and_count(NULL);
    }
    troupe_scope s;
    troupe_scope_open(&s, TROUPE_FOREVER);
    troupe_spec spec = {.fn = grow, .arg = (void *)(depth - 1)};
    troupe_scope_spawn_spec(&s, &spec, NULL);
    int rc = troupe_scope_join(&s);
    ended++;
    return rc;
}

static int wait_until_grown(void)
{
    int rc = 0;
    while (rc == 0 && !has_grown)
        rc = troupe_yield();
    has_grown = false;
    return rc;
}

static int fell(void *arg)
{
    (void)arg;
    troupe_scope s;
    troupe_scope_open(&s, TROUPE_FOREVER);
    troupe_scope_spawn(&s, grow, (void *)10000, NULL);
    assert_int_equal(wait_until_grown(), 0);
    troupe_scope_cancel(&s, "timber");
    assert_int_equal(troupe_scope_join(&s), 0);
    assert_int_equal(ended, 10001);
    assert_int_equal(cancelled, 1);
    troupe_pid pid;
    assert_int_equal(troupe_spawn(grow, (void *)10000, &pid), 0);
    assert_int_equal(wait_until_grown(), 0);
    assert_int_equal(troupe_kill(pid), 0);
    assert_int_equal(troupe_join(pid, NULL, TROUPE_FOREVER), 0);
    assert_int_equal(ended, 10001); /* not one of them ran on */
    return 0;
}

static void deep_trees_are_felled_at_the_root(void **state)
{
    (void)state;
    run(fell);
}

static troupe_scope many[10000];

static int open_many(void *arg)
{
    (void)arg;
    for (int i = 0; i < 10000; i++)
        assert_int_equal(troupe_scope_open(&many[i], TROUPE_FOREVER), 0);
    troupe_scope_cancel(&many[5000], "half");
    assert_int_equal(troupe_checkpoint(), -ECANCELED);
    for (int i = 10000; i-- > 0;)
        assert_int_equal(troupe_scope_join(&many[i]), i > 5000 ? -ECANCELED : 0);
    return troupe_checkpoint();
}

static void one_actor_may_open_thousands(void **state)
{
    (void)state;
    run(open_many);
}

HARNESS_MAIN(cmocka_unit_test(a_join_waits_for_all),
             cmocka_unit_test(the_first_failure_cancels_the_others),
             cmocka_unit_test(one_of_them_can_be_cancelled_alone),
             cmocka_unit_test(a_scope_can_be_cancelled_with_a_reason),
             cmocka_unit_test(those_in_it_can_spawn_into_it),
             cmocka_unit_test(a_limit_cancels_and_is_told), cmocka_unit_test(scopes_nest),
             cmocka_unit_test(a_shield_holds_for_its_grace),
             cmocka_unit_test(deep_trees_are_felled_at_the_root),
             cmocka_unit_test(one_actor_may_open_thousands))
