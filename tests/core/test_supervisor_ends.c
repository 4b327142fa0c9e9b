/*
 * Supervisors: how they end their children, what becomes of those when a supervisor is killed or
 * runs out of memory, and that in a storm nobody is lost.  The limits here are short, and only need
 * that time passes.
 */

#include "workers.h"

#include "children.h"

static void leave_k(void *arg)
{
    leave_trail(*(const char *)arg, 'k');
}

/* Goes on when it is cancelled. */
static int ignore(void *arg)
{
    troupe_scope scope;
    assert_int_equal(troupe_defer(leave_k, arg), 0);
    leave_trail(*(const char *)arg, '+');
    assert_int_equal(troupe_scope_open(&scope, TROUPE_FOREVER), 0);
    assert_int_equal(troupe_scope_shield(&scope, TROUPE_FOREVER), 0);
    assert_int_equal(troupe_sleep(TROUPE_FOREVER), 0);
    return troupe_scope_join(&scope);
}

#define IGNORER(letter) .name = letter, .fn = ignore, .arg = (void *)(uintptr_t)letter

static int end_stubborn_ones(void *arg)
{
    (void)arg;
    const troupe_child_spec children[] = {
        {WORKER("a")},
        {IGNORER("i"), .shutdown = TROUPE_MS(2)},
        {WORKER("b"), .shutdown = TROUPE_SUP_AT_ONCE},
        {IGNORER("j"), .shutdown = TROUPE_MS(1)},
    };
    troupe_pid sup = start(&(troupe_sup_spec){.children = children, .child_count = 4});
    expect_trail("a+i+b+j+");
    end(sup);
    expect_trail("jkika-"); /* b was not asked */
    return 0;
}

static void a_child_that_ignores_the_cancel_is_killed(void **state)
{
    (void)state;
    run_quietly(end_stubborn_ones);
}

static int end_together(void *arg)
{
    (void)arg;
    const troupe_child_spec children[] = {
        {IGNORER("i"), .shutdown = TROUPE_MS(1)},
        {WORKER("b"), .shutdown = TROUPE_SUP_AT_ONCE},
        {IGNORER("j"), .shutdown = TROUPE_MS(3)},
        {WORKER("a")},
    };
    troupe_pid sup = start(
        &(troupe_sup_spec){.strategy = TROUPE_DYNAMIC, .children = children, .child_count = 4});
    expect_trail("i+b+j+a+");
    end(sup);
    expect_trail("a-jkik");
    return 0;
}

static void dynamic_children_end_together_and_have_limits_too(void **state)
{
    (void)state;
    run_quietly(end_together);
}

static int end_many(void *arg)
{
    (void)arg;
    enum { many = 50 };
    const troupe_child_spec spec = {IGNORER("i"), .shutdown = TROUPE_MS(20)};
    troupe_pid sup = start(&(troupe_sup_spec){.strategy = TROUPE_DYNAMIC});
    for (int i = 0; i < many; i++)
        assert_int_equal(troupe_sup_add(sup, &spec, NULL), 0);
    settle();
    trail[0] = '\0';
    troupe_ns since = troupe_now();
    end(sup);
    assert_int_equal(strlen(trail), 2 * many);
    assert_true(troupe_now() - since < many * TROUPE_MS(20)); /* not one after the other */
    return 0;
}

static void the_limits_of_dynamic_children_run_together(void **state)
{
    (void)state;
    run_quietly(end_many);
}

static void a_supervisor_may_take_as_long_as_it_needs(void **state)
{
    (void)state;
    struct children children = {.buckets = NULL};
    const troupe_child_spec specs[] = {
        {.supervisor = &inner}, {.supervisor = &inner, .shutdown = 7}, {.fn = work}};
    assert_int_equal(children_add(&children, &specs[0], NULL)->spec.shutdown, TROUPE_FOREVER);
    assert_int_equal(children_add(&children, &specs[1], NULL)->spec.shutdown, 7);
    assert_int_equal(children_add(&children, &specs[2], NULL)->spec.shutdown, TROUPE_S(5));
    children_clear(&children);
}

static troupe_pid slow_sup;

static int stop_the_slow_one(void *arg)
{
    (void)arg;
    int rc = troupe_sup_stop(slow_sup, whereis(slow_sup, "i"));
    assert_int_equal(rc, -ECANCELED); /* what the supervisor answers, or ends with */
    return 0;
}

static int cancel_while_it_stops(void *arg)
{
    (void)arg;
    const troupe_child_spec children[] = {{WORKER("a")}, {IGNORER("i"), .shutdown = TROUPE_MS(5)}};
    slow_sup = start(&(troupe_sup_spec){.children = children, .child_count = 2});
    assert_int_equal(troupe_spawn(stop_the_slow_one, NULL, NULL), 0);
    settle(); /* the supervisor waits for i to end */
    end(slow_sup);
    expect_trail("a+i+ika-");
    return 0;
}

static void a_supervisor_that_waits_for_a_child_can_be_cancelled(void **state)
{
    (void)state;
    run_quietly(cancel_while_it_stops);
}

static int cancel_while_it_restarts(void *arg)
{
    (void)arg;
    const troupe_child_spec children[] = {{WORKER("a")}, {IGNORER("i"), .shutdown = TROUPE_MS(5)}};
    troupe_pid sup = start(
        &(troupe_sup_spec){.strategy = TROUPE_ONE_FOR_ALL, .children = children, .child_count = 2});
    tell(sup, "a", CRASH); /* the supervisor waits for i to end */
    end(sup);
    expect_trail("a+i+ik");
    return 0;
}

static void a_supervisor_that_is_cancelled_starts_nobody_again(void **state)
{
    (void)state;
    run_quietly(cancel_while_it_restarts);
}

static int expect_a_death(void *arg)
{
    (void)arg;
    int rc = troupe_sup_stop(slow_sup, whereis(slow_sup, "i"));
    assert_int_equal(rc, TROUPE_KILLED);
    return 0;
}

static int kill_while_it_stops(void *arg)
{
    struct troupe_stats before, after;
    (void)arg;
    troupe_stats(&before);
    const troupe_child_spec children[] = {{WORKER("a")}, {IGNORER("i")}};
    slow_sup = start(&(troupe_sup_spec){.children = children, .child_count = 2});
    assert_int_equal(troupe_spawn(expect_a_death, NULL, NULL), 0);
    settle();
    assert_int_equal(troupe_kill(slow_sup), 0); /* with a request in its hands */
    settle();
    expect_trail("a+i+ik");
    troupe_stats(&after);
    assert_int_equal(after.message_count, before.message_count); /* and nothing is left of it */
    return 0;
}

static void a_supervisor_that_waits_for_a_child_can_be_killed(void **state)
{
    (void)state;
    run_quietly(kill_while_it_stops);
}

static int kill_it(void *arg)
{
    (void)arg;
    const troupe_child_spec children[] = {
        {IGNORER("i")}, {.name = "inner", .supervisor = &inner}, {IGNORER("j")}};
    troupe_pid sup = start(&(troupe_sup_spec){.children = children, .child_count = 3});
    troupe_pid a = whereis(whereis(sup, "inner"), "a");
    expect_trail("i+j+a+b+");
    assert_int_equal(troupe_kill(sup), 0);
    assert_int_equal(end_of(sup), TROUPE_KILLED);
    settle();
    expect_trail("jkik"); /* none of them had a choice */
    assert_int_equal(troupe_cancel(a, ""), -ESRCH);
    assert_int_equal(troupe_sup_start(&inner, &sup), 0);
    assert_int_equal(troupe_kill(sup), 0); /* before it has started anybody */
    settle();
    expect_trail("");
    return 0;
}

static void a_supervisor_that_is_killed_kills(void **state)
{
    (void)state;
    run_quietly(kill_it);
}

static int shop(void *arg)
{
    return troupe_sup_run(arg);
}

static int run_in_a_scope(void *arg)
{
    (void)arg;
    troupe_scope scope;
    assert_int_equal(troupe_scope_open(&scope, TROUPE_MS(5)), 0);
    assert_int_equal(troupe_scope_spawn(&scope, shop, (void *)(uintptr_t)&inner, NULL), 0);
    assert_int_equal(troupe_scope_join(&scope), -ETIMEDOUT);
    expect_trail("a+b+b-a-");
    return 0;
}

static void a_supervisor_ends_with_its_scope(void **state)
{
    (void)state;
    run_quietly(run_in_a_scope);
}

static int come_and_go(void *arg)
{
    return troupe_sleep((troupe_ns)(uintptr_t)arg % 5 == 0 ? TROUPE_FOREVER : 1);
}

static int supervise_a_crowd(void *arg)
{
    (void)arg;
    enum { crowd = 2000 };
    troupe_pid sup = start(&(troupe_sup_spec){.strategy = TROUPE_DYNAMIC});
    troupe_pid pid;
    size_t count = 0;
    for (uintptr_t i = 0; i < crowd; i++) {
        troupe_child_spec spec = {
            .name = "guest", .fn = come_and_go, .arg = (void *)i, .restart = TROUPE_TRANSIENT};
        assert_int_equal(troupe_sup_add(sup, &spec, &pid), 0);
    }
    for (count = crowd; count > crowd / 5;) {
        assert_int_equal(troupe_sup_children(sup, NULL, 0, &count), 0);
        assert_int_equal(troupe_sleep(TROUPE_MS(1)), 0);
    }
    assert_int_equal(count, crowd / 5);
    assert_int_equal(troupe_sup_stop(sup, whereis(sup, "guest")), 0);
    assert_int_equal(troupe_sup_children(sup, NULL, 0, &count), 0);
    assert_int_equal(count, crowd / 5 - 1);
    end(sup);
    return 0;
}

static void dynamic_children_come_and_go(void **state)
{
    (void)state;
    run_quietly(supervise_a_crowd);
}

/* Everything that asks for memory; whatever fails, all that was started ends. */
static int everything(void *arg)
{
    (void)arg;
    const troupe_child_spec children[] = {
        {WORKER("a"), .shutdown = TROUPE_MS(100)},
        {.name = "h",
         .handle = handle,
         .open = open_counter,
         .release = release_counter,
         .arg = (void *)(uintptr_t) "h"},
        {.name = "inner", .supervisor = &inner},
    };
    troupe_sup_spec spec = {.intensity = 4, .children = children, .child_count = 3};
    troupe_child_info list[9];
    troupe_pid sup, pid;
    size_t count;
    int rc = troupe_sup_start(&spec, &sup);
    if (rc < 0)
        return rc;
    rc = troupe_sup_add(sup, &abc[1], &pid);
    if (rc == 0)
        rc = troupe_send(pid, CRASH, NULL, 0);
    for (int i = 0; rc == 0 && i < 20; i++)
        rc = troupe_yield();
    if (rc == 0)
        rc = troupe_sup_children(sup, list, 9, &count);
    troupe_cancel(sup, "done");
    return rc;
}

static void every_lack_of_memory_is_survived(void **state)
{
    (void)state;
    long n;
    assert_non_null(freopen("/dev/null", "w", stderr));
    for (n = 0;; n++) {
        trail[0] = '\0';
        alloc_fail_after(n, 0);
        int rc = troupe_run(everything, NULL);
        assert_int_equal(opened, released);
        if (!alloc_has_failed()) {
            assert_int_equal(rc, 0);
            break;
        }
        /* The supervisor starts what failed once more, or tells; or it has failed itself. */
        assert_true(rc == 0 || rc == -ENOMEM || rc == -ESRCH || rc == TROUPE_KILLED);
    }
    assert_true(n >= 20); /* there was something to fail */
    alloc_fail_after(-1, 0);
}

/* The storm: children that crash, leave, hang and are shot at, under all strategies at once. */
static long begun, over;

static void count_end(void *arg)
{
    (void)arg;
    over++;
}

static int suffer(void *arg)
{
    unsigned what = (unsigned)rand() % 8;
    (void)arg;
    begun++;
    assert_int_equal(troupe_defer(count_end, NULL), 0);
    for (int i = rand() % 3; i >= 0; i--) {
        int rc = what < 4 ? troupe_yield() : troupe_sleep(TROUPE_US(rand() % 300));
        if (rc < 0 && what != 7)
            return rc;
    }
    return what < 6 ? -EIO : 0;
}

static int add_and_shoot(troupe_pid sup)
{
    troupe_child_info list[8];
    troupe_child_spec spec = {.fn = suffer, .restart = (troupe_restart)(rand() % 3)};
    size_t count;
    int rc = troupe_sup_children(sup, list, 8, &count);
    if (rc == 0 && count > 0) {
        troupe_pid target = list[(size_t)rand() % (count < 8 ? count : 8)].pid;
        switch (rand() % 5) {
        case 0:
            troupe_kill(target);
            break;
        case 1:
            troupe_cancel(target, "shot at");
            break;
        case 2:
            rc = troupe_sup_restart(sup, target, NULL);
            break;
        case 3:
            rc = troupe_sup_remove(sup, target);
            break;
        default:
            rc = troupe_sup_stop(sup, target);
        }
    }
    return rc == 0 || rc == -ESRCH ? troupe_sup_add(sup, &spec, NULL) : rc;
}

static int storm(void *arg)
{
    (void)arg;
    enum { supervisors = 24, rounds = 60 };
    static const troupe_child_spec sufferers[] = {{.fn = suffer},
                                                  {.fn = suffer, .restart = TROUPE_TRANSIENT},
                                                  {.fn = suffer, .shutdown = TROUPE_SUP_AT_ONCE}};
    static const troupe_sup_spec low = {.intensity = 20, .children = sufferers, .child_count = 3};
    const troupe_child_spec mixed[] = {{.fn = suffer}, {.supervisor = &low}, {.fn = suffer}};
    troupe_pid sups[supervisors] = {{0}};
    for (int round = 0; round < rounds; round++)
        for (int i = 0; i < supervisors; i++) {
            troupe_sup_spec spec = {.strategy = (troupe_strategy)(i % 4),
                                    .intensity = 5 + rand() % 200,
                                    .children = mixed,
                                    .child_count = 3};
            if (add_and_shoot(sups[i]) < 0)
                assert_int_equal(troupe_sup_start(&spec, &sups[i]), 0);
            if (rand() % 50 == 0)
                troupe_kill(sups[i]);
            int rc = troupe_yield();
            assert_int_equal(rc, 0);
        }
    for (int i = 0; i < supervisors; i++)
        troupe_cancel(sups[i], "the storm is over");
    return 0;
}

static void everyone_in_a_storm_is_accounted_for(void **state)
{
    (void)state;
    const char *text = getenv("TROUPE_TEST_SEED");
    unsigned storm_seed = text != NULL ? (unsigned)atoi(text) : 1;
    assert_non_null(freopen("/dev/null", "w", stderr));
    for (int i = 0; i < 3; i++, storm_seed++) {
        printf("the storm with TROUPE_TEST_SEED=%u\n", storm_seed);
        srand(storm_seed);
        assert_int_equal(troupe_run(storm, NULL), 0);
        assert_true(begun > 1000);
        assert_int_equal(begun, over); /* and troupe_run() has found all memory given back */
    }
}

HARNESS_MAIN(cmocka_unit_test(a_child_that_ignores_the_cancel_is_killed),
             cmocka_unit_test(dynamic_children_end_together_and_have_limits_too),
             cmocka_unit_test(the_limits_of_dynamic_children_run_together),
             cmocka_unit_test(a_supervisor_may_take_as_long_as_it_needs),
             cmocka_unit_test(a_supervisor_that_waits_for_a_child_can_be_cancelled),
             cmocka_unit_test(a_supervisor_that_is_cancelled_starts_nobody_again),
             cmocka_unit_test(a_supervisor_that_waits_for_a_child_can_be_killed),
             cmocka_unit_test(a_supervisor_that_is_killed_kills),
             cmocka_unit_test(a_supervisor_ends_with_its_scope),
             cmocka_unit_test(dynamic_children_come_and_go),
             cmocka_unit_test(every_lack_of_memory_is_survived),
             cmocka_unit_test(everyone_in_a_storm_is_accounted_for))
