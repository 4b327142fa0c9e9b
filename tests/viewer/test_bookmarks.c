/*
 * Marked moments: kept in order, changed and taken away, gone to, and on the ruler.
 */

#include "harness.h"

#include <stdio.h>

#include "story.h"
#include "update.h"

static void type(struct app *app, const char *text)
{
    struct input input = {.kind = INPUT_KEY};
    snprintf(input.text, sizeof input.text, "%s", text);
    app_update(app, &input);
}

static void marks_are_kept_in_the_order_of_time(void **state)
{
    (void)state;
    struct bookmarks marks = {.count = 0};
    char text[16];
    for (int i = 0; i < BOOKMARKS_MAX; i++) {
        snprintf(text, sizeof text, "note %d", i);
        assert_true(bookmarks_set(&marks, i * 7919 % 1000, text));
    }
    assert_false(bookmarks_set(&marks, 5000, "one too many"));
    for (uint32_t i = 1; i < marks.count; i++)
        assert_true(marks.items[i - 1].at_ns < marks.items[i].at_ns);
    int at = bookmarks_at(&marks, 3 * 7919 % 1000);
    assert_string_equal(marks.items[at].text, "note 3");
    assert_true(bookmarks_set(&marks, 3 * 7919 % 1000, "changed"));
    assert_int_equal(marks.count, BOOKMARKS_MAX);
    assert_string_equal(marks.items[at].text, "changed");
    assert_true(bookmarks_set(&marks, 3 * 7919 % 1000, ""));
    assert_int_equal(marks.count, BOOKMARKS_MAX - 1);
    assert_int_equal(bookmarks_at(&marks, 3 * 7919 % 1000), -1);
}

static void a_note_is_written_shown_and_gone_to(void **state)
{
    (void)state;
    struct trace_model *model = story_three_counts();
    struct app app;
    story_open(&app, model, 1280, 720);
    story_press(&app, "Home");
    story_press(&app, "B");
    assert_int_equal(app.prompt.kind, PROMPT_NOTE);
    type(&app, "it begins");
    story_press(&app, "Enter");
    story_press(&app, "End");
    story_press(&app, "B");
    type(&app, "it ends");
    story_press(&app, "Enter");
    const struct bookmarks *marks = &app.document->bookmarks;
    assert_int_equal(marks->count, 2);
    assert_true(marks->changed);
    assert_int_equal(story_texts_with(&app, "it begins"), 1);
    assert_int_equal(story_hots(&app, FRAME_HOT_BOOKMARK), 2);
    int64_t at_ns;
    story_press(&app, "'");
    assert_true(app_cursor(&app, &at_ns));
    assert_int_equal(at_ns, marks->items[0].at_ns); /* after the last comes the first */
    story_press(&app, "'");
    assert_true(app_cursor(&app, &at_ns));
    assert_int_equal(at_ns, marks->items[1].at_ns);
    assert_string_equal(app.notice, "it ends");
    story_press(&app, "Shift+B");
    assert_true(app_cursor(&app, &at_ns));
    assert_int_equal(at_ns, marks->items[0].at_ns);
    story_press(&app, "B"); /* what is there can be changed, or taken away */
    assert_string_equal(app.prompt.text, "it begins");
    story_press(&app, "Ctrl+U");
    story_press(&app, "Enter");
    assert_int_equal(marks->count, 1);
    app_close(&app);
    trace_model_destroy(model);
}

HARNESS_MAIN(cmocka_unit_test(marks_are_kept_in_the_order_of_time),
             cmocka_unit_test(a_note_is_written_shown_and_gone_to))
