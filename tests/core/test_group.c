/*
 * Gather, as-completed, race and limit; what is told of scopes that are left open or misused; and
 * whose wait for whom can never end.
 */

#include "harness.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <troupe.h>

#include "running.h"

static troupe_pid owner;
static int ended;

static int sleep_and_count(void *arg)
{
    (void)arg;
    int rc = troupe_sleep(TROUPE_S(1000));
    ended++;
    return rc;
}

static int return_three(void *arg)
{
    (void)arg;
    int rc = troupe_yield();
    return rc < 0 ? rc : 3;
}

static int fail_soon(void *arg)
{
    (void)arg;
    int rc = troupe_yield();
    return rc < 0 ? rc : -EIO;
}

static int gather_all(void *arg)
{
    (void)arg;
    int status[3] = {9, 9, 9};
    troupe_fn good[] = {return_three, succeed, return_three};
    assert_int_equal(troupe_gather(good, 3, status), 0);
    assert_int_equal(status[0], 3);
    assert_int_equal(status[1], 0);
    assert_int_equal(status[2], 3);
    troupe_fn bad[] = {sleep_and_count, return_three, fail_soon};
    assert_int_equal(troupe_gather(bad, 3, status), -EIO);
    assert_int_equal(status[0], -ECANCELED);
    assert_int_equal(status[1], 3);
    assert_int_equal(status[2], -EIO);
    assert_int_equal(troupe_gather(bad, 3, NULL), -EIO);
    assert_int_equal(ended, 2);
    troupe_scope s; /* under a limit of its caller */
    troupe_scope_open(&s, TROUPE_MS(1));
    assert_int_equal(troupe_gather(bad, 1, status), -ECANCELED);
    assert_int_equal(status[0], -ECANCELED);
    assert_int_equal(troupe_scope_join(&s), -ETIMEDOUT);
    return 0;
}

static void a_gather_waits_for_all(void **state)
{
    (void)state;
    told_begin();
    run(gather_all);
    assert_string_equal(told_end(), "");
}

static int race_them(void *arg)
{
    (void)arg;
    int status = 9;
    troupe_fn fns[] = {sleep_and_count, return_three, sleep_and_count};
    assert_int_equal(troupe_race(fns, 3, &status), 1);
    assert_int_equal(status, 3);
    assert_int_equal(ended, 2); /* the others were told to stop, and have */
    troupe_fn failing[] = {sleep_and_count, fail_soon};
    assert_int_equal(troupe_race(failing, 2, &status), 1); /* to fail first is to be first */
    assert_int_equal(status, -EIO);
    assert_int_equal(troupe_race(failing, 2, NULL), 1);
    assert_int_equal(troupe_race(NULL, 0, NULL), -EINVAL);
    troupe_scope s; /* nobody wins a race that is called off */
    troupe_scope_open(&s, TROUPE_MS(1));
    status = 9;
    assert_int_equal(troupe_race(failing, 1, &status), -ECANCELED);
    assert_int_equal(status, 9);
    assert_int_equal(troupe_scope_join(&s), -ETIMEDOUT);
    return troupe_checkpoint();
}

static void a_race_has_one_winner(void **state)
{
    (void)state;
    told_begin();
    run(race_them);
    assert_string_equal(told_end(), "");
}

static int gather_long(void *arg)
{
    (void)arg;
    return troupe_gather((troupe_fn[]){sleep_and_count, sleep_and_count}, 2, NULL);
}

static int race_long(void *arg)
{
    (void)arg;
    return troupe_race((troupe_fn[]){sleep_and_count, sleep_and_count}, 2, NULL);
}

static int limit_long(void *arg)
{
    (void)arg;
    return troupe_limit(TROUPE_S(1000), gather_long, NULL);
}

static int kill_in_the_middle(void *arg)
{
    (void)arg;
    static const troupe_fn fns[] = {gather_long, race_long, limit_long};
    for (int i = 0; i < 3; i++)
        for (int turns = 0; turns < 3; turns++) {
            troupe_pid pid;
            assert_int_equal(troupe_spawn(fns[i], NULL, &pid), 0);
            for (int k = 0; k < turns; k++)
                assert_int_equal(troupe_yield(), 0);
            assert_int_equal(troupe_kill(pid), 0);
            assert_int_equal(end_of(pid), TROUPE_KILLED);
        }
    assert_int_equal(ended, 0);
    return 0;
}

static void groups_may_be_killed_in_the_middle(void **state)
{
    (void)state;
    run(kill_in_the_middle);
}

static int shield_and_sleep(void *arg)
{
    (void)arg;
    int rc = troupe_sleep(TROUPE_S(1000));
    troupe_scope s;
    troupe_scope_open(&s, TROUPE_FOREVER);
    troupe_scope_shield(&s, TROUPE_FOREVER);
    assert_int_equal(troupe_sleep(TROUPE_US(1)), 0);
    assert_int_equal(troupe_scope_join(&s), 0);
    return rc;
}

static int limit_things(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_limit(TROUPE_MS(1), sleep_and_count, NULL), -ETIMEDOUT);
    assert_int_equal(troupe_limit(0, sleep_and_count, NULL), -ETIMEDOUT);
    assert_int_equal(troupe_limit(TROUPE_MS(1), shield_and_sleep, NULL), -ETIMEDOUT);
    assert_int_equal(troupe_limit(TROUPE_S(1000), return_arg, (void *)5), 5);
    assert_int_equal(troupe_limit(0, return_arg, (void *)-EIO), -EIO); /* what it returns counts */
    assert_int_equal(troupe_limit(TROUPE_S(1000), return_arg, (void *)-ECANCELED), -ECANCELED);
    troupe_scope s;
    troupe_scope_open(&s, TROUPE_MS(1));
    assert_int_equal(troupe_limit(TROUPE_S(1000), sleep_and_count, NULL), -ECANCELED);
    assert_int_equal(troupe_scope_join(&s), -ETIMEDOUT);
    return troupe_checkpoint();
}

static void any_code_can_have_a_limit(void **state)
{
    (void)state;
    run(limit_things);
}

static troupe_scope left;
static int line_of_left;

static int leave_open(void *arg)
{
    (void)arg;
    line_of_left = __LINE__ + 1;
    troupe_scope_open(&left, TROUPE_S(1000));
    troupe_scope_spawn(&left, sleep_and_count, NULL, NULL);
    return troupe_yield();
}

static void leave_open_in_defer(void *arg)
{
    (void)arg;
    (void)leave_open(NULL);
}

static void check_nothing_is_open(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_checkpoint(), 0);
}

static int defer_open(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_defer(check_nothing_is_open, NULL), 0);
    return troupe_defer(leave_open_in_defer, NULL);
}

static int limit_open(void *arg)
{
    (void)arg;
    int rc = troupe_limit(TROUPE_S(1000), leave_open, NULL);
    assert_int_equal(ended, 1); /* ended with the call, not with the actor */
    return rc;
}

static void a_scope_left_open_is_reported(void **state)
{
    (void)state;
    static const troupe_fn fns[] = {leave_open, defer_open, limit_open};
    for (int i = 0; i < 3; i++) {
        ended = 0;
        told_begin();
        run(fns[i]);
        char expected[200];
        snprintf(expected, sizeof expected,
                 "troupe: main <0.0.1> never joined the scope that it opened at %s:%d\n", __FILE__,
                 line_of_left);
        assert_string_equal(told_end(), expected);
        assert_int_equal(ended, 1);
    }
}

static int join_strange_scope(void *arg)
{
    return troupe_scope_join(arg);
}

static int join_by_a_stranger(void *arg)
{
    (void)arg;
    troupe_scope s;
    troupe_scope_open(&s, TROUPE_FOREVER);
    assert_int_equal(troupe_spawn(join_strange_scope, &s, NULL), 0);
    return troupe_yield();
}

static int shield_strange_scope(void *arg)
{
    return troupe_scope_shield(arg, 1);
}

static int shield_by_a_stranger(void *arg)
{
    (void)arg;
    troupe_scope s;
    troupe_scope_open(&s, TROUPE_FOREVER);
    assert_int_equal(troupe_spawn(shield_strange_scope, &s, NULL), 0);
    return troupe_yield();
}

static int join_outer_first(void *arg)
{
    (void)arg;
    troupe_scope outer, inner;
    troupe_scope_open(&outer, TROUPE_FOREVER);
    troupe_scope_open(&inner, TROUPE_FOREVER);
    return troupe_scope_join(&outer);
}

static void misuse_stops_with_a_sentence(void **state)
{
    (void)state;
    const char *told = told_by_abort(join_by_a_stranger);
    assert_int_equal(times_in(told, "troupe: troupe_scope_join(): must be called by the actor that "
                                    "opened the scope\n"),
                     1);
    told = told_by_abort(shield_by_a_stranger);
    assert_int_equal(times_in(told, "troupe: troupe_scope_shield(): must be called by the actor "
                                    "that opened the scope\n"),
                     1);
    told = told_by_abort(join_outer_first);
    assert_int_equal(times_in(told, "troupe: troupe_scope_join(): scopes are joined in the reverse "
                                    "order of opening\n"),
                     1);
}

static int join_owner(void *arg)
{
    (void)arg;
    return troupe_join(owner, NULL, TROUPE_FOREVER) == -EDEADLK ? 0 : -EINVAL;
}

static int call_owner(void *arg)
{
    (void)arg;
    troupe_msg *answer;
    return troupe_call(owner, 1, NULL, 0, &answer, TROUPE_FOREVER) == -EDEADLK ? 0 : -EINVAL;
}

static int spawn_sibling_and_end(void *arg)
{
    return troupe_scope_spawn(&left, arg != NULL ? call_owner : join_owner, NULL, NULL);
}

static int below(void *arg)
{
    (void)arg;
    return troupe_gather((troupe_fn[]){join_owner, call_owner}, 2, NULL);
}

static int wait_for_those_above(void *arg)
{
    (void)arg;
    owner = troupe_self();
    troupe_scope_open(&left, TROUPE_FOREVER);
    troupe_scope_spawn(&left, join_owner, NULL, NULL);
    assert_int_equal(troupe_yield(), 0); /* before the owner has come to the join */
    assert_int_equal(troupe_scope_join(&left), 0);
    troupe_scope_open(&left, TROUPE_FOREVER);
    troupe_scope_spawn(&left, join_owner, NULL, NULL);
    troupe_scope_spawn(&left, call_owner, NULL, NULL);
    troupe_scope_spawn(&left, below, NULL, NULL);
    assert_int_equal(troupe_scope_join(&left), 0);
    troupe_scope_open(&left,
                      TROUPE_FOREVER); /* the one that the join begins with is not the last */
    troupe_scope_spawn(&left, spawn_sibling_and_end, &left, NULL);
    assert_int_equal(troupe_scope_join(&left), 0);
    return 0;
}

static void who_is_in_a_scope_cannot_wait_for_its_end(void **state)
{
    (void)state;
    told_begin();
    run(wait_for_those_above);
    const char *told = told_end(), *last = NULL;
    assert_int_equal(times_in(told, "troupe_call() at"), 3);
    for (const char *at = told; (at = strstr(at, "troupe_call() at")) != NULL; at++)
        last = at;
    assert_int_equal(times_in(last, "\n"), 3); /* the sentence, the caller, and its owner */
    assert_int_equal(times_in(last, "main <"), 1);
}

enum { LAYERS = 12, WIDTH = 6 };

static troupe_pid grid[LAYERS][WIDTH];

static int call_wait_all(troupe_ref refs[WIDTH])
{
    for (int i = 0; i < WIDTH; i++) {
        troupe_msg *answer;
        int rc = troupe_call_wait(refs[i], &answer, TROUPE_FOREVER);
        if (rc < 0)
            return rc;
        troupe_msg_free(&answer);
    }
    return 0;
}

/* Each calls everyone in the next layer: waits of a million ways, but no cycle. */
static int serve_grid(void *arg)
{
    int layer = (int)(intptr_t)arg;
    for (int served = 0; served < (layer == 0 ? 1 : WIDTH); served++) {
        troupe_msg *m;
        troupe_ref refs[WIDTH];
        assert_int_equal(troupe_recv(&m, TROUPE_FOREVER), 0);
        for (int i = 0; layer + 1 < LAYERS && served == 0 && i < WIDTH; i++)
            assert_int_equal(troupe_call_start(grid[layer + 1][i], 1, NULL, 0, &refs[i]), 0);
        if (layer + 1 < LAYERS && served == 0)
            assert_int_equal(call_wait_all(refs), 0);
        assert_int_equal(troupe_reply(m, 1, NULL, 0), 0);
        troupe_msg_free(&m);
    }
    return 0;
}

static int ask_the_grid(void *arg)
{
    (void)arg;
    troupe_ref refs[WIDTH];
    for (int layer = 0; layer < LAYERS; layer++)
        for (int i = 0; i < WIDTH; i++)
            assert_int_equal(troupe_spawn(serve_grid, (void *)(intptr_t)layer, &grid[layer][i]), 0);
    for (int i = 0; i < WIDTH; i++)
        assert_int_equal(troupe_call_start(grid[0][i], 1, NULL, 0, &refs[i]), 0);
    return call_wait_all(refs);
}

/* A hundred wait for one, which then waits for another: many ways lead to the same. */
static int wait_in_a_bundle(void *arg)
{
    (void)arg;
    troupe_scope s;
    troupe_pid sleeper, joiner;
    assert_int_equal(troupe_spawn(sleep_and_count, NULL, &sleeper), 0);
    assert_int_equal(troupe_spawn(join_it, &sleeper, &joiner), 0);
    assert_int_equal(troupe_yield(), 0);
    troupe_scope_open(&s, TROUPE_FOREVER);
    for (int i = 0; i < 100; i++)
        troupe_scope_spawn(&s, join_it, &joiner, NULL);
    assert_int_equal(troupe_yield(), 0);
    assert_int_equal(troupe_kill(sleeper), 0);
    return troupe_scope_join(&s);
}

enum { RUNGS = 64 };

static troupe_pid ladder[RUNGS];

/* Each rung waits, through two children, for the next: 2^64 ways lead from the first to the last.
 */
static int wait_for_next_rung(void *arg)
{
    intptr_t rung = (intptr_t)arg;
    troupe_scope s;
    if (rung == RUNGS - 1)
        return troupe_yield();
    troupe_scope_open(&s, TROUPE_FOREVER);
    troupe_scope_spawn(&s, join_it, &ladder[rung + 1], NULL);
    troupe_scope_spawn(&s, join_it, &ladder[rung + 1], NULL);
    return troupe_scope_join(&s);
}

static int climb(void *arg)
{
    (void)arg;
    for (intptr_t i = 0; i < RUNGS; i++)
        assert_int_equal(troupe_spawn(wait_for_next_rung, (void *)i, &ladder[i]), 0);
    return troupe_join(ladder[0], NULL, TROUPE_FOREVER);
}

static void waits_without_a_cycle_are_let_be(void **state)
{
    (void)state;
    told_begin();
    run(ask_the_grid);
    run(wait_in_a_bundle);
    run(climb);
    assert_string_equal(told_end(), "");
}

static char ends[128];

static void note_end(size_t index, int status, void *context)
{
    size_t used = strlen(ends);
    snprintf(ends + used, sizeof ends - used, "%s%zu:%d ", (const char *)context, index, status);
}

static void note_end_and_yield(size_t index, int status, void *context)
{
    note_end(index, status, context);
    assert_int_equal(troupe_yield(), 0); /* it may suspend, and others end meanwhile */
}

static int yield_thrice(void *arg)
{
    (void)arg;
    for (int i = 0; i < 3; i++)
        if (troupe_yield() < 0)
            return -ECANCELED;
    return 1;
}

static int tell_as_they_end(void *arg)
{
    (void)arg;
    troupe_fn good[] = {yield_thrice, return_three, succeed};
    assert_int_equal(troupe_as_completed(good, 3, note_end_and_yield, (void *)"e"), 0);
    assert_string_equal(ends, "e2:0 e1:3 e0:1 ");
    ends[0] = '\0';
    assert_int_equal(troupe_as_completed(NULL, 0, note_end, NULL), 0);
    assert_string_equal(ends, "");
    return 0;
}

static int call_the_teller(void *arg)
{
    (void)arg;
    troupe_msg *answer;
    return troupe_call(owner, 1, NULL, 0, &answer, TROUPE_FOREVER);
}

static int tell_of_failures(void *arg)
{
    (void)arg;
    ends[0] = '\0';
    owner = troupe_self();
    told_begin();
    troupe_fn bad[] = {sleep_and_count, call_the_teller};
    assert_int_equal(troupe_as_completed(bad, 2, note_end, (void *)""), -EDEADLK);
    assert_non_null(strstr(told_end(), "troupe_call() at"));
    assert_string_equal(ends, "1:-35 0:-125 "); /* -EDEADLK stops the other: -ECANCELED */
    return 0;
}

static int tell_for_ever(void *arg)
{
    (void)arg;
    return troupe_as_completed((troupe_fn[]){sleep_and_count, sleep_and_count}, 2, note_end,
                               (void *)"");
}

static int kill_the_teller(void *arg)
{
    (void)arg;
    troupe_pid teller;
    ended = 0;
    assert_int_equal(troupe_spawn(tell_for_ever, NULL, &teller), 0);
    assert_int_equal(troupe_yield(), 0);
    assert_int_equal(troupe_kill(teller), 0);
    assert_int_equal(end_of(teller), TROUPE_KILLED);
    assert_int_equal(ended, 0); /* the children are killed, too: none goes on */
    return 0;
}

static void ends_are_told_as_they_come(void **state)
{
    (void)state;
    run(tell_as_they_end);
    run(tell_of_failures);
    run(kill_the_teller);
}

HARNESS_MAIN(cmocka_unit_test(a_gather_waits_for_all), cmocka_unit_test(ends_are_told_as_they_come),
             cmocka_unit_test(a_race_has_one_winner),
             cmocka_unit_test(groups_may_be_killed_in_the_middle),
             cmocka_unit_test(any_code_can_have_a_limit),
             cmocka_unit_test(a_scope_left_open_is_reported),
             cmocka_unit_test(misuse_stops_with_a_sentence),
             cmocka_unit_test(who_is_in_a_scope_cannot_wait_for_its_end),
             cmocka_unit_test(waits_without_a_cycle_are_let_be))
