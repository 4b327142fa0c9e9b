/*
 * Names: one actor has a name, and one name an actor, as long as it lives.
 */

#include "harness.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <troupe.h>

#include "running.h"

static bool was_there_in_defer;

static bool is_known(const char *name, troupe_pid pid)
{
    return troupe_pid_equal(troupe_whereis(name), pid);
}

static int use_names(void *arg)
{
    (void)arg;
    char longest[65];
    troupe_pid self = troupe_self(), pid;
    assert_true(is_known("a", TROUPE_PID_NONE));
    assert_int_equal(troupe_spawn(sleep_long, NULL, &pid), 0);
    assert_int_equal(troupe_register("a", pid), 0);
    assert_true(is_known("a", pid));
    assert_int_equal(troupe_register("a", self), -EEXIST); /* the name is taken */
    assert_int_equal(troupe_register("a", pid), -EEXIST);
    assert_int_equal(troupe_register("b", pid), -EEXIST); /* the actor has one */
    assert_true(is_known("b", TROUPE_PID_NONE));
    assert_int_equal(troupe_unregister("b"), -ESRCH);
    assert_int_equal(troupe_unregister("a"), 0);
    assert_true(is_known("a", TROUPE_PID_NONE));
    assert_int_equal(troupe_unregister("a"), -ESRCH);
    assert_int_equal(troupe_register("b", pid), 0);
    assert_int_equal(troupe_kill(pid), 0);
    assert_int_equal(troupe_join(pid, NULL, TROUPE_FOREVER), 0);
    assert_true(is_known("b", TROUPE_PID_NONE)); /* free again */
    assert_int_equal(troupe_register("b", pid), -ESRCH);
    assert_int_equal(troupe_register("b", self), 0);
    assert_int_equal(troupe_unregister("b"), 0);
    memset(longest, 'x', 64);
    longest[64] = '\0';
    assert_int_equal(troupe_register(longest, self), -EINVAL);
    assert_int_equal(troupe_register("", self), -EINVAL);
    assert_true(is_known(longest, TROUPE_PID_NONE));
    longest[63] = '\0';
    assert_int_equal(troupe_register(longest, self), 0);
    assert_true(is_known(longest, self));
    return 0; /* what is left goes with the actor */
}

static void names_come_and_go(void **state)
{
    (void)state;
    run(use_names);
    run(use_names);
}

static int use_many(void *arg)
{
    (void)arg;
    troupe_pid pids[1000];
    char name[20];
    for (int i = 0; i < 1000; i++) {
        snprintf(name, sizeof name, "worker %d", i);
        assert_int_equal(troupe_spawn(sleep_long, NULL, &pids[i]), 0);
        assert_int_equal(troupe_register(name, pids[i]), 0);
    }
    for (int i = 0; i < 1000; i += 2)
        assert_int_equal(troupe_kill(pids[i]), 0);
    assert_int_equal(troupe_yield(), 0);
    for (int i = 0; i < 1000; i++) {
        snprintf(name, sizeof name, "worker %d", i);
        assert_true(is_known(name, i % 2 == 0 ? TROUPE_PID_NONE : pids[i]));
        assert_int_equal(troupe_kill(pids[i]), i % 2 == 0 ? -ESRCH : 0);
    }
    return 0;
}

static void many_names_are_kept_apart(void **state)
{
    (void)state;
    run(use_many);
}

static void look_in_defer(void *arg)
{
    (void)arg;
    was_there_in_defer = is_known("me", troupe_self());
}

static int defer_look(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_register("me", troupe_self()), 0);
    return troupe_defer(look_in_defer, NULL);
}

static void a_name_lasts_until_the_defers_have_run(void **state)
{
    (void)state;
    run(defer_look);
    assert_true(was_there_in_defer);
}

HARNESS_MAIN(cmocka_unit_test(names_come_and_go), cmocka_unit_test(many_names_are_kept_apart),
             cmocka_unit_test(a_name_lasts_until_the_defers_have_run))
