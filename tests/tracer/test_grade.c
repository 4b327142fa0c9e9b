/* Rules in plain text: what they mean, what breaks them, and what is said of one that is none. */

#include "harness.h"
#include "sample.h"
#include "trace_grade.h"

static struct trace_grade grade(const struct trace_model *model, const char *text)
{
    struct trace_rule rule;
    struct trace_grade found;
    struct trace_order *order;
    char why[200];
    if (trace_rule_parse(text, &rule, why, sizeof why) != 1)
        fail_msg("%s: %s", text, why);
    assert_string_equal(rule.text, text);
    assert_int_equal(trace_order_new(model, &order), 0);
    assert_int_equal(trace_grade(order, &rule, &found), 0);
    trace_order_destroy(order);
    return found;
}

static void rules_that_are_kept(void **state)
{
    static const char *const rules[] = {
        "W < 1.5 s",
        "W > 1000 ms",
        "S >= 2.9s",
        "C >= 2.5",
        "P < 0.01",
        "peak = 1",
        "in-progress = 3",
        "actors = 4",
        "unfinished = 0",
        "failed = 0",
        "threads = 1",
        "resumes = 8",
        "sent = 0",
        "depth = 0",
        "every * status = 0",
        "every count#* H < 50 us",
        "some count#3 ready > 80 us",
        "no main S > 1 ms",
        "count print \"One\" = 3",
        "count print T* by count#1 = 1",
        "count run by count#* = 6",
        "count wait sleep = 3",
        "count spawn of count#* != 4",
        "no wait lock",
        "no send any",
        "no note kill of *",
        "no finding",
        "no circle",
        "every print \"Two\" after some print \"One\"",
        "every spawn of count#* before every end of main",
        "every end of count#* before end of main",
        "every wait sleep by count#1 after print One by count#1",
    };
    struct trace_model *model = sample_load_file("three_counts.json");
    (void)state;
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        struct trace_grade found = grade(model, rules[i]);
        if (!found.holds)
            fail_msg("%s: %s", rules[i], found.text);
        assert_true(found.text[0] != '\0');
    }
    trace_model_destroy(model);
}

static void broken_rules_name_who_broke_them(void **state)
{
    static const struct {
        const char *rule;
        uint32_t lane; /* TRACE_NONE: nobody */
        const char *text;
    } rows[] = {
        {"W < 1 s", TRACE_NONE, "W is 1.000 s"},
        {"H < 20 us", 3, "H is 22.4 \u00b5s: count#3, resume 1"},
        {"every count#* ready < 80us", 3, "count#3 has ready 84.9 \u00b5s"},
        {"no count#* resumes = 2", 1, "count#1 has resumes 2"},
        {"some * status < 0", TRACE_NONE, "none of 4 actors"},
        {"every nobody W < 1s", TRACE_NONE, "no actor is called nobody"},
        {"count print \"One\" = 4", 1,
         "it happens 3 times; the first is that of count#1 at 29.500 \u00b5s (resume 1)"},
        {"no wait sleep", 1,
         "it happens 3 times; the first is that of count#1 at 41.500 \u00b5s (count.c:15)"},
        {"every print \"Two\" after every print \"One\"", 1,
         "that of count#1 at 1.000110200 s (resume 2) is not after that of count#3 at 73.400 "
         "\u00b5s (resume 1): nothing leads from one to the other, though by the clock it is"},
        {"every print One before some spawn of *", 1,
         "that of count#1 at 29.500 \u00b5s (resume 1) is not before any"},
        {"every print \"Three\" after every print \"One\"", TRACE_NONE, "the first never happens"},
    };
    struct trace_model *model = sample_load_file("three_counts.json");
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct trace_grade found = grade(model, rows[i].rule);
        assert_string_equal(found.text, rows[i].text);
        assert_false(found.holds);
        assert_int_equal(found.lane, rows[i].lane);
    }
    trace_model_destroy(model);
}

/* ping sends to pong, which waits for the first message and takes the second out of its mailbox. */
static void messages_lead_from_one_to_the_other(void **state)
{
    struct trace_model *model = sample_load(SAMPLE_MESSAGES);
    (void)state;
    assert_true(grade(model, "count send any by ping = 3").holds);
    assert_true(grade(model, "count send any to pong = 2").holds);
    assert_true(grade(model, "count take 7 by pong from ping = 1").holds);
    assert_true(grade(model, "every take -1 after every send -1").holds);
    assert_true(grade(model, "every send 7 before every run by pong").holds);
    /* It is never taken, but was sent before the same actor woke pong. */
    assert_true(grade(model, "every send 9 before some run by pong").holds);
    assert_true(grade(model, "count note cancel of pong = 1").holds);
    assert_false(grade(model, "every * status = 0").holds); /* neither has ended */
    trace_model_destroy(model);
}

static void a_wake_leads_from_one_to_the_other(void **state)
{
    struct trace_model *model = sample_load(
        TRACE_HEAD ACTOR("1", "a", "0", "0.000") ACTOR("2", "b", "0", "0.000")
            RUN("1", "0.000", "9.999", "1", "exit") PRINT("1", "2.000", "early")
                PRINT("1", "8.000", "late") STATE("2", "lock", "0.000", "4.999", "\"on\":1")
                    STATE("2", "ready", "5.000", "4.999", "\"by\":1")
                        RUN("2", "10.000", "9.999", "1", "exit") PRINT("2", "12.000", "then"));
    (void)state;
    assert_true(grade(model, "every print early before every print then").holds);
    assert_false(grade(model, "every print late before every print then").holds);
    trace_model_destroy(model);
}

static void what_is_no_rule_is_said(void **state)
{
    static const struct {
        const char *line;
        const char *why;
    } rows[] = {
        {"W <", "the end stands where a time such as 50 ms should"},
        {"W < soon", "soon stands where a time such as 50 ms should"},
        {"C ~ 3", "~ stands where one of < <= = != >= > should"},
        {"C > x", "x stands where a number should"},
        {"foo = 3", "foo is no number that a run has, and begins no rule"},
        {"status = 0", "status is no number that a run has, and begins no rule"},
        {"every * peak = 1", "peak is no number that an actor has"},
        {"every * W 3", "3 stands where one of < <= = != >= > should"},
        {"count jump = 3",
         "jump stands where print, spawn, end, send, take, wait, run or note should"},
        {"every print x beside print y", "beside stands where before or after should"},
        {"no wait foo", "there is no reason \"foo\" to wait"},
        {"no note foo", "there is no note \"foo\""},
        {"count send x = 1", "a tag is a number or any, not \"x\""},
        {"count print", "the rule ends where what it is about should stand"},
        {"no print x by", "the rule ends where a name should stand"},
        {"print \"x", "a text in quotes has no end"},
        {"W < 1 s please", "the rule is complete before \"please\""},
    };
    struct trace_rule rule;
    char why[200];
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_true(trace_rule_parse(rows[i].line, &rule, why, sizeof why) < 0);
        assert_string_equal(why, rows[i].why);
    }
    assert_int_equal(trace_rule_parse("  # nothing", &rule, why, sizeof why), 0);
    assert_int_equal(trace_rule_parse("\n", &rule, why, sizeof why), 0);
}

HARNESS_MAIN(cmocka_unit_test(rules_that_are_kept),
             cmocka_unit_test(broken_rules_name_who_broke_them),
             cmocka_unit_test(messages_lead_from_one_to_the_other),
             cmocka_unit_test(a_wake_leads_from_one_to_the_other),
             cmocka_unit_test(what_is_no_rule_is_said))
