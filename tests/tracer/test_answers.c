/* The commands that answer questions: on stored traces. */

#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "run_tool.h"
#include "sample.h"

/* a waits for b, b for c, c for a, and d for b. */
#define CIRCLE                                                                                 \
    TRACE_HEAD ACTOR("1", "a", "0", "0.000") ACTOR("2", "b", "0", "0.000")                     \
        ACTOR("3", "c", "0", "0.000") ACTOR("4", "d", "0", "0.000") STATE_BEGIN(               \
            "1", "lock", "0.000", "\"on\":2,\"object\":7,\"made\":\"x.c:1\",\"at\":\"x.c:4\"") \
            STATE_BEGIN("2", "join", "1.000", "\"on\":3,\"at\":\"x.c:8\"")                     \
                STATE_BEGIN("3", "call", "2.000", "\"on\":1,\"at\":\"x.c:9\"")                 \
                    STATE_BEGIN("4", "send", "0.000", "\"on\":2,\"due\":99.000")               \
                        PRINT("4", "10.000", "so be it")

/* The answer to a question about a stored file is that of data/golden/NAME. */
static void expect_answer(struct tool_run run, const char *name, int status)
{
    assert_string_equal(run.errors, "");
    assert_int_equal(run.status, status);
    assert_golden(name, run.output);
    tool_run_finish(&run);
}

static void path_tells_what_led_to_the_end(void **state)
{
    (void)state;
    expect_answer(run_tool(NULL, "path", sample_path("three_counts.json"), NULL), "path.txt", 0);
    expect_answer(run_tool(NULL, "path", "--steps=4", "-a", sample_path("calls.json"), NULL),
                  "path_calls.txt", 0);
    expect_answer(run_tool(NULL, "path", "--json", sample_path("three_counts.json"), NULL),
                  "path.json", 0);
}

static void path_of_nothing_is_empty(void **state)
{
    struct tool_run run = run_tool(TRACE_HEAD TRACE_TAIL, "path", "-", NULL);
    (void)state;
    assert_int_equal(run.status, 0);
    assert_string_equal(run.output, "Nothing ran.\n");
    tool_run_finish(&run);
}

static void why_tells_of_each_state(void **state)
{
    static const char *const instants[] = {"count#2@0.5s", "3@30us", "main@1.0001601s",
                                           "main@5us",     "#4@1us", "count#1@end",
                                           "main@1us"};
    struct sample_text text = {0};
    (void)state;
    for (size_t i = 0; i < sizeof instants / sizeof instants[0]; i++) {
        struct tool_run run =
            run_tool(NULL, "why", "-a", sample_path("three_counts.json"), instants[i], NULL);
        assert_string_equal(run.errors, "");
        assert_int_equal(run.status, 0);
        sample_add(&text, "--- %s\n%s", instants[i], run.output);
        tool_run_finish(&run);
    }
    assert_golden("why.txt", text.text);
    free(text.text);
}

static void why_goes_back_through_messages(void **state)
{
    const char *calls = sample_path("calls.json");
    (void)state;
    expect_answer(run_tool(NULL, "why", "main@1.435ms", calls, NULL), "why_call.txt", 0);
    expect_answer(run_tool(NULL, "why", "--all", calls, "main@1.435ms", NULL), "why_all.txt", 0);
    expect_answer(run_tool(NULL, "why", "--json", calls, "main@1.435ms", NULL), "why.json", 0);
}

static void why_names_a_circle(void **state)
{
    (void)state;
    expect_answer(run_tool(CIRCLE, "why", "-", "d", NULL), "why_circle.txt", 0);
    expect_answer(run_tool(CIRCLE, "why", "b@5us", "-", NULL), "why_in_circle.txt", 0);
}

static void stuck_names_circles(void **state)
{
    (void)state;
    expect_answer(run_tool(CIRCLE, "stuck", "-", NULL), "stuck.txt", 1);
    expect_answer(run_tool(CIRCLE, "stuck", "--json", "-", NULL), "stuck.json", 1);
    expect_answer(run_tool(CIRCLE, "stuck", "--at", "1.5 us", "-", NULL), "stuck_not_yet.txt", 0);
    expect_answer(run_tool(NULL, "stuck", "--at=8.3ms", sample_path("philosophers.json"), NULL),
                  "stuck_philosophers.txt", 0);
}

static void check_says_whose_it_is(void **state)
{
    struct tool_run run =
        run_tool("[{\"ph\":\"X\",\"ts\":1,\"dur\":2,\"pid\":1,\"tid\":1,\"name\":\"a\"}]", "check",
                 "-", NULL);
    (void)state;
    assert_int_equal(run.status, 0);
    assert_string_equal(run.output, "standard input: another tool's trace: 1 event; 1 lane, "
                                    "1 slice, 0 arrows, 0 instants, 0 counters\n");
    tool_run_finish(&run);
}

/* A program of ours that ended while both of its actors waited. */
#define OUR_HEAD                                                                \
    "[\n{\"ph\":\"M\",\"ts\":0.000,\"pid\":1,\"tid\":1,\"cat\":\"__metadata\"," \
    "\"name\":\"troupe\",\"args\":{\"version\":1,\"runtime\":\"troupe 0.1.0\"}}"
#define ENDED(due)                                                       \
    OUR_HEAD ACTOR("1", "a", "0", "0.000") ACTOR("2", "b", "0", "0.000") \
        STATE_BEGIN("1", "recv", "0.000", "\"at\":\"x.c:4\"" due)        \
            STATE_BEGIN("2", "event", "1.000", "\"at\":\"x.c:8\"") TRACE_TAIL

static void stuck_tells_when_nothing_could_run(void **state)
{
    static const char over[] = "\nNothing could ever run again: everybody waited, and nothing was "
                               "left that could wake one.\n";
    struct tool_run run = run_tool(ENDED(""), "stuck", "-", NULL);
    (void)state;
    assert_int_equal(run.status, 1);
    assert_non_null(strstr(run.output, over));
    tool_run_finish(&run);
    run = run_tool(ENDED(",\"due\":9.000"), "stuck", "-", NULL);
    assert_int_equal(run.status, 0);
    assert_null(strstr(run.output, over));
    tool_run_finish(&run);
}

/* A frozen loop: main blocks for a second while the kid is ready. */
#define FROZEN                                                                                  \
    TRACE_HEAD ACTOR("1", "main", "0", "0.000") ACTOR("2", "kid", "1", "0.000")                 \
        RUN("1", "0.000", "999999.999", "1", "sleep")                                           \
            STATE("1", "sleep", "1000000.000", "9.999", "\"at\":\"x.c:5\"")                     \
                READY("2", "1.000", "999998.999") RUN("2", "1000000.000", "0.999", "1", "exit") \
                    TRACE_TAIL

static void lint_names_line_rule_cost_and_cure(void **state)
{
    (void)state;
    expect_answer(run_tool(FROZEN, "lint", "-", NULL), "lint.txt", 1);
    expect_answer(run_tool(FROZEN, "lint", "--json", "-", NULL), "lint.json", 1);
    expect_answer(run_tool(CIRCLE, "lint", "-", NULL), "lint_circle.txt", 1);
    expect_answer(run_tool(NULL, "lint", "--list", NULL), "lint_list.txt", 0);
}

static void lint_is_silent_if_all_is_well(void **state)
{
    static const char *const options[] = {"--limit=2s", "--rule=polls"};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct tool_run run = run_tool(FROZEN, "lint", options[i], "-", NULL);
        assert_string_equal(run.output, "");
        assert_int_equal(run.status, 0);
        tool_run_finish(&run);
    }
    struct tool_run run = run_tool(NULL, "lint", "-j", sample_path("three_counts.json"), NULL);
    assert_string_equal(run.output, "[\n]\n");
    assert_int_equal(run.status, 0);
    tool_run_finish(&run);
}

static void diff_tells_where_runs_part(void **state)
{
    (void)state;
    expect_answer(run_tool(NULL, "diff", sample_path("philosophers.json"),
                           sample_path("philosophers.json"), NULL),
                  "diff_same.txt", 0);
    expect_answer(
        run_tool(NULL, "diff", sample_path("philosophers.json"), sample_path("calls.json"), NULL),
        "diff_other.txt", 1);
    expect_answer(run_tool(NULL, "diff", "--json", sample_path("philosophers.json"),
                           sample_path("calls.json"), NULL),
                  "diff.json", 1);
}

static void grade_answers_each_rule(void **state)
{
    (void)state;
    expect_answer(
        run_tool(NULL, "grade", sample_path("three_counts.json"), sample_path("count.rules"), NULL),
        "grade.txt", 0);
    expect_answer(
        run_tool(NULL, "grade", "-q", sample_path("calls.json"), sample_path("count.rules"), NULL),
        "grade_broken.txt", 1);
}

static void what_is_wrong_is_said(void **state)
{
    static const struct {
        const char *words[4];
        const char *errors;
    } rows[] = {
        {{"why", "-", "b@1 parsec"},
         "troupe: an instant is, for example, 1.5s, 300ms, 20us or end, and not \"1 parsec\"\n"},
        {{"why", "-", "bb@1s"}, "troupe: no actor is called \"bb\"; did you mean \"b\"?\n"},
        {{"why", "-", "nobody@1s"},
         "troupe: no actor is called \"nobody\"; `troupe stats` lists them\n"},
        {{"why", "-", "9@1s"}, "troupe: no actor has the number 9; `troupe stats` lists them\n"},
        {{"why", "-", "twin"},
         "troupe: 2 actors are called \"twin\"; the first of them is number 3: give a number "
         "instead\n"},
        {{"why", "-"}, "troupe: why needs FILE ACTOR@TIME\nTry `troupe help why`.\n"},
        {{"path", "--steps=0", "-"},
         "troupe: --steps must be a number from 1 to 1000000, not \"0\"\n"},
        {{"export", "--to=cvs", "-"}, "troupe: --to cannot be \"cvs\"; did you mean \"csv\"?\n"},
        {{"cut", "-"},
         "troupe: cut reads its file more than once, so it cannot be standard input\n"},
        {{"merge", "-", "x.json"},
         "troupe: merge reads its files more than once, so none can be standard input\n"},
        {{"grade", "-", "/nonexistent"},
         "troupe: /nonexistent cannot be opened: No such file or directory\n"},
        {{"lint"}, "troupe: lint needs FILE\nTry `troupe help lint`.\n"},
        {{"lint", "--rule=pools", "-"},
         "troupe: --rule cannot be \"pools\"; did you mean \"polls\"?\n"},
        {{"lint", "--limit=soon", "-"},
         "troupe: --limit must be a time such as 50ms, not \"soon\"\n"},
        {{"stuck", "--at", "soon", "-"},
         "troupe: an instant is, for example, 1.5s, 300ms, 20us or end, and not \"soon\"\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *const *words = rows[i].words;
        struct tool_run run =
            run_tool(TRACE_HEAD ACTOR("1", "a", "0", "0.000") ACTOR("2", "b", "1", "0.000")
                         ACTOR("3", "twin", "1", "0.000") ACTOR("4", "twin", "1", "0.000")
                             RUN("1", "0.000", "0.999", "1", "exit") TRACE_TAIL,
                     words[0], words[1], words[2], words[3], NULL);
        assert_string_equal(run.errors, rows[i].errors);
        assert_string_equal(run.output, "");
        assert_int_equal(run.status, 2);
        tool_run_finish(&run);
    }
}

static int lines_with(const char *text, const char *part)
{
    int count = 0;
    for (const char *at = text; (at = strstr(at, part)) != NULL; at++)
        count++;
    return count;
}

static void of_many_actors_the_busiest_are_told(void **state)
{
    struct sample_text text = {0};
    (void)state;
    sample_add(&text, "%s", TRACE_HEAD);
    for (int i = 1; i <= 60; i++)
        sample_add(&text,
                   ACTOR("%d", "actor#%d", "0", "1.000")
                       RUN("%d", "100.000", "%d.999", "1", "sleep"),
                   i, i, i, i, i, i, i);
    struct tool_run run = run_tool(text.text, "stats", "-", NULL);
    assert_int_equal(lines_with(run.output, "\nactor#"), 50);
    assert_non_null(strstr(run.output, "\nactor#60 "));
    assert_null(strstr(run.output, "\nactor#10 "));
    assert_non_null(strstr(run.output, "These 50 of 60 actors were the busiest; --all prints"));
    tool_run_finish(&run);
    run = run_tool(text.text, "stats", "--all", "-", NULL);
    assert_int_equal(lines_with(run.output, "\nactor#"), 60);
    assert_null(strstr(run.output, "the busiest"));
    tool_run_finish(&run);
    free(text.text);
}

HARNESS_MAIN(
    cmocka_unit_test(path_tells_what_led_to_the_end), cmocka_unit_test(path_of_nothing_is_empty),
    cmocka_unit_test(why_tells_of_each_state), cmocka_unit_test(why_goes_back_through_messages),
    cmocka_unit_test(why_names_a_circle), cmocka_unit_test(stuck_names_circles),
    cmocka_unit_test(stuck_tells_when_nothing_could_run), cmocka_unit_test(check_says_whose_it_is),
    cmocka_unit_test(lint_names_line_rule_cost_and_cure),
    cmocka_unit_test(lint_is_silent_if_all_is_well), cmocka_unit_test(diff_tells_where_runs_part),
    cmocka_unit_test(grade_answers_each_rule),
    cmocka_unit_test(of_many_actors_the_busiest_are_told), cmocka_unit_test(what_is_wrong_is_said))
