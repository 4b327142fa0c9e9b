/*
 * Text: what fits, where it is cut, how it is wrapped.
 */

#include "harness.h"

#include "story.h"
#include "text.h"

/* Every character of this style is 6 pixels wide. */
static const struct text_style style = {.size_px = 10};

static size_t fit(const char *text, float width_px, bool *cut)
{
    return text_fit(&story_measurer, style, text, width_px, cut);
}

static void what_fits_is_left_whole(void **state)
{
    (void)state;
    bool cut = true;
    assert_int_equal(fit("sleep", 30, &cut), 5);
    assert_false(cut);
    assert_int_equal(fit("", 0, &cut), 0);
    assert_false(cut);
}

static void what_does_not_fit_leaves_room_for_the_ellipsis(void **state)
{
    (void)state;
    bool cut = false;
    assert_int_equal(fit("sleeping", 30, &cut), 4);
    assert_true(cut);
    assert_int_equal(fit("ab", 6, &cut), 0);
    assert_true(cut);
}

static void a_cut_falls_between_characters(void **state)
{
    (void)state;
    bool cut = false;
    /* "µµµµ": two bytes each; 18 pixels are two of them and the ellipsis. */
    assert_int_equal(fit("\xc2\xb5\xc2\xb5\xc2\xb5\xc2\xb5", 18, &cut), 4);
    assert_true(cut);
}

static void a_cut_leaves_no_space_at_the_end(void **state)
{
    (void)state;
    bool cut = false;
    assert_int_equal(fit("ab cdefgh", 24, &cut), 2);
    assert_true(cut);
}

static void the_longest_candidate_that_fits_is_chosen(void **state)
{
    (void)state;
    const char *const candidates[] = {"waits for main: join", "join", "J", NULL};
    assert_string_equal(text_choose(&story_measurer, style, candidates, 200), candidates[0]);
    assert_string_equal(text_choose(&story_measurer, style, candidates, 24), "join");
    assert_string_equal(text_choose(&story_measurer, style, candidates, 23), "J");
    assert_null(text_choose(&story_measurer, style, candidates, 5));
}

static void names_keep_the_number_at_their_end(void **state)
{
    (void)state;
    char bytes[TEXT_NAME_BYTES];
    assert_string_equal(text_fit_name(&story_measurer, style, "count#1", 42, bytes), "count#1");
    assert_string_equal(text_fit_name(&story_measurer, style, "counting#12", 42, bytes),
                        "cou\xe2\x80\xa6#12");
    assert_string_equal(text_fit_name(&story_measurer, style, "thread 1", 36, bytes),
                        "thr\xe2\x80\xa6 1");
    assert_string_equal(text_fit_name(&story_measurer, style, "troupe-pool-2", 36, bytes),
                        "tro\xe2\x80\xa6-2");
    assert_string_equal(text_fit_name(&story_measurer, style, "unnumbered", 30, bytes),
                        "unnu\xe2\x80\xa6");
}

static void wrapping_breaks_at_spaces(void **state)
{
    (void)state;
    const char *text = "was ready because loop";
    const char *next = NULL;
    assert_int_equal(text_wrap(&story_measurer, style, text, 62, &next), 9);
    assert_string_equal(next, "because loop");
    assert_int_equal(text_wrap(&story_measurer, style, next, 600, &next), 12);
    assert_string_equal(next, "");
}

static void wrapping_goes_on_where_nothing_fits(void **state)
{
    (void)state;
    const char *next = NULL;
    assert_int_equal(text_wrap(&story_measurer, style, "abc", 1, &next), 1);
    assert_string_equal(next, "bc");
    assert_int_equal(text_wrap(&story_measurer, style, "abcdef", 20, &next), 3);
    assert_string_equal(next, "def");
}

static void bytes_that_are_not_utf8_become_replacements(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint32_t first;
        size_t bytes;
    } rows[] = {
        {"a", 'a', 1},
        {"\xc2\xb5", 0xB5, 2},
        {"\xe2\x80\xa6", 0x2026, 3},
        {"\xf0\x9f\x98\x80", 0x1F600, 4},
        {"\x80", 0xFFFD, 1},             /* a tail without a head */
        {"\xc2", 0xFFFD, 1},             /* a head without a tail */
        {"\xc0\xaf", 0xFFFD, 1},         /* longer than needed */
        {"\xe0\x80\xaf", 0xFFFD, 1},     /* likewise */
        {"\xed\xa0\x80", 0xFFFD, 1},     /* half of a pair */
        {"\xf4\x90\x80\x80", 0xFFFD, 1}, /* beyond the last character */
        {"", 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *text = rows[i].text;
        assert_int_equal(text_next(&text), rows[i].first);
        assert_int_equal(text - rows[i].text, rows[i].bytes);
    }
}

static void what_is_written_is_read_back(void **state)
{
    (void)state;
    static const uint32_t characters[] = {1, 0x7F, 0x80, 0x7FF, 0x800, 0xFFFD, 0x10000, 0x10FFFF};
    for (size_t i = 0; i < sizeof characters / sizeof characters[0]; i++) {
        char bytes[5] = "";
        bytes[text_put(characters[i], bytes)] = '\0';
        const char *text = bytes;
        assert_int_equal(text_next(&text), characters[i]);
        assert_int_equal(*text, '\0');
    }
}

HARNESS_MAIN(cmocka_unit_test(what_fits_is_left_whole),
             cmocka_unit_test(what_does_not_fit_leaves_room_for_the_ellipsis),
             cmocka_unit_test(a_cut_falls_between_characters),
             cmocka_unit_test(a_cut_leaves_no_space_at_the_end),
             cmocka_unit_test(the_longest_candidate_that_fits_is_chosen),
             cmocka_unit_test(names_keep_the_number_at_their_end),
             cmocka_unit_test(wrapping_breaks_at_spaces),
             cmocka_unit_test(wrapping_goes_on_where_nothing_fits),
             cmocka_unit_test(bytes_that_are_not_utf8_become_replacements),
             cmocka_unit_test(what_is_written_is_read_back))
