/*
 * Finding the way: jumps along causes, search, the palette, moments and ranges; and the list of
 * lanes: filter, groups, bands, order, pins.
 */

#include "harness.h"

#include "jumps.h"
#include "moment.h"
#include "story.h"
#include "trace_load.h"
#include "update.h"
#include "world.h"

#include <stdio.h>

static void type(struct world *world, const char *text)
{
    struct input input = {.kind = INPUT_KEY};
    snprintf(input.text, sizeof input.text, "%s", text);
    assert_true(app_update(&world->app, &input));
}

static void point(struct world *world, enum input_kind kind, float x, float y, bool shift)
{
    struct frame frame;
    story_draw(&frame, &world->app);
    struct input input = {.kind = kind, .x = x, .y = y, .shift = shift};
    input.hot = frame_hit(&frame, x, y);
    frame_finish(&frame);
    app_update(&world->app, &input);
}

static const struct trace_span *selected(const struct world *world)
{
    assert_int_not_equal(world->app.selected, TRACE_NONE);
    return &world->model->spans[world->app.selected];
}

static const char *actor(const struct world *world)
{
    return trace_text(world->model, world->model->lanes[selected(world)->lane].name);
}

static void one_actors_runs_and_its_neighbours_at_the_same_moment(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, story_three_counts());
    assert_true(world_key(&world, "Home"));
    uint32_t first = world.app.selected;
    assert_string_equal(actor(&world), "count#1");
    assert_true(world_key(&world, "."));
    assert_string_equal(actor(&world), "count#1");
    assert_int_equal(selected(&world)->resume, 2);
    int64_t moment_ns = selected(&world)->start_ns;
    assert_true(world_key(&world, ".")); /* there is no third: that is said */
    assert_int_equal(selected(&world)->start_ns, moment_ns);
    assert_true(story_texts_with(&world.app, "does not run again") > 0);
    assert_true(world_key(&world, "J"));
    assert_string_equal(actor(&world), "count#2");
    assert_in_range(moment_ns, selected(&world)->start_ns, selected(&world)->end_ns - 1);
    assert_true(world_key(&world, "K"));
    assert_string_equal(actor(&world), "count#1");
    uint32_t before = world.app.selected;
    assert_true(world_key(&world, ","));
    assert_int_equal(world.app.selected, first);
    assert_true(world_key(&world, "Alt+Left")); /* back, selection and all */
    assert_int_equal(world.app.selected, before);
    assert_true(world_key(&world, "Alt+Right"));
    assert_int_equal(world.app.selected, first);
    world_close(&world);
}

static void the_longest_run_and_the_worst_waits_for_a_turn(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, story_workers(4));
    world_key(&world, "L");
    int64_t longest_ns = selected(&world)->end_ns - selected(&world)->start_ns;
    int64_t worst_ns = 0;
    for (uint32_t i = 0; i < world.model->span_count; i++) {
        const struct trace_span *span = &world.model->spans[i];
        if (span->state == TRACE_STATE_RUN)
            assert_true(span->end_ns - span->start_ns <= longest_ns);
        if (span->state == TRACE_STATE_READY && span->end_ns - span->start_ns > worst_ns)
            worst_ns = span->end_ns - span->start_ns;
    }
    world_key(&world, "Shift+L");
    int64_t before_ns = selected(&world)->end_ns - selected(&world)->start_ns;
    assert_int_equal(before_ns, worst_ns);
    world_key(&world, "Shift+L");
    assert_true(selected(&world)->end_ns - selected(&world)->start_ns <= before_ns);
    assert_int_equal(selected(&world)->state, TRACE_STATE_READY);
    world_close(&world);
}

static void whom_a_wait_is_for(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, story_messages());
    uint32_t found = 0;
    for (uint32_t i = 0; i < world.model->span_count; i++) {
        const struct trace_span *span = &world.model->spans[i];
        uint32_t holder = jumps_holder(world.model, i);
        if (span->state != TRACE_STATE_WAIT || span->other == TRACE_NONE)
            continue;
        found++;
        assert_int_not_equal(holder, TRACE_NONE);
        assert_int_equal(world.model->spans[holder].lane, span->other);
        app_select(&world.app, i);
        assert_true(world_key(&world, "H"));
        assert_int_equal(world.app.selected, holder);
    }
    assert_true(found > 0);
    world_close(&world);
}

static void a_search_lists_what_it_finds_and_goes_there(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, story_three_counts());
    assert_true(world_key(&world, "/"));
    type(&world, "Q"); /* a letter that is a command elsewhere */
    assert_false(world.app.quit);
    world_key(&world, "Backspace");
    type(&world, "t");
    type(&world, "WO");
    const struct search *search = &world.app.prompt.search;
    assert_int_equal(search->count, 3); /* printed three times */
    assert_true(story_texts_with(&world.app, "Two") > 0);
    assert_true(world_key(&world, "Down"));
    assert_true(world_key(&world, "Enter"));
    assert_int_equal(world.app.prompt.kind, PROMPT_NONE);
    assert_string_equal(actor(&world), "count#2");
    assert_true(world_key(&world, "F3"));
    assert_string_equal(actor(&world), "count#3");
    assert_true(world_key(&world, "F3")); /* and round */
    assert_string_equal(actor(&world), "count#1");
    assert_true(world_key(&world, "Shift+F3"));
    assert_string_equal(actor(&world), "count#3");
    world_key(&world, "/");
    world_key(&world, "Ctrl+U");
    type(&world, "sleep");
    assert_int_equal(search->count, 3);
    for (uint32_t i = 0; i < search->count; i++)
        assert_int_equal(search->hits[i].kind, SEARCH_SPAN);
    world_key(&world, "Ctrl+U");
    type(&world, "nothing like it");
    world_key(&world, "Enter");
    assert_true(story_texts_with(&world.app, "Nothing has") > 0);
    world_close(&world);
}

static void the_palette_finds_commands_by_their_sentence(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, story_three_counts());
    assert_true(world_key(&world, ":"));
    type(&world, "high contrast");
    assert_int_equal(world.app.prompt.command_count, 1);
    assert_true(story_texts_with(&world.app, "high contrast") > 0);
    assert_true(world_key(&world, "Enter"));
    assert_int_equal(world.app.theme, APP_DARK);
    assert_int_equal(world.app.prompt.kind, PROMPT_NONE);
    world_key(&world, ":");
    assert_int_equal(prompt_lines(&world.app.prompt), COMMAND_COUNT);
    world_key(&world, "Esc");
    assert_int_equal(world.app.prompt.kind, PROMPT_NONE);
    world_close(&world);
}

static void a_click_on_the_ruler_sets_a_moment(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, story_three_counts());
    const struct frame_rect *ruler = &world.app.layout.ruler;
    float x = ruler->x + 40;
    point(&world, INPUT_PRESS, x, ruler->y + 5, false);
    point(&world, INPUT_RELEASE, x, ruler->y + 5, false);
    int64_t at_ns;
    assert_true(app_cursor(&world.app, &at_ns));
    assert_int_equal(world.app.selected, TRACE_NONE);
    assert_int_equal(at_ns,
                     trace_axis_instant(app_axis(&world.app), view_position(&world.app.view, 40)));
    assert_true(story_texts_with(&world.app, "running: main") > 0);
    assert_true(world_key(&world, "Esc"));
    assert_false(app_cursor(&world.app, &at_ns));
    world_close(&world);
}

/* The numbers of a range, counted span by span. */
static void count(const struct trace_model *model, int64_t from_ns, int64_t to_ns,
                  int64_t state_ns[3], uint64_t *runs)
{
    for (uint32_t i = 0; i < model->span_count; i++) {
        const struct trace_span *span = &model->spans[i];
        int64_t first_ns = span->start_ns > from_ns ? span->start_ns : from_ns;
        int64_t last_ns = span->end_ns < to_ns ? span->end_ns : to_ns;
        state_ns[span->state] += last_ns > first_ns ? last_ns - first_ns : 0;
        *runs +=
            span->state == TRACE_STATE_RUN && span->start_ns >= from_ns && span->start_ns < to_ns;
    }
}

static void a_ranges_statistics_are_what_counting_gives(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, story_workers(30));
    int64_t whole_ns = world.model->end_ns - world.model->start_ns;
    for (int i = 0; i < 20; i++) {
        int64_t from_ns = world.model->start_ns + whole_ns * i / 23;
        int64_t to_ns = from_ns + whole_ns * (20 - i) / 22 + 1;
        int64_t state_ns[3] = {0};
        uint64_t runs = 0;
        app_set_range(&world.app, to_ns, from_ns); /* from right to left, too */
        assert_true(world.app.range_set);
        const struct range_stats *range = &world.app.range;
        count(world.model, range->from_ns, range->to_ns, state_ns, &runs);
        assert_int_equal(range->run_ns, state_ns[TRACE_STATE_RUN]);
        assert_int_equal(range->ready_ns, state_ns[TRACE_STATE_READY]);
        assert_int_equal(range->wait_ns, state_ns[TRACE_STATE_WAIT]);
        assert_int_equal(range->runs.count, runs);
    }
    world_close(&world);
}

static void one_run_has_one_length(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, story_three_counts());
    world_key(&world, "Home");
    world_key(&world, "R");
    assert_int_equal(world.app.range.runs.count, 1);
    assert_int_equal(story_texts_with(&world.app, "1 run: "), 1);
    assert_int_equal(world.app.range.readies.count, 1);
    assert_int_equal(story_texts_with(&world.app, "half within"), 0);
    world_close(&world);
}

static void lengths_are_counted_in_buckets(void **state)
{
    (void)state;
    for (int64_t length = 0; length < 1000000; length = length * 5 / 4 + 1) {
        uint32_t bucket = range_bucket(length);
        assert_true(range_bucket_from(bucket) <= length);
        assert_true(range_bucket_from(bucket + 1) > length);
        assert_true(length < 4 || range_bucket_from(bucket + 1) <= length + length / 4 + 1);
    }
    assert_int_equal(range_bucket(INT64_MAX), RANGE_BUCKETS - 1);
    struct range_lengths lengths = {.longest_ns = 900};
    for (int64_t length = 1; length <= 900; length++) {
        lengths.counts[range_bucket(length)]++;
        lengths.count++;
    }
    assert_in_range(range_percentile(&lengths, 50), 450, 450 * 5 / 4);
    assert_int_equal(range_percentile(&lengths, 100), 900);
}

static void a_drag_on_the_ruler_selects_a_range(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, story_three_counts());
    const struct frame_rect *ruler = &world.app.layout.ruler;
    struct view before = world.app.view;
    point(&world, INPUT_PRESS, ruler->x + 20, ruler->y + 5, false);
    point(&world, INPUT_MOVE, ruler->x + 300, ruler->y + 5, false);
    point(&world, INPUT_RELEASE, ruler->x + 300, ruler->y + 5, false);
    assert_true(world.app.range_set);
    assert_memory_equal(&before, &world.app.view, sizeof before);
    assert_true(story_texts_with(&world.app, "runs, by length") > 0);
    assert_true(story_texts_with(&world.app, "4 actors: ran") > 0);
    assert_true(world_key(&world, "Z"));
    const struct trace_axis *axis = app_axis(&world.app);
    assert_true(trace_axis_position(axis, world.app.range.from_ns) >= world.app.view.start);
    assert_true(world_key(&world, "Esc"));
    assert_false(world.app.range_set);
    assert_int_not_equal(world.app.selected, TRACE_NONE); /* as it was */
    world_close(&world);
}

static void a_filter_keeps_the_named_and_the_loops(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, story_three_counts());
    world_key(&world, "Shift+F");
    type(&world, "COUNT#2");
    const struct lanes *lanes = &world.app.document->lanes;
    assert_int_equal(lanes->count, 2);
    assert_int_equal(lanes->hidden, 3);
    assert_string_equal(lanes_name(lanes, 1), "count#2");
    assert_int_equal(lanes_place_of_lane(lanes, 0), TRACE_NONE);
    assert_true(world_key(&world, "Enter"));
    assert_int_equal(lanes->count, 2);
    assert_int_equal(story_texts_with(&world.app, "only \xe2\x80\x9c"), 1);
    app_set_range(&world.app, world.model->start_ns, world.model->end_ns);
    assert_int_equal(world.app.range.actors, 1); /* statistics are of what is shown */
    assert_int_equal(world.app.range.runs.count, 2);
    world_key(&world, "Shift+F");
    world_key(&world, "Esc");
    assert_int_equal(lanes->count, 5);
    assert_int_equal(lanes->hidden, 0);
    assert_int_equal(story_texts_with(&world.app, "only"), 0);
    world_close(&world);
}

/* Processes give themselves numbers as they come to run, in any order. */
static void actors_stand_in_the_order_of_their_spawning(void **state)
{
    (void)state;
    struct story story;
    struct world world;
    story_begin(&story, "late");
    story_spawn(&story, 0, 1, "main", 0);
    story_spawn(&story, 2000, 2, "second", 1);
    story_spawn(&story, 1000, 3, "first", 1);
    story_run(&story, 1, 0, 5000, 1, "exit");
    story_run(&story, 2, 5000, 6000, 1, "exit");
    story_run(&story, 3, 6000, 7000, 1, "exit");
    world_open(&world, story_load(&story));
    const struct lanes *lanes = &world.app.document->lanes;
    assert_string_equal(lanes_name(lanes, 1), "main");
    assert_string_equal(lanes_name(lanes, 2), "first");
    assert_string_equal(lanes_name(lanes, 3), "second");
    world_close(&world);
}

static void groups_fold_to_bands(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, story_workers(40));
    const struct document *document = world.app.document;
    const struct lanes *lanes = &document->lanes;
    uint32_t flat = lanes->count;
    world_key(&world, "Shift+G"); /* by name */
    assert_int_equal(lanes->grouping, LANES_BY_NAME);
    assert_int_equal(lanes->group_count, 2); /* main, and the workers */
    assert_int_equal(lanes->count, flat + 2);
    world_key(&world, "Shift+C");
    assert_int_equal(lanes->count, lanes->rows->loop_count + 2);
    assert_int_equal(lanes_place_of_lane(lanes, 5), lanes->count - 1); /* that of its heading */
    assert_true(story_texts_with(&world.app, "worker") > 0);
    const struct band *band = &document->bands[1];
    assert_non_null(band->steps);
    int64_t state_ns[3] = {0};
    for (uint32_t i = 0; i < world.model->span_count; i++)
        if (world.model->spans[i].lane != 0)
            state_ns[world.model->spans[i].state] +=
                world.model->spans[i].end_ns - world.model->spans[i].start_ns;
    size_t near = 0;
    int64_t from_ns = world.model->start_ns;
    int64_t to_ns = world.model->end_ns;
    struct band_share share = band_share(band, from_ns, to_ns, &near);
    double whole = (double)(to_ns - from_ns) * 40;
    assert_float_equal(share.running, (double)state_ns[TRACE_STATE_RUN] / whole, 1e-5);
    assert_float_equal(share.ready, (double)state_ns[TRACE_STATE_READY] / whole, 1e-5);
    assert_float_equal(share.waiting, (double)state_ns[TRACE_STATE_WAIT] / whole, 1e-5);
    world_key(&world, "Shift+C"); /* open again */
    assert_int_equal(lanes->count, flat + 2);
    for (int i = 1; i < LANES_GROUPINGS; i++)
        world_key(&world, "Shift+G");
    assert_int_equal(lanes->grouping, LANES_FLAT);
    assert_int_equal(lanes->count, flat);
    world_close(&world);
}

static void groups_have_the_nearest_supervisor(void **state)
{
    (void)state;
    struct story story;
    struct world world;
    static const char *const names[] = {"shop", "store", "till", "helper", "guest"};
    static const uint32_t parents[] = {0, 1, 2, 3, 0}; /* the store is a supervisor, too */
    story_begin(&story, "shop");
    for (uint32_t i = 0; i < 5; i++) {
        story_spawn(&story, 1000 * (i + 1), i + 1, names[i], parents[i]);
        story_run(&story, i + 1, 10000 * (i + 1), 10000 * (i + 1) + 5000, i + 1, "recv");
    }
    story_note(&story, 1, 11000, "supervise", 0, "");
    story_note(&story, 2, 21000, "supervise", 0, "");
    world_open(&world, story_load(&story));
    const struct lanes *lanes = &world.app.document->lanes;
    for (int i = 0; i < LANES_BY_SUPERVISOR; i++)
        world_key(&world, "Shift+G");
    assert_int_equal(lanes->grouping, LANES_BY_SUPERVISOR);
    assert_int_equal(lanes->group_count, 3);
    assert_string_equal(lanes->groups[0].name, "not supervised"); /* shop, guest */
    assert_int_equal(lanes->groups[0].count, 2);
    assert_string_equal(lanes->groups[1].name, "of shop"); /* store */
    assert_int_equal(lanes->groups[1].count, 1);
    assert_string_equal(lanes->groups[2].name, "of store"); /* till, and what it has spawned */
    assert_int_equal(lanes->groups[2].count, 2);
    world_close(&world);
}

/* Another tool's threads run nobody but themselves. */
static void a_thread_that_is_its_own_actor_has_one_row(void **state)
{
    (void)state;
    static const char text[] =
        "[{\"ph\":\"X\",\"pid\":1,\"tid\":1,\"ts\":0,\"dur\":5,\"name\":\"alone\"},\n"
        "{\"ph\":\"X\",\"pid\":1,\"tid\":2,\"ts\":10,\"dur\":5,\"name\":\"with\"}]\n";
    struct trace_model *model = NULL;
    struct trace_error error;
    struct world world;
    assert_int_equal(trace_load_bytes(text, sizeof text - 1, "threads", &model, &error), 0);
    assert_true(model->foreign);
    assert_int_equal(model->loop_count, 2);
    world_open(&world, model);
    const struct lanes *lanes = &world.app.document->lanes;
    for (uint32_t i = 0; i < lanes->count; i++)
        assert_int_not_equal(lanes->rows->rows[lanes->items[i].row].kind, ROW_LOOP);
    assert_int_equal(lanes_place_of_lane(lanes, 0), 0);
    world_close(&world);
    world_open(&world, story_three_counts()); /* our own loop is shown */
    lanes = &world.app.document->lanes;
    assert_int_equal(lanes->rows->rows[lanes->items[0].row].kind, ROW_LOOP);
    world_close(&world);
}

static void lanes_are_sorted_and_pinned(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, story_workers(40));
    struct lanes *lanes = &world.app.document->lanes;
    world_key(&world, "O");
    assert_int_equal(lanes->sorting, LANES_BUSIEST);
    int64_t before_ns = INT64_MAX;
    for (uint32_t i = lanes->rows->loop_count; i < lanes->count; i++) {
        const struct row *row = &lanes->rows->rows[lanes->items[i].row];
        int64_t run_ns = rows_sum(lanes->rows, row, 0, row->count).run_ns;
        assert_true(run_ns <= before_ns);
        before_ns = run_ns;
    }
    world_key(&world, "O");
    world_key(&world, "O");
    assert_int_equal(lanes->sorting, LANES_FIRST_SEEN);
    app_select(&world.app, world.model->lanes[30].span_first);
    world_key(&world, "Shift+P");
    assert_int_equal(lanes->pinned_count, 1);
    assert_int_equal(lanes_place_of_lane(lanes, 30), 0);
    world_key(&world, "PageDown"); /* the pinned one does not scroll */
    assert_true(world.app.view.scroll_px > 0);
    float y = layout_row_y(&world.app.layout, 0, world.app.view.scroll_px);
    assert_float_equal(y, world.app.layout.lanes.y, 0.01);
    world_key(&world, "Shift+P");
    assert_int_equal(lanes->pinned_count, 0);
    float height = world.app.layout.row_height;
    world_key(&world, "[");
    assert_true(world.app.layout.row_height < height);
    for (int i = 0; i < 30; i++)
        world_key(&world, "]");
    assert_true(world.app.layout.row_height > height);
    world_close(&world);
}

static void a_file_read_again_keeps_what_is_shown(void **state)
{
    (void)state;
    struct world world;
    struct document fresh = {.model = NULL};
    world_open(&world, story_three_counts());
    world_key(&world, "End");
    world_key(&world, "W");
    world_key(&world, "W");
    world_key(&world, "O");
    struct view before = world.app.view;
    const struct trace_span was = *selected(&world);
    struct trace_model *old = world.model;
    world.model = story_three_counts();
    assert_int_equal(document_open(&fresh, world.model, "again.json"), 0);
    app_exchange(&world.app, &fresh, true);
    trace_model_destroy(old);
    assert_int_equal(selected(&world)->start_ns, was.start_ns);
    assert_int_equal(selected(&world)->lane, was.lane);
    assert_int_equal(world.app.document->lanes.sorting, LANES_BUSIEST);
    assert_float_equal(world.app.view.units_per_px, before.units_per_px,
                       before.units_per_px * 1e-3);
    assert_true(story_texts_with(&world.app, "count#3") > 0);
    old = world.model;
    world.model = story_workers(3);
    assert_int_equal(document_open(&fresh, world.model, "other.json"), 0);
    app_exchange(&world.app, &fresh, false); /* another trace: all of it */
    trace_model_destroy(old);
    assert_true(view_is_fit(&world.app.view, app_axis(&world.app), world.app.layout.lanes.width));
    assert_true(story_texts_with(&world.app, "worker#3") > 0);
    world_close(&world);
}

static void another_run_of_the_program_keeps_who_is_selected(void **state)
{
    (void)state;
    struct world world;
    struct document fresh = {.model = NULL};
    struct story story;
    world_open(&world, story_three_counts());
    world_key(&world, "End");
    assert_string_equal(trace_text(world.model, world.model->lanes[selected(&world)->lane].name),
                        "count#3");
    uint32_t resume = selected(&world)->resume;
    assert_int_equal(resume, 2);
    struct view before = world.app.view;
    /* Edited: a new actor comes first, and everything is a little later. */
    story_begin(&story, "count");
    story_spawn(&story, 500, 1, "main", 0);
    story_spawn(&story, 700, 2, "early", 1);
    story_run(&story, 2, 900, 1500, 1, "exit");
    story_spawn(&story, 2000, 5, "count#3", 1);
    story_run(&story, 5, 100000, 200000, 1, "sleep");
    story_wait(&story, 5, "sleep", 200000, 1000600000, "count.c:7");
    story_run(&story, 5, 1000600000, 1000900000, 2, "exit");
    struct trace_model *old = world.model;
    world.model = story_load(&story);
    assert_int_equal(document_open(&fresh, world.model, "count.json"), 0);
    app_exchange(&world.app, &fresh, true);
    trace_model_destroy(old);
    assert_string_equal(trace_text(world.model, world.model->lanes[selected(&world)->lane].name),
                        "count#3");
    assert_int_equal(selected(&world)->resume, resume);
    assert_int_equal(world.app.view.axis, before.axis);
    world_close(&world);
}

HARNESS_MAIN(cmocka_unit_test(one_actors_runs_and_its_neighbours_at_the_same_moment),
             cmocka_unit_test(the_longest_run_and_the_worst_waits_for_a_turn),
             cmocka_unit_test(whom_a_wait_is_for),
             cmocka_unit_test(a_search_lists_what_it_finds_and_goes_there),
             cmocka_unit_test(the_palette_finds_commands_by_their_sentence),
             cmocka_unit_test(a_click_on_the_ruler_sets_a_moment),
             cmocka_unit_test(a_ranges_statistics_are_what_counting_gives),
             cmocka_unit_test(one_run_has_one_length),
             cmocka_unit_test(lengths_are_counted_in_buckets),
             cmocka_unit_test(a_drag_on_the_ruler_selects_a_range),
             cmocka_unit_test(a_filter_keeps_the_named_and_the_loops),
             cmocka_unit_test(a_file_read_again_keeps_what_is_shown),
             cmocka_unit_test(another_run_of_the_program_keeps_who_is_selected),
             cmocka_unit_test(actors_stand_in_the_order_of_their_spawning),
             cmocka_unit_test(groups_fold_to_bands),
             cmocka_unit_test(groups_have_the_nearest_supervisor),
             cmocka_unit_test(a_thread_that_is_its_own_actor_has_one_row),
             cmocka_unit_test(lanes_are_sorted_and_pinned))
