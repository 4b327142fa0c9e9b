/* How a stretch of time is divided among states: sums and searches against plain addition. */

#include <string.h>

#include "harness.h"
#include "sample.h"
#include "trace_index.h"

/* Two lanes of many states without gaps but for one in every ten, so that sums, gaps and the border
 * between lanes all come into it. */
enum { STATES = 700 };

static void add_lane(struct sample_text *text, int id)
{
    static const char *const names[] = {"run", "sleep", "ready", "recv", "ready", "odd"};
    long at_us = 10 * id;
    for (int i = 0; i < STATES; i++) {
        int length_us = 1 + (i * 7 + id) % 5;
        sample_add(text,
                   ",\n{\"ph\":\"X\",\"ts\":%ld.000,\"dur\":%d.999,\"pid\":1,\"tid\":%d,"
                   "\"cat\":\"state\",\"name\":\"%s\"}",
                   at_us, length_us - 1, id, names[i % 6]);
        at_us += length_us + (i % 10 == 9);
    }
}

static struct trace_model *load_many(void)
{
    struct sample_text text = {0};
    sample_add(&text, "%s", TRACE_HEAD);
    add_lane(&text, 1);
    add_lane(&text, 2);
    sample_add(&text, "%s", TRACE_TAIL);
    return sample_load_text(&text);
}

/* The same as trace_sum_lane(), one state after the other. */
static void add_up(const struct trace_model *model, uint32_t lane, int64_t from_ns, int64_t to_ns,
                   struct trace_sum *sum)
{
    const struct trace_lane *own = &model->lanes[lane];
    *sum = (struct trace_sum){.state_ns = {0}};
    for (uint32_t i = own->span_first; i < own->span_first + own->span_count; i++) {
        const struct trace_span *span = &model->spans[i];
        int64_t start_ns = span->start_ns > from_ns ? span->start_ns : from_ns;
        int64_t end_ns = span->end_ns < to_ns ? span->end_ns : to_ns;
        if (end_ns <= start_ns)
            continue;
        sum->state_ns[span->state] += end_ns - start_ns;
        if (span->state == TRACE_STATE_WAIT)
            sum->wait_ns[span->reason] += end_ns - start_ns;
    }
}

static void any_stretch_adds_up(void **state)
{
    struct trace_model *model = load_many();
    (void)state;
    for (uint32_t lane = 0; lane < model->lane_count; lane++)
        for (int64_t from_ns = 0; from_ns < 2300000; from_ns += 45503)
            for (int64_t to_ns = from_ns - 1000; to_ns < 2400000; to_ns += 38501) {
                struct trace_sum sum, plain;
                int64_t shares[TRACE_STATE_COUNT];
                trace_sum_lane(model, lane, from_ns, to_ns, &sum);
                trace_shares(model, lane, from_ns, to_ns, shares);
                add_up(model, lane, from_ns, to_ns, &plain);
                assert_memory_equal(&sum, &plain, sizeof sum);
                assert_memory_equal(shares, plain.state_ns, sizeof shares);
            }
    trace_model_destroy(model);
}

static void stretches_within_one_state_add_up(void **state)
{
    struct trace_model *model = load_many();
    int64_t shares[TRACE_STATE_COUNT];
    (void)state;
    const struct trace_span *span = &model->spans[model->lanes[1].span_first + 100];
    trace_shares(model, 1, span->start_ns + 1, span->start_ns + 3, shares);
    for (int i = 0; i < TRACE_STATE_COUNT; i++)
        assert_int_equal(shares[i], i == span->state ? 2 : 0);
    trace_model_destroy(model);
}

static void whole_spans_add_up(void **state)
{
    struct trace_model *model = load_many();
    struct trace_sum sum;
    (void)state;
    for (uint32_t first = 0; first <= model->span_count; first += 13)
        for (uint32_t end = first; end <= model->span_count; end += 37) {
            int64_t plain[TRACE_STATE_COUNT] = {0};
            for (uint32_t i = first; i < end; i++)
                plain[model->spans[i].state] += model->spans[i].end_ns - model->spans[i].start_ns;
            trace_sum_spans(model, first, end, &sum);
            assert_memory_equal(sum.state_ns, plain, sizeof plain);
        }
    trace_model_destroy(model);
}

/* Columns of a picture, also of one that is drawn from right to left. */
static void a_walk_gives_the_shares_of_columns(void **state)
{
    enum { COLUMNS = 500 };
    struct trace_model *model = load_many();
    int64_t before[TRACE_STATE_COUNT], after[TRACE_STATE_COUNT], shares[TRACE_STATE_COUNT];
    (void)state;
    for (uint32_t lane = 0; lane < 2; lane++)
        for (int64_t step_ns = -4801; step_ns <= 4801; step_ns += 9602) {
            struct trace_walk walk = trace_walk_begin(model, lane);
            int64_t at_ns = step_ns > 0 ? -5000 : 2395000;
            trace_walk_to(&walk, at_ns, before);
            for (int i = 0; i < COLUMNS; i++, at_ns += step_ns) {
                trace_walk_to(&walk, at_ns + step_ns, after);
                trace_shares(model, lane, step_ns > 0 ? at_ns : at_ns + step_ns,
                             step_ns > 0 ? at_ns + step_ns : at_ns, shares);
                for (int j = 0; j < TRACE_STATE_COUNT; j++)
                    assert_int_equal(shares[j],
                                     step_ns > 0 ? after[j] - before[j] : before[j] - after[j]);
                memcpy(before, after, sizeof before);
            }
        }
    trace_model_destroy(model);
}

static void a_lane_without_states_has_no_shares(void **state)
{
    struct trace_model *model = sample_load(TRACE_HEAD ACTOR("1", "main", "0", "1.000") TRACE_TAIL);
    int64_t shares[TRACE_STATE_COUNT];
    const int64_t none[TRACE_STATE_COUNT] = {0};
    (void)state;
    trace_shares(model, 0, 0, 1000000, shares);
    assert_memory_equal(shares, none, sizeof none);
    trace_model_destroy(model);
}

HARNESS_MAIN(cmocka_unit_test(any_stretch_adds_up),
             cmocka_unit_test(stretches_within_one_state_add_up),
             cmocka_unit_test(whole_spans_add_up),
             cmocka_unit_test(a_walk_gives_the_shares_of_columns),
             cmocka_unit_test(a_lane_without_states_has_no_shares))
