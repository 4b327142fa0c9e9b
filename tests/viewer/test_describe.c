/*
 * Order, captions and sentences about the three counts, word for word.
 */

#include "harness.h"

#include "caption.h"
#include "describe.h"
#include "source.h"
#include "story.h"
#include "trace_wake.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define MICRO "\xc2\xb5"

struct world {
    struct trace_model *model;
    struct rows rows;
    struct order order;
};

static void world_open(struct world *world, struct trace_model *model)
{
    world->model = model;
    assert_int_equal(rows_init(&world->rows, model), 0);
    assert_int_equal(order_init(&world->order, model), 0);
}

static void world_close(struct world *world)
{
    order_finish(&world->order);
    rows_finish(&world->rows);
    trace_model_destroy(world->model);
}

/* The n-th span of an actor, by the actor's number in the story. */
static uint32_t span_of(const struct world *world, uint32_t actor, uint32_t n)
{
    return world->model->lanes[trace_lane_by_id(world->model, actor)].span_first + n;
}

static void the_switches_of_all_but_main_are_numbered(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, story_three_counts());
    assert_int_equal(world.order.switch_count, 6);
    for (uint32_t i = 0; i < 6; i++) {
        uint32_t span = world.order.switches[i];
        assert_int_equal(order_number(&world.order, span), i + 1);
        assert_int_equal(span, span_of(&world, 2 + i % 3, i < 3 ? 1 : 4));
    }
    assert_int_equal(order_number(&world.order, span_of(&world, 1, 0)), 0); /* main's */
    assert_int_equal(order_number(&world.order, span_of(&world, 2, 2)), 0); /* a sleep */
    world_close(&world);
}

static void a_lone_actor_has_its_own_switches_numbered(void **state)
{
    (void)state;
    struct story story;
    story_begin(&story, "alone");
    story_spawn(&story, 0, 1, "main", 0);
    story_run(&story, 1, 0, 1000, 1, "yield");
    story_run(&story, 1, 1000, 2000, 2, "exit");
    struct world world;
    world_open(&world, story_load(&story));
    assert_int_equal(world.order.switch_count, 2);
    world_close(&world);
}

static void switches_are_found_by_time(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, story_three_counts());
    const struct order *order = &world.order;
    assert_int_equal(order_switch_before(order, 20499), TRACE_NONE);
    assert_int_equal(order_switch_before(order, 20500), order->switches[0]);
    assert_int_equal(order_switch_before(order, 500000000), order->switches[2]);
    assert_int_equal(order_switch_after(order, 20500), order->switches[1]);
    assert_int_equal(order_switch_after(order, 500000000), order->switches[3]);
    assert_int_equal(order_switch_after(order, 2000000000), TRACE_NONE);
    world_close(&world);
}

static void printed_lines_come_in_the_order_of_time(void **state)
{
    (void)state;
    static const char *const lines[] = {"One", "One", "One", "Two", "Two", "Two"};
    struct world world;
    world_open(&world, story_three_counts());
    assert_int_equal(world.order.print_count, 6);
    for (uint32_t i = 0; i < 6; i++) {
        const struct trace_mark *mark = &world.model->marks[world.order.prints[i].mark];
        assert_string_equal(trace_text(world.model, mark->text), lines[i]);
    }
    assert_int_equal(order_prints_until(&world.order, 29499), 0);
    assert_int_equal(order_prints_until(&world.order, 29500), 1);
    assert_int_equal(order_prints_until(&world.order, 2000000000), 6);
    world_close(&world);
}

static void wakers_are_followed(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, story_three_counts());
    const uint32_t *switches = world.order.switches;
    const struct trace_model *model = world.order.model;
    uint32_t main_run = span_of(&world, 1, 0);
    assert_int_equal(trace_wake_run(model, switches[0]), main_run);   /* spawned by main */
    assert_int_equal(trace_wake_run(model, switches[3]), TRACE_NONE); /* a timer */
    assert_int_equal(trace_wake_run(model, span_of(&world, 1, 3)), TRACE_NONE);
    world_close(&world);
}

static void the_opening_switch_had_to_wait_for_its_turn(void **state)
{
    (void)state;
    struct world world;
    world_open(&world, story_three_counts());
    assert_int_equal(order_most_telling(&world.order, 100), world.order.switches[4]);
    assert_int_equal(order_most_telling(&world.order, 2), world.order.switches[3]);
    world_close(&world);
}

static void a_run_is_told_in_three_sentences(void **state)
{
    (void)state;
    struct world world;
    struct describe_text text;
    world_open(&world, story_three_counts());
    describe_span(&text, &world.order, &world.rows, world.order.switches[4]);
    assert_string_equal(text.name, "count#2");
    assert_string_equal(text.what, ", second run (5)");
    assert_int_equal(text.count, 3);
    assert_string_equal(text.lines[0],
                        "was ready 19.6 " MICRO "s because loop 0 ran count#1 for 18.0 " MICRO "s");
    assert_string_equal(text.lines[1], "woken by its timer, 1.000 s after it slept");
    assert_string_equal(text.lines[2], "ran 18.5 " MICRO "s, printed \xe2\x80\x9cTwo\xe2\x80\x9d, "
                                       "then ended");
    describe_span(&text, &world.order, &world.rows, world.order.switches[0]);
    assert_string_equal(text.what, ", first run (1)");
    assert_string_equal(text.lines[0],
                        "was ready 8.5 " MICRO "s because loop 0 ran main for 8.0 " MICRO "s");
    assert_string_equal(text.lines[1], "spawned by main at count.c:14");
    assert_string_equal(text.lines[2], "ran 21.0 " MICRO "s, printed \xe2\x80\x9cOne\xe2\x80\x9d, "
                                       "then sleep at count.c:7");
    world_close(&world);
}

static void waiting_and_ready_are_told(void **state)
{
    (void)state;
    struct world world;
    struct describe_text text;
    world_open(&world, story_three_counts());
    describe_span(&text, &world.order, &world.rows, span_of(&world, 3, 2));
    assert_string_equal(text.name, "count#2");
    assert_string_equal(text.what, ", waiting: sleep");
    assert_string_equal(text.lines[0], "sleeps until its deadline, at count.c:7");
    assert_string_equal(text.lines[1], "waited 1.000 s");
    describe_span(&text, &world.order, &world.rows, span_of(&world, 4, 3));
    assert_string_equal(text.what, ", ready");
    assert_string_equal(text.lines[1],
                        "was ready 38.5 " MICRO "s because loop 0 ran count#1 for 18.0 " MICRO
                        "s, count#2 for 18.5 " MICRO "s");
    world_close(&world);
}

static void a_run_that_the_file_cuts_says_so(void **state)
{
    (void)state;
    struct world world;
    struct describe_text text;
    world_open(&world, story_cut());
    describe_span(&text, &world.order, &world.rows, span_of(&world, 2, 3));
    assert_string_equal(text.lines[text.count - 1], "ran 111 " MICRO "s; the file ends here");
    describe_row(&text, &world.rows, 2);
    assert_string_equal(text.lines[text.count - 1], "had not ended when the file did");
    world_close(&world);
}

static void rows_and_gaps_are_told(void **state)
{
    (void)state;
    struct world world;
    struct describe_text text;
    world_open(&world, story_three_counts());
    describe_row(&text, &world.rows, 0);
    assert_string_equal(text.name, "loop 0");
    assert_string_equal(text.lines[1], "ran 8 times, 143 " MICRO "s");
    assert_string_equal(text.lines[2], "idle 99.99 % of the trace");
    describe_row(&text, &world.rows, 2);
    assert_string_equal(text.lines[0], "runs count, spawned by main at count.c:14");
    assert_string_equal(text.lines[1], "in progress 1.000 s, ran 39.0 " MICRO "s of it");
    describe_gap(&text, world.model, 86800, 1000101100);
    assert_string_equal(text.name, "1.000 s");
    assert_string_equal(text.lines[0], "all asleep: no actor ran in this time");
    world_close(&world);
}

static void captions_go_from_sentence_to_letter(void **state)
{
    (void)state;
    struct world world;
    const char *candidates[CAPTION_COUNT_MAX + 1];
    char bytes[CAPTION_BYTES];
    world_open(&world, story_three_counts());
    caption_span(world.model, span_of(&world, 1, 1), candidates, bytes);
    assert_string_equal(candidates[0], "waits for its 3 actors: join");
    assert_string_equal(candidates[1], "join");
    assert_string_equal(candidates[2], "J");
    assert_null(candidates[3]);
    caption_span(world.model, span_of(&world, 2, 0), candidates, bytes);
    assert_string_equal(candidates[0], "ready");
    assert_string_equal(candidates[1], "Q");
    caption_span(world.model, span_of(&world, 2, 1), candidates, bytes);
    assert_string_equal(candidates[0], "running");
    assert_string_equal(candidates[1], "R");
    world_close(&world);
}

static void sources_are_found_beside_the_trace(void **state)
{
    (void)state;
    char folder[] = "source-XXXXXX";
    char path[64];
    struct sources sources;
    uint32_t line = 0;
    struct trace_model *model = story_three_counts();
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/count.json", folder);
    sources_init(&sources, model, path);
    assert_false(sources_any(&sources));
    assert_null(sources_find(&sources, "count.c:7", &line));
    sources_finish(&sources);
    snprintf(path, sizeof path, "%s/count.c", folder);
    FILE *file = fopen(path, "w");
    fputs("one\r\n\nthree", file);
    fclose(file);
    char trace[64];
    snprintf(trace, sizeof trace, "%s/count.json", folder);
    sources_init(&sources, model, trace);
    const struct source_file *source = sources_find(&sources, "count.c:3", &line);
    assert_non_null(source);
    assert_int_equal(line, 3);
    assert_int_equal(source->line_count, 3);
    assert_string_equal(source->lines[0], "one");
    assert_string_equal(source->lines[1], "");
    assert_string_equal(source->lines[2], "three");
    assert_null(sources_find(&sources, "other.c:3", &line));
    sources_finish(&sources);
    trace_model_destroy(model);
    unlink(path);
    rmdir(folder);
}

static void what_the_trace_carries_comes_before_what_lies_beside_it(void **state)
{
    (void)state;
    struct story story;
    struct sources sources;
    uint32_t line = 0;
    char folder[] = "source-XXXXXX";
    char path[64];
    story_begin(&story, "carried");
    story_spawn(&story, 1000, 1, "main", 0);
    story_run(&story, 1, 2000, 3000, 1, "sleep");
    story_wait(&story, 1, "sleep", 3000, 9000, "run.c:4");
    story_source(&story, "run.c", 3, "out of place"); /* follows on nothing: left out */
    story_source(&story, "run.c", 1, "first\\n\\tsecond\\n");
    story_source(&story, "run.c", 3, "third\\nfourth\\n");
    story_source(&story, "run.c", 1, "once more\\n"); /* merged twice */
    struct trace_model *model = story_load(&story);
    assert_int_equal(model->source_count, 4);
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/run.c", folder);
    FILE *file = fopen(path, "w");
    fputs("changed since\n", file);
    fclose(file);
    snprintf(path, sizeof path, "%s/run.json", folder);
    sources_init(&sources, model, path);
    const struct source_file *source = sources_find(&sources, "run.c:4", &line);
    assert_non_null(source);
    assert_true(source->embedded);
    assert_int_equal(line, 4);
    assert_int_equal(source->line_count, 4);
    assert_string_equal(source->lines[1], "\tsecond");
    assert_string_equal(source->lines[3], "fourth");
    sources_finish(&sources);
    trace_model_destroy(model);
    snprintf(path, sizeof path, "%s/run.c", folder);
    unlink(path);
    rmdir(folder);
}

HARNESS_MAIN(cmocka_unit_test(the_switches_of_all_but_main_are_numbered),
             cmocka_unit_test(a_lone_actor_has_its_own_switches_numbered),
             cmocka_unit_test(switches_are_found_by_time),
             cmocka_unit_test(printed_lines_come_in_the_order_of_time),
             cmocka_unit_test(wakers_are_followed),
             cmocka_unit_test(the_opening_switch_had_to_wait_for_its_turn),
             cmocka_unit_test(a_run_is_told_in_three_sentences),
             cmocka_unit_test(waiting_and_ready_are_told),
             cmocka_unit_test(a_run_that_the_file_cuts_says_so),
             cmocka_unit_test(rows_and_gaps_are_told),
             cmocka_unit_test(captions_go_from_sentence_to_letter),
             cmocka_unit_test(sources_are_found_beside_the_trace),
             cmocka_unit_test(what_the_trace_carries_comes_before_what_lies_beside_it))
