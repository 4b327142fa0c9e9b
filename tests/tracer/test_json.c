/* The scanner of one line: numbers to the last digit, text made valid, faults with their place. */

#include <stdio.h>
#include <string.h>

#include "harness.h"
#include "trace_json.h"

static struct trace_value number(const char *text)
{
    return (struct trace_value){
        .text = text, .bytes = (uint32_t)strlen(text), .type = TRACE_VALUE_NUMBER};
}

static void microseconds_become_nanoseconds_exactly(void **state)
{
    static const struct {
        const char *text;
        int64_t ns;
    } rows[] = {
        {"0", 0},
        {"0.000", 0},
        {"0.001", 1},
        {"1000101.100", INT64_C(1000101100)},
        {"999999999999.999", INT64_C(999999999999999)},
        {"123456789012345.678", INT64_C(123456789012345678)},
        {"-12.5", -12500},
        {"1e3", 1000000},
        {"1.5E-1", 150},
        {"0.0019999", 1},
        {"1.00000000000000000000000000000000000001", 1000},
        {"0.0000000000000000000000000000000000000001", 0},
        {"0e99999999999999999999", 0},
        {"1e-99999999999999999999", 0},
        {"2000000000000000", TRACE_INSTANT_NS_MAX},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct trace_value value = number(rows[i].text);
        int64_t ns = -1;
        assert_true(trace_value_ns(&value, &ns));
        assert_int_equal(ns, rows[i].ns);
    }
}

static void instants_out_of_range_are_refused(void **state)
{
    static const char *const rows[] = {"2000000000000000.001", "1e300", "-1e300",
                                       "1e99999999999999999999",
                                       "99999999999999999999999999999999999999"};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct trace_value value = number(rows[i]);
        int64_t ns;
        assert_false(trace_value_ns(&value, &ns));
    }
}

static void whole_numbers_keep_all_64_bits(void **state)
{
    struct trace_value value = number("9223372036854775807");
    struct trace_value beyond = number("9223372036854775808");
    int64_t whole;
    (void)state;
    assert_true(trace_value_int(&value, &whole));
    assert_int_equal(whole, INT64_MAX);
    assert_false(trace_value_int(&beyond, &whole));
}

static void members_come_in_turn(void **state)
{
    static const char text[] = "{ \"a\" : 1 ,\t\"b\":\"x\\\"y\",\"c\":[{},\"]\"],\"d\":null} rest";
    struct trace_scan scan;
    struct trace_value key, value;
    (void)state;
    trace_scan_begin(&scan, text, strlen(text));
    assert_true(trace_scan_member(&scan, &key, &value));
    assert_true(trace_value_is(&key, "a"));
    assert_int_equal(value.type, TRACE_VALUE_NUMBER);
    assert_true(trace_scan_member(&scan, &key, &value));
    assert_int_equal(value.type, TRACE_VALUE_STRING);
    assert_true(value.escaped);
    assert_true(trace_scan_member(&scan, &key, &value));
    assert_int_equal(value.type, TRACE_VALUE_ARRAY);
    assert_memory_equal(value.text, "[{},\"]\"]", value.bytes);
    assert_true(trace_scan_member(&scan, &key, &value));
    assert_int_equal(value.type, TRACE_VALUE_WORD);
    assert_false(trace_scan_member(&scan, &key, &value));
    assert_null(scan.fault);
    assert_string_equal(scan.at, " rest");
}

static void faults_have_a_place_and_a_sentence(void **state)
{
    static const struct {
        const char *text;
        size_t at;
        const char *fault;
    } rows[] = {
        {"", 0, "expected an object"},
        {"[]", 0, "expected an object"},
        {"{", 1, "expected a name in quotes"},
        {"{\"a\"", 4, "expected a colon"},
        {"{\"a\" 1}", 5, "expected a colon"},
        {"{\"a\":}", 5, "expected a value"},
        {"{\"a\":NaN}", 5, "expected a value"},
        {"{\"a\":nul", 8, "expected a value"},
        {"{\"a\":-}", 6, "expected a digit"},
        {"{\"a\":1.}", 7, "expected a digit"},
        {"{\"a\":1e}", 7, "expected a digit"},
        {"{\"a\":007}", 5, "a number must not begin with 0"},
        {"{\"a\":1 \"b\":2}", 7, "expected a comma or a closing brace"},
        {"{\"a\":1,}", 7, "expected a name in quotes"},
        {"{\"a\":\"\t\"}", 6, "a control character inside a string must be escaped"},
        {"{\"a\":\"b", 7, "expected a closing quote"},
        {"{\"a\":\"b\\", 8, "expected a closing quote"},
        {"{\"a\":[[1,2]", 11, "expected a closing bracket"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct trace_scan scan;
        struct trace_value key, value;
        trace_scan_begin(&scan, rows[i].text, strlen(rows[i].text));
        while (trace_scan_member(&scan, &key, &value))
            continue;
        assert_string_equal(scan.fault, rows[i].fault);
        assert_int_equal(scan.at - rows[i].text, rows[i].at);
    }
}

static void text_comes_out_as_valid_utf8(void **state)
{
    static const struct {
        const char *json;
        const char *text;
    } rows[] = {
        {"\"plain\"", "plain"},
        {"\"a\\tb\\\"c\\\\\"", "a\tb\"c\\"},
        {"\"\\u00b5s \\ud83c\\udfad\"", "\xc2\xb5s \xf0\x9f\x8e\xad"},
        {"\"\xc2\xb5s\"", "\xc2\xb5s"},
        {"\"\xff\"", "\xef\xbf\xbd"},                                 /* no lead byte */
        {"\"\xc2\"", "\xef\xbf\xbd"},                                 /* cut short */
        {"\"\xc0\xaf\"", "\xef\xbf\xbd\xef\xbf\xbd"},                 /* longer than need be */
        {"\"\xed\xa0\x80\"", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"}, /* half a pair */
        {"\"bad \\q escape\"", "bad \\q escape"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char line[64], text[64];
        struct trace_scan scan;
        struct trace_value key, value;
        snprintf(line, sizeof line, "{\"a\":%s}", rows[i].json);
        trace_scan_begin(&scan, line, strlen(line));
        assert_true(trace_scan_member(&scan, &key, &value));
        assert_int_equal(trace_value_copy(&value, text, sizeof text), strlen(rows[i].text));
        assert_string_equal(text, rows[i].text);
    }
}

static void text_is_cut_between_characters(void **state)
{
    struct trace_value value = {
        .text = "\xc2\xb5\xc2\xb5\xc2\xb5", .bytes = 6, .type = TRACE_VALUE_STRING};
    char text[6];
    (void)state;
    assert_int_equal(trace_value_copy(&value, text, sizeof text), 4);
    assert_string_equal(text, "\xc2\xb5\xc2\xb5");
}

HARNESS_MAIN(cmocka_unit_test(microseconds_become_nanoseconds_exactly),
             cmocka_unit_test(instants_out_of_range_are_refused),
             cmocka_unit_test(whole_numbers_keep_all_64_bits),
             cmocka_unit_test(members_come_in_turn),
             cmocka_unit_test(faults_have_a_place_and_a_sentence),
             cmocka_unit_test(text_comes_out_as_valid_utf8),
             cmocka_unit_test(text_is_cut_between_characters))
