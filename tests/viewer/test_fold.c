/*
 * Folding and what it stands on: rows, their sums, and the strip's maxima.  Nothing is drawn.
 */

#include "harness.h"

#include "fold.h"
#include "story.h"
#include "strip.h"

#define WIDTH 800

struct world {
    struct trace_model *model;
    struct trace_axis axis;
    struct rows rows;
    struct fold_columns columns;
    struct fold_cells cells;
};

static void world_open(struct world *world, struct trace_model *model, enum trace_axis_kind kind)
{
    *world = (struct world){.model = model};
    assert_int_equal(trace_axis_init(&world->axis, model, kind), 0);
    assert_int_equal(rows_init(&world->rows, model), 0);
    struct view view = view_fit(&world->axis, WIDTH);
    assert_int_equal(fold_columns_set(&world->columns, &world->axis, &view, WIDTH), 0);
}

static void world_close(struct world *world)
{
    fold_cells_finish(&world->cells);
    fold_columns_finish(&world->columns);
    rows_finish(&world->rows);
    trace_axis_finish(&world->axis);
    trace_model_destroy(world->model);
}

static void fold(struct world *world, uint32_t row)
{
    assert_int_equal(fold_row(&world->cells, &world->columns, &world->rows, &world->rows.rows[row]),
                     0);
}

static void a_row_for_each_loop_and_each_actor(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, story_three_counts(), TRACE_AXIS_FOLDED);
    static const char *const names[] = {"loop 0", "main", "count#1", "count#2", "count#3"};
    assert_int_equal(world.rows.count, 5);
    for (uint32_t i = 0; i < 5; i++)
        assert_string_equal(rows_name(&world.rows, &world.rows.rows[i]), names[i]);
    assert_int_equal(world.rows.rows[0].count, 8); /* six switches and main's two */
    assert_int_equal(rows_of_lane(&world.rows, 2), 3);
    world_close(&world);
}

static void runs_are_dealt_to_their_loops_in_order(void **state)
{
    (void)state;
    struct story story;
    story_begin(&story, "two");
    for (uint32_t actor = 1; actor <= 2; actor++) {
        story_spawn(&story, 0, actor, "worker", 0);
        for (uint32_t i = 0; i < 5; i++)
            story_run_on(&story, actor - 1, actor, 100 * i + 10 * actor, 100 * i + 10 * actor + 50,
                         i + 1, "yield");
    }
    struct world world;
    world_open(&world, story_load(&story), TRACE_AXIS_TIME);
    assert_int_equal(world.rows.loop_count, 2);
    for (uint32_t loop = 0; loop < 2; loop++) {
        const struct row *row = &world.rows.rows[loop];
        assert_int_equal(row->count, 5);
        for (uint32_t n = 0; n < 5; n++) {
            const struct trace_span *span = rows_span(&world.rows, row, n);
            assert_int_equal(span->loop, loop);
            assert_int_equal(span->start_ns, 100 * n + 10 * (loop + 1));
            assert_int_equal(rows_times(&world.rows, row, n).start_ns, span->start_ns);
        }
    }
    world_close(&world);
}

static void sums_and_seeks_agree_with_counting(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, story_workers(90), TRACE_AXIS_TIME);
    for (uint32_t r = 0; r < world.rows.count; r += 7) {
        const struct row *row = &world.rows.rows[r];
        for (uint32_t first = 0; first <= row->count; first += 1 + row->count / 9) {
            struct rows_sum expected = {0, 0};
            for (uint32_t end = first; end <= row->count; end++) {
                struct rows_sum sum = rows_sum(&world.rows, row, first, end);
                assert_int_equal(sum.run_ns, expected.run_ns);
                assert_int_equal(sum.ready_ns, expected.ready_ns);
                if (end == row->count)
                    break;
                const struct trace_span *span = rows_span(&world.rows, row, end);
                assert_int_equal(rows_seek(&world.rows, row, first, span->end_ns - 1), end);
                expected.run_ns +=
                    span->state == TRACE_STATE_RUN ? span->end_ns - span->start_ns : 0;
                expected.ready_ns +=
                    span->state == TRACE_STATE_READY ? span->end_ns - span->start_ns : 0;
            }
        }
    }
    world_close(&world);
}

static void wide_states_are_cells_of_their_own(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, story_three_counts(), TRACE_AXIS_FOLDED);
    fold(&world, 2); /* count#1: ready One sleep ready Two */
    assert_int_equal(world.cells.count, 5);
    for (size_t i = 0; i < 5; i++) {
        const struct fold_cell *cell = &world.cells.cells[i];
        const struct trace_span *span = rows_span(&world.rows, &world.rows.rows[2], (uint32_t)i);
        assert_true(cell->wide);
        assert_int_equal(cell->first, i);
        assert_int_equal(cell->count, 1);
        assert_float_equal(cell->x0, fold_x(&world.columns, span->start_ns), 0.01);
        assert_float_equal(cell->x1, fold_x(&world.columns, span->end_ns), 0.01);
        assert_float_equal(cell->run, span->state == TRACE_STATE_RUN, 0);
    }
    world_close(&world);
}

static void narrow_states_are_gathered_with_their_shares(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, story_three_counts(), TRACE_AXIS_TIME);
    fold(&world, 2);
    assert_int_equal(world.cells.count, 3); /* ready and One; sleep; ready and Two */
    const struct fold_cell *cell = &world.cells.cells[0];
    assert_false(cell->wide);
    assert_int_equal(cell->count, 2);
    assert_float_equal(cell->run, 21000.0 / (41500 - 12005), 1e-3);
    assert_float_equal(cell->run + cell->ready, 1, 1e-3);
    assert_true(world.cells.cells[1].wide);
    assert_int_equal(world.cells.cells[2].first, 3);
    world_close(&world);
}

static void cells_hold_every_span_once_and_depend_on_pixels(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, story_workers(2000), TRACE_AXIS_TIME);
    for (uint32_t r = 0; r < 3; r++) { /* the loop: six thousand runs; main; a worker */
        fold(&world, r);
        uint32_t next = 0;
        for (size_t i = 0; i < world.cells.count; i++) {
            assert_int_equal(world.cells.cells[i].first, next);
            next += world.cells.cells[i].count;
        }
        assert_int_equal(next, world.rows.rows[r].count);
        assert_true(world.cells.count <= 2 * WIDTH);
    }
    world_close(&world);
}

/* On an axis of more knots than columns, edges are found among the columns alone. */
static void edges_are_right_to_within_a_pixel_on_an_axis_of_many_knots(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, story_workers(2000), TRACE_AXIS_STEP);
    assert_true(world.axis.knot_count > WIDTH);
    for (uint32_t r = 0; r < 40; r++) {
        fold(&world, r);
        for (size_t i = 0; i < world.cells.count; i++) {
            const struct fold_cell *cell = &world.cells.cells[i];
            const struct row *row = &world.rows.rows[r];
            int64_t start_ns = rows_times(&world.rows, row, cell->first).start_ns;
            int64_t end_ns = rows_times(&world.rows, row, cell->first + cell->count - 1).end_ns;
            assert_float_equal(cell->x0, fold_x(&world.columns, start_ns), 1);
            assert_float_equal(cell->x1, fold_x(&world.columns, end_ns), 1);
        }
    }
    world_close(&world);
}

static void a_cell_of_many_stands_for_its_first_run(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, story_workers(400), TRACE_AXIS_TIME);
    uint32_t gathered = 0;
    for (uint32_t r = 0; r < world.rows.count; r++) {
        const struct row *row = &world.rows.rows[r];
        fold(&world, r);
        for (size_t i = 0; i < world.cells.count; i++) {
            const struct fold_cell *cell = &world.cells.cells[i];
            uint32_t n = cell->first;
            while (cell->run > 0 && rows_span(&world.rows, row, n)->state != TRACE_STATE_RUN)
                n++;
            assert_int_equal(cell->span, rows_span_index(&world.rows, row, n));
            if (cell->count == 1)
                assert_int_equal(cell->state, rows_span(&world.rows, row, n)->state);
            gathered += cell->count > 1;
        }
    }
    assert_true(gathered > 0);
    world_close(&world);
}

static void only_what_is_visible_is_folded(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, story_three_counts(), TRACE_AXIS_FOLDED);
    const struct trace_model *model = world.model;
    struct view view = view_range(&world.columns.view, &world.axis, WIDTH,
                                  trace_axis_position(&world.axis, 1000102200),
                                  trace_axis_position(&world.axis, 1000120200));
    assert_int_equal(fold_columns_set(&world.columns, &world.axis, &view, WIDTH), 0);
    fold(&world, 2);
    for (size_t i = 0; i < world.cells.count; i++) {
        uint32_t index =
            rows_span_index(&world.rows, &world.rows.rows[2], world.cells.cells[i].first);
        assert_true(model->spans[index].end_ns > 1000000000);
    }
    assert_in_range(world.cells.count, 1, 3);
    world_close(&world);
}

static void an_open_state_reaches_the_end(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, story_cut(), TRACE_AXIS_TIME);
    fold(&world, 2); /* hog#1 */
    const struct fold_cell *last = &world.cells.cells[world.cells.count - 1];
    const struct trace_span *span = rows_span(&world.rows, &world.rows.rows[2], last->first);
    assert_true(span->open);
    assert_float_equal(last->x1, fold_x(&world.columns, world.model->end_ns), 0.01);
    world_close(&world);
}

static void an_empty_trace_has_no_cells(void **state)
{
    (void)state;
    struct story story;
    struct world world;
    story_begin(&story, "nothing");
    world_open(&world, story_load(&story), TRACE_AXIS_FOLDED);
    assert_int_equal(world.rows.count, 0);
    world_close(&world);
}

static void the_strip_knows_the_most_of_any_range(void **state)
{
    (void)state;
    struct trace_model *model = story_workers(400);
    struct strip strip;
    assert_int_equal(strip_init(&strip, model), 0);
    size_t near = 0;
    int64_t step_ns = (model->end_ns - model->start_ns) / 97;
    for (int64_t at_ns = model->start_ns; at_ns < model->end_ns; at_ns += step_ns) {
        struct trace_load_step expected = {0};
        for (size_t i = 0; i < strip.step_count; i++) {
            bool before = strip.steps[i].at_ns <= at_ns &&
                          (i + 1 == strip.step_count || strip.steps[i + 1].at_ns > at_ns);
            bool inside = strip.steps[i].at_ns > at_ns && strip.steps[i].at_ns < at_ns + step_ns;
            if (!before && !inside)
                continue;
            if (strip.steps[i].running > expected.running)
                expected.running = strip.steps[i].running;
            if (strip.steps[i].in_progress > expected.in_progress)
                expected.in_progress = strip.steps[i].in_progress;
        }
        size_t none = 0;
        struct trace_load_step walked = strip_max(&strip, at_ns, at_ns + step_ns, &near);
        struct trace_load_step jumped = strip_max(&strip, at_ns, at_ns + step_ns, &none);
        assert_int_equal(walked.running, expected.running);
        assert_int_equal(walked.in_progress, expected.in_progress);
        assert_int_equal(jumped.running, expected.running);
        assert_int_equal(jumped.in_progress, expected.in_progress);
    }
    strip_finish(&strip);
    trace_model_destroy(model);
}

static void places_agree_with_seeks_and_sums(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, story_workers(4), TRACE_AXIS_TIME);
    for (uint32_t r = 0; r < world.rows.count; r++) {
        const struct row *row = &world.rows.rows[r];
        struct rows_place from = rows_place(&world.rows, row, 0);
        for (uint32_t n = 0; n < row->count; n += 3) {
            int64_t at_ns = rows_times(&world.rows, row, n).start_ns + 1;
            struct rows_place to = rows_place_seek(&world.rows, row, from, at_ns);
            assert_int_equal(to.n, rows_seek(&world.rows, row, 0, at_ns));
            struct rows_sum sum = rows_sum(&world.rows, row, from.n, to.n);
            assert_int_equal(to.before.run_ns - from.before.run_ns, sum.run_ns);
            assert_int_equal(to.before.ready_ns - from.before.ready_ns, sum.ready_ns);
            from = to;
        }
    }
    world_close(&world);
}

static void a_narrow_run_with_room_around_it_is_a_mark(void **state)
{
    (void)state;
    struct fold_cell cells[] = {
        {.x0 = 0, .x1 = 1, .run = 1},   {.x0 = 1, .x1 = 50, .run = 0},
        {.x0 = 50, .x1 = 51, .run = 1}, {.x0 = 51, .x1 = 52, .run = 0},
        {.x0 = 52, .x1 = 53, .run = 1}, {.x0 = 90, .x1 = 99, .run = 1},
    };
    struct fold_cells row = {.cells = cells, .count = 6};
    fold_marks(&row, 3);
    const bool marks[] = {true, false, false, false, false, false};
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(cells[i].mark, marks[i]);
    fold_marks(&row, 1.5f); /* two that are a pixel apart do not fit either */
    assert_false(cells[2].mark || cells[4].mark);
}

HARNESS_MAIN(cmocka_unit_test(a_row_for_each_loop_and_each_actor),
             cmocka_unit_test(runs_are_dealt_to_their_loops_in_order),
             cmocka_unit_test(sums_and_seeks_agree_with_counting),
             cmocka_unit_test(wide_states_are_cells_of_their_own),
             cmocka_unit_test(narrow_states_are_gathered_with_their_shares),
             cmocka_unit_test(cells_hold_every_span_once_and_depend_on_pixels),
             cmocka_unit_test(edges_are_right_to_within_a_pixel_on_an_axis_of_many_knots),
             cmocka_unit_test(a_cell_of_many_stands_for_its_first_run),
             cmocka_unit_test(only_what_is_visible_is_folded),
             cmocka_unit_test(an_open_state_reaches_the_end),
             cmocka_unit_test(an_empty_trace_has_no_cells),
             cmocka_unit_test(places_agree_with_seeks_and_sums),
             cmocka_unit_test(a_narrow_run_with_room_around_it_is_a_mark),
             cmocka_unit_test(the_strip_knows_the_most_of_any_range))
