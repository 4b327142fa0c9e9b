/*
 * Navigation is arithmetic: what stays where under every gesture, and what undo brings back.
 */

#include "harness.h"

#include "history.h"
#include "story.h"

#define WIDTH 1000.0

struct world {
    struct trace_model *model;
    struct trace_axis axes[TRACE_AXIS_KINDS];
};

static void world_open(struct world *world)
{
    world->model = story_three_counts();
    for (int i = 0; i < TRACE_AXIS_KINDS; i++)
        assert_int_equal(trace_axis_init(&world->axes[i], world->model, (enum trace_axis_kind)i),
                         0);
}

static void world_close(struct world *world)
{
    for (int i = 0; i < TRACE_AXIS_KINDS; i++)
        trace_axis_finish(&world->axes[i]);
    trace_model_destroy(world->model);
}

static void assert_near(double a, double b, double within)
{
    if (!(a - b <= within && b - a <= within))
        fail_msg("%.9f is not within %g of %.9f", a, within, b);
}

static void the_fit_shows_all_with_margins(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    for (int i = 0; i < TRACE_AXIS_KINDS; i++) {
        const struct trace_axis *axis = &world.axes[i];
        struct view view = view_fit(axis, WIDTH);
        assert_true(view_is_fit(&view, axis, WIDTH));
        double left = view_x(&view, 0);
        double right = view_x(&view, axis->length);
        assert_true(left > 5 && left < 20);
        assert_near(WIDTH - right, left, 0.001);
    }
    world_close(&world);
}

static void zooming_keeps_what_is_under_the_pointer(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    for (int i = 0; i < TRACE_AXIS_KINDS; i++) {
        const struct trace_axis *axis = &world.axes[i];
        struct view view = view_fit(axis, WIDTH);
        for (int turn = 0; turn < 12; turn++) {
            double under = view_position(&view, 300);
            double scale = view.units_per_px;
            view = view_zoom(&view, axis, WIDTH, 300, VIEW_ZOOM_STEP);
            assert_true(view.units_per_px < scale);
            assert_near(view_x(&view, under), 300, 1e-6);
        }
        for (int turn = 0; turn < 6; turn++) { /* out again, still away from both ends */
            double under = view_position(&view, 300);
            view = view_zoom(&view, axis, WIDTH, 300, 1 / VIEW_ZOOM_STEP);
            assert_near(view_x(&view, under), 300, 1e-6);
        }
    }
    world_close(&world);
}

static void nothing_can_be_lost_beyond_an_edge(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    const struct trace_axis *axis = &world.axes[TRACE_AXIS_FOLDED];
    struct view fit = view_fit(axis, WIDTH);
    struct view out = view_zoom(&fit, axis, WIDTH, 700, 0.001);
    assert_near(out.start, fit.start, axis->length * 1e-9);
    assert_near(out.units_per_px, fit.units_per_px, fit.units_per_px * 1e-9);
    struct view in = view_zoom(&fit, axis, WIDTH, 500, 4);
    struct view left = view_pan(&in, axis, WIDTH, 1e9, 0, 0);
    assert_near(left.start, fit.start, axis->length * 1e-9);
    struct view right = view_pan(&in, axis, WIDTH, -1e9, 0, 0);
    assert_near(view_x(&right, axis->length), view_x(&fit, axis->length) * 4 - 3 * WIDTH, 0.001);
    struct view deep = view_zoom(&fit, axis, WIDTH, 500, 1e30);
    assert_true(deep.units_per_px > 0.001 && deep.units_per_px < 1);
    world_close(&world);
}

static void panning_moves_by_pixels_and_bounds_the_rows(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    const struct trace_axis *axis = &world.axes[TRACE_AXIS_TIME];
    struct view view = view_fit(axis, WIDTH);
    view = view_zoom(&view, axis, WIDTH, 500, 10);
    double under = view_position(&view, 400);
    struct view moved = view_pan(&view, axis, WIDTH, 25, -30, 100);
    assert_near(view_x(&moved, under), 425, 1e-6);
    assert_near(moved.scroll_px, 30, 0);
    moved = view_pan(&moved, axis, WIDTH, 0, -1000, 100);
    assert_near(moved.scroll_px, 100, 0);
    moved = view_pan(&moved, axis, WIDTH, 0, 1000, 100);
    assert_near(moved.scroll_px, 0, 0);
    world_close(&world);
}

static void revealing_moves_only_if_it_must(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    const struct trace_axis *axis = &world.axes[TRACE_AXIS_STEP];
    struct view fit = view_fit(axis, WIDTH);
    struct view view = view_zoom(&fit, axis, WIDTH, 0, 3);
    struct view same = view_reveal(&view, axis, WIDTH, view_position(&view, 10));
    assert_near(same.start, view.start, 0);
    struct view moved = view_reveal(&view, axis, WIDTH, axis->length * 0.9);
    double x = view_x(&moved, axis->length * 0.9);
    assert_true(x >= 0 && x <= WIDTH);
    assert_true(moved.start > view.start);
    world_close(&world);
}

static void another_axis_shows_the_same_instants(void **state)
{
    (void)state;
    struct world world;
    world_open(&world);
    const struct trace_axis *folded = &world.axes[TRACE_AXIS_FOLDED];
    const struct trace_axis *step = &world.axes[TRACE_AXIS_STEP];
    struct view fit = view_fit(folded, WIDTH);
    struct view other = view_change_axis(&fit, folded, step, WIDTH);
    assert_true(view_is_fit(&other, step, WIDTH));
    assert_int_equal(other.axis, TRACE_AXIS_STEP);
    struct view zoomed = view_zoom(&fit, folded, WIDTH, 200, 4);
    int64_t first_ns = trace_axis_instant(folded, view_position(&zoomed, 0));
    int64_t last_ns = trace_axis_instant(folded, view_position(&zoomed, WIDTH));
    other = view_change_axis(&zoomed, folded, step, WIDTH);
    assert_near((double)trace_axis_instant(step, view_position(&other, 0)), (double)first_ns, 3);
    assert_near((double)trace_axis_instant(step, view_position(&other, WIDTH)), (double)last_ns, 3);
    world_close(&world);
}

static struct history_spot at(double start)
{
    return (struct history_spot){.view = {.start = start, .units_per_px = 1}};
}

static void undo_and_redo_walk_along_one_line(void **state)
{
    (void)state;
    struct history history = {.count = 0};
    struct history_spot spot = at(3);
    struct history_spot before = at(1);
    history_record(&history, &before, 1);
    before = at(2);
    history_record(&history, &before, 2);
    assert_true(history_undo(&history, &spot));
    assert_near(spot.view.start, 2, 0);
    assert_true(history_undo(&history, &spot));
    assert_near(spot.view.start, 1, 0);
    assert_false(history_undo(&history, &spot));
    assert_near(spot.view.start, 1, 0);
    assert_true(history_redo(&history, &spot));
    assert_true(history_redo(&history, &spot));
    assert_near(spot.view.start, 3, 0);
    assert_false(history_redo(&history, &spot));
}

static void small_steps_of_one_gesture_are_one_entry(void **state)
{
    (void)state;
    struct history history = {.count = 0};
    for (int i = 0; i < 5; i++) {
        struct history_spot before = at(i);
        history_record(&history, &before, 1);
    }
    history_pause(&history);
    struct history_spot before = at(5);
    history_record(&history, &before, 1);
    struct history_spot spot = at(6);
    assert_true(history_undo(&history, &spot));
    assert_near(spot.view.start, 5, 0);
    assert_true(history_undo(&history, &spot));
    assert_near(spot.view.start, 0, 0);
    assert_false(history_undo(&history, &spot));
}

static void a_new_gesture_forgets_what_could_be_redone(void **state)
{
    (void)state;
    struct history history = {.count = 0};
    struct history_spot before = at(1);
    history_record(&history, &before, 1);
    struct history_spot spot = at(2);
    history_undo(&history, &spot);
    before = at(1);
    history_record(&history, &before, 2);
    spot = at(7);
    assert_false(history_redo(&history, &spot));
    assert_near(spot.view.start, 7, 0);
}

static void the_oldest_is_forgotten_first(void **state)
{
    (void)state;
    struct history history = {.count = 0};
    for (int i = 0; i < HISTORY_COUNT_MAX + 10; i++) {
        struct history_spot before = at(i);
        history_record(&history, &before, i + 1);
    }
    struct history_spot spot = at(1000);
    int undone = 0;
    while (history_undo(&history, &spot))
        undone++;
    assert_int_equal(undone, HISTORY_COUNT_MAX);
    assert_near(spot.view.start, 10, 0);
}

HARNESS_MAIN(cmocka_unit_test(the_fit_shows_all_with_margins),
             cmocka_unit_test(zooming_keeps_what_is_under_the_pointer),
             cmocka_unit_test(nothing_can_be_lost_beyond_an_edge),
             cmocka_unit_test(panning_moves_by_pixels_and_bounds_the_rows),
             cmocka_unit_test(revealing_moves_only_if_it_must),
             cmocka_unit_test(another_axis_shows_the_same_instants),
             cmocka_unit_test(undo_and_redo_walk_along_one_line),
             cmocka_unit_test(small_steps_of_one_gesture_are_one_entry),
             cmocka_unit_test(a_new_gesture_forgets_what_could_be_redone),
             cmocka_unit_test(the_oldest_is_forgotten_first))
