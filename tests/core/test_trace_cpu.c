/*
 * CPU time beside wall time: a run says how long of it the thread was on a processor.
 *
 * Nothing here depends on how busy the machine is: a thread that sleeps in the kernel uses next to
 * no CPU time however long it takes, and one that computes is measured against its own CPU clock.
 */

#include "traced.h"

#include <string.h>
#include <time.h>

#include <troupe.h>

#include "trace_record.h"

static int64_t cpu_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* On a processor for at least so long. */
static void burn(int64_t ns)
{
    int64_t end_ns = cpu_now_ns() + ns;
    while (cpu_now_ns() < end_ns)
        ;
}

static int block(void *arg)
{
    (void)arg;
    usleep(50000); /* blocks the thread, not just the actor */
    return 0;
}

static int compute(void *arg)
{
    (void)arg;
    burn(20000000);
    return 0;
}

static int yield_briefly(void *arg)
{
    (void)arg;
    for (int i = 0; i < 1000; i++)
        if (troupe_yield() < 0)
            return -1;
    return 0;
}

static int compute_and_block(void *arg)
{
    (void)arg;
    return troupe_gather((troupe_fn[]){compute, block, yield_briefly, compute}, 4, NULL);
}

/* The only run of an actor. */
static const struct trace_span *run_of(const struct trace_model *model, const char *name)
{
    for (uint32_t i = 0; i < model->switch_count; i++) {
        const struct trace_span *run = &model->spans[model->switches[i]];
        if (strcmp(trace_text(model, model->lanes[run->lane].name), name) == 0)
            return run;
    }
    fail_msg("%s never ran", name);
    return NULL;
}

static void assert_cpu_between(const struct trace_model *model, const struct trace_span *run,
                               int64_t least_ns, int64_t most_ns)
{
    int64_t cpu_ns = trace_wait_of(model, run)->cpu_ns;
    assert_true(cpu_ns != TRACE_NEVER);
    assert_true(cpu_ns >= least_ns);
    assert_true(cpu_ns <= most_ns);
    assert_true(cpu_ns <= run->end_ns - run->start_ns);
}

static void a_run_tells_its_time_on_a_processor(void **state)
{
    (void)state;
    int64_t before_ns = cpu_now_ns();
    assert_int_equal(troupe_run(compute_and_block, NULL), 0);
    int64_t spent_ns = cpu_now_ns() - before_ns;
    struct trace_model *model = load();
    assert_cpu_between(model, run_of(model, "compute#1"), 20000000 - TRACE_CPU_NS, spent_ns);
    assert_cpu_between(model, run_of(model, "compute#2"), 20000000 - TRACE_CPU_NS, spent_ns);
    const struct trace_span *blocked = run_of(model, "block#1");
    assert_cpu_between(model, blocked, 0, spent_ns - 40000000);
    assert_true(blocked->end_ns - blocked->start_ns >= 50000000);
    trace_model_destroy(model);
}

static void short_runs_do_not_tell(void **state)
{
    (void)state;
    assert_int_equal(troupe_run(compute_and_block, NULL), 0);
    struct trace_model *model = load();
    uint32_t told = 0;
    for (uint32_t i = 0; i < model->switch_count; i++) {
        const struct trace_span *run = &model->spans[model->switches[i]];
        bool tells = trace_wait_of(model, run)->cpu_ns != TRACE_NEVER;
        assert_true(!tells || run->end_ns - run->start_ns >= TRACE_CPU_NS);
        told += tells;
    }
    assert_true(told >= 3);
    assert_true(told < model->switch_count / 2);
    trace_model_destroy(model);
}

static int offload_both(void *arg)
{
    (void)arg;
    int status = troupe_offload(compute, NULL, NULL, TROUPE_FOREVER);
    return status < 0 ? status : troupe_offload(block, NULL, NULL, TROUPE_FOREVER);
}

static void a_job_tells_its_time_on_a_processor(void **state)
{
    (void)state;
    assert_int_equal(troupe_run(offload_both, NULL), 0);
    struct trace_model *model = load();
    assert_int_equal(model->job_count, 2);
    const struct trace_job *computes = &model->jobs[0], *blocks = &model->jobs[1];
    assert_true(computes->cpu_ns >= 20000000 - TRACE_CPU_NS);
    assert_true(computes->cpu_ns <= computes->end_ns - computes->start_ns);
    assert_true(blocks->cpu_ns <= blocks->end_ns - blocks->start_ns - 20000000);
    trace_model_destroy(model);
}

HARNESS_MAIN(TRACED(a_run_tells_its_time_on_a_processor), TRACED(short_runs_do_not_tell),
             TRACED(a_job_tells_its_time_on_a_processor))
