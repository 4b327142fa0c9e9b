/*
 * What several loops leave in one trace.
 */

#include "three_loops.h"
#include "traced.h"

enum { ASK = 1, TELL };

static int answer(void *arg)
{
    troupe_msg *msg;
    int rc = 0;
    (void)arg;
    for (int i = 0; rc == 0 && i < 3; i++) {
        rc = troupe_recv(&msg, TROUPE_FOREVER);
        if (rc == 0 && troupe_msg_tag(msg) == ASK)
            rc = troupe_reply(msg, TELL, NULL, 0);
        troupe_msg_free(&msg);
    }
    return rc;
}

static int ask_far(void *arg)
{
    troupe_pid pid;
    troupe_msg *msg;
    troupe_spec spec = {.fn = answer, .name = "far", .place = TROUPE_ON(1)};
    (void)arg;
    assert_int_equal(troupe_spawn_spec(&spec, &pid), 0);
    assert_int_equal(troupe_call(pid, ASK, NULL, 0, &msg, TROUPE_FOREVER), 0);
    troupe_msg_free(&msg);
    assert_int_equal(troupe_send(pid, TELL, "abc", 3), 0);
    assert_int_equal(troupe_send(pid, TELL, "abcd", 4), 0);
    return troupe_join(pid, NULL, TROUPE_FOREVER);
}

/* The messages in the trace, each of which has been sent and taken, in this order. */
static void assert_messages(const struct trace_model *model)
{
    static const int tags[] = {ASK, TELL, TELL, TELL};
    uint32_t found = 0;
    for (uint32_t i = 0; i < model->flow_count; i++) {
        const struct trace_flow *flow = &model->flows[i];
        if (flow->message == TRACE_NONE)
            continue;
        assert_true(found < 4);
        assert_int_equal(model->messages[flow->message].tag, tags[found]);
        assert_int_not_equal(flow->to_lane, TRACE_NONE);
        assert_int_not_equal(flow->to_lane, flow->from_lane);
        assert_true(flow->to_ns >= flow->from_ns);
        found++;
    }
    assert_int_equal(found, 4);
}

static void one_trace_tells_of_all_loops(void **state)
{
    (void)state;
    run_on_three(ask_far);
    struct trace_model *model = load();
    assert_false(model->cut);
    assert_int_equal(model->loop_count, 3);
    assert_int_equal(model->lane_count, 2);
    const struct trace_lane *far = &model->lanes[1];
    assert_string_equal(trace_text(model, far->name), "far");
    assert_int_equal(far->parent, 0);
    for (uint32_t i = 0; i < far->span_count; i++)
        if (model->spans[far->span_first + i].state == TRACE_STATE_RUN)
            assert_int_equal(model->spans[far->span_first + i].loop, 1);
    assert_messages(model);
    trace_model_destroy(model);
}

HARNESS_MAIN(TRACED(one_trace_tells_of_all_loops))
