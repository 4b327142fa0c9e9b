/* Two runs: who corresponds to whom, and where they part, whatever the clock says. */

#include "harness.h"
#include "sample.h"
#include "trace_diff.h"

static struct trace_diff compare(struct trace_model *a, struct trace_model *b, bool waits)
{
    struct trace_diff diff;
    assert_int_equal(trace_diff(a, b, waits, &diff), 0);
    return diff;
}

static void expect_deed(const struct trace_model *model, const struct trace_deed *deed,
                        const char *text)
{
    char words[200];
    assert_string_equal(trace_deed_text(model, deed, words, sizeof words), text);
}

/* main spawns two workers; the first prints, sleeps and ends.  Numbers and times are free. */
#define FAMILY(one, two, ts, text, reason, status)                                               \
    TRACE_HEAD ACTOR("1", "main", "0", "0.000") ACTOR(one, "worker", "1", "2.000")               \
        ACTOR(two, "worker", "1", "3.000") RUN("1", "1.000", "3.999", "1", "join")               \
            STATE(one, "ready", "2.000", "2.999", "\"by\":1") RUN(one, "5.000", ts, "1", reason) \
                PRINT(one, "5.500", text) STATE_BEGIN("1", "join", "5.000", "")                  \
                    STATE(one, reason, "50.000", "9.999", "\"at\":\"x.c:7\"")                    \
                        RUN(one, "60.000", "0.999", "2", "exit")                                 \
                            LIFE_END(one, "worker", "61.000", status)

static void the_clock_and_the_numbers_do_not_matter(void **state)
{
    struct trace_model *a = sample_load(FAMILY("2", "3", "44.999", "hi", "sleep", "0"));
    struct trace_model *b = sample_load(FAMILY("7", "9", "40.999", "hi", "sleep", "0"));
    (void)state;
    struct trace_diff diff = compare(a, b, false);
    assert_true(trace_diff_is_same(&diff));
    assert_int_equal(diff.pair_count, 3);
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(diff.pairs[i].a, i);
        assert_int_equal(diff.pairs[i].b, i);
    }
    assert_int_equal(diff.same_turns, 3);
    assert_int_equal(diff.turn_a, TRACE_NONE);
    trace_diff_finish(&diff);
    trace_model_destroy(a);
    trace_model_destroy(b);
}

static void the_first_other_deed_is_named(void **state)
{
    static const struct {
        const char *b;
        uint32_t number;
        const char *deed_a;
        const char *deed_b;
    } rows[] = {
        {FAMILY("2", "3", "44.999", "ho", "sleep", "0"), 1, "prints \"hi\"", "prints \"ho\""},
        {FAMILY("2", "3", "44.999", "hi", "yield", "0"), 2, "sleeps until its deadline, at x.c:7",
         "lets the others run and is ready at once, at x.c:7"},
        {FAMILY("2", "3", "44.999", "hi", "sleep", "-5"), 3, "ends with status 0",
         "ends with status -5"},
        /* A wait that depends on time does not count, so what comes after it is compared. */
        {FAMILY("2", "3", "44.999", "hi", "recv", "0"), 2, "sleeps until its deadline, at x.c:7",
         "ends with status 0"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct trace_model *a = sample_load(FAMILY("2", "3", "44.999", "hi", "sleep", "0"));
        struct trace_model *b = sample_load(rows[i].b);
        struct trace_diff diff = compare(a, b, false);
        assert_false(trace_diff_is_same(&diff));
        assert_int_equal(diff.divergence_count, 1);
        assert_int_equal(diff.divergences[0].pair.a, 1);
        assert_int_equal(diff.divergences[0].number, rows[i].number);
        expect_deed(a, &diff.divergences[0].a, rows[i].deed_a);
        expect_deed(b, &diff.divergences[0].b, rows[i].deed_b);
        trace_diff_finish(&diff);
        trace_model_destroy(a);
        trace_model_destroy(b);
    }
}

static void all_waits_count_if_asked_for(void **state)
{
    struct trace_model *a =
        sample_load(TRACE_HEAD ACTOR("1", "a", "0", "0.000") RUN("1", "0.000", "0.999", "1", "recv")
                        STATE("1", "recv", "1.000", "0.999", "\"at\":\"x.c:1\"")
                            RUN("1", "2.000", "0.999", "2", "exit"));
    struct trace_model *b =
        sample_load(TRACE_HEAD ACTOR("1", "a", "0", "0.000") RUN("1", "0.000", "0.999", "1", "recv")
                        STATE("1", "recv", "1.000", "0.999", "\"at\":\"x.c:2\"")
                            RUN("1", "2.000", "0.999", "2", "exit"));
    (void)state;
    struct trace_diff diff = compare(a, b, false);
    assert_true(trace_diff_is_same(&diff));
    trace_diff_finish(&diff);
    diff = compare(a, b, true);
    assert_int_equal(diff.divergence_count, 1);
    expect_deed(b, &diff.divergences[0].b, "waits for a message, at x.c:2");
    trace_diff_finish(&diff);
    trace_model_destroy(a);
    trace_model_destroy(b);
}

static void messages_are_deeds_of_both_ends(void **state)
{
    struct trace_model *a = sample_load(SAMPLE_MESSAGES);
    struct trace_model *b = sample_load(
        TRACE_HEAD ACTOR("1", "ping", "0", "0.000") ACTOR("2", "pong", "1", "0.000")
            RUN("1", "0.000", "5.999", "1", "exit") STATE_BEGIN("2", "recv", "0.000", ""));
    (void)state;
    struct trace_diff diff = compare(a, b, false);
    assert_int_equal(diff.divergence_count, 2);
    expect_deed(a, &diff.divergences[0].a, "sends tag 7 to pong");
    expect_deed(b, &diff.divergences[0].b, "does nothing more");
    expect_deed(a, &diff.divergences[1].a, "takes tag 7 from ping");
    expect_deed(b, &diff.divergences[1].b, "waits for a message");
    trace_diff_finish(&diff);
    trace_model_destroy(a);
    trace_model_destroy(b);
}

static void who_is_in_one_run_only_is_told(void **state)
{
    struct trace_model *a = sample_load(TRACE_HEAD ACTOR("1", "main", "0", "0.000") ACTOR(
        "2", "x", "1", "0.000") RUN("1", "0.000", "0.999", "1", "exit"));
    struct trace_model *b = sample_load(TRACE_HEAD ACTOR("1", "main", "0", "0.000") ACTOR(
        "2", "y", "1", "0.000") RUN("1", "0.000", "0.999", "1", "exit"));
    (void)state;
    struct trace_diff diff = compare(a, b, false);
    assert_int_equal(diff.pair_count, 3);
    assert_int_equal(diff.pairs[1].a, 1);
    assert_int_equal(diff.pairs[1].b, TRACE_NONE);
    assert_int_equal(diff.pairs[2].a, TRACE_NONE);
    assert_int_equal(diff.pairs[2].b, 1);
    assert_int_equal(diff.divergence_count, 1); /* main spawns another one */
    expect_deed(b, &diff.divergences[0].b, "spawns y");
    trace_diff_finish(&diff);
    trace_model_destroy(a);
    trace_model_destroy(b);
}

static void a_trace_is_the_same_as_itself(void **state)
{
    static const char *const names[] = {"three_counts.json", "calls.json", "philosophers.json"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct trace_model *model = sample_load_file(names[i]);
        struct trace_diff diff = compare(model, model, true);
        assert_true(trace_diff_is_same(&diff));
        assert_int_equal(diff.same_turns, model->switch_count);
        trace_diff_finish(&diff);
        trace_model_destroy(model);
    }
}

static void empty_traces_are_the_same(void **state)
{
    struct trace_model *model = sample_load(TRACE_HEAD TRACE_TAIL);
    (void)state;
    struct trace_diff diff = compare(model, model, false);
    assert_true(trace_diff_is_same(&diff));
    trace_diff_finish(&diff);
    trace_model_destroy(model);
}

HARNESS_MAIN(cmocka_unit_test(the_clock_and_the_numbers_do_not_matter),
             cmocka_unit_test(the_first_other_deed_is_named),
             cmocka_unit_test(all_waits_count_if_asked_for),
             cmocka_unit_test(messages_are_deeds_of_both_ends),
             cmocka_unit_test(who_is_in_one_run_only_is_told),
             cmocka_unit_test(a_trace_is_the_same_as_itself),
             cmocka_unit_test(empty_traces_are_the_same))
