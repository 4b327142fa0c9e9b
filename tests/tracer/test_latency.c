/* Latencies: percentiles by nearest rank, the worst cases, and who had the loop meanwhile. */

#include "harness.h"
#include "sample.h"
#include "trace_latency.h"

static struct trace_latency latency_of(const struct trace_model *model,
                                       enum trace_latency_kind kind,
                                       struct trace_latency_case *worst, size_t room,
                                       size_t *worst_count)
{
    struct trace_latency latency;
    assert_int_equal(trace_latency(model, kind, &latency, worst, room, worst_count), 0);
    return latency;
}

/* Actor 1 is ready 200 times, for 1, 2, ... 200 us, in an order that is none. */
static struct trace_model *two_hundred_turns(void)
{
    struct sample_text text = {0};
    int at_us = 0;
    sample_add(&text, "%s", TRACE_HEAD ACTOR("1", "main", "0", "0.000"));
    for (int i = 0; i < 200; i++) {
        int ready_us = i * 77 % 200 + 1;
        sample_add(&text, STATE("1", "ready", "%d.000", "%d.999", "\"by\":0"), at_us, ready_us - 1);
        sample_add(&text, RUN("1", "%d.000", "0.999", "%d", "yield"), at_us + ready_us, i + 1);
        at_us += ready_us + 1;
    }
    sample_add(&text, "%s", TRACE_TAIL);
    return sample_load_text(&text);
}

static void percentiles_are_values_that_occurred(void **state)
{
    struct trace_latency_case worst[3];
    size_t count;
    struct trace_model *model = two_hundred_turns();
    (void)state;
    struct trace_latency latency = latency_of(model, TRACE_LATENCY_TURN, worst, 3, &count);
    assert_int_equal(latency.count, 200);
    assert_int_equal(latency.p50_ns, 100000);
    assert_int_equal(latency.p90_ns, 180000);
    assert_int_equal(latency.p99_ns, 198000);
    assert_int_equal(latency.max_ns, 200000);
    assert_int_equal(count, 3);
    for (int i = 0; i < 3; i++)
        assert_int_equal(worst[i].ns, 200000 - i * 1000);
    trace_model_destroy(model);
}

static void one_value_is_all_percentiles(void **state)
{
    struct trace_latency_case worst[2];
    size_t count;
    struct trace_model *model = sample_load(TRACE_HEAD ACTOR("1", "main", "0", "0.000") READY(
        "1", "0.000", "2.999") RUN("1", "3.000", "0.999", "1", "exit") TRACE_TAIL);
    (void)state;
    struct trace_latency latency = latency_of(model, TRACE_LATENCY_TURN, worst, 2, &count);
    assert_int_equal(latency.p50_ns, 3000);
    assert_int_equal(latency.p99_ns, 3000);
    assert_int_equal(count, 1);
    latency = latency_of(model, TRACE_LATENCY_MESSAGE, worst, 2, &count);
    assert_int_equal(latency.count, 0);
    assert_int_equal(latency.max_ns, 0);
    assert_int_equal(count, 0);
    trace_model_destroy(model);
}

/* The first message is awaited: it takes until the receiver's turn; the second lies in the mailbox
 * until it is taken; the third is never taken. */
static void messages_count_until_their_receiver_runs(void **state)
{
    struct trace_latency_case worst[4];
    size_t count;
    struct trace_model *model = sample_load(SAMPLE_MESSAGES);
    (void)state;
    struct trace_latency latency = latency_of(model, TRACE_LATENCY_MESSAGE, worst, 4, &count);
    assert_int_equal(latency.count, 2);
    assert_int_equal(latency.p50_ns, 6000 - 4500);
    assert_int_equal(latency.max_ns, 7000 - 4600);
    assert_int_equal(worst[0].index, 1);
    assert_int_equal(trace_latency_of_message(model, 2), -1);
    trace_model_destroy(model);
}

/* Actor 3 is ready from 0 to 30 us, while loop 0 runs actor 1, then actor 2; loop 1 is another's.
 */
static void the_holder_ran_most_of_the_time_on_that_loop(void **state)
{
    struct trace_model *model = sample_load(
        TRACE_HEAD ACTOR("1", "a", "0", "0.000") ACTOR("2", "b", "0", "0.000")
            ACTOR("3", "c", "0", "0.000") ACTOR("4", "d", "0", "0.000")
                RUN("1", "0.000", "9.999", "1", "exit") READY("2", "0.000", "9.999")
                    RUN("2", "10.000", "18.999", "1", "exit") READY("3", "0.000", "29.999")
                        RUN("3", "30.000", "0.999", "1", "exit")
                            RUN_ON("1", "4", "0.000", "29.999", "1", "exit") TRACE_TAIL);
    (void)state;
    uint32_t ready = model->lanes[2].span_first;
    struct trace_holder holder = trace_latency_holder(model, ready);
    assert_int_equal(holder.run, model->lanes[1].span_first + 1);
    assert_int_equal(holder.run_ns, 19000);
    assert_int_equal(holder.run_count, 2);
    assert_int_equal(holder.busy_ns, 29000);
    trace_model_destroy(model);
}

HARNESS_MAIN(cmocka_unit_test(percentiles_are_values_that_occurred),
             cmocka_unit_test(one_value_is_all_percentiles),
             cmocka_unit_test(messages_count_until_their_receiver_runs),
             cmocka_unit_test(the_holder_ran_most_of_the_time_on_that_loop))
