/* From a file to a model: what is found, what is inferred, what is tolerated, what is refused. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness.h"
#include "sample.h"

static void the_three_counts_load(void **state)
{
    struct trace_model *model = sample_load_file("three_counts.json");
    (void)state;
    assert_int_equal(model->event_count, 71);
    assert_int_equal(model->lane_count, 4);
    assert_int_equal(model->span_count, 19);
    assert_int_equal(model->switch_count, 8);
    assert_int_equal(model->mark_count, 6);
    assert_int_equal(model->flow_count, 6);
    assert_int_equal(model->loop_count, 1);
    assert_int_equal(model->start_ns, 1000);
    assert_int_equal(model->end_ns, 1000163660);
    assert_false(model->cut);
    assert_int_equal(trace_lane_root(model), 0);
    assert_string_equal(trace_text(model, model->info.prog), "count");
    assert_string_equal(trace_text(model, model->info.cmd), "./count");
    assert_int_equal(model->info.t0_unix_ns, INT64_C(1760000000123456789));
    assert_int_equal(model->info.cores, 2);
    assert_int_equal(model->loops[0].os_pid, 4711);
    trace_model_destroy(model);
}

static void a_lane_tells_its_actor(void **state)
{
    struct trace_model *model = sample_load_file("three_counts.json");
    (void)state;
    const struct trace_lane *lane = &model->lanes[trace_lane_by_id(model, 3)];
    assert_string_equal(trace_text(model, lane->name), "count#2");
    assert_string_equal(trace_text(model, lane->fn), "count");
    assert_string_equal(trace_text(model, lane->src), "count.c:25");
    assert_int_equal(lane->parent, 0);
    assert_int_equal(lane->spawn_ns, 15005);
    assert_int_equal(lane->first_run_ns, 42100);
    assert_int_equal(lane->end_ns, 1000139360);
    assert_int_equal(lane->span_count, 5);
    assert_int_equal(lane->mark_count, 2);
    assert_int_equal(trace_lane_by_id(model, 99), TRACE_NONE);
    trace_model_destroy(model);
}

static void states_get_their_last_nanosecond_back(void **state)
{
    struct trace_model *model = sample_load_file("three_counts.json");
    (void)state;
    for (uint32_t i = 0; i < model->lane_count; i++) {
        const struct trace_lane *lane = &model->lanes[i];
        for (uint32_t j = lane->span_first + 1; j < lane->span_first + lane->span_count; j++)
            assert_int_equal(model->spans[j].start_ns, model->spans[j - 1].end_ns);
    }
    trace_model_destroy(model);
}

static void a_wait_knows_where_for_whom_and_until_when(void **state)
{
    struct trace_model *model = sample_load(
        TRACE_HEAD ACTOR("1", "main", "0", "1.000") ACTOR("2", "kid", "1", "1.500")
            STATE("1", "join", "2.000", "4.999", "\"at\":\"main.c:9\",\"on\":2")
                STATE("2", "sleep", "2.000", "2.999", "\"at\":\"kid.c:3\",\"due\":4.750")
                    TRACE_TAIL);
    const struct trace_span *join = &model->spans[0];
    const struct trace_span *sleep = &model->spans[1];
    (void)state;
    assert_int_equal(join->state, TRACE_STATE_WAIT);
    assert_int_equal(join->reason, TRACE_REASON_JOIN);
    assert_int_equal(join->other, 1);
    assert_int_equal(trace_wait_of(model, join)->due_ns, TRACE_NEVER);
    assert_string_equal(trace_text(model, join->at), "main.c:9");
    assert_int_equal(sleep->reason, TRACE_REASON_SLEEP);
    assert_int_equal(sleep->other, TRACE_NONE);
    assert_int_equal(trace_wait_of(model, sleep)->due_ns, 4750);
    trace_model_destroy(model);
}

static void the_span_at_an_instant(void **state)
{
    struct trace_model *model = sample_load(TRACE_HEAD RUN(
        "1", "1.000", "0.999", "1", "sleep") STATE("1", "sleep", "2.000", "0.999", "") TRACE_TAIL);
    (void)state;
    assert_int_equal(trace_span_at(model, 0, 999), TRACE_NONE);
    assert_int_equal(trace_span_at(model, 0, 1000), 0);
    assert_int_equal(trace_span_at(model, 0, 1999), 0);
    assert_int_equal(trace_span_at(model, 0, 2000), 1);
    assert_int_equal(trace_span_at(model, 0, 2999), 1);
    assert_int_equal(trace_span_at(model, 0, 3000), TRACE_NONE);
    trace_model_destroy(model);
}

static void marks_belong_to_the_run_that_made_them(void **state)
{
    struct trace_model *model =
        sample_load(TRACE_HEAD RUN("1", "1.000", "0.999", "1", "sleep")
                        STATE("1", "sleep", "2.000", "0.999", "") PRINT("1", "1.500", "mid")
                            PRINT("1", "2.000", "at the very end") PRINT("1", "9.000", "late")
                                PRINT("7", "1.000", "outside") TRACE_TAIL);
    (void)state;
    assert_int_equal(model->mark_count, 4);
    assert_int_equal(model->marks[0].span, 0);
    assert_int_equal(model->marks[1].span, 0);
    assert_int_equal(model->marks[2].span, TRACE_NONE);
    assert_int_equal(model->marks[3].lane, TRACE_NONE);
    assert_string_equal(trace_text(model, model->marks[3].text), "outside");
    trace_model_destroy(model);
}

static void flows_pair_by_category_name_and_id(void **state)
{
    struct trace_model *model = sample_load(
        TRACE_HEAD ACTOR("1", "a", "0", "0.000") ACTOR("2", "b", "0", "0.000")
            FLOW("s", "1", "1.000", "spawn", "7") FLOW("f", "2", "4.999", "msg", "7")
                FLOW("f", "2", "1.999", "spawn", "7") FLOW("s", "1", "3.000", "msg", "7")
                    FLOW("s", "1", "6.000", "exit", "\"x\"") TRACE_TAIL);
    (void)state;
    assert_int_equal(model->flow_count, 2);
    assert_string_equal(trace_text(model, model->flows[0].name), "spawn");
    assert_int_equal(model->flows[0].from_ns, 1000);
    assert_int_equal(model->flows[0].to_ns, 2000);
    assert_int_equal(model->flows[0].from_lane, 0);
    assert_int_equal(model->flows[0].to_lane, 1);
    assert_int_equal(model->flows[1].from_ns, 3000);
    assert_int_equal(model->flows[1].to_ns, 5000);
    trace_model_destroy(model);
}

static void messages_are_flows_that_carry_something(void **state)
{
    struct trace_model *model = sample_load(SAMPLE_MESSAGES);
    (void)state;
    assert_int_equal(model->flow_count, 3);
    const struct trace_message *first = &model->messages[model->flows[0].message];
    assert_int_equal(first->tag, 7);
    assert_int_equal(first->bytes, 16);
    assert_int_equal(first->depth_sent, 0);
    assert_true(first->woke);
    assert_int_equal(model->flows[0].from_ns, 4500);
    assert_int_equal(model->flows[0].to_ns, 5000); /* the ready state that it led to */
    const struct trace_message *second = &model->messages[model->flows[1].message];
    assert_int_equal(second->tag, -1);
    assert_int_equal(second->scanned, 1);
    assert_int_equal(second->depth_left, 1);
    assert_false(second->woke);
    assert_int_equal(model->flows[1].to_ns, 7000);
    assert_int_equal(model->flows[2].to_lane, TRACE_NONE);
    assert_int_equal(model->flows[2].to_ns, TRACE_NEVER);
    trace_model_destroy(model);
}

static void lanes_find_their_messages(void **state)
{
    struct trace_model *model = sample_load(SAMPLE_MESSAGES);
    const struct trace_lane *ping = &model->lanes[0];
    const struct trace_lane *pong = &model->lanes[1];
    (void)state;
    assert_int_equal(ping->departure_count, 3);
    assert_int_equal(ping->arrival_count, 0);
    assert_int_equal(pong->arrival_count, 2);
    assert_int_equal(model->arrivals[trace_arrival_from(model, 1, 5001)], 1);
    assert_int_equal(trace_departure_from(model, 0, 4600), ping->departure_first + 1);
    uint32_t ready = trace_span_at(model, 1, 5500);
    assert_int_equal(trace_waking_message(model, ready), 0);
    assert_int_equal(pong->depth_count, 3);
    const struct trace_depth *depths = &model->depths[pong->depth_first];
    assert_int_equal(depths[0].at_ns, 4600); /* told by the message, not by a counter */
    assert_int_equal(depths[0].depth, 1);
    assert_int_equal(depths[1].at_ns, 4700);
    assert_int_equal(depths[1].depth, 2);
    assert_int_equal(depths[2].at_ns, 7000);
    assert_int_equal(depths[2].depth, 1);
    trace_model_destroy(model);
}

static void notes_are_marks(void **state)
{
    struct trace_model *model = sample_load(SAMPLE_MESSAGES);
    (void)state;
    assert_int_equal(model->mark_count, 1);
    assert_int_equal(model->marks[0].kind, TRACE_MARK_NOTE);
    assert_int_equal(model->marks[0].note, TRACE_NOTE_CANCEL);
    assert_int_equal(model->marks[0].by, 0);
    assert_int_equal(model->marks[0].lane, 1);
    assert_string_equal(trace_text(model, model->marks[0].text), "enough");
    trace_model_destroy(model);
}

static void mailboxes_of_one_name_are_told_apart(void **state)
{
    struct trace_model *model = sample_load(
        TRACE_HEAD ACTOR("1", "twin", "0", "0.000") ACTOR("2", "twin", "0", "0.000")
            MAILBOX("2", "3.000", "twin", "3") MAILBOX("1", "2.000", "twin", "2")
                MAILBOX("2", "1.000", "twin", "1") MAILBOX("8", "1.000", "nobody", "1") TRACE_TAIL);
    (void)state;
    assert_int_equal(model->depth_count, 3);
    assert_int_equal(model->lanes[0].depth_count, 1);
    assert_int_equal(model->depths[model->lanes[0].depth_first].depth, 2);
    assert_int_equal(model->depths[model->lanes[1].depth_first].depth, 1);
    assert_int_equal(model->depths[model->lanes[1].depth_first + 1].depth, 3);
    trace_model_destroy(model);
}

static void a_state_cut_by_a_flush_is_the_same_state(void **state)
{
    struct trace_model *model = sample_load(TRACE_HEAD STATE_BEGIN(
        "1", "sleep", "5.000", "\"at\":\"x.c:1\"") STATE_END("1", "sleep", "8.999") TRACE_TAIL);
    (void)state;
    assert_int_equal(model->span_count, 1);
    assert_int_equal(model->spans[0].end_ns, 9000);
    assert_false(model->spans[0].open);
    assert_string_equal(trace_text(model, model->spans[0].at), "x.c:1");
    trace_model_destroy(model);
}

static void the_end_of_a_run_says_why(void **state)
{
    struct trace_model *model =
        sample_load(TRACE_HEAD STATE_BEGIN("1", "run", "5.000", "\"loop\":0,\"resume\":4")
                        STATE_END_ARGS("1", "run", "8.999", "\"suspend\":\"lock\"") TRACE_TAIL);
    (void)state;
    assert_int_equal(model->spans[0].reason, TRACE_REASON_LOCK);
    assert_int_equal(model->spans[0].resume, 4);
    trace_model_destroy(model);
}

static void what_is_open_ends_with_the_trace(void **state)
{
    struct trace_model *model = sample_load(TRACE_HEAD ACTOR("1", "main", "0", "1.000") STATE_BEGIN(
        "1", "run", "2.000", "\"loop\":0") READY("2", "3.000", "4.999"));
    (void)state;
    assert_true(model->cut);
    assert_true(model->spans[0].open);
    assert_int_equal(model->spans[0].end_ns, 8000);
    assert_int_equal(model->spans[0].reason, TRACE_REASON_COUNT);
    assert_int_equal(model->lanes[0].end_ns, TRACE_NEVER);
    trace_model_destroy(model);
}

static void a_count_of_actors_is_a_sign_of_life(void **state)
{
    struct trace_model *model = sample_load(
        TRACE_HEAD STATE_BEGIN("1", "sleep", "2.000", "") ",\n{\"ph\":\"C\",\"ts\":7.000,\"pid\":1,"
                                                          "\"tid\":1,\"cat\":\"count\","
                                                          "\"name\":\"actors\",\"args\":{}}");
    (void)state;
    assert_int_equal(model->end_ns, 7000);
    assert_int_equal(model->spans[0].end_ns, 7000);
    trace_model_destroy(model);
}

static void the_reason_of_a_run_is_inferred(void **state)
{
    struct trace_model *model = sample_load(
        TRACE_HEAD LIFE_BEGIN("1", "a", "0.000") STATE("1", "run", "1.000", "0.999", "\"loop\":0")
            STATE("1", "recv", "2.000", "0.999", "") STATE("1", "run", "3.000", "0.999", "")
                READY("1", "4.000", "0.999") STATE("1", "run", "5.000", "0.999", "")
                    LIFE_END("1", "a", "6.000", "-3") TRACE_TAIL);
    (void)state;
    assert_int_equal(model->spans[0].reason, TRACE_REASON_RECV);
    assert_int_equal(model->spans[2].reason, TRACE_REASON_YIELD);
    assert_int_equal(model->spans[4].reason, TRACE_REASON_EXIT);
    assert_int_equal(model->spans[4].resume, 3);
    assert_int_equal(model->lanes[0].status, -3);
    assert_string_equal(trace_text(model, model->lanes[0].name), "actor#1");
    trace_model_destroy(model);
}

/* Lines with their order turned round, without the brackets; commas come anew. */
static char *reverse_lines(const char *text)
{
    struct sample_text reversed = {0};
    sample_add(&reversed, "[");
    for (const char *end = text + strlen(text); end > text;) {
        const char *start = end - 1;
        while (start > text && start[-1] != '\n')
            start--;
        size_t length = (size_t)(end - start);
        while (length > 0 && strchr(",\n", start[length - 1]) != NULL)
            length--;
        if (length > 1)
            sample_add(&reversed, "%s\n%.*s", reversed.bytes > 1 ? "," : "", (int)length, start);
        end = start;
    }
    sample_add(&reversed, "\n]\n");
    return reversed.text;
}

static void the_order_of_lines_does_not_matter(void **state)
{
    size_t bytes;
    char *text = sample_read("three_counts.json", &bytes);
    char *reversed = reverse_lines(text);
    struct trace_model *model = sample_load(text);
    struct trace_model *other = sample_load(reversed);
    (void)state;
    assert_int_equal(other->span_count, model->span_count);
    for (uint32_t i = 0; i < model->span_count; i++) {
        assert_int_equal(other->spans[i].lane, model->spans[i].lane);
        assert_int_equal(other->spans[i].start_ns, model->spans[i].start_ns);
        assert_int_equal(other->spans[i].end_ns, model->spans[i].end_ns);
        assert_int_equal(other->spans[i].other, model->spans[i].other);
        assert_int_equal(other->spans[i].reason, model->spans[i].reason);
    }
    assert_memory_equal(other->switches, model->switches,
                        model->switch_count * sizeof *model->switches);
    assert_int_equal(other->flow_count, model->flow_count);
    for (uint32_t i = 0; i < model->flow_count; i++)
        assert_int_equal(other->flows[i].from_ns, model->flows[i].from_ns);
    for (uint32_t i = 0; i < model->mark_count; i++)
        assert_int_equal(other->marks[i].span, model->marks[i].span);
    for (uint32_t i = 0; i < model->lane_count; i++)
        assert_string_equal(trace_text(other, other->lanes[i].name),
                            trace_text(model, model->lanes[i].name));
    trace_model_destroy(model);
    trace_model_destroy(other);
    free(reversed);
    free(text);
}

/* A program may be killed, or its disk fill up, after any byte. */
static void a_file_cut_anywhere_loads(void **state)
{
    size_t bytes;
    char *text = sample_read("three_counts.json", &bytes);
    size_t header_end = (size_t)(strstr(text, "}},") + 2 - text);
    uint64_t events = 0;
    (void)state;
    for (size_t cut = header_end; cut < bytes; cut++) {
        struct trace_model *model;
        struct trace_error error;
        int result = trace_load_bytes(text, cut, "cut.json", &model, &error);
        if (result < 0)
            fail_msg("cut after %zu bytes: %s", cut, error.text);
        bool closed = memchr(text + bytes - 3, ']', cut > bytes - 3 ? cut - bytes + 3 : 0) != NULL;
        assert_int_equal(model->cut, !closed);
        assert_true(model->event_count >= events);
        events = model->event_count;
        trace_model_destroy(model);
    }
    assert_int_equal(events, 71);
    free(text);
}

static void what_is_no_trace_is_refused_with_its_place(void **state)
{
    static const struct {
        const char *text;
        const char *sentence;
    } rows[] = {
        {"", "x.json is empty"},
        {" \n\n", "x.json is empty"},
        {"hello", "x.json: line 1, byte 0: expected \"[\", with which a trace begins"},
        {"{\"traceEvents\":[]}",
         "x.json holds 0 events, and none that lasts: there is nothing to show"},
        {"{\"a\":[],\n\"b\":1}", "x.json: line 2, byte 14: expected \"traceEvents\" in the object"},
        {"{\"a\" []}", "x.json: line 1, byte 5: expected a colon"},
        {"{\"traceEvents\":[{\"ph\":\"X\"},7]}",
         "x.json: line 1, byte 27: expected an event in braces"},
        {"{\"traceEvents\":[{\"ph\":}]}", "x.json: line 1, byte 22: expected a value"},
        {"\x1f\x8b\x08", "x.json is empty"},
        {"[]", "x.json holds 0 events but no actors: it is not a trace of a troupe program"},
        {"[{\"ph\":\"i\"}]",
         "x.json holds 1 events but no actors: it is not a trace of a troupe program"},
        {"[{}\n{}]", "x.json: line 2, byte 4: expected a comma between two events"},
        {"[,{}]", "x.json: line 1, byte 1: expected an event in braces"},
        {"[{},,{}]", "x.json: line 1, byte 4: expected an event in braces"},
        {"[7]", "x.json: line 1, byte 1: expected an event in braces"},
        {"[{}] x", "x.json: line 1, byte 5: expected nothing after the closing bracket"},
        {"[{\"ph\":\n\"i\"}]", "x.json: line 1, byte 7: the line ends within an event"},
        {"[{\"ph\":x", "x.json: line 1, byte 7: expected a value"},
        {"[\n{\"a\":[1,}]}\n]",
         "x.json: line 2, byte 7: what begins here is not JSON, or is nested too deeply"},
        {"[{\"args\":{\"a\":{\"b\":tru}}}]",
         "x.json: line 1, byte 14: what begins here is not JSON, or is nested too deeply"},
        {"[{\"args\":{\"a\" 1}}]", "x.json: line 1, byte 14: expected a colon"},
        {"[{\"ph\":\"X\",\"cat\":\"state\",\"name\":\"run\",\"pid\":1,\"tid\":1,\"ts\":\"1\","
         "\"dur\":1}]",
         "x.json: line 1, byte 60: \"ts\" must be a number of microseconds"},
        {"[{\"ph\":\"X\",\"cat\":\"state\",\"name\":\"run\",\"pid\":1,\"tid\":1,\"ts\":1,"
         "\"dur\":-1}]",
         "x.json: line 1, byte 67: \"dur\" must be a number of microseconds, 0 or more"},
        {"[{\"ph\":\"B\",\"cat\":\"actor\",\"name\":\"a\",\"pid\":1,\"tid\":4294967296,\"ts\":1}]",
         "x.json: line 1, byte 50: \"tid\" must be a whole number below 2^32"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct trace_model *model;
        struct trace_error error;
        assert_int_equal(
            trace_load_bytes(rows[i].text, strlen(rows[i].text), "x.json", &model, &error),
            -EINVAL);
        assert_null(model);
        assert_string_equal(error.text, rows[i].sentence);
    }
}

static void files_that_cannot_be_read_say_so(void **state)
{
    struct trace_model *model;
    struct trace_error error;
    (void)state;
    assert_int_equal(trace_load("/nonexistent/x.json", &model, &error), -ENOENT);
    assert_string_equal(error.text,
                        "/nonexistent/x.json cannot be opened: No such file or directory");
    assert_int_equal(trace_load("/", &model, &error), -EISDIR);
    assert_string_equal(error.text, "/ cannot be read: Is a directory");
    assert_int_equal(trace_load("/dev/null", &model, &error), -EINVAL);
    assert_string_equal(error.text, "/dev/null is empty");
}

static void strangers_are_tolerated(void **state)
{
    struct trace_model *model = sample_load(
        TRACE_HEAD ",\n{\"ph\":\"b\",\"ts\":\"soon\",\"cat\":\"net\",\"name\":\"fetch\",\"id\":1}"
                   ",\n{\"ph\":\"V\"},{\"deep\":[[[{\"a\":{}}]]]}"
                   ",\n{\"ph\":\"C\",\"ts\":1,\"pid\":1,\"tid\":9,\"cat\":\"mbox\",\"name\":\"m\"}"
                   ",\n{\"ph\":\"X\",\"ts\":1,\"dur\":1,\"pid\":77,\"tid\":9,\"cat\":\"v8\","
                   "\"name\":\"gc\",\"args\":{\"loop\":\"none\",\"more\":[1,2,{\"x\":null}]}}" RUN(
                       "1", "1.000", "0.999", "1", "exit") TRACE_TAIL);
    (void)state;
    assert_int_equal(model->event_count, 7);
    assert_int_equal(model->lane_count, 1);
    assert_int_equal(model->span_count, 1);
    trace_model_destroy(model);
}

static void other_instants_of_an_actor_are_marks(void **state)
{
    struct trace_model *model = sample_load(
        TRACE_HEAD RUN("1", "1.000", "0.999", "1", "exit")
            INSTANT("1", "1", "1.500", "user", "here", "")
                INSTANT("4711", "4711", "1.600", "lost", "lost", "\"n\":12") TRACE_TAIL);
    (void)state;
    assert_int_equal(model->mark_count, 2);
    assert_int_equal(model->marks[0].kind, TRACE_MARK_OTHER);
    assert_string_equal(trace_text(model, model->marks[0].text), "here");
    assert_int_equal(model->marks[1].kind, TRACE_MARK_LOST);
    assert_int_equal(model->marks[1].lane, TRACE_NONE);
    assert_string_equal(trace_text(model, model->marks[1].text), "12");
    trace_model_destroy(model);
}

static void overlapping_states_are_made_to_tile(void **state)
{
    struct trace_model *model =
        sample_load(TRACE_HEAD RUN("1", "1.000", "8.999", "1", "sleep") STATE(
            "1", "sleep", "4.000", "1.999", "") RUN("1", "1.000", "0.999", "2", "exit") TRACE_TAIL);
    (void)state;
    for (uint32_t i = 1; i < model->span_count; i++)
        assert_true(model->spans[i - 1].end_ns <= model->spans[i].start_ns);
    for (uint32_t i = 0; i < model->span_count; i++)
        assert_true(model->spans[i].start_ns <= model->spans[i].end_ns);
    trace_model_destroy(model);
}

/* The text of a line that is not kept must not cost memory. */
static void memory_does_not_follow_the_length_of_the_text(void **state)
{
    enum { LINES = 200, PADDING = 30000 };
    struct sample_text text = {0};
    (void)state;
    sample_add(&text, "%s", TRACE_HEAD);
    for (int i = 0; i < LINES; i++)
        sample_add(&text,
                   ",\n{\"ph\":\"X\",\"ts\":%d.000,\"dur\":0.999,\"pid\":1,\"tid\":1,"
                   "\"cat\":\"state\",\"name\":\"run\",\"args\":{\"junk\":\"%*d\"}}",
                   i, PADDING, i);
    struct trace_model *model = sample_load_text(&text);
    assert_int_equal(model->span_count, LINES);
    assert_true(model->text_bytes < 1000);
    trace_model_destroy(model);
}

static void a_line_too_long_is_refused(void **state)
{
    size_t bytes = (size_t)3 << 20;
    char *text = malloc(bytes);
    struct trace_model *model;
    struct trace_error error;
    (void)state;
    assert_non_null(text);
    memset(text, ' ', bytes);
    memcpy(text, "[\n", 2);
    assert_int_equal(trace_load_bytes(text, bytes, "x.json", &model, &error), -EINVAL);
    assert_string_equal(error.text, "x.json: line 2, byte 2: the line is longer than 1 MiB; troupe "
                                    "reads one event per line");
    free(text);
}

static void a_pipe_is_read_to_its_end(void **state)
{
    size_t bytes;
    char *text = sample_read("three_counts.json", &bytes);
    struct trace_model *model;
    struct trace_error error;
    int ends[2];
    (void)state;
    assert_int_equal(pipe(ends), 0);
    dup2(ends[0], STDIN_FILENO);
    for (size_t i = 0; i < bytes; i += 100)
        assert_true(write(ends[1], text + i, bytes - i < 100 ? bytes - i : 100) > 0);
    close(ends[1]);
    assert_int_equal(trace_load("-", &model, &error), 0);
    assert_int_equal(model->event_count, 71);
    trace_model_destroy(model);
    free(text);
}

HARNESS_MAIN(cmocka_unit_test(the_three_counts_load), cmocka_unit_test(a_lane_tells_its_actor),
             cmocka_unit_test(states_get_their_last_nanosecond_back),
             cmocka_unit_test(a_wait_knows_where_for_whom_and_until_when),
             cmocka_unit_test(the_span_at_an_instant),
             cmocka_unit_test(marks_belong_to_the_run_that_made_them),
             cmocka_unit_test(flows_pair_by_category_name_and_id),
             cmocka_unit_test(messages_are_flows_that_carry_something),
             cmocka_unit_test(lanes_find_their_messages), cmocka_unit_test(notes_are_marks),
             cmocka_unit_test(mailboxes_of_one_name_are_told_apart),
             cmocka_unit_test(a_state_cut_by_a_flush_is_the_same_state),
             cmocka_unit_test(the_end_of_a_run_says_why),
             cmocka_unit_test(what_is_open_ends_with_the_trace),
             cmocka_unit_test(a_count_of_actors_is_a_sign_of_life),
             cmocka_unit_test(the_reason_of_a_run_is_inferred),
             cmocka_unit_test(the_order_of_lines_does_not_matter),
             cmocka_unit_test(a_file_cut_anywhere_loads),
             cmocka_unit_test(what_is_no_trace_is_refused_with_its_place),
             cmocka_unit_test(files_that_cannot_be_read_say_so),
             cmocka_unit_test(strangers_are_tolerated),
             cmocka_unit_test(other_instants_of_an_actor_are_marks),
             cmocka_unit_test(overlapping_states_are_made_to_tile),
             cmocka_unit_test(memory_does_not_follow_the_length_of_the_text),
             cmocka_unit_test(a_line_too_long_is_refused),
             cmocka_unit_test(a_pipe_is_read_to_its_end))
