/*
 * Stacks and the switching between them.
 */

#include "harness.h"

#include <errno.h>
#include <execinfo.h>
#include <fenv.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "alloc.h"
#include "coro.h"
#include "stack_guard.h"

static struct coro home, side;
static struct stack_pool pool;
static char trail[64];
static double sum;

static void leave_trail(const char *step)
{
    size_t used = strlen(trail);
    snprintf(trail + used, sizeof trail - used, "%s", step);
}

static void start_side(void (*entry)(void *), void *arg)
{
    coro_init_thread(&home);
    stack_pool_init(&pool);
    char *end = stack_take(&pool, STACK_CLASS_DEFAULT);
    assert_non_null(end);
    coro_init(&side, end, entry, arg);
}

static void finish_side(void)
{
    stack_give(&pool, side.stack_end);
    stack_pool_finish(&pool);
}

static void say_three_times(void *arg)
{
    coro_arrived(&side);
    for (int i = 0; i < 3; i++) {
        leave_trail(arg);
        coro_switch(&side, &home);
    }
    coro_leave(&home);
}

static void control_goes_to_and_fro(void **state)
{
    (void)state;
    start_side(say_three_times, (void *)"b");
    for (int i = 0; i < 3; i++) {
        leave_trail("a");
        coro_switch(&home, &side);
    }
    coro_switch(&home, &side); /* lets it leave */
    assert_string_equal(trail, "ababab");
    finish_side();
}

/* Enough live values for every register that a call must preserve. */
static double churn(double a, double b, double c, double d, struct coro *from, struct coro *to)
{
    long i = (long)a * 3, j = (long)b * 5, k = (long)c * 7, l = (long)d * 11, m = i ^ k;
    coro_switch(from, to);
    return a + b + c + d + (double)(i + j + k + l + m);
}

static void churn_on_side(void *arg)
{
    (void)arg;
    coro_arrived(&side);
    sum = churn(10, 20, 30, 40, &side, &home);
    coro_leave(&home);
}

static void registers_are_kept(void **state)
{
    (void)state;
    start_side(churn_on_side, NULL);
    double expected_home = 1 + 2 + 3 + 4 + (3 + 10 + 21 + 44 + (3 ^ 21));
    double expected_side = 100 + (30 + 100 + 210 + 440 + (30 ^ 210));
    assert_true(churn(1, 2, 3, 4, &home, &side) == expected_home);
    coro_switch(&home, &side);
    assert_true(sum == expected_side);
    finish_side();
}

static void round_upwards(void *arg)
{
    (void)arg;
    coro_arrived(&side);
    fesetround(FE_UPWARD);
    coro_switch(&side, &home);
    assert_int_equal(fegetround(), FE_UPWARD);
    coro_leave(&home);
}

static void each_has_its_own_rounding_mode(void **state)
{
    (void)state;
    start_side(round_upwards, NULL);
    coro_switch(&home, &side);
    int mode = fegetround();
    fesetround(FE_DOWNWARD);
    coro_switch(&home, &side);
    assert_int_equal(mode, FE_TONEAREST);
    finish_side();
}

static void note_alignment(void *arg)
{
    coro_arrived(&side);
    _Alignas(16) char local[16];
    *(uintptr_t *)arg = (uintptr_t)local % 16 + (uintptr_t)__builtin_frame_address(0) % 16;
    coro_leave(&home);
}

static void stacks_start_aligned(void **state)
{
    (void)state;
    uintptr_t misfit = 99;
    start_side(note_alignment, &misfit);
    coro_switch(&home, &side);
    assert_int_equal(misfit, 0);
    finish_side();
}

static int frame_count;

static void unwind(void *arg)
{
    void *frames[64];
    (void)arg;
    coro_arrived(&side);
    frame_count = backtrace(frames, 64);
    coro_leave(&home);
}

static void unwinders_stop_at_the_entry(void **state)
{
    (void)state;
    start_side(unwind, NULL);
    coro_switch(&home, &side);
    assert_in_range(frame_count, 1, 4); /* unwind(), the entry, and what the C library adds */
    finish_side();
}

static void classes_hold_what_is_asked_for(void **state)
{
    (void)state;
    const size_t asked[] = {1, 1000, 16384, 61440, 65536, 1 << 20, 64 << 20};
    stack_pool_init(&pool);
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        int class = stack_class_for(asked[i]);
        assert_true(class >= 0 && class < STACK_CLASSES);
        char *end = stack_take(&pool, class);
        assert_non_null(end);
        assert_true(stack_usable_bytes(end) >= asked[i]);
        char *low = stack_start(end) - stack_usable_bytes(end);
        *low = 1; /* the lowest usable byte is usable */
        stack_give(&pool, end);
    }
    assert_int_equal(stack_class_for((64 << 20) + 1), -EINVAL);
    assert_int_equal(stack_class_for(SIZE_MAX), -EINVAL);
    stack_pool_finish(&pool);
}

/* Writes just below the lowest usable byte, in a child; the signal that it dies of. */
static int touch_guard(void)
{
    stack_pool_init(&pool);
    char *end = stack_take(&pool, STACK_CLASS_DEFAULT);
    char *low = stack_start(end) - stack_usable_bytes(end);
    pid_t child = fork();
    if (child == 0) {
        signal(SIGSEGV, SIG_DFL);
        setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
        *(volatile char *)(low - 1) = 1;
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    stack_give(&pool, end);
    stack_pool_finish(&pool);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void guards_stop_an_overflow(void **state)
{
    (void)state;
    assert_int_equal(touch_guard(), SIGSEGV);
    stack_guard_avoid_madvise();
    assert_int_equal(touch_guard(), SIGSEGV);
    assert_string_equal(stack_guard_kind(), "mprotect");
}

static void pools_survive_a_lack_of_memory(void **state)
{
    (void)state;
    stack_pool_init(&pool);
    long n;
    for (n = 0;; n++) {
        alloc_fail_after(n, 0);
        char *end = stack_take(&pool, STACK_CLASS_DEFAULT);
        if (end != NULL) {
            stack_give(&pool, end);
            break;
        }
        assert_true(alloc_has_failed());
    }
    assert_int_equal(n, 3); /* the free list, the chunk, the mapping */
    alloc_fail_after(-1, 0);
    stack_pool_finish(&pool);
}

HARNESS_MAIN(cmocka_unit_test(control_goes_to_and_fro), cmocka_unit_test(registers_are_kept),
             cmocka_unit_test(each_has_its_own_rounding_mode),
             cmocka_unit_test(stacks_start_aligned),
             cmocka_unit_test(unwinders_stop_at_the_entry),
             cmocka_unit_test(classes_hold_what_is_asked_for),
             cmocka_unit_test(guards_stop_an_overflow),
             cmocka_unit_test(pools_survive_a_lack_of_memory))
