/* The seven numbers, each against lives that are easy to add up by hand. */

#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "sample.h"
#include "trace_format.h"
#include "trace_stacks.h"
#include "trace_stats.h"
#include "trace_words.h"

static struct trace_score score_of(const char *text)
{
    struct trace_model *model = sample_load(text);
    struct trace_score score;
    trace_stats_total(model, &score);
    trace_model_destroy(model);
    return score;
}

static void the_three_counts_are_concurrent_not_parallel(void **state)
{
    struct trace_model *model = sample_load_file("three_counts.json");
    struct trace_score score;
    char text[256];
    (void)state;
    trace_stats_total(model, &score);
    assert_int_equal(score.wall_ns, 1000163660 - 1500);
    /* main without its join (18.5 + 0.4 + 3.6 + 0.01 us), and the three lives. */
    int64_t lives_ns = 1000120210 - 20500;
    lives_ns += 1000139360 - 42100;
    lives_ns += 1000159010 - 64400;
    assert_int_equal(score.sum_ns, 22510 + lives_ns);
    assert_int_equal(score.busy_ns, 18500 + 21000 + 21700 + 22400 + 18000 + 18500 + 19000 + 3600);
    assert_int_equal(score.longest_hold_ns, 22400);
    assert_int_equal(model->spans[score.longest_hold].start_ns, 64400);
    assert_int_equal(score.peak_running, 1);
    assert_int_equal(score.peak_in_progress, 3);
    assert_int_equal(score.switches, 8);
    assert_int_equal(score.threads, 1);
    assert_int_equal(score.processes, 1);
    assert_string_equal(trace_ratio_text(trace_score_concurrency(&score), text, 16), "3.00");
    assert_string_equal(trace_ratio_text(trace_score_parallelism(&score), text, 16), "0.0001");
    assert_string_equal(
        trace_stats_sentence(&score, model->loop_count, text, sizeof text),
        "Three in progress, one running at a time on one loop: concurrent, not parallel.");
    trace_model_destroy(model);
}

/* Parent 1 joins its child 2 from 2 to 8 us; 2 lives from 3 to 7 us. */
#define FAMILY(on)                                                                         \
    TRACE_HEAD ACTOR("1", "main", "0", "1.000") ACTOR("2", "kid", "1", "1.500")            \
        RUN("1", "1.000", "0.999", "1", "join") STATE("1", "join", "2.000", "5.999", on)   \
            RUN("1", "8.000", "1.999", "2", "exit") LIFE_END("1", "main", "10.000", "0")   \
                RUN("2", "3.000", "3.999", "1", "exit") LIFE_END("2", "kid", "7.000", "0") \
                    TRACE_TAIL

static void joining_own_children_does_not_count(void **state)
{
    struct trace_score named = score_of(FAMILY("\"on\":2"));
    struct trace_score all = score_of(FAMILY(""));
    (void)state;
    assert_int_equal(named.wall_ns, 9000);
    assert_int_equal(named.sum_ns, 1000 + 2000 + 4000);
    assert_int_equal(all.sum_ns, named.sum_ns);
    assert_int_equal(named.peak_in_progress, 1);
}

static void joining_somebody_else_counts(void **state)
{
    struct trace_score score = score_of(
        TRACE_HEAD ACTOR("1", "a", "0", "1.000") ACTOR("2", "b", "0", "1.000")
            RUN("1", "1.000", "0.999", "1", "join") STATE("1", "join", "2.000", "5.999", "\"on\":2")
                LIFE_END("1", "a", "8.000", "0") TRACE_TAIL);
    (void)state;
    assert_int_equal(score.sum_ns, 7000);
}

static void runs_that_touch_are_not_parallel(void **state)
{
    struct trace_score score =
        score_of(TRACE_HEAD RUN_ON("0", "1", "1.000", "0.999", "1", "yield")
                     RUN_ON("1", "2", "2.000", "0.999", "1", "yield") TRACE_TAIL);
    (void)state;
    assert_int_equal(score.peak_running, 1);
    assert_int_equal(score.threads, 2);
}

static void runs_that_overlap_by_a_nanosecond_are_parallel(void **state)
{
    struct trace_score score =
        score_of(TRACE_HEAD RUN_ON("0", "1", "1.000", "1.000", "1", "yield")
                     RUN_ON("1", "2", "2.000", "0.999", "1", "yield") TRACE_TAIL);
    (void)state;
    assert_int_equal(score.peak_running, 2);
}

static void what_is_open_counts_to_the_end(void **state)
{
    struct trace_score score = score_of(
        TRACE_HEAD ACTOR("1", "a", "0", "1.000") RUN("1", "2.000", "0.999", "1", "sleep")
            STATE_BEGIN("1", "sleep", "3.000", "") ACTOR("2", "b", "0", "1.000")
                STATE_BEGIN("2", "run", "5.000", "\"loop\":0") READY("3", "6.000", "3.999"));
    (void)state;
    assert_int_equal(score.wall_ns, 10000 - 2000);
    assert_int_equal(score.sum_ns, 8000 + 5000);
    assert_int_equal(score.busy_ns, 1000 + 5000);
    assert_int_equal(score.ready_ns, 4000);
}

/* A run of 4 us that was on a processor for 1, one that does not tell, and one that claims more
 * than it took; and a job. */
static void busy_is_what_was_on_a_processor(void **state)
{
    struct trace_score score = score_of(
        TRACE_HEAD STATE("1", "run", "1.000", "3.999",
                         "\"loop\":0,\"resume\":1,\"suspend\":\"yield\",\"cpu\":1.000")
            RUN("1", "5.000", "1.999", "2", "yield")
                STATE_BEGIN("1", "run", "7.000", "\"loop\":0,\"resume\":3") STATE_END_ARGS(
                    "1", "run", "7.999", "\"loop\":0,\"suspend\":\"exit\",\"cpu\":90.000")
                    JOB_FOR("4712", "2.000", "9.999", "\"actor\":1,\"cpu\":0.500") TRACE_TAIL);
    (void)state;
    assert_int_equal(score.busy_ns, 1000 + 2000 + 1000 + 500);
    assert_int_equal(score.off_cpu_ns, 3000 + 9500);
    assert_int_equal(score.longest_hold_ns, 4000);
}

static void an_actor_that_never_ran_is_not_in_progress(void **state)
{
    struct trace_score score =
        score_of(TRACE_HEAD ACTOR("1", "a", "0", "1.000") READY("1", "1.000", "8.999") TRACE_TAIL);
    char text[64];
    (void)state;
    assert_int_equal(score.wall_ns, 0);
    assert_int_equal(score.sum_ns, 0);
    assert_int_equal(score.longest_hold, TRACE_NONE);
    assert_true(trace_score_concurrency(&score) == 0 && trace_score_parallelism(&score) == 0);
    assert_string_equal(trace_stats_sentence(&score, 0, text, sizeof text), "Nothing ran.");
}

static void sums_stop_at_the_largest_number(void **state)
{
    struct sample_text text = {0};
    (void)state;
    sample_add(&text, "%s", TRACE_HEAD);
    for (int id = 1; id <= 9; id++)
        sample_add(&text,
                   ",\n{\"ph\":\"X\",\"ts\":1999999999999999.000,\"dur\":1999999999999999.000,"
                   "\"pid\":1,\"tid\":%d,\"cat\":\"state\",\"name\":\"run\"}",
                   id);
    struct trace_score score = score_of(text.text);
    free(text.text);
    assert_int_equal(score.busy_ns, INT64_MAX);
    assert_int_equal(score.peak_running, 9);
}

static void one_lane_alone(void **state)
{
    struct trace_model *model = sample_load(FAMILY("\"on\":2"));
    struct trace_score score;
    (void)state;
    trace_stats_lane(model, 0, &score);
    assert_int_equal(score.wall_ns, 9000);
    assert_int_equal(score.sum_ns, 3000);
    assert_int_equal(score.busy_ns, 3000);
    assert_int_equal(score.longest_hold_ns, 2000);
    assert_int_equal(score.switches, 2);
    assert_int_equal(score.threads, 1);
    trace_model_destroy(model);
}

#define LOOP(pid, number)                                                                   \
    ",\n{\"ph\":\"M\",\"ts\":0.000,\"pid\":" pid ",\"tid\":" pid ",\"cat\":\"__metadata\"," \
    "\"name\":\"thread_name\",\"args\":{\"name\":\"loop " number "\"}}"

static void threads_of_two_processes(void **state)
{
    struct trace_score score =
        score_of(TRACE_HEAD LOOP("5001", "0") LOOP("5002", "1") LOOP("5003", "2")
                     RUN_ON("1", "1", "1.000", "0.999", "1", "yield")
                         RUN_ON("0", "2", "1.000", "0.999", "1", "yield") TRACE_TAIL);
    (void)state;
    assert_int_equal(score.threads, 2);
    assert_int_equal(score.processes, 2);
    assert_int_equal(score.peak_running, 2);
}

static void the_steps_of_the_load(void **state)
{
    static const struct trace_load_step expected[] = {{1000, 1, 1}, {2000, 0, 0}, {3000, 1, 1},
                                                      {7000, 0, 0}, {8000, 1, 1}, {10000, 0, 0}};
    struct trace_model *model = sample_load(FAMILY("\"on\":2"));
    struct trace_load_step *steps;
    size_t count;
    (void)state;
    assert_int_equal(trace_stats_load(model, &steps, &count), 0);
    assert_int_equal(count, 6);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(steps[i].at_ns, expected[i].at_ns);
        assert_int_equal(steps[i].in_progress, expected[i].in_progress);
        assert_int_equal(steps[i].running, expected[i].running);
    }
    free(steps);
    trace_model_destroy(model);
}

/* Runs on three loops that overlap in every way, and one that takes no time: the steps, and both
 * ways to the peaks, against counting at every instant. */
static void steps_and_peaks_agree_with_counting(void **state)
{
    struct trace_model *model = sample_load(
        TRACE_HEAD RUN("1", "1.000", "5.000", "1", "yield")
            RUN_ON("1", "2", "2.000", "9.000", "1", "exit")
                RUN_ON("2", "3", "2.000", "1.000", "1", "yield")
                    RUN_ON("2", "3", "3.000", "0.000", "2", "yield")
                        RUN_ON("2", "3", "3.000", "2.000", "3", "yield")
                            RUN("1", "6.000", "1.000", "2", "exit")
                                RUN_ON("2", "3", "7.000", "6.000", "4", "exit") TRACE_TAIL);
    struct trace_load_step *steps;
    struct trace_score total, parts;
    uint32_t most = 0;
    size_t count;
    (void)state;
    assert_int_equal(trace_stats_load(model, &steps, &count), 0);
    assert_true(count > 6);
    for (size_t i = 0; i < count; i++) {
        uint32_t running = 0;
        for (uint32_t k = 0; k < model->switch_count; k++)
            running += model->spans[model->switches[k]].start_ns <= steps[i].at_ns &&
                       model->spans[model->switches[k]].end_ns > steps[i].at_ns;
        assert_int_equal(steps[i].running, running);
        assert_true(i == 0 || steps[i].at_ns > steps[i - 1].at_ns);
        most = running > most ? running : most;
    }
    assert_int_equal(steps[count - 1].in_progress, 0);
    trace_stats_total(model, &total);
    assert_int_equal(most, 3);
    assert_int_equal(total.peak_running, most);
    trace_stats_sums(model, &parts);
    assert_int_equal(parts.busy_ns, total.busy_ns);
    trace_stats_peaks(model, total.peak_in_progress, most, &parts);
    assert_memory_equal(&parts, &total, sizeof total);
    free(steps);
    trace_model_destroy(model);
}

/* An actor offloads two jobs; they run on two threads at the same time, one of them cut by a flush
 * in two, and another thread's is still open at the end. */
static void jobs_of_a_pool_run_too(void **state)
{
    struct trace_model *model =
        sample_load(TRACE_HEAD RUN("1", "1.000", "0.999", "1", "offload")
                        JOB("X", "4712", "2.000,\"dur\":3.999") JOB("B", "4713", "3.000")
                            JOB("E", "4713", "6.999") JOB("B", "4714", "9.000")
                                RUN("1", "10.000", "0.999", "2", "exit") TRACE_TAIL);
    struct trace_score score;
    char text[256];
    (void)state;
    trace_stats_total(model, &score);
    assert_int_equal(model->job_count, 3);
    assert_int_equal(model->thread_count, 3);
    assert_true(model->jobs[2].open);
    assert_int_equal(model->jobs[2].end_ns, model->end_ns);
    assert_int_equal(score.busy_ns, 2 * 1000 + 4000 + 4000 + 2000);
    assert_int_equal(score.peak_running, 2);
    assert_int_equal(score.threads, 4);
    assert_int_equal(score.longest_hold_ns, 1000); /* a job holds no loop */
    assert_non_null(strstr(trace_stats_sentence(&score, 1, text, sizeof text),
                           "up to two running at the same time on one loop and its pool of "
                           "threads: "));
    trace_model_destroy(model);
}

static void sentences_for_every_kind_of_program(void **state)
{
    static const struct {
        struct trace_score score;
        uint32_t loops;
        const char *sentence;
    } rows[] = {
        {{.wall_ns = 3000, .sum_ns = 3001, .switches = 6, .peak_running = 1},
         1,
         "One after the other, one running at a time on one loop: neither concurrent nor "
         "parallel."},
        {{.wall_ns = 1000, .sum_ns = 2500, .switches = 6, .peak_running = 1},
         1,
         "2.5 in progress on average, one running at a time on one loop: concurrent, not "
         "parallel."},
        {{.wall_ns = 1000, .sum_ns = 999600, .switches = 6, .peak_running = 1},
         1,
         "1000 in progress, one running at a time on one loop: concurrent, not parallel."},
        {{.wall_ns = 1000, .sum_ns = 4010, .switches = 6, .peak_running = 2},
         2,
         "Four in progress, up to two running at the same time on two loops: concurrent, hardly "
         "parallel."},
        {{.wall_ns = 1000, .sum_ns = 4010, .busy_ns = 1900, .switches = 6, .peak_running = 2},
         2,
         "Four in progress, up to two running at the same time on two loops: concurrent and "
         "parallel."},
    };
    char text[256];
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_string_equal(trace_stats_sentence(&rows[i].score, rows[i].loops, text, sizeof text),
                            rows[i].sentence);
}

static void times_in_words(void **state)
{
    static const struct {
        int64_t ns;
        const char *text;
    } rows[] = {{0, "0 s"},
                {1, "1 ns"},
                {999, "999 ns"},
                {1000, "1.00 µs"},
                {22400, "22.4 µs"},
                {99949, "99.9 µs"},
                {99950, "0.100 ms"},
                {143000, "0.143 ms"},
                {999499999, "999 ms"},
                {999500000, "1.000 s"},
                {INT64_C(3000314090), "3.000 s"},
                {INT64_C(59999000000), "59.999 s"},
                {INT64_C(60000000000), "1 min 00 s"},
                {INT64_C(3599600000000), "1 h 00 min"},
                {INT64_C(43200000000000), "12 h 00 min"},
                {INT64_MAX, "2562047 h 47 min"},
                {-1500, "-1.50 µs"}};
    char text[TRACE_WORDS_BYTES];
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_string_equal(trace_duration_text(rows[i].ns, false, text, sizeof text),
                            rows[i].text);
    assert_string_equal(trace_duration_text(1500, true, text, sizeof text), "1.50 us");
}

static void instants_keep_the_digits_that_tell_them_apart(void **state)
{
    static const struct {
        int64_t ns, step_ns;
        const char *text;
    } rows[] = {{0, 1, "0 s"},
                {1000101100, 20000, "1.000101 s"},
                {1000101100, 1, "1.000101100 s"},
                {1000101100, 200000000, "1.00 s"},
                {20500, 10000, "20 µs"},
                {20500, 1000, "20.5 µs"}};
    char text[TRACE_WORDS_BYTES];
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_string_equal(
            trace_instant_text(rows[i].ns, rows[i].step_ns, false, text, sizeof text),
            rows[i].text);
}

static void ratios_in_words(void **state)
{
    static const struct {
        double ratio;
        const char *text;
    } rows[] = {{0, "0.00"},          {2.9998, "3.00"},       {0.5, "0.50"},
                {0.000142, "0.0001"}, {0.0000262, "0.00003"}, {0.05, "0.0500"}};
    char text[32];
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_string_equal(trace_ratio_text(rows[i].ratio, text, sizeof text), rows[i].text);
}

#define STACK(id, used, free) STACK_COUNTER(id, "used", used) STACK_COUNTER(id, "free", free)
#define STACK_COUNTER(id, what, bytes)                                         \
    ",\n{\"ph\":\"C\",\"ts\":9.000,\"pid\":1,\"tid\":" id ",\"cat\":\"user\"," \
    "\"name\":\"stack " what "\",\"args\":{\"value\":" bytes "}}"

static void stacks_are_told_by_their_place(void **state)
{
    struct trace_array stacks = {.items = NULL};
    (void)state;
    struct trace_model *model =
        sample_load(TRACE_HEAD ACTOR("1", "main", "0", "0.000") ACTOR("2", "kid", "1", "0.000")
                        ACTOR("3", "kid", "1", "0.000") STACK("1", "4032", "57344")
                            STACK("2", "8128", "500000") STACK("3", "508000", "128") TRACE_TAIL);
    assert_true(trace_stacks(model, &stacks));
    const struct trace_stack *all = stacks.items;
    assert_int_equal(stacks.count, 2);
    assert_string_equal(trace_text(model, all[0].fn), "kid"); /* the closest to its end */
    assert_int_equal(all[0].count, 2);
    assert_int_equal(all[0].used, 508000);
    assert_int_equal(all[0].free, 128);
    assert_string_equal(trace_text(model, all[1].fn), "main");
    assert_int_equal(all[1].used, 4032);
    trace_array_finish(&stacks);
    trace_model_destroy(model);
}

static void a_stack_is_advised_with_reason(void **state)
{
    (void)state;
    assert_int_equal(trace_stack_enough(508 << 10, 3 << 10), 24 << 10);
    assert_int_equal(trace_stack_enough(508 << 10, 100 << 10), 248 << 10);
    assert_int_equal(trace_stack_enough(508 << 10, 130 << 10), 0); /* half would be too little */
    assert_int_equal(trace_stack_enough(59 << 10, 3 << 10), 0);    /* not worth a word */
}

HARNESS_MAIN(cmocka_unit_test(stacks_are_told_by_their_place),
             cmocka_unit_test(a_stack_is_advised_with_reason),
             cmocka_unit_test(the_three_counts_are_concurrent_not_parallel),
             cmocka_unit_test(joining_own_children_does_not_count),
             cmocka_unit_test(joining_somebody_else_counts),
             cmocka_unit_test(runs_that_touch_are_not_parallel),
             cmocka_unit_test(runs_that_overlap_by_a_nanosecond_are_parallel),
             cmocka_unit_test(what_is_open_counts_to_the_end),
             cmocka_unit_test(an_actor_that_never_ran_is_not_in_progress),
             cmocka_unit_test(sums_stop_at_the_largest_number),
             cmocka_unit_test(busy_is_what_was_on_a_processor), cmocka_unit_test(one_lane_alone),
             cmocka_unit_test(threads_of_two_processes), cmocka_unit_test(the_steps_of_the_load),
             cmocka_unit_test(steps_and_peaks_agree_with_counting),
             cmocka_unit_test(jobs_of_a_pool_run_too),
             cmocka_unit_test(sentences_for_every_kind_of_program),
             cmocka_unit_test(times_in_words),
             cmocka_unit_test(instants_keep_the_digits_that_tell_them_apart),
             cmocka_unit_test(ratios_in_words))
