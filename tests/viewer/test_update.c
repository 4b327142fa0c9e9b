/*
 * Commands and gestures: a list of inputs, and the state it must lead to.
 */

#include "harness.h"

#include "commands.h"
#include "story.h"
#include "update.h"
#include "world.h"

#include <stdio.h>
#include <string.h>

/* A pointer event at a place, with what the picture has there. */
static bool point(struct world *world, enum input_kind kind, float x, float y)
{
    struct frame frame;
    story_draw(&frame, &world->app);
    struct input input = {.kind = kind, .x = x, .y = y, .hot = frame_hit(&frame, x, y)};
    frame_finish(&frame);
    return app_update(&world->app, &input);
}

static bool wheel(struct world *world, float x, float y, float turns, bool ctrl)
{
    struct frame frame;
    story_draw(&frame, &world->app);
    struct input input = {.kind = INPUT_WHEEL, .x = x, .y = y, .turns_y = turns, .ctrl = ctrl};
    input.hot = frame_hit(&frame, x, y);
    frame_finish(&frame);
    return app_update(&world->app, &input);
}

static uint32_t number(const struct world *world)
{
    if (world->app.selected == TRACE_NONE)
        return 0;
    return order_number(&world->app.document->order, world->app.selected);
}

static void each_key_has_one_command_and_each_command_a_sentence(void **state)
{
    (void)state;
    size_t count;
    const struct command_row *rows = command_rows(&count);
    char seen[256][24];
    size_t keys = 0;
    for (size_t i = 0; i < count; i++) {
        assert_true(strlen(rows[i].sentence) > 3);
        assert_true(strlen(rows[i].keys) > 0);
        if (rows[i].command == COMMAND_NONE)
            continue;
        char list[64];
        snprintf(list, sizeof list, "%s", rows[i].keys);
        char *rest = list;
        for (char *chord = strsep(&rest, " "); chord != NULL; chord = strsep(&rest, " ")) {
            for (size_t j = 0; j < keys; j++)
                assert_string_not_equal(seen[j], chord);
            snprintf(seen[keys++], sizeof seen[0], "%s", chord);
            assert_int_equal(command_of_chord(chord), rows[i].command);
        }
    }
    assert_int_equal(command_of_chord("Ctrl+Shift+K"), COMMAND_NONE);
    assert_int_equal(command_of_chord(""), COMMAND_NONE);
    assert_int_equal(command_of_chord("Shift"), COMMAND_NONE);
}

static void it_opens_on_the_axis_that_shows_the_runs(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, story_three_counts());
    assert_int_equal(world.app.view.axis, TRACE_AXIS_FOLDED);
    assert_int_equal(number(&world), 5);
    world_close(&world);
    world_open(&world, story_cut()); /* nobody is idle: folding would not help */
    assert_int_equal(world.app.view.axis, TRACE_AXIS_TIME);
    world_close(&world);
}

static void the_arrows_walk_along_the_switches(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, story_three_counts());
    assert_true(world_key(&world, "Home"));
    assert_int_equal(number(&world), 1);
    assert_false(world_key(&world, "Left"));
    for (uint32_t i = 2; i <= 6; i++) {
        assert_true(world_key(&world, "Right"));
        assert_int_equal(number(&world), i);
    }
    assert_false(world_key(&world, "Right"));
    assert_true(world_key(&world, "Left"));
    assert_int_equal(number(&world), 5);
    assert_true(world_key(&world, "Esc"));
    assert_int_equal(world.app.selected, TRACE_NONE);
    assert_true(world_key(&world, "Right"));
    assert_int_equal(number(&world), 1);
    assert_true(world_key(&world, "End"));
    assert_int_equal(number(&world), 6);
    world_close(&world);
}

static void enter_goes_to_the_waker(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, story_three_counts());
    world_key(&world, "Home");
    assert_true(world_key(&world, "Enter"));
    const struct trace_span *span = &world.model->spans[world.app.selected];
    assert_int_equal(span->lane, 0);
    assert_int_equal(span->state, TRACE_STATE_RUN);
    assert_true(world_key(&world, "Right")); /* from there on along the switches again */
    assert_int_equal(number(&world), 1);
    world_key(&world, "End");
    assert_true(world_key(&world, "Enter")); /* a timer woke it: that is said */
    assert_int_equal(number(&world), 6);
    assert_non_null(strstr(world.app.notice, "no actor that woke"));
    world_close(&world);
}

static void axes_change_by_key_and_by_button(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, story_three_counts());
    assert_true(world_key(&world, "Tab"));
    assert_int_equal(world.app.view.axis, TRACE_AXIS_STEP);
    assert_true(world_key(&world, "X"));
    assert_int_equal(world.app.view.axis, TRACE_AXIS_TIME);
    assert_true(world_key(&world, "Tab"));
    assert_int_equal(world.app.view.axis, TRACE_AXIS_FOLDED);
    assert_false(world_key(&world, "2"));
    assert_true(world_key(&world, "1"));
    assert_int_equal(world.app.view.axis, TRACE_AXIS_TIME);
    struct frame frame;
    story_draw(&frame, &world.app);
    for (size_t i = 0; i < frame.hot_count; i++) {
        struct frame_hot hot = frame.hots[i];
        if (hot.kind != FRAME_HOT_AXIS)
            continue;
        point(&world, INPUT_PRESS, hot.box.x + 5, hot.box.y + 5);
        point(&world, INPUT_RELEASE, hot.box.x + 5, hot.box.y + 5);
        assert_int_equal(world.app.view.axis, hot.index);
    }
    frame_finish(&frame);
    world_close(&world);
}

static void the_bar_at_the_right_scrolls(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, story_workers(2000));
    const struct layout *layout = &world.app.layout;
    struct frame_rect bar = layout_scroll_bar(layout, 0);
    float x = bar.x + bar.width / 2;
    assert_true(bar.height >= 16 && bar.y == layout->lanes.y);
    point(&world, INPUT_PRESS, x, bar.y + 3);
    point(&world, INPUT_MOVE, x, bar.y + 103);
    point(&world, INPUT_MOVE, x - 90, bar.y + 123); /* a hand goes astray */
    point(&world, INPUT_RELEASE, x - 90, bar.y + 123);
    bar = layout_scroll_bar(layout, world.app.view.scroll_px);
    assert_float_equal(bar.y, layout->lanes.y + 120, 1);
    point(&world, INPUT_PRESS, x, frame_bottom(layout->lanes) - 1); /* a click goes there */
    point(&world, INPUT_RELEASE, x, frame_bottom(layout->lanes) - 1);
    assert_float_equal(world.app.view.scroll_px, layout->scroll_px_max, 1);
    assert_int_equal(story_says(&world.app, "worker#1999"), 1); /* with room for its name */
    assert_true(world_key(&world, "Backspace"));
    bar = layout_scroll_bar(layout, world.app.view.scroll_px);
    assert_float_equal(bar.y, layout->lanes.y + 120, 1);
    world_close(&world);
}

static void wheel_and_keys_zoom_at_the_pointer_and_undo_goes_back(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, story_three_counts());
    struct view first = world.app.view;
    float x = world.app.layout.lanes.x + 400;
    float y = world.app.layout.lanes.y + 100;
    double under = view_position(&first, 400);
    point(&world, INPUT_MOVE, x, y);
    assert_true(wheel(&world, x, y, 1, false));
    assert_true(wheel(&world, x, y, 2, true));
    assert_true(world_key(&world, "W"));
    assert_true(world_key(&world, "+"));
    assert_float_equal(view_x(&world.app.view, under), 400, 1e-3);
    assert_true(world.app.view.units_per_px < first.units_per_px / 2);
    assert_true(world_key(&world, "Backspace"));
    assert_true(world.app.view.start == first.start);
    assert_true(world.app.view.units_per_px == first.units_per_px);
    assert_true(world_key(&world, "Shift+Backspace"));
    assert_true(world.app.view.units_per_px < first.units_per_px / 2);
    assert_true(world_key(&world, "F"));
    assert_true(world.app.view.units_per_px == first.units_per_px);
    assert_false(world_key(&world, "0"));
    world_close(&world);
}

static void the_wheel_does_nothing_where_nothing_can_move(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, story_three_counts());
    struct view before = world.app.view;
    assert_false(wheel(&world, 100, 700, 1, false)); /* the panel */
    world_key(&world, "?");
    assert_false(wheel(&world, 700, 300, 1, false));
    assert_true(world.app.view.units_per_px == before.units_per_px);
    world_close(&world);
}

static void dragging_pans_and_clicking_selects(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, story_three_counts());
    for (int i = 0; i < 5; i++)
        world_key(&world, "W");
    struct view view = world.app.view;
    uint32_t selected = world.app.selected;
    float x = world.app.layout.lanes.x + 400;
    float y = world.app.layout.lanes.y + 100;
    point(&world, INPUT_PRESS, x, y);
    assert_false(point(&world, INPUT_MOVE, x + 2, y)); /* a hand is never quite still */
    assert_true(point(&world, INPUT_MOVE, x + 50, y));
    assert_true(point(&world, INPUT_MOVE, x + 80, y));
    point(&world, INPUT_RELEASE, x + 80, y);
    assert_float_equal((view.start - world.app.view.start) / view.units_per_px, 80, 1e-3);
    assert_int_equal(world.app.selected, selected);
    assert_true(world_key(&world, "Backspace"));
    assert_true(world.app.view.start == view.start);
    struct frame frame;
    story_draw(&frame, &world.app);
    for (size_t i = frame.hot_count; i > 0; i--) {
        struct frame_hot hot = frame.hots[i - 1];
        if (hot.kind != FRAME_HOT_SPAN || hot.box.width < 4)
            continue;
        struct frame_hot there = frame_hit(&frame, hot.box.x + 1, hot.box.y + 3);
        point(&world, INPUT_PRESS, hot.box.x + 1, hot.box.y + 3);
        point(&world, INPUT_RELEASE, hot.box.x + 1, hot.box.y + 3);
        if (there.kind == FRAME_HOT_SPAN)
            assert_int_equal(world.app.selected, there.index);
    }
    frame_finish(&frame);
    world_close(&world);
}

static void a_printed_line_leads_to_its_run(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, story_three_counts());
    struct frame frame;
    story_draw(&frame, &world.app);
    uint32_t lines = 0;
    for (size_t i = 0; i < frame.hot_count; i++) {
        struct frame_hot hot = frame.hots[i];
        if (hot.kind != FRAME_HOT_OUTPUT)
            continue;
        point(&world, INPUT_PRESS, hot.box.x + 1, hot.box.y + 1);
        point(&world, INPUT_RELEASE, hot.box.x + 1, hot.box.y + 1);
        assert_int_equal(number(&world), ++lines);
    }
    assert_int_equal(lines, 6);
    frame_finish(&frame);
    world_close(&world);
}

static void rows_scroll_and_follow_the_selection(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, story_workers(50));
    assert_true(world_key(&world, "Down"));
    assert_float_equal(world.app.view.scroll_px, world.app.layout.row_height, 0);
    assert_true(world_key(&world, "PageDown"));
    assert_true(world_key(&world, "Up"));
    assert_true(world_key(&world, "PageUp"));
    assert_float_equal(world.app.view.scroll_px, 0, 0);
    assert_false(world_key(&world, "Up"));
    assert_true(wheel(&world, 20, world.app.layout.names.y + 40, -2, false));
    assert_float_equal(world.app.view.scroll_px, 2 * world.app.layout.row_height, 0);
    assert_true(world_key(&world, "End")); /* the last worker's row is far below */
    uint32_t row =
        rows_of_lane(&world.app.document->rows, world.model->spans[world.app.selected].lane);
    float y = layout_bar_y(&world.app.layout, row, world.app.view.scroll_px);
    assert_true(y >= world.app.layout.lanes.y);
    assert_true(y + world.app.layout.bar_height <= frame_bottom(world.app.layout.lanes));
    world_close(&world);
}

static void text_theme_help_and_quit(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, story_three_counts());
    float scale = world.app.layout.scale;
    assert_true(world_key(&world, "Ctrl++"));
    assert_true(world.app.layout.scale > scale);
    for (int i = 0; i < 30; i++)
        world_key(&world, "Ctrl+-");
    assert_float_equal(world.app.text_scale, APP_TEXT_SCALE_MIN, 0);
    assert_true(world_key(&world, "Ctrl+0"));
    assert_float_equal(world.app.layout.scale, scale, 0);
    assert_true(world_key(&world, "T"));
    assert_int_equal(world.app.theme, APP_DARK);
    assert_true(world_key(&world, "?"));
    assert_true(world.app.help);
    assert_true(world_key(&world, "Esc"));
    assert_false(world.app.help);
    assert_true(world_key(&world, "F11"));
    assert_true(world.app.full_screen);
    assert_true(world_key(&world, "Esc"));
    assert_false(world.app.full_screen);
    assert_false(world.app.quit);
    assert_true(world_key(&world, "Q"));
    assert_true(world.app.quit);
    assert_false(world_key(&world, "Ctrl+J"));
    world_close(&world);
}

static void another_size_keeps_what_is_shown(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, story_three_counts());
    struct input input = {.kind = INPUT_RESIZE, .width = 1920, .height = 1080};
    assert_true(app_update(&world.app, &input));
    assert_true(view_is_fit(&world.app.view, app_axis(&world.app), world.app.layout.lanes.width));
    for (int i = 0; i < 5; i++)
        world_key(&world, "W");
    double first = world.app.view.start;
    double last = view_position(&world.app.view, world.app.layout.lanes.width);
    input.width = 900;
    input.height = 600;
    app_update(&world.app, &input);
    double length = last - first;
    assert_float_equal(world.app.view.start, first, length * 1e-6);
    assert_float_equal(view_position(&world.app.view, world.app.layout.lanes.width), last,
                       length * 1e-6);
    world_close(&world);
}

static void no_input_breaks_an_empty_trace(void **state)
{
    (void)state;
    struct story story;
    struct world world;
    size_t count;
    const struct command_row *rows = command_rows(&count);
    story_begin(&story, "nothing");
    world_open(&world, story_load(&story));
    for (size_t i = 0; i < count; i++) {
        char first[24];
        snprintf(first, sizeof first, "%.*s", (int)strcspn(rows[i].keys, " "), rows[i].keys);
        world_key(&world, first);
        wheel(&world, 640, 300, 1, false);
        point(&world, INPUT_MOVE, 640, 300);
        point(&world, INPUT_PRESS, 640, 300);
        point(&world, INPUT_RELEASE, 640, 300);
        assert_true(story_texts_with(&world.app, "") > 0);
    }
    world_close(&world);
}

static void input_in_points_becomes_input_in_pixels(void **state)
{
    (void)state;
    struct input press = {.kind = INPUT_PRESS, .x = 100, .y = 31};
    struct input resize = {.kind = INPUT_RESIZE, .width = 1281, .height = 720};
    input_scale(&press, 2);
    assert_float_equal(press.x, 200, 0);
    assert_float_equal(press.y, 62, 0);
    input_scale(&resize, 1.5f);
    assert_int_equal(resize.width, 1922);
    assert_int_equal(resize.height, 1080);
}

/* With reduced motion the cursor stands on the beginnings of switches, on each of them, and then at
 * the end. */
static void play_with_reduced_motion_goes_from_switch_to_switch(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, story_three_counts());
    const struct trace_model *model = world.model;
    struct app *app = &world.app;
    assert_true(world_key(&world, "Y"));
    assert_true(app->calm);
    assert_true(world_key(&world, "Home"));
    assert_true(world_key(&world, "Space"));
    uint32_t stops = 0;
    uint32_t stills = 0;
    for (int64_t last_ns = -1; app->play.on; last_ns = app->moment_ns) {
        struct input tick = {.kind = INPUT_TICK, .ms = 16};
        bool changed = app_update(app, &tick);
        if (!app->play.on)
            break;
        bool begins = false;
        for (uint32_t i = 0; i < model->switch_count; i++)
            begins |= model->spans[model->switches[i]].start_ns == app->moment_ns;
        assert_true(begins || app->moment_ns <= model->spans[model->switches[0]].start_ns);
        stops += app->moment_ns != last_ns;
        stills += !changed;
    }
    assert_in_range(stops, 6, 8);
    assert_true(stills > 100);
    assert_true(app->moment_ns == model->end_ns);
    world_close(&world);
}

HARNESS_MAIN(cmocka_unit_test(input_in_points_becomes_input_in_pixels),
             cmocka_unit_test(play_with_reduced_motion_goes_from_switch_to_switch),
             cmocka_unit_test(each_key_has_one_command_and_each_command_a_sentence),
             cmocka_unit_test(it_opens_on_the_axis_that_shows_the_runs),
             cmocka_unit_test(the_arrows_walk_along_the_switches),
             cmocka_unit_test(enter_goes_to_the_waker),
             cmocka_unit_test(axes_change_by_key_and_by_button),
             cmocka_unit_test(the_bar_at_the_right_scrolls),
             cmocka_unit_test(wheel_and_keys_zoom_at_the_pointer_and_undo_goes_back),
             cmocka_unit_test(the_wheel_does_nothing_where_nothing_can_move),
             cmocka_unit_test(dragging_pans_and_clicking_selects),
             cmocka_unit_test(a_printed_line_leads_to_its_run),
             cmocka_unit_test(rows_scroll_and_follow_the_selection),
             cmocka_unit_test(text_theme_help_and_quit),
             cmocka_unit_test(another_size_keeps_what_is_shown),
             cmocka_unit_test(no_input_breaks_an_empty_trace))
