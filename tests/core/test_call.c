/*
 * Calls: each has one answer, or the reason why there is none, and never a late one.
 */

#include "harness.h"

#include <errno.h>
#include <string.h>

#include <troupe.h>

#include "running.h"

enum { ADD = 1, IGNORE, DIE, LEAVE, KEEP };

static troupe_pid main_pid;
static troupe_msg *kept;
static int replies[4], reply_count;

/* Adds one to every number it is called with, or does as the tag says. */
static int serve(void *arg)
{
    (void)arg;
    for (;;) {
        troupe_msg *m;
        int rc = troupe_recv(&m, TROUPE_FOREVER);
        if (rc < 0)
            return rc;
        int tag = troupe_msg_tag(m), number = *(const int *)troupe_msg_data(m, NULL) + 1;
        if (tag == KEEP) {
            kept = m;
            continue;
        }
        if (tag == ADD)
            replies[reply_count++ % 4] = troupe_reply(m, number, &number, sizeof number);
        troupe_msg_free(&m);
        if (tag == DIE)
            return -EIO;
        if (tag == LEAVE)
            return 7;
    }
}

static troupe_pid spawn_server(void)
{
    troupe_pid pid;
    assert_int_equal(troupe_spawn(serve, NULL, &pid), 0);
    return pid;
}

static int call_number(troupe_pid pid, int tag, int number, troupe_msg **answer, troupe_ns limit)
{
    *answer = (troupe_msg *)&number; /* must not be left as it is */
    return troupe_call(pid, tag, &number, sizeof number, answer, limit);
}

static troupe_ref start_number(troupe_pid pid, int tag, int number)
{
    troupe_ref ref;
    assert_int_equal(troupe_call_start(pid, tag, &number, sizeof number, &ref), 0);
    return ref;
}

static int call_once(void *arg)
{
    (void)arg;
    troupe_msg *answer;
    troupe_pid server = spawn_server();
    assert_int_equal(call_number(server, ADD, 41, &answer, TROUPE_FOREVER), 0);
    assert_int_equal(troupe_msg_tag(answer), 42);
    assert_true(troupe_pid_equal(troupe_msg_from(answer), server));
    assert_int_equal(take_number(answer), 42);
    assert_int_equal(replies[0], 0);
    assert_mailbox_empty(); /* an answer does not pass through the mailbox */
    return troupe_kill(server);
}

static void a_call_is_answered(void **state)
{
    (void)state;
    run(call_once);
}

static int call_too_shortly(void *arg)
{
    (void)arg;
    troupe_msg *answer;
    troupe_pid server = spawn_server();
    assert_int_equal(call_number(server, KEEP, 1, &answer, TROUPE_US(10)), -ETIMEDOUT);
    assert_null(answer);
    assert_int_equal(troupe_reply(kept, 5, NULL, 0), -ESRCH); /* nobody waits for it any more */
    assert_mailbox_empty();
    troupe_msg_free(&kept);
    assert_int_equal(call_number(server, ADD, 1, &answer, 0), -ETIMEDOUT); /* sent all the same */
    assert_int_equal(troupe_yield(), 0);
    assert_int_equal(replies[0], -ESRCH);
    assert_mailbox_empty();
    assert_int_equal(call_number(server, ADD, 10, &answer, TROUPE_FOREVER), 0); /* not that of 1 */
    assert_int_equal(take_number(answer), 11);
    return troupe_kill(server);
}

static void a_late_answer_vanishes(void **state)
{
    (void)state;
    run(call_too_shortly);
}

static int call_the_dying(void *arg)
{
    (void)arg;
    troupe_msg *answer;
    troupe_pid server = spawn_server();
    assert_int_equal(call_number(server, DIE, 1, &answer, TROUPE_FOREVER), -EIO);
    assert_null(answer);
    assert_int_equal(call_number(server, ADD, 1, &answer, TROUPE_FOREVER), -ESRCH);
    assert_int_equal(call_number(spawn_server(), LEAVE, 1, &answer, TROUPE_FOREVER), -EPIPE);
    server = spawn_server();
    troupe_ref ref = start_number(server, IGNORE, 1), other = start_number(server, IGNORE, 1);
    assert_int_equal(troupe_yield(), 0);
    assert_int_equal(troupe_kill(server), 0);
    assert_int_equal(troupe_call_wait(ref, &answer, TROUPE_FOREVER), TROUPE_KILLED);
    assert_null(answer);
    assert_int_equal(troupe_call_wait(other, &answer, 0), TROUPE_KILLED); /* known already */
    return 0;
}

static void a_death_is_an_answer(void **state)
{
    (void)state;
    told_begin();
    run(call_the_dying);
    assert_string_equal(told_end(), ""); /* the caller has learnt of every failure */
}

static int call_oddly(void *arg)
{
    (void)arg;
    troupe_msg *answer;
    troupe_ref ref = {0};
    troupe_pid server = spawn_server();
    assert_int_equal(troupe_call(server, -1, NULL, 0, &answer, 0), -EINVAL);
    assert_int_equal(troupe_call_start(server, -1, NULL, 0, &ref), -EINVAL);
    assert_int_equal(troupe_call_start(TROUPE_PID_NONE, 1, NULL, 0, &ref), -ESRCH);
    assert_int_equal(troupe_call_wait(ref, &answer, 0), -ESRCH);
    assert_null(answer);
    assert_int_equal(troupe_mailbox_limit(server, 1, TROUPE_REFUSE), 0);
    assert_int_equal(send_number(server, IGNORE, 1), 0);
    assert_int_equal(troupe_call(server, ADD, NULL, 0, &answer, TROUPE_FOREVER), -EAGAIN);
    assert_int_equal(troupe_call_start(server, ADD, NULL, 0, &ref), -EAGAIN);
    assert_int_equal(send_number(troupe_self(), 1, 1), 0);
    assert_int_equal(troupe_recv(&answer, 0), 0);
    assert_int_equal(troupe_reply(answer, 1, NULL, 0), -ESRCH); /* not a request */
    troupe_msg_free(&answer);
    return troupe_kill(server);
}

static void what_is_no_call_is_told(void **state)
{
    (void)state;
    run(call_oddly);
}

/* A DOWN carries a reference, too; answering it must not reach a call that has the same value. */
static int reply_to_a_down(void *arg)
{
    (void)arg;
    troupe_pid pid, server = spawn_server();
    troupe_ref monitor;
    troupe_msg *down, *answer;
    assert_int_equal(troupe_spawn_monitor(&(troupe_spec){.fn = succeed}, &pid, &monitor), 0);
    troupe_ref call = start_number(server, KEEP, 1);
    assert_int_equal(troupe_recv(&down, TROUPE_FOREVER), 0);
    assert_int_equal(troupe_reply(down, 1, NULL, 0), -ESRCH);
    troupe_msg_free(&down);
    assert_int_equal(troupe_call_wait(call, &answer, 0), -ETIMEDOUT);
    troupe_msg_free(&kept);
    return troupe_kill(server);
}

static void a_down_is_no_request(void **state)
{
    (void)state;
    run(reply_to_a_down);
}

static int send_a_request_on(void *arg)
{
    (void)arg;
    troupe_msg *request;
    assert_int_equal(troupe_recv(&request, TROUPE_FOREVER), 0);
    assert_int_equal(troupe_send_after(0, troupe_self(), &request, NULL), 0);
    assert_int_equal(troupe_recv(&request, TROUPE_FOREVER), 0);
    assert_int_equal(troupe_reply(request, 1, NULL, 0), -ESRCH); /* it is this actor's own now */
    troupe_msg_free(&request);
    return 0;
}

static int call_one_that_sends_it_on(void *arg)
{
    (void)arg;
    troupe_msg *answer;
    troupe_pid pid;
    assert_int_equal(troupe_spawn(send_a_request_on, NULL, &pid), 0);
    assert_int_equal(troupe_call(pid, 1, NULL, 0, &answer, TROUPE_FOREVER), -EPIPE);
    return 0;
}

static void a_request_that_is_sent_later_is_none(void **state)
{
    (void)state;
    run(call_one_that_sends_it_on);
}

static int call_back(void *arg)
{
    (void)arg;
    troupe_msg *m, *answer;
    assert_int_equal(troupe_recv(&m, TROUPE_FOREVER), 0);
    int rc = troupe_call(main_pid, 1, NULL, 0, &answer, TROUPE_FOREVER);
    assert_int_equal(troupe_reply(m, 1, &rc, sizeof rc), 0);
    troupe_msg_free(&m);
    return 0;
}

static int call_through(void *arg)
{
    troupe_msg *m, *answer;
    assert_int_equal(troupe_recv(&m, TROUPE_FOREVER), 0);
    int rc = troupe_call(*(troupe_pid *)arg, 1, NULL, 0, &answer, TROUPE_FOREVER);
    assert_int_equal(rc, 0);
    assert_int_equal(troupe_reply(m, 1, troupe_msg_data(answer, NULL), sizeof rc), 0);
    troupe_msg_free(&answer);
    troupe_msg_free(&m);
    return 0;
}

static int call_in_circles(void *arg)
{
    (void)arg;
    troupe_msg *answer;
    troupe_pid back, through;
    main_pid = troupe_self();
    assert_int_equal(troupe_call(main_pid, 1, NULL, 0, &answer, TROUPE_FOREVER), -EDEADLK);
    assert_null(answer);
    assert_mailbox_empty(); /* a call that is refused is not sent */
    assert_int_equal(troupe_spawn_spec(&(troupe_spec){.fn = call_back, .name = "back"}, &back), 0);
    assert_int_equal(troupe_call(back, 1, NULL, 0, &answer, TROUPE_FOREVER), 0);
    assert_int_equal(take_number(answer), -EDEADLK);
    assert_int_equal(troupe_spawn_spec(&(troupe_spec){.fn = call_back, .name = "back"}, &back), 0);
    assert_int_equal(
        troupe_spawn_spec(&(troupe_spec){.fn = call_through, .arg = &back, .name = "through"},
                          &through),
        0);
    assert_int_equal(troupe_call(through, 1, NULL, 0, &answer, TROUPE_FOREVER), 0);
    assert_int_equal(take_number(answer), -EDEADLK);
    return 0;
}

static void a_cycle_of_calls_is_refused_and_told(void **state)
{
    (void)state;
    told_begin();
    run(call_in_circles);
    const char *told = told_end();
    assert_int_equal(times_in(told, "troupe_call() at "), 3);
    assert_int_equal(times_in(told, "would never end: it closes a cycle of waits"), 3);
    const char *third = NULL;
    for (const char *at = told; (at = strstr(at, "troupe: troupe_call()")) != NULL; at++)
        third = at;
    assert_int_equal(times_in(third, "\n"), 4); /* the sentence, and the three in the cycle */
    assert_int_equal(times_in(third, "troupe:   main <"), 1);
    assert_int_equal(times_in(third, "troupe:   back <"), 1);
    assert_int_equal(times_in(third, "troupe:   through <"), 1);
}

static int fan_out(void *arg)
{
    (void)arg;
    troupe_pid servers[4];
    troupe_ref refs[4];
    troupe_msg *answer;
    for (int i = 0; i < 4; i++) {
        servers[i] = spawn_server();
        refs[i] = start_number(servers[i], ADD, i * 10);
    }
    static const int order[] = {2, 0, 3, 1}; /* some wait, for some the answer is there */
    for (int i = 0; i < 4; i++) {
        assert_int_equal(troupe_call_wait(refs[order[i]], &answer, TROUPE_FOREVER), 0);
        assert_int_equal(take_number(answer), order[i] * 10 + 1);
        assert_int_equal(troupe_call_wait(refs[order[i]], &answer, 0), -ESRCH); /* once */
    }
    troupe_ref late = start_number(servers[0], IGNORE, 1);
    assert_int_equal(troupe_call_wait(late, &answer, TROUPE_US(1)), -ETIMEDOUT);
    assert_int_equal(troupe_call_wait(late, &answer, TROUPE_US(1)), -ESRCH); /* given up */
    assert_mailbox_empty();
    for (int i = 0; i < 4; i++)
        assert_int_equal(troupe_kill(servers[i]), 0);
    return 0;
}

static void calls_can_be_started_and_waited_for_in_any_order(void **state)
{
    (void)state;
    run(fan_out);
}

static troupe_ref stolen;

static int steal(void *arg)
{
    (void)arg;
    troupe_msg *answer;
    return troupe_call_wait(stolen, &answer, 0);
}

static int own_calls(void *arg)
{
    (void)arg;
    troupe_msg *answer;
    troupe_pid server = spawn_server(), thief;
    stolen = start_number(server, ADD, 1);
    assert_int_equal(troupe_spawn(steal, NULL, &thief), 0);
    assert_int_equal(end_of(thief), -ESRCH);
    assert_int_equal(troupe_call_wait(stolen, &answer, TROUPE_FOREVER), 0);
    troupe_msg_free(&answer);
    return troupe_kill(server);
}

static void a_call_belongs_to_its_caller(void **state)
{
    (void)state;
    run(own_calls);
}

static int reply_status[2];

static int reply_twice(void *arg)
{
    (void)arg;
    troupe_msg *m;
    assert_int_equal(troupe_recv(&m, TROUPE_FOREVER), 0);
    for (int i = 0; i < 2; i++)
        reply_status[i] = troupe_reply(m, i, &i, sizeof i);
    troupe_msg_free(&m);
    return 0;
}

static int call_for_two(void *arg)
{
    (void)arg;
    troupe_msg *answer;
    troupe_pid pid;
    assert_int_equal(troupe_spawn(reply_twice, NULL, &pid), 0);
    assert_int_equal(call_number(pid, 1, 1, &answer, TROUPE_FOREVER), 0);
    assert_int_equal(take_number(answer), 0);
    assert_int_equal(reply_status[1], -ESRCH);
    assert_int_equal(troupe_spawn(reply_twice, NULL, &pid), 0);
    troupe_ref ref = start_number(pid, 1, 1); /* nobody waits yet when the answers come */
    assert_int_equal(troupe_join(pid, NULL, TROUPE_FOREVER), 0);
    assert_int_equal(reply_status[0], 0);
    assert_int_equal(reply_status[1], -ESRCH);
    assert_int_equal(troupe_call_wait(ref, &answer, 0), 0); /* and the one who gave it has ended */
    assert_int_equal(take_number(answer), 0);
    assert_mailbox_empty();
    return 0;
}

static void only_the_first_answer_counts(void **state)
{
    (void)state;
    run(call_for_two);
}

static int start_and_end(void *arg)
{
    int number = 1;
    troupe_ref ref;
    return troupe_call_start(*(troupe_pid *)arg, KEEP, &number, sizeof number, &ref);
}

static int call_and_wait(void *arg)
{
    troupe_msg *answer;
    int rc = call_number(*(troupe_pid *)arg, KEEP, 1, &answer, TROUPE_FOREVER);
    troupe_msg_free(&answer);
    return rc;
}

static int in_defer;

/* Receives where it can: what was meant for the call that a kill ended must not turn up here. */
static void recv_in_defer(void *arg)
{
    (void)arg;
    troupe_scope s;
    troupe_msg *m;
    troupe_scope_open(&s, TROUPE_FOREVER);
    troupe_scope_shield(&s, TROUPE_FOREVER);
    in_defer = troupe_recv(&m, TROUPE_US(1));
    assert_null(m);
    assert_int_equal(troupe_scope_join(&s), 0);
}

static int call_with_defer(void *arg)
{
    assert_int_equal(troupe_defer(recv_in_defer, NULL), 0);
    return call_and_wait(arg);
}

static int end_callers(void *arg)
{
    (void)arg;
    troupe_pid server = spawn_server(), caller;
    assert_int_equal(troupe_spawn(start_and_end, &server, &caller), 0);
    assert_int_equal(troupe_join(caller, NULL, TROUPE_FOREVER), 0);
    assert_int_equal(troupe_yield(), 0);
    assert_int_equal(troupe_reply(kept, 1, NULL, 0), -ESRCH);
    troupe_msg_free(&kept);

    assert_int_equal(troupe_spawn(call_and_wait, &server, &caller), 0);
    assert_int_equal(troupe_sleep(TROUPE_US(1)), 0);
    assert_int_equal(troupe_kill(caller), 0); /* while it waits */
    assert_int_equal(troupe_reply(kept, 1, NULL, 0), -ESRCH);
    troupe_msg_free(&kept);
    assert_int_equal(end_of(caller), TROUPE_KILLED);

    assert_int_equal(troupe_spawn(call_with_defer, &server, &caller), 0);
    assert_int_equal(troupe_sleep(TROUPE_US(1)), 0);
    assert_int_equal(troupe_reply(kept, 1, NULL, 0), 0);
    assert_int_equal(troupe_kill(caller), 0); /* after the answer came and before it ran */
    troupe_msg_free(&kept);
    assert_int_equal(end_of(caller), TROUPE_KILLED);
    assert_int_equal(in_defer, -ETIMEDOUT);

    assert_int_equal(troupe_spawn(call_and_wait, &server, &caller), 0);
    assert_int_equal(troupe_sleep(TROUPE_US(1)), 0);
    assert_int_equal(troupe_reply(kept, 1, NULL, 0), 0);
    assert_int_equal(troupe_cancel(caller, "late"), 0); /* it has its answer, and keeps it */
    troupe_msg_free(&kept);
    assert_int_equal(end_of(caller), 0);

    assert_int_equal(troupe_spawn(call_and_wait, &server, &caller), 0);
    assert_int_equal(troupe_sleep(TROUPE_US(1)), 0);
    assert_int_equal(troupe_cancel(caller, "early"), 0);
    assert_int_equal(troupe_reply(kept, 1, NULL, 0), -ESRCH);
    troupe_msg_free(&kept);
    assert_int_equal(end_of(caller), -ECANCELED);
    return troupe_kill(server);
}

static void callers_may_end_at_any_time(void **state)
{
    (void)state;
    run(end_callers);
}

HARNESS_MAIN(cmocka_unit_test(a_call_is_answered), cmocka_unit_test(a_late_answer_vanishes),
             cmocka_unit_test(a_death_is_an_answer), cmocka_unit_test(what_is_no_call_is_told),
             cmocka_unit_test(a_down_is_no_request),
             cmocka_unit_test(a_request_that_is_sent_later_is_none),
             cmocka_unit_test(a_cycle_of_calls_is_refused_and_told),
             cmocka_unit_test(calls_can_be_started_and_waited_for_in_any_order),
             cmocka_unit_test(a_call_belongs_to_its_caller),
             cmocka_unit_test(only_the_first_answer_counts),
             cmocka_unit_test(callers_may_end_at_any_time))
