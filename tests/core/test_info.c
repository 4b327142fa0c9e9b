/*
 * Looking into a running program: what is told of an actor and of the loop.
 */

#include "running.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void expect_info(troupe_pid pid, struct troupe_info *info)
{
    assert_int_equal(troupe_info(pid, info), 0);
    assert_true(troupe_pid_equal(info->pid, pid));
}

static int recv_line;

static int waits_for_7(void *arg)
{
    troupe_msg *msg;
    (void)arg;
    recv_line = __LINE__ + 1;
    int rc = troupe_recv_tag(7, &msg, TROUPE_S(100));
    if (rc == 0)
        troupe_msg_free(&msg);
    return rc;
}

static int look_at_one_that_waits(void *arg)
{
    struct troupe_info info;
    troupe_pid pid;
    (void)arg;
    int line = __LINE__ + 1;
    assert_int_equal(troupe_spawn(waits_for_7, NULL, &pid), 0);
    expect_info(pid, &info);
    assert_int_equal(info.state, TROUPE_READY);
    assert_null(info.reason);
    assert_int_equal(info.stack_bytes, 0); /* has none before it runs */
    assert_int_equal(info.spawned_at->line, line);
    settle();
    troupe_ns now = troupe_now();
    expect_info(pid, &info);
    assert_string_equal(info.name, "waits_for_7");
    assert_int_equal(info.state, TROUPE_WAITING);
    assert_string_equal(info.reason, "recv");
    assert_int_equal(info.at->line, recv_line);
    assert_true(info.deadline > now && info.deadline <= now + TROUPE_S(100));
    assert_true(troupe_pid_equal(info.parent, troupe_self()));
    assert_true(troupe_pid_equal(info.target, TROUPE_PID_NONE));
    assert_int_equal(info.mailbox_count, 0);
    assert_false(info.is_cancelled);
    assert_int_equal(troupe_send(pid, 7, NULL, 0), 0);
    settle();
    assert_int_equal(troupe_info(pid, &info), 0); /* until it is joined */
    assert_int_equal(info.state, TROUPE_ENDED);
    assert_string_equal(info.name, "waits_for_7");
    assert_int_equal(info.status, 0);
    assert_int_equal(troupe_join(pid, NULL, TROUPE_FOREVER), 0);
    assert_int_equal(troupe_info(pid, &info), -ESRCH);
    expect_info(troupe_self(), &info);
    assert_int_equal(info.state, TROUPE_RUNNING);
    assert_string_equal(info.name, "main");
    return 0;
}

static void an_actor_can_be_looked_at(void **state)
{
    (void)state;
    run(look_at_one_that_waits);
}

static int look_at_a_mailbox(void *arg)
{
    struct troupe_info info;
    troupe_pid pid;
    (void)arg;
    troupe_ns since = troupe_now();
    assert_int_equal(troupe_spawn(waits_for_7, NULL, &pid), 0);
    settle();
    for (int i = 0; i < 3; i++) {
        assert_int_equal(troupe_send(pid, 1, NULL, 0), 0);
        assert_int_equal(troupe_sleep(TROUPE_MS(4)), 0);
    }
    expect_info(pid, &info);
    assert_int_equal(info.mailbox_count, 3);
    assert_true(info.oldest_age >= TROUPE_MS(11)); /* three sleeps, but for the resolution */
    assert_true(info.oldest_age <= troupe_now() - since + TROUPE_S(1));
    return troupe_send(pid, 7, NULL, 0);
}

static void a_mailbox_tells_how_much_and_how_old(void **state)
{
    (void)state;
    run(look_at_a_mailbox);
}

static int look_at_ties(void *arg)
{
    struct troupe_info info;
    troupe_pid pid, joiner;
    troupe_ref refs[2];
    (void)arg;
    assert_int_equal(troupe_spawn_spec(&(troupe_spec){.fn = waits_for_7, .name = "seven"}, &pid),
                     0);
    assert_int_equal(troupe_spawn(join_it, &pid, &joiner), 0);
    assert_int_equal(troupe_link(pid), 0);
    assert_int_equal(troupe_monitor(pid, &refs[0]), 0);
    assert_int_equal(troupe_monitor(joiner, &refs[1]), 0);
    settle();
    expect_info(troupe_self(), &info);
    assert_int_equal(info.link_count, 1);
    assert_int_equal(info.monitor_count, 2);
    expect_info(pid, &info);
    assert_string_equal(info.name, "seven");
    assert_int_equal(info.link_count, 1);
    assert_int_equal(info.monitor_count, 0);
    expect_info(joiner, &info);
    assert_string_equal(info.reason, "join");
    assert_true(troupe_pid_equal(info.target, pid));
    assert_int_equal(troupe_unlink(pid), 0);
    assert_int_equal(troupe_demonitor(refs[0]), 0);
    assert_int_equal(troupe_register("number", joiner), 0);
    expect_info(joiner, &info);
    assert_string_equal(info.name, "number");
    assert_int_equal(troupe_cancel(pid, "enough"), 0);
    expect_info(pid, &info);
    assert_true(info.is_cancelled);
    settle();
    expect_info(troupe_self(), &info);
    assert_int_equal(info.link_count, 0);
    assert_int_equal(info.monitor_count, 0); /* its DOWN has come */
    return 0;
}

static void ties_are_counted(void **state)
{
    (void)state;
    run(look_at_ties);
}

static size_t used_at_depth;

static __attribute__((noinline)) int deep_down(void *arg)
{
    volatile char memory[20000];
    struct troupe_info info;
    (void)arg;
    for (size_t i = 0; i < sizeof memory; i++)
        memory[i] = 1;
    assert_int_equal(troupe_info(troupe_self(), &info), 0);
    used_at_depth = info.stack_used_bytes;
    return memory[7] - 1;
}

static int go_deep(void *arg)
{
    (void)arg;
    int rc = deep_down(NULL);
    return rc < 0 ? rc : troupe_sleep(TROUPE_FOREVER);
}

static int look_at_stacks(void *arg)
{
    struct troupe_info info;
    troupe_pid pid;
    (void)arg;
    assert_int_equal(troupe_spawn(go_deep, NULL, &pid), 0);
    settle();
    expect_info(pid, &info);
    assert_true(used_at_depth > 20000);
    assert_true(info.stack_used_bytes > 0 && info.stack_used_bytes < used_at_depth);
    assert_true(info.stack_peak_bytes >= used_at_depth);
    assert_true(info.stack_bytes >= info.stack_peak_bytes);
    return troupe_cancel(pid, "");
}

static void a_stack_tells_its_peak(void **state)
{
    (void)state;
    run(look_at_stacks);
}

static int on_message(troupe_msg *msg, void *state)
{
    (void)state;
    troupe_msg_free(&msg);
    return TROUPE_STOP;
}

static int look_at_a_stackless_one(void *arg)
{
    struct troupe_info info;
    troupe_pid pid;
    (void)arg;
    assert_int_equal(troupe_spawn_handler(on_message, NULL, NULL, NULL, &pid), 0);
    settle();
    expect_info(pid, &info);
    assert_string_equal(info.name, "on_message");
    assert_int_equal(info.state, TROUPE_WAITING);
    assert_string_equal(info.reason, "recv");
    assert_int_equal(info.stack_bytes, 0);
    assert_int_equal(troupe_send(pid, 1, NULL, 0), 0);
    expect_info(pid, &info);
    assert_int_equal(info.state, TROUPE_READY);
    assert_int_equal(info.mailbox_count, 1);
    return 0;
}

static void a_stackless_actor_can_be_looked_at(void **state)
{
    (void)state;
    run(look_at_a_stackless_one);
}

static int seen_count;

static int see(const struct troupe_info *info, void *context)
{
    seen_count++;
    return strcmp(info->name, context) == 0 ? 42 : 0;
}

static int count_everything(void *arg)
{
    struct troupe_stats before, after;
    troupe_pid pids[3];
    troupe_msg *msg;
    (void)arg;
    troupe_stats(&before);
    assert_int_equal(before.actor_count, 1);
    assert_int_equal(before.stack_count, 1);
    assert_true(strcmp(before.stack_guard, "madvise") == 0 ||
                strcmp(before.stack_guard, "mprotect") == 0);
    for (int i = 0; i < 3; i++)
        assert_int_equal(troupe_spawn(waits_for_7, NULL, &pids[i]), 0);
    troupe_stats(&after);
    assert_int_equal(after.ready_count, 3);
    assert_int_equal(after.waiting_count, 0);
    settle();
    assert_int_equal(troupe_send(pids[1], 1, NULL, 0), 0);
    assert_int_equal(troupe_msg_new(7, 0, &msg), 0);
    assert_int_equal(troupe_send_after(TROUPE_S(100), pids[2], &msg, NULL), 0);
    troupe_stats(&after);
    assert_int_equal(after.actor_count, 4);
    assert_int_equal(after.ready_count, 0);
    assert_int_equal(after.waiting_count, 3);
    assert_int_equal(after.spawned - before.spawned, 3);
    assert_int_equal(after.ended, before.ended);
    assert_int_equal(after.timer_count, 4);
    assert_int_equal(after.message_count, 2);
    assert_int_equal(after.stack_count, 4);
    assert_int_equal(troupe_each(see, (void *)(uintptr_t) "nobody"), 0);
    assert_int_equal(seen_count, 4);
    assert_int_equal(troupe_each(see, (void *)(uintptr_t) "main"), 42);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(troupe_cancel(pids[i], "done"), 0);
        assert_int_equal(troupe_join(pids[i], NULL, TROUPE_FOREVER), 0);
    }
    troupe_stats(&after);
    assert_int_equal(after.actor_count, 1);
    assert_int_equal(after.ended - before.ended, 3);
    assert_int_equal(after.stack_free_count, 3);
    return 0;
}

static void the_loop_can_be_counted(void **state)
{
    (void)state;
    run(count_everything);
}

static int sleep_for_ever(void *arg)
{
    (void)arg;
    return troupe_sleep(TROUPE_FOREVER);
}

static int be_busy(void *arg)
{
    (void)arg;
    troupe_ns until = troupe_now() + TROUPE_MS(20);
    while (troupe_now() < until)
        continue;
    return troupe_sleep(TROUPE_FOREVER);
}

static int return_seven(void *arg)
{
    (void)arg;
    return 7;
}

/* Everything that has something to tell a trace finds that there is none. */
static void wait_otherwise(void)
{
    troupe_chan chan;
    int result = 0;
    assert_int_equal(troupe_chan_new(&chan, 0, 0), 0);
    assert_int_equal(troupe_chan_recv(chan, NULL, TROUPE_US(1)), -ETIMEDOUT);
    assert_int_equal(troupe_offload(return_seven, NULL, &result, TROUPE_FOREVER), 0);
    assert_int_equal(result, 7);
    troupe_trace_mark("here");
    puts("printed");
}

/* What such a wait is for is told in a trace, of which there is none. */
static int wait_for_a_permit(void *arg)
{
    return troupe_sem_acquire(*(troupe_sem *)arg, TROUPE_MS(1));
}

static int keep_times_of_a_wait(void *arg)
{
    troupe_sem semaphore;
    troupe_pid other;
    struct troupe_info info;
    (void)arg;
    assert_int_equal(troupe_sem_new(&semaphore, 0), 0);
    assert_int_equal(troupe_spawn(wait_for_a_permit, &semaphore, &other), 0);
    assert_int_equal(end_of(other), -ETIMEDOUT);
    expect_info(troupe_self(), &info);
    assert_int_equal(info.turn_count, 2);
    return 0;
}

static void times_are_kept_from_the_beginning(void **state)
{
    (void)state;
    if (!TROUPE_TRACE)
        harness_skip("a build without probes");
    setenv("TROUPE_TIMES", "1", 1);
    run(keep_times_of_a_wait);
    unsetenv("TROUPE_TIMES");
}

static int keep_times(void *arg)
{
    struct troupe_info info;
    troupe_pid busy, slow, crowd[1000];
    (void)arg;
    assert_int_equal(troupe_keep_times(true), 0);
    assert_int_equal(troupe_keep_times(true), 0);
    assert_int_equal(troupe_spawn(be_busy, NULL, &busy), 0);
    assert_int_equal(troupe_spawn(waits_for_7, NULL, &slow), 0);
    assert_int_equal(troupe_sleep(TROUPE_MS(10)), 0); /* that one cannot keep */
    expect_info(busy, &info);
    assert_true(info.running_time >= TROUPE_MS(19));
    assert_int_equal(info.turn_count, 1);
    expect_info(slow, &info);
    assert_true(info.ready_time >= TROUPE_MS(19)); /* while the other was busy */
    for (int tag = 6; tag < 8; tag++)
        assert_int_equal(troupe_send(slow, tag, NULL, 0), 0);
    expect_info(slow, &info);
    assert_int_equal(info.received_count, 1); /* it waits for one of them */
    wait_otherwise();
    expect_info(troupe_self(), &info);
    assert_true(info.running_time > 0);
    assert_true(info.ready_time + info.waiting_time >= TROUPE_MS(19));
    for (int i = 0; i < 1000; i++)
        assert_int_equal(troupe_spawn(sleep_for_ever, NULL, &crowd[i]), 0);
    settle();
    for (int i = 0; i < 1000; i += 1 + i % 3) /* leaves holes */
        assert_int_equal(troupe_kill(crowd[i]), 0);
    settle();
    for (int i = 0; i < 1000; i++)
        if (troupe_info(crowd[i], &info) == 0 && info.state != TROUPE_ENDED) {
            assert_int_equal(info.turn_count, 1);
            assert_int_equal(troupe_kill(crowd[i]), 0);
        }
    assert_int_equal(troupe_keep_times(false), 0);
    expect_info(busy, &info);
    assert_int_equal(info.running_time, 0);
    assert_int_equal(troupe_cancel(busy, "done"), 0);
    return 0;
}

static void times_are_kept_when_asked_for(void **state)
{
    (void)state;
    if (!TROUPE_TRACE)
        harness_skip("a build without probes");
    run(keep_times);
}

static void times_are_kept_with_a_trace_too(void **state)
{
    (void)state;
    if (!TROUPE_TRACE)
        harness_skip("a build without probes");
    setenv("TROUPE_TRACE", "/dev/null", 1);
    run(keep_times);
}

HARNESS_MAIN(cmocka_unit_test(an_actor_can_be_looked_at),
             cmocka_unit_test(a_mailbox_tells_how_much_and_how_old),
             cmocka_unit_test(ties_are_counted), cmocka_unit_test(a_stack_tells_its_peak),
             cmocka_unit_test(a_stackless_actor_can_be_looked_at),
             cmocka_unit_test(the_loop_can_be_counted),
             cmocka_unit_test(times_are_kept_from_the_beginning),
             cmocka_unit_test(times_are_kept_when_asked_for),
             cmocka_unit_test(times_are_kept_with_a_trace_too))
