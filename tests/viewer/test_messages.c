/*
 * Who ended a wait, which arrows are shown, how deep mailboxes are, and the keys for messages.
 */

#include "harness.h"

#include "arrows.h"
#include "commands.h"
#include "depths.h"
#include "describe.h"
#include "story.h"
#include "theme.h"
#include "trace_wake.h"
#include "update.h"
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MICRO "\xc2\xb5"

enum { MAIN = 1, PONG, SLOW, KID, LATE, CALM };

/* The n-th span of an actor. */
static uint32_t span_of(const struct trace_model *model, uint32_t actor, uint32_t n)
{
    return model->lanes[trace_lane_by_id(model, actor)].span_first + n;
}

static void expect_wake(const struct trace_model *model, uint32_t actor, uint32_t ready,
                        enum trace_wake_kind kind, const char *text)
{
    char words[TRACE_WAKE_BYTES];
    struct trace_wake wake = trace_wake_of(model, span_of(model, actor, ready));
    assert_int_equal(wake.kind, kind);
    assert_string_equal(trace_wake_text(model, &wake, words), text);
}

static void the_trace_tells_who_ended_a_wait(void **state)
{
    struct trace_model *model = story_messages();
    (void)state;
    expect_wake(model, PONG, 1, TRACE_WAKE_MESSAGE, "woken by tag 7 from main");
    expect_wake(model, MAIN, 2, TRACE_WAKE_MESSAGE, "woken by tag 8 from pong");
    expect_wake(model, MAIN, 5, TRACE_WAKE_END, "woken by the end of slow");
    expect_wake(model, SLOW, 1, TRACE_WAKE_CANCELED,
                "cancelled with a scope of main: its time limit passed");
    expect_wake(model, KID, 1, TRACE_WAKE_KILLED, "killed by main");
    expect_wake(model, LATE, 1, TRACE_WAKE_DEADLINE, "woken by its timer");
    /* The cancel is another's doing. */
    expect_wake(model, CALM, 1, TRACE_WAKE_ACTOR, "woken by pong");
    trace_model_destroy(model);
}

/* The sentences about a span, one per line. */
static const char *told(const struct trace_model *model, uint32_t span)
{
    static char all[DESCRIBE_LINES_MAX * (DESCRIBE_BYTES + 1)];
    struct describe_text text;
    struct rows rows;
    struct order order;
    assert_int_equal(rows_init(&rows, model), 0);
    assert_int_equal(order_init(&order, model), 0);
    describe_span(&text, &order, &rows, span);
    size_t used = 0;
    all[0] = '\0';
    for (int i = 0; i < text.count; i++)
        used += (size_t)snprintf(all + used, sizeof all - used, "%s\n", text.lines[i]);
    order_finish(&order);
    rows_finish(&rows);
    return all;
}

static void waits_say_what_for_and_who_ended_them(void **state)
{
    struct trace_model *model = story_messages();
    (void)state;
    assert_string_equal(told(model, span_of(model, MAIN, 1)), "waits for a message, at talk.c:5\n"
                                                              "waited 20.0 " MICRO "s\n"
                                                              "woken by tag 8 from pong\n");
    assert_string_equal(told(model, span_of(model, MAIN, 4)),
                        "waits for another actor to end: slow, at talk.c:9\n"
                        "waited 30.0 " MICRO "s\n"
                        "woken by the end of slow\n");
    assert_string_equal(told(model, span_of(model, SLOW, 0)),
                        "sleeps until its deadline\n"
                        "waited 58.0 " MICRO "s\n"
                        "cancelled with a scope of main: its time limit passed\n"
                        "would have waited no longer than 998 " MICRO "s\n");
    assert_string_equal(told(model, span_of(model, LATE, 0)),
                        "waits for a message, at talk.c:40\n"
                        "waited 36.1 " MICRO "s\n"
                        "was due after 36.0 " MICRO "s, 100 ns late\n");
    trace_model_destroy(model);
}

static void runs_say_what_they_took_and_sent(void **state)
{
    struct trace_model *model = story_messages();
    (void)state;
    const char *lines = told(model, span_of(model, PONG, 2));
    assert_non_null(strstr(lines, "woken by tag 7 from main, after 4.1 " MICRO "s\n"));
    assert_non_null(strstr(lines, "took 2 messages, sent tag 8 to main\n"));
    assert_non_null(strstr(told(model, span_of(model, MAIN, 0)), "sent 4 messages\n"));
    trace_model_destroy(model);
}

static void a_message_and_a_note_are_told(void **state)
{
    struct trace_model *model = story_messages();
    struct describe_text text;
    (void)state;
    describe_flow(&text, model, 2); /* the second that lay in the mailbox */
    assert_string_equal(text.name, "tag 9");
    assert_string_equal(text.what, " from main to pong, a message");
    assert_string_equal(text.lines[0], "4 bytes");
    assert_string_equal(text.lines[1],
                        "lay in the mailbox of pong for 6.0 " MICRO "s, then was taken");
    assert_string_equal(text.lines[2],
                        "2 messages in the mailbox when it was sent, 1 when it was taken");
    describe_flow(&text, model, 3);
    assert_string_equal(text.lines[0], "4 bytes, never taken");
    uint32_t mark = model->lanes[trace_lane_by_id(model, KID)].mark_first;
    describe_note(&text, model, mark);
    assert_string_equal(text.what, ", kill");
    assert_string_equal(text.lines[0], "was killed");
    assert_string_equal(text.lines[1], "by main");
    trace_model_destroy(model);
}

static void a_state_has_its_own_arrows(void **state)
{
    struct trace_model *model = story_messages();
    struct arrows arrows;
    (void)state;
    arrows_of_span(&arrows, model, span_of(model, PONG, 2)); /* woken, took two, sent one */
    assert_int_equal(arrows.count, 4);
    assert_int_equal(arrows.items[0].to_ns, 5100);
    assert_int_equal(arrows.items[3].to_lane, trace_lane_by_id(model, MAIN));
    arrows_of_span(&arrows, model, span_of(model, MAIN, 1)); /* a wait: what ended it */
    assert_int_equal(arrows.count, 1);
    assert_int_equal(arrows.items[0].to_ns, 30000);
    arrows_of_span(&arrows, model, span_of(model, KID, 1)); /* killed: no flow says so */
    assert_int_equal(arrows.count, 1);
    assert_int_equal(arrows.items[0].flow, TRACE_NONE);
    assert_int_equal(arrows.items[0].from_lane, trace_lane_by_id(model, MAIN));
    trace_model_destroy(model);
}

static void enter_leads_from_a_wait_to_who_ended_it(void **state)
{
    struct trace_model *model = story_messages();
    struct order order;
    (void)state;
    assert_int_equal(order_init(&order, model), 0);
    assert_int_equal(trace_wake_run(model, span_of(model, PONG, 0)), span_of(model, MAIN, 0));
    assert_int_equal(trace_wake_run(model, span_of(model, LATE, 0)), TRACE_NONE);
    order_finish(&order);
    trace_model_destroy(model);
}

static void a_mailbox_has_its_depth_at_every_moment(void **state)
{
    struct trace_model *model = story_messages();
    uint32_t lane = trace_lane_by_id(model, PONG);
    uint32_t *peaks = depths_peaks(model);
    uint32_t near = model->lanes[lane].depth_first;
    (void)state;
    assert_non_null(peaks);
    assert_int_equal(peaks[lane], 2); /* the third was never taken, and nobody counted it */
    assert_int_equal(peaks[trace_lane_by_id(model, MAIN)], 0);
    assert_int_equal(depths_most(model, lane, 0, 6000, &near), 0);
    assert_int_equal(depths_most(model, lane, 6000, 7000, &near), 1);
    assert_int_equal(depths_most(model, lane, 6500, 7500, &near), 2);
    assert_int_equal(depths_most(model, lane, 11000, 11500, &near), 2);
    assert_int_equal(depths_most(model, lane, 12000, 13000, &near), 2);
    assert_int_equal(depths_most(model, lane, 13000, 90000, &near), 1);
    free(peaks);
    trace_model_destroy(model);
}

/* Many actors that send to each other at once: every arrow would hide all others. */
static struct trace_model *crowd(uint32_t actors, uint32_t messages)
{
    struct story story;
    story_begin(&story, "crowd");
    for (uint32_t i = 1; i <= actors; i++) {
        story_spawn(&story, 0, i, "node", 0);
        story_run(&story, i, 1000, 10000000, 1, "exit");
    }
    for (uint32_t i = 0; i < messages; i++) {
        int64_t at_ns = 1000 + (int64_t)i * 9000000 / messages;
        story_send(&story, i % actors + 1, at_ns, i + 1, 1, 1);
        story_take(&story, (i * 7 + 3) % actors + 1, at_ns + 500, i + 1, 1, 1, 0);
    }
    return story_load(&story);
}

static void many_arrows_are_thinned_to_a_few_hundred(void **state)
{
    struct trace_model *model = crowd(40, 30000);
    struct app app;
    struct arrows arrows;
    struct fold_columns columns = {0};
    (void)state;
    story_open(&app, model, 1280, 720);
    uint32_t width = (uint32_t)app.layout.lanes.width;
    assert_int_equal(fold_columns_set(&columns, app_axis(&app), &app.view, width), 0);
    arrows_of_view(&arrows, &columns, &app.document->lanes, 0, 10);
    assert_in_range(arrows.count, ARROWS_MAX / 3, ARROWS_MAX);
    for (uint32_t i = 0; i < arrows.count; i++)
        assert_true(arrows.items[i].from_lane < 10 || arrows.items[i].to_lane < 10);
    /* They are spread over the whole, not the first few hundred. */
    assert_true(arrows.items[arrows.count - 1].from_ns > 8000000);
    fold_columns_finish(&columns);
    app_close(&app);
    trace_model_destroy(model);
}

static void g_goes_along_a_message_and_back(void **state)
{
    struct trace_model *model = story_messages();
    struct app app;
    (void)state;
    story_open(&app, model, 1280, 720);
    app_select(&app, span_of(model, PONG, 2));
    assert_true(story_press(&app, "G"));
    assert_int_equal(model->flows[app.message].from_ns, 28000); /* what it sent comes first */
    assert_int_equal(app.selected, span_of(model, MAIN, 2));
    assert_true(story_press(&app, "G"));
    assert_int_equal(app.selected, span_of(model, PONG, 2));
    assert_true(story_press(&app, "Esc"));
    assert_int_equal(app.message, TRACE_NONE);
    app_select(&app, span_of(model, LATE, 0));
    assert_true(story_press(&app, "G")); /* it has none: that is said */
    assert_int_equal(app.message, TRACE_NONE);
    assert_non_null(strstr(app.notice, "No message"));
    app_close(&app);
    trace_model_destroy(model);
}

static void the_picture_has_arrows_steps_and_notes(void **state)
{
    struct trace_model *model = story_messages();
    struct app app;
    (void)state;
    story_open(&app, model, 1280, 720);
    app_select(&app, span_of(model, MAIN, 1));
    assert_int_equal(story_says(&app, "tag 8"), 1);
    assert_int_equal(story_hots(&app, FRAME_HOT_ARROW), 2); /* the head and the tag */
    assert_int_equal(story_says(&app, "tag 7"), 0);
    assert_int_equal(story_hots(&app, FRAME_HOT_MAILBOX), 1);
    assert_true(story_press(&app, "M"));
    assert_int_equal(story_says(&app, "tag 7"), 1);
    assert_in_range(story_hots(&app, FRAME_HOT_NOTE), 2, 3); /* two of the three are at one place */
    app_close(&app);
    trace_model_destroy(model);
}

/* A message that a run begins with comes to where its number is. */
static void a_tag_does_not_hide_a_number(void **state)
{
    struct story story;
    struct world world;
    struct frame frame;
    uint32_t tags = 0;
    (void)state;
    story_begin(&story, "wake");
    for (uint32_t actor = 1; actor <= 3; actor++)
        story_spawn(&story, 0, actor, actor == 1 ? "main" : "pong", actor > 1);
    story_run(&story, 1, 0, 10000, 1, "recv");
    story_send(&story, 1, 9000, 1, 7, 1);
    story_wait(&story, 2, "recv", 1000, 10000, "wake.c:20");
    story_wake(&story, 2, 10000, 1, 7);
    story_run(&story, 2, 10100, 29000, 1, "exit");
    story_run(&story, 3, 29000, 40000, 1, "exit");
    world_open(&world, story_load(&story));
    world_key(&world, "M");
    story_draw(&frame, &world.app);
    for (size_t i = 0; i < frame.item_count; i++) {
        struct frame_rect tag = frame.items[i].box;
        if (frame.items[i].kind != FRAME_RECT ||
            frame.items[i].stroke.ink != theme_of(APP_LIGHT)->message)
            continue;
        tags++;
        for (size_t j = 0; j < frame.hot_count; j++) {
            struct frame_rect number = frame.hots[j].box;
            if (frame.hots[j].kind == FRAME_HOT_SPAN && number.height < world.app.layout.bar_height)
                assert_true(frame_right(number) <= tag.x || frame_right(tag) <= number.x ||
                            frame_bottom(number) <= tag.y || frame_bottom(tag) <= number.y);
        }
    }
    assert_int_equal(tags, 1);
    frame_finish(&frame);
    world_close(&world);
}

static void a_note_before_a_printed_line_does_not_hide_it(void **state)
{
    struct story story;
    struct app app;
    (void)state;
    story_begin(&story, "count");
    story_spawn(&story, 0, 1, "main", 0);
    story_run(&story, 1, 1000, 2000, 1, "sleep");
    story_note(&story, 1, 1200, "link", 0, "");
    story_print(&story, 1, 1500, "hello to everybody");
    story_wait(&story, 1, "sleep", 2000, 90000, "count.c:7");
    struct trace_model *model = story_load(&story);
    story_open(&app, model, 1280, 720);
    assert_int_equal(story_says(&app, "hello to everybody"),
                     2); /* beside its run, and in the output */
    assert_int_equal(story_hots(&app, FRAME_HOT_NOTE), 1);
    app_close(&app);
    trace_model_destroy(model);
}

HARNESS_MAIN(cmocka_unit_test(the_trace_tells_who_ended_a_wait),
             cmocka_unit_test(waits_say_what_for_and_who_ended_them),
             cmocka_unit_test(runs_say_what_they_took_and_sent),
             cmocka_unit_test(a_message_and_a_note_are_told),
             cmocka_unit_test(a_state_has_its_own_arrows),
             cmocka_unit_test(enter_leads_from_a_wait_to_who_ended_it),
             cmocka_unit_test(a_mailbox_has_its_depth_at_every_moment),
             cmocka_unit_test(many_arrows_are_thinned_to_a_few_hundred),
             cmocka_unit_test(g_goes_along_a_message_and_back),
             cmocka_unit_test(the_picture_has_arrows_steps_and_notes),
             cmocka_unit_test(a_tag_does_not_hide_a_number),
             cmocka_unit_test(a_note_before_a_printed_line_does_not_hide_it))
