/*
 * Reading in pieces, by several threads, and with expectations: the result is that of one reader
 * who goes from front to back and expects nothing.
 */

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "harness.h"
#include "make_trace.h"
#include "sample.h"
#include "trace_reader.h"

/* --- models, field by field ------------------------------------------------------------------ */

static const struct trace_model *one, *other;

#define SAME(field) assert_int_equal(a->field, b->field)
#define SAME_TEXT(field) assert_string_equal(trace_text(one, a->field), trace_text(other, b->field))

static void compare_spans(void)
{
    assert_int_equal(one->span_count, other->span_count);
    for (uint32_t i = 0; i < one->span_count; i++) {
        const struct trace_span *a = &one->spans[i], *b = &other->spans[i];
        SAME(start_ns), SAME(end_ns), SAME(lane), SAME(other), SAME(resume), SAME(loop);
        SAME(reason), SAME(state), SAME(open), SAME_TEXT(at);
        const struct trace_wait *wait_a = trace_wait_of(one, a), *wait_b = trace_wait_of(other, b);
        assert_int_equal(wait_a->due_ns, wait_b->due_ns);
        assert_int_equal(wait_a->object, wait_b->object);
        assert_string_equal(trace_text(one, wait_a->made), trace_text(other, wait_b->made));
    }
    assert_int_equal(one->switch_count, other->switch_count);
    assert_memory_equal(one->switches, other->switches, one->switch_count * sizeof(uint32_t));
}

static void compare_lanes(void)
{
    assert_int_equal(one->lane_count, other->lane_count);
    for (uint32_t i = 0; i < one->lane_count; i++) {
        const struct trace_lane *a = &one->lanes[i], *b = &other->lanes[i];
        SAME(id), SAME(parent), SAME(span_first), SAME(span_count), SAME(mark_first);
        SAME(mark_count), SAME(depth_first), SAME(depth_count), SAME(departure_first);
        SAME(departure_count), SAME(arrival_first), SAME(arrival_count), SAME(spawn_ns);
        SAME(first_run_ns), SAME(end_ns), SAME(status);
        SAME_TEXT(name), SAME_TEXT(fn), SAME_TEXT(src);
    }
    assert_int_equal(one->loop_count, other->loop_count);
    for (uint32_t i = 0; i < one->loop_count; i++) {
        const struct trace_loop *a = &one->loops[i], *b = &other->loops[i];
        SAME(id), SAME(os_pid), SAME(os_tid), SAME_TEXT(name);
    }
}

static void compare_flows(void)
{
    assert_int_equal(one->flow_count, other->flow_count);
    for (uint32_t i = 0; i < one->flow_count; i++) {
        const struct trace_flow *a = &one->flows[i], *b = &other->flows[i];
        SAME(from_ns), SAME(to_ns), SAME(from_lane), SAME(to_lane), SAME(message), SAME_TEXT(name);
    }
    assert_int_equal(one->message_count, other->message_count);
    for (uint32_t i = 0; i < one->message_count; i++) {
        const struct trace_message *a = &one->messages[i], *b = &other->messages[i];
        SAME(tag), SAME(bytes), SAME(depth_sent), SAME(depth_left), SAME(scanned), SAME(woke);
    }
    assert_memory_equal(one->departures, other->departures,
                        one->departure_count * sizeof(uint32_t));
    assert_memory_equal(one->arrivals, other->arrivals, one->arrival_count * sizeof(uint32_t));
}

static void compare_rest(void)
{
    assert_int_equal(one->mark_count, other->mark_count);
    for (uint32_t i = 0; i < one->mark_count; i++) {
        const struct trace_mark *a = &one->marks[i], *b = &other->marks[i];
        SAME(at_ns), SAME(lane), SAME(span), SAME(by), SAME(kind), SAME(note), SAME(to_stderr);
        SAME_TEXT(text);
    }
    assert_int_equal(one->depth_count, other->depth_count);
    for (uint32_t i = 0; i < one->depth_count; i++) {
        const struct trace_depth *a = &one->depths[i], *b = &other->depths[i];
        SAME(at_ns), SAME(lane), SAME(depth);
    }
    assert_int_equal(one->job_count, other->job_count);
    for (uint32_t i = 0; i < one->job_count; i++) {
        const struct trace_job *a = &one->jobs[i], *b = &other->jobs[i];
        SAME(start_ns), SAME(end_ns), SAME(thread), SAME(open), SAME_TEXT(name);
    }
    assert_int_equal(one->thread_count, other->thread_count);
    const struct trace_model *a = one, *b = other;
    SAME(event_count), SAME(start_ns), SAME(end_ns), SAME(cut), SAME(info.os_pid);
    SAME_TEXT(info.prog), SAME_TEXT(info.cmd);
}

static void compare_models(void)
{
    compare_lanes();
    compare_spans();
    compare_flows();
    compare_rest();
}

/* Loads a text in one piece and in others of any number, and compares. */
static void load_in_pieces(const char *text, size_t bytes)
{
    static const unsigned parts[] = {2, 3, 5, 16, 64};
    struct trace_load_options options = {.threads = 1, .parts = 1};
    struct trace_model *whole, *pieces;
    struct trace_error error, error_pieces;
    int result = trace_load_bytes_with(&options, text, bytes, "x.json", &whole, &error);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        options = (struct trace_load_options){.threads = 1 + i % 3, .parts = parts[i]};
        int code = trace_load_bytes_with(&options, text, bytes, "x.json", &pieces, &error_pieces);
        assert_int_equal(code, result);
        if (result < 0) {
            assert_string_equal(error_pieces.text, error.text);
            assert_int_equal(error_pieces.line, error.line);
            assert_int_equal(error_pieces.offset, error.offset);
            continue;
        }
        one = whole;
        other = pieces;
        compare_models();
        trace_model_destroy(pieces);
    }
    if (result == 0)
        trace_model_destroy(whole);
}

/* A trace of some thousand events, as text. */
static char *made(uint64_t seed, size_t *bytes)
{
    char *text = NULL;
    struct make_trace how = {.events = 3000, .actors = 20, .loops = 3, .seed = seed};
    FILE *file = open_memstream(&text, bytes);
    assert_non_null(file);
    assert_int_equal(make_trace(file, &how), 0);
    fclose(file);
    return text;
}

static void a_made_trace_is_the_same_in_pieces(void **state)
{
    size_t bytes;
    char *text = made(1, &bytes);
    (void)state;
    load_in_pieces(text, bytes);
    load_in_pieces(text, bytes * 2 / 3); /* torn */
    free(text);
}

/* What may lie across the border of two pieces: states, jobs, messages, names, the frame. */
static void what_lies_across_borders_is_the_same_in_pieces(void **state)
{
    static const char *const rows[] = {
        SAMPLE_MESSAGES,
        TRACE_HEAD ACTOR("1", "main", "0", "1.000") ACTOR("2", "kid", "1", "1.500")
            STATE_BEGIN("1", "sleep", "2.000", "\"at\":\"a.c:1\"")
                RUN("2", "3.000", "0.999", "1", "exit")
                    STATE_END_ARGS("1", "sleep", "8.999", "\"due\":8.000,\"at\":\"b.c:2\"")
                        STATE_END("1", "sleep", "9.999") STATE_BEGIN("1", "run", "9.000", "")
                            STATE_END("2", "run", "1.000") TRACE_TAIL,
        TRACE_HEAD JOB("E", "7", "1.000") JOB("B", "7", "2.000") JOB("B", "8", "2.500")
            JOB("E", "7", "3.000") JOB("E", "8", "4.000") JOB("B", "8", "5.000") TRACE_TAIL,
        TRACE_HEAD FLOW("f", "1", "2.000", "a", "5") FLOW("s", "1", "1.000", "a", "5")
            FLOW("s", "1", "3.000", "a", "5") FLOW("f", "1", "4.000", "a", "5")
                RUN("1", "1.000", "4.999", "1", "exit") TRACE_TAIL,
        TRACE_HEAD ACTOR("1", "one", "0", "1.000") ACTOR("1", "two", "0", "1.000")
            LIFE_END("1", "two", "5.000", "3") LIFE_END("1", "two", "4.000", "4") TRACE_TAIL,
        /* commas in front, faults, a bracket too many */
        "[\n"
        "{\"ph\":\"i\"}\n,{\"ph\":\"i\"}\n,{\"ph\":\"i\"}\n,{\"ph\":\"i\"}\n]",
        TRACE_HEAD ",\n{\"ph\":\"i\"},\n{\"ph\":\"i\"},\n{\"ph\":\"i\"},\n{\"ph\" 7},\n{}\n]",
        TRACE_HEAD ",\n{\"ph\":\"i\"},\n{\"ph\":\"i\"}\n]\n]\n{\"ph\":\"i\"},\n{\"ph\":\"i\"}\n]",
        TRACE_HEAD ",\n{\"ph\":\"i\"}\n{\"ph\":\"i\"},\n{\"ph\":\"i\"},\n{\"ph\":\"i\"}\n]",
        "[\n\n\n\n\n\n\n\n" TRACE_HEAD,
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        load_in_pieces(rows[i], strlen(rows[i]));
}

static void a_file_is_the_same_as_its_text(void **state)
{
    size_t bytes;
    char *text = sample_read("three_counts.json", &bytes);
    struct trace_load_options options = {.threads = 2, .parts = 7};
    struct trace_model *file, *memory;
    struct trace_error error;
    (void)state;
    assert_int_equal(trace_load_with(&options, sample_path("three_counts.json"), &file, &error), 0);
    assert_int_equal(trace_load_bytes(text, bytes, "x.json", &memory, &error), 0);
    one = file;
    other = memory;
    compare_models();
    load_in_pieces(text, bytes);
    trace_model_destroy(file);
    trace_model_destroy(memory);
    free(text);
}

/* --- expectations ---------------------------------------------------------------------------- */

static bool same_value(const struct trace_value *a, const struct trace_value *b)
{
    return a->type == b->type &&
           (a->type == TRACE_VALUE_NONE ||
            (a->text == b->text && a->bytes == b->bytes && a->escaped == b->escaped));
}

/* A string or a number says what cJSON says that it is.  Bytes beyond ASCII are left out: cJSON
 * keeps those that are no UTF-8. */
static void compare_with_cjson(const cJSON *tree, const char *name, const struct trace_value *value)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(tree, name);
    char text[512];
    if (value->type == TRACE_VALUE_NONE || value->escaped || item == NULL ||
        value->bytes > sizeof text / 4)
        return;
    trace_value_copy(value, text, sizeof text);
    if (cJSON_IsString(item))
        assert_string_equal(text, item->valuestring);
    else if (cJSON_IsNumber(item))
        assert_true(strtod(text, NULL) == item->valuedouble);
}

/* Takes one line apart in both ways.  Returns whether the expectations held. */
static bool compare_ways(const char *text, size_t bytes)
{
    static struct trace_event expected; /* as a reader keeps it */
    struct trace_event plain;
    struct trace_scan fast, slow;
    trace_scan_begin(&fast, text, bytes);
    trace_scan_begin(&slow, text, bytes);
    if (!trace_event_predict(&fast, &expected)) {
        assert_ptr_equal(fast.at, text);
        return false;
    }
    assert_true(trace_event_parse(&slow, &plain));
    assert_ptr_equal(fast.at, slow.at);
    assert_int_equal(expected.kind, plain.kind);
    assert_int_equal(expected.phase, plain.phase);
    assert_int_equal(expected.ts_ns, plain.ts_ns);
    assert_int_equal(expected.dur_ns, plain.dur_ns);
    assert_int_equal(expected.pid, plain.pid);
    assert_int_equal(expected.tid, plain.tid);
    assert_true(expected.has_ts == plain.has_ts && expected.has_dur == plain.has_dur &&
                expected.has_pid == plain.has_pid && expected.has_tid == plain.has_tid);
    assert_true(same_value(&expected.ph, &plain.ph) && same_value(&expected.ts, &plain.ts) &&
                same_value(&expected.dur, &plain.dur) && same_value(&expected.cat, &plain.cat) &&
                same_value(&expected.name, &plain.name) && same_value(&expected.id, &plain.id) &&
                same_value(&expected.bp, &plain.bp) &&
                same_value(&expected.pid_value, &plain.pid_value) &&
                same_value(&expected.tid_value, &plain.tid_value));
    for (int i = 0; i < TRACE_ARG_COUNT; i++)
        assert_true(same_value(&expected.arg_list[i], &plain.arg_list[i]));
    assert_true(expected.arg_mask == plain.arg_mask);
    cJSON *tree = cJSON_ParseWithLength(text, (size_t)(slow.at - text));
    assert_non_null(tree);
    compare_with_cjson(tree, "name", &expected.name);
    compare_with_cjson(tree, "cat", &expected.cat);
    compare_with_cjson(tree, "ts", &expected.ts);
    const cJSON *args = cJSON_GetObjectItemCaseSensitive(tree, "args");
    compare_with_cjson(args, "at", &expected.args.at);
    compare_with_cjson(args, "text", &expected.args.text);
    compare_with_cjson(args, "due", &expected.args.due);
    cJSON_Delete(tree);
    return true;
}

/* Every line of a text in both ways, and with each of its bytes made another.  Returns how many
 * lines were as expected. */
static int compare_lines(char *text, bool changed)
{
    static const char others[] = "\"\\{}:,0.-e \x01\x80";
    int held = 0;
    for (char *line = text, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        size_t bytes = (size_t)(end - line);
        held += compare_ways(line, bytes);
        for (size_t i = 0; changed && i < bytes; i++) {
            char kept = line[i];
            for (const char *byte = others; *byte != '\0'; byte++) {
                line[i] = *byte;
                compare_ways(line, bytes);
            }
            line[i] = kept;
            compare_ways(line, i); /* torn */
        }
    }
    return held;
}

static void expectations_change_nothing(void **state)
{
    size_t bytes;
    char messages[] = SAMPLE_MESSAGES;
    (void)state;
    char *text = sample_read("three_counts.json", &bytes);
    assert_true(compare_lines(text, true) >= 60); /* of 71: they are what is written */
    free(text);
    compare_lines(messages, true);
    text = made(3, &bytes);
    assert_true(compare_lines(text, false) >= 2900);
    free(text);
}

/* --- packed ---------------------------------------------------------------------------------- */

/* Packs a text as gzip does; the caller frees it. */
static char *pack(const char *text, size_t bytes, size_t *packed_bytes)
{
    z_stream stream = {.avail_in = 0};
    size_t room = bytes + 1000;
    char *packed = malloc(room);
    assert_non_null(packed);
    assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    stream.next_in = (unsigned char *)text;
    stream.avail_in = (unsigned)bytes;
    stream.next_out = (unsigned char *)packed;
    stream.avail_out = (unsigned)room;
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    *packed_bytes = room - stream.avail_out;
    deflateEnd(&stream);
    return packed;
}

static void what_is_packed_is_unpacked(void **state)
{
    size_t bytes, packed_bytes;
    char *text = made(5, &bytes);
    char *packed = pack(text, bytes, &packed_bytes);
    struct trace_model *plain, *unpacked;
    struct trace_error error;
    (void)state;
    assert_int_equal(trace_load_bytes(text, bytes, "x.json", &plain, &error), 0);
    assert_int_equal(trace_load_bytes(packed, packed_bytes, "x.json", &unpacked, &error), 0);
    one = plain;
    other = unpacked;
    compare_models();
    trace_model_destroy(unpacked);
    trace_model_destroy(plain);
    free(packed);
    free(text);
}

static void what_is_packed_in_two_is_one(void **state)
{
    size_t bytes, first_bytes, second_bytes;
    char *text = made(5, &bytes);
    char *first = pack(text, 1000, &first_bytes);
    char *second = pack(text + 1000, bytes - 1000, &second_bytes);
    char *both = malloc(first_bytes + second_bytes);
    struct trace_model *model;
    struct trace_error error;
    (void)state;
    assert_non_null(both);
    memcpy(both, first, first_bytes);
    memcpy(both + first_bytes, second, second_bytes);
    assert_int_equal(trace_load_bytes(both, first_bytes + second_bytes, "x.json", &model, &error),
                     0);
    assert_int_equal(model->lane_count, 20);
    assert_false(model->cut);
    trace_model_destroy(model);
    free(both);
    free(first);
    free(second);
    free(text);
}

static void what_is_packed_and_breaks_off_is_cut(void **state)
{
    size_t bytes, packed_bytes;
    char *text = made(5, &bytes);
    char *packed = pack(text, bytes, &packed_bytes);
    struct trace_model *model;
    struct trace_error error;
    (void)state;
    assert_int_equal(trace_load_bytes(packed, packed_bytes / 2, "x.json", &model, &error), 0);
    assert_true(model->cut);
    assert_true(model->event_count > 500);
    trace_model_destroy(model);
    memset(packed + 10, 0xff, 200); /* behind the head */
    assert_true(trace_load_bytes(packed, packed_bytes, "x.json", &model, &error) < 0);
    assert_non_null(strstr(error.text, "x.json is damaged: it cannot be unpacked beyond byte "));
    free(packed);
    free(text);
}

HARNESS_MAIN(cmocka_unit_test(a_made_trace_is_the_same_in_pieces),
             cmocka_unit_test(what_lies_across_borders_is_the_same_in_pieces),
             cmocka_unit_test(a_file_is_the_same_as_its_text),
             cmocka_unit_test(expectations_change_nothing),
             cmocka_unit_test(what_is_packed_is_unpacked),
             cmocka_unit_test(what_is_packed_in_two_is_one),
             cmocka_unit_test(what_is_packed_and_breaks_off_is_cut))
