/*
 * What a guess becomes when a lesson tells: lives in each of its runs, an order that the class has
 * made, and a sentence on the difference.
 */

#include "harness.h"

#include <stdio.h>
#include <string.h>

#include "story.h"
#include "update.h"

struct world {
    struct trace_model *models[2];
    struct lesson lesson;
    struct app app;
};

static void world_ask(struct world *world, struct trace_model *first, struct trace_model *second,
                      const char *text)
{
    char why[400];
    *world = (struct world){.models = {first, second}};
    story_open(&world->app, first, 1280, 720);
    if (second != NULL)
        assert_int_equal(app_add(&world->app, second, "second.json"), 0);
    if (lesson_parse(&world->lesson, text, strlen(text), "l.txt", why, sizeof why) < 0)
        fail_msg("%s", why);
    assert_int_equal(quiz_ask(&world->app, &world->lesson), 0);
}

static void world_close(struct world *world)
{
    app_close(&world->app);
    trace_model_destroy(world->models[0]);
    trace_model_destroy(world->models[1]);
    lesson_finish(&world->lesson);
}

static bool key(struct world *world, const char *chord)
{
    return story_press(&world->app, chord);
}

static void keys(struct world *world, const char *chord, int times)
{
    for (int i = 0; i < times; i++)
        key(world, chord);
}

static void point(struct world *world, enum input_kind kind, float x, float y)
{
    app_update(&world->app, &(struct input){.kind = kind, .x = x, .y = y});
}

/* Whether this stands in the picture, alone or among other words. */
static bool says(const struct world *world, const char *part)
{
    struct frame frame;
    bool found = false;
    story_draw(&frame, &world->app);
    for (size_t i = 0; i < frame.item_count; i++)
        found |= frame.items[i].kind == FRAME_TEXT &&
                 strstr(frame_item_text(&frame, &frame.items[i]), part) != NULL;
    frame_finish(&frame);
    return found;
}

#define ORDER                           \
    "title T\npanel a: b\nask Who?\n"   \
    "wrong three first: No.\n"          \
    "order count#3, count#2, count#1\n" \
    "right one first: As they began.\n" \
    "order count#1, count#2, count#3\n" \
    "wrong by chance: Never.\n"

static void an_order_is_made_with_keys(void **state)
{
    (void)state;
    struct world world;
    struct frame_rect box;
    world_ask(&world, story_three_counts(), NULL, ORDER);
    assert_int_equal(quiz_order_count(&world.app), 3);
    assert_true(says(&world, "in which order?"));
    key(&world, "Right"); /* as the lanes stand, which tells nothing */
    assert_int_equal(world.app.quiz.chosen, QUIZ_OWN_ANSWER);
    assert_string_equal(world.app.quiz.own_text, "count, count, count");
    assert_string_equal(world.app.quiz.own.order[0], "count#1");
    assert_true(says(&world, "1. count"));
    keys(&world, "Shift+Left", 2); /* the first one stays there */
    assert_string_equal(world.app.quiz.own.order[0], "count#1");
    keys(&world, "Shift+Right", 1);
    assert_string_equal(world.app.quiz.own.order[0], "count#2");
    assert_string_equal(world.app.quiz.own.order[1], "count#1");
    assert_int_equal(world.app.quiz.carried, 1);
    keys(&world, "Right", 3);
    assert_int_equal(world.app.quiz.carried, 2);
    key(&world, "Enter");
    assert_int_equal(world.app.quiz.stage, QUIZ_TOLD);
    assert_false(quiz_guess(&world.app.quiz)->is_right);
    assert_true(says(&world, "It was count, count, count: 1 of 3 in its place."));
    assert_int_equal(story_ghosts(&world.app, &box), 3);
    world_close(&world);
}

static void an_order_is_dragged_into_that_of_an_answer(void **state)
{
    (void)state;
    struct world world;
    world_ask(&world, story_three_counts(), NULL, ORDER);
    const struct frame_rect ruler = world.app.layout.ruler;
    float third = ruler.width / 3;
    float y = ruler.y + 5;
    point(&world, INPUT_PRESS, ruler.x + 5, y); /* the first one goes to the end ... */
    point(&world, INPUT_MOVE, ruler.x + 1.5f * third, y + 50);
    point(&world, INPUT_MOVE, ruler.x + 2.5f * third, y + 500);
    point(&world, INPUT_RELEASE, ruler.x + 2.5f * third, y);
    assert_string_equal(world.app.quiz.own.order[2], "count#1");
    point(&world, INPUT_MOVE, ruler.x, y); /* no button is down */
    assert_string_equal(world.app.quiz.own.order[2], "count#1");
    point(&world, INPUT_PRESS, ruler.x + 5, y); /* ... and the next one before it */
    point(&world, INPUT_MOVE, ruler.x + 1.5f * third, y);
    point(&world, INPUT_RELEASE, ruler.x + 1.5f * third, y);
    key(&world, "Enter");
    assert_string_equal(quiz_guess(&world.app.quiz)->because, "No.");
    assert_false(quiz_guess(&world.app.quiz)->is_right);
    world_close(&world);
}

static void the_right_order_is_that_of_the_run(void **state)
{
    (void)state;
    struct world world;
    struct frame_rect box;
    world_ask(&world, story_three_counts(), NULL, ORDER);
    key(&world, "Right");
    key(&world, "Enter");
    assert_true(quiz_guess(&world.app.quiz)->is_right);
    assert_true(says(&world, "You are right: one first."));
    assert_int_equal(story_ghosts(&world.app, &box), 3);
    world_close(&world);
    world_ask(&world, story_three_counts(), NULL, ORDER);
    key(&world, "C"); /* an answer that is none */
    key(&world, "Enter");
    assert_int_equal(story_ghosts(&world.app, &box), 0);
    assert_true(says(&world, "You said: by chance."));
    world_close(&world);
}

static void a_ghost_may_be_about_another_run(void **state)
{
    static const char text[] = "title T\npanel first one: a\npanel second one: b\nask What?\n"
                               "right yes: Yes.\nwrong no: No.\n"
                               "ghost second one: worker#1 0-50 %, worker#2 0-50 %\n";
    (void)state;
    struct world world;
    struct frame_rect box;
    world_ask(&world, story_three_counts(), story_workers(3), text);
    key(&world, "B");
    key(&world, "Enter");
    assert_int_equal(story_ghosts(&world.app, &box), 2);
    assert_true(says(&world, "In \"second one\", worker#"));
    key(&world, "F5"); /* in columns it lies in the second one */
    assert_int_equal(story_ghosts(&world.app, &box), 2);
    assert_true(box.x > 640);
    world_close(&world);
}

static void the_life_that_differs_most_is_told_of(void **state)
{
    static const struct {
        const char *ghost, *says;
    } cases[] = {
        {"count#1 0-1 s, count#2 0-1 s, count#3 0-0.5 s", "count#3 ended after 1.000 s, not after"},
        {"count#1 0-1 s, count#2 0.7-1 s", "count#2 began after 40.6 \xc2\xb5s, not after 700 ms."},
        {"count#2 0-1 s running", "count#2 ran for 40.2 \xc2\xb5s of its 1.000 s."},
        {"count#1 2-7 steps\naxis step", "count#1 began with step 2, not with step 3."},
        {"count#1 0-1 steps, count#1 2-3 steps\naxis step",
         "count#1 began with step 2, not with step 1."},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[512];
        char said[QUIZ_SENTENCE_BYTES];
        struct world world;
        snprintf(text, sizeof text,
                 "title T\npanel a: b\nask What?\nright x: y\nwrong v: w\nghost %s\n",
                 cases[i].ghost);
        world_ask(&world, story_three_counts(), NULL, text);
        key(&world, "B");
        key(&world, "Enter");
        quiz_compare(&world.app, said);
        if (strstr(said, cases[i].says) == NULL)
            fail_msg("\"%s\" is not \"%s\"", said, cases[i].says);
        world_close(&world);
    }
}

static void a_depth_is_a_line_in_the_mailbox(void **state)
{
    static const char text[] = "title T\npanel a: b\nask What?\nright x: y\nwrong just one: w\n"
                               "depth pong 1\n";
    char said[QUIZ_SENTENCE_BYTES];
    (void)state;
    struct world world;
    world_ask(&world, story_messages(), NULL, text);
    assert_false(says(&world, "mailbox")); /* which would tell */
    key(&world, "B");
    key(&world, "Enter");
    assert_true(says(&world, "you said: just one"));
    quiz_compare(&world.app, said);
    assert_string_equal(said, "Up to 2 messages lay in the mailbox of pong.");
    world_close(&world);
}

HARNESS_MAIN(cmocka_unit_test(an_order_is_made_with_keys),
             cmocka_unit_test(an_order_is_dragged_into_that_of_an_answer),
             cmocka_unit_test(the_right_order_is_that_of_the_run),
             cmocka_unit_test(a_ghost_may_be_about_another_run),
             cmocka_unit_test(the_life_that_differs_most_is_told_of),
             cmocka_unit_test(a_depth_is_a_line_in_the_mailbox))
