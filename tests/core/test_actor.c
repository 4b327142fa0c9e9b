/*
 * Actors as a program sees them: order, ends, joins, failures.  Nothing here depends on how long
 * anything takes; sleeps are as short as they can be.
 */

#include "trail.h"

#include <stdlib.h>

static int say(void *arg)
{
    leave_trail("%s", (const char *)arg);
    return 0;
}

static int spawn_two(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_spawn(say, (void *)"b", NULL), 0);
    assert_int_equal(troupe_spawn(say, (void *)"c", NULL), 0);
    leave_trail("a");
    return 0;
}

static void a_spawn_enqueues(void **state)
{
    (void)state;
    run(spawn_two);
    assert_string_equal(trail, "abc"); /* and the program ends when the children have */
}

static int say_three_times(void *arg)
{
    for (int i = 0; i < 3; i++) {
        leave_trail("%s", (const char *)arg);
        assert_int_equal(troupe_yield(), 0);
    }
    return 0;
}

static int spawn_talkers(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_spawn(say_three_times, (void *)"b", NULL), 0);
    assert_int_equal(troupe_spawn(say_three_times, (void *)"c", NULL), 0);
    return say_three_times((void *)"a");
}

static void a_yield_lets_the_others_run(void **state)
{
    (void)state;
    run(spawn_talkers);
    assert_string_equal(trail, "abcabcabc");
}

/* Tens of milliseconds: the sleepers begin within that of each other, under Valgrind too. */
static int sleep_and_say(void *arg)
{
    const char *what = arg;
    int rc = troupe_sleep(TROUPE_MS(10 * (what[1] - '0')));
    leave_trail("%c", what[0]);
    return rc;
}

static int spawn_sleepers(void *arg)
{
    (void)arg;
    const char *sleepers[] = {"c9", "a3", "b6"};
    for (int i = 0; i < 3; i++)
        assert_int_equal(troupe_spawn(sleep_and_say, (void *)sleepers[i], NULL), 0);
    return 0;
}

static void sleepers_wake_by_deadline(void **state)
{
    (void)state;
    run(spawn_sleepers);
    assert_string_equal(trail, "abc");
}

static int wake_order[500], wake_count;

static int sleep_briefly(void *arg)
{
    int rc = troupe_sleep(TROUPE_MS(2));
    wake_order[wake_count++] = (int)(intptr_t)arg;
    return rc;
}

static int spawn_equal_sleepers(void *arg)
{
    (void)arg;
    for (intptr_t i = 0; i < 500; i++)
        assert_int_equal(troupe_spawn(sleep_briefly, (void *)i, NULL), 0);
    return 0;
}

static void equal_sleepers_wake_in_the_order_of_their_start(void **state)
{
    (void)state;
    run(spawn_equal_sleepers);
    assert_int_equal(wake_count, 500);
    for (int i = 0; i < 500; i++)
        assert_int_equal(wake_order[i], i);
}

static int no_sleep(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_spawn(say, (void *)"b", NULL), 0);
    leave_trail("a");
    assert_int_equal(troupe_sleep(-5), 0);
    leave_trail("c");
    return 0;
}

static void a_sleep_of_nothing_is_a_yield(void **state)
{
    (void)state;
    run(no_sleep);
    assert_string_equal(trail, "abc");
}

static int join_before_and_after(void *arg)
{
    (void)arg;
    troupe_pid early, late;
    int status = -1;
    assert_int_equal(troupe_spawn(return_arg, (void *)7, &early), 0);
    assert_int_equal(troupe_join(early, &status, TROUPE_FOREVER), 0); /* has not run yet */
    assert_int_equal(status, 7);
    assert_int_equal(troupe_join(early, &status, TROUPE_FOREVER), -ESRCH); /* given up */
    assert_int_equal(troupe_spawn(return_arg, (void *)-3, &late), 0);
    assert_int_equal(troupe_yield(), 0); /* now it has ended */
    assert_int_equal(end_of(late), -3);
    assert_int_equal(troupe_join(TROUPE_PID_NONE, NULL, TROUPE_FOREVER), -ESRCH);
    return 0;
}

static void a_join_gives_the_status(void **state)
{
    (void)state;
    run(join_before_and_after);
}

static troupe_pid kept_pid;

static int spawn_and_forget(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_spawn(return_arg, (void *)5, &kept_pid), 0);
    return troupe_yield(); /* the child ends first, its status is kept */
}

static int join_grandchild(void *arg)
{
    (void)arg;
    troupe_pid child;
    assert_int_equal(troupe_spawn(spawn_and_forget, NULL, &child), 0);
    assert_int_equal(troupe_join(child, NULL, TROUPE_FOREVER), 0);
    assert_int_equal(troupe_join(kept_pid, NULL, TROUPE_FOREVER), -ESRCH);
    return 0;
}

static void a_kept_status_goes_with_the_spawner(void **state)
{
    (void)state;
    run(join_grandchild);
}

static int sleep_a_while(void *arg)
{
    (void)arg;
    return troupe_sleep(TROUPE_MS(30));
}

static int join_with_limit(void *arg)
{
    (void)arg;
    troupe_pid sleeper;
    int status = 99;
    assert_int_equal(troupe_spawn(sleep_a_while, NULL, &sleeper), 0);
    assert_int_equal(troupe_join(sleeper, &status, TROUPE_MS(1)), -ETIMEDOUT);
    assert_int_equal(status, 99);
    assert_int_equal(troupe_join(sleeper, &status, TROUPE_S(100)), 0);
    assert_int_equal(status, 0);
    return 0;
}

static void a_join_can_have_a_limit(void **state)
{
    (void)state;
    run(join_with_limit);
}

static troupe_pid main_pid;

static int join_main(void *arg)
{
    (void)arg;
    return troupe_join(main_pid, NULL, TROUPE_FOREVER);
}

static int join_child_that_joins_me(void *arg)
{
    (void)arg;
    troupe_pid child;
    int status = 0;
    main_pid = troupe_self();
    assert_int_equal(troupe_join(main_pid, NULL, TROUPE_FOREVER), -EDEADLK);
    assert_int_equal(troupe_spawn(join_main, NULL, &child), 0);
    assert_int_equal(end_of(child), -EDEADLK);
    status = troupe_gather((troupe_fn[]){join_main, join_main}, 2, NULL);
    assert_int_equal(status, -EDEADLK);
    return 0;
}

static void a_cycle_of_joins_is_refused(void **state)
{
    (void)state;
    run(join_child_that_joins_me);
}

static troupe_pid chain[100];

static int join_next(void *arg)
{
    intptr_t i = (intptr_t)arg;
    return troupe_join(chain[(i + 1) % 100], NULL, TROUPE_FOREVER);
}

static int build_ring(void *arg)
{
    (void)arg;
    for (intptr_t i = 0; i < 100; i++)
        assert_int_equal(troupe_spawn(join_next, (void *)i, &chain[i]), 0);
    int status;
    assert_int_equal(troupe_join(chain[0], &status, TROUPE_FOREVER), 0);
    return status == 0 ? 0 : -1;
}

static void only_the_wait_that_closes_a_ring_is_refused(void **state)
{
    (void)state;
    run(build_ring); /* actor 99 gets -EDEADLK and ends; then everyone's wait ends well */
}

static int gather_some(void *arg)
{
    (void)arg;
    int status[3] = {9, 9, 9};
    assert_int_equal(troupe_gather((troupe_fn[]){sleep_a_while, return_arg, join_main}, 3, status),
                     -ESRCH);
    assert_int_equal(status[0], -ECANCELED); /* the first failure stops the others */
    assert_int_equal(status[1], 0);
    assert_int_equal(status[2], -ESRCH);
    assert_int_equal(troupe_gather(NULL, 0, NULL), 0);
    return 0;
}

static void a_gather_gives_every_status(void **state)
{
    (void)state;
    run(gather_some);
}

static int compare_and_leave(const void *a, const void *b)
{
    (void)a;
    (void)b;
    troupe_exit(42);
}

static int leave(void *arg)
{
    int numbers[2] = {2, 1};
    (void)arg;
    qsort(numbers, 2, sizeof numbers[0], compare_and_leave); /* from inside the C library */
    return 0;
}

static int join_leavers(void *arg)
{
    (void)arg;
    for (int i = 0; i < 100; i++) {
        troupe_pid pids[2];
        assert_int_equal(troupe_spawn(leave, NULL, &pids[0]), 0);
        assert_int_equal(troupe_spawn(leave, NULL, &pids[1]), 0);
        for (int k = 0; k < 2; k++) {
            assert_int_equal(end_of(pids[k]), 42);
        }
    }
    troupe_exit(0);
}

static void an_exit_ends_the_actor_from_anywhere(void **state)
{
    (void)state;
    run(join_leavers);
}

static int use_stack(void *arg)
{
    size_t bytes = (size_t)(intptr_t)arg;
    volatile char *memory = __builtin_alloca(bytes);
    for (size_t i = 0; i < bytes; i += 512)
        memory[i] = 1;
    return 0;
}

static int spawn_with_stacks(void *arg)
{
    (void)arg;
    troupe_spec big = {.fn = use_stack, .arg = (void *)(8 << 20), .stack_bytes = 9 << 20};
    troupe_spec small = {.fn = use_stack, .arg = (void *)2000, .stack_bytes = 12000};
    troupe_spec huge = {.fn = use_stack, .stack_bytes = (size_t)1 << 40};
    troupe_spec none = {.fn = NULL};
    troupe_pid pid;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(troupe_spawn_spec(&big, NULL), 0);
        assert_int_equal(troupe_spawn_spec(&small, &pid), 0);
        assert_int_equal(troupe_spawn_spec(&(troupe_spec){.fn = say, .arg = (void *)"x"}, NULL), 0);
        assert_int_equal(troupe_join(pid, NULL, TROUPE_FOREVER), 0);
    }
    assert_int_equal(troupe_spawn_spec(&huge, &pid), -EINVAL);
    assert_true(troupe_pid_equal(pid, TROUPE_PID_NONE));
    assert_int_equal(troupe_spawn_spec(&none, NULL), -EINVAL);
    return 0;
}

static void stacks_come_in_sizes(void **state)
{
    (void)state;
    run(spawn_with_stacks);
    assert_string_equal(trail, "xxx");
}

static long ended;

static int sleep_and_count(void *arg)
{
    (void)arg;
    int rc = troupe_sleep(TROUPE_MS(1));
    ended++;
    return rc;
}

static int spawn_thousands(void *arg)
{
    (void)arg;
    for (int i = 0; i < 5000; i++)
        assert_int_equal(troupe_spawn(sleep_and_count, NULL, NULL), 0);
    return 0;
}

static void thousands_live_at_once_and_again(void **state)
{
    (void)state;
    run(spawn_thousands);
    run(spawn_thousands);
    assert_int_equal(ended, 10000);
}

static int check_pids(void *arg)
{
    (void)arg;
    char text[TROUPE_PID_TEXT_BYTES];
    troupe_pid child;
    assert_int_equal(troupe_spawn(return_arg, NULL, &child), 0);
    assert_false(troupe_pid_equal(troupe_self(), child));
    assert_string_equal(troupe_pid_text(troupe_self(), text), "<0.0.1>");
    assert_string_equal(troupe_pid_text(child, text), "<0.1.1>");
    return troupe_join(child, NULL, TROUPE_FOREVER);
}

static void pids_can_be_read(void **state)
{
    (void)state;
    run(check_pids);
}

static int everything(void *arg)
{
    (void)arg;
    troupe_pid pid;
    wake_count = 0;
    int rc = troupe_spawn_spec(&(troupe_spec){.fn = return_arg, .name = "named"}, &pid);
    if (rc < 0)
        return rc;
    rc = troupe_join(pid, NULL, TROUPE_MS(50));
    if (rc < 0)
        return rc;
    rc = troupe_sleep(TROUPE_US(1));
    if (rc < 0)
        return rc;
    return troupe_gather((troupe_fn[]){sleep_briefly, sleep_briefly}, 2, NULL);
}

static void every_lack_of_memory_is_told(void **state)
{
    (void)state;
    run_out_of_memory(everything, 10);
}

HARNESS_MAIN(cmocka_unit_test(a_spawn_enqueues), cmocka_unit_test(a_yield_lets_the_others_run),
             cmocka_unit_test(sleepers_wake_by_deadline),
             cmocka_unit_test(equal_sleepers_wake_in_the_order_of_their_start),
             cmocka_unit_test(a_sleep_of_nothing_is_a_yield),
             cmocka_unit_test(a_join_gives_the_status),
             cmocka_unit_test(a_kept_status_goes_with_the_spawner),
             cmocka_unit_test(a_join_can_have_a_limit),
             cmocka_unit_test(a_cycle_of_joins_is_refused),
             cmocka_unit_test(only_the_wait_that_closes_a_ring_is_refused),
             cmocka_unit_test(a_gather_gives_every_status),
             cmocka_unit_test(an_exit_ends_the_actor_from_anywhere),
             cmocka_unit_test(stacks_come_in_sizes),
             cmocka_unit_test(thousands_live_at_once_and_again), cmocka_unit_test(pids_can_be_read),
             cmocka_unit_test(every_lack_of_memory_is_told))
