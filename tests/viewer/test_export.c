/*
 * Pictures as text: SVG has all that the frame has, a page needs nothing else, and lines of text
 * are those that were agreed on.
 *
 * These stand in the folder that TROUPE_GOLDEN_FOLDER names; with TROUPE_GOLDEN=write in the
 * environment they are written anew.  Look at the difference before keeping it.
 */

#include "harness.h"

#include "gallery.h"
#include "page.h"
#include "plain.h"
#include "story.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GOLDEN_WIDTH 1280
#define GOLDEN_HEIGHT 728

static bool titled(void *context, const struct frame_hot *hot, char *text, size_t bytes)
{
    (void)context;
    snprintf(text, bytes, "a \"state\" & <more>");
    return hot->kind == FRAME_HOT_SPAN;
}

/* Draws a model on an axis. */
static void draw(struct frame *frame, struct app *app, const struct trace_model *model,
                 const struct text_measurer *measurer, enum trace_axis_kind axis)
{
    struct draw_scratch scratch = {0};
    struct app_options options = {
        .width = GOLDEN_WIDTH, .height = GOLDEN_HEIGHT, .axis_given = true, .axis = axis};
    assert_int_equal(app_open(app, model, "story.json", measurer, &options), 0);
    frame_init(frame, measurer);
    draw_frame(frame, app, &scratch);
    assert_false(frame->out_of_memory);
    draw_scratch_finish(&scratch);
}

static uint32_t count_of(const char *text, const char *part)
{
    uint32_t count = 0;
    for (const char *at = strstr(text, part); at != NULL; at = strstr(at + 1, part))
        count++;
    return count;
}

/* Whether every element that is opened is closed, in order. */
static void assert_nested(const char *text)
{
    char open[64][16];
    int depth = 0;
    for (const char *at = strchr(text, '<'); at != NULL; at = strchr(at, '<')) {
        const char *end = strchr(at, '>');
        char name[16] = "";
        assert_non_null(end);
        sscanf(at + 1 + (at[1] == '/'), "%15[a-zA-Z]", name);
        if (at[1] == '/')
            assert_string_equal(name, open[--depth]);
        else if (end[-1] != '/')
            snprintf(open[depth++], sizeof open[0], "%s", name);
        assert_in_range(depth, 0, 63);
        at = end;
    }
    assert_int_equal(depth, 0);
}

static void svg_has_every_item_of_the_frame(void **state)
{
    (void)state;
    struct trace_model *model = story_messages();
    struct app app;
    struct frame frame;
    char *text = NULL;
    size_t bytes = 0;
    draw(&frame, &app, model, &story_measurer, TRACE_AXIS_STEP);
    FILE *out = open_memstream(&text, &bytes);
    struct export_titles titles = {titled, NULL};
    svg_write(out, &frame, &titles);
    fclose(out);
    uint32_t texts = 0;
    uint32_t polygons = 0;
    uint32_t spans = 0;
    for (size_t i = 0; i < frame.item_count; i++) {
        texts += frame.items[i].kind == FRAME_TEXT;
        polygons += frame.items[i].kind == FRAME_POLYGON;
    }
    for (size_t i = 0; i < frame.hot_count; i++)
        spans += frame.hots[i].kind == FRAME_HOT_SPAN;
    assert_true(texts > 20 && polygons > 0 && spans > 10);
    assert_int_equal(count_of(text, "<text "), texts);
    assert_int_equal(count_of(text, "<polygon "), polygons);
    assert_int_equal(count_of(text, "<title>a &quot;state&quot; &amp; &lt;more&gt;</title>"),
                     spans);
    assert_nested(text);
    free(text);
    frame_finish(&frame);
    app_close(&app);
    trace_model_destroy(model);
}

static void a_page_needs_nothing_else(void **state)
{
    (void)state;
    struct trace_model *model = story_three_counts();
    struct app app;
    struct frame frame;
    char *text = NULL;
    size_t bytes = 0;
    draw(&frame, &app, model, &story_measurer, TRACE_AXIS_FOLDED);
    struct page page = {.title = "count <&>",
                        .caption = "./count",
                        .sentence = "Three.",
                        .names = {"W wall"},
                        .values = {"1.000 s"},
                        .number_count = 1,
                        .lanes = app.layout.lanes,
                        .names_width = app.layout.names.width};
    FILE *out = open_memstream(&text, &bytes);
    page_write(out, &page, &frame, NULL);
    fclose(out);
    assert_non_null(strstr(text, "<title>count &lt;&amp;&gt;</title>"));
    assert_non_null(strstr(text, "<td>1.000 s</td>"));
    static const char *const from_elsewhere[] = {"http", "src=", "@import", "<link"};
    for (size_t i = 0; i < 4; i++)
        assert_null(strstr(text, from_elsewhere[i]));
    free(text);
    frame_finish(&frame);
    app_close(&app);
    trace_model_destroy(model);
}

/* Compares a picture with the file of its name, or writes that. */
static void compare(const char *name, enum trace_axis_kind axis, const char *text)
{
    char path[512];
    const char *folder = getenv("TROUPE_GOLDEN_FOLDER");
    const char *wish = getenv("TROUPE_GOLDEN");
    bool write = wish != NULL && strcmp(wish, "write") == 0;
    snprintf(path, sizeof path, "%s/%s_%s.txt", folder != NULL ? folder : "tests/viewer/golden",
             name, trace_axis_name(axis));
    FILE *file = fopen(path, write ? "w" : "r");
    if (file == NULL)
        fail_msg("%s is not there; TROUPE_GOLDEN=write writes it", path);
    if (write) {
        fputs(text, file);
        fclose(file);
        return;
    }
    char line[1024];
    for (int number = 1; *text != '\0'; number++) {
        size_t length = strcspn(text, "\n");
        const char *expected = fgets(line, sizeof line, file);
        if (expected == NULL || strncmp(expected, text, length) != 0 || expected[length] != '\n')
            fail_msg("%s: line %d is now \"%.*s\"", path, number, (int)length, text);
        text += length + 1;
    }
    assert_null(fgets(line, sizeof line, file));
    fclose(file);
}

static void pictures_as_text_are_as_agreed(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < GALLERY_COUNT; i++)
        for (int axis = 0; axis < TRACE_AXIS_KINDS; axis++) {
            const char *name;
            struct trace_model *model = gallery_open(i, &name);
            struct app app;
            struct frame frame;
            char *text = NULL;
            size_t bytes = 0;
            draw(&frame, &app, model, &plain_measurer, (enum trace_axis_kind)axis);
            FILE *out = open_memstream(&text, &bytes);
            assert_int_equal(plain_write(out, &frame), 0);
            fclose(out);
            compare(name, (enum trace_axis_kind)axis, text);
            free(text);
            frame_finish(&frame);
            app_close(&app);
            trace_model_destroy(model);
        }
}

static void a_blank_sheet_tells_nothing(void **state)
{
    static const char *const told[] = {"One", "3.00", "sleep", "concurrent, not parallel"};
    (void)state;
    struct trace_model *model = story_three_counts();
    struct app app;
    story_open(&app, model, 1280, 720);
    for (size_t i = 0; i < sizeof told / sizeof *told; i++)
        assert_int_not_equal(story_texts_with(&app, told[i]), 0);
    app.blank = true;
    app_lay_out(&app);
    assert_true(story_says(&app, "count#2"));
    for (size_t i = 0; i < sizeof told / sizeof *told; i++)
        assert_int_equal(story_texts_with(&app, told[i]), 0);
    assert_int_equal(story_hots(&app, FRAME_HOT_SPAN), 0);
    app_close(&app);
    trace_model_destroy(model);
}

HARNESS_MAIN(cmocka_unit_test(svg_has_every_item_of_the_frame),
             cmocka_unit_test(a_page_needs_nothing_else),
             cmocka_unit_test(pictures_as_text_are_as_agreed),
             cmocka_unit_test(a_blank_sheet_tells_nothing))
