/*
 * What a guess becomes when a lesson tells: lives in each of its runs, an order that the class has
 * made, and a sentence on the difference.
 */

#include "harness.h"

#include <stdio.h>
#include <string.h>

#include "asked.h"
#include "story.h"
#include "update.h"

static void keys(struct asked *asked, const char *chord, int times)
{
    for (int i = 0; i < times; i++)
        story_press(&asked->app, chord);
}

static void point(struct asked *asked, enum input_kind kind, float x, float y)
{
    app_update(&asked->app, &(struct input){.kind = kind, .x = x, .y = y});
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
    struct asked asked;
    struct frame_rect box;
    asked_open(&asked, story_three_counts(), NULL, ORDER);
    assert_int_equal(quiz_order_count(&asked.app), 3);
    assert_true(story_texts_with(&asked.app, "in which order?") > 0);
    story_press(&asked.app, "Right"); /* as the lanes stand, which tells nothing */
    assert_int_equal(asked.app.quiz.chosen, QUIZ_OWN_ANSWER);
    assert_string_equal(asked.app.quiz.own_text, "count, count, count");
    assert_string_equal(asked.app.quiz.own.order[0], "count#1");
    assert_true(story_texts_with(&asked.app, "1. count") > 0);
    keys(&asked, "Shift+Left", 2); /* the first one stays there */
    assert_string_equal(asked.app.quiz.own.order[0], "count#1");
    keys(&asked, "Shift+Right", 1);
    assert_string_equal(asked.app.quiz.own.order[0], "count#2");
    assert_string_equal(asked.app.quiz.own.order[1], "count#1");
    assert_int_equal(asked.app.quiz.carried, 1);
    keys(&asked, "Right", 3);
    assert_int_equal(asked.app.quiz.carried, 2);
    story_press(&asked.app, "Enter");
    assert_int_equal(asked.app.quiz.stage, QUIZ_TOLD);
    assert_false(quiz_guess(&asked.app.quiz)->is_right);
    assert_true(story_texts_with(&asked.app, "It was count, count, count: 1 of 3 in its place.") >
                0);
    assert_int_equal(story_ghosts(&asked.app, &box), 3);
    asked_close(&asked);
}

static void an_order_is_dragged_into_that_of_an_answer(void **state)
{
    (void)state;
    struct asked asked;
    asked_open(&asked, story_three_counts(), NULL, ORDER);
    const struct frame_rect ruler = asked.app.layout.ruler;
    float third = ruler.width / 3;
    float y = ruler.y + 5;
    point(&asked, INPUT_PRESS, ruler.x + 5, y); /* the first one goes to the end ... */
    point(&asked, INPUT_MOVE, ruler.x + 1.5f * third, y + 50);
    point(&asked, INPUT_MOVE, ruler.x + 2.5f * third, y + 500);
    point(&asked, INPUT_RELEASE, ruler.x + 2.5f * third, y);
    assert_string_equal(asked.app.quiz.own.order[2], "count#1");
    point(&asked, INPUT_MOVE, ruler.x, y); /* no button is down */
    assert_string_equal(asked.app.quiz.own.order[2], "count#1");
    point(&asked, INPUT_PRESS, ruler.x + 5, y); /* ... and the next one before it */
    point(&asked, INPUT_MOVE, ruler.x + 1.5f * third, y);
    point(&asked, INPUT_RELEASE, ruler.x + 1.5f * third, y);
    story_press(&asked.app, "Enter");
    assert_string_equal(quiz_guess(&asked.app.quiz)->because, "No.");
    assert_false(quiz_guess(&asked.app.quiz)->is_right);
    asked_close(&asked);
}

static void the_right_order_is_that_of_the_run(void **state)
{
    (void)state;
    struct asked asked;
    struct frame_rect box;
    asked_open(&asked, story_three_counts(), NULL, ORDER);
    story_press(&asked.app, "Right");
    story_press(&asked.app, "Enter");
    assert_true(quiz_guess(&asked.app.quiz)->is_right);
    assert_true(story_texts_with(&asked.app, "You are right: one first.") > 0);
    assert_int_equal(story_ghosts(&asked.app, &box), 3);
    asked_close(&asked);
    asked_open(&asked, story_three_counts(), NULL, ORDER);
    story_press(&asked.app, "C"); /* an answer that is none */
    story_press(&asked.app, "Enter");
    assert_int_equal(story_ghosts(&asked.app, &box), 0);
    assert_true(story_texts_with(&asked.app, "You said: by chance.") > 0);
    asked_close(&asked);
}

static void a_ghost_may_be_about_another_run(void **state)
{
    static const char text[] = "title T\npanel first one: a\npanel second one: b\nask What?\n"
                               "right yes: Yes.\nwrong no: No.\n"
                               "ghost second one: worker#1 0-50 %, worker#2 0-50 %\n";
    (void)state;
    struct asked asked;
    struct frame_rect box;
    asked_open(&asked, story_three_counts(), story_workers(3), text);
    story_press(&asked.app, "B");
    story_press(&asked.app, "Enter");
    assert_int_equal(story_ghosts(&asked.app, &box), 2);
    assert_true(story_texts_with(&asked.app, "In \"second one\", worker#") > 0);
    story_press(&asked.app, "F5"); /* in columns it lies in the second one */
    assert_int_equal(story_ghosts(&asked.app, &box), 2);
    assert_true(box.x > 640);
    asked_close(&asked);
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
        struct asked asked;
        snprintf(text, sizeof text,
                 "title T\npanel a: b\nask What?\nright x: y\nwrong v: w\nghost %s\n",
                 cases[i].ghost);
        asked_open(&asked, story_three_counts(), NULL, text);
        story_press(&asked.app, "B");
        story_press(&asked.app, "Enter");
        quiz_compare(&asked.app, said);
        if (strstr(said, cases[i].says) == NULL)
            fail_msg("\"%s\" is not \"%s\"", said, cases[i].says);
        asked_close(&asked);
    }
}

static void a_depth_is_a_line_in_the_mailbox(void **state)
{
    static const char text[] = "title T\npanel a: b\nask What?\nright x: y\nwrong just one: w\n"
                               "depth pong 1\n";
    char said[QUIZ_SENTENCE_BYTES];
    (void)state;
    struct asked asked;
    asked_open(&asked, story_messages(), NULL, text);
    assert_int_equal(story_texts_with(&asked.app, "mailbox"), 0); /* which would tell */
    story_press(&asked.app, "B");
    story_press(&asked.app, "Enter");
    assert_true(story_texts_with(&asked.app, "you said: just one") > 0);
    quiz_compare(&asked.app, said);
    assert_string_equal(said, "Up to 2 messages lay in the mailbox of pong.");
    asked_close(&asked);
}

HARNESS_MAIN(cmocka_unit_test(an_order_is_made_with_keys),
             cmocka_unit_test(an_order_is_dragged_into_that_of_an_answer),
             cmocka_unit_test(the_right_order_is_that_of_the_run),
             cmocka_unit_test(a_ghost_may_be_about_another_run),
             cmocka_unit_test(the_life_that_differs_most_is_told_of),
             cmocka_unit_test(a_depth_is_a_line_in_the_mailbox))
