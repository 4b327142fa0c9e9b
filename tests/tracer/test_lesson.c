/* Lessons: what is read from their files, and what is said of one that is none. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "lesson.h"

#define WHOLE                                   \
    "# A lesson.\n"                             \
    "title   Three at once\n"                   \
    "claim   One is enough.\n"                  \
    "panel   one loop: --seed 7 count 3\n"      \
    "expect  peak = 1\n"                        \
    "expect  every print \"Two\" by count#*\n"  \
    "        after some print \"One\"  \r\n"    \
    "panel   threads: count_threads\n"          \
    "expect  threads = 4\n"                     \
    "recorded count_threads 2\n"                \
    "expect  threads = 3\n"                     \
    "ask     How long?\n"                       \
    "\n"                                        \
    "        Say it in seconds.\n"              \
    "wrong   3 s: That is: the sum.\n"          \
    "ghost   count#1 0-1 s, count#2 1-2.5 s,\n" \
    "        count#3   250-750   ms\n"          \
    "ghost   threads: c 0-50 %  running\n"      \
    "right   1 s: They sleep together.\n"       \
    "decides W\n"                               \
    "say     Fingers first.\n"                  \
    "look    The bursts.\n"                     \
    "try     Half a second.\n"                  \
    "try     None."

static int parse(struct lesson *lesson, const char *text, char why[400])
{
    return lesson_parse(lesson, text, strlen(text), "x.txt", why, 400);
}

static void all_words_are_read(void **state)
{
    struct lesson lesson;
    char why[400];
    (void)state;
    if (parse(&lesson, WHOLE, why) < 0)
        fail_msg("%s", why);
    assert_string_equal(lesson.title, "Three at once");
    assert_string_equal(lesson.claim, "One is enough.");
    assert_string_equal(lesson.question, "How long? Say it in seconds.");
    assert_string_equal(lesson.decides, "W");
    assert_int_equal(lesson.panel_count, 2);
    assert_string_equal(lesson.panels[0].label, "one loop");
    assert_string_equal(lesson.panels[0].command, "--seed 7 count 3");
    assert_int_equal(lesson.panels[0].expectation_count, 2);
    assert_string_equal(lesson.panels[0].expectations[1],
                        "every print \"Two\" by count#* after some print \"One\"");
    assert_int_equal(lesson.panels[0].recorded_from, 0);
    assert_int_equal(lesson.panels[1].expectation_count, 2);
    assert_int_equal(lesson.panels[1].recorded_from, 1);
    assert_string_equal(lesson.panels[0].recorded, lesson.panels[0].command);
    assert_string_equal(lesson.panels[1].command, "count_threads");
    assert_string_equal(lesson.panels[1].recorded, "count_threads 2");
    assert_int_equal(lesson.answer_count, 2);
    assert_string_equal(lesson.answers[0].text, "3 s");
    assert_string_equal(lesson.answers[0].because, "That is: the sum.");
    assert_false(lesson.answers[0].is_right);
    assert_int_equal(lesson.answers[0].ghost_count, 4);
    assert_int_equal(lesson.answers[0].ghosts[0].panel, 0);
    assert_int_equal(lesson.answers[0].ghosts[3].panel, 1);
    assert_string_equal(lesson.answers[0].ghosts[3].lane, "c");
    assert_true(lesson.answers[0].ghosts[3].runs);
    assert_false(lesson.answers[0].ghosts[2].runs);
    assert_string_equal(lesson.answers[0].ghosts[1].lane, "count#2");
    assert_int_equal(lesson.answers[0].ghosts[1].scale, LESSON_NS);
    assert_float_equal(lesson.answers[0].ghosts[1].from, 1e9, 0);
    assert_float_equal(lesson.answers[0].ghosts[1].to, 2.5e9, 0);
    assert_string_equal(lesson.answers[0].ghosts[2].lane, "count#3");
    assert_float_equal(lesson.answers[0].ghosts[2].to, 750e6, 0);
    assert_true(lesson.answers[1].is_right);
    assert_int_equal(lesson.answers[1].ghost_count, 0);
    assert_int_equal(lesson.axis, TRACE_AXIS_TIME);
    assert_int_equal(lesson.steps, 0);
    assert_int_equal(lesson.say_count, 1);
    assert_int_equal(lesson.look_count, 1);
    assert_int_equal(lesson.try_count, 2);
    assert_string_equal(lesson.tries[1], "None.");
    lesson_finish(&lesson);
}

static void an_answer_may_be_an_order(void **state)
{
    struct lesson lesson;
    char why[400];
    (void)state;
    if (parse(&lesson,
              "title T\npanel a: b\nask Q\nright x: y\norder  b#2 ,a\nwrong v: w\norder a, b#2\n"
              "wrong u: t\ndepth b 8\ndecides print\n",
              why) < 0)
        fail_msg("%s", why);
    assert_int_equal(lesson.answers[0].order_count, 2);
    assert_string_equal(lesson.answers[0].order[0], "b#2");
    assert_string_equal(lesson.answers[0].order[1], "a");
    assert_string_equal(lesson.answers[1].order[1], "b#2");
    assert_int_equal(lesson.answers[2].order_count, 0);
    assert_null(lesson.answers[0].depth_lane);
    assert_string_equal(lesson.answers[2].depth_lane, "b");
    assert_float_equal(lesson.answers[2].depth, 8, 0);
    lesson_finish(&lesson);
}

static void an_axis_may_be_chosen(void **state)
{
    struct lesson lesson;
    char why[400];
    (void)state;
    assert_int_equal(parse(&lesson,
                           "title T\npanel a: b\nask Q\nright x: y\nwrong v: w\n"
                           "ghost a 1-2.5 steps\naxis step 12\n",
                           why),
                     0);
    assert_int_equal(lesson.axis, TRACE_AXIS_STEP);
    assert_int_equal(lesson.steps, 12);
    assert_int_equal(lesson.answers[1].ghosts[0].scale, LESSON_STEPS);
    assert_float_equal(lesson.answers[1].ghosts[0].to, 2.5, 0);
    lesson_finish(&lesson);
    assert_int_equal(parse(&lesson,
                           "title T\npanel a: b\nask Q\nright x: y\nwrong v: w\n"
                           "ghost a 0-33 %\naxis folded\n",
                           why),
                     0);
    assert_int_equal(lesson.axis, TRACE_AXIS_FOLDED);
    assert_int_equal(lesson.answers[1].ghosts[0].scale, LESSON_PERCENT);
    lesson_finish(&lesson);
}

#define REST "title T\npanel a: b\nask Q\nright x: y\nwrong v: w\n"

static void what_is_wrong_is_said_with_its_line(void **state)
{
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"", "x.txt: a lesson needs a line of `title`"},
        {"title T\npanel a: b\nask Q\nwrong v: w\n", "x.txt: a lesson needs a line of `right`"},
        {"title T\npanel a: b\nask Q\nright v: w\n", "x.txt: a lesson needs a line of `wrong`"},
        {"\n# c\nfoo bar\n",
         "x.txt: line 3: a line begins with title, claim, panel, expect, "
         "recorded, ask, right, wrong, ghost, order, depth, decides, axis, say, look or "
         "try, not with \"foo\""},
        {"title\n", "x.txt: line 1: there is nothing behind `title`"},
        {REST "title U\n", "x.txt: line 6: there is a `title` already"},
        {REST "right x: z\n", "x.txt: line 6: there is a `right` answer already"},
        {"panel count\n", "x.txt: line 1: `panel` has two parts with a colon and a blank between "
                          "them"},
        {"panel a:  \n", "x.txt: line 1: `panel` has two parts with a colon and a blank between "
                         "them"},
        {"expect peak = 1\n", "x.txt: line 1: `expect` is about the `panel` above it, and there is "
                              "none"},
        {"recorded a\n", "x.txt: line 1: `recorded` is about the `panel` above it, and there is "
                         "none"},
        {"ghost a 0-1 s\n",
         "x.txt: line 1: `ghost` is about the answer above it, and there is none"},
        {REST "ghost a 0-1 s, b 1-1 s\n",
         "x.txt: line 6: a `ghost` is NAME FROM-TO UNIT, as in \"count#1 0-1 s\""},
        {REST "ghost a 0-1e30 h\n",
         "x.txt: line 6: a `ghost` is NAME FROM-TO UNIT, as in \"count#1 0-1 s\""},
        {REST "ghost a 0-1 s,\n",
         "x.txt: line 6: a `ghost` is NAME FROM-TO UNIT, as in \"count#1 0-1 s\""},
        {REST "ghost a 0-1 steps\n",
         "x.txt: a `ghost` counts steps on `axis step`, and nowhere else"},
        {REST "ghost a 0-1 s\naxis step\n",
         "x.txt: a `ghost` counts steps on `axis step`, and nowhere else"},
        {REST "ghost b: a 0-1 s\n", "x.txt: line 6: there is no panel \"b\" above this `ghost`"},
        {REST "ghost a 0-1 s walking\n",
         "x.txt: line 6: a `ghost` is NAME FROM-TO UNIT, as in \"count#1 0-1 s\""},
        {"order a\n", "x.txt: line 1: `order` is about the answer above it, and there is none"},
        {REST "order a,\n", "x.txt: line 6: an `order` is NAME, NAME, ..."},
        {REST "order a\norder b\n", "x.txt: line 7: there is an `order` of this answer already"},
        {REST "order a, b\n", "x.txt: every `order` is of the actors that the right one has"},
        {"title T\npanel a: b\nask Q\nright x: y\norder a, b\nwrong v: w\norder a, a\n",
         "x.txt: every `order` is of the actors that the right one has"},
        {"title T\npanel a: b\nask Q\nwrong v: w\nright x: y\norder a, b\nghost a 0-1 s\n",
         "x.txt: an answer has a `ghost` or an `order`, not both"},
        {"depth a 1\n", "x.txt: line 1: `depth` is about the answer above it, and there is none"},
        {REST "depth a\n", "x.txt: line 6: a `depth` is NAME NUMBER, as in \"consume#1 8\""},
        {REST "depth a 8 or so\n",
         "x.txt: line 6: a `depth` is NAME NUMBER, as in \"consume#1 8\""},
        {REST "decides beauty\n", "x.txt: line 6: \"beauty\" is no number of a run: it is one that "
                                  "rules know, or print"},
        {REST "axis time 3\n",
         "x.txt: line 6: an `axis` is time, folded, step, or step and how many, as in \"step 12\""},
        {REST "axis sideways\n",
         "x.txt: line 6: an `axis` is time, folded, step, or step and how many, as in \"step 12\""},
        {REST "axis step\naxis time\n", "x.txt: line 7: there is an `axis` already"},
        {"panel a: b\npanel a: b\npanel a: b\npanel a: b\npanel a: b\n",
         "x.txt: line 5: there are more than 4 panels"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct lesson lesson;
        char why[400];
        assert_int_equal(parse(&lesson, cases[i].text, why), -EINVAL);
        assert_string_equal(why, cases[i].says);
        assert_null(lesson.bytes);
    }
}

static void what_is_no_lesson_is_refused(void **state)
{
    struct lesson lesson;
    char why[400];
    (void)state;
    assert_int_equal(parse(&lesson, "panel a: b\nexpect bananas\n", why), -EINVAL);
    assert_memory_equal(why, "x.txt: line 2: ", 15);
    static const char *const steering[] = {REST "say a\x1b[2J\n", REST "say a\rb\n",
                                           REST "say a\x7f\n",
                                           REST "say a\xc2\x9b"
                                                "2J\n"};
    for (size_t i = 0; i < sizeof steering / sizeof steering[0]; i++) {
        assert_int_equal(parse(&lesson, steering[i], why), -EINVAL);
        assert_string_equal(why, "x.txt: this is no text: there is a byte in it that is no "
                                 "character");
    }
    assert_int_equal(parse(&lesson, REST "say a\tb \xc3\x9c\r\n", why), 0);
    lesson_finish(&lesson);
    assert_int_equal(lesson_parse(&lesson, "title\0 T", 8, "x.txt", why, sizeof why), -EINVAL);
    assert_int_equal(lesson_load(&lesson, "/nowhere/lesson.txt", why, sizeof why), -ENOENT);
    assert_string_equal(why, "/nowhere/lesson.txt cannot be opened: No such file or directory");
}

/* Whatever stands in a file: it is read or refused, and nothing is touched that is not its. */
static void any_bytes_are_read_or_refused(void **state)
{
    static const char whole[] = WHOLE;
    unsigned chance = 1;
    (void)state;
    for (int round = 0; round < 20000; round++) {
        char *bytes = malloc(sizeof whole);
        memcpy(bytes, whole, sizeof whole);
        size_t count = sizeof whole - 1;
        for (int changes = round % 5; changes >= 0; changes--) {
            chance = chance * 1103515245u + 12345u;
            bytes[chance / 65536 % count] = "\n\n  #:ptx\t\r\xff"[chance / 7 % 12];
        }
        chance = chance * 1103515245u + 12345u;
        if (round % 3 == 0)
            count = chance / 65536 % count;
        struct lesson lesson;
        char why[400];
        int rc = lesson_parse(&lesson, bytes, count, "x.txt", why, sizeof why);
        free(bytes);
        if (rc == 0)
            lesson_finish(&lesson);
        else
            assert_int_equal(rc, -EINVAL);
    }
}

HARNESS_MAIN(cmocka_unit_test(all_words_are_read), cmocka_unit_test(an_answer_may_be_an_order),
             cmocka_unit_test(an_axis_may_be_chosen),
             cmocka_unit_test(what_is_wrong_is_said_with_its_line),
             cmocka_unit_test(what_is_no_lesson_is_refused),
             cmocka_unit_test(any_bytes_are_read_or_refused))
