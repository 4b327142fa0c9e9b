/*
 * A lesson in the viewer: nothing of the run can be seen before somebody has answered, and then the
 * guess lies over it.
 */

#include "harness.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "asked.h"
#include "compare.h"
#include "story.h"
#include "update.h"
#include "world.h"

#define LESSON                                              \
    "title   Three counts\n"                                \
    "claim   They wait together.\n"                         \
    "panel   one loop: count\n"                             \
    "ask     How long does it take?\n"                      \
    "wrong   3 s: That is the sum.\n"                       \
    "ghost   count#1 0-1 s, count#2 1-2 s, count#3 2-3 s\n" \
    "right   1 s: All three sleep at the same time.\n"      \
    "wrong   Nobody knows: The clock does.\n"               \
    "decides W\n"                                           \
    "look    The bursts.\n"

static void open_lesson(struct asked *asked)
{
    asked_open(asked, story_three_counts(), NULL, LESSON);
}

/* What would tell: how long it took, in the numbers or on the ruler, and what was printed. */
static void assert_nothing_is_told(const struct asked *asked)
{
    assert_int_equal(story_texts_with(&asked->app, "One"), 0);
    assert_int_equal(story_texts_with(&asked->app, "Two"), 0);
    assert_int_equal(story_texts_with(&asked->app, "1.0"), 0);
    assert_int_equal(story_texts_with(&asked->app, "500 ms"), 0);
    assert_int_equal(story_texts_with(&asked->app, "concurrent,"), 0);
    assert_int_equal(story_hots(&asked->app, FRAME_HOT_SPAN), 0);
    assert_int_equal(story_texts_with(&asked->app, "count#3"), 1);
    assert_int_equal(story_hots(&asked->app, FRAME_HOT_ANSWER), 3);
    assert_true(story_texts_with(&asked->app, "How long does it take?") == 1);
}

static void nothing_is_told_before_the_answer(void **state)
{
    static const char *const keys[] = {"N",  "L", "1",       "X",       "Shift+H", "Space",
                                       "/",  "M", "Shift+L", "Shift+G", "Ctrl+R",  "Z",
                                       "F5", "T", "F4",      "R",       "Enter",   "Esc"};
    (void)state;
    struct asked asked;
    open_lesson(&asked);
    assert_nothing_is_told(&asked);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        story_press(&asked.app, keys[i]);
        asked.app.quiz.chosen = QUIZ_NO_ANSWER;
        assert_int_equal(asked.app.quiz.stage, QUIZ_ASKED);
        assert_int_equal(asked.app.prompt.kind, PROMPT_NONE);
        assert_false(asked.app.to_read_again);
        assert_nothing_is_told(&asked);
    }
    /* nor to the pointer */
    struct frame frame;
    story_draw(&frame, &asked.app);
    for (float y = 1; y < 720; y += 9)
        for (float x = 1; x < 1280; x += 13) {
            struct frame_hot hot = frame_hit(&frame, x, y);
            if (hot.kind == FRAME_HOT_MENU)
                continue;
            app_update(&asked.app,
                       &(struct input){.kind = INPUT_PRESS, .x = x, .y = y, .hot = hot});
            app_update(&asked.app,
                       &(struct input){.kind = INPUT_RELEASE, .x = x, .y = y, .hot = hot});
        }
    frame_finish(&frame);
    asked.app.quiz.chosen = QUIZ_NO_ANSWER;
    assert_int_equal(asked.app.view.axis, TRACE_AXIS_TIME);
    assert_nothing_is_told(&asked);
    asked_close(&asked);
}

static void an_answer_is_chosen_with_keys_or_the_pointer(void **state)
{
    (void)state;
    struct asked asked;
    open_lesson(&asked);
    assert_true(story_press(&asked.app, "2"));
    assert_int_equal(asked.app.quiz.chosen, 1);
    assert_true(story_press(&asked.app, "C"));
    assert_int_equal(asked.app.quiz.chosen, 2);
    story_press(&asked.app, "D"); /* there is none */
    assert_int_equal(asked.app.quiz.chosen, 2);
    story_press(&asked.app, "Down");
    assert_int_equal(asked.app.quiz.chosen, 0);
    story_press(&asked.app, "Up");
    assert_int_equal(asked.app.quiz.chosen, 2);
    asked.app.quiz.chosen = QUIZ_NO_ANSWER;
    story_press(&asked.app, "Enter"); /* not without an answer, unless one insists */
    assert_int_equal(asked.app.quiz.stage, QUIZ_ASKED);
    assert_non_null(strstr(asked.app.notice, "Choose an answer first"));
    struct frame frame;
    story_draw(&frame, &asked.app);
    for (size_t i = 0; i < frame.hot_count; i++)
        if (frame.hots[i].kind == FRAME_HOT_ANSWER && frame.hots[i].index == 1) {
            struct input input = {.kind = INPUT_PRESS, .hot = frame.hots[i]};
            app_update(&asked.app, &input);
            input.kind = INPUT_RELEASE;
            app_update(&asked.app, &input);
        }
    frame_finish(&frame);
    assert_int_equal(asked.app.quiz.chosen, 1);
    asked.app.quiz.chosen = QUIZ_NO_ANSWER;
    story_press(&asked.app, "Shift+Enter");
    assert_int_equal(asked.app.quiz.stage, QUIZ_TOLD);
    assert_int_equal(story_texts_with(&asked.app, "You said"), 0);
    assert_int_equal(story_texts_with(&asked.app, "you said"), 0);
    assert_int_equal(story_texts_with(&asked.app, "Right is: 1 s."), 1);
    asked_close(&asked);
}

static void the_guess_lies_over_the_run(void **state)
{
    (void)state;
    struct asked asked;
    open_lesson(&asked);
    story_press(&asked.app, "A");
    story_press(&asked.app, "Enter");
    assert_int_equal(asked.app.quiz.stage, QUIZ_TOLD);
    assert_true(asked.app.quiz.to_keep);
    assert_true(story_texts_with(&asked.app, "Two") == 3);
    assert_true(story_texts_with(&asked.app, "you said: 3 s") == 1);
    assert_true(story_texts_with(&asked.app, "You said: 3 s. It took 1.000 s") == 1);
    assert_true(story_texts_with(&asked.app, "That is the sum.") == 1);
    assert_true(story_texts_with(&asked.app, "All three sleep at the same time.") == 1);
    assert_true(story_texts_with(&asked.app, "Look at: The bursts.") == 1);
    /* three ghosts, one after the other, all in sight */
    struct frame frame;
    uint32_t accent = 0;
    float right = 0;
    uint32_t ghosts = 0;
    story_draw(&frame, &asked.app);
    for (size_t i = 0; i < frame.item_count; i++) { /* the bar on the ruler comes last */
        const struct frame_item *item = &frame.items[i];
        if (item->kind == FRAME_TEXT &&
            strstr(frame_item_text(&frame, item), "You said: 3 s.") != NULL)
            accent = item->fill.ink;
    }
    for (size_t i = 0; i < frame.item_count; i++) {
        const struct frame_item *item = &frame.items[i];
        if (item->kind != FRAME_RECT || item->fill.pattern != FRAME_EMPTY ||
            item->stroke.ink != accent)
            continue;
        assert_float_equal(item->box.x, ghosts > 0 ? right : item->box.x, 1.5);
        right = frame_right(item->box);
        ghosts++;
    }
    assert_int_equal(ghosts, 3);
    assert_true(right <= frame_right(asked.app.layout.lanes));
    frame_finish(&frame);
    assert_true(story_press(&asked.app, "2")); /* the axes are there again */
    assert_int_equal(asked.app.view.axis, TRACE_AXIS_FOLDED);
    asked_close(&asked);
}

static void a_time_of_ones_own_is_dragged_or_moved(void **state)
{
    (void)state;
    struct asked asked;
    open_lesson(&asked);
    const struct frame_rect ruler = asked.app.layout.ruler;
    assert_true(quiz_scale_ns(&asked.app) == 4000000000); /* of the answers, and not of the run */
    story_press(&asked.app, "Right");
    assert_true(asked.app.quiz.own_ns == 100000000);
    assert_int_equal(asked.app.quiz.chosen, QUIZ_OWN_ANSWER);
    for (int i = 0; i < 5; i++)
        story_press(&asked.app, i < 4 ? "Left" : "Right");
    assert_int_equal(story_texts_with(&asked.app, "200 ms"), 1);
    struct input input = {.kind = INPUT_PRESS, .x = ruler.x + 9, .y = ruler.y + 4};
    assert_true(app_update(&asked.app, &input));
    input = (struct input){.kind = INPUT_MOVE, .x = ruler.x + ruler.width / 2, .y = ruler.y + 90};
    app_update(&asked.app, &input);
    input.kind = INPUT_RELEASE;
    app_update(&asked.app, &input);
    input = (struct input){.kind = INPUT_MOVE, .x = ruler.x + 9, .y = ruler.y + 4};
    app_update(&asked.app, &input);
    assert_true(asked.app.quiz.own_ns == 2000000000);
    story_press(&asked.app, "Enter");
    assert_int_equal(
        story_texts_with(&asked.app, "You said: 2 s. It took 1.000 s; the guess is 2.00"), 1);
    assert_int_equal(story_texts_with(&asked.app, "you said: 2 s"), 1);
    asked_close(&asked);
    /* a time that is an answer's means what that means */
    open_lesson(&asked);
    for (int i = 0; i < 10; i++)
        story_press(&asked.app, "Right");
    story_press(&asked.app, "Enter");
    assert_int_equal(story_texts_with(&asked.app, "You are right: 1 s."), 1);
    asked_close(&asked);
    open_lesson(&asked);
    for (int i = 0; i < 30; i++)
        story_press(&asked.app, "Right");
    story_press(&asked.app, "Enter");
    struct frame_rect box;
    assert_int_equal(story_texts_with(&asked.app, "That is the sum."), 1);
    assert_int_equal(story_ghosts(&asked.app, &box), 3);
    asked_close(&asked);
}

static void ask_with(struct asked *asked, const char *ghost)
{
    char text[512];
    snprintf(text, sizeof text,
             "title T\npanel a: b\nask What?\nright x: y\nwrong v: w\nghost %s\n", ghost);
    asked_open(asked, story_three_counts(), NULL, text);
    story_press(&asked->app, "B");
    story_press(&asked->app, "Enter");
}

static void guesses_may_count_the_run_or_its_steps(void **state)
{
    (void)state;
    struct asked asked;
    struct frame_rect box;
    ask_with(&asked, "count#1 0-50 %");
    const struct frame_rect *lanes = &asked.app.layout.lanes;
    assert_int_equal(story_ghosts(&asked.app, &box), 1);
    assert_true(box.width > 0.45f * lanes->width && box.width < 0.55f * lanes->width);
    asked_close(&asked);
    /* a step is a column: the first is main's, and three of the four that are shown are left */
    ask_with(&asked, "count#1 1-2 steps\naxis step 4");
    lanes = &asked.app.layout.lanes;
    assert_int_equal(asked.app.view.axis, TRACE_AXIS_STEP);
    assert_int_equal(story_ghosts(&asked.app, &box), 1);
    assert_true(box.x > lanes->x + 0.2f * lanes->width && box.x < lanes->x + 0.3f * lanes->width);
    assert_true(box.width > 0.18f * lanes->width && box.width < 0.27f * lanes->width);
    story_press(&asked.app, "Enter"); /* and on into the run, whose axis is as it was */
    assert_int_equal(asked.app.quiz.stage, QUIZ_NONE);
    asked_close(&asked);
}

static void enter_leads_on_into_the_run(void **state)
{
    (void)state;
    struct asked asked;
    open_lesson(&asked);
    double length = asked.app.documents[0].axes[TRACE_AXIS_TIME].length;
    story_press(&asked.app, "A");
    story_press(&asked.app, "Enter");
    assert_true(asked.app.documents[0].axes[TRACE_AXIS_TIME].length > 2.9 * length);
    story_press(&asked.app, "Enter");
    assert_int_equal(asked.app.quiz.stage, QUIZ_NONE);
    assert_float_equal(asked.app.documents[0].axes[TRACE_AXIS_TIME].length, length, 0);
    assert_true(asked.app.layout.panel.height > 0);
    assert_int_equal(story_texts_with(&asked.app, "ou said"), 0);
    assert_true(view_is_fit(&asked.app.view, app_axis(&asked.app), asked.app.layout.lanes.width));
    asked_close(&asked);
}

/* Of a run of half a day that computes for microseconds. */
static void long_numbers_are_whole(void **state)
{
    static const char text[] = "title T\npanel day: a\nask What?\nright 12 h: Yes.\n"
                               "wrong 1 s: No.\ndecides W\n";
    const int64_t day_ns = (int64_t)12 * 3600 * 1000000000;
    struct story story;
    struct asked asked;
    (void)state;
    story_begin(&story, "day");
    story_spawn(&story, 0, 1, "main", 0);
    story_run(&story, 1, 0, 40000, 1, "sleep");
    story_wait(&story, 1, "sleep", 40000, day_ns, "day.c:1");
    story_run(&story, 1, day_ns, day_ns + 1000, 2, "exit");
    asked_open(&asked, story_load(&story), NULL, text);
    story_press(&asked.app, "A");
    story_press(&asked.app, "Enter");
    assert_int_equal(story_texts_with(&asked.app, "P 0.000000"), 1);
    asked_close(&asked);
}

/* On a busy machine P is of what the others left. */
static void who_else_had_the_processors_is_told(void **state)
{
    static const char text[] = "title T\npanel busy: a\npanel quiet: b\nask What?\n"
                               "right 2: Yes.\nwrong 1: No.\ndecides P\n";
    struct trace_model *models[2];
    struct asked asked;
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct story story;
        story_begin(&story, "burn");
        story_spawn(&story, 0, 1, "main", 0);
        story_run_cpu(&story, 1, 0, 100000, i == 0 ? 37000 : 95000);
        models[i] = story_load(&story);
    }
    asked_open(&asked, models[0], models[1], text);
    assert_int_equal(story_texts_with(&asked.app, "on a processor"), 0);
    story_press(&asked.app, "A");
    story_press(&asked.app, "Enter");
    assert_int_equal(story_texts_with(&asked.app, "on a processor 37 %"), 1);
    assert_int_equal(story_texts_with(&asked.app, "on a processor"), 1);
    asked_close(&asked);
}

static void resize(struct app *app, int width, int height)
{
    struct input input = {.kind = INPUT_RESIZE, .width = width, .height = height};
    app_update(app, &input);
}

/* In a window that is made smaller and larger the lanes are those that the lesson is about. */
static void a_lesson_fits_windows_of_any_size(void **state)
{
    static const char text[] = "title T\npanel first: a\npanel second: b\nask What?\n"
                               "wrong 2 s: No.\nright 1 s: Yes.\n";
    (void)state;
    struct asked asked;
    struct app *app = &asked.app;
    asked_open(&asked, story_workers(40), story_workers(7), text);
    for (int told = 0; told < 2; told++) {
        double scrolls[2] = {app->documents[0].scroll_px, app->documents[1].scroll_px};
        double scale = app->view.units_per_px;
        resize(app, 700, 500);
        for (uint32_t i = 0; i < 2; i++) {
            struct app alone;
            compare_alone(app, i, &alone);
            assert_true(alone.view.scroll_px <= alone.layout.scroll_px_max);
            assert_float_equal(fmod(alone.view.scroll_px, alone.layout.row_height), 0, 1e-3);
        }
        resize(app, 1280, 720);
        assert_float_equal(app->view.units_per_px, scale, scale * 1e-9);
        for (uint32_t i = 0; i < 2; i++)
            assert_float_equal(app->documents[i].scroll_px, scrolls[i], 1e-3);
        story_press(app, "A");
        story_press(app, "Enter");
    }
    asked_close(&asked);
}

static void two_runs_share_one_question(void **state)
{
    static const char text[] = "title T\npanel first one: a\npanel second one: b\nask What?\n"
                               "wrong 10,000 s: No.\nright 1 s: Yes.\ndecides peak\n";
    (void)state;
    struct asked asked;
    asked_open(&asked, story_three_counts(), story_workers(3), text);
    assert_int_equal(story_texts_with(&asked.app, "first one"), 1);
    assert_int_equal(story_texts_with(&asked.app, "concurrent"), 0);
    assert_int_equal(story_texts_with(&asked.app, "running 1"), 0);
    story_press(&asked.app, "A");
    story_press(&asked.app, "Enter");
    assert_int_equal(story_texts_with(&asked.app, "second one"), 2);
    /* below each other beside the program; where there is no room for that, beside each other */
    assert_false(asked.app.layout.columns && asked.app.layout.source.width > 0);
    story_press(&asked.app, "F5");
    assert_true(asked.app.layout.columns);
    story_press(&asked.app, "F5");
    assert_true(story_texts_with(&asked.app, "in progress") >= 1);
    /* of a guess ten thousand times as long the run must still be seen */
    const struct document *first = &asked.app.documents[0];
    double wall = (double)first->score.wall_ns;
    assert_true(asked.app.view.units_per_px < wall / 40);
    asked_close(&asked);
}

static void answers_that_are_times_are_understood(void **state)
{
    static const struct {
        const char *text;
        int64_t ns;
    } cases[] = {
        {"3 s", 3000000000},
        {"1/3 s", 333333333},
        {"12 hours", 43200000000000},
        {"1 h", 3600000000000},
        {"10,000 s", 10000000000000},
        {"1.5 ms", 1500000},
        {"3", 0},
        {"About 900", 0},
        {"3 s or so", 0},
        {"1/0 s", 0},
        {"0 s", 0},
        {"", 0},
        {"99999999999999999999999999 hours", 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t ns = 0;
        bool is_time = quiz_time(cases[i].text, &ns);
        assert_int_equal(is_time, cases[i].ns != 0);
        if (is_time)
            assert_int_equal(ns, cases[i].ns);
    }
}

static void every_part_has_its_place(void **state)
{
    static const int sizes[][2] = {{1280, 720}, {1920, 1080}, {800, 600}, {160, 160}, {3840, 700}};
    (void)state;
    struct asked asked;
    open_lesson(&asked);
    for (int told = 0; told < 2; told++) {
        for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
            app_update(
                &asked.app,
                &(struct input){.kind = INPUT_RESIZE, .width = sizes[i][0], .height = sizes[i][1]});
            const struct layout *layout = &asked.app.layout;
            assert_true(frame_bottom(layout->lanes) <= layout->card.y);
            assert_true(layout->lanes.height >= 1);
            assert_true(frame_right(layout->lanes) <= frame_right(layout->card));
            assert_true(layout->source.height == 0 ||
                        layout->source.x >= frame_right(layout->card));
            assert_true(frame_bottom(layout->card) <= (float)sizes[i][1]);
            story_texts_with(&asked.app, ""); /* it can be drawn */
        }
        story_press(&asked.app, "A");
        story_press(&asked.app, "Enter");
    }
    asked_close(&asked);
}

static void a_caption_names_the_run_that_is_shown(void **state)
{
    (void)state;
    struct asked asked;
    open_lesson(&asked);
    asked.lesson.panels[0].recorded = "--virtual-time count";
    asked.app.captioned = true;
    assert_int_equal(story_texts_with(&asked.app, "one loop: troupe run count"), 1);
    snprintf(asked.app.documents[0].path, DOCUMENT_PATH_BYTES, "01-count/recorded/1.json.gz");
    assert_int_equal(story_texts_with(&asked.app, "one loop: troupe run --virtual-time count"), 1);
    asked_close(&asked);
}

/* Whoever is chosen is there, in letters that can be read, however many are ready. */
static void a_crowd_that_could_go_on_can_be_read(void **state)
{
    struct world world;
    struct frame frame;
    (void)state;
    world_open(&world, story_three_counts());
    struct chooser *chooser = &world.app.chooser;
    chooser->stage = CHOOSER_ASKS;
    chooser->ready_count = CHOOSER_READY_MAX;
    for (uint32_t i = 0; i < CHOOSER_READY_MAX; i++)
        snprintf(chooser->ready[i], sizeof chooser->ready[i], "add_one#%u, which has not run", i);
    app_lay_out(&world.app);
    for (uint32_t i = 0; i < CHOOSER_READY_MAX; i++, world_key(&world, "Down")) {
        uint32_t answers = 0;
        assert_int_equal(chooser->chosen, i);
        assert_int_equal(story_says(&world.app, chooser->ready[i]), 1);
        story_draw(&frame, &world.app);
        for (size_t j = 0; j < frame.item_count; j++) {
            const struct frame_item *item = &frame.items[j];
            const char *text = item->kind == FRAME_TEXT ? frame_item_text(&frame, item) : "";
            if (strstr(text, "which has not run") == NULL)
                continue;
            answers++;
            assert_true(item->style.size_px >= 10);
            assert_true(item->baseline <= frame_bottom(world.app.layout.card));
        }
        frame_finish(&frame);
        assert_int_equal(answers, 8);
    }
    assert_int_equal(story_texts_with(&world.app, "and 18 more, up to Z"), 1);
    world_close(&world);
}

HARNESS_MAIN(cmocka_unit_test(nothing_is_told_before_the_answer),
             cmocka_unit_test(an_answer_is_chosen_with_keys_or_the_pointer),
             cmocka_unit_test(a_caption_names_the_run_that_is_shown),
             cmocka_unit_test(the_guess_lies_over_the_run),
             cmocka_unit_test(a_time_of_ones_own_is_dragged_or_moved),
             cmocka_unit_test(guesses_may_count_the_run_or_its_steps),
             cmocka_unit_test(enter_leads_on_into_the_run),
             cmocka_unit_test(long_numbers_are_whole),
             cmocka_unit_test(who_else_had_the_processors_is_told),
             cmocka_unit_test(a_lesson_fits_windows_of_any_size),
             cmocka_unit_test(two_runs_share_one_question),
             cmocka_unit_test(answers_that_are_times_are_understood),
             cmocka_unit_test(every_part_has_its_place),
             cmocka_unit_test(a_crowd_that_could_go_on_can_be_read))
