/*
 * Ends across loops: who learns of them, who shares them, and a program that is stuck on all loops.
 */

#include "three_loops.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { GO = 1 };

/* Ends with this status when it is told to. */
static int end_with(void *status)
{
    troupe_msg *msg;
    int rc = troupe_recv_tag(GO, &msg, TROUPE_FOREVER);
    troupe_msg_free(&msg);
    return rc < 0 ? rc : (int)(intptr_t)status;
}

static void go(troupe_pid pid)
{
    assert_int_equal(troupe_send(pid, GO, NULL, 0), 0);
}

static troupe_down take_down(int tag)
{
    troupe_msg *msg;
    assert_int_equal(troupe_recv_tag(tag, &msg, TROUPE_FOREVER), 0);
    troupe_down down = *(const troupe_down *)troupe_msg_data(msg, NULL);
    troupe_msg_free(&msg);
    return down;
}

static int watch(void *arg)
{
    (void)arg;
    troupe_ref ref, other;
    troupe_pid pid = start_on(1, end_with, 5);
    assert_int_equal(troupe_monitor(pid, &ref), 0);
    assert_int_equal(troupe_monitor(pid, &other), 0);
    assert_int_equal(troupe_demonitor(other), 0);
    go(pid);
    troupe_down down = take_down(TROUPE_TAG_DOWN);
    assert_true(troupe_pid_equal(down.pid, pid));
    assert_int_equal(down.status, 5);
    assert_int_equal(down.ref.value, ref.value);
    assert_int_equal(end_of(pid), 5); /* its status was kept all the same */
    assert_int_equal(troupe_monitor(pid, &ref), 0);
    down = take_down(TROUPE_TAG_DOWN);
    assert_int_equal(down.status, -ESRCH);

    troupe_spec spec = far(2, end_with, -EIO);
    assert_int_equal(troupe_spawn_monitor(&spec, &pid, &ref), 0);
    go(pid);
    assert_int_equal(take_down(TROUPE_TAG_DOWN).status, -EIO);
    assert_mailbox_empty();
    return 0;
}

static void ends_are_heard_of(void **state)
{
    (void)state;
    run_on_three(watch);
}

/* Tells the other actor to end, when the one that has spawned this one waits. */
static int go_later(void *pid)
{
    return troupe_send((troupe_pid){(uint64_t)(uintptr_t)pid}, GO, NULL, 0);
}

/* An actor that is neither the spawner's nor on its loop watches, too. */
static int join_stranger(void *pid)
{
    int status = -EPROTO;
    int rc = troupe_spawn(go_later, pid, NULL);
    if (rc < 0)
        return rc;
    rc = troupe_join((troupe_pid){(uint64_t)(uintptr_t)pid}, &status, TROUPE_FOREVER);
    return rc < 0 ? rc : status;
}

static int have_it_joined(void *arg)
{
    (void)arg;
    troupe_pid pid = start_on(1, end_with, 9);
    troupe_pid here = start_on(0, end_with, 8);
    troupe_pid joiners[] = {
        start_on(2, join_stranger, (intptr_t)pid.value),
        start_on(1, join_stranger, (intptr_t)here.value),
    };
    assert_int_equal(end_of(joiners[0]), 9);
    assert_int_equal(end_of(joiners[1]), 8);
    pid = start_on(1, end_with, 0);
    assert_int_equal(troupe_join(pid, NULL, TROUPE_MS(1)), -ETIMEDOUT);
    go(pid);
    assert_int_equal(end_of(pid), 0);
    return 0;
}

static void anyone_can_join_anyone(void **state)
{
    (void)state;
    run_on_three(have_it_joined);
}

/* Is linked to its argument, says so, and ends when it is told to, or shares its fate. */
static int link_to(void *pid)
{
    int rc = troupe_link((troupe_pid){(uint64_t)(uintptr_t)pid});
    if (rc == 0)
        rc = troupe_send(troupe_whereis("main"), GO, NULL, 0);
    return rc < 0 ? rc : end_with((void *)(intptr_t)-EIO);
}

static void await_link(void)
{
    troupe_msg *msg;
    assert_int_equal(troupe_recv_tag(GO, &msg, TROUPE_FOREVER), 0);
    troupe_msg_free(&msg);
}

static int trap_link(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_register("main", troupe_self()), 0);
    assert_int_equal(troupe_trap_exit(true), 0);
    troupe_pid pid = start_on(1, link_to, (intptr_t)troupe_self().value);
    await_link();
    go(pid);
    troupe_down down = take_down(TROUPE_TAG_EXIT);
    assert_true(troupe_pid_equal(down.pid, pid));
    assert_int_equal(down.status, -EIO);
    assert_int_equal(end_of(pid), -EIO);

    troupe_spec spec = far(2, end_with, -EIO);
    assert_int_equal(troupe_spawn_link(&spec, &pid), 0);
    go(pid);
    assert_int_equal(take_down(TROUPE_TAG_EXIT).status, -EIO);

    assert_int_equal(troupe_spawn_link(&spec, &pid), 0);
    assert_int_equal(troupe_link(pid), 0); /* twice is once */
    assert_int_equal(troupe_unlink(pid), 0);
    assert_int_equal(troupe_unlink(pid), -ESRCH);
    troupe_ref ref;
    assert_int_equal(troupe_monitor(pid, &ref), 0);
    go(pid);
    assert_int_equal(take_down(TROUPE_TAG_DOWN).status, -EIO);
    assert_mailbox_empty();
    return 0;
}

static int fail_linked(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_register("main", troupe_self()), 0);
    troupe_pid failing = start_on(1, end_with, -EIO);
    troupe_pid linked = start_on(2, link_to, (intptr_t)failing.value);
    await_link();
    go(failing);
    assert_int_equal(end_of(failing), -EIO);
    assert_int_equal(end_of(linked), -EIO); /* it was never told to go */
    troupe_pid well = start_on(1, end_with, 0);
    linked = start_on(2, link_to, (intptr_t)well.value);
    await_link();
    go(well);
    assert_int_equal(end_of(well), 0);
    go(linked);
    assert_int_equal(end_of(linked), -EIO); /* the other's good end was not shared */
    return 0;
}

static void linked_actors_share_their_fate(void **state)
{
    (void)state;
    run_on_three(trap_link);
    run_on_three(fail_linked);
}

static _Atomic int cancelled;

/* Notes why it is cancelled. */
static int wait_for_cancel(void *arg)
{
    (void)arg;
    int rc = troupe_sleep(TROUPE_S(1000));
    troupe_pid by;
    if (rc == -ECANCELED && strcmp(troupe_cancel_reason(&by), "enough") == 0)
        cancelled++;
    return rc;
}

static int cancel_far(void *arg)
{
    (void)arg;
    troupe_scope scope;
    cancelled = 0;
    troupe_pid pid = start_on(1, wait_for_cancel, 0);
    assert_int_equal(troupe_cancel(pid, "enough"), 0);
    assert_int_equal(end_of(pid), -ECANCELED);
    assert_int_equal(cancelled, 1);
    assert_int_equal(troupe_cancel(pid, "again"), -ESRCH);

    assert_int_equal(troupe_scope_open(&scope, TROUPE_FOREVER), 0);
    for (int i = 0; i < 6; i++) {
        troupe_spec spec = far(i, wait_for_cancel, 0);
        assert_int_equal(troupe_scope_spawn_spec(&scope, &spec, NULL), 0);
    }
    troupe_scope_cancel(&scope, "enough");
    assert_int_equal(troupe_scope_join(&scope), 0);
    assert_int_equal(cancelled, 7);
    return 0;
}

static int fail_in_scope(void *arg)
{
    (void)arg;
    troupe_scope scope;
    troupe_pid failing;
    assert_int_equal(troupe_scope_open(&scope, TROUPE_FOREVER), 0);
    troupe_spec spec = far(1, end_with, -EIO);
    assert_int_equal(troupe_scope_spawn_spec(&scope, &spec, &failing), 0);
    for (int i = 0; i < 6; i++) {
        spec = far(i, wait_for_cancel, 0);
        assert_int_equal(troupe_scope_spawn_spec(&scope, &spec, NULL), 0);
    }
    go(failing);
    assert_int_equal(troupe_scope_join(&scope), -EIO);

    assert_int_equal(troupe_scope_open(&scope, TROUPE_MS(5)), 0);
    spec = far(1, wait_for_cancel, 0);
    assert_int_equal(troupe_scope_spawn_spec(&scope, &spec, NULL), 0);
    assert_int_equal(troupe_scope_join(&scope), -ETIMEDOUT);
    return 0;
}

static void scopes_reach_other_loops(void **state)
{
    (void)state;
    run_on_three(cancel_far);
    run_on_three(fail_in_scope);
}

static int gather_everywhere(void *arg)
{
    (void)arg;
    int status[6];
    troupe_fn fns[] = {tell_loop, tell_loop, tell_loop, tell_loop, tell_loop, tell_loop};
    assert_int_equal(troupe_gather(fns, 6, status), 0);
    for (int i = 0; i < 6; i++)
        assert_int_equal(status[i], i % 3);
    return 0;
}

static void gathering_may_spread(void **state)
{
    (void)state;
    troupe_options options = {.loops = 3, .place = TROUPE_ANYWHERE};
    assert_int_equal(troupe_run_on(&options, gather_everywhere, NULL), 0);
}

static _Atomic int lives;
static _Atomic uint64_t alive;

static int live_and_fail(void *arg)
{
    (void)arg;
    alive = troupe_self().value;
    lives++;
    return end_with((void *)(intptr_t)-EIO);
}

static int supervise(void *arg)
{
    (void)arg;
    troupe_child_spec child = {
        .name = "far", .fn = live_and_fail, .place = TROUPE_ON(1), .shutdown = TROUPE_SUP_AT_ONCE};
    troupe_sup_spec spec = {.intensity = 10, .children = &child, .child_count = 1};
    troupe_pid sup;
    lives = 0;
    alive = 0;
    assert_int_equal(troupe_sup_start(&spec, &sup), 0);
    for (int i = 1; i <= 4; i++) {
        while (lives < i)
            assert_int_equal(troupe_sleep(TROUPE_US(100)), 0);
        if (i < 4)
            go((troupe_pid){alive});
    }
    assert_int_equal(troupe_cancel(sup, "done"), 0);
    troupe_ref ref;
    assert_int_equal(troupe_monitor(sup, &ref), 0);
    assert_int_equal(take_down(TROUPE_TAG_DOWN).status, -ECANCELED);
    assert_int_equal(troupe_kill((troupe_pid){alive}), -ESRCH);
    return 0;
}

static void supervisors_restart_far_children(void **state)
{
    (void)state;
    run_on_three(supervise);
}

static int fail_at_once(void *arg)
{
    (void)arg;
    return -EIO;
}

static int leave_failing(void *arg)
{
    (void)arg;
    troupe_spec spec = far(1, fail_at_once, 0);
    return troupe_spawn_spec(&spec, NULL);
}

static void a_far_failure_that_nobody_learns_of_is_told_once(void **state)
{
    (void)state;
    told_begin();
    run_on_three(leave_failing);
    const char *told = told_end();
    assert_int_equal(times_in(told, "failed and nobody was watching"), 1);
    assert_int_equal(times_in(told, "fail_at_once <1."), 1);
}

static int wait_for_ever(void *arg)
{
    troupe_msg *msg;
    (void)arg;
    return troupe_recv(&msg, TROUPE_FOREVER);
}

static int join_far(void *pid)
{
    return troupe_join((troupe_pid){(uint64_t)(uintptr_t)pid}, NULL, TROUPE_FOREVER);
}

static int get_stuck(void *arg)
{
    (void)arg;
    troupe_pid pid = start_on(1, wait_for_ever, 0);
    start_on(2, join_far, (intptr_t)pid.value);
    return wait_for_ever(NULL);
}

static void a_program_that_is_stuck_on_all_loops_says_so(void **state)
{
    (void)state;
    told_begin();
    pid_t child = fork();
    if (child == 0)
        _exit(troupe_run_on(&(troupe_options){.loops = 3}, get_stuck, NULL) < 0);
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    const char *told = told_end();
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 3);
    assert_int_equal(times_in(told, "nothing can ever run again"), 1);
    assert_int_equal(times_in(told, "main <0."), 1);
    assert_int_equal(times_in(told, "wait_for_ever <1.+0.1>"), 1);
    assert_int_equal(times_in(told, "join_far <2.+0.1>"), 1);
    assert_int_equal(times_in(told, "another actor to end: actor <1.+0.1>"), 1);
}

HARNESS_MAIN(cmocka_unit_test(ends_are_heard_of), cmocka_unit_test(anyone_can_join_anyone),
             cmocka_unit_test(linked_actors_share_their_fate),
             cmocka_unit_test(scopes_reach_other_loops), cmocka_unit_test(gathering_may_spread),
             cmocka_unit_test(supervisors_restart_far_children),
             cmocka_unit_test(a_far_failure_that_nobody_learns_of_is_told_once),
             cmocka_unit_test(a_program_that_is_stuck_on_all_loops_says_so))
