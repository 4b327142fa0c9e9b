/* Every rule of the check is broken once, and found where it is broken. */

#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "sample.h"
#include "trace_check.h"

static struct trace_report check(const char *text)
{
    struct trace_report report;
    struct trace_error error;
    if (trace_check_bytes(text, strlen(text), "sample.json", &report, &error) < 0)
        fail_msg("%s", error.text);
    return report;
}

static void the_three_counts_are_sound(void **state)
{
    struct trace_report report;
    struct trace_error error;
    (void)state;
    assert_int_equal(trace_check(sample_path("three_counts.json"), &report, &error), 0);
    assert_int_equal(report.problem_total, 0);
    assert_int_equal(report.event_count, 71);
    assert_int_equal(report.actor_count, 4);
    assert_int_equal(report.switch_count, 8);
    assert_int_equal(report.loop_count, 1);
    assert_false(report.cut);
    trace_report_finish(&report);
}

static void a_trace_cut_at_any_line_is_sound(void **state)
{
    size_t bytes;
    char *text = sample_read("three_counts.json", &bytes);
    (void)state;
    for (char *line = strchr(strchr(text, '\n') + 1, '\n'); line[3] != '\0';
         line = strchr(line + 1, '\n')) {
        struct trace_report report;
        struct trace_error error;
        size_t cut = (size_t)(line + 1 - text);
        assert_int_equal(trace_check_bytes(text, cut, "cut.json", &report, &error), 0);
        if (report.problem_total > 0)
            fail_msg("cut after %zu bytes: %s", cut, report.problems[0].text);
        assert_true(report.cut);
        trace_report_finish(&report);
    }
    free(text);
}

/* An actor's life, around states to be filled in. */
#define LIFE(states)                                                                        \
    TRACE_HEAD ACTOR("1", "main", "0", "1.000") states LIFE_END("1", "main", "90.000", "0") \
        TRACE_TAIL
#define EVENT(text) ",\n{" text "}"

struct row {
    const char *text;
    uint64_t line;
    const char *sentence;
};

static void check_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct trace_report report = check(rows[i].text);
        assert_int_not_equal(report.problem_total, 0);
        assert_string_equal(report.problems[0].text, rows[i].sentence);
        assert_int_equal(report.problems[0].line, rows[i].line);
        if (report.problem_total > 1)
            fail_msg("%s: and then: %s", rows[i].sentence, report.problems[1].text);
        /* The byte is where the event begins. */
        assert_int_equal(rows[i].text[report.problems[0].offset], '{');
        trace_report_finish(&report);
    }
}

#define COUNT(rows) (sizeof(rows) / sizeof(rows)[0])

static void rules_of_form(void **state)
{
    static const struct row rows[] = {
        {"[{\"ph\":\"M\",\"pid\":1,\"tid\":1,\"cat\":\"__metadata\",\"name\":\"process_name\"}]", 1,
         "the first event must be the \"troupe\" header"},
        {"[\n{\"ph\":\"M\",\"pid\":1,\"tid\":1,\"cat\":\"__metadata\",\"name\":\"troupe\","
         "\"args\":{\"version\":2}}]",
         2, "the header's version must be 1"},
        {LIFE(EVENT("\"ts\":1.000")), 5, "\"ph\" must be one of M X B E i s f C b e"},
        {LIFE(EVENT("\"ph\":\"q\",\"ts\":1.000,\"pid\":1,\"tid\":1,\"cat\":\"a\",\"name\":\"a\"")),
         5, "\"ph\" must be one of M X B E i s f C b e"},
        {LIFE(EVENT("\"ph\":\"C\",\"ts\":1.000,\"tid\":1,\"cat\":\"a\",\"name\":\"a\"")), 5,
         "\"pid\" must be a whole number from 1 to 4294967295"},
        {LIFE(EVENT("\"ph\":\"C\",\"ts\":1.000,\"pid\":1,\"tid\":0,\"cat\":\"a\",\"name\":\"a\"")),
         5, "\"tid\" must be a whole number from 1 to 4294967295"},
        {LIFE(EVENT("\"ph\":\"C\",\"ts\":1.000,\"pid\":1,\"tid\":1,\"name\":\"a\"")), 5,
         "\"cat\" is missing"},
        {LIFE(EVENT("\"ph\":\"C\",\"ts\":1.000,\"pid\":1,\"tid\":1,\"cat\":\"a\"")), 5,
         "\"name\" is missing"},
        {LIFE(EVENT("\"ph\":\"C\",\"pid\":1,\"tid\":1,\"cat\":\"a\",\"name\":\"a\"")), 5,
         "\"ts\" must be a number of microseconds"},
        {LIFE(EVENT("\"ph\":\"C\",\"ts\":-1.000,\"pid\":1,\"tid\":1,\"cat\":\"a\",\"name\":\"a\"")),
         5, "\"ts\" is before the start of the trace"},
        {LIFE(EVENT("\"ph\":\"C\",\"ts\":1e12,\"pid\":1,\"tid\":1,\"cat\":\"a\",\"name\":\"a\"")),
         5, "\"ts\" is beyond 10^12 microseconds, where doubles lose the nanoseconds"},
        {LIFE(EVENT("\"ph\":\"C\",\"ts\":1.50,\"pid\":1,\"tid\":1,\"cat\":\"a\",\"name\":\"a\"")),
         5, "\"ts\" must have three decimals"},
        {LIFE(EVENT("\"ph\":\"X\",\"ts\":1.500,\"dur\":1,\"pid\":1,\"tid\":1,\"cat\":\"a\","
                    "\"name\":\"a\"")),
         5, "\"dur\" must have three decimals"},
        {LIFE(EVENT("\"ph\":\"X\",\"ts\":1.500,\"pid\":1,\"tid\":1,\"cat\":\"a\",\"name\":\"a\"")),
         5, "\"dur\" must be a number of microseconds, 0 or more"},
        {TRACE_HEAD
         ",\n{\"ph\":\"M\",\"pid\":1,\"tid\":1,\"cat\":\"__metadata\",\"name\":\"troupe\","
         "\"args\":{\"version\":1}}",
         3, "a second \"troupe\" header"},
    };
    (void)state;
    check_rows(rows, COUNT(rows));
}

static void rules_of_slices(void **state)
{
    static const struct row rows[] = {
        {LIFE(STATE_BEGIN("1", "sleep", "2.000", "") STATE_END("1", "recv", "2.500")), 6,
         "this ends \"sleep\", which began in line 5, by another name"},
        {TRACE_HEAD LIFE_END("1", "main", "2.000", "0") TRACE_TAIL, 3,
         "an end without a beginning"},
        {TRACE_HEAD ACTOR("1", "main", "0", "5.000") LIFE_END("1", "main", "4.000", "0") TRACE_TAIL,
         5, "time runs backwards: this ends what begins later, in line 4"},
        {LIFE(RUN("1", "2.000", "1.000", "1", "yield") READY("1", "3.000", "1.000")), 6,
         "this touches \"run\" of line 5: a slice must leave out its last nanosecond"},
        {TRACE_HEAD LIFE_BEGIN("1", "main", "1.000") LIFE_END("1", "main", "9.000", "0"), 3,
         "actor 1 has no thread_name"},
    };
    (void)state;
    check_rows(rows, COUNT(rows));
}

static void rules_of_states(void **state)
{
    static const struct row rows[] = {
        {LIFE(RUN("1", "2.000", "0.999", "1", "yield") READY("1", "3.500", "0.999")), 6,
         "main is in no state for 500 ns before this, since \"run\" of line 5"},
        {LIFE(RUN("1", "2.000", "0.999", "1", "sleep") STATE("1", "recv", "3.000", "0.999", "")), 6,
         "main was suspended for \"sleep\" in line 5, not for this"},
        {LIFE(RUN("1", "2.000", "0.999", "1", "exit") READY("1", "3.000", "0.999")), 6,
         "main goes on after the run of line 5, in which it ended"},
        {LIFE(RUN("1", "2.000", "0.999", "2", "exit")), 5,
         "this run must be resume 1 of its actor, not 2"},
        {LIFE(RUN("1", "0.500", "0.099", "1", "exit")), 5,
         "main has a state before it was spawned in line 4"},
        {LIFE(RUN("1", "95.000", "0.999", "1", "exit")), 5, "main has a state after its end"},
        {LIFE(STATE("1", "dream", "2.000", "0.999", "")), 5, "\"dream\" is no reason to wait"},
        {LIFE(STATE("1", "run", "2.000", "0.999", "\"resume\":1,\"suspend\":\"exit\"")), 5,
         "a run must say on which loop"},
        {LIFE(STATE("1", "run", "2.000", "0.999", "\"loop\":0,\"resume\":1")), 5,
         "a run must say for which reason it was suspended"},
        {LIFE(STATE_BEGIN("1", "run", "2.000", "\"loop\":0,\"resume\":1")
                  STATE_END("1", "run", "2.999")),
         6, "a run must say for which reason it was suspended"},
        {LIFE(STATE("1", "run", "2.000", "0.999",
                    "\"loop\":0,\"resume\":1,\"suspend\":\"exit\",\"cpu\":1.001")),
         5, "\"cpu\" is more than the time that this took"},
        {LIFE(JOB_FOR("4712", "2.000", "0.999", "\"actor\":1,\"cpu\":1")), 5,
         "\"cpu\" must be a number of microseconds with three decimals"},
        {TRACE_HEAD ACTOR("1", "a", "0", "1.000") RUN("2", "2.000", "0.999", "1", "exit"), 5,
         "actor 2 has a state but was never spawned"},
        {TRACE_HEAD ACTOR("1", "a", "0", "1.000")
             EVENT("\"ph\":\"X\",\"ts\":1.000,\"dur\":1.000,\"pid\":4711,\"tid\":1,\"cat\":"
                   "\"loop\",\"name\":\"a\"") LIFE_BEGIN("1", "a", "1.500"),
         6, "a second life of actor 1, which began in line 4"},
    };
    (void)state;
    check_rows(rows, COUNT(rows));
}

static void an_actor_is_in_one_state_at_a_time(void **state)
{
    struct trace_report report =
        check(LIFE(RUN("1", "2.000", "4.999", "1", "yield") READY("1", "4.000", "0.999")));
    (void)state;
    assert_int_equal(report.problem_total, 1);
    assert_string_equal(report.problems[0].text,
                        "main is in two states at once: \"run\" of line 5 goes on");
    trace_report_finish(&report);
}

static void a_loop_runs_one_actor_at_a_time(void **state)
{
    static const char *const two_lives =
        TRACE_HEAD ACTOR("1", "a", "0", "1.000") ACTOR("2", "b", "0", "1.000")
            RUN("1", "2.000", "4.999", "1", "yield") RUN("2", "4.000", "0.999", "1", "yield");
    static const char *const two_loops = TRACE_HEAD ACTOR("1", "a", "0", "1.000")
        ACTOR("2", "b", "0", "1.000") RUN("1", "2.000", "4.999", "1", "yield")
            RUN_ON("1", "2", "4.000", "0.999", "1", "yield");
    (void)state;
    struct trace_report report = check(two_lives);
    assert_int_equal(report.problem_total, 1);
    assert_string_equal(report.problems[0].text,
                        "b runs on loop 0 while a still runs there (line 7)");
    assert_int_equal(report.problems[0].line, 8);
    trace_report_finish(&report);
    report = check(two_loops);
    assert_int_equal(report.problem_total, 0);
    assert_int_equal(report.loop_count, 2);
    trace_report_finish(&report);
}

static void an_open_run_occupies_its_loop(void **state)
{
    struct trace_report report =
        check(TRACE_HEAD ACTOR("1", "a", "0", "1.000") ACTOR("2", "b", "0", "1.000")
                  STATE_BEGIN("1", "run", "2.000", "\"loop\":0,\"resume\":1")
                      RUN("2", "4.000", "0.999", "1", "yield"));
    (void)state;
    assert_int_equal(report.problem_total, 1);
    assert_string_equal(report.problems[0].text,
                        "b runs on loop 0 while a still runs there (line 7)");
    trace_report_finish(&report);
}

static void rules_of_flows(void **state)
{
    static const struct row rows[] = {
        {LIFE(FLOW("f", "1", "2.000", "spawn", "1")), 5, "this flow arrives but never left"},
        {LIFE(FLOW("s", "1", "3.000", "spawn", "1") FLOW("f", "1", "2.000", "spawn", "1")), 6,
         "this flow arrives before it leaves, in line 5"},
        {LIFE(FLOW("s", "1", "3.000", "spawn", "1") FLOW("s", "1", "4.000", "spawn", "1")), 6,
         "this flow's id was used before, in line 5"},
        {LIFE(FLOW("s", "1", "95.000", "spawn", "1")), 5, "this flow leaves main outside its life"},
        {LIFE(EVENT("\"ph\":\"s\",\"ts\":2.000,\"pid\":1,\"tid\":1,\"cat\":\"a\",\"name\":\"a\"")),
         5, "a flow must have an \"id\""},
    };
    (void)state;
    check_rows(rows, COUNT(rows));
}

static void rules_of_messages_mailboxes_and_notes(void **state)
{
    static const struct row rows[] = {
        {LIFE(EVENT("\"ph\":\"s\",\"ts\":2.000,\"pid\":1,\"tid\":1,\"cat\":\"msg\",\"name\":\"a\","
                    "\"id\":1,\"args\":{\"tag\":1,\"depth\":0}")),
         5, "a message must say its \"tag\" and how many \"bytes\" it has"},
        {LIFE(SEND_MESSAGE("1", "2.000", "1", "3", "0", "\"x\"")), 5,
         "the \"depth\" of the mailbox must be a whole number"},
        {LIFE(SEND_MESSAGE("1", "2.000", "1", "3", "0", "0")
                  TAKE_OUT("1", "3.000", "1", "3", "null", "0")),
         6, "a message that is taken must say how many were \"scanned\" for it"},
        {LIFE(MAILBOX("1", "2.000", "other", "1")), 5,
         "this is the mailbox of \"other\", but the track of main"},
        {LIFE(MAILBOX("1", "2.000", "main", "null")), 5,
         "the \"depth\" of the mailbox must be a whole number"},
        {LIFE(NOTE("1", "2.000", "praise", "1", "")), 5, "\"praise\" is no note"},
        {LIFE(NOTE("1", "2.000", "kill", "null", "")), 5, "a note must say \"by\" whom, or 0"},
    };
    (void)state;
    check_rows(rows, COUNT(rows));
}

static void messages_mailboxes_and_notes_are_sound(void **state)
{
    struct trace_report report = check(SAMPLE_MESSAGES);
    (void)state;
    for (size_t i = 0; i < report.problem_count; i++)
        assert_string_equal(report.problems[i].text, "");
    assert_int_equal(report.problem_total, 0);
    trace_report_finish(&report);
}

static void gaps_are_forgiven_where_records_were_lost(void **state)
{
    struct trace_report report =
        check(LIFE(RUN("1", "2.000", "0.999", "1", "yield") READY("1", "3.500", "0.999")
                       RUN("1", "4.500", "0.999", "7", "exit")
                           EVENT("\"ph\":\"i\",\"ts\":3.000,\"pid\":4711,\"tid\":1,"
                                 "\"cat\":\"lost\",\"name\":\"lost\",\"args\":{\"n\":3}")));
    (void)state;
    assert_int_equal(report.problem_total, 0);
    trace_report_finish(&report);
}

static void problems_beyond_a_limit_are_counted(void **state)
{
    enum { BAD = TRACE_PROBLEMS_KEPT + 500 };
    struct sample_text text = {0};
    (void)state;
    sample_add(&text, "%s", TRACE_HEAD);
    for (int i = 0; i < BAD; i++)
        sample_add(&text, ",\n{\"n\":%d}", i);
    struct trace_report report = check(text.text);
    assert_int_equal(report.problem_total, BAD);
    assert_int_equal(report.problem_count, TRACE_PROBLEMS_KEPT);
    for (size_t i = 1; i < report.problem_count; i++)
        assert_true(report.problems[i].line > report.problems[i - 1].line);
    trace_report_finish(&report);
    free(text.text);
}

HARNESS_MAIN(cmocka_unit_test(the_three_counts_are_sound),
             cmocka_unit_test(a_trace_cut_at_any_line_is_sound), cmocka_unit_test(rules_of_form),
             cmocka_unit_test(rules_of_slices), cmocka_unit_test(rules_of_states),
             cmocka_unit_test(an_actor_is_in_one_state_at_a_time),
             cmocka_unit_test(a_loop_runs_one_actor_at_a_time),
             cmocka_unit_test(an_open_run_occupies_its_loop), cmocka_unit_test(rules_of_flows),
             cmocka_unit_test(rules_of_messages_mailboxes_and_notes),
             cmocka_unit_test(messages_mailboxes_and_notes_are_sound),
             cmocka_unit_test(gaps_are_forgiven_where_records_were_lost),
             cmocka_unit_test(problems_beyond_a_limit_are_counted))
