/*
 * The ends of actors in processes of their own: who learns of them, and how a crash is told.
 */

#include "harness.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <troupe.h>

#include "forked.h"
#include "sound.h"
#include "three_loops.h"
#include "traced.h"

static int die(void *arg)
{
    int how = (int)(intptr_t)arg;
    troupe_msg *msg;
    int rc = troupe_recv(&msg, TROUPE_FOREVER);
    if (how == 0)
        exit(0);
    if (how < 0)
        exit(-how);
    signal(how, SIG_DFL);
    raise(how);
    return rc;
}

static int die_all_ways(void *arg)
{
    (void)arg;
    static const int ways[] = {SIGKILL, SIGSEGV, -3, 0};
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        troupe_ref ref;
        troupe_msg *msg;
        troupe_pid pid = fork_actor(die, ways[i]);
        assert_int_equal(troupe_monitor(pid, &ref), 0);
        /* a call that is waited for, so that it is there when the end comes */
        int rc = troupe_call(pid, ASK, NULL, 0, &msg, TROUPE_FOREVER);
        assert_int_equal(troupe_recv_tag(TROUPE_TAG_DOWN, &msg, TROUPE_FOREVER), 0);
        const troupe_down *down = troupe_msg_data(msg, NULL);
        assert_int_equal(down->pid.value, pid.value);
        assert_int_equal(troupe_status_signal(down->status), ways[i] > 0 ? ways[i] : 0);
        int status = down->status;
        troupe_msg_free(&msg);
        assert_int_equal(rc, status < 0 ? status : -EPIPE);
        assert_int_equal(end_of(pid), status);
        if (ways[i] == -3)
            assert_string_equal(troupe_strerror(status), "its process exited with code 3");
        if (ways[i] == 0)
            assert_int_equal(status, 0);
        if (ways[i] == SIGKILL)
            assert_string_equal(troupe_strerror(status),
                                "its process was ended by signal 9 (Killed)");
        assert_int_equal(troupe_send(pid, GO, NULL, 0), -ESRCH);
    }
    return 0;
}

static void a_crash_is_told_with_its_signal(void **state)
{
    (void)state;
    told_begin();
    run(die_all_ways);
    told_end();
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* no zombies */
    assert_int_equal(errno, ECHILD);
}

static int be_watched(void *arg)
{
    (void)arg;
    troupe_pid watchers[2];
    troupe_pid pid = fork_actor(obey, 0);
    assert_int_equal(troupe_register("main", troupe_self()), 0);
    assert_int_equal(end_of(start_on(1, send_from_afar, (intptr_t)pid.value)), 0);
    troupe_pid victim = fork_actor(die, SIGKILL);
    for (int i = 0; i < 2; i++)
        watchers[i] = start_on(i + 1, watch_from_afar, (intptr_t)victim.value);
    for (int i = 0; i < 2; i++)
        hear_go();
    tell(victim, GO, 0);
    for (int i = 0; i < 2; i++)
        assert_int_equal(end_of(watchers[i]), SIGKILL);
    tell(pid, GO, 0);
    assert_int_equal(end_of(pid), 0);
    return 0;
}

static void all_loops_reach_it_and_hear_of_its_end(void **state)
{
    (void)state;
    run_on_three(be_watched);
}

static int be_linked(void *arg)
{
    troupe_pid other = {(uint64_t)(uintptr_t)arg};
    troupe_msg *msg;
    int rc = troupe_link(other);
    if (rc == 0)
        rc = troupe_send(other, GO, NULL, 0);
    return rc == 0 ? troupe_recv(&msg, TROUPE_FOREVER) : rc;
}

static int wait_for_link(void *arg)
{
    troupe_msg *msg;
    int rc = troupe_recv_tag(GO, &msg, TROUPE_FOREVER);
    troupe_msg_free(&msg);
    if (rc == 0 && arg != NULL)
        return -EIO;
    return rc == 0 ? troupe_recv(&msg, TROUPE_FOREVER) : rc;
}

static int link_across(void *arg)
{
    (void)arg;
    for (int fails = 0; fails < 2; fails++) {
        troupe_pid here = start(wait_for_link, fails);
        troupe_pid there = fork_actor(be_linked, (intptr_t)here.value);
        if (fails == 0)
            assert_int_equal(troupe_kill(there), 0);
        int ends[] = {end_of(here), end_of(there)};
        assert_true(ends[0] < 0 && ends[1] < 0);
    }
    return 0;
}

static void links_hold_across_processes(void **state)
{
    (void)state;
    told_begin();
    run(link_across);
    told_end();
}

static int crash_once(void *arg)
{
    const char *mark = arg; /* a file that is there from the second time on */
    int fd = open(mark, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (fd >= 0)
        raise(SIGKILL);
    int rc = troupe_send(troupe_whereis("main"), GO, NULL, 0);
    return rc == 0 ? troupe_sleep(TROUPE_FOREVER) : rc;
}

static int supervise(void *arg)
{
    static char mark[] = "processes.tmp";
    troupe_msg *msg;
    troupe_ref ref;
    (void)arg;
    unlink(mark);
    assert_int_equal(troupe_register("main", troupe_self()), 0);
    troupe_child_spec child = {
        .name = "crasher", .fn = crash_once, .arg = mark, .place = TROUPE_PROCESS};
    troupe_sup_spec spec = {.children = &child, .child_count = 1};
    troupe_pid pid;
    assert_int_equal(troupe_sup_start(&spec, &pid), 0);
    hear_go();
    assert_int_equal(troupe_monitor(pid, &ref), 0);
    assert_int_equal(troupe_cancel(pid, "enough"), 0);
    assert_int_equal(troupe_recv_tag(TROUPE_TAG_DOWN, &msg, TROUPE_FOREVER), 0);
    troupe_msg_free(&msg);
    assert_int_equal(unlink(mark), 0);
    return 0;
}

static void a_supervisor_starts_it_again(void **state)
{
    (void)state;
    told_begin();
    run(supervise);
    told_end();
}

static int hold_for_ever(void *arg)
{
    (void)arg;
    for (;;)
        pause();
    return 0;
}

static int kill_who_does_not_listen(void *arg)
{
    (void)arg;
    troupe_pid pid = fork_actor(hold_for_ever, 0);
    assert_int_equal(troupe_kill(pid), 0);
    assert_int_equal(troupe_status_signal(end_of(pid)), SIGKILL);
    return 0;
}

static void a_process_that_does_not_listen_is_killed(void **state)
{
    (void)state;
    told_begin();
    run(kill_who_does_not_listen);
    told_end();
}

static int die_traced(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_kill(fork_actor(obey, 0)), 0);
    troupe_pid pid = fork_actor(die, SIGKILL);
    tell(pid, GO, 0);
    assert_int_equal(troupe_status_signal(end_of(pid)), SIGKILL);
    return 0;
}

/* Two processes, of which one dies without a word. */
static void a_crash_ends_the_actor_in_the_trace(void **state)
{
    (void)state;
    told_begin();
    run(die_traced);
    told_end();
    assert_false(check_sound(path));
    struct trace_model *model = load();
    assert_int_equal(model->lane_count, 3);
    assert_int_equal(model->loop_count, 3);
    const struct trace_lane *dead = &model->lanes[2];
    assert_int_equal(troupe_status_signal(dead->status), SIGKILL);
    assert_int_not_equal(dead->end_ns, TRACE_NEVER);
    assert_int_equal(model->lanes[1].status, TROUPE_KILLED);
    trace_model_destroy(model);
}

static int spawn_and_leave(void *arg)
{
    (void)arg;
    fork_actor(succeed, 0);
    return 0;
}

/* Whether the spawned one began when its parent had ended; on a busy machine it may be sooner. */
static bool begins_after_its_parent(void)
{
    run(spawn_and_leave);
    assert_false(check_sound(path));
    struct trace_model *model = load();
    assert_int_equal(model->lane_count, 2);
    assert_int_equal(model->flow_count, 1);
    assert_true(model->flows[0].from_ns < model->lanes[0].end_ns);
    bool is_after = model->flows[0].to_ns > model->lanes[0].end_ns;
    trace_model_destroy(model);
    return is_after;
}

/* Which asked for it while it lived. */
static void a_spawn_leaves_its_parent_when_it_was_asked_for(void **state)
{
    (void)state;
    bool was_after = false;
    for (int i = 0; i < 20 && !was_after; i++)
        was_after = begins_after_its_parent();
    assert_true(was_after);
}

HARNESS_MAIN(cmocka_unit_test(a_crash_is_told_with_its_signal),
             cmocka_unit_test(all_loops_reach_it_and_hear_of_its_end),
             cmocka_unit_test(links_hold_across_processes),
             cmocka_unit_test(a_supervisor_starts_it_again),
             cmocka_unit_test(a_process_that_does_not_listen_is_killed),
             TRACED(a_crash_ends_the_actor_in_the_trace),
             TRACED(a_spawn_leaves_its_parent_when_it_was_asked_for))
