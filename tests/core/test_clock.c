/*
 * Clocks that jump: the wall clock, when somebody sets it, and the one that only goes forward,
 * which may do otherwise all the same when a machine is moved to another host.  The linker sends
 * the library's readings here first.
 */

#include "traced.h"

#include <time.h>

#include <troupe.h>

#include "sound.h"

int __real_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now);

static clockid_t jumping; /* the clock that jumps, */
static int64_t jump_ns;   /* and how far it has jumped */

int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
    int rc = __real_clock_gettime(clock, now);
    if (clock == jumping && jump_ns != 0) {
        int64_t ns = now->tv_sec * TROUPE_S(1) + now->tv_nsec + jump_ns;
        now->tv_sec = ns / TROUPE_S(1);
        now->tv_nsec = ns % TROUPE_S(1);
    }
    return rc;
}

/* Who woke in which order: s, short, and l, long, and j, who lets the clock jump. */
static char order[8];
static size_t woken;

static int sleep_short(void *arg)
{
    (void)arg;
    int rc = troupe_sleep(TROUPE_MS(10));
    order[woken++] = 's';
    return rc;
}

static int sleep_long(void *arg)
{
    (void)arg;
    int rc = troupe_sleep(TROUPE_MS(40));
    order[woken++] = 'l';
    return rc;
}

static int jump(void *arg)
{
    int rc = troupe_sleep(TROUPE_MS(5));
    jump_ns = *(int64_t *)arg;
    order[woken++] = 'j';
    return rc;
}

static int jump_amid_sleepers(void *arg)
{
    troupe_pid jumper;
    int rc = troupe_spawn(jump, arg, &jumper);
    if (rc == 0)
        rc = troupe_gather((troupe_fn[]){sleep_short, sleep_long}, 2, NULL);
    if (rc == 0)
        rc = troupe_join(jumper, NULL, TROUPE_FOREVER);
    return rc == 0 ? troupe_gather((troupe_fn[]){sleep_short, sleep_long}, 2, NULL) : rc;
}

/* Whatever the clock does: all wake in the order of their deadlines, and the trace is whole. */
static void run_with(clockid_t clock, int64_t ns)
{
    woken = 0;
    jumping = clock;
    jump_ns = 0;
    int rc = troupe_run(jump_amid_sleepers, &ns);
    jump_ns = 0;
    assert_int_equal(rc, 0);
    assert_memory_equal(order, "jslsl", sizeof "jslsl" - 1);
    assert_false(check_sound(path));
    struct trace_model *model = load();
    assert_int_equal(model->lane_count, 6);
    for (uint32_t i = 0; i < model->span_count; i++)
        assert_true(model->spans[i].start_ns <= model->spans[i].end_ns);
    trace_model_destroy(model);
}

static void what_the_wall_clock_does_is_nobodys_business(void **state)
{
    (void)state;
    run_with(CLOCK_REALTIME, -TROUPE_S(3600));
    run_with(CLOCK_REALTIME, TROUPE_S(3600));
}

static void a_clock_that_goes_back_delays_and_does_no_harm(void **state)
{
    (void)state;
    run_with(CLOCK_MONOTONIC, -TROUPE_MS(150));
}

HARNESS_MAIN(TRACED(what_the_wall_clock_does_is_nobodys_business),
             TRACED(a_clock_that_goes_back_delays_and_does_no_harm))
