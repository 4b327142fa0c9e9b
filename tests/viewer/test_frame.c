/*
 * What stands in the picture: read as a list, without a window or a font.
 */

#include "harness.h"

#include "story.h"
#include "theme.h"
#include "update.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define SENTENCE "Three in progress, one running at a time on one loop: concurrent, not parallel."

static uint32_t count_text(const struct frame *frame, const char *text)
{
    uint32_t count = 0;
    for (size_t i = 0; i < frame->item_count; i++)
        count += frame->items[i].kind == FRAME_TEXT &&
                 strcmp(frame_item_text(frame, &frame->items[i]), text) == 0;
    return count;
}

static void assert_text(const struct frame *frame, const char *text, uint32_t least)
{
    if (count_text(frame, text) < least)
        fail_msg("\"%s\" is there %u times, not %u", text, count_text(frame, text), least);
}

/* The part of an item that its clip lets through. */
static struct frame_rect visible(const struct frame *frame, const struct frame_item *item)
{
    struct frame_rect clip = frame->clips[item->clip];
    float left = fmaxf(item->box.x, clip.x);
    float top = fmaxf(item->box.y, clip.y);
    float right = fminf(frame_right(item->box), frame_right(clip));
    float bottom = fminf(frame_bottom(item->box), frame_bottom(clip));
    return (struct frame_rect){left, top, fmaxf(right - left, 0), fmaxf(bottom - top, 0)};
}

/* Letters do not fill the box from the highest ascender to the lowest descender; boxes may touch
 * by this share of the size without any letter doing so. */
#define SLACK 0.12f

static bool overlap(struct frame_rect a, struct frame_rect b, float slack)
{
    return a.x + 0.5f < frame_right(b) && b.x + 0.5f < frame_right(a) &&
           a.y + slack < frame_bottom(b) && b.y + slack < frame_bottom(a);
}

/* Whether what is drawn later hides some of a text. */
static const struct frame_item *covered_by(const struct frame *frame, size_t text)
{
    const struct frame_item *a = &frame->items[text];
    float slack = SLACK * 2 * a->style.size_px;
    for (size_t j = text + 1; j < frame->item_count; j++) {
        const struct frame_item *b = &frame->items[j];
        bool hides =
            b->kind != FRAME_TEXT && b->kind != FRAME_POLYLINE && b->fill.pattern != FRAME_EMPTY;
        if (hides && overlap(visible(frame, a), visible(frame, b), slack))
            return b;
    }
    return NULL;
}

/* No text touches another, none is cut at an edge, none leaves the picture. */
static void assert_legible(const struct frame *frame, const char *what)
{
    for (size_t i = 0; i < frame->item_count; i++) {
        const struct frame_item *a = &frame->items[i];
        if (a->kind != FRAME_TEXT)
            continue;
        struct frame_rect seen = visible(frame, a);
        if (seen.width < a->box.width - 1)
            fail_msg("%s: \"%s\" is cut at an edge", what, frame_item_text(frame, a));
        if (covered_by(frame, i) != NULL)
            fail_msg("%s: \"%s\" is covered", what, frame_item_text(frame, a));
        if (a->box.x < -0.5f || frame_right(a->box) > (float)frame->width + 0.5f)
            fail_msg("%s: \"%s\" leaves the picture", what, frame_item_text(frame, a));
        for (size_t j = 0; j < i; j++) {
            const struct frame_item *b = &frame->items[j];
            float slack = SLACK * fminf(a->style.size_px, b->style.size_px);
            if (b->kind == FRAME_TEXT && overlap(seen, visible(frame, b), slack))
                fail_msg("%s: \"%s\" and \"%s\" overlap", what, frame_item_text(frame, a),
                         frame_item_text(frame, b));
        }
    }
}

static void the_three_counts_tell_their_story_on_every_axis(void **state)
{
    (void)state;
    struct trace_model *model = story_three_counts();
    static const char *const once[] = {"count",
                                       "loop 0",
                                       "main",
                                       "1",
                                       "2",
                                       "3",
                                       "4",
                                       "5",
                                       "6",
                                       "W  wall",
                                       "S  sum of lives",
                                       "B  busy",
                                       "H  longest hold",
                                       "C  concurrency S/W",
                                       "P  parallelism B/W",
                                       "peak running",
                                       "3.00",
                                       "0.0001",
                                       "143 \xc2\xb5s",
                                       "22.4 \xc2\xb5s",
                                       "running",
                                       "ready",
                                       "waiting",
                                       "Time",
                                       "Folded",
                                       "Steps",
                                       "in progress",
                                       "output",
                                       SENTENCE};
    for (int kind = 0; kind < TRACE_AXIS_KINDS; kind++) {
        struct app app;
        struct frame frame;
        struct app_options options = {
            .width = 1280, .height = 720, .axis_given = true, .axis = (enum trace_axis_kind)kind};
        assert_int_equal(app_open(&app, model, "count.json", &story_measurer, &options), 0);
        story_draw(&frame, &app);
        for (size_t i = 0; i < sizeof once / sizeof once[0]; i++)
            assert_text(&frame, once[i], 1);
        assert_text(&frame, "One", 6); /* on the lanes and in the output */
        assert_text(&frame, "Two", 6);
        assert_text(&frame, "sleep", kind == TRACE_AXIS_TIME ? 3 : 2);
        if (kind != TRACE_AXIS_TIME) {
            assert_text(&frame, "1.000 s", 2); /* the wall, and the break */
            assert_text(&frame, "all asleep", 1);
            assert_text(&frame, "loop idle 99.99 %", 1);
        }
        frame_finish(&frame);
        app_close(&app);
    }
    trace_model_destroy(model);
}

static void nothing_overlaps_at_any_size_axis_and_trace(void **state)
{
    (void)state;
    static const int sizes[][2] = {{640, 360}, {800, 600}, {1280, 720}, {1920, 1080}, {3840, 2160}};
    static const float scales[] = {1, 1.5f};
    static const char *const names[] = {"three counts", "one worker",  "three workers",
                                        "50 workers",   "700 workers", "polite",
                                        "cut",          "long names"};
    struct trace_model *models[] = {story_three_counts(), story_workers(1),   story_workers(3),
                                    story_workers(50),    story_workers(700), story_polite(),
                                    story_cut(),          story_long_names()};
    for (size_t m = 0; m < sizeof models / sizeof models[0]; m++) {
        for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
            for (int kind = 0; kind < 2 * TRACE_AXIS_KINDS; kind++) {
                struct app app;
                struct frame frame;
                char what[96];
                struct app_options options = {.width = sizes[s][0],
                                              .height = sizes[s][1],
                                              .text_scale = scales[kind / TRACE_AXIS_KINDS],
                                              .axis_given = true,
                                              .axis =
                                                  (enum trace_axis_kind)(kind % TRACE_AXIS_KINDS)};
                assert_int_equal(app_open(&app, models[m], "count.json", &story_measurer, &options),
                                 0);
                snprintf(what, sizeof what, "%s, %d x %d, %s, text %.1f", names[m], sizes[s][0],
                         sizes[s][1], trace_axis_name(options.axis), (double)options.text_scale);
                story_draw(&frame, &app);
                assert_legible(&frame, what);
                frame_finish(&frame);
                app_close(&app);
            }
        }
        trace_model_destroy(models[m]);
    }
}

static void nothing_overlaps_while_zooming_and_panning(void **state)
{
    (void)state;
    struct trace_model *models[] = {story_three_counts(), story_workers(50), story_polite()};
    static const char *const chords[] = {"W", "W", "D", "W", "Right", "W", "A", "Down", "W",   "Z",
                                         "W", "S", "X", "D", "D",     "W", "W", "Left", "Tab", "W"};
    for (size_t m = 0; m < 3; m++) {
        struct app app;
        story_open(&app, models[m], 1280, 720);
        for (size_t i = 0; i < 3 * sizeof chords / sizeof chords[0]; i++) {
            struct frame frame;
            char what[64];
            struct input input = {.kind = INPUT_KEY};
            const char *chord = chords[i % (sizeof chords / sizeof chords[0])];
            snprintf(input.chord, sizeof input.chord, "%s", chord);
            snprintf(what, sizeof what, "trace %zu, after key %zu (%s)", m, i, chord);
            app_update(&app, &input);
            story_draw(&frame, &app);
            assert_legible(&frame, what);
            frame_finish(&frame);
        }
        app_close(&app);
        trace_model_destroy(models[m]);
    }
}

static void the_help_lists_every_command(void **state)
{
    (void)state;
    struct trace_model *model = story_three_counts();
    struct app app;
    struct frame frame;
    story_open(&app, model, 1280, 720);
    app.help = true;
    story_draw(&frame, &app);
    static const char *const sentences[] = {
#define COMMAND(id, keys, group, sentence) sentence,
#define GESTURE(how, group, sentence) sentence,
#include "commands.def"
#undef COMMAND
#undef GESTURE
    };
    for (size_t i = 0; i < sizeof sentences / sizeof sentences[0]; i++)
        assert_text(&frame, sentences[i], 1);
    frame_finish(&frame);
    app_close(&app);
    trace_model_destroy(model);
}

/* Moves the pointer to the middle of the first hot region of a kind, and draws. */
static void hover(struct app *app, struct frame *frame, enum frame_hot_kind kind, uint32_t index)
{
    story_draw(frame, app);
    for (size_t i = 0; i < frame->hot_count; i++) {
        struct frame_hot hot = frame->hots[i];
        if (hot.kind != kind || hot.index != index)
            continue;
        struct input input = {.kind = INPUT_MOVE,
                              .x = hot.box.x + hot.box.width / 2,
                              .y = hot.box.y + hot.box.height / 2,
                              .hot = hot};
        app_update(app, &input);
    }
    frame_finish(frame);
    story_draw(frame, app);
}

/* Sentences come before keys; and of keys none is half there. */
static void what_is_told_has_room(void **state)
{
    (void)state;
    struct trace_model *model = story_messages();
    struct app app;
    for (int width = 1280; width >= 480; width -= 100) {
        story_open(&app, model, width, 720);
        uint32_t keys = story_texts_with(&app, "next switch");
        assert_true(keys == 0 || story_texts_with(&app, ": commands") == 1);
        app_select(&app, model->lanes[1].span_first + 2);
        bool whole = story_texts_with(&app, "then ended") == 1;
        if (!whole && story_texts_with(&app, ": commands") > 0)
            fail_msg("at a width of %d keys take the room of sentences", width);
        app_close(&app);
    }
    trace_model_destroy(model);
}

static void the_tooltip_says_what_the_pointer_is_on(void **state)
{
    (void)state;
    struct trace_model *model = story_three_counts();
    struct app app;
    struct frame frame;
    story_open(&app, model, 1280, 720);
    uint32_t sleep = model->lanes[1].span_first + 2;
    hover(&app, &frame, FRAME_HOT_SPAN, sleep);
    assert_text(&frame, ", waiting: sleep", 1);
    assert_text(&frame, "waited 1.000 s", 1);
    frame_finish(&frame);
    story_press(&app, "M"); /* who uses keys does not point */
    story_draw(&frame, &app);
    assert_int_equal(count_text(&frame, "waited 1.000 s"), 0);
    frame_finish(&frame);
    hover(&app, &frame, FRAME_HOT_BREAK, 0);
    assert_text(&frame, ", folded", 1);
    frame_finish(&frame);
    hover(&app, &frame, FRAME_HOT_SCORE, 4);
    assert_text(&frame, "C, concurrency", 1);
    frame_finish(&frame);
    hover(&app, &frame, FRAME_HOT_NAME, 0);
    assert_text(&frame, "one thread, on which actors take turns", 1);
    frame_finish(&frame);
    hover(&app, &frame, FRAME_HOT_LEGEND, TRACE_STATE_READY);
    assert_text(&frame, "the actor could run, and waits for its turn", 1);
    frame_finish(&frame);
    hover(&app, &frame, FRAME_HOT_STRIP, 0);
    assert_text(&frame, "3 in progress, 0 running", 1);
    frame_finish(&frame);
    app_close(&app);
    trace_model_destroy(model);
}

static void a_cut_file_is_said_to_be_cut(void **state)
{
    (void)state;
    struct trace_model *model = story_cut();
    struct app app;
    struct frame frame;
    story_open(&app, model, 1280, 720);
    story_draw(&frame, &app);
    assert_text(&frame, "the file ends before the program did", 1);
    assert_text(&frame, "working", 1);
    frame_finish(&frame);
    app_close(&app);
    trace_model_destroy(model);
}

static void output_is_faint_until_it_is_printed(void **state)
{
    (void)state;
    struct trace_model *model = story_three_counts();
    struct app app;
    story_open(&app, model, 1280, 720);
    for (uint32_t number = 1; number <= 6; number++) {
        struct frame frame;
        uint32_t faint = 0;
        app_select(&app, app.document->order.switches[number - 1]);
        story_draw(&frame, &app);
        for (size_t i = 0; i < frame.item_count; i++)
            faint += frame.items[i].kind == FRAME_TEXT && frame.items[i].style.mono &&
                     frame.items[i].fill.ink == theme_of(APP_LIGHT)->faint;
        assert_int_equal(faint, 6 - number);
        frame_finish(&frame);
    }
    app_close(&app);
    trace_model_destroy(model);
}

/* Of WCAG: how bright a colour is, 0 to 1. */
static double brightness(uint32_t colour)
{
    double sum = 0;
    static const double weights[] = {0.0722, 0.7152, 0.2126};
    for (int i = 0; i < 3; i++) {
        double part = (colour >> (8 * i) & 0xFF) / 255.0;
        sum += weights[i] * (part <= 0.03928 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4));
    }
    return sum;
}

static double contrast(uint32_t a, uint32_t b)
{
    double bright = fmax(brightness(a), brightness(b));
    double dim = fmin(brightness(a), brightness(b));
    return (bright + 0.05) / (dim + 0.05);
}

static void assert_clear_of_gaps(const struct frame *frame, struct frame_rect box)
{
    for (size_t i = 0; i < frame->hot_count; i++) {
        struct frame_rect gap = frame->hots[i].box;
        assert_true(frame->hots[i].kind != FRAME_HOT_BREAK || gap.x >= frame_right(box) ||
                    frame_right(gap) <= box.x);
    }
}

/* Hundreds of gaps, some of them too narrow to be drawn: words stand clear of the others. */
static void words_keep_clear_of_narrow_gaps(void **state)
{
    (void)state;
    const int64_t second_ns = 1000000000;
    struct story story;
    struct app app;
    story_begin(&story, "gaps");
    story_spawn(&story, 0, 1, "main", 0);
    story_spawn(&story, 0, 2, "tick", 1);
    story_run(&story, 1, 0, 100, 1, "join");
    story_wait(&story, 1, "join", 100, 400 * second_ns, "gaps.c:1");
    for (uint32_t i = 0; i < 400; i++)
        story_run(&story, 2, i * second_ns + 200, i * second_ns + 900, i + 1, "sleep");
    story_run(&story, 1, 400 * second_ns, 400 * second_ns + 900, 2, "exit");
    story_print(&story, 1, 400 * second_ns + 100, "four hundred ticks");
    struct trace_model *model = story_load(&story);
    story_open(&app, model, 1280, 720);
    story_press(&app, "3");
    for (int width = 1280; width > 700; width -= 13) {
        struct frame frame;
        struct input input = {.kind = INPUT_RESIZE, .width = width, .height = 720};
        app_update(&app, &input);
        story_draw(&frame, &app);
        for (size_t i = 0; i < frame.item_count; i++)
            if (frame.items[i].kind == FRAME_TEXT && frame.items[i].box.y < app.layout.strip.y &&
                strstr(frame_item_text(&frame, &frame.items[i]), "four") != NULL)
                assert_clear_of_gaps(&frame, frame.items[i].box);
        for (size_t i = 0; i < frame.hot_count; i++) /* the numbers of runs */
            if (frame.hots[i].kind == FRAME_HOT_SPAN &&
                frame.hots[i].box.height < app.layout.bar_height)
                assert_clear_of_gaps(&frame, frame.hots[i].box);
        frame_finish(&frame);
    }
    app_close(&app);
    trace_model_destroy(model);
}

static void what_is_printed_has_no_buttons(void **state)
{
    (void)state;
    struct trace_model *model = story_workers(60);
    struct app app;
    story_open(&app, model, 1280, 720);
    app.theme = APP_PRINT;
    assert_int_equal(story_says(&app, "Menu") + story_says(&app, "Steps"), 2);
    app.captioned = true;
    assert_int_equal(story_says(&app, "Menu") + story_says(&app, "Steps"), 0);
    assert_int_equal(story_says(&app, "running"), 2); /* the legend, and the strip's name */
    app.theme = APP_LIGHT;
    assert_int_equal(story_says(&app, "Menu"), 1);
    app_close(&app);
    trace_model_destroy(model);
}

static void text_can_be_read_in_every_theme(void **state)
{
    (void)state;
    for (int i = 0; i < APP_THEMES; i++) {
        const struct theme *theme = theme_of((enum app_theme)i);
        assert_true(contrast(theme->ink, theme->ground) >= 7);
        assert_true(contrast(theme->ink, theme->panel) >= 7);
        assert_true(contrast(theme->mute, theme->ground) >= 4.5);
        assert_true(contrast(theme->mute, theme->panel) >= 4.5);
        assert_true(contrast(theme->run_ink, theme->run) >= 4.5);
        assert_true(contrast(theme->run, theme->ground) >= 4.5);
        assert_true(contrast(theme->accent, theme->ground) >= 3); /* large text and lines */
        assert_true(contrast(theme->run, theme->wait) >= 3);
    }
}

static void states_differ_by_more_than_colour(void **state)
{
    (void)state;
    const struct theme *theme = theme_of(APP_LIGHT);
    enum frame_pattern run = theme_fill(theme, TRACE_STATE_RUN).pattern;
    enum frame_pattern ready = theme_fill(theme, TRACE_STATE_READY).pattern;
    enum frame_pattern wait = theme_fill(theme, TRACE_STATE_WAIT).pattern;
    assert_true(run != ready && ready != wait && wait != run);
}

/* Three actors wait on three lines of one file, two of them near each other. */
static struct trace_model *three_places(void)
{
    struct story story;
    char text[2048] = "";
    for (int i = 1; i <= 60; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "line %d\\n", i);
    story_begin(&story, "places");
    story_spawn(&story, 1000, 1, "main", 0);
    story_spawn(&story, 1500, 2, "near", 1);
    story_spawn(&story, 1600, 3, "far", 1);
    story_run(&story, 1, 2000, 3000, 1, "sleep");
    story_wait(&story, 1, "sleep", 3000, 90000, "run.c:20");
    story_run(&story, 2, 3000, 4000, 1, "sleep");
    story_wait(&story, 2, "sleep", 4000, 90000, "run.c:21");
    story_run(&story, 3, 4000, 5000, 1, "sleep");
    story_wait(&story, 3, "sleep", 5000, 90000, "run.c:55");
    story_source(&story, "run.c", 1, text);
    return story_load(&story);
}

static void the_source_shows_where_everybody_stands(void **state)
{
    (void)state;
    struct trace_model *model = three_places();
    struct app app;
    struct frame frame;
    story_open(&app, model, 1280, 720);
    app_select(&app, trace_span_at(model, trace_lane_by_id(model, 2), 50000));
    story_draw(&frame, &app);
    assert_int_equal(count_text(&frame, "run.c, as it was run"), 1);
    assert_int_equal(count_text(&frame, "line 21"), 1);
    assert_int_equal(count_text(&frame, "line 20"), 1);
    assert_int_equal(count_text(&frame, "line 55"), 0); /* it has not come there yet */
    frame_finish(&frame);
    app_select(&app, TRACE_NONE);
    app.moment_set = true;
    app.moment_ns = 50000;
    story_draw(&frame, &app);
    assert_int_equal(count_text(&frame, "line 20"), 1);
    assert_int_equal(count_text(&frame, "line 21"), 1);
    assert_int_equal(count_text(&frame, "line 55"), 1);
    assert_int_equal(count_text(&frame, "55"), 1);
    assert_legible(&frame, "three places");
    frame_finish(&frame);
    app_close(&app);
    trace_model_destroy(model);
}

/* The words lie over the lowest lanes and leave the rest in sight, at any size. */
static void a_complaint_stands_over_the_run_before(void **state)
{
    static const int sizes[][2] = {{1280, 720}, {1920, 1080}, {640, 360}};
    static const char words[] = "solo.c does not compile.\n"
                                "line 6: expected ';' before 'return'\n"
                                "    6 |     puts(\"second\")\n";
    (void)state;
    struct trace_model *model = story_three_counts();
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct app app;
        struct frame frame;
        story_open(&app, model, sizes[i][0], sizes[i][1]);
        snprintf(app.complaint, sizeof app.complaint, "%s", words);
        story_draw(&frame, &app);
        assert_int_equal(count_text(&frame, "solo.c does not compile."), 1);
        assert_int_equal(count_text(&frame, "line 6: expected ';' before 'return'"), 1);
        assert_int_equal(count_text(&frame, "    6 |     puts(\"second\")"), 1);
        assert_int_equal(count_text(&frame, "loop 0"), 1);
        frame_finish(&frame);
        app.complaint[0] = '\0';
        story_draw(&frame, &app);
        assert_int_equal(count_text(&frame, "solo.c does not compile."), 0);
        frame_finish(&frame);
        for (int line = 0; line < 200; line++) /* of endless ones the beginning */
            snprintf(app.complaint + 10 * (size_t)line, 12, "line %03d.\n", line);
        story_draw(&frame, &app);
        assert_int_equal(count_text(&frame, "line 001."), 1);
        assert_int_equal(count_text(&frame, "line 100."), 0);
        frame_finish(&frame);
        app_close(&app);
    }
    trace_model_destroy(model);
}

HARNESS_MAIN(cmocka_unit_test(the_three_counts_tell_their_story_on_every_axis),
             cmocka_unit_test(nothing_overlaps_at_any_size_axis_and_trace),
             cmocka_unit_test(nothing_overlaps_while_zooming_and_panning),
             cmocka_unit_test(the_help_lists_every_command),
             cmocka_unit_test(what_is_told_has_room),
             cmocka_unit_test(the_tooltip_says_what_the_pointer_is_on),
             cmocka_unit_test(a_cut_file_is_said_to_be_cut),
             cmocka_unit_test(output_is_faint_until_it_is_printed),
             cmocka_unit_test(words_keep_clear_of_narrow_gaps),
             cmocka_unit_test(what_is_printed_has_no_buttons),
             cmocka_unit_test(text_can_be_read_in_every_theme),
             cmocka_unit_test(states_differ_by_more_than_colour),
             cmocka_unit_test(a_complaint_stands_over_the_run_before),
             cmocka_unit_test(the_source_shows_where_everybody_stands))
