/*
 * A step that holds its loop is told of while it does, on whichever loop, in whichever process, of
 * whichever kind of actor; and nothing else is.
 */

#include "running.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sanitizers.h"

/* Steps that take this long are too long here; and what is surely longer. */
#define LIMIT "20ms"
#define LIMIT_NS TROUPE_MS(20)
#define LONG_NS (20 * LIMIT_NS)

/* Nobody watches under Valgrind, where all is slow, or under ThreadSanitizer, for which a look at a
 * thread that stands still is a race. */
static void need_a_watch(void)
{
    if (RUNNING_ON_VALGRIND || CORO_TSAN)
        harness_skip("nobody watches under Valgrind and ThreadSanitizer");
}

static int64_t cpu_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return TROUPE_S((int64_t)now.tv_sec) + now.tv_nsec;
}

static bool somebody_told(void)
{
    struct stat stat;
    return fstat(STDERR_FILENO, &stat) == 0 && stat.st_size > 0;
}

/* Holds the loop until that is told. */
static int hold(void *arg)
{
    (void)arg;
    while (!somebody_told())
        continue;
    return 0;
}

static int compute(int64_t ns)
{
    int64_t until_ns = cpu_ns() + ns;
    while (cpu_ns() < until_ns)
        continue;
    return 0;
}

/* What is told in a run of `fn` with this limit. */
static const char *told_with(const char *limit, const troupe_options *options, troupe_fn fn)
{
    setenv("TROUPE_STALL", limit, true);
    told_begin();
    int rc = troupe_run_on(options, fn, NULL);
    const char *told = told_end();
    assert_int_equal(rc, 0);
    return told;
}

static int spawn_and_join(const troupe_spec *spec)
{
    troupe_pid pid;
    int status = -1;
    assert_int_equal(troupe_spawn_spec(spec, &pid), 0);
    assert_int_equal(troupe_join(pid, &status, TROUPE_FOREVER), 0);
    return status;
}

static int hold_far_away(void *arg)
{
    (void)arg;
    return spawn_and_join(&(troupe_spec){.fn = hold, .name = "miser", .place = TROUPE_ON(1)});
}

static void each_loop_is_watched(void **state)
{
    (void)state;
    need_a_watch();
    const char *told = told_with(LIMIT, &(troupe_options){.loops = 3}, hold_far_away);
    assert_non_null(strstr(told, "troupe: miser <1."));
    assert_non_null(strstr(told, ", has held its loop for 20 ms and still does, computing; "));
    assert_non_null(strstr(told, "\ntroupe:   in hold, at "));
    assert_non_null(strstr(told, "test_stall.c:"));
    assert_int_equal(times_in(told, "has held"), 1);
}

static int hold_in_a_process(void *arg)
{
    (void)arg;
    return spawn_and_join(&(troupe_spec){.fn = hold, .name = "recluse", .place = TROUPE_PROCESS});
}

static void each_process_is_watched(void **state)
{
    (void)state;
    need_a_watch();
    const char *told = told_with(LIMIT, &(troupe_options){.loops = 0}, hold_in_a_process);
    assert_non_null(strstr(told, "troupe: recluse <64."));
    assert_non_null(strstr(told, "\ntroupe:   in hold, at "));
    assert_int_equal(times_in(told, "has held"), 1);
}

static int hold_at_message(troupe_msg *msg, void *context)
{
    (void)context;
    troupe_msg_free(&msg);
    hold(NULL);
    return TROUPE_STOP;
}

static int hold_stackless(void *arg)
{
    (void)arg;
    troupe_pid pid;
    assert_int_equal(troupe_spawn_handler(hold_at_message, NULL, NULL, "clerk", &pid), 0);
    assert_int_equal(send_number(pid, 1, 1), 0);
    return troupe_join(pid, NULL, TROUPE_FOREVER);
}

static void stackless_actors_are_told_of(void **state)
{
    (void)state;
    need_a_watch();
    const char *told = told_with(LIMIT, &(troupe_options){.loops = 0}, hold_stackless);
    assert_non_null(strstr(told, "troupe: clerk <0."));
    assert_non_null(strstr(told, "\ntroupe:   in hold, at "));
    assert_non_null(strstr(told, "\ntroupe:   in hold_at_message, at "));
}

static int block(void *arg)
{
    struct timespec left = {0}, wanted = {.tv_nsec = LONG_NS};
    (void)arg;
    assert_int_equal(nanosleep(&wanted, &left), 0); /* no signal has ended it */
    return 0;
}

static void a_wait_in_the_system_is_told_of_and_not_cut_short(void **state)
{
    (void)state;
    need_a_watch();
    const char *told = told_with(LIMIT, &(troupe_options){.loops = 0}, block);
    assert_non_null(strstr(told, "main <0.0.1> has held its loop for 20 ms and still does, "
                                 "blocked in the system; "));
    assert_non_null(strstr(told, "\ntroupe:   in nanosleep\ntroupe:   in block, at "));
}

static int burn_in_a_row(void *arg)
{
    (void)arg;
    for (int i = 0; i < 24; i++) { /* on a busy machine the watch misses some */
        compute(3 * LIMIT_NS);
        assert_int_equal(troupe_yield(), 0);
    }
    return 0;
}

static void what_goes_on_and_on_is_told_less_and_less(void **state)
{
    (void)state;
    need_a_watch();
    const char *told = told_with(LIMIT, &(troupe_options){.loops = 0}, burn_in_a_row);
    assert_int_equal(times_in(told, "has held"), 2);
    assert_int_equal(times_in(told, "has held its loop for 20 ms, for the 10th time and"), 1);
}

static int do_nothing_wrong(void *arg)
{
    (void)arg;
    for (int i = 0; i < 20000; i++)
        assert_int_equal(troupe_yield(), 0);
    return troupe_sleep(LONG_NS);
}

static void who_sleeps_or_takes_short_turns_holds_nothing(void **state)
{
    (void)state;
    assert_string_equal(told_with(LIMIT, &(troupe_options){.loops = 2}, do_nothing_wrong), "");
}

static int take_long(void *arg)
{
    (void)arg;
    return compute(LONG_NS);
}

static void it_can_be_turned_off(void **state)
{
    (void)state;
    assert_string_equal(told_with("0", &(troupe_options){.stall = LIMIT_NS}, take_long), "");
    assert_string_equal(told_with("", &(troupe_options){.stall = -1}, take_long), "");
    assert_string_equal(told_with("10s", &(troupe_options){.stall = LIMIT_NS}, take_long), "");
    assert_string_equal(told_with(LIMIT, &(troupe_options){.virtual_time = true}, take_long), "");
}

static void the_program_can_settle_the_limit(void **state)
{
    (void)state;
    need_a_watch();
    const char *told = told_with("", &(troupe_options){.stall = TROUPE_US(15500)}, hold);
    assert_non_null(strstr(told, " for 15500 us and"));
}

static void a_limit_that_is_none_is_refused(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) {
        const char *wrong = ((const char *[]){"soon", "-1s", "5", "1e30s"})[i];
        const char *told = told_with(wrong, &(troupe_options){.loops = 0}, succeed);
        assert_int_equal(times_in(told, "troupe: TROUPE_STALL is "), 1);
        assert_non_null(
            strstr(told, "but must be a time such as 250ms or 1.5s, or 0 for never; it is"));
    }
}

static int stop(void *arg)
{
    (void)arg;
    return raise(SIGSTOP);
}

static void a_program_that_is_stopped_holds_nothing(void **state)
{
    int status;
    (void)state;
    told_begin();
    setenv("TROUPE_STALL", LIMIT, true);
    pid_t child = fork();
    if (child == 0)
        _exit(troupe_run(stop, NULL) < 0);
    assert_int_equal(waitpid(child, &status, WUNTRACED), child);
    assert_true(WIFSTOPPED(status));
    nanosleep(&(struct timespec){.tv_nsec = LONG_NS}, NULL);
    kill(child, SIGCONT);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_string_equal(told_end(), "");
    assert_int_equal(status, 0);
}

static volatile bool was_urgent;

static void on_urgent(int number)
{
    (void)number;
    was_urgent = true;
}

static int raise_urgent(void *arg)
{
    hold(arg);
    return raise(SIGURG);
}

static void the_signal_is_given_back(void **state)
{
    (void)state;
    need_a_watch();
    signal(SIGURG, on_urgent);
    const char *told = told_with(LIMIT, &(troupe_options){.loops = 0}, raise_urgent);
    assert_non_null(strstr(told, "has held"));
    assert_true(was_urgent);
}

HARNESS_MAIN(cmocka_unit_test(each_loop_is_watched), cmocka_unit_test(each_process_is_watched),
             cmocka_unit_test(stackless_actors_are_told_of),
             cmocka_unit_test(a_wait_in_the_system_is_told_of_and_not_cut_short),
             cmocka_unit_test(what_goes_on_and_on_is_told_less_and_less),
             cmocka_unit_test(who_sleeps_or_takes_short_turns_holds_nothing),
             cmocka_unit_test(it_can_be_turned_off),
             cmocka_unit_test(the_program_can_settle_the_limit),
             cmocka_unit_test(a_limit_that_is_none_is_refused),
             cmocka_unit_test(a_program_that_is_stopped_holds_nothing),
             cmocka_unit_test(the_signal_is_given_back))
