/*
 * Looking into a running program: what is told of an actor, of the loop, and the texts of the
 * reports, which are part of the product.
 */

#include "harness.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <troupe.h>

#include "alloc.h"

#define TEXT_BYTES 8192

/* Reads what was written to a file. */
static char *read_back(FILE *file)
{
    static char text[TEXT_BYTES];
    rewind(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    return text;
}

/* Replaces each `from` and what follows, up to one of `ends`, by `to`, which is no longer. */
static void replace(char *text, const char *from, const char *ends, const char *to)
{
    char *at = text;
    while ((at = strstr(at, from)) != NULL) {
        char *rest = at + strlen(from) + strcspn(at + strlen(from), ends);
        memcpy(at, to, strlen(to));
        at += strlen(to);
        memmove(at, rest, strlen(rest) + 1);
    }
}

/* Leaves out what differs from machine to machine, or with every line added to this file. */
static char *forget_numbers(char *text)
{
    replace(text, "; stack ", ";\n", "; stack");
    replace(text, ", the oldest for ", ";\n", ", the oldest");
    replace(text, " (guard: ", "\n", "");
    replace(text, __FILE__ ":", ",; \n", "test_info.c");
    return text;
}

/* Runs `fn` in a process of its own; returns what it wrote to standard error, and how it ended. */
static char *run_apart(troupe_fn fn, int *exit_status)
{
    FILE *file = tmpfile();
    int status;
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        dup2(fileno(file), STDERR_FILENO);
        _exit(troupe_run(fn, NULL) < 0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    *exit_status = WEXITSTATUS(status);
    return read_back(file);
}

/* The same for one that ends well. */
static char *run_well(troupe_fn fn)
{
    int status;
    char *text = run_apart(fn, &status);
    if (status != 0)
        print_message("%s\n", text);
    assert_int_equal(status, 0);
    return text;
}

static void settle(void)
{
    for (int i = 0; i < 5; i++)
        assert_int_equal(troupe_yield(), 0);
}

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
    assert_int_equal(troupe_run(look_at_one_that_waits, NULL), 0);
}

static int look_at_a_mailbox(void *arg)
{
    struct troupe_info info;
    troupe_pid pid;
    (void)arg;
    assert_int_equal(troupe_spawn(waits_for_7, NULL, &pid), 0);
    settle();
    for (int i = 0; i < 3; i++) {
        assert_int_equal(troupe_send(pid, 1, NULL, 0), 0);
        assert_int_equal(troupe_sleep(TROUPE_MS(4)), 0);
    }
    expect_info(pid, &info);
    assert_int_equal(info.mailbox_count, 3);
    assert_true(info.oldest_age >= TROUPE_MS(11)); /* three sleeps, but for the resolution */
    return troupe_send(pid, 7, NULL, 0);
}

static void a_mailbox_tells_how_much_and_how_old(void **state)
{
    (void)state;
    assert_int_equal(troupe_run(look_at_a_mailbox, NULL), 0);
}

static int join_it(void *arg)
{
    return troupe_join(*(troupe_pid *)arg, NULL, TROUPE_FOREVER);
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
    assert_int_equal(troupe_run(look_at_ties, NULL), 0);
}

static size_t used_at_depth;

static int deep_down(void *arg)
{
    volatile char memory[20000];
    struct troupe_info info;
    (void)arg;
    memset((char *)memory, 1, sizeof memory);
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
    assert_int_equal(troupe_run(look_at_stacks, NULL), 0);
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
    assert_int_equal(troupe_run(look_at_a_stackless_one, NULL), 0);
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
    assert_int_equal(troupe_run(count_everything, NULL), 0);
}

static int sleep_for_ever(void *arg)
{
    (void)arg;
    return troupe_sleep(TROUPE_FOREVER);
}

static FILE *dump_file;

static int dump_the_loop(void *arg)
{
    troupe_pid pids[4];
    (void)arg;
    assert_int_equal(troupe_spawn(sleep_for_ever, NULL, &pids[0]), 0);
    assert_int_equal(troupe_spawn(join_it, &pids[0], &pids[1]), 0);
    assert_int_equal(troupe_spawn_handler(on_message, NULL, NULL, "h", &pids[2]), 0);
    settle();
    assert_int_equal(troupe_send(pids[0], 1, NULL, 0), 0);
    assert_int_equal(troupe_spawn(waits_for_7, NULL, &pids[3]), 0);
    alloc_fail_after(0, 1);
    troupe_dump(dump_file); /* with no memory left */
    alloc_fail_after(-1, 0);
    for (int i = 0; i < 4; i++)
        assert_int_equal(troupe_cancel(pids[i], "done"), 0);
    return 0;
}

static void a_dump_tells_who_waits_for_whom(void **state)
{
    (void)state;
    dump_file = tmpfile();
    assert_int_equal(troupe_run(dump_the_loop, NULL), 0);
    char *text = read_back(dump_file);
    text = forget_numbers(text);
    assert_string_equal(
        text,
        "troupe: 5 actors: 1 ready, 3 waiting; 5 spawned so far; 0 timers, 1 message, 3 stacks\n"
        "  main <0.0.1> is running; stack\n"
        "  sleep_for_ever <0.1.1> sleeps for ever, at test_info.c, spawned at test_info.c; 1 "
        "message, the oldest; stack\n"
        "  join_it <0.2.1> waits for another actor to end: sleep_for_ever <0.1.1>, at "
        "test_info.c, spawned at test_info.c; stack\n"
        "  h <0.3.1> waits for a message, spawned at test_info.c\n"
        "  waits_for_7 <0.4.1> is ready to run, spawned at test_info.c\n");
}

static int sleep_through_a_signal(void *arg)
{
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGQUIT};
    struct itimerspec soon = {.it_value = {.tv_nsec = 5000000}};
    timer_t timer;
    (void)arg;
    assert_int_equal(timer_create(CLOCK_MONOTONIC, &event, &timer), 0);
    assert_int_equal(timer_settime(timer, 0, &soon, NULL), 0);
    int rc = troupe_sleep(TROUPE_MS(300)); /* the signal comes while the loop waits, */
    assert_int_equal(raise(SIGQUIT), 0);   /* and while an actor runs */
    for (int i = 0; i < 1000 && rc == 0; i++)
        rc = troupe_yield(); /* until the loop looks up */
    return rc;
}

static void a_quit_signal_is_answered_with_a_dump(void **state)
{
    (void)state;
    char *text = run_well(sleep_through_a_signal);
    char *left = strstr(text, "; 0.");
    assert_non_null(left); /* some tenths of the sleep */
    memcpy(left, "; #.#", 5);
    assert_string_equal(
        forget_numbers(text),
        "troupe: 1 actor: 0 ready, 1 waiting; 1 spawned so far; 1 timer, 0 messages, 1 stack\n"
        "  main <0.0.1> sleeps until its deadline, at test_info.c; #.# s left; stack\n"
        "troupe: 1 actor: 1 ready, 0 waiting; 1 spawned so far; 0 timers, 0 messages, 1 stack\n"
        "  main <0.0.1> is ready to run; stack\n");
}

static void keep_quiet(int number)
{
    (void)number;
}

static void a_handler_of_the_program_is_left_alone(void **state)
{
    (void)state;
    signal(SIGQUIT, keep_quiet);
    assert_string_equal(run_well(sleep_through_a_signal), "");
}

static int fail_alone(void *arg)
{
    (void)arg;
    return -EIO;
}

static int fail_to_stop(troupe_msg *msg, void *state)
{
    (void)state;
    troupe_msg_free(&msg);
    return -ENOENT;
}

static int fail_in_three_ways(void *arg)
{
    troupe_pid pid, kept;
    (void)arg;
    assert_int_equal(troupe_spawn(fail_alone, NULL, NULL), 0);
    assert_int_equal(troupe_spawn(fail_alone, NULL, &kept), 0); /* and never joined */
    assert_int_equal(troupe_spawn_handler(fail_to_stop, NULL, NULL, NULL, &pid), 0);
    assert_int_equal(troupe_send(pid, 1, NULL, 0), 0);
    settle();
    return 0;
}

static void failures_are_reported_by_name(void **state)
{
    (void)state;
    assert_string_equal(forget_numbers(run_well(fail_in_three_ways)),
                        "troupe: fail_alone <0.1.1>, spawned at test_info.c, failed and nobody was "
                        "watching: Input/output error (-5)\n"
                        "troupe: fail_alone <0.2.1>, spawned at test_info.c, failed and nobody was "
                        "watching: Input/output error (-5)\n"
                        "troupe: fail_to_stop <0.3.1>, spawned at test_info.c, failed and nobody "
                        "was watching: No such file or directory (-2)\n");
}

static troupe_pid first_pid;

static int call_first(void *arg)
{
    troupe_msg *answer;
    (void)arg;
    return troupe_call(first_pid, 1, NULL, 0, &answer, TROUPE_FOREVER);
}

static int call_each_other(void *arg)
{
    troupe_pid pid;
    troupe_msg *answer;
    (void)arg;
    first_pid = troupe_self();
    assert_int_equal(troupe_spawn(call_first, NULL, &pid), 0);
    settle();
    assert_int_equal(troupe_call(pid, 1, NULL, 0, &answer, TROUPE_FOREVER), -EDEADLK);
    return troupe_cancel(pid, "");
}

static void a_cycle_is_told_from_end_to_end(void **state)
{
    (void)state;
    assert_string_equal(
        forget_numbers(run_well(call_each_other)),
        "troupe: troupe_call() at test_info.c would never end: it closes a cycle of waits\n"
        "troupe:   main <0.0.1> is running\n"
        "troupe:   call_first <0.1.1> waits for the answer to its request: main <0.0.1>, at "
        "test_info.c, spawned at test_info.c\n");
}

static int wait_for_nothing(void *arg)
{
    troupe_pid pid;
    (void)arg;
    assert_int_equal(troupe_spawn(sleep_for_ever, NULL, &pid), 0);
    return troupe_join(pid, NULL, TROUPE_FOREVER);
}

static void a_program_that_is_stuck_says_who_waits(void **state)
{
    int status;
    (void)state;
    char *text = run_apart(wait_for_nothing, &status);
    assert_int_equal(status, 3);
    assert_string_equal(forget_numbers(text),
                        "troupe: nothing can ever run again: every actor waits, and nothing is "
                        "left that could wake one\n"
                        "troupe:   main <0.0.1> waits for another actor to end: sleep_for_ever "
                        "<0.1.1>, at test_info.c\n"
                        "troupe:   sleep_for_ever <0.1.1> sleeps for ever, at test_info.c, spawned "
                        "at test_info.c\n");
}

static int leave_a_scope_open(void *arg)
{
    static troupe_scope scope;
    (void)arg;
    return troupe_scope_open(&scope, TROUPE_FOREVER);
}

static int spawn_one_that_forgets(void *arg)
{
    (void)arg;
    return troupe_spawn(leave_a_scope_open, NULL, NULL);
}

static void a_scope_left_open_is_told_with_its_owner(void **state)
{
    (void)state;
    assert_string_equal(forget_numbers(run_well(spawn_one_that_forgets)),
                        "troupe: leave_a_scope_open <0.1.1> never joined the scope that it opened "
                        "at test_info.c\n");
}

HARNESS_MAIN(cmocka_unit_test(an_actor_can_be_looked_at),
             cmocka_unit_test(a_mailbox_tells_how_much_and_how_old),
             cmocka_unit_test(ties_are_counted), cmocka_unit_test(a_stack_tells_its_peak),
             cmocka_unit_test(a_stackless_actor_can_be_looked_at),
             cmocka_unit_test(the_loop_can_be_counted),
             cmocka_unit_test(a_dump_tells_who_waits_for_whom),
             cmocka_unit_test(a_quit_signal_is_answered_with_a_dump),
             cmocka_unit_test(a_handler_of_the_program_is_left_alone),
             cmocka_unit_test(failures_are_reported_by_name),
             cmocka_unit_test(a_cycle_is_told_from_end_to_end),
             cmocka_unit_test(a_program_that_is_stuck_says_who_waits),
             cmocka_unit_test(a_scope_left_open_is_told_with_its_owner))
