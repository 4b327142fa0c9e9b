/*
 * Several runs side by side: one axis, one cursor, and numbers that say what differs.
 */

#include "harness.h"

#include <errno.h>

#include "compare.h"
#include "story.h"
#include "update.h"

struct world {
    struct trace_model *models[3];
    struct app app;
};

static void world_open(struct world *world)
{
    struct app_options options = {.width = 1280, .height = 720};
    world->models[0] = story_three_counts();
    world->models[1] = story_workers(3);
    world->models[2] = story_three_counts();
    assert_int_equal(
        app_open(&world->app, world->models[0], "first.json", &story_measurer, &options), 0);
    assert_int_equal(app_add(&world->app, world->models[1], "second.json"), 0);
    assert_int_equal(app_add(&world->app, world->models[2], "third.json"), 0);
}

static void world_close(struct world *world)
{
    app_close(&world->app);
    for (int i = 0; i < 3; i++)
        trace_model_destroy(world->models[i]);
}

/* Eight loops would fill the place of a run. */
static void actors_come_before_loops(void **state)
{
    (void)state;
    struct trace_model *models[2];
    struct app app;
    struct app_options options = {.width = 1280, .height = 720};
    for (int i = 0; i < 2; i++) {
        struct story story;
        story_begin(&story, "many");
        story_spawn(&story, 0, 1, "main", 0);
        for (uint32_t actor = 2; actor <= 9; actor++) {
            story_spawn(&story, 0, actor, "work", 1);
            story_run_on(&story, actor - 2, actor, 1000, 2000, 1, "exit");
        }
        models[i] = story_load(&story);
    }
    assert_int_equal(app_open(&app, models[0], "a.json", &story_measurer, &options), 0);
    assert_int_equal(app_add(&app, models[1], "b.json"), 0);
    assert_int_equal(story_says(&app, "main"), 2);
    assert_int_equal(story_says(&app, "loop 0"), 0);
    app_close(&app);
    for (int i = 0; i < 2; i++)
        trace_model_destroy(models[i]);
}

static void answers_and_ranges_are_told(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    story_press(&world.app, "R");
    assert_int_equal(story_texts_with(&world.app, "actors: ran"), 1);
    story_press(&world.app, "E");
    assert_int_equal(story_texts_with(&world.app, "What "), 1);
    story_press(&world.app, "V");
    assert_int_equal(story_texts_with(&world.app, "Who waits for whom"), 1);
    story_press(&world.app, "V");
    story_press(&world.app, "E");
    story_press(&world.app, "Home");
    assert_int_equal(story_texts_with(&world.app, "in progress 1"), 1);
    story_press(&world.app, "Shift+H"); /* a sheet that is blank tells nothing */
    assert_int_equal(story_texts_with(&world.app, "in progress 1"), 0);
    world_close(&world);
}

static void all_runs_are_in_the_picture(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    assert_int_equal(world.app.view.axis, TRACE_AXIS_TIME);
    assert_true(story_texts_with(&world.app, "3 runs") == 1);
    assert_true(story_texts_with(&world.app, "count#1") >= 2);
    assert_true(story_texts_with(&world.app, "worker#1") >= 1);
    assert_true(story_texts_with(&world.app, "first.json") >=
                2); /* two of one program: by their files */
    assert_true(story_texts_with(&world.app, "workers") >= 2);
    for (uint32_t i = 0; i + 1 < 3; i++) {
        struct layout upper = app_layout_of(&world.app, i);
        struct layout lower = app_layout_of(&world.app, i + 1);
        assert_true(frame_bottom(upper.lanes) <= lower.lanes.y);
        assert_float_equal(upper.lanes.x, lower.lanes.x, 0);
        assert_float_equal(upper.lanes.width, lower.lanes.width, 0);
    }
    world_close(&world);
}

/* In columns all have one width, a ruler each, and names that stay in their own column. */
static void runs_stand_in_columns(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    assert_true(story_press(&world.app, "I"));
    assert_true(app_in_columns(&world.app));
    for (uint32_t i = 0; i + 1 < 3; i++) {
        struct layout left = app_layout_of(&world.app, i);
        struct layout right = app_layout_of(&world.app, i + 1);
        assert_true(frame_right(left.lanes) <= right.names.x);
        assert_float_equal(left.lanes.y, right.lanes.y, 0);
        assert_float_equal(left.lanes.width, right.lanes.width, 0);
        assert_true(frame_right(right.lanes) <= 1280);
    }
    struct frame frame;
    story_draw(&frame, &world.app);
    uint32_t names = 0;
    uint32_t rulers = 0;
    for (size_t i = 0; i < frame.hot_count; i++) {
        const struct frame_hot *hot = &frame.hots[i];
        struct layout own = app_layout_of(&world.app, hot->pane);
        rulers += hot->kind == FRAME_HOT_RULER;
        names += hot->kind == FRAME_HOT_NAME;
        if (hot->kind != FRAME_HOT_NAME && hot->kind != FRAME_HOT_SPAN)
            continue;
        assert_true(hot->box.x >= own.left - 1);
        assert_true(frame_right(hot->box) <= own.right + 1);
    }
    assert_int_equal(rulers, 3);
    assert_true(names >= 12);
    frame_finish(&frame);
    assert_int_equal(story_texts_with(&world.app, "first.json"),
                     2); /* its heading, and the table */
    assert_true(story_press(&world.app, "I"));
    assert_false(app_in_columns(&world.app));
    world_close(&world);
}

static void a_fifth_has_no_room(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    assert_int_equal(app_add(&world.app, world.models[1], "fourth.json"), 0);
    assert_int_equal(app_add(&world.app, world.models[1], "fifth.json"), -ENOSPC);
    assert_int_equal(world.app.document_count, 4);
    world_close(&world);
}

static void one_moment_is_the_same_in_all_runs(void **state)
{
    (void)state;
    struct world world;
    struct app alone;
    world_open(&world);
    story_press(&world.app, "Home");
    int64_t at_ns;
    assert_true(app_cursor(&world.app, &at_ns));
    int64_t since_ns = at_ns - world.app.documents[0].origin_ns;
    double x = view_x(&world.app.view, trace_axis_position(app_axis(&world.app), at_ns));
    for (uint32_t i = 1; i < 3; i++) {
        int64_t own_ns;
        compare_alone(&world.app, i, &alone);
        assert_true(app_cursor(&alone, &own_ns));
        assert_int_equal(own_ns - alone.document->origin_ns, since_ns);
        double own_x = view_x(&alone.view, trace_axis_position(app_axis(&alone), own_ns));
        assert_float_equal(own_x, x, 0.01); /* one vertical line */
    }
    assert_true(story_texts_with(&world.app, "running 1 \xc2\xb7 ") == 1);
    world_close(&world);
}

static void focus_moves_and_the_moment_stays(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    story_press(&world.app, "Home");
    int64_t at_ns;
    int64_t own_ns;
    assert_true(app_cursor(&world.app, &at_ns));
    assert_true(story_press(&world.app, "F4"));
    assert_int_equal(world.app.focus, 1);
    assert_ptr_equal(world.app.document, &world.app.documents[1]);
    assert_true(app_cursor(&world.app, &own_ns));
    assert_int_equal(own_ns - world.app.documents[1].origin_ns,
                     at_ns - world.app.documents[0].origin_ns);
    story_press(&world.app, "Right"); /* commands are about it */
    assert_int_not_equal(world.app.selected, TRACE_NONE);
    story_press(&world.app, "F4");
    story_press(&world.app, "F4");
    assert_int_equal(world.app.focus, 0);
    struct frame frame;
    story_draw(&frame, &world.app);
    struct layout layout = app_layout_of(&world.app, 2);
    struct input input = {
        .kind = INPUT_PRESS, .x = layout.lanes.x + 9, .y = frame_bottom(layout.lanes) - 4};
    input.hot = frame_hit(&frame, input.x, input.y);
    frame_finish(&frame);
    assert_int_equal(input.hot.pane, 2);
    app_update(&world.app, &input);
    assert_int_equal(world.app.focus, 2);
    world_close(&world);
}

static void zooming_moves_all_of_them(void **state)
{
    (void)state;
    struct world world;
    struct app alone;
    world_open(&world);
    story_press(&world.app, "W");
    story_press(&world.app, "D");
    compare_alone(&world.app, 1, &alone);
    assert_float_equal(alone.view.units_per_px, world.app.view.units_per_px, 0);
    const struct trace_axis *own = app_axis(&alone);
    const struct trace_axis *focused = app_axis(&world.app);
    assert_float_equal(
        alone.view.start - trace_axis_position(own, alone.document->origin_ns),
        world.app.view.start - trace_axis_position(focused, world.app.document->origin_ns), 1e-3);
    world_close(&world);
}

/* It sleeps for a second, is ready for less than a pixel, and prints while it runs. */
static struct trace_model *ready_before_it_prints(int64_t at_ns)
{
    struct story story;
    story_begin(&story, "late");
    story_spawn(&story, 0, 1, "main", 0);
    story_run(&story, 1, 0, 100000, 1, "sleep");
    story_wait(&story, 1, "sleep", 100000, at_ns, "late.c:9");
    story_ready(&story, 1, at_ns, at_ns + 600000, 0);
    story_run(&story, 1, at_ns + 600000, at_ns + 800000, 2, "exit");
    story_print(&story, 1, at_ns + 700000, "said");
    story_exit(&story, 1, at_ns + 800000, "count");
    return story_load(&story);
}

/* Wherever the pixels fall, and though there is no room behind the run. */
static void a_line_stands_before_its_run_though_the_actor_was_ready(void **state)
{
    (void)state;
    for (int64_t at_ns = 1000000000; at_ns < 1003000000; at_ns += 100000) {
        struct world world = {.models = {ready_before_it_prints(at_ns), story_three_counts()}};
        story_open(&world.app, world.models[0], 1280, 720);
        assert_int_equal(app_add(&world.app, world.models[1], "second.json"), 0);
        assert_int_equal(story_texts_with(&world.app, "said"), 1);
        world_close(&world);
    }
}

HARNESS_MAIN(cmocka_unit_test(actors_come_before_loops),
             cmocka_unit_test(answers_and_ranges_are_told),
             cmocka_unit_test(all_runs_are_in_the_picture), cmocka_unit_test(runs_stand_in_columns),
             cmocka_unit_test(a_fifth_has_no_room),
             cmocka_unit_test(one_moment_is_the_same_in_all_runs),
             cmocka_unit_test(focus_moves_and_the_moment_stays),
             cmocka_unit_test(zooming_moves_all_of_them),
             cmocka_unit_test(a_line_stands_before_its_run_though_the_actor_was_ready))
