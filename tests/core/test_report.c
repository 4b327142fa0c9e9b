/*
 * What the runtime says of its own accord, or when it is asked for all of it: dumps and reports.
 * The texts are part of the product.
 */

#include "running.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

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
    replace(text, __FILE__ ":", ",; \n", "test_report.c");
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

static int sleep_for_ever(void *arg)
{
    (void)arg;
    return troupe_sleep(TROUPE_FOREVER);
}

static int join_sleeper(void *arg)
{
    return troupe_join(*(troupe_pid *)arg, NULL, TROUPE_FOREVER);
}

static int on_message(troupe_msg *msg, void *state)
{
    (void)state;
    troupe_msg_free(&msg);
    return TROUPE_STOP;
}

static int never_runs(void *arg)
{
    (void)arg;
    return 0;
}

static FILE *dump_file;

static int dump_the_loop(void *arg)
{
    troupe_pid pids[4];
    (void)arg;
    assert_int_equal(troupe_spawn(sleep_for_ever, NULL, &pids[0]), 0);
    assert_int_equal(troupe_spawn(join_sleeper, &pids[0], &pids[1]), 0);
    assert_int_equal(troupe_spawn_handler(on_message, NULL, NULL, "h", &pids[2]), 0);
    settle();
    assert_int_equal(troupe_send(pids[0], 1, NULL, 0), 0);
    assert_int_equal(troupe_spawn(never_runs, NULL, &pids[3]), 0);
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
    run(dump_the_loop);
    char *text = read_back(dump_file);
    text = forget_numbers(text);
    assert_string_equal(
        text,
        "troupe: 5 actors: 1 ready, 3 waiting; 5 spawned so far; 0 timers, 1 message, 3 stacks\n"
        "  main <0.0.1> is running; stack\n"
        "  sleep_for_ever <0.1.1> sleeps for ever, at test_report.c, spawned at test_report.c; 1 "
        "message, the oldest; stack\n"
        "  join_sleeper <0.2.1> waits for another actor to end: sleep_for_ever <0.1.1>, at "
        "test_report.c, spawned at test_report.c; stack\n"
        "  h <0.3.1> waits for a message, spawned at test_report.c\n"
        "  never_runs <0.4.1> is ready to run, spawned at test_report.c\n");
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
    signal(SIGQUIT, SIG_DFL); /* what a shell starts in the background ignores it */
    char *text = run_well(sleep_through_a_signal);
    char *left = strstr(text, "; 0.");
    assert_non_null(left); /* some tenths of the sleep */
    memcpy(left, "; #.#", 5);
    assert_string_equal(
        forget_numbers(text),
        "troupe: 1 actor: 0 ready, 1 waiting; 1 spawned so far; 1 timer, 0 messages, 1 stack\n"
        "  main <0.0.1> sleeps until its deadline, at test_report.c; #.# s left; stack\n"
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
    assert_string_equal(
        forget_numbers(run_well(fail_in_three_ways)),
        "troupe: fail_alone <0.1.1>, spawned at test_report.c, failed and nobody was "
        "watching: Input/output error (-5)\n"
        "troupe: fail_alone <0.2.1>, spawned at test_report.c, failed and nobody was "
        "watching: Input/output error (-5)\n"
        "troupe: fail_to_stop <0.3.1>, spawned at test_report.c, failed and nobody "
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
        "troupe: troupe_call() at test_report.c would never end: it closes a cycle of waits\n"
        "troupe:   main <0.0.1> is running\n"
        "troupe:   call_first <0.1.1> waits for the answer to its request: main <0.0.1>, at "
        "test_report.c, spawned at test_report.c\n");
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
    assert_string_equal(
        forget_numbers(text),
        "troupe: nothing can ever run again: every actor waits, and nothing is "
        "left that could wake one\n"
        "troupe:   main <0.0.1> waits for another actor to end: sleep_for_ever "
        "<0.1.1>, at test_report.c\n"
        "troupe:   sleep_for_ever <0.1.1> sleeps for ever, at test_report.c, spawned "
        "at test_report.c\n");
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
                        "at test_report.c\n");
}

HARNESS_MAIN(cmocka_unit_test(a_dump_tells_who_waits_for_whom),
             cmocka_unit_test(a_quit_signal_is_answered_with_a_dump),
             cmocka_unit_test(a_handler_of_the_program_is_left_alone),
             cmocka_unit_test(failures_are_reported_by_name),
             cmocka_unit_test(a_cycle_is_told_from_end_to_end),
             cmocka_unit_test(a_program_that_is_stuck_says_who_waits),
             cmocka_unit_test(a_scope_left_open_is_told_with_its_owner))
