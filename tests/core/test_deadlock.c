/*
 * Who waits for each other while others go on is found, with those who wait for them; who has a
 * time limit, or waits for somebody who can still be woken, is not.
 */

#include "running.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"

/* The one whom the children call, and how long they would wait. */
static troupe_pid owner;
static troupe_ns call_limit;

static int ask(void *arg)
{
    (void)arg;
    troupe_msg *answer;
    int rc = troupe_call(owner, 1, NULL, 0, &answer, call_limit);
    troupe_msg_free(&answer);
    return rc;
}

/* Has a child that calls it, and waits for the child's end. */
static int wait_for_child(void *arg)
{
    troupe_scope scope;
    owner = troupe_self();
    troupe_scope_open(&scope, arg != NULL ? *(troupe_ns *)arg : TROUPE_FOREVER);
    troupe_scope_spawn(&scope, ask, NULL, NULL);
    assert_int_equal(troupe_yield(), 0);
    return troupe_scope_join(&scope);
}

static int doze(void *arg)
{
    (void)arg;
    return troupe_sleep(TROUPE_FOREVER);
}

/* What is found, and told of it. */
static size_t check(const char **told)
{
    static char text[4096];
    FILE *file = tmpfile();
    settle();
    size_t count = troupe_deadlock_check(file);
    assert_int_equal(troupe_deadlock_check(NULL), count);
    rewind(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    *told = text;
    return count;
}

static void end(troupe_pid pid)
{
    assert_int_equal(troupe_kill(pid), 0);
    assert_int_equal(troupe_join(pid, NULL, TROUPE_FOREVER), 0);
}

static int find_circle_and_followers(void *arg)
{
    troupe_pid pid, sleeper, followers[3], bystander;
    const char *told;
    (void)arg;
    call_limit = TROUPE_FOREVER;
    assert_int_equal(troupe_spawn(doze, NULL, &sleeper), 0);
    assert_int_equal(troupe_spawn(join_it, &sleeper, &bystander), 0);
    assert_int_equal(check(&told), 0);
    assert_string_equal(told, "");
    assert_int_equal(troupe_spawn(wait_for_child, NULL, &pid), 0);
    assert_int_equal(troupe_spawn(join_it, &pid, &followers[0]), 0);
    assert_int_equal(troupe_spawn(join_it, &followers[0], &followers[1]), 0);
    assert_int_equal(troupe_spawn(join_it, &followers[0], &followers[2]), 0);
    assert_int_equal(check(&told), 5);
    assert_int_equal(times_in(told, "troupe: 2 actors wait for each other, until one of them is "
                                    "cancelled or killed:\ntroupe:   "),
                     1);
    assert_int_equal(times_in(told, "troupe: these wait for them:\ntroupe:   join_it "), 1);
    assert_int_equal(times_in(told, "\ntroupe:   "), 5);
    assert_int_equal(times_in(told, "\ntroupe:   ask "), 1);
    end(pid);
    assert_int_equal(check(&told), 0);
    end(sleeper);
    return 0;
}

static void a_circle_and_who_waits_for_it_are_found(void **state)
{
    (void)state;
    run(find_circle_and_followers);
}

static int find_two(void *arg)
{
    troupe_pid pids[2];
    const char *told;
    (void)arg;
    call_limit = TROUPE_FOREVER;
    for (int i = 0; i < 2; i++) {
        assert_int_equal(troupe_spawn(wait_for_child, NULL, &pids[i]), 0);
        settle();
    }
    assert_int_equal(check(&told), 4);
    assert_int_equal(times_in(told, "2 actors wait for each other"), 2);
    assert_int_equal(times_in(told, "these wait"), 0);
    end(pids[0]);
    assert_int_equal(check(&told), 2);
    end(pids[1]);
    return 0;
}

static void each_circle_is_told(void **state)
{
    (void)state;
    run(find_two);
}

static int look_at_limits(void *arg)
{
    troupe_ns limit = TROUPE_S(100);
    troupe_pid pid;
    const char *told;
    (void)arg;
    call_limit = limit;
    assert_int_equal(troupe_spawn(wait_for_child, NULL, &pid), 0);
    assert_int_equal(check(&told), 0);
    end(pid);
    call_limit = TROUPE_FOREVER;
    assert_int_equal(troupe_spawn(wait_for_child, &limit, &pid), 0);
    assert_int_equal(check(&told), 0);
    end(pid);
    return 0;
}

static void what_has_a_time_limit_will_end(void **state)
{
    (void)state;
    run(look_at_limits);
}

enum { CHAIN = 20000 };

static troupe_pid chain[CHAIN];

/* Everybody waits for the one before; the first for nobody in particular, or in a circle. */
static int measure_chain(void *in_a_circle)
{
    const char *told;
    size_t expected = in_a_circle != NULL ? CHAIN + 1 : 0;
    troupe_fn fn = in_a_circle != NULL ? wait_for_child : doze;
    call_limit = TROUPE_FOREVER;
    assert_int_equal(troupe_spawn(fn, NULL, &chain[0]), 0);
    for (int i = 1; i < CHAIN; i++)
        assert_int_equal(troupe_spawn(join_it, &chain[i - 1], &chain[i]), 0);
    assert_int_equal(check(&told), expected);
    end(chain[0]);
    return troupe_join(chain[CHAIN - 1], NULL, TROUPE_FOREVER);
}

static void long_chains_take_no_time_to_speak_of(void **state)
{
    (void)state;
    assert_int_equal(troupe_run(measure_chain, chain), 0);
    assert_int_equal(troupe_run(measure_chain, NULL), 0);
}

/* A fact of the runtime that does not hold is no circle, but told by the same sentences. */

static int find_a_flaw(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_spawn(doze, NULL, NULL), 0);
    assert_int_equal(troupe_yield(), 0);
    check_failed("queue.c", 7, "pop", "head != NULL");
}

static void a_failed_check_tells_of_all_actors_and_what_was_last(void **state)
{
    (void)state;
    unsetenv("TROUPE_TRACE");
    const char *told = told_by_abort(find_a_flaw);
    assert_non_null(strstr(told, "troupe: queue.c:7: pop: this must hold and does not: head != "
                                 "NULL\ntroupe: the actors of this loop:\n"
                                 "troupe:   main <0.0.1> is running\n"
                                 "troupe:   doze <0.1.1> sleeps for ever, at "));
    assert_non_null(
        strstr(told, "troupe: with TROUPE_TRACE=FILE in the environment the last events "));
    if (!TROUPE_TRACE)
        return;
    setenv("TROUPE_TRACE", "/dev/null", 1);
    told = told_by_abort(find_a_flaw);
    assert_non_null(
        strstr(told, "troupe: the last events of this loop, and of the actor that runs:\n"));
    assert_non_null(strstr(told, " ago: main <0.0.1> is spawned\n"));
    assert_non_null(strstr(told, " ago: doze <0.1.1> sleeps until its deadline, at "));
}

/* Texts of many lengths lie between the records, which have filled the ring several times. */
#define WORDS 40000

static int find_a_flaw_after_many_words(void *arg)
{
    char text[200];
    for (int i = 1; i <= WORDS; i++) {
        int bytes = snprintf(text, sizeof text, "word %d", i);
        memset(text + bytes, '.', sizeof text - (size_t)bytes);
        text[bytes + i % 150] = '\0';
        troupe_trace_mark(text);
    }
    troupe_check(arg != NULL);
    return 0;
}

static void the_last_of_many_events_are_told(void **state)
{
    (void)state;
    if (!TROUPE_TRACE)
        harness_skip("a build without probes");
    setenv("TROUPE_TRACE", "/dev/null", 1);
    const char *told = told_by_abort(find_a_flaw_after_many_words);
    const char *line = strstr(told, " ago: ");
    for (int i = WORDS - 11; i <= WORDS; i++) {
        char expected[80];
        assert_non_null(line);
        int bytes = snprintf(expected, sizeof expected, " ago: main <0.0.1> marks \"word %d%.*s", i,
                             i % 150 < 10 ? i % 150 : 10, "..........");
        assert_memory_equal(line, expected, (size_t)bytes);
        line = strstr(line + 1, " ago: ");
    }
    assert_null(line);
}

HARNESS_MAIN(cmocka_unit_test(a_circle_and_who_waits_for_it_are_found),
             cmocka_unit_test(each_circle_is_told),
             cmocka_unit_test(what_has_a_time_limit_will_end),
             cmocka_unit_test(long_chains_take_no_time_to_speak_of),
             cmocka_unit_test(a_failed_check_tells_of_all_actors_and_what_was_last),
             cmocka_unit_test(the_last_of_many_events_are_told))
