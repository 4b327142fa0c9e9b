/*
 * Answers over the lanes, and play: who waits for whom, what led somewhere, and a cursor that
 * walks.
 */

#include "harness.h"

#include "answers.h"
#include "first.h"
#include "story.h"
#include "theme.h"
#include "update.h"
#include "world.h"

#include <string.h>

static bool tick(struct world *world, double ms)
{
    struct input input = {.kind = INPUT_TICK, .ms = ms};
    return app_update(&world->app, &input);
}

static int64_t cursor(const struct world *world)
{
    int64_t at_ns = -1;
    assert_true(app_cursor(&world->app, &at_ns));
    return at_ns;
}

/* How many texts have `part` in them, and how much is drawn in the colour of alarm. */
static uint32_t texts_with(struct world *world, const char *part, uint32_t *alarms)
{
    struct frame frame;
    uint32_t found = 0;
    uint32_t alarm = theme_of(APP_LIGHT)->alarm;
    *alarms = 0;
    story_draw(&frame, &world->app);
    for (size_t i = 0; i < frame.item_count; i++) {
        const struct frame_item *item = &frame.items[i];
        found += item->kind == FRAME_TEXT && strstr(frame_item_text(&frame, item), part) != NULL;
        *alarms += item->fill.ink == alarm || item->stroke.ink == alarm;
    }
    frame_finish(&frame);
    return found;
}

/* Two that call each other, and a third that calls one of them with a deadline. */
static struct trace_model *circle(void)
{
    struct story story;
    story_begin(&story, "stuck");
    for (uint32_t actor = 1; actor <= 3; actor++) {
        char name[] = {'a', '#', (char)('0' + actor), '\0'};
        story_spawn(&story, 0, actor, name, 0);
        story_run(&story, actor, 1000 * actor, 1000 * actor + 500, 1, "call");
    }
    story_wait_for(&story, 1, "call", 1500, 20000, "\"on\":2");
    story_wait_for(&story, 2, "call", 2500, 20000, "\"on\":1");
    story_wait_for(&story, 3, "call", 3500, 20000, "\"on\":2,\"due\":30.000");
    return story_load(&story);
}

static void a_circle_of_waits_is_red_and_said(void **state)
{
    (void)state;
    struct world world;
    uint32_t alarms;
    world_open(&world, circle());
    world_key(&world, "V"); /* it is opened with these answers */
    assert_int_equal(texts_with(&world, "circle", &alarms), 0);
    assert_int_equal(alarms, 0);
    world_key(&world, "Esc");
    world_key(&world, "V"); /* without a cursor, at the end */
    assert_true(world.app.causes.waits_made);
    assert_int_equal(world.app.causes.waits.circle_count, 1);
    assert_int_equal(texts_with(&world, "a circle, without a deadline: a#1", &alarms), 1);
    assert_int_equal(texts_with(&world, "a#3 waits for a#2: call", &alarms), 1);
    assert_int_equal(alarms, 4); /* two lines, two heads */
    world_key(&world, "Home");   /* before anybody waits */
    assert_int_equal(texts_with(&world, "nobody waits for another", &alarms), 1);
    assert_int_equal(alarms, 0);
    world_key(&world, "V");
    assert_false(world.app.causes.waits_made);
    world_close(&world);
}

/* The circle closes with the last of its waits; arrows are drawn at once. */
static void a_run_that_got_stuck_opens_on_the_wait_that_closed_the_circle(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, circle());
    assert_true(world.app.causes.waits_on);
    const struct trace_span *wait = &world.model->spans[world.app.selected];
    assert_int_equal(wait->state, TRACE_STATE_WAIT);
    assert_int_equal(wait->start_ns, 2500); /* the third has a deadline, and is in no circle */
    world_close(&world);
}

/* Of two actors the first has had a turn. */
static void begin_two(struct story *story, const char *prog)
{
    story_begin(story, prog);
    for (uint32_t actor = 1; actor <= 2; actor++)
        story_spawn(story, 1000, actor, actor == 1 ? "one" : "two", 0);
    story_run(story, 1, 2000, 3000, 1, "yield");
}

static void a_replay_opens_on_the_first_turn_out_of_turn(void **state)
{
    (void)state;
    struct story story;
    struct world world;
    begin_two(&story, "replayed");
    story_note(&story, 2, 3500, "ahead", 0, "before one");
    story_run(&story, 2, 3400, 4000, 1, "yield");
    story_run(&story, 1, 5000, 6000, 2, "exit");
    story_note(&story, 2, 7500, "ahead", 0, "before one");
    story_run(&story, 2, 7400, 8000, 2, "exit");
    world_open(&world, story_load(&story));
    assert_true(world.app.selected != TRACE_NONE);
    assert_int_equal(world.model->spans[world.app.selected].start_ns, 3400);
    world_close(&world);
}

static void a_refused_wait_is_what_a_run_opens_on(void **state)
{
    (void)state;
    struct story story;
    struct world world;
    begin_two(&story, "refused");
    story_run(&story, 2, 3400, 4000, 1, "yield");
    story_note(&story, 1, 5500, "refused", 1, "troupe_mutex_lock() at x.c:4, for two <0.2.1>");
    story_run(&story, 1, 5000, 6000, 2, "exit");
    story_run(&story, 2, 7400, 8000, 2, "exit");
    world_open(&world, story_load(&story));
    assert_true(world.app.selected != TRACE_NONE);
    assert_int_equal(world.model->spans[world.app.selected].start_ns, 5000);
    assert_int_equal(story_texts_with(&world.app, "was refused troupe_mutex_lock() at x.c:4"), 1);
    world_close(&world);
}

/* One that keeps the loop for a tenth of a second, and not a nanosecond less. */
static void a_stall_opens_on_its_hold(void **state)
{
    (void)state;
    for (int64_t less_ns = 0; less_ns < 2000; less_ns += 1000) {
        struct story story;
        struct world world;
        int64_t end_ns = 10000 + 100000000 - less_ns;
        story_begin(&story, "stalled");
        for (uint32_t actor = 1; actor <= 2; actor++)
            story_spawn(&story, 1000, actor, actor == 1 ? "hog" : "victim", 0);
        story_run(&story, 1, 10000, end_ns, 1, "yield");
        story_ready(&story, 2, 20000, end_ns + 100, 0);
        story_run(&story, 2, end_ns + 100, end_ns + 5000, 1, "exit");
        world_open(&world, story_load(&story));
        struct first first = first_of(world.app.document, world.model->lane_count);
        assert_int_equal(first.kind, less_ns == 0 ? FIRST_HOLD : FIRST_USUAL);
        assert_int_equal(first.span, world.app.selected);
        assert_true(less_ns > 0 || world.model->spans[first.span].start_ns == 10000);
        world_close(&world);
    }
}

static void the_path_leads_from_the_beginning_to_the_end(void **state)
{
    (void)state;
    struct world world;
    uint32_t alarms;
    world_open(&world, story_three_counts());
    world_key(&world, "Esc");
    world_key(&world, "E");
    const struct trace_path *path = &world.app.causes.path;
    assert_true(world.app.causes.path_critical);
    int64_t sum_ns = 0;
    for (size_t i = 0; i < path->count; i++)
        sum_ns += path->steps[i].end_ns - path->steps[i].start_ns;
    assert_int_equal(sum_ns, world.app.document->score.wall_ns);
    assert_int_equal(texts_with(&world, "What the end had to wait for", &alarms), 1);
    assert_true(alarms >= 2);
    world_key(&world, "E");
    texts_with(&world, "", &alarms);
    assert_int_equal(alarms, 0);
    world_key(&world, "Home");
    world_key(&world, "E");
    assert_false(world.app.causes.path_critical);
    const struct trace_span *span = &world.model->spans[world.app.selected];
    assert_int_equal(path->steps[path->count - 1].end_ns, span->end_ns);
    world_close(&world);
}

/* Who asks for something reads of it, whatever else is drawn. */
static void what_was_asked_for_last_is_told(void **state)
{
    (void)state;
    struct world world;
    uint32_t alarms;
    world_open(&world, circle()); /* who waits for whom is drawn */
    assert_true(world.app.causes.waits_on);
    world_key(&world, "E");
    assert_int_equal(texts_with(&world, "Who waits for whom", &alarms), 0);
    assert_int_equal(texts_with(&world, "What led to", &alarms), 1);
    world_key(&world, "R");
    assert_int_equal(texts_with(&world, "What led to", &alarms), 0);
    assert_int_equal(texts_with(&world, ", from ", &alarms), 1);
    world_key(&world, "V");
    world_key(&world, "V");
    assert_int_equal(texts_with(&world, "Who waits for whom", &alarms), 1);
    world_key(&world, "V");
    world_key(&world, "Home"); /* the path is drawn still, */
    assert_true(world.app.causes.path_on);
    assert_int_equal(texts_with(&world, "first run", &alarms), 1); /* and the run is told */
    world_key(&world, "Esc");
    assert_int_equal(texts_with(&world, "What led to", &alarms), 1);
    world_close(&world);
}

static void play_walks_from_the_cursor_to_the_end(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, story_three_counts());
    world_key(&world, "Esc");
    assert_false(tick(&world, 1000)); /* nothing moves by itself */
    assert_true(world_key(&world, "Space"));
    assert_true(play_is_on(&world.app));
    int64_t before_ns = cursor(&world);
    for (int i = 0; i < 20; i++) {
        assert_true(tick(&world, 100));
        assert_true(cursor(&world) > before_ns);
        before_ns = cursor(&world);
    }
    assert_true(world_key(&world, "Space"));
    assert_false(play_is_on(&world.app));
    assert_false(tick(&world, 100));
    assert_int_equal(cursor(&world), before_ns);
    world_key(&world, "Space"); /* goes on where it was */
    tick(&world, 1);
    assert_true(cursor(&world) >= before_ns);
    for (int i = 0; i < 200 && play_is_on(&world.app); i++)
        tick(&world, 100);
    assert_false(play_is_on(&world.app));
    assert_int_equal(cursor(&world), world.model->end_ns);
    world_close(&world);
}

static void play_is_twice_as_fast_at_twice_the_speed(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, story_three_counts());
    const struct trace_axis *axis = &world.app.document->axes[TRACE_AXIS_FOLDED];
    double went[2];
    for (int i = 0; i < 2; i++) {
        world_key(&world, "Home");
        world_key(&world, "Esc");
        world_key(&world, "1"); /* idle time is short on the true axis, too */
        world_key(&world, "Space");
        double from = trace_axis_position(axis, cursor(&world));
        tick(&world, 400);
        went[i] = trace_axis_position(axis, cursor(&world)) - from;
        world_key(&world, "Space");
        world_key(&world, ">");
    }
    assert_float_equal(went[1] / went[0], 2, 0.01);
    for (int i = 0; i < 20; i++)
        world_key(&world, "<");
    assert_float_equal(world.app.play.speed, PLAY_SPEED_MIN, 0);
    world_key(&world, "Space");
    assert_true(play_is_on(&world.app));
    world_key(&world, "W"); /* a hand on the picture stops it */
    assert_false(play_is_on(&world.app));
    world_close(&world);
}

static void for_a_projector_text_and_rows_are_larger(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, story_three_counts());
    float scale = world.app.layout.scale;
    world_key(&world, "F5");
    assert_float_equal(world.app.layout.scale, scale * APP_PROJECTOR, 0.001);
    world_key(&world, "F5");
    assert_float_equal(world.app.layout.scale, scale, 0.001);
    for (int i = 0; i < APP_THEMES; i++)
        world_key(&world, "T");
    assert_int_equal(world.app.theme, APP_LIGHT);
    enum app_theme theme;
    assert_true(app_theme_parse("print", &theme));
    assert_int_equal(theme, APP_PRINT);
    assert_false(app_theme_parse("pink", &theme));
    world_close(&world);
}

HARNESS_MAIN(cmocka_unit_test(a_circle_of_waits_is_red_and_said),
             cmocka_unit_test(a_run_that_got_stuck_opens_on_the_wait_that_closed_the_circle),
             cmocka_unit_test(a_replay_opens_on_the_first_turn_out_of_turn),
             cmocka_unit_test(a_refused_wait_is_what_a_run_opens_on),
             cmocka_unit_test(a_stall_opens_on_its_hold),
             cmocka_unit_test(what_was_asked_for_last_is_told),
             cmocka_unit_test(the_path_leads_from_the_beginning_to_the_end),
             cmocka_unit_test(play_walks_from_the_cursor_to_the_end),
             cmocka_unit_test(play_is_twice_as_fast_at_twice_the_speed),
             cmocka_unit_test(for_a_projector_text_and_rows_are_larger))
