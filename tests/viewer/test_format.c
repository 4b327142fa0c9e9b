/*
 * Numbers in words: the expected text stands beside each value.
 */

#include "harness.h"

#include "format.h"

#define MICRO "\xc2\xb5"
#define MINUS "\xe2\x88\x92"

static void durations(void **state)
{
    (void)state;
    static const struct {
        int64_t ns;
        const char *text;
    } rows[] = {
        {0, "0 ns"},
        {-5, "0 ns"},
        {999, "999 ns"},
        {1000, "1.0 " MICRO "s"},
        {18000, "18.0 " MICRO "s"},
        {19549, "19.5 " MICRO "s"},
        {99949, "99.9 " MICRO "s"},
        {99950, "100 " MICRO "s"},
        {143200, "143 " MICRO "s"},
        {999499, "999 " MICRO "s"},
        {999500, "1.00 ms"},
        {50260000, "50.3 ms"},
        {200123456, "200 ms"},
        {999500000, "1.000 s"},
        {1000163650, "1.000 s"},
        {10232000000, "10.232 s"},
        {60000000000, "1 min 00 s"},
        {125000000000, "2 min 05 s"},
        {7500000000000, "2 h 05 min"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[FORMAT_BYTES];
        assert_string_equal(format_duration(rows[i].ns, text), rows[i].text);
    }
}

static void instants_are_as_precise_as_the_step(void **state)
{
    (void)state;
    static const int64_t second = 1000000000;
    const struct {
        int64_t at_ns, step_ns;
        const char *text;
    } rows[] = {
        {0, 20000, "0 " MICRO "s"},
        {20000, 20000, "20 " MICRO "s"},
        {20500, 100, "20.5 " MICRO "s"},
        {1000120000, 20000, "1.000 120 s"},
        {1000120850, 100, "1.000 120 850 s"},
        {1000120850, 10, "1.000 120 850 s"},
        {1000000000, 100000000, "1.0 s"},
        {2000000000, 1000000000, "2 s"},
        {100000000, 20000000, "100 ms"},
        {7192000, 1000, "7.192 ms"},
        {7, 1, "7 ns"},
        {-20000, 20000, MINUS "20 " MICRO "s"},
        {90 * second, 10 * second, "90 s"},
        {90 * second, 30 * second, "1 min 30 s"},
        {-90 * second, 30 * second, MINUS "1 min 30 s"},
        {5400 * second, 1800 * second, "1 h 30 min"},
        {3600 * second, 1800 * second, "1 h"},
        {100 * 3600 * second, 3600 * second, "100 h"},
        {0, 30 * second, "0 s"},
        {0, 60 * second, "0 min"},
        {0, 7200 * second, "0 h"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[FORMAT_BYTES];
        assert_string_equal(format_instant(rows[i].at_ns, rows[i].step_ns, text), rows[i].text);
    }
}

static void ratios_show_their_first_figures(void **state)
{
    (void)state;
    static const struct {
        double ratio;
        const char *text;
    } rows[] = {
        {0, "0.00"},          {3, "3.00"},           {2.996, "3.00"},
        {0.5, "0.50"},        {0.086, "0.086"},      {0.0047, "0.0047"},
        {0.000143, "0.0001"}, {0.000025, "0.00003"}, {0.0000001, "0.000000"},
        {97.2, "97.20"},      {968.2, "968.2"},      {12345.6, "12346"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[FORMAT_BYTES];
        assert_string_equal(format_ratio(rows[i].ratio, text), rows[i].text);
    }
}

static void percent_says_all_and_nothing_only_of_all_and_nothing(void **state)
{
    (void)state;
    static const struct {
        double part, whole;
        const char *text;
    } rows[] = {
        {0, 1, "0 %"},          {1, 1, "100 %"},    {0.9999999, 1, "99.99 %"}, {1e-9, 1, "0.01 %"},
        {0.00507, 1, "0.51 %"}, {0.5, 1, "50.0 %"}, {0.99986, 1, "99.99 %"},   {0, 0, "0 %"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[FORMAT_BYTES];
        assert_string_equal(format_percent(rows[i].part, rows[i].whole, text), rows[i].text);
    }
}

static void counts_ordinals_and_things(void **state)
{
    (void)state;
    char text[FORMAT_BYTES];
    assert_string_equal(format_count(1000, text), "1000");
    assert_string_equal(format_count(1234567, text), "1 234 567");
    assert_string_equal(format_count(UINT64_MAX, text), "18 446 744 073 709 551 615");
    assert_string_equal(format_ordinal(1, text), "first");
    assert_string_equal(format_ordinal(10, text), "tenth");
    assert_string_equal(format_ordinal(11, text), "11th");
    assert_string_equal(format_ordinal(21, text), "21st");
    assert_string_equal(format_ordinal(112, text), "112th");
    assert_string_equal(format_ordinal(1002, text), "1002nd");
    assert_string_equal(format_ordinal(0, text), "0th");
    assert_string_equal(format_things(1, "loop", text), "1 loop");
    assert_string_equal(format_things(0, "actor", text), "0 actors");
}

HARNESS_MAIN(cmocka_unit_test(durations), cmocka_unit_test(instants_are_as_precise_as_the_step),
             cmocka_unit_test(ratios_show_their_first_figures),
             cmocka_unit_test(percent_says_all_and_nothing_only_of_all_and_nothing),
             cmocka_unit_test(counts_ordinals_and_things))
