/* Each rule against a run that breaks it, and against one that nearly does: no false alarms. */

#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "sample.h"
#include "trace_lint.h"

/* Long is what takes a millisecond here. */
#define LIMIT_NS 1000000

struct answer {
    struct trace_model *model;
    struct trace_finding *findings;
    size_t count;
};

static struct answer ask(struct trace_model *model)
{
    struct answer answer = {.model = model};
    assert_int_equal(trace_lint(model, LIMIT_NS, &answer.findings, &answer.count), 0);
    return answer;
}

static void forget(struct answer *answer)
{
    free(answer->findings);
    trace_model_destroy(answer->model);
}

/* There is one finding, of this rule, about this actor, with this sentence. */
static void expect_one(struct trace_model *model, enum trace_lint_rule rule, uint32_t lane,
                       const char *sentence)
{
    char text[512];
    struct answer answer = ask(model);
    assert_int_equal(answer.count, 1);
    assert_string_equal(trace_finding_text(model, answer.findings, true, text, sizeof text),
                        sentence);
    assert_int_equal(answer.findings->rule, rule);
    assert_int_equal(answer.findings->lane, lane);
    forget(&answer);
}

static void expect_none(struct trace_model *model)
{
    char text[512];
    struct answer answer = ask(model);
    if (answer.count > 0)
        fail_msg("%s", trace_finding_text(model, answer.findings, true, text, sizeof text));
    forget(&answer);
}

#define TWO TRACE_HEAD ACTOR("1", "main", "0", "0.000") ACTOR("2", "kid", "1", "0.000")
#define WAIT(id, name, ts, dur, at) STATE(id, name, ts, dur, "\"at\":\"" at "\"")

/* main runs for 3 ms before it sleeps, and the kid is ready for the last `ready` of it. */
#define HOLD(from, length)                                    \
    TWO WAIT("1", "sleep", "0.000", "999.999", "x.c:3")       \
        RUN("1", "1000.000", "2999.999", "1", "sleep")        \
            WAIT("1", "sleep", "4000.000", "99.999", "x.c:5") \
                STATE("2", "ready", from, length, "\"by\":0") \
                    RUN("2", "4000.000", "0.999", "1", "exit") TRACE_TAIL

static void who_holds_the_loop_is_named(void **state)
{
    (void)state;
    expect_one(sample_load(HOLD("2000.000", "1999.999")), TRACE_LINT_HELD_LOOP, 0,
               "main held loop 0 for 3.00 ms from 1.000000 ms, after x.c:3 and before x.c:5; "
               "meanwhile kid was ready, 2.00 ms");
    expect_none(sample_load(HOLD("3500.000", "499.999"))); /* it cost less than the limit */
    expect_none(sample_load(HOLD("4000.000", "0.000")));   /* nobody was ready */
}

/* main runs for 3 ms, while the kid sleeps, until `due`. */
#define HELD_SLEEPER(due)                                                         \
    TWO STATE("2", "sleep", "0.000", "4000.999", "\"at\":\"x.c:9\",\"due\":" due) \
        WAIT("1", "sleep", "0.000", "999.999", "x.c:3")                           \
            RUN("1", "1000.000", "2999.999", "1", "sleep")                        \
                WAIT("1", "sleep", "4000.000", "99.999", "x.c:5")                 \
                    STATE("2", "ready", "4001.000", "0.999", "\"by\":0")          \
                        RUN("2", "4002.000", "0.999", "1", "exit") TRACE_TAIL

static void a_held_loop_wakes_nobody(void **state)
{
    (void)state;
    expect_one(sample_load(HELD_SLEEPER("1500.000")), TRACE_LINT_HELD_LOOP, 0,
               "main held loop 0 for 3.00 ms from 1.000000 ms, after x.c:3 and before x.c:5; "
               "meanwhile kid was due, 2.50 ms");
    expect_none(sample_load(HELD_SLEEPER("3500.000"))); /* it cost less than the limit */
    expect_none(sample_load(HELD_SLEEPER("4000.500"))); /* it was over later */
}

static void another_loop_is_not_held(void **state)
{
    (void)state;
    expect_none(sample_load(TWO RUN("1", "0.000", "2999.999", "1", "exit") READY(
        "2", "0.000", "2999.999") RUN_ON("1", "2", "3000.000", "0.999", "1", "exit") TRACE_TAIL));
}

static void who_never_yields_is_named(void **state)
{
    (void)state;
    expect_one(sample_load(TWO RUN("1", "0.000", "2999.999", "1", "exit") READY(
                   "2", "0.000", "2999.999") RUN("2", "3000.000", "0.999", "1", "exit") TRACE_TAIL),
               TRACE_LINT_NEVER_YIELDED, 0,
               "main held loop 0 for 3.00 ms from 0 s, until it ended; meanwhile kid was ready, "
               "3.00 ms");
    expect_one(sample_load(TWO STATE_BEGIN("1", "run", "0.000", "\"loop\":0,\"resume\":1")
                               STATE_BEGIN("2", "ready", "1.000", "\"by\":1")
                                   PRINT("1", "5000.000", "still here")),
               TRACE_LINT_NEVER_YIELDED, 0,
               "main held loop 0 for 5.00 ms from 0 s, to the end of the trace; meanwhile kid was "
               "ready, 5.00 ms");
}

/* The kid is ready for 3 ms, while main has turns of `turn` us. */
static struct trace_model *many_turns(int count, int turn_us)
{
    struct sample_text text = {0};
    sample_add(&text, "%s", TWO);
    for (int i = 0; i < count; i++) {
        sample_add(&text, RUN("1", "%d.000", "%d.999", "%d", "yield"), i * turn_us, turn_us - 2,
                   i + 1);
        sample_add(&text, READY("1", "%d.000", "0.999"), (i + 1) * turn_us - 1);
    }
    sample_add(&text, READY("2", "0.000", "%d.999"), count * turn_us - 1);
    sample_add(&text, RUN("2", "%d.000", "0.999", "1", "exit") TRACE_TAIL, count * turn_us);
    return sample_load_text(&text);
}

static void who_starves_is_named(void **state)
{
    (void)state;
    expect_one(many_turns(30, 100), TRACE_LINT_STARVED, 1,
               "kid was ready for 3.00 ms from 0 s, while others had 30 turns, none of them long");
    expect_none(many_turns(30, 10));
}

/* main yields so often, for 2 us each time. */
static struct trace_model *yields(int count)
{
    struct sample_text text = {0};
    sample_add(&text, "%s", TRACE_HEAD ACTOR("1", "main", "0", "0.000"));
    for (int i = 0; i < count; i++) {
        sample_add(&text, RUN("1", "%d.000", "0.999", "%d", "yield"), i * 2, i + 1);
        sample_add(&text, READY("1", "%d.000", "0.999"), i * 2 + 1);
    }
    sample_add(&text, "%s", TRACE_TAIL);
    return sample_load_text(&text);
}

/* Four actors with 3 ms of work each: three of them on loop 0, or two on either. */
#define FOUR                                                                           \
    TRACE_HEAD ACTOR("1", "main", "0", "0.000") ACTOR("2", "a", "1", "0.000")          \
        ACTOR("3", "b", "1", "0.000") ACTOR("4", "c", "1", "0.000")                    \
            RUN("1", "0.000", "2999.999", "1", "exit") READY("2", "0.000", "2999.999") \
                RUN("2", "3000.000", "899.999", "1", "exit")
#define ON_OTHER(id, ts) RUN_ON("1", id, ts, "499.999", "1", "exit")

static void loops_with_uneven_work_are_told(void **state)
{
    char text[512];
    (void)state;
    struct answer answer =
        ask(sample_load(FOUR ON_OTHER("3", "0.000") ON_OTHER("4", "500.000") TRACE_TAIL));
    assert_int_equal(answer.count, 2); /* main held the loop, too */
    assert_int_equal(answer.findings[0].rule, TRACE_LINT_NEVER_YIELDED);
    assert_string_equal(
        trace_finding_text(answer.model, &answer.findings[1], true, text, sizeof text),
        "for 2.00 ms actors were ready on loop 0 while another loop had nothing to do, 2.00 ms "
        "together; the longest was a, from 0 s");
    assert_int_equal(answer.findings[1].rule, TRACE_LINT_UNEVEN);
    forget(&answer);
    /* The other loop has work as well; it has one actor that takes nobody else. */
    answer = ask(sample_load(FOUR RUN_ON("1", "3", "0.000", "2499.999", "1", "exit")
                                 ON_OTHER("4", "2500.000") TRACE_TAIL));
    assert_int_equal(answer.count, 1);
    forget(&answer);
    answer = ask(sample_load(FOUR ON_OTHER("3", "0.000") TRACE_TAIL));
    assert_int_equal(answer.count, 1);
    forget(&answer);
}

/* Two actors that wake each other `rounds` times, on one loop or on two; a message is under way for
 * 20 us, and each runs for `run` us. */
static struct trace_model *load_pair(int rounds, const char *loop, int run)
{
    struct sample_text text = {0};
    int us = 0;
    sample_add(&text, "%s", TWO);
    for (int i = 0; i < 2 * rounds; i++) {
        int from = 1 + i % 2, to = 2 - i % 2;
        sample_add(&text, RUN_ON("%s", "%d", "%d.000", "%d.999", "%d", "recv"), us, run - 1, from,
                   from == 1 ? "0" : loop, i / 2 + 1);
        sample_add(&text, SEND_MESSAGE("%d", "%d.000", "%d", "1", "8", "0"), us + run - 1, from,
                   i + 1);
        sample_add(&text, TAKE_AWAITED("%d", "%d.000", "%d", "1"), us + run + 18, to, i + 1);
        sample_add(&text, STATE("%d", "ready", "%d.000", "0.999", "\"by\":%d"), us + run + 19, to,
                   from);
        us += run + 20;
    }
    sample_add(&text, "%s", TRACE_TAIL);
    return sample_load_text(&text);
}

static void pairs_that_talk_across_loops_are_told(void **state)
{
    (void)state;
    expect_one(load_pair(100, "1", 2), TRACE_LINT_CHATTY, 0,
               "main on loop 0 and kid on loop 1 woke each other with 200 messages in 4.40 ms, "
               "which were under way for 4.00 ms of it");
    expect_none(load_pair(100, "0", 2));  /* on one loop */
    expect_none(load_pair(100, "1", 30)); /* they have work to do */
    expect_none(load_pair(90, "1", 2));   /* not often enough */
}

static void who_polls_is_named(void **state)
{
    (void)state;
    expect_one(
        yields(2000), TRACE_LINT_POLLS, 0,
        "main yielded 2000 times in a row from 0 s, for 4.00 ms, and nobody else had a turn");
    expect_none(yields(900));
}

static void circles_are_deadlocks(void **state)
{
    (void)state;
    expect_one(sample_load(TWO STATE_BEGIN("1", "lock", "0.000", "\"on\":2,\"at\":\"x.c:1\"")
                               STATE_BEGIN("2", "lock", "5.000", "\"on\":1,\"at\":\"x.c:2\"")),
               TRACE_LINT_DEADLOCK, 1,
               "kid waits for main, and by way of 2 waits for itself, since 5.000 us");
    expect_none(sample_load(TWO STATE_BEGIN("1", "lock", "0.000", "\"on\":2,\"due\":99.000")
                                STATE_BEGIN("2", "lock", "5.000", "\"on\":1")));
}

#define OURS                                                                                       \
    "[\n{\"ph\":\"M\",\"ts\":0.000,\"pid\":1,\"tid\":1,\"cat\":\"__metadata\",\"name\":\"troupe\"" \
    ",\"args\":{\"version\":1,\"runtime\":\"troupe 0.1.0\"}}" ACTOR("1", "main", "0", "0.000")     \
        ACTOR("2", "kid", "1", "0.000")

static void waits_that_nothing_could_end_are_deadlocks(void **state)
{
    (void)state;
    expect_one(sample_load(OURS STATE_BEGIN("1", "join", "0.000", "")
                               STATE_BEGIN("2", "recv", "5.000", "") TRACE_TAIL),
               TRACE_LINT_DEADLOCK, 1,
               "nothing could ever run again: all 2 actors wait, kid among them, since 5.000 us");
    /* A killed program; one that waits for a descriptor; one whose wait has a deadline. */
    expect_none(sample_load(OURS STATE_BEGIN("1", "join", "0.000", "")
                                STATE_BEGIN("2", "recv", "5.000", "")));
    expect_none(sample_load(OURS STATE_BEGIN("1", "join", "0.000", "")
                                STATE_BEGIN("2", "io", "5.000", "") TRACE_TAIL));
    expect_none(sample_load(OURS STATE_BEGIN("1", "join", "0.000", "")
                                STATE_BEGIN("2", "recv", "5.000", "\"due\":9.000") TRACE_TAIL));
}

static void a_wake_that_never_came_is_found(void **state)
{
    (void)state;
    expect_one(sample_load(TWO RUN("2", "0.000", "0.999", "1", "sleep")
                               STATE_BEGIN("2", "sleep", "1.000", "\"due\":1000.000")
                                   RUN("1", "0.000", "0.999", "1", "sleep")
                                       STATE("1", "sleep", "1.000", "4998.999", "")
                                           RUN("1", "5000.000", "0.999", "2", "exit")
                                               LIFE_END("1", "main", "5001.000", "0")),
               TRACE_LINT_LOST_WAKE, 1,
               "kid waits since 1.000 us and was due at 1.000000 ms, and the trace ends 4.00 ms "
               "later");
    /* The loop had no turn since: it was held, and the program ended. */
    expect_one(sample_load(TWO RUN("2", "0.000", "0.999", "1", "sleep")
                               STATE_BEGIN("2", "sleep", "1.000", "\"due\":1000.000")
                                   RUN("1", "1.000", "4999.999", "1", "exit")
                                       LIFE_END("1", "main", "5001.000", "0")),
               TRACE_LINT_NEVER_YIELDED, 0,
               "main held loop 0 for 5.00 ms from 1.000 us, until it ended; meanwhile kid was "
               "due, 4.00 ms");
}

#define UNWANTED(depth)                                                                         \
    TWO STATE_BEGIN("2", "recv", "1.000", "\"at\":\"x.c:7\"") MAILBOX("2", "2.000", "kid", "2") \
        MAILBOX("2", "3.000", "kid", depth) RUN("1", "0.000", "2999.999", "1", "exit")

static void messages_that_nobody_wants_are_found(void **state)
{
    (void)state;
    expect_one(sample_load(UNWANTED("2")), TRACE_LINT_UNWANTED, 1,
               "kid waits for a message since 1.000 us, although 2 others lie in its mailbox");
    expect_none(sample_load(UNWANTED("0")));
}

/* The kid wants the lock that main has, which sleeps meanwhile, and gives it away in the end; or,
 * with another giver, may have given it away before it slept. */
#define LOCKED(by, sleeps)                                                 \
    TWO RUN("1", "0.000", "9.999", "1", "sleep")                           \
        STATE("1", "sleep", sleeps, "2989.999", "\"at\":\"x.c:8\"")        \
            RUN("1", "3000.000", "0.999", "2", "exit")                     \
                STATE("2", "lock", "5.000", "2994.999", "\"on\":1")        \
                    STATE("2", "ready", "3000.000", "0.999", "\"by\":" by) \
                        RUN("2", "3001.000", "0.999", "1", "exit") TRACE_TAIL

static void sleeping_with_a_lock_is_found(void **state)
{
    (void)state;
    expect_one(sample_load(LOCKED("1", "10.000")), TRACE_LINT_LOCK_HELD, 0,
               "main waited for 2.99 ms (sleep) from 10.000 us while it had a lock that kid wanted "
               "for 2.99 ms of that");
    expect_none(sample_load(LOCKED("0", "10.000")));
}

/* A mailbox that is `peak` deep after 4 ms, and `last` deep in the end. */
static struct trace_model *mailbox(int peak, int last)
{
    struct sample_text text = {0};
    sample_add(&text, "%s", TWO);
    for (int i = 1; i <= 40; i++)
        sample_add(&text, MAILBOX("2", "%d.000", "kid", "%d"), i * 100, peak * i / 40);
    sample_add(&text, MAILBOX("2", "4100.000", "kid", "%d"), last);
    sample_add(&text, RUN("1", "0.000", "4200.999", "1", "exit")
                          LIFE_END("2", "kid", "4200.000", "0") TRACE_TAIL);
    return sample_load_text(&text);
}

static void a_mailbox_that_grows_is_found(void **state)
{
    (void)state;
    expect_one(mailbox(300, 300), TRACE_LINT_MAILBOX, 1,
               "the mailbox of kid grew to 300 messages over 3.90 ms");
    expect_none(mailbox(300, 0));
    expect_none(mailbox(50, 50));
}

#define CHILD_FAILS(parent_end, more)                                                    \
    TWO RUN("1", "0.000", "0.999", "1", "exit") LIFE_END("1", "main", parent_end, "0")   \
        RUN("2", "2.000", "0.999", "1", "exit") more LIFE_END("2", "kid", "3.000", "-5") \
            TRACE_TAIL

static void failures_that_nobody_saw_are_found(void **state)
{
    (void)state;
    expect_one(sample_load(CHILD_FAILS("1.000", "")), TRACE_LINT_FAILURE, 1,
               "kid failed with -5 at 3.000 us; its parent had ended, and nobody watched or joined "
               "it");
    expect_none(sample_load(CHILD_FAILS("4.000", "")));
    expect_none(sample_load(CHILD_FAILS("1.000", SEND_MESSAGE("2", "2.500", "1", "-1", "0", "1"))));
    expect_none(sample_load(CHILD_FAILS("1.000", NOTE("2", "2.500", "kill", "1", "killed"))));
}

#define OUTLIVES(more)                                                                            \
    TWO RUN("1", "0.000", "0.999", "1", "exit") LIFE_END("1", "main", "1.000", "0")               \
        RUN("2", "1.000", "0.999", "1", "sleep") STATE("2", "sleep", "2.000", "4997.999", "")     \
            RUN("2", "5000.000", "0.999", "2", "exit") more LIFE_END("2", "kid", "5001.000", "0") \
                TRACE_TAIL

static void who_outlives_the_program_for_nothing_is_found(void **state)
{
    (void)state;
    expect_one(sample_load(OUTLIVES("")), TRACE_LINT_LEAKED, 1, "kid outlived main by 5.00 ms");
    expect_none(sample_load(OUTLIVES(PRINT("2", "5000.500", "done"))));
    expect_none(sample_load(OUTLIVES(SEND_MESSAGE("2", "5000.500", "1", "3", "0", "1"))));
}

static struct trace_model *restarts(int count)
{
    struct sample_text text = {0};
    sample_add(&text, "%s", TRACE_HEAD ACTOR("1", "main", "0", "0.000"));
    for (int i = 0; i < count; i++) {
        sample_add(&text, ACTOR("%d", "kid", "1", "%d.000"), i * 10, i + 2, i * 10, i + 2);
        sample_add(&text, NOTE("%d", "%d.100", "restart", "1", "again"), i * 10, i + 2);
        sample_add(&text, LIFE_END("%d", "kid", "%d.000", "-5"), i * 10 + 5, i + 2);
    }
    sample_add(&text, "%s", RUN("1", "0.000", "999.999", "1", "exit") TRACE_TAIL);
    return sample_load_text(&text);
}

static void restarts_in_vain_are_counted(void **state)
{
    (void)state;
    expect_one(restarts(5), TRACE_LINT_RESTARTS, 5,
               "kid was started again 5 times in 45.0 us, and failed each time");
    expect_none(restarts(4));
}

static void a_refused_wait_is_told(void **state)
{
    (void)state;
    expect_one(sample_load(TRACE_HEAD ACTOR("1", "main", "0", "0.000")
                               NOTE("1", "4.500", "refused", "1", "troupe_join() at x.c:7, for kid")
                                   RUN("1", "0.000", "9.999", "1", "exit") TRACE_TAIL),
               TRACE_LINT_REFUSED, 0,
               "main was refused a wait at 4.500 us that would have closed a circle: "
               "troupe_join() at x.c:7, for kid");
}

#define STACK_LEFT(bytes)                                                 \
    ",\n{\"ph\":\"C\",\"ts\":9.000,\"pid\":1,\"tid\":2,\"cat\":\"user\"," \
    "\"name\":\"stack free\",\"args\":{\"value\":" bytes "}}"

static void a_stack_that_is_nearly_used_is_found(void **state)
{
    (void)state;
    expect_one(sample_load(TWO STACK_LEFT("4096")), TRACE_LINT_STACK, 1,
               "kid came within 4096 bytes of the end of its stack");
    expect_none(sample_load(TWO STACK_LEFT("8192")));
}

static void lost_records_are_told(void **state)
{
    (void)state;
    expect_one(sample_load(TWO INSTANT("4711", "4711", "31.000", "lost", "lost", "\"n\":12")
                               INSTANT("4711", "4711", "9.000", "lost", "lost", "\"n\":3")),
               TRACE_LINT_LOST_RECORDS, TRACE_NONE,
               "15 records could not be kept, the first at 9.000 us");
}

static void the_same_at_one_place_is_one_finding(void **state)
{
    struct sample_text text = {0};
    char words[512];
    (void)state;
    sample_add(&text, "%s", TWO);
    for (int i = 0; i < 3; i++) {
        int at = i * 10000;
        int length = 2000 + i * 1000;
        sample_add(&text, RUN("1", "%d.000", "%d.999", "%d", "sleep"), at, length - 1, i + 1);
        sample_add(&text, WAIT("1", "sleep", "%d.000", "9.999", "x.c:5"), at + length);
        sample_add(&text, READY("2", "%d.000", "%d.999"), at, length - 1);
        sample_add(&text, RUN("2", "%d.000", "0.999", "%d", "yield"), at + length, i + 1);
    }
    sample_add(&text, "%s", TRACE_TAIL);
    struct answer answer = ask(sample_load_text(&text));
    assert_int_equal(answer.count, 1);
    assert_int_equal(answer.findings->times, 3);
    assert_int_equal(answer.findings->total_ns, 9000000);
    assert_string_equal(
        trace_finding_text(answer.model, answer.findings, true, words, sizeof words),
        "main held loop 0 for 4.00 ms from 20.000000 ms, after x.c:5 and before x.c:5; meanwhile "
        "kid was ready, 4.00 ms (the worst of 3 times, 9.00 ms in all)");
    forget(&answer);
}

static void stored_traces_are_clean(void **state)
{
    static const char *const names[] = {"three_counts.json", "calls.json", "philosophers.json"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct trace_model *model = sample_load_file(names[i]);
        expect_none(model);
    }
}

static void rules_have_names(void **state)
{
    (void)state;
    for (int rule = 0; rule < TRACE_LINT_COUNT; rule++) {
        const char *name = trace_lint_name((enum trace_lint_rule)rule);
        assert_int_equal(trace_lint_parse(name), rule);
        assert_true(strlen(trace_lint_sentence((enum trace_lint_rule)rule)) > 20);
        assert_true(strlen(trace_lint_cure((enum trace_lint_rule)rule)) > 10);
    }
    assert_int_equal(trace_lint_parse("no-such-rule"), TRACE_LINT_COUNT);
}

HARNESS_MAIN(cmocka_unit_test(who_holds_the_loop_is_named),
             cmocka_unit_test(a_held_loop_wakes_nobody), cmocka_unit_test(another_loop_is_not_held),
             cmocka_unit_test(who_never_yields_is_named), cmocka_unit_test(who_starves_is_named),
             cmocka_unit_test(loops_with_uneven_work_are_told),
             cmocka_unit_test(pairs_that_talk_across_loops_are_told),
             cmocka_unit_test(who_polls_is_named), cmocka_unit_test(circles_are_deadlocks),
             cmocka_unit_test(waits_that_nothing_could_end_are_deadlocks),
             cmocka_unit_test(a_wake_that_never_came_is_found),
             cmocka_unit_test(messages_that_nobody_wants_are_found),
             cmocka_unit_test(sleeping_with_a_lock_is_found),
             cmocka_unit_test(a_mailbox_that_grows_is_found),
             cmocka_unit_test(failures_that_nobody_saw_are_found),
             cmocka_unit_test(who_outlives_the_program_for_nothing_is_found),
             cmocka_unit_test(restarts_in_vain_are_counted),
             cmocka_unit_test(a_refused_wait_is_told),
             cmocka_unit_test(a_stack_that_is_nearly_used_is_found),
             cmocka_unit_test(lost_records_are_told),
             cmocka_unit_test(the_same_at_one_place_is_one_finding),
             cmocka_unit_test(stored_traces_are_clean), cmocka_unit_test(rules_have_names))
