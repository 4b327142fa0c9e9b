/* The chain of causes, and who waits for whom: what the trace proves, and that the walk ends. */

#include "harness.h"
#include "sample.h"
#include "trace_path.h"
#include "trace_stats.h"
#include "trace_waits.h"
#include "trace_words.h"

/* Steps follow one another without a gap; returns how long they are together. */
static int64_t sum_of(const struct trace_path *path)
{
    int64_t sum_ns = 0;
    for (size_t i = 0; i < path->count; i++) {
        assert_true(path->steps[i].end_ns > path->steps[i].start_ns);
        if (i > 0)
            assert_int_equal(path->steps[i].start_ns, path->steps[i - 1].end_ns);
        sum_ns += path->steps[i].end_ns - path->steps[i].start_ns;
    }
    return sum_ns;
}

static void expect_step(const struct trace_path *path, size_t index, uint32_t lane,
                        int64_t start_ns, int64_t end_ns)
{
    assert_true(index < path->count);
    assert_int_equal(path->steps[index].lane, lane);
    assert_int_equal(path->steps[index].start_ns, start_ns);
    assert_int_equal(path->steps[index].end_ns, end_ns);
}

static void the_path_of_the_three_counts_is_the_last_sleep(void **state)
{
    struct trace_model *model = sample_load_file("three_counts.json");
    struct trace_path path;
    struct trace_score score;
    (void)state;
    assert_int_equal(trace_path_critical(model, &path), 0);
    trace_stats_total(model, &score);
    assert_int_equal(sum_of(&path), score.wall_ns - 10); /* its life ends 10 ns after its run */
    assert_int_equal(path.count, 9);
    expect_step(&path, 0, 0, 1500, 18010);            /* main runs and spawns */
    expect_step(&path, 3, 3, 86800, 1000101500);      /* count#3 sleeps */
    expect_step(&path, 6, 0, 1000159000, 1000159650); /* it has ended, main is woken */
    expect_step(&path, 8, 0, 1000160050, 1000163650);
    assert_int_equal(path.steps[4].wake.kind, TRACE_WAKE_DEADLINE);
    assert_int_equal(path.steps[7].wake.kind, TRACE_WAKE_END);
    trace_path_finish(&path);
    trace_model_destroy(model);
}

/* What the woken one waited for before does not matter: the chain goes on with the sender. */
/* Another tool's operation that is under way at the end has run nowhere. */
static void an_operation_is_no_end(void **state)
{
    struct trace_model *model = sample_load(
        "[{\"ph\":\"X\",\"ts\":0,\"dur\":9,\"pid\":1,\"tid\":1,\"name\":\"a\"},"
        "{\"ph\":\"b\",\"ts\":5,\"pid\":1,\"tid\":1,\"name\":\"o\",\"cat\":\"c\",\"id\":1}]");
    struct trace_path path;
    (void)state;
    assert_int_equal(trace_path_critical(model, &path), 0);
    assert_int_equal(path.count, 1);
    expect_step(&path, 0, 0, 0, 9000);
    trace_path_finish(&path);
    trace_model_destroy(model);
}

static void a_message_leads_to_its_sender(void **state)
{
    struct trace_model *model = sample_load(SAMPLE_MESSAGES);
    struct trace_path path;
    (void)state;
    assert_int_equal(trace_path_to(model, 1, 8000, &path), 0);
    assert_int_equal(path.count, 3);
    expect_step(&path, 0, 0, 0, 5000);
    expect_step(&path, 1, 1, 5000, 6000);
    expect_step(&path, 2, 1, 6000, 8000);
    assert_int_equal(path.steps[1].wake.kind, TRACE_WAKE_MESSAGE);
    trace_path_finish(&path);
    assert_int_equal(trace_path_to(model, 1, 999999, &path), 0);
    assert_int_equal(path.count, 0);
    trace_path_finish(&path);
    trace_model_destroy(model);
}

static void a_yield_leads_to_its_own_run(void **state)
{
    struct trace_path path;
    struct trace_model *model = sample_load(
        TRACE_HEAD ACTOR("1", "a", "0", "0.000") RUN("1", "1.000", "1.999", "1", "yield")
            READY("1", "3.000", "4.999") RUN("1", "8.000", "0.999", "2", "exit")
                LIFE_END("1", "a", "9.000", "0") TRACE_TAIL);
    (void)state;
    assert_int_equal(trace_path_critical(model, &path), 0);
    assert_int_equal(path.count, 3);
    assert_int_equal(sum_of(&path), 8000);
    trace_path_finish(&path);
    trace_model_destroy(model);
}

/* Files that lie: wakers that never ran, that wake themselves, or each other at one instant. */
static void the_walk_ends_whatever_the_file_says(void **state)
{
    static const char *const traces[] = {
        TRACE_HEAD ACTOR("1", "a", "0", "0.000") ACTOR("2", "b", "0", "0.000")
            STATE("1", "ready", "5.000", "0.000", "\"by\":2")
                STATE("2", "ready", "5.000", "0.000", "\"by\":1")
                    RUN("1", "5.000", "0.999", "1", "exit") RUN("2", "5.000", "0.999", "1", "exit"),
        TRACE_HEAD ACTOR("1", "a", "0", "0.000") STATE("1", "ready", "1.000", "0.999", "\"by\":1")
            RUN("1", "2.000", "0.999", "1", "exit"),
        TRACE_HEAD ACTOR("1", "a", "0", "0.000") STATE("1", "ready", "1.000", "0.999", "\"by\":7")
            RUN("1", "2.000", "0.999", "1", "exit"),
        TRACE_HEAD TRACE_TAIL,
    };
    (void)state;
    for (size_t i = 0; i < sizeof traces / sizeof traces[0]; i++) {
        struct trace_model *model = sample_load(traces[i]);
        struct trace_path path;
        assert_int_equal(trace_path_critical(model, &path), 0);
        sum_of(&path);
        trace_path_finish(&path);
        trace_model_destroy(model);
    }
}

/* From 2 us on, a waits for b, b for c, c for a; d waits for b, and e for a message. */
#define CIRCLE(due)                                                                               \
    TRACE_HEAD ACTOR("1", "a", "0", "0.000") ACTOR("2", "b", "0", "0.000")                        \
        ACTOR("3", "c", "0", "0.000") ACTOR("4", "d", "0", "0.000") ACTOR("5", "e", "0", "0.000") \
            STATE_BEGIN("1", "lock", "0.000", "\"on\":2,\"object\":7,\"made\":\"x.c:1\"")         \
                STATE_BEGIN("2", "join", "1.000", "\"on\":3" due)                                 \
                    STATE_BEGIN("3", "call", "2.000", "\"on\":1,\"at\":\"x.c:9\"")                \
                        STATE_BEGIN("4", "lock", "0.000", "\"on\":2")                             \
                            STATE_BEGIN("5", "recv", "0.000", "") PRINT("4", "10.000", "so be it")

static void circles_are_found(void **state)
{
    struct trace_model *model = sample_load(CIRCLE(""));
    struct trace_waits waits;
    (void)state;
    assert_int_equal(trace_waits_at(model, TRACE_NEVER, &waits), 0);
    assert_int_equal(waits.circle_count, 1);
    for (uint32_t i = 0; i < 3; i++)
        assert_int_equal(waits.circle[i], 1);
    assert_int_equal(waits.circle[3], 0);
    assert_int_equal(waits.circle[4], 0);
    assert_int_equal(waits.on[3], 1);
    assert_int_equal(waits.on[4], TRACE_NONE);
    assert_true(trace_waits_are_for_ever(&waits, 1));
    trace_waits_finish(&waits);
    assert_int_equal(trace_waits_at(model, 1500, &waits), 0);
    assert_int_equal(waits.circle_count, 0);
    trace_waits_finish(&waits);
    trace_model_destroy(model);
    model = sample_load(CIRCLE(",\"due\":99.000"));
    assert_int_equal(trace_waits_at(model, 5000, &waits), 0);
    assert_int_equal(waits.circle_count, 1);
    assert_false(trace_waits_are_for_ever(&waits, 1));
    trace_waits_finish(&waits);
    trace_model_destroy(model);
}

static void times_are_read_as_people_write_them(void **state)
{
    static const struct {
        const char *text;
        int64_t ns; /* -1: none */
        char next;
    } rows[] = {
        {"1.5s", 1500000000, 0},
        {"1.5 s", 1500000000, 0},
        {"300ms", 300000000, 0},
        {"20us", 20000, 0},
        {"20\u00b5s", 20000, 0},
        {"850ns", 850, 0},
        {"0.000316907", 316907, 0},
        {".5ms", 500000, 0},
        {"2.", 2000000000, 0},
        {"1.2345678919s", 1234567891, 0},
        {"1 sec", 1000000000, ' '},
        {"5ms and", 5000000, ' '},
        {"", -1, 0},
        {".", -1, 0},
        {"s", -1, 0},
        {"-1s", -1, 0},
        {"99999999999999999999", -1, 0},
        {"9223372036854775807ns", INT64_MAX, 0},
        {"9223372036.9", -1, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t ns;
        const char *end = trace_duration_parse(rows[i].text, &ns);
        if (rows[i].ns < 0) {
            assert_null(end);
            continue;
        }
        assert_non_null(end);
        assert_int_equal(ns, rows[i].ns);
        assert_int_equal(*end, rows[i].next);
    }
}

HARNESS_MAIN(cmocka_unit_test(the_path_of_the_three_counts_is_the_last_sleep),
             cmocka_unit_test(an_operation_is_no_end),
             cmocka_unit_test(a_message_leads_to_its_sender),
             cmocka_unit_test(a_yield_leads_to_its_own_run),
             cmocka_unit_test(the_walk_ends_whatever_the_file_says),
             cmocka_unit_test(circles_are_found),
             cmocka_unit_test(times_are_read_as_people_write_them))
