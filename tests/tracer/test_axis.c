/* The three axes: scales, breaks, and that they can be walked in both directions. */

#include <math.h>
#include <stdlib.h>

#include "harness.h"
#include "sample.h"
#include "trace_axis.h"

/* Holds of every axis: rising knots, breaks in order on knots, the same way there and back. */
static void check_axis(const struct trace_axis *axis, const struct trace_model *model)
{
    for (size_t i = 1; i < axis->knot_count; i++) {
        assert_true(axis->knot_ns[i] > axis->knot_ns[i - 1]);
        assert_true(axis->knot[i] > axis->knot[i - 1]);
    }
    assert_true(trace_axis_position(axis, model->start_ns) == 0);
    assert_true(fabs(trace_axis_position(axis, model->end_ns) - axis->length) < 1e-6);
    int64_t until_ns = INT64_MIN;
    for (size_t i = 0; i < axis->break_count; i++) {
        const struct trace_axis_break *gap = &axis->breaks[i];
        assert_true(gap->start_ns >= until_ns && gap->end_ns > gap->start_ns);
        assert_true(gap->end > gap->start);
        assert_true(fabs(trace_axis_position(axis, gap->start_ns) - gap->start) < 1e-6);
        assert_true(fabs(trace_axis_position(axis, gap->end_ns) - gap->end) < 1e-6);
        until_ns = gap->end_ns;
    }
    int64_t step_ns = (model->end_ns - model->start_ns) / 1009 + 1;
    for (int64_t at_ns = model->start_ns - step_ns; at_ns <= model->end_ns + step_ns;
         at_ns += step_ns) {
        int64_t back_ns = trace_axis_instant(axis, trace_axis_position(axis, at_ns));
        /* A break is drawn so small that a position there stands for many instants. */
        assert_true(llabs(back_ns - at_ns) <= 1 + llabs(at_ns) / 1000000000);
    }
}

static void the_time_axis_is_true_to_scale(void **state)
{
    struct trace_model *model = sample_load_file("three_counts.json");
    struct trace_axis axis;
    (void)state;
    assert_int_equal(trace_axis_init(&axis, model, TRACE_AXIS_TIME), 0);
    check_axis(&axis, model);
    assert_int_equal(axis.break_count, 0);
    assert_true(axis.length == 1000162660.0);
    assert_true(trace_axis_position(&axis, 1000) == 0);
    assert_true(trace_axis_position(&axis, 501000) == 500000.0);
    assert_true(trace_axis_position(&axis, 0) == -1000.0);
    trace_axis_finish(&axis);
    trace_model_destroy(model);
}

static double width_of(const struct trace_axis *axis, int64_t start_ns, int64_t end_ns)
{
    return trace_axis_position(axis, end_ns) - trace_axis_position(axis, start_ns);
}

static void the_folded_axis_breaks_where_all_sleep(void **state)
{
    struct trace_model *model = sample_load_file("three_counts.json");
    struct trace_axis axis;
    (void)state;
    assert_int_equal(trace_axis_init(&axis, model, TRACE_AXIS_FOLDED), 0);
    check_axis(&axis, model);
    assert_int_equal(axis.break_count, 1);
    assert_int_equal(axis.breaks[0].start_ns, 86800);
    assert_int_equal(axis.breaks[0].end_ns, 1000101100);
    /* True to scale within a burst: runs of 21 and 21.7 us, and of 18 and 18.5 us. */
    assert_true(
        fabs(width_of(&axis, 20500, 41500) / 21000 - width_of(&axis, 42100, 63800) / 21700) < 1e-9);
    assert_true(fabs(width_of(&axis, 1000102200, 1000120200) / 18000 -
                     width_of(&axis, 1000120850, 1000139350) / 18500) < 1e-9);
    /* Three runs each; the first burst is the longer one, and gets more than half for that. */
    double first = width_of(&axis, model->start_ns, 86800);
    double second = width_of(&axis, 1000101100, model->end_ns);
    assert_true(first > second && second > 0.4 * (first + second));
    double busy = axis.length - (axis.breaks[0].end - axis.breaks[0].start);
    double share = (axis.breaks[0].end - axis.breaks[0].start) / busy;
    assert_true(share > 0.15 && share < 0.20);
    trace_axis_finish(&axis);
    trace_model_destroy(model);
}

static void on_the_step_axis_all_runs_are_equally_wide(void **state)
{
    struct trace_model *model = sample_load_file("three_counts.json");
    struct trace_axis axis;
    (void)state;
    assert_int_equal(trace_axis_init(&axis, model, TRACE_AXIS_STEP), 0);
    check_axis(&axis, model);
    assert_int_equal(axis.break_count, 1);
    for (uint32_t i = 0; i < model->switch_count; i++) {
        const struct trace_span *run = &model->spans[model->switches[i]];
        double width =
            trace_axis_position(&axis, run->end_ns) - trace_axis_position(&axis, run->start_ns);
        assert_true(fabs(width - 1) < 1e-9);
    }
    /* Three of One, a wait that shows, three of Two. */
    assert_true(axis.breaks[0].end - axis.breaks[0].start >= 1);
    trace_axis_finish(&axis);
    trace_model_destroy(model);
}

static void runs_at_the_same_time_share_columns(void **state)
{
    struct trace_model *model =
        sample_load(TRACE_HEAD RUN_ON("0", "1", "1.000", "9.999", "1", "yield")
                        RUN_ON("1", "2", "1.000", "0.999", "1", "yield")
                            RUN_ON("1", "3", "5.000", "9.999", "1", "yield") TRACE_TAIL);
    struct trace_axis axis;
    (void)state;
    assert_int_equal(trace_axis_init(&axis, model, TRACE_AXIS_STEP), 0);
    check_axis(&axis, model);
    assert_true(trace_axis_position(&axis, 1000) == 0);
    assert_true(trace_axis_position(&axis, 5000) == 1);
    assert_true(trace_axis_position(&axis, 15000) == 2);
    assert_int_equal(axis.knot_count, 3);
    trace_axis_finish(&axis);
    trace_model_destroy(model);
}

static void a_busy_trace_has_no_break(void **state)
{
    struct trace_model *model = sample_load(
        TRACE_HEAD RUN("1", "1.000", "0.999", "1", "yield") READY("1", "2.000", "5.999")
            RUN("1", "8.000", "0.999", "2", "sleep") STATE("1", "sleep", "9.000", "6.999", "")
                RUN("1", "16.000", "1.999", "3", "exit") TRACE_TAIL);
    struct trace_axis axis;
    (void)state;
    assert_int_equal(trace_axis_init(&axis, model, TRACE_AXIS_FOLDED), 0);
    check_axis(&axis, model);
    assert_int_equal(axis.break_count, 0);
    assert_true(axis.length == 17000);
    trace_axis_finish(&axis);
    trace_model_destroy(model);
}

static void somebody_ready_is_not_idle(void **state)
{
    struct trace_model *model =
        sample_load(TRACE_HEAD RUN("1", "1.000", "0.999", "1", "sleep")
                        STATE("1", "sleep", "2.000", "999.999", "") READY("2", "2.000", "900.999")
                            RUN("2", "903.000", "0.999", "1", "exit")
                                RUN("1", "1002.000", "0.999", "2", "exit") TRACE_TAIL);
    struct trace_axis axis;
    (void)state;
    assert_int_equal(trace_axis_init(&axis, model, TRACE_AXIS_FOLDED), 0);
    check_axis(&axis, model);
    assert_int_equal(axis.break_count, 0);
    trace_axis_finish(&axis);
    trace_model_destroy(model);
}

static void three_sleeps_in_turn_are_three_breaks(void **state)
{
    struct trace_model *model =
        sample_load(TRACE_HEAD RUN("1", "0.000", "19.999", "1", "sleep") STATE(
            "1", "sleep", "20.000", "999979.999", "") RUN("1", "1000000.000", "9.999", "2", "sleep")
                        STATE("1", "sleep", "1000010.000", "1100000.999", "")
                            RUN("1", "2100011.000", "4.999", "3", "sleep")
                                STATE("1", "sleep", "2100016.000", "899999.999", "")
                                    RUN("1", "3000016.000", "9.999", "4", "exit") TRACE_TAIL);
    struct trace_axis axis;
    (void)state;
    assert_int_equal(trace_axis_init(&axis, model, TRACE_AXIS_FOLDED), 0);
    check_axis(&axis, model);
    assert_int_equal(axis.break_count, 3);
    double width = axis.breaks[0].end - axis.breaks[0].start;
    for (size_t i = 1; i < 3; i++)
        assert_true(fabs(axis.breaks[i].end - axis.breaks[i].start - width) < 1e-9);
    trace_axis_finish(&axis);
    trace_model_destroy(model);
}

/* 1000 actors: each runs 10 us, sleeps to the end of the first second, runs 10 us again. */
static struct trace_model *thousand_sleepers(void)
{
    struct sample_text text = {0};
    sample_add(&text, "%s", TRACE_HEAD);
    for (int i = 0; i < 1000; i++)
        sample_add(&text,
                   ",\n{\"ph\":\"X\",\"ts\":%d.000,\"dur\":9.999,\"pid\":1,\"tid\":%d,"
                   "\"cat\":\"state\",\"name\":\"run\",\"args\":{\"loop\":0}}"
                   ",\n{\"ph\":\"X\",\"ts\":%d.000,\"dur\":999989.999,\"pid\":1,\"tid\":%d,"
                   "\"cat\":\"state\",\"name\":\"sleep\",\"args\":{}}"
                   ",\n{\"ph\":\"X\",\"ts\":%d.000,\"dur\":9.999,\"pid\":1,\"tid\":%d,"
                   "\"cat\":\"state\",\"name\":\"run\",\"args\":{\"loop\":0}}",
                   i * 10, i + 1, i * 10 + 10, i + 1, 1000000 + i * 10, i + 1);
    return sample_load_text(&text);
}

static void a_thousand_sleepers_have_one_break(void **state)
{
    struct trace_model *model = thousand_sleepers();
    struct trace_axis axis;
    (void)state;
    assert_int_equal(trace_axis_init(&axis, model, TRACE_AXIS_FOLDED), 0);
    check_axis(&axis, model);
    assert_int_equal(axis.break_count, 1);
    assert_int_equal(axis.breaks[0].start_ns, 10000000);
    assert_int_equal(axis.breaks[0].end_ns, 1000000000);
    trace_axis_finish(&axis);
    assert_int_equal(trace_axis_init(&axis, model, TRACE_AXIS_STEP), 0);
    check_axis(&axis, model);
    assert_true(axis.length > 2000 && axis.length < 2003);
    trace_axis_finish(&axis);
    trace_model_destroy(model);
}

/* Many bursts at regular intervals: all gaps fold alike, and the breaks leave room for the rest. */
static void many_gaps_share_a_bounded_width(void **state)
{
    struct sample_text text = {0};
    (void)state;
    sample_add(&text, "%s", TRACE_HEAD);
    for (int i = 0; i < 200; i++)
        sample_add(&text,
                   ",\n{\"ph\":\"X\",\"ts\":%d.000,\"dur\":%d.999,\"pid\":1,\"tid\":1,"
                   "\"cat\":\"state\",\"name\":\"run\",\"args\":{\"loop\":0}}",
                   i * 10000 + i % 7 * 300, 20 + i % 5);
    struct trace_model *model = sample_load_text(&text);
    struct trace_axis axis;
    assert_int_equal(trace_axis_init(&axis, model, TRACE_AXIS_FOLDED), 0);
    check_axis(&axis, model);
    assert_int_equal(axis.break_count, 199);
    double breaks = 0;
    for (size_t i = 0; i < axis.break_count; i++)
        breaks += axis.breaks[i].end - axis.breaks[i].start;
    assert_true(breaks / (axis.length - breaks) < 0.61);
    trace_axis_finish(&axis);
    trace_model_destroy(model);
}

static void an_empty_trace_has_axes_too(void **state)
{
    struct trace_model *model = sample_load(TRACE_HEAD TRACE_TAIL);
    (void)state;
    for (int kind = 0; kind < TRACE_AXIS_KINDS; kind++) {
        struct trace_axis axis;
        assert_int_equal(trace_axis_init(&axis, model, (enum trace_axis_kind)kind), 0);
        assert_int_equal(axis.knot_count, 1);
        assert_true(axis.length == 0);
        assert_true(trace_axis_position(&axis, 5) == 5);
        assert_int_equal(trace_axis_instant(&axis, 5), 5);
        trace_axis_finish(&axis);
    }
    trace_model_destroy(model);
}

static void questions_from_far_away_are_answered(void **state)
{
    struct trace_model *model = sample_load_file("three_counts.json");
    (void)state;
    for (int kind = 0; kind < TRACE_AXIS_KINDS; kind++) {
        struct trace_axis axis;
        assert_int_equal(trace_axis_init(&axis, model, (enum trace_axis_kind)kind), 0);
        assert_true(trace_axis_position(&axis, TRACE_NEVER) > axis.length);
        assert_true(trace_axis_position(&axis, INT64_MIN) < 0);
        assert_true(trace_axis_instant(&axis, 1e300) > model->end_ns);
        assert_true(trace_axis_instant(&axis, -1e300) < model->start_ns);
        trace_axis_finish(&axis);
    }
    trace_model_destroy(model);
}

static void axes_have_names(void **state)
{
    enum trace_axis_kind kind;
    (void)state;
    for (int i = 0; i < TRACE_AXIS_KINDS; i++) {
        assert_true(trace_axis_parse(trace_axis_name((enum trace_axis_kind)i), &kind));
        assert_int_equal(kind, i);
    }
    assert_false(trace_axis_parse("fold", &kind));
}

HARNESS_MAIN(cmocka_unit_test(the_time_axis_is_true_to_scale),
             cmocka_unit_test(the_folded_axis_breaks_where_all_sleep),
             cmocka_unit_test(on_the_step_axis_all_runs_are_equally_wide),
             cmocka_unit_test(runs_at_the_same_time_share_columns),
             cmocka_unit_test(a_busy_trace_has_no_break),
             cmocka_unit_test(somebody_ready_is_not_idle),
             cmocka_unit_test(three_sleeps_in_turn_are_three_breaks),
             cmocka_unit_test(a_thousand_sleepers_have_one_break),
             cmocka_unit_test(many_gaps_share_a_bounded_width),
             cmocka_unit_test(an_empty_trace_has_axes_too),
             cmocka_unit_test(questions_from_far_away_are_answered),
             cmocka_unit_test(axes_have_names))
