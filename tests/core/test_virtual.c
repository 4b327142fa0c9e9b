/*
 * Virtual time, and the order of turns by lot: that a run can be had again, to the byte.
 */

#include "harness.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <troupe.h>

#include "seeded.h"

#define HOUR (3600 * TROUPE_S(1))

static int doze(void *arg)
{
    int rc = troupe_sleep((intptr_t)arg * HOUR);
    leave_trail("%d ", (int)(intptr_t)arg);
    return rc;
}

static int sleep_for_hours(void *arg)
{
    (void)arg;
    troupe_ns begun = troupe_now();
    assert_true(begun < TROUPE_MS(1)); /* it begins with 0 */
    troupe_pid pids[] = {start(doze, 9), start(doze, 3), start(doze, 12)};
    for (int i = 0; i < 3; i++)
        assert_int_equal(end_of(pids[i]), 0);
    troupe_ns slept = troupe_now() - begun;
    assert_true(slept >= 12 * HOUR && slept < 12 * HOUR + TROUPE_MS(1));
    troupe_spec spec = {.fn = doze, .place = TROUPE_PROCESS};
    assert_int_equal(troupe_spawn_spec(&spec, NULL), -ENOTSUP);
    return 0;
}

static void twelve_hours_pass_at_once(void **state)
{
    (void)state;
    trail[0] = '\0';
    run_virtually(sleep_for_hours, 0);
    assert_string_equal(trail, "3 9 12 ");
    assert_true(troupe_now() > 0); /* it is the real time again */
}

static int spend_turns(void *arg)
{
    (void)arg;
    troupe_ns begun = troupe_now();
    for (int i = 0; i < 1000; i++)
        assert_int_equal(troupe_yield(), 0);
    assert_int_equal(troupe_now() - begun, 1000 * TROUPE_US(1));
    return 0;
}

static void a_turn_takes_a_microsecond(void **state)
{
    (void)state;
    run_virtually(spend_turns, 0);
}

static int draw(void *arg)
{
    uint64_t *numbers = arg;
    for (int i = 0; i < 3; i++)
        numbers[i] = troupe_random();
    return 0;
}

static void chance_goes_by_the_seed(void **state)
{
    uint64_t drawn[4][3];
    (void)state;
    for (int i = 0; i < 4; i++) {
        troupe_options options = {.virtual_time = true, .seed = i < 2 ? 7 : (uint64_t)i};
        assert_int_equal(troupe_run_on(&options, draw, drawn[i]), 0);
    }
    assert_memory_equal(drawn[0], drawn[1], sizeof drawn[0]);
    assert_memory_not_equal(drawn[1], drawn[2], sizeof drawn[0]);
    assert_memory_not_equal(drawn[2], drawn[3], sizeof drawn[0]);
    assert_true(drawn[0][0] != drawn[0][1] && drawn[0][1] != drawn[0][2]);
    for (int i = 0; i < 2; i++)
        assert_int_equal(troupe_run(draw, drawn[i]), 0);
    assert_memory_not_equal(drawn[0], drawn[1], sizeof drawn[0]); /* but once in 2^192 times */
}

/* --- the same run again --------------------------------------------------------------------- */

static troupe_mutex lock;

static int bustle(void *arg)
{
    int number = (int)(intptr_t)arg;
    troupe_msg *msg;
    for (int i = 0; i < 20; i++) {
        assert_int_equal(troupe_mutex_lock(lock, TROUPE_FOREVER), 0);
        assert_int_equal(troupe_sleep(TROUPE_US(number * 7 % 5)), 0);
        assert_int_equal(troupe_mutex_unlock(lock), 0);
        if (troupe_recv(&msg, TROUPE_US(i)) == 0)
            troupe_msg_free(&msg);
        if (i % 5 == 0)
            printf("# %d\n", number);
    }
    return 0;
}

static int bustle_about(void *arg)
{
    troupe_pid pids[8];
    (void)arg;
    assert_int_equal(troupe_mutex_new(&lock), 0);
    for (int i = 0; i < 8; i++)
        pids[i] = start(bustle, i);
    for (int i = 0; i < 40; i++) {
        int rc = troupe_send(pids[i % 8], 1, &i, sizeof i);
        assert_true(rc == 0 || rc == -ESRCH);
        assert_int_equal(troupe_yield(), 0);
    }
    for (int i = 0; i < 8; i++)
        assert_int_equal(end_of(pids[i]), 0);
    troupe_mutex_free(&lock);
    return 0;
}

static void a_seed_stands_for_one_trace(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 5; seed++) {
        const char *first = trace_of_seed(bustle_about, seed);
        assert_string_equal(first, trace_of_seed(bustle_about, seed));
        assert_string_equal(first, trace_of_seed(bustle_about, seed));
        assert_string_not_equal(first, trace_of_seed(bustle_about, seed + 1));
    }
    assert_null(strstr(trace_of_seed(bustle_about, 0), "\"seed\""));
    assert_non_null(strstr(trace_of_seed(bustle_about, 7), "\"seed\":7"));
    struct trace_model *model = load();
    assert_int_equal(model->lane_count, 9);
    trace_model_destroy(model);
}

/* --- orders --------------------------------------------------------------------------------- */

static int say(void *arg)
{
    leave_trail("%c", 'a' + (int)(intptr_t)arg);
    return 0;
}

static int three_say(void *arg)
{
    (void)arg;
    troupe_pid pids[3];
    for (int i = 0; i < 3; i++)
        assert_int_equal(troupe_spawn(say, (void *)(intptr_t)i, &pids[i]), 0);
    for (int i = 0; i < 3; i++)
        (void)end_of(pids[i]);
    return 0;
}

static void every_order_has_its_seed(void **state)
{
    (void)state;
    static const char *const orders[] = {"abc", "acb", "bac", "bca", "cab", "cba"};
    int counts[6] = {0};
    for (uint64_t seed = 1; seed <= 600; seed++) {
        trail[0] = '\0';
        troupe_options options = {.seed = seed};
        assert_int_equal(troupe_run_on(&options, three_say, NULL), 0);
        for (int i = 0; i < 6; i++)
            counts[i] += strcmp(trail, orders[i]) == 0;
    }
    for (int i = 0; i < 6; i++)
        assert_in_range(counts[i], 50, 150);
    run_trail(three_say, "abc");
}

/* --- the outside world ---------------------------------------------------------------------- */

static int ends[2];

static void *write_later(void *arg)
{
    usleep(20000);
    assert_int_equal(write(ends[1], "!", 1), 1);
    return arg;
}

/* While somebody waits for it, time passes as it does there. */
static int read_slowly(void *arg)
{
    (void)arg;
    char byte;
    pthread_t thread;
    troupe_ns begun = troupe_now();
    assert_int_equal(pipe(ends), 0);
    pthread_create(&thread, NULL, write_later, NULL);
    assert_int_equal(troupe_read(ends[0], &byte, 1), 1);
    assert_true(troupe_now() - begun >= TROUPE_MS(10));
    pthread_join(thread, NULL);
    troupe_pid pid = start(doze, 1);
    assert_int_equal(end_of(pid), 0); /* and then it jumps again */
    close(ends[0]);
    close(ends[1]);
    return 0;
}

static void what_is_real_holds_the_jump(void **state)
{
    (void)state;
    run_virtually(read_slowly, 0);
}

/* --- what is told --------------------------------------------------------------------------- */

static int end_badly(void *arg)
{
    (void)arg;
    return -EIO;
}

static void a_failure_is_told_with_its_seed(void **state)
{
    (void)state;
    troupe_options options = {.virtual_time = true, .seed = 42};
    told_begin();
    assert_int_equal(troupe_run_on(&options, end_badly, NULL), -EIO);
    const char *told = told_end();
    assert_int_equal(times_in(told, "troupe: to see this again: TROUPE_SEED=42 "
                                    "TROUPE_TIME=virtual "),
                     1);
}

static void the_environment_has_the_last_word(void **state)
{
    (void)state;
    setenv("TROUPE_TIME", "virtual", 1);
    setenv("TROUPE_LOOPS", "2", 1);
    told_begin();
    trail[0] = '\0';
    assert_int_equal(troupe_run(sleep_for_hours, NULL), 0);
    assert_string_equal(told_end(), "troupe: virtual time is the same for all actors only on one "
                                    "loop, so there is one\n");
    unsetenv("TROUPE_LOOPS");
    setenv("TROUPE_TIME", "imaginary", 1);
    setenv("TROUPE_SEED", "x", 1);
    told_begin();
    run(succeed);
    assert_string_equal(
        told_end(),
        "troupe: TROUPE_TIME is \"imaginary\", but must be real or virtual; it is ignored\n"
        "troupe: TROUPE_SEED is \"x\", but must be a number from 0 to 9223372036854775807; it is "
        "ignored\n");
    unsetenv("TROUPE_TIME");
    unsetenv("TROUPE_SEED");
}

HARNESS_MAIN(cmocka_unit_test(twelve_hours_pass_at_once),
             cmocka_unit_test(a_turn_takes_a_microsecond),
             cmocka_unit_test(chance_goes_by_the_seed), TRACED(a_seed_stands_for_one_trace),
             cmocka_unit_test(every_order_has_its_seed),
             cmocka_unit_test(what_is_real_holds_the_jump),
             cmocka_unit_test(a_failure_is_told_with_its_seed),
             cmocka_unit_test(the_environment_has_the_last_word))
