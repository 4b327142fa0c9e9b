/*
 * What actors say themselves: spans and counters, from the lines of a trace to boxes and charts.
 */

#include "harness.h"

#include "story.h"
#include "update.h"

#include <stdio.h>
#include <string.h>

enum { MAIN = 1, PARSER, NEIGHBOUR };

static uint32_t lane_of(const struct trace_model *model, uint32_t actor)
{
    return trace_lane_by_id(model, actor);
}

/* "file 1500-12000 0, head 2000-3000 1": the slices of an actor, each with its depth. */
static const char *slices_of(const struct trace_model *model, uint32_t actor)
{
    static char text[512];
    const struct trace_lane *lane = &model->lanes[lane_of(model, actor)];
    size_t used = 0;
    text[0] = '\0';
    for (uint32_t i = 0; i < lane->slice_count; i++) {
        const struct trace_slice *slice = &model->slices[lane->slice_first + i];
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s %lld-%lld %u%s",
                                 i > 0 ? ", " : "", trace_text(model, slice->name),
                                 (long long)slice->start_ns, (long long)slice->end_ns, slice->depth,
                                 slice->open ? " open" : "");
    }
    return text;
}

static void words_become_slices_and_counters(void **state)
{
    struct trace_model *model = story_parser();
    (void)state;
    assert_string_equal(slices_of(model, PARSER),
                        "file 1500-12000 0, head 2000-3000 1, body 4000-11000 1, "
                        "forgotten 9500-11000 2");
    assert_string_equal(slices_of(model, NEIGHBOUR), "");
    assert_int_equal(model->counter_count, 2);
    assert_string_equal(trace_text(model, model->counters[0].name), "lines");
    assert_int_equal(model->counters[0].lane, lane_of(model, PARSER));
    assert_int_equal(model->counters[0].value_count, 3);
    assert_true(model->values[1].value == 10 && model->values[1].at_ns == 4500);
    assert_string_equal(trace_text(model, model->counters[1].name), "balance");
    assert_true(model->values[model->counters[1].value_first].value == -4);
    trace_model_destroy(model);
}

static void what_has_not_ended_is_open(void **state)
{
    struct story story;
    (void)state;
    story_begin(&story, "open");
    story_spawn(&story, 0, 1, "main", 0);
    story_word(&story, 1, 100, 'b', "all = of it");
    story_count(&story, 1, 200, "a = b", 5);
    story_run(&story, 1, 0, 1000, 1, "sleep");
    struct trace_model *model = story_load_cut(&story);
    assert_string_equal(slices_of(model, MAIN), "all = of it 100-1000 0 open");
    assert_string_equal(trace_text(model, model->counters[0].name), "a = b");
    trace_model_destroy(model);
}

/* "loop 0|main|parser|.spans|.lines": the rows from top to bottom; own words have a point. */
static const char *rows_of(const struct app *app)
{
    static char text[512];
    const struct lanes *lanes = &app->document->lanes;
    text[0] = '\0';
    for (uint32_t i = 0; i < lanes->count; i++) {
        uint32_t row = lanes->items[i].row;
        bool own = row != TRACE_NONE && row >= lanes->rows->actor_end;
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s%s", i > 0 ? "|" : "",
                 own ? "." : "", lanes_name(lanes, i));
    }
    return text;
}

static void own_words_stand_below_their_actor(void **state)
{
    struct trace_model *model = story_parser();
    struct app app;
    (void)state;
    story_open(&app, model, 1280, 720);
    struct lanes *lanes = &app.document->lanes;
    assert_string_equal(rows_of(&app), "loop 0|main|parser|.spans|.lines|.balance|neighbour");
    story_press(&app, "U");
    assert_string_equal(rows_of(&app), "loop 0|main|parser|neighbour");
    story_press(&app, "U");
    lanes->pinned[rows_of_lane(&app.document->rows, lane_of(model, PARSER))] = true;
    app_arrange(&app);
    assert_string_equal(rows_of(&app), "parser|.spans|.lines|.balance|loop 0|main|neighbour");
    assert_int_equal(lanes->pinned_count, 4);
    snprintf(lanes->filter, sizeof lanes->filter, "main");
    app_arrange(&app);
    assert_int_equal(lanes->hidden, 2);
    app_close(&app);
    trace_model_destroy(model);
}

static const struct frame_hot *hot_of(const struct frame *frame, enum frame_hot_kind kind,
                                      uint32_t index)
{
    for (size_t i = 0; i < frame->hot_count; i++)
        if (frame->hots[i].kind == kind && frame->hots[i].index == index)
            return &frame->hots[i];
    fail_msg("nothing of kind %d and number %u is there", kind, index);
    return NULL;
}

static void point_at(struct app *app, const struct frame_hot *hot, enum input_kind kind)
{
    struct input input = {.kind = kind,
                          .x = hot->box.x + hot->box.width / 2,
                          .y = hot->box.y + hot->box.height / 2,
                          .hot = *hot};
    app_update(app, &input);
}

static void boxes_and_charts_tell_and_can_be_clicked(void **state)
{
    struct trace_model *model = story_parser();
    struct app app;
    struct frame frame;
    (void)state;
    story_open(&app, model, 1280, 720);
    assert_true(story_says(&app, "file") && story_says(&app, "body"));
    assert_true(story_says(&app, "lines") && story_says(&app, "balance"));
    story_draw(&frame, &app);
    uint32_t body = model->lanes[lane_of(model, PARSER)].slice_first + 2;
    struct frame_hot hot = *hot_of(&frame, FRAME_HOT_SLICE, body);
    struct frame_hot chart = *hot_of(&frame, FRAME_HOT_COUNTER, 0);
    frame_finish(&frame);
    point_at(&app, &hot, INPUT_MOVE);
    assert_true(story_says(&app, "ran 3.0 \xc2\xb5s of it")); /* 4000-5000 and 9000-11000 */
    point_at(&app, &hot, INPUT_PRESS);
    point_at(&app, &hot, INPUT_RELEASE);
    assert_true(app.range_set);
    assert_int_equal(app.range.from_ns, 4000);
    assert_int_equal(app.range.to_ns, 11000);
    point_at(&app, &chart, INPUT_MOVE);
    assert_true(story_says(&app, "3 values, from 3 to 10"));
    app_close(&app);
    trace_model_destroy(model);
}

/* --- many ------------------------------------------------------------------------------------ */

#define MANY 1000

static uint32_t noise(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 16;
}

static struct trace_model *many(void)
{
    struct story story;
    uint32_t seed = 7;
    story_begin(&story, "many");
    story_spawn(&story, 0, 1, "main", 0);
    story_run(&story, 1, 0, MANY * 100, 1, "exit");
    for (int i = 0; i < MANY; i++) {
        story_word(&story, 1, i * 100 + 10, 'b', "outer");
        story_word(&story, 1, i * 100 + 20, 'b', "inner");
        story_count(&story, 1, i * 100 + 30, "n", (int64_t)(noise(&seed) % 2000) - 500);
        story_word(&story, 1, i * 100 + 40, 'e', "inner");
        story_word(&story, 1, i * 100 + 60, 'e', "outer");
    }
    return story_load(&story);
}

static void searching_finds_what_looking_at_all_does(void **state)
{
    struct trace_model *model = many();
    struct nests nests;
    struct charts charts;
    uint32_t seed = 11;
    uint32_t levels;
    (void)state;
    assert_int_equal(nests_init(&nests, model), 0);
    assert_int_equal(charts_init(&charts, model), 0);
    const struct nests_level *level = nests_of_lane(&nests, 0, &levels);
    assert_int_equal(levels, 2);
    assert_int_equal(level[1].count, MANY);
    for (int i = 0; i < 500; i++) {
        int64_t from_ns = noise(&seed) * 2 % (MANY * 100);
        int64_t to_ns = from_ns + 1 + noise(&seed) % 20000;
        uint32_t n = 0;
        while (n < level[1].count && level[1].stretches[n].end_ns <= from_ns)
            n++;
        assert_int_equal(nests_seek(&level[1], noise(&seed) % (n + 1), from_ns), n);
        struct charts_place place = {0, 0};
        struct charts_range range = {0, 0};
        struct charts_range expected = {1e9, -1e9};
        for (uint32_t v = 0; v < model->value_count; v++) {
            bool later = v + 1 < model->value_count && model->values[v + 1].at_ns <= from_ns;
            if (later || model->values[v].at_ns >= to_ns)
                continue;
            double value = model->values[v].value;
            expected.low = value < expected.low ? value : expected.low;
            expected.high = value > expected.high ? value : expected.high;
        }
        bool any = charts_between(&charts, &place, from_ns, to_ns, &range);
        assert_int_equal(any, expected.low <= expected.high);
        if (any)
            assert_true(range.low == expected.low && range.high == expected.high);
    }
    nests_finish(&nests);
    charts_finish(&charts);
    trace_model_destroy(model);
}

/* However many slices there are, a picture has few boxes. */
static void a_picture_depends_on_its_pixels(void **state)
{
    struct trace_model *model = many();
    struct app app;
    (void)state;
    story_open(&app, model, 640, 360);
    story_press(&app, "1");
    assert_in_range(story_hots(&app, FRAME_HOT_SLICE), 100, 2 * 640);
    app_close(&app);
    trace_model_destroy(model);
}

HARNESS_MAIN(cmocka_unit_test(words_become_slices_and_counters),
             cmocka_unit_test(what_has_not_ended_is_open),
             cmocka_unit_test(own_words_stand_below_their_actor),
             cmocka_unit_test(boxes_and_charts_tell_and_can_be_clicked),
             cmocka_unit_test(searching_finds_what_looking_at_all_does),
             cmocka_unit_test(a_picture_depends_on_its_pixels))
