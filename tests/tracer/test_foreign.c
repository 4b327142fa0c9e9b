/* Traces that other tools wrote: what becomes of each kind of event, and of whole files. */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "harness.h"
#include "sample.h"

/* A thread's whole slice, as an event of an object or an array. */
#define SLICE(pid, tid, name, ts, dur)                                               \
    "{\"pid\":" pid ",\"tid\":" tid ",\"name\":\"" name "\",\"ph\":\"X\",\"ts\":" ts \
    ",\"dur\":" dur "}"
#define EVENT(ph, tid, name, ts, more) \
    "{\"name\":\"" name "\",\"ts\":" ts ",\"ph\":\"" ph "\",\"tid\":" tid ",\"pid\":5" more "}"

static const struct trace_lane *lane_named(const struct trace_model *model, const char *name)
{
    for (uint32_t i = 0; i < model->lane_count; i++)
        if (strcmp(trace_text(model, model->lanes[i].name), name) == 0)
            return &model->lanes[i];
    fail_msg("no lane is called %s", name);
    return NULL;
}

/* "run 0-5, wait 5-7": the states of a lane in microseconds. */
static const char *states_of(const struct trace_model *model, const struct trace_lane *lane)
{
    static char text[2048];
    size_t used = 0;
    text[0] = '\0';
    for (uint32_t i = lane->span_first; i < lane->span_first + lane->span_count; i++) {
        const struct trace_span *span = &model->spans[i];
        const char *state = span->state == TRACE_STATE_RUN
                                ? "run"
                                : trace_reason_name((enum trace_reason)span->reason);
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s %d-%d%s",
                                 used > 0 ? ", " : "", state, (int)(span->start_ns / 1000),
                                 (int)(span->end_ns / 1000), span->open ? "+" : "");
        assert_true(used < sizeof text);
    }
    return text;
}

/* "a 0-5 0, b 1-2 1": the slices of a lane, each with its depth. */
static const char *slices_of(const struct trace_model *model, const struct trace_lane *lane)
{
    static char text[2048];
    size_t used = 0;
    text[0] = '\0';
    for (uint32_t i = lane->slice_first; i < lane->slice_first + lane->slice_count; i++) {
        const struct trace_slice *slice = &model->slices[i];
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s %d-%d %u%s",
                                 used > 0 ? ", " : "", trace_text(model, slice->name),
                                 (int)(slice->start_ns / 1000), (int)(slice->end_ns / 1000),
                                 slice->depth, slice->open ? "+" : "");
        assert_true(used < sizeof text);
    }
    return text;
}

static const char *unknown_of(const struct trace_model *model)
{
    static char text[1024];
    size_t used = 0;
    text[0] = '\0';
    for (uint32_t i = 0; i < model->unknown_count; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s %d", used > 0 ? ", " : "",
                                 trace_text(model, model->unknown[i].name),
                                 (int)model->unknown[i].count);
    return text;
}

static void outermost_slices_are_runs_and_all_have_names(void **state)
{
    /* on one line, in no order, times from a clock of its own */
    struct trace_model *model = sample_load(
        "[" SLICE("5", "7", "inner", "1003.5", "1") ","
        SLICE("5", "7", "outer", "1000", "10") "," SLICE("5", "7", "late", "1020", "5") ","
        SLICE("5", "7", "deep", "1003.5", "0.5") "]");
    (void)state;
    assert_true(model->foreign);
    assert_false(model->cut);
    assert_int_equal(model->event_count, 4);
    assert_int_equal(model->lane_count, 1);
    assert_int_equal(model->loop_count, 1);
    assert_string_equal(trace_text(model, model->lanes[0].name), "thread 7");
    assert_string_equal(states_of(model, &model->lanes[0]), "run 0-10, wait 10-20, run 20-25");
    assert_string_equal(slices_of(model, &model->lanes[0]),
                        "outer 0-10 0, inner 3-4 1, deep 3-4 2, late 20-25 0");
    assert_int_equal(model->start_ns, 0);
    assert_int_equal(model->end_ns, 25000);
    assert_string_equal(unknown_of(model), "");
    trace_model_destroy(model);
}

static void beginnings_find_their_ends(void **state)
{
    struct trace_model *model = sample_load(
        "{\"traceEvents\": [\n" EVENT("B", "1", "a", "0", "") ",\n"
        EVENT("B", "1", "b", "2", "") ",\n" EVENT("E", "1", "b", "3", "") "\n,\n"
        EVENT("E", "1", "a", "4", "") ",\n" EVENT("E", "1", "x", "5", "") ","
        EVENT("B", "2", "open", "6", "") "],\n"
        "\"displayTimeUnit\": \"ms\", \"more\": {\"a\": [1, \"]\"]}}\n");
    (void)state;
    assert_string_equal(slices_of(model, lane_named(model, "thread 1")), "a 0-4 0, b 2-3 1");
    assert_string_equal(states_of(model, lane_named(model, "thread 2")), "run 6-6+");
    assert_string_equal(slices_of(model, lane_named(model, "thread 2")), "open 6-6 0+");
    assert_string_equal(unknown_of(model), "end without a beginning 1");
    trace_model_destroy(model);
}

static void numbers_may_be_texts_and_texts_numbers(void **state)
{
    struct trace_model *model = sample_load(
        "[" SLICE("\"Renderer\"", "\"io\"", "a", "\"1.5\"", "\"2\"") ","
        SLICE("\"Renderer\"", "\"ui\"", "b", "\"2.5\"", "1e0") ","
        SLICE("\"Renderer\"", "\"ui\"", "c", "\"soon\"", "1") ","
        "{\"ph\":\"M\",\"pid\":\"Renderer\",\"tid\":\"ui\",\"name\":\"thread_name\","
        "\"args\":{\"name\":\"Main\"}},"
        "{\"ph\":\"M\",\"pid\":\"Renderer\",\"name\":\"process_name\",\"args\":{\"name\":\"R\"}}]");
    (void)state;
    assert_int_equal(model->lane_count, 2);
    const struct trace_lane *lane = lane_named(model, "Main");
    assert_string_equal(trace_text(model, lane->fn), "R");
    assert_string_equal(slices_of(model, lane), "b 1-2 0");
    assert_string_equal(unknown_of(model), "event without a time 1");
    trace_model_destroy(model);
}

static void a_thread_without_a_number_is_called_as_it_is(void **state)
{
    struct trace_model *model = sample_load("[" SLICE("\"p\"", "\"io thread\"", "a", "0", "5") ","
                                            SLICE("\"p\"", "\"main\"", "b", "1", "5") "]");
    (void)state;
    assert_string_equal(slices_of(model, lane_named(model, "io thread")), "a 0-5 0");
    assert_string_equal(slices_of(model, lane_named(model, "main")), "b 1-6 0");
    trace_model_destroy(model);
}

/* As Python's json writes them, in the first event and in a later one, and as no counter. */
static void what_is_no_number_does_no_harm(void **state)
{
    struct trace_model *model = sample_load(
        "[{\"pid\":5,\"tid\":1,\"name\":\"a NaN\",\"ph\":\"X\",\"ts\":0,\"dur\":5,"
        "\"args\":{\"x\":NaN}},"
        EVENT("C", "1", "level", "1", ",\"args\":{\"value\":-Infinity}") ","
        EVENT("C", "1", "level", "2", ",\"args\":{\"value\":7}") ","
        EVENT("C", "1", "level", "3", ",\"args\":{\"value\":1e999}") ","
        SLICE("5", "1", "b", "NaN", "5") "," SLICE("5", "1", "c", "10", "5") "]");
    (void)state;
    assert_string_equal(slices_of(model, lane_named(model, "thread 1")), "a NaN 0-5 0, c 10-15 0");
    assert_string_equal(unknown_of(model), "event without a time 1");
    assert_int_equal(model->value_count, 1);
    trace_model_destroy(model);
}

static void the_mark_of_an_editor_is_passed_over(void **state)
{
    static const char *const texts[] = {
        "\xef\xbb\xbf[" SLICE("5", "1", "a", "0", "5") "]",
        "\xef\xbb\xbf\n{\"traceEvents\":[" SLICE("5", "1", "a", "0", "5") "]}"};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct trace_model *model = sample_load(texts[i]);
        assert_string_equal(slices_of(model, lane_named(model, "thread 1")), "a 0-5 0");
        trace_model_destroy(model);
    }
    struct trace_model *model = sample_load("\xef\xbb\xbf" TRACE_HEAD TRACE_TAIL);
    assert_false(model->foreign);
    trace_model_destroy(model);
}

static void another_encoding_is_told(void **state)
{
    static const char rows[][6] = {"\xff\xfe[\0{", "\xfe\xff\0[\0", "[\0{\0\"", "{\0\"\0p"};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct trace_model *model;
        struct trace_error error;
        assert_int_equal(trace_load_bytes(rows[i], sizeof rows[i], "it", &model, &error), -EINVAL);
        assert_string_equal(error.text, "it is in UTF-16, but must be in UTF-8");
    }
}

static void a_name_may_be_longer_than_our_lines(void **state)
{
    static char text[100000];
    (void)state;
    int begun = snprintf(text, sizeof text,
                         "[{\"pid\":5,\"tid\":1,\"ph\":\"X\",\"ts\":0,\"dur\":5,\"name\":\"");
    memset(text + begun, 'n', 90000);
    memcpy(text + begun + 90000, "\"}]", 4);
    struct trace_model *model = sample_load(text);
    assert_true(model->foreign);
    assert_int_equal(model->slice_count, 1);
    trace_model_destroy(model);
}

static void operations_of_one_name_share_lanes(void **state)
{
    struct trace_model *model = sample_load(
        "{\"traceEvents\":[" EVENT("b", "1", "get", "0", ",\"id\":\"0x1\",\"cat\":\"net\"") ","
        EVENT("b", "1", "get", "2", ",\"id\":\"0x2\",\"cat\":\"net\"") ","
        EVENT("b", "1", "head", "3", ",\"id\":\"0x2\",\"cat\":\"net\"") ","
        EVENT("n", "1", "bytes", "4", ",\"id\":\"0x2\",\"cat\":\"net\"") ","
        EVENT("e", "1", "head", "5", ",\"id\":\"0x2\",\"cat\":\"net\"") ","
        EVENT("e", "1", "get", "6", ",\"id\":\"0x1\",\"cat\":\"net\"") ","
        EVENT("e", "1", "get", "8", ",\"id\":\"0x2\",\"cat\":\"net\"") ","
        EVENT("b", "1", "get", "7", ",\"id2\":{\"local\":\"0x1\"},\"cat\":\"net\"") ","
        EVENT("e", "1", "get", "9", ",\"id2\":{\"local\":\"0x1\"},\"cat\":\"net\"") "]}");
    (void)state;
    assert_int_equal(model->lane_count, 2);
    assert_string_equal(states_of(model, lane_named(model, "get")), "wait 0-6, wait 6-7, wait 7-9");
    assert_string_equal(states_of(model, lane_named(model, "get (2)")), "wait 2-8");
    assert_string_equal(slices_of(model, lane_named(model, "get (2)")), "get 2-8 0, head 3-5 1");
    assert_int_equal(lane_named(model, "get (2)")->mark_count, 1);
    trace_model_destroy(model);
}

static void arrows_bind_to_slices(void **state)
{
    struct trace_model *model = sample_load(
        "[" SLICE("5", "1", "a", "0", "10") "," SLICE("5", "2", "b", "20", "10") ","
        EVENT("s", "1", "go", "4", ",\"id\":1") "," EVENT("t", "2", "go", "15", ",\"id\":1") ","
        EVENT("s", "1", "go", "6", ",\"id\":2") ","
        EVENT("f", "2", "go", "25", ",\"id\":2,\"bp\":\"e\"") ","
        EVENT("s", "9", "go", "6", ",\"id\":3") "]");
    (void)state;
    assert_int_equal(model->flow_count, 2);
    assert_int_equal(model->flows[0].from_ns, 4000);
    assert_int_equal(model->flows[0].to_ns, 20000); /* the next slice to begin */
    assert_int_equal(model->flows[1].to_ns, 25000); /* within one */
    assert_int_equal(model->flows[1].to_lane, 1);
    assert_string_equal(unknown_of(model), "arrow on a track without slices 1");
    trace_model_destroy(model);
}

static void counters_instants_and_the_rest(void **state)
{
    struct trace_model *model = sample_load(
        "[" SLICE("5", "1", "a", "10", "10") ","
        EVENT("C", "1", "heap", "12", ",\"args\":{\"value\":7.5}") ","
        EVENT("C", "1", "heap", "11", ",\"args\":{\"value\":3}") ","
        EVENT("C", "1", "tasks", "13", ",\"args\":{\"run\":1,\"wait\":2,\"note\":\"x\"}") ","
        EVENT("i", "1", "here", "14", ",\"s\":\"t\"") "," EVENT("R", "1", "mark", "15", "") ","
        EVENT("P", "1", "sample", "16", "") "," EVENT("P", "1", "sample", "17", "") ","
        EVENT("M", "1", "version", "0", "") "]");
    (void)state;
    assert_int_equal(model->counter_count, 3);
    assert_string_equal(trace_text(model, model->counters[0].name), "heap");
    assert_int_equal(model->counters[0].value_count, 2);
    assert_int_equal(model->values[0].at_ns, 1000);
    assert_true(model->values[0].value == 3 && model->values[1].value == 7.5);
    assert_string_equal(trace_text(model, model->counters[2].name), "tasks wait");
    assert_int_equal(model->mark_count, 2);
    assert_string_equal(trace_text(model, model->marks[0].text), "here");
    assert_int_equal(model->marks[0].at_ns, 4000);
    assert_string_equal(unknown_of(model), "phase P 2, metadata version 1");
    trace_model_destroy(model);
}

static void a_file_that_breaks_off_loads_to_there(void **state)
{
    const char whole[] = "{\"traceEvents\":[" SLICE("5", "1", "a", "0", "10") ",\n" SLICE(
        "5", "1", "b", "20", "10") "],\"metadata\":{\"x\":\"y\"}}";
    (void)state;
    for (size_t bytes = sizeof whole - 2; bytes > 0; bytes--) {
        struct trace_model *model;
        struct trace_error error;
        int result = trace_load_bytes(whole, bytes, "x.json", &model, &error);
        bool first = bytes > strlen("{\"traceEvents\":[" SLICE("5", "1", "a", "0", "10")) - 1;
        assert_int_equal(result, first ? 0 : -EINVAL);
        if (result == 0)
            assert_true(model->cut && model->lane_count == 1);
        trace_model_destroy(model);
    }
}

static void what_overlaps_is_cut_and_counted(void **state)
{
    struct trace_model *model = sample_load(
        "[" SLICE("5", "1", "a", "0", "10") "," SLICE("5", "1", "b", "5", "10") "]");
    (void)state;
    assert_string_equal(slices_of(model, &model->lanes[0]), "a 0-10 0, b 5-10 1");
    assert_string_equal(unknown_of(model), "slice that overlaps another on its track 1");
    trace_model_destroy(model);
}

/* --- files ----------------------------------------------------------------------------------- */

static struct trace_model *load_file(const char *name)
{
    struct trace_model *model;
    struct trace_error error;
    if (trace_load(sample_path(name), &model, &error) < 0)
        fail_msg("%s", error.text);
    assert_true(model->foreign);
    assert_false(model->cut);
    return model;
}

static uint32_t runs_of(const struct trace_model *model, const struct trace_lane *lane)
{
    uint32_t runs = 0;
    for (uint32_t i = lane->span_first; i < lane->span_first + lane->span_count; i++)
        runs += model->spans[i].state == TRACE_STATE_RUN;
    return runs;
}

static void goroutines_are_lanes_and_processors_loops(void **state)
{
    static const char *const counts[] = {"G7 main.count", "G8 main.count", "G9 main.count"};
    struct trace_model *model = load_file("foreign/go_procs.json");
    (void)state;
    assert_int_equal(model->loop_count, 2);
    assert_string_equal(trace_text(model, model->loops[0].name), "Proc 0");
    for (size_t i = 0; i < 3; i++) {
        const struct trace_lane *lane = lane_named(model, counts[i]);
        assert_int_equal(runs_of(model, lane), 2);
        assert_int_equal(lane->span_count, 3); /* it ran, waited for a second, ran */
        assert_int_equal(model->spans[lane->span_first + 1].state, TRACE_STATE_WAIT);
        assert_true(lane->arrival_count >= 1);
    }
    assert_int_equal(model->unknown_count, 0);
    trace_model_destroy(model);
}

static void tasks_run_on_their_thread_one_at_a_time(void **state)
{
    static const char *const tasks[] = {"Task-2", "Task-3", "Task-4"};
    struct trace_model *model = load_file("foreign/viztracer.json");
    (void)state;
    assert_int_equal(model->loop_count, 1);
    for (size_t i = 0; i < 3; i++) {
        const struct trace_lane *lane = lane_named(model, tasks[i]);
        assert_int_equal(runs_of(model, lane), 2);
        assert_int_equal(lane->mark_count, 2);
        assert_string_equal(trace_text(model, model->marks[lane->mark_first].text), "One");
        assert_string_equal(trace_text(model, model->marks[lane->mark_first + 1].text), "Two");
    }
    for (uint32_t i = 1; i < model->switch_count; i++)
        assert_true(model->spans[model->switches[i]].start_ns >=
                    model->spans[model->switches[i - 1]].end_ns);
    trace_model_destroy(model);
}

static void other_tools_files_load(void **state)
{
    struct trace_model *chromium = load_file("foreign/chromium.json");
    struct trace_model *node = load_file("foreign/node.json");
    struct trace_model *go = load_file("foreign/go_goroutines.json");
    (void)state;
    const struct trace_lane *lane = lane_named(chromium, "CrRendererMain");
    assert_string_equal(trace_text(chromium, lane->fn), "Renderer");
    assert_true(runs_of(chromium, lane) > 20);
    assert_int_equal(chromium->flow_count, 11);
    assert_int_equal(lane_named(node, "PROMISE")->span_count > 0, 1);
    assert_string_equal(unknown_of(node), "metadata version 2, metadata node 2");
    assert_int_equal(runs_of(go, lane_named(go, "G9 main.count")), 2);
    assert_int_equal(go->counter_count, 7);
    trace_model_destroy(chromium);
    trace_model_destroy(node);
    trace_model_destroy(go);
}

static void whose_a_file_is_is_seen_from_its_beginning(void **state)
{
    (void)state;
    assert_true(trace_is_foreign(sample_path("foreign/node.json")));
    assert_false(trace_is_foreign(sample_path("three_counts.json")));
    assert_false(trace_is_foreign("/nowhere"));
    assert_false(trace_is_foreign("-"));
}

HARNESS_MAIN(cmocka_unit_test(outermost_slices_are_runs_and_all_have_names),
             cmocka_unit_test(beginnings_find_their_ends),
             cmocka_unit_test(numbers_may_be_texts_and_texts_numbers),
             cmocka_unit_test(a_thread_without_a_number_is_called_as_it_is),
             cmocka_unit_test(what_is_no_number_does_no_harm),
             cmocka_unit_test(the_mark_of_an_editor_is_passed_over),
             cmocka_unit_test(another_encoding_is_told),
             cmocka_unit_test(a_name_may_be_longer_than_our_lines),
             cmocka_unit_test(operations_of_one_name_share_lanes),
             cmocka_unit_test(arrows_bind_to_slices),
             cmocka_unit_test(counters_instants_and_the_rest),
             cmocka_unit_test(a_file_that_breaks_off_loads_to_there),
             cmocka_unit_test(what_overlaps_is_cut_and_counted),
             cmocka_unit_test(goroutines_are_lanes_and_processors_loops),
             cmocka_unit_test(tasks_run_on_their_thread_one_at_a_time),
             cmocka_unit_test(other_tools_files_load),
             cmocka_unit_test(whose_a_file_is_is_seen_from_its_beginning))
