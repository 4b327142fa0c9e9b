/*
 * Supervisors: who is started again, and when a supervisor has had enough.  Nothing here waits for
 * time to pass but one test, and that only needs that it passes at all.
 */

#include "workers.h"

#include <unistd.h>

#include "patience.h"

static int start_and_end(void *arg)
{
    (void)arg;
    troupe_pid sup = start(&(troupe_sup_spec){.children = abc, .child_count = 3});
    expect_trail("a+b+c+");
    end(sup);
    expect_trail("c-b-a-");
    assert_int_equal(troupe_cancel(sup, "again"), -ESRCH);
    return 0;
}

static void children_start_in_order_and_end_in_reverse(void **state)
{
    (void)state;
    run_quietly(start_and_end);
}

static int one_for_one(void *arg)
{
    (void)arg;
    troupe_pid sup = start(&(troupe_sup_spec){.children = abc, .child_count = 3});
    troupe_pid a = whereis(sup, "a"), b = whereis(sup, "b");
    trail[0] = '\0';
    tell(sup, "b", CRASH);
    expect_trail("b+");
    assert_true(troupe_pid_equal(a, whereis(sup, "a")));
    assert_false(troupe_pid_equal(b, whereis(sup, "b")));
    end(sup);
    expect_trail("c-b-a-"); /* it has kept its place */
    return 0;
}

static void one_for_one_restarts_one(void **state)
{
    (void)state;
    run_quietly(one_for_one);
}

static void restarts_are_in_the_trace(void **state)
{
    (void)state;
    static char text[1 << 20]; /* some ten times what is needed */
    char path[] = "/tmp/troupe-restarts-XXXXXX";
    if (!TROUPE_TRACE)
        harness_skip("a build without probes");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    setenv("TROUPE_TRACE", path, 1);
    run_quietly(one_for_one);
    FILE *file = fdopen(fd, "r");
    size_t bytes = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    unlink(path);
    assert_in_range(bytes, 1, sizeof text - 2); /* all of it */
    assert_non_null(strstr(text, "\"supervise\""));
    assert_non_null(strstr(text, "\"restart 1\""));
    assert_null(strstr(text, "\"restart 2\""));
}

static int one_for_all(void *arg)
{
    (void)arg;
    troupe_pid sup = start(
        &(troupe_sup_spec){.strategy = TROUPE_ONE_FOR_ALL, .children = abc, .child_count = 3});
    trail[0] = '\0';
    tell(sup, "b", CRASH);
    expect_trail("c-a-a+b+c+");
    end(sup);
    expect_trail("c-b-a-");
    return 0;
}

static void one_for_all_restarts_all(void **state)
{
    (void)state;
    run_quietly(one_for_all);
}

static int rest_for_one(void *arg)
{
    (void)arg;
    troupe_pid sup = start(&(troupe_sup_spec){
        .strategy = TROUPE_REST_FOR_ONE, .intensity = 3, .children = abc, .child_count = 3});
    trail[0] = '\0';
    tell(sup, "b", CRASH);
    expect_trail("c-b+c+");
    tell(sup, "c", CRASH);
    expect_trail("c+");
    tell(sup, "a", CRASH);
    expect_trail("c-b-a+b+c+");
    end(sup);
    return 0;
}

static void rest_for_one_restarts_the_later_ones(void **state)
{
    (void)state;
    run_quietly(rest_for_one);
}

static int try_restart_types(void *arg)
{
    (void)arg;
    const troupe_child_spec children[] = {
        {WORKER("p"), .restart = TROUPE_PERMANENT},
        {WORKER("q"), .restart = TROUPE_TRANSIENT},
        {WORKER("r"), .restart = TROUPE_TEMPORARY},
        {WORKER("s"), .restart = TROUPE_TRANSIENT},
    };
    troupe_pid sup =
        start(&(troupe_sup_spec){.intensity = 9, .children = children, .child_count = 4});
    troupe_pid gone;
    trail[0] = '\0';
    tell(sup, "p", CRASH);
    expect_trail("p+");
    tell(sup, "p", LEAVE);
    expect_trail("p+");
    assert_int_equal(troupe_cancel(whereis(sup, "p"), ""), 0);
    settle();
    expect_trail("p-p+");
    tell(sup, "q", CRASH);
    expect_trail("q+");
    assert_int_equal(troupe_kill(whereis(sup, "q")), 0); /* is a failure */
    settle();
    expect_trail("q+");
    tell(sup, "q", LEAVE);
    expect_trail("");
    assert_int_equal(troupe_cancel(whereis(sup, "s"), ""), 0); /* is none */
    settle();
    expect_trail("s-");
    tell(sup, "r", CRASH);
    expect_trail("");
    assert_int_equal(troupe_sup_whereis(sup, "r", &gone), -ESRCH);
    end(sup);
    expect_trail("p-");
    return 0;
}

static void restart_types_decide_who_is_started_again(void **state)
{
    (void)state;
    run_quietly(try_restart_types);
}

static int all_again(void *arg)
{
    (void)arg;
    const troupe_child_spec children[] = {
        {WORKER("a"), .restart = TROUPE_TRANSIENT},
        {WORKER("b"), .restart = TROUPE_TEMPORARY},
        {WORKER("c")},
    };
    troupe_pid sup = start(
        &(troupe_sup_spec){.strategy = TROUPE_ONE_FOR_ALL, .children = children, .child_count = 3});
    tell(sup, "a", LEAVE);
    expect_trail("a+b+c+");
    tell(sup, "c", CRASH);
    expect_trail("b-a+c+"); /* all means all, but for the temporary one */
    end(sup);
    return 0;
}

static void a_temporary_child_is_not_started_again_with_the_others(void **state)
{
    (void)state;
    run_quietly(all_again);
}

static int give_up(void *arg)
{
    (void)arg;
    troupe_pid sup = start(&(troupe_sup_spec){.name = "shop",
                                              .intensity = 2,
                                              .period = TROUPE_S(1000),
                                              .children = abc,
                                              .child_count = 3});
    troupe_ref ref;
    assert_int_equal(troupe_monitor(sup, &ref), 0);
    for (int i = 0; i < 2; i++)
        tell(sup, "b", CRASH);
    expect_trail("a+b+c+b+b+");
    assert_int_equal(troupe_send(whereis(sup, "b"), CRASH, NULL, 0), 0);
    assert_int_equal(end_of(sup), TROUPE_GAVE_UP);
    expect_trail("c-a-");
    return 0;
}

static void too_many_restarts_are_too_many(void **state)
{
    (void)state;
    assert_string_equal(run_and_listen(give_up),
                        "troupe: shop <0.1.1> gives up: b <0.3.3> ended, and would be "
                        "restart 3 within 1000 s: Input/output error (-5)\n");
}

static int be_patient(void *arg)
{
    (void)arg;
    troupe_pid sup = start(&(troupe_sup_spec){
        .intensity = 1, .period = TROUPE_MS(1), .children = abc, .child_count = 3});
    for (int i = 0; i < 5; i++) {
        assert_int_equal(troupe_sleep(TROUPE_MS(2)), 0);
        tell(sup, "b", CRASH);
    }
    expect_trail("a+b+c+b+b+b+b+b+");
    end(sup);
    return 0;
}

static void restarts_that_lie_apart_do_not_add_up(void **state)
{
    (void)state;
    run_quietly(be_patient);
}

static void restarts_count_for_a_period(void **state)
{
    (void)state;
    struct patience patience;
    assert_int_equal(patience_init(&patience, 2, 10), 0);
    static const struct {
        troupe_ns at;
        bool is_fine;
    } restarts[] = {{100, true}, {105, true},  {110, false}, {111, true}, {115, false},
                    {116, true}, {121, false}, {130, true},  {131, true}, {132, false}};
    for (size_t i = 0; i < sizeof restarts / sizeof restarts[0]; i++)
        assert_int_equal(patience_admits(&patience, restarts[i].at), restarts[i].is_fine);
    patience_finish(&patience);
}

static int bear_nothing(void *arg)
{
    (void)arg;
    troupe_pid sup = start(
        &(troupe_sup_spec){.intensity = TROUPE_SUP_NO_RESTARTS, .children = abc, .child_count = 3});
    troupe_ref ref;
    assert_int_equal(troupe_monitor(sup, &ref), 0);
    assert_int_equal(troupe_send(whereis(sup, "c"), LEAVE, NULL, 0), 0);
    assert_int_equal(end_of(sup), TROUPE_GAVE_UP);
    expect_trail("a+b+c+b-a-");
    return 0;
}

static void no_restart_may_be_allowed_at_all(void **state)
{
    (void)state;
    assert_string_equal(run_and_listen(bear_nothing),
                        "troupe: supervisor <0.1.1> gives up: c <0.4.1> ended, and "
                        "would be restart 1 within 5 s: success (0)\n");
}

static int fail_at_once(void *arg)
{
    leave_trail(*(const char *)arg, '!');
    return -ENOENT;
}

static int start_a_failure(void *arg)
{
    (void)arg;
    const troupe_child_spec children[] = {
        {WORKER("a")},
        {.name = "f", .fn = fail_at_once, .arg = (void *)(uintptr_t) "f"},
    };
    troupe_pid sup;
    assert_int_equal(
        troupe_sup_start(&(troupe_sup_spec){.intensity = 3, .children = children, .child_count = 2},
                         &sup),
        0);
    assert_int_equal(end_of(sup), TROUPE_GAVE_UP);
    expect_trail("a+f!f!f!f!a-");
    return 0;
}

static void a_child_that_fails_at_once_is_not_tried_for_ever(void **state)
{
    (void)state;
    assert_non_null(strstr(run_and_listen(start_a_failure), "f <0.3.4> ended, and would be "
                                                            "restart 4 within 5 s: No such file"));
}

static int escalate(void *arg)
{
    (void)arg;
    const troupe_child_spec children[] = {{WORKER("x")}, {.name = "inner", .supervisor = &inner}};
    troupe_pid sup = start(&(troupe_sup_spec){.children = children, .child_count = 2});
    expect_trail("x+a+b+");
    troupe_ref ref;
    assert_int_equal(troupe_monitor(sup, &ref), 0);
    for (int i = 0; i < 3; i++)
        tell(whereis(sup, "inner"), "a", CRASH);
    expect_trail("a+b-a+b+a+"); /* the second crash is too much for the inner one */
    assert_int_equal(troupe_send(whereis(whereis(sup, "inner"), "b"), CRASH, NULL, 0), 0);
    assert_int_equal(end_of(sup), TROUPE_GAVE_UP);
    expect_trail("a-x-"); /* and that for the second time, for the outer one */
    return 0;
}

static void giving_up_is_a_failure_for_the_supervisor_above(void **state)
{
    (void)state;
    const char *said = run_and_listen(escalate);
    assert_non_null(strstr(said, "troupe: inner <0.3.1> gives up: a <0.4.2>"));
    assert_non_null(strstr(said, "gives up: inner <0.3.2> ended, and would be restart 2 within "
                                 "5 s: gave up (-131)\n"));
}

static int nest(void *arg)
{
    (void)arg;
    const troupe_child_spec children[] = {{WORKER("x")}, {.supervisor = &inner}, {WORKER("y")}};
    troupe_pid sup = start(&(troupe_sup_spec){.children = children, .child_count = 3});
    expect_trail("x+y+a+b+");
    end(sup);
    expect_trail("y-b-a-x-");
    return 0;
}

static void supervisors_nest(void **state)
{
    (void)state;
    run_quietly(nest);
}

static int supervise_handlers(void *arg)
{
    (void)arg;
    const troupe_child_spec children[] = {{
        .name = "h",
        .handle = handle,
        .open = open_counter,
        .release = release_counter,
        .arg = (void *)(uintptr_t) "h",
    }};
    troupe_pid sup =
        start(&(troupe_sup_spec){.intensity = 5, .children = children, .child_count = 1});
    tell(sup, "h", CRASH);
    tell(sup, "h", LEAVE);
    expect_trail("h+h+h+");
    assert_int_equal(released, 2);
    end(sup);
    assert_int_equal(opened, 3);
    assert_int_equal(released, 3);
    return 0;
}

static void stackless_children_get_a_new_state_each_time(void **state)
{
    (void)state;
    run_quietly(supervise_handlers);
}

static int open_in_vain(void *arg, void **state)
{
    (void)arg;
    (void)state;
    return -ENOENT;
}

static int change_while_it_runs(void *arg)
{
    (void)arg;
    troupe_pid sup = start(&(troupe_sup_spec){.children = abc, .child_count = 2});
    troupe_pid c, b, again;
    assert_int_equal(troupe_sup_add(sup, &abc[2], &c), 0);
    assert_int_equal(troupe_sup_add(sup, &abc[2], NULL), -EEXIST);
    assert_int_equal(troupe_sup_add(sup, &(troupe_child_spec){.name = "n"}, NULL), -EINVAL);
    troupe_child_spec closed = {.name = "closed", .handle = handle, .open = open_in_vain};
    assert_int_equal(troupe_sup_add(sup, &closed, NULL), -ENOENT);
    assert_int_equal(troupe_sup_whereis(sup, "closed", &b), -ESRCH);
    settle();
    expect_trail("a+b+c+");
    b = whereis(sup, "b");
    assert_int_equal(troupe_sup_stop(sup, b), 0);
    assert_int_equal(troupe_sup_stop(sup, b), 0); /* still a child, by its last pid */
    expect_trail("b-");
    assert_int_equal(troupe_sup_restart(sup, b, &again), 0);
    assert_int_equal(troupe_sup_restart(sup, b, &again), -ESRCH); /* was its pid once */
    settle();
    expect_trail("b+");
    assert_int_equal(troupe_sup_remove(sup, whereis(sup, "a")), 0);
    expect_trail("a-");
    assert_int_equal(troupe_sup_whereis(sup, "a", &again), -ESRCH);
    tell(sup, "c", CRASH);
    expect_trail("c+");

    troupe_child_info list[3];
    size_t count = 0;
    assert_int_equal(troupe_sup_children(sup, list, 3, &count), 0);
    assert_int_equal(count, 2);
    assert_string_equal(list[0].name, "b");
    assert_string_equal(list[1].name, "c");
    assert_true(list[0].is_running && list[1].is_running);
    assert_int_equal(list[0].restarts, 1);
    assert_int_equal(list[1].restarts, 1);
    assert_true(troupe_pid_equal(list[1].pid, whereis(sup, "c")));
    assert_int_equal(troupe_sup_children(sup, NULL, 0, &count), 0);
    assert_int_equal(count, 2);
    assert_int_equal(troupe_send(sup, 7, "stray", 5), 0); /* is dropped */
    end(sup);
    expect_trail("c-b-");
    assert_int_equal(troupe_sup_children(sup, list, 3, &count), -ESRCH);
    return 0;
}

static void children_can_be_changed_while_it_runs(void **state)
{
    (void)state;
    run_quietly(change_while_it_runs);
}

static int start_wrong_ones(void *arg)
{
    (void)arg;
    const troupe_child_spec two_kinds = {.fn = work, .handle = handle};
    const troupe_child_spec hurry = {.fn = work, .shutdown = -1};
    const troupe_child_spec twins[] = {{WORKER("a")}, {WORKER("a")}};
    const troupe_sup_spec wrong[] = {
        {.intensity = -2},
        {.intensity = TROUPE_SUP_INTENSITY_MAX + 1},
        {.period = -1},
        {.strategy = (troupe_strategy)9},
        {.children = &two_kinds, .child_count = 1},
        {.children = &hurry, .child_count = 1},
    };
    troupe_pid pid;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(troupe_sup_start(&wrong[i], &pid), -EINVAL);
        assert_true(troupe_pid_equal(pid, TROUPE_PID_NONE));
        int rc = troupe_sup_run(&wrong[i]);
        assert_int_equal(rc, -EINVAL);
    }
    troupe_sup_spec spec = {.children = twins, .child_count = 2};
    assert_int_equal(troupe_sup_start(&spec, NULL), -EEXIST);
    spec.strategy = TROUPE_DYNAMIC;
    end(start(&spec));
    expect_trail("a+a+a-a-");
    return 0;
}

static void a_wrong_specification_is_refused(void **state)
{
    (void)state;
    run_quietly(start_wrong_ones);
}

HARNESS_MAIN(cmocka_unit_test(children_start_in_order_and_end_in_reverse),
             cmocka_unit_test(one_for_one_restarts_one),
             cmocka_unit_test(restarts_are_in_the_trace),
             cmocka_unit_test(one_for_all_restarts_all),
             cmocka_unit_test(rest_for_one_restarts_the_later_ones),
             cmocka_unit_test(restart_types_decide_who_is_started_again),
             cmocka_unit_test(a_temporary_child_is_not_started_again_with_the_others),
             cmocka_unit_test(too_many_restarts_are_too_many),
             cmocka_unit_test(restarts_count_for_a_period),
             cmocka_unit_test(restarts_that_lie_apart_do_not_add_up),
             cmocka_unit_test(no_restart_may_be_allowed_at_all),
             cmocka_unit_test(a_child_that_fails_at_once_is_not_tried_for_ever),
             cmocka_unit_test(giving_up_is_a_failure_for_the_supervisor_above),
             cmocka_unit_test(supervisors_nest),
             cmocka_unit_test(stackless_children_get_a_new_state_each_time),
             cmocka_unit_test(children_can_be_changed_while_it_runs),
             cmocka_unit_test(a_wrong_specification_is_refused))
