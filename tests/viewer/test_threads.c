/*
 * What threads did: the rows of the pool that actors offload to, and the pale edge of a run for the
 * time that its thread was not on a processor.
 */

#include "harness.h"

#include "story.h"
#include "theme.h"
#include "update.h"
#include "world.h"

#include <string.h>

enum { ACTOR = 1, FIRST_THREAD = 4713, SECOND_THREAD };

static struct trace_model *offloading(void)
{
    struct story story;
    story_begin(&story, "offload");
    story_spawn(&story, 0, ACTOR, "main", 0);
    story_run_cpu(&story, ACTOR, 1000, 101000, 50000); /* half of it */
    story_thread(&story, FIRST_THREAD);
    story_thread(&story, SECOND_THREAD);
    story_job(&story, FIRST_THREAD, ACTOR, 20000, 60000, 40000, "crunch");
    story_job(&story, FIRST_THREAD, ACTOR, 70000, 100000, 30000, "crunch");
    story_job(&story, SECOND_THREAD, ACTOR, 20000, 90000, 7000, "doze");
    return story_load(&story);
}

/* The middle of the box of something that is drawn. */
static struct input over(const struct app *app, enum frame_hot_kind kind, uint32_t index)
{
    struct frame frame;
    struct input input = {.kind = INPUT_MOVE};
    story_draw(&frame, app);
    for (size_t i = 0; i < frame.hot_count; i++) {
        const struct frame_hot *hot = &frame.hots[i];
        if (hot->kind != kind || hot->index != index || hot->box.width <= 0)
            continue;
        input.x = hot->box.x + hot->box.width / 2;
        input.y = hot->box.y + hot->box.height / 2;
        input.hot = *hot;
    }
    frame_finish(&frame);
    assert_int_equal(input.hot.kind, kind);
    return input;
}

static void the_pool_has_a_row_for_each_thread(void **state)
{
    struct trace_model *model = offloading();
    struct app app;
    (void)state;
    story_open(&app, model, 1280, 720);
    const struct lanes *lanes = &app.document->lanes;
    assert_int_equal(lanes->count, 4);
    assert_string_equal(lanes_name(lanes, 0), "loop 0");
    assert_string_equal(lanes_name(lanes, 1),
                        "pool 0"); /* where what runs stands: above the actors */
    assert_string_equal(lanes_name(lanes, 2), "pool 1");
    assert_string_equal(lanes_name(lanes, 3), "main");
    assert_true(story_says(&app, "crunch") && story_says(&app, "doze"));
    struct input input = over(&app, FRAME_HOT_JOB, 1);
    app_update(&app, &input);
    assert_true(story_says(&app, "30.0 \xc2\xb5s"));
    for (uint32_t i = 0; i < model->job_count; i++)
        if (strcmp(trace_text(model, model->jobs[i].name), "doze") == 0)
            input = over(&app, FRAME_HOT_JOB, i);
    app_update(&app, &input);
    assert_true(story_says(&app, "7.0 \xc2\xb5s of it on a processor"));
    input = over(&app, FRAME_HOT_NAME, 1);
    app_update(&app, &input);
    assert_true(story_says(&app, "2 jobs, 70.0 \xc2\xb5s in all"));
    app_close(&app);
    trace_model_destroy(model);
}

/* The heights of all pale edges. */
static float edges(const struct app *app)
{
    struct frame frame;
    float sum = 0;
    story_draw(&frame, app);
    for (size_t i = 0; i < frame.item_count; i++)
        if (frame.items[i].kind == FRAME_RECT &&
            frame.items[i].fill.ink == theme_of(APP_LIGHT)->run_edge)
            sum += frame.items[i].box.height;
    frame_finish(&frame);
    return sum;
}

static void time_off_the_processor_is_a_pale_edge(void **state)
{
    struct trace_model *model = offloading();
    struct app app;
    (void)state;
    story_open(&app, model, 1280, 720);
    float bar = app.layout.bar_height;
    /* Half of a third of the bar, on the loop and on the actor. */
    assert_float_equal(edges(&app), 2 * bar / 6, 2.5);
    app_close(&app);
    trace_model_destroy(model);
    model = story_three_counts(); /* nothing is known of processors */
    story_open(&app, model, 1280, 720);
    assert_float_equal(edges(&app), 0, 0);
    app_close(&app);
    trace_model_destroy(model);
}

/* Words on runs whose letters reach into the pale edge above them; `words` counts all. */
static uint32_t words_in_edges(const struct app *app, uint32_t *words)
{
    struct frame frame;
    float foot = 0;
    uint32_t found = 0;
    story_draw(&frame, app);
    for (size_t i = 0; i < frame.item_count; i++) {
        const struct frame_item *item = &frame.items[i];
        const char *text = item->kind == FRAME_TEXT ? frame_item_text(&frame, item) : "";
        bool word = strcmp(text, "main") == 0 || strcmp(text, "running") == 0;
        if (item->kind == FRAME_RECT && item->fill.ink == theme_of(APP_LIGHT)->run_edge)
            foot = frame_bottom(item->box);
        if (item->box.x < app->layout.lanes.x || foot <= 0 || !word)
            continue;
        *words += 1;
        found += item->baseline - 0.72f * item->style.size_px < foot - 0.5f;
    }
    frame_finish(&frame);
    return found;
}

/* Of a run that never was on a processor, in higher and lower rows. */
static void words_stand_below_the_pale_edge(void **state)
{
    uint32_t words = 0;
    (void)state;
    for (uint32_t more = 0; more < 10; more++) {
        struct story story;
        struct world world;
        story_begin(&story, "starved");
        story_spawn(&story, 0, ACTOR, "main", 0);
        for (uint32_t i = 1; i <= more; i++)
            story_spawn(&story, 0, ACTOR + i, "idle", ACTOR);
        story_run_cpu(&story, ACTOR, 1000, 101000, 0);
        world_open(&world, story_load(&story));
        assert_int_equal(words_in_edges(&world.app, &words), 0);
        world_close(&world);
    }
    assert_int_equal(words, 20);
}

HARNESS_MAIN(cmocka_unit_test(the_pool_has_a_row_for_each_thread),
             cmocka_unit_test(time_off_the_processor_is_a_pale_edge),
             cmocka_unit_test(words_stand_below_the_pale_edge))
