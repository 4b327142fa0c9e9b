/*
 * A stack that is used up is told of with its actor, its place and its function, whichever loop it
 * is on; other faults are left as they are.
 */

#include "running.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sanitizers.h"

/* Runs `fn` as the main actor of a program of its own with two loops, which must end by SIGSEGV,
 * and returns what it has told by then. */
static const char *told_by_fault(troupe_fn fn)
{
    int status;
    told_begin();
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        signal(SIGSEGV, SIG_DFL); /* not that of the tests */
        setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
        _exit(troupe_run_on(&(troupe_options){.loops = 2}, fn, NULL) < 0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    const char *told = told_end();
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGSEGV);
    return told;
}

static int call_itself(int depth)
{
    volatile char note[256];
    note[0] = (char)depth;
    return depth == 0 ? 0 : call_itself(depth - 1) + note[0];
}

static int fall(void *arg)
{
    return call_itself((int)(intptr_t)arg) < 0;
}

/* One that has stack enough, and then the same without. */
static int fall_far_away(void *arg)
{
    int status;
    troupe_pid pid;
    intptr_t depth = 2000;
    (void)arg;
    troupe_spec spec = {
        .fn = fall, .arg = (void *)depth, .place = TROUPE_ON(1), .stack_bytes = 4 << 20};
    assert_int_equal(troupe_spawn_spec(&spec, &pid), 0);
    assert_int_equal(troupe_join(pid, &status, TROUPE_FOREVER), 0);
    spec.stack_bytes = 16 << 10;
    spec.name = "diver";
    assert_int_equal(troupe_spawn_spec(&spec, &pid), 0);
    return troupe_join(pid, &status, TROUPE_FOREVER);
}

static void an_overflow_is_told(void **state)
{
    (void)state;
    const char *told = told_by_fault(fall_far_away);
    assert_non_null(strstr(told, "troupe: stack overflow: diver <1."));
    assert_non_null(strstr(told, "test_overflow.c:"));
    assert_non_null(strstr(told, " has used up its stack of 28 KiB in call_itself; "));
    assert_int_equal(times_in(told, "troupe: "), 1);
}

/* Who asks for memory waits for ever: as if the fault had happened in the middle of that. */
static volatile bool is_stuck;

void *__real_calloc(size_t count, size_t bytes);
void *__wrap_calloc(size_t count, size_t bytes);
void *__wrap_calloc(size_t count, size_t bytes)
{
    while (is_stuck)
        pause();
    return __real_calloc(count, bytes);
}

static int fall_stuck(void *arg)
{
    (void)arg;
    is_stuck = true;
    return call_itself(10000) < 0;
}

static void it_is_told_without_memory_for_names(void **state)
{
    (void)state;
    const char *told = told_by_fault(fall_stuck);
    assert_non_null(
        strstr(told, "troupe: stack overflow: <0.0.1> has used up its stack of 60 KiB; "));
    assert_int_equal(times_in(told, "troupe: "), 1);
}

static int *nowhere;

static int write_nowhere(void *arg)
{
    (void)arg;
    *(volatile int *)nowhere = 1;
    return 0;
}

static void another_fault_is_none(void **state)
{
    (void)state;
    assert_string_equal(told_by_fault(write_nowhere), "");
}

static void on_own_fault(int number)
{
    (void)number;
}

static void handlers_are_put_back(void **state)
{
    struct sigaction action;
    (void)state;
    signal(SIGSEGV, on_own_fault);
    run(succeed);
    assert_int_equal(sigaction(SIGSEGV, NULL, &action), 0);
    assert_ptr_equal(action.sa_handler, on_own_fault);
    signal(SIGSEGV, SIG_DFL);
    run(succeed);
    assert_int_equal(sigaction(SIGSEGV, NULL, &action), 0);
    assert_ptr_equal(action.sa_handler, SIG_DFL);
}

/* Under these the fault is theirs. */
static bool is_watched_by_others(void)
{
    return CORO_ASAN || CORO_TSAN || RUNNING_ON_VALGRIND;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest cases[] = {
        cmocka_unit_test(handlers_are_put_back),
        cmocka_unit_test(an_overflow_is_told),
        cmocka_unit_test(it_is_told_without_memory_for_names),
        cmocka_unit_test(another_fault_is_none),
    };
    size_t count = sizeof cases / sizeof cases[0];
    return harness_run(cases, is_watched_by_others() ? 1 : count, argc, argv);
}
