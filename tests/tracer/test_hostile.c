/*
 * Files made to do harm: whatever they hold, they are loaded or refused, and what is loaded can be
 * asked anything.  Run under AddressSanitizer and UndefinedBehaviorSanitizer, these cases are the
 * proof that no input reads or writes out of bounds.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "ask_all.h"
#include "harness.h"
#include "sample.h"

static void texts_that_are_nasty(void **state)
{
    static const char *const rows[] = {
        TRACE_HEAD ",\n{\"ph\":\"X\",\"ts\":NaN",
        TRACE_HEAD ",\n{\"ph\":\"X\",\"ts\":1e999999999,\"dur\":1}",
        TRACE_HEAD RUN("0", "1.000", "0.999", "1", "exit"),
        TRACE_HEAD RUN("1099511627776", "1.000", "0.999", "1", "exit"),
        TRACE_HEAD RUN("4294967295", "1.000", "0.999", "4294967296", "exit"),
        TRACE_HEAD RUN("-1", "1.000", "0.999", "-1", "exit"),
        TRACE_HEAD RUN("1", "-5.000", "0.999", "1", "exit"),
        TRACE_HEAD RUN("1", "-2000000000000000", "2000000000000000", "1", "exit")
            RUN("1", "2000000000000000", "2000000000000000", "2", "exit"),
        TRACE_HEAD RUN_ON("99999999999", "1", "1.000", "0.999", "1", "exit"),
        TRACE_HEAD STATE_END("1", "run", "1.000") STATE_END("1", "run", "0.000"),
        TRACE_HEAD STATE_BEGIN("1", "run", "9.000", "") STATE_END("1", "run", "1.000"),
        TRACE_HEAD STATE_BEGIN("1", "run", "1.000", "") STATE_BEGIN("1", "run", "1.000", ""),
        TRACE_HEAD ACTOR("1", "a", "1", "1.000") ACTOR("1", "b", "2", "0.000"),
        TRACE_HEAD ACTOR("1", "a", "2", "1.000") ACTOR("2", "b", "1", "0.000"),
        TRACE_HEAD LIFE_END("1", "a", "5.000", "99999999999") LIFE_BEGIN("1", "a", "9.000"),
        TRACE_HEAD ACTOR("1", "a", "4294967295", "1.000") PRINT("4294967295", "1.000", "x"),
        TRACE_HEAD FLOW("f", "9", "1.000", "", "\"\"") FLOW("s", "9", "2.000", "", "\"\""),
        TRACE_HEAD FLOW("s", "1", "1.000", "a", "[]") FLOW("f", "1", "0.000", "a", "{}"),
        TRACE_HEAD ",\n{\"args\":{\"name\":{\"name\":\"name\"}},\"ph\":\"M\",\"pid\":1,"
                   "\"tid\":1,\"cat\":\"__metadata\",\"name\":\"thread_name\"}",
        TRACE_HEAD ",\n{\"ph\":\"M\",\"ph\":\"X\",\"ph\":7,\"args\":[],\"args\":null}",
        TRACE_HEAD PRINT("1", "1.000", "\\u0000\\ud800 \\udc00 \\x")
            RUN("1", "1.000", "0", "1", ""),
        TRACE_HEAD PRINT("1", "1.000", "\xff\xfe\xf8\x80") RUN("1", "0.000", "9.000", "1", "x"),
        TRACE_HEAD ",\n{\"ph\":\"M\",\"pid\":9,\"tid\":9,\"cat\":\"__metadata\","
                   "\"name\":\"thread_name\",\"args\":{\"name\":\"loop 999999999999\"}}",
        TRACE_HEAD ",\n{\"\":\"\",\"\":{},\"\":[]}",
        "[",
        "[\n",
        "[]]",
        "[{}}]",
        "[\"a\"]",
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ask_all(rows[i], strlen(rows[i]));
}

static void bytes_of_zero(void **state)
{
    size_t bytes;
    char *text = sample_read("three_counts.json", &bytes);
    (void)state;
    for (size_t i = 0; i < bytes; i += 7) {
        char kept = text[i];
        text[i] = '\0';
        ask_all(text, bytes);
        text[i] = kept;
    }
    free(text);
}

/* Messages, mailboxes and notes, with one byte after the other made something else. */
static void messages_with_a_byte_changed_do_no_harm(void **state)
{
    static const char others[] = "9\"}-e";
    char text[] = SAMPLE_MESSAGES;
    (void)state;
    for (size_t i = 0; i + 1 < sizeof text; i++) {
        char kept = text[i];
        for (const char *other = others; *other != '\0'; other++) {
            text[i] = *other;
            ask_all(text, sizeof text - 1);
        }
        text[i] = kept;
    }
}

static void deep_nesting_is_refused(void **state)
{
    enum { DEPTH = 200000 };
    struct sample_text text = {0};
    struct trace_model *model;
    struct trace_error error;
    static char brackets[DEPTH];
    (void)state;
    sample_add(&text, "%s,\n{\"args\":{\"deep\":", TRACE_HEAD);
    memset(brackets, '[', DEPTH);
    sample_add(&text, "%.*s", DEPTH, brackets);
    memset(brackets, ']', DEPTH);
    sample_add(&text, "%.*s}}\n]", DEPTH, brackets);
    int result = trace_load_bytes(text.text, text.bytes, "deep.json", &model, &error);
    assert_int_equal(result, -EINVAL);
    assert_int_equal(error.line, 3);
    ask_all(text.text, text.bytes);
    free(text.text);
}

static void a_line_of_ten_megabytes_is_refused(void **state)
{
    size_t bytes = (size_t)10 << 20;
    char *text = malloc(bytes);
    (void)state;
    assert_non_null(text);
    memset(text, 'a', bytes);
    memcpy(text, "[{\"ph\":\"", 8);
    ask_all(text, bytes);
    memset(text, '[', bytes);
    ask_all(text, bytes);
    free(text);
}

/* The same numbers in every run; xorshift of 64 bits. */
static uint64_t random_state;

static uint32_t random_below(uint32_t limit)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)((random_state >> 11) % limit);
}

static const char *const words[] = {
    "\"",    "{",     "}",     "[",         "]",         ",",           ":",       "\n",
    "-",     "9",     "e9",    ".",         "null",      "\\",          "\"run\"", "\"tid\":1,",
    "\"E\"", "\"B\"", "\"s\"", "\"sleep\"", "\"state\"", "99999999999", "\x80",    "\x01"};

/* One change somewhere: a byte, a word put in, a stretch taken out or doubled. */
static size_t mutate(char *text, size_t bytes, size_t room)
{
    size_t at = random_below((uint32_t)bytes);
    size_t length = random_below(40);
    length = length < bytes - at ? length : bytes - at;
    const char *word = words[random_below(sizeof words / sizeof words[0])];
    switch (random_below(4)) {
    case 0:
        text[at] = (char)random_below(256);
        return bytes;
    case 1:
        memmove(text + at, text + at + length, bytes - at - length);
        return bytes - length;
    case 2:
        length = strlen(word);
        if (bytes + length > room)
            return bytes;
        memmove(text + at + length, text + at, bytes - at);
        memcpy(text + at, word, length);
        return bytes + length;
    default:
        if (bytes + length > room)
            return bytes;
        memmove(text + at + length, text + at, bytes - at);
        return bytes + length;
    }
}

static void a_sample_changed_at_random(void **state)
{
    enum { ROUNDS = 4000 };
    size_t bytes, changed_bytes;
    char *text = sample_read("three_counts.json", &bytes);
    char *changed = malloc(2 * bytes);
    const char *seed = getenv("TROUPE_TEST_SEED");
    random_state = seed != NULL ? strtoull(seed, NULL, 10) : 20181;
    (void)state;
    assert_non_null(changed);
    for (int i = 0; i < ROUNDS; i++) {
        print_message("TROUPE_TEST_SEED=%llu replays from round %d\n",
                      (unsigned long long)random_state, i);
        memcpy(changed, text, bytes);
        changed_bytes = bytes;
        for (uint32_t changes = 1 + random_below(8); changes > 0 && changed_bytes > 0; changes--)
            changed_bytes = mutate(changed, changed_bytes, 2 * bytes);
        ask_all(changed, changed_bytes);
    }
    free(changed);
    free(text);
}

/* Gives each text of a corpus, packed by pack_corpus.py, to a function. */
static void replay(const char *name, void (*ask)(const char *text, size_t bytes))
{
    gzFile file = gzopen(sample_path(name), "rb");
    unsigned char length[4];
    int count = 0;
    assert_non_null(file);
    for (; gzread(file, length, sizeof length) == (int)sizeof length; count++) {
        unsigned bytes = length[0] | (unsigned)length[1] << 8 | (unsigned)length[2] << 16;
        char *text = malloc(bytes + 1);
        assert_non_null(text);
        assert_int_equal(gzread(file, text, bytes), bytes);
        ask(text, bytes);
        free(text);
    }
    assert_true(count > 100);
    gzclose(file);
}

static void what_a_fuzzer_has_found_does_no_harm(void **state)
{
    (void)state;
    replay("corpus.gz", ask_all);
}

static void ask_sample(const char *rules, size_t bytes)
{
    static const char *const names[] = {"three_counts.json", "calls.json"};
    for (int i = 0; i < 2; i++) {
        struct trace_model *model = sample_load_file(names[i]);
        ask_rules(model, rules, bytes);
        trace_model_destroy(model);
    }
}

static void rules_that_a_fuzzer_has_found_do_no_harm(void **state)
{
    (void)state;
    replay("rules.gz", ask_sample);
}

static void lessons_that_a_fuzzer_has_found_do_no_harm(void **state)
{
    (void)state;
    replay("lessons.gz", ask_lesson);
}

HARNESS_MAIN(cmocka_unit_test(texts_that_are_nasty), cmocka_unit_test(bytes_of_zero),
             cmocka_unit_test(messages_with_a_byte_changed_do_no_harm),
             cmocka_unit_test(deep_nesting_is_refused),
             cmocka_unit_test(a_line_of_ten_megabytes_is_refused),
             cmocka_unit_test(a_sample_changed_at_random),
             cmocka_unit_test(what_a_fuzzer_has_found_does_no_harm),
             cmocka_unit_test(rules_that_a_fuzzer_has_found_do_no_harm),
             cmocka_unit_test(lessons_that_a_fuzzer_has_found_do_no_harm))
