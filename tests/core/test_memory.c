/*
 * Every allocation of the runtime fails once, and from then on for good, in the middle of programs
 * that use all that actors can do: no crash, no leak, and somebody is told.
 */

#include "harness.h"

#include <errno.h>

#include <troupe.h>

#include "alloc.h"
#include "running.h"

#define TRY(call)            \
    do {                     \
        int try_rc = (call); \
        if (try_rc < 0)      \
            return try_rc;   \
    } while (0)

/* Those that are not in a scope, and must be ended when the program gives up. */
static troupe_pid born[16];
static int born_count;

static int spawn_born(troupe_fn fn, void *arg, troupe_pid *pid)
{
    TRY(troupe_spawn(fn, arg, pid));
    born[born_count++] = *pid;
    return 0;
}

static int join_born(void)
{
    while (born_count > 0) {
        int status;
        TRY(troupe_join(born[--born_count], &status, TROUPE_FOREVER));
        TRY(status);
    }
    return 0;
}

static char bytes[1000];

static int serve(void *arg)
{
    for (int left = (int)(intptr_t)arg; left > 0; left--) {
        troupe_msg *m;
        TRY(troupe_recv(&m, TROUPE_FOREVER));
        int rc = troupe_reply(m, 1, troupe_msg_data(m, NULL), sizeof bytes);
        troupe_msg_free(&m);
        if (rc < 0 && rc != -ESRCH)
            return rc;
    }
    return 0;
}

static int take(int count)
{
    for (int i = 0; i < count; i++) {
        troupe_msg *m;
        TRY(troupe_recv(&m, TROUPE_MS(1)));
        troupe_msg_free(&m);
    }
    return 0;
}

static int send_msg_to_self(troupe_msg *m)
{
    int rc = troupe_send_msg(troupe_self(), &m);
    troupe_msg_free(&m);
    return rc;
}

static int send_later_to_self(troupe_timer *timer)
{
    troupe_msg *m;
    TRY(troupe_msg_new(4, 300, &m));
    int rc = troupe_send_after(TROUPE_US(1), troupe_self(), &m, timer);
    troupe_msg_free(&m);
    return rc;
}

static int send_with_back_pressure(void *arg)
{
    for (int i = 0; i < 3; i++)
        TRY(troupe_send_wait(*(const troupe_pid *)arg, 5, bytes, 100, TROUPE_S(1)));
    return 0;
}

static int use_messages(void *arg)
{
    (void)arg;
    troupe_pid self = troupe_self(), pid;
    troupe_msg *m;
    troupe_timer timer;
    static const size_t sizes[] = {0, 16, 200, sizeof bytes};
    for (int i = 0; i < 4; i++)
        TRY(troupe_send(self, 1, bytes, sizes[i]));
    TRY(troupe_msg_new(2, sizeof bytes, &m));
    TRY(send_msg_to_self(m));
    TRY(troupe_msg_wrap(3, bytes, sizeof bytes, NULL, &m));
    TRY(send_msg_to_self(m));
    TRY(take(6));
    TRY(send_later_to_self(NULL));
    TRY(send_later_to_self(&timer));
    TRY(troupe_timer_cancel(timer));
    TRY(take(1));
    TRY(troupe_mailbox_limit(self, 1, TROUPE_REFUSE));
    static troupe_pid to;
    to = self;
    TRY(spawn_born(send_with_back_pressure, &to, &pid));
    TRY(take(3));
    return join_born();
}

static int use_calls(void *arg)
{
    (void)arg;
    troupe_pid pid;
    troupe_msg *answer;
    troupe_ref refs[3];
    TRY(spawn_born(serve, (void *)5, &pid));
    TRY(troupe_call(pid, 1, bytes, sizeof bytes, &answer, TROUPE_S(1)));
    troupe_msg_free(&answer);
    TRY(troupe_call(pid, 1, bytes, sizeof bytes, &answer, TROUPE_FOREVER));
    troupe_msg_free(&answer);
    for (int i = 0; i < 3; i++)
        TRY(troupe_call_start(pid, 1, bytes, sizeof bytes, &refs[i]));
    for (int i = 2; i > 0; i--) {
        TRY(troupe_call_wait(refs[i], &answer, TROUPE_S(1)));
        troupe_msg_free(&answer);
    }
    return join_born(); /* the last one is never waited for */
}

static int failure_in_the_end; /* of a defer, which has nobody else to tell */

static void in_the_end(void *arg)
{
    (void)arg;
    troupe_scope s;
    troupe_scope_open(&s, TROUPE_FOREVER);
    int rc = troupe_scope_shield(&s, TROUPE_S(1));
    if (rc == 0)
        troupe_scope_spawn(&s, succeed, NULL, NULL);
    int joined = troupe_scope_join(&s);
    if (rc < 0 || joined < 0)
        failure_in_the_end = rc < 0 ? rc : joined;
}

static int sleep_briefly(void *arg)
{
    (void)arg;
    TRY(troupe_defer(in_the_end, NULL));
    return troupe_sleep(TROUPE_US(1));
}

static void note_end(size_t index, int status, void *context)
{
    (void)index;
    (void)status;
    (void)context;
}

/* To be cancelled is what comes of a failure. */
static int more_telling(int rc, int joined)
{
    return joined < 0 && (rc == 0 || rc == -ECANCELED) ? joined : rc;
}

static int use_scope(troupe_scope *s, int depth)
{
    troupe_scope inner;
    int status = 0;
    troupe_spec spec = {.fn = sleep_briefly, .name = "named"};
    TRY(troupe_scope_spawn(s, sleep_briefly, NULL, NULL));
    TRY(troupe_scope_spawn_spec(s, &spec, NULL));
    TRY(troupe_gather((troupe_fn[]){sleep_briefly, succeed}, 2, NULL));
    TRY(troupe_race((troupe_fn[]){sleep_long, sleep_briefly}, 2, &status));
    TRY(status);
    TRY(troupe_as_completed((troupe_fn[]){sleep_briefly, succeed}, 2, note_end, NULL));
    TRY(troupe_limit(TROUPE_S(1), sleep_briefly, NULL));
    if (depth == 0)
        return troupe_checkpoint();
    int rc = troupe_scope_open(&inner, TROUPE_S(1));
    if (rc == 0)
        rc = use_scope(&inner, depth - 1);
    int joined = troupe_scope_join(&inner);
    return more_telling(rc, joined);
}

static int use_scopes(void *arg)
{
    (void)arg;
    troupe_scope s;
    TRY(troupe_scope_open(&s, TROUPE_S(1)));
    int rc = use_scope(&s, 2);
    int joined = troupe_scope_join(&s);
    return more_telling(rc, joined);
}

static int handle(troupe_msg *m, void *state)
{
    (void)state;
    int rc = troupe_reply(m, 1, NULL, 0);
    troupe_msg_free(&m);
    return rc < 0 ? rc : TROUPE_STOP;
}

static int recv_end(void)
{
    troupe_msg *m;
    TRY(troupe_recv(&m, TROUPE_FOREVER));
    int status = ((const troupe_down *)troupe_msg_data(m, NULL))->status;
    troupe_msg_free(&m);
    return status;
}

static int use_links(void *arg)
{
    (void)arg;
    troupe_pid pid;
    troupe_ref ref;
    troupe_msg *answer;
    troupe_spec spec = {.fn = sleep_briefly, .name = "watched"};
    TRY(troupe_trap_exit(true));
    TRY(troupe_spawn_link(&spec, &pid));
    TRY(recv_end());
    TRY(troupe_spawn_monitor(&spec, &pid, &ref));
    TRY(recv_end());
    TRY(spawn_born(sleep_briefly, NULL, &pid));
    TRY(troupe_monitor(pid, &ref));
    TRY(troupe_demonitor(ref));
    TRY(troupe_link(pid));
    TRY(recv_end());
    TRY(join_born());
    TRY(troupe_spawn_handler(handle, NULL, NULL, "handler", &pid));
    born[born_count++] = pid;
    TRY(troupe_register("handler", pid));
    TRY(troupe_register("main", troupe_self()));
    TRY(troupe_call(troupe_whereis("handler"), 1, NULL, 0, &answer, TROUPE_FOREVER));
    troupe_msg_free(&answer);
    TRY(troupe_unregister("main"));
    return join_born();
}

/* Linked, and no exits are trapped: the end of a child that gets no stack is its own. */
static int use_links_for_life(void *arg)
{
    (void)arg;
    troupe_pid pid;
    for (int i = 0; i < 20; i++)
        TRY(troupe_spawn_link(&(troupe_spec){.fn = succeed}, &pid));
    TRY(troupe_sleep(TROUPE_US(1)));
    return troupe_yield();
}

static int spawn_and_join_late(void *arg)
{
    (void)arg;
    troupe_pid pid;
    int status;
    TRY(troupe_spawn(succeed, NULL, &pid));
    TRY(troupe_yield());
    int rc = troupe_join(pid, &status, 0);
    assert_int_not_equal(rc, -ESRCH); /* if it cannot be kept, that is told at the spawn */
    return rc < 0 ? rc : status;
}

static int use_kept_statuses(void *arg)
{
    (void)arg;
    troupe_pid pid;
    TRY(spawn_born(spawn_and_join_late, NULL, &pid));
    return join_born();
}

static const troupe_fn programs[] = {use_messages, use_calls,          use_scopes,
                                     use_links,    use_links_for_life, use_kept_statuses};

/* Runs a program, and ends those who are left when it has failed. */
static int try_program(void *arg)
{
    born_count = 0;
    failure_in_the_end = 0;
    int rc = (*(const troupe_fn *)arg)(NULL);
    while (born_count > 0)
        troupe_kill(born[--born_count]);
    return rc < 0 ? rc : failure_in_the_end;
}

/* Lets the Nth allocation of the program fail, for N = 0, 1, 2, ... until it passes. */
static void run_out(const troupe_fn *program, bool for_good)
{
    long n;
    for (n = 0;; n++) {
        alloc_fail_after(n, for_good);
        int rc = troupe_run(try_program, (void *)program);
        bool has_failed = alloc_has_failed();
        alloc_fail_after(-1, 0);
        if (!has_failed) {
            assert_int_equal(rc, 0);
            break;
        }
        if (rc >= 0)
            fail_msg("program %d: nobody was told that allocation %ld failed",
                     (int)(program - programs), n);
    }
    assert_true(n >= 10); /* there was something to fail */
}

static void each_allocation_fails_once(void **state)
{
    (void)state;
    told_begin();
    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++)
        run_out(&programs[i], false);
    told_end();
}

static void there_is_no_memory_any_more(void **state)
{
    (void)state;
    told_begin();
    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++)
        run_out(&programs[i], true);
    told_end();
}

static int cancel_one(void *arg)
{
    (void)arg;
    troupe_pid pid;
    int status = 0;
    TRY(spawn_born(sleep_long, NULL, &pid));
    TRY(troupe_yield());
    alloc_fail_after(0, true); /* what stops others works without memory */
    int rc = troupe_cancel(pid, "no memory for this reason");
    alloc_fail_after(-1, 0);
    assert_int_equal(rc, 0);
    TRY(troupe_join(pid, &status, TROUPE_FOREVER));
    assert_int_equal(status, -ECANCELED);
    TRY(spawn_born(sleep_long, NULL, &pid));
    TRY(troupe_yield());
    alloc_fail_after(0, true);
    rc = troupe_kill(pid);
    alloc_fail_after(-1, 0);
    assert_int_equal(rc, 0);
    TRY(troupe_join(pid, &status, TROUPE_FOREVER));
    assert_int_equal(status, TROUPE_KILLED);
    return 0;
}

static void to_stop_others_takes_no_memory(void **state)
{
    (void)state;
    run(cancel_one);
}

static bool has_run_on, has_cleaned_up;

static void clean_up(void *arg)
{
    (void)arg;
    has_cleaned_up = true;
}

/* The child needs a stack of a size that was never used before. */
static int link_to_one_without_stack(void *arg)
{
    (void)arg;
    troupe_spec spec = {.fn = succeed, .stack_bytes = 1 << 20};
    assert_int_equal(troupe_defer(clean_up, NULL), 0);
    assert_int_equal(troupe_spawn_link(&spec, NULL), 0);
    alloc_fail_after(0, true);
    int rc = troupe_sleep(TROUPE_FOREVER);
    has_run_on = true;
    return rc;
}

static void who_gets_no_stack_ends_like_others(void **state)
{
    (void)state;
    assert_int_equal(troupe_run(link_to_one_without_stack, NULL), -ENOMEM);
    alloc_fail_after(-1, 0);
    assert_false(has_run_on); /* the failure of the child is that of its parent, */
    assert_true(has_cleaned_up);
}

HARNESS_MAIN(cmocka_unit_test(each_allocation_fails_once),
             cmocka_unit_test(there_is_no_memory_any_more),
             cmocka_unit_test(to_stop_others_takes_no_memory),
             cmocka_unit_test(who_gets_no_stack_ends_like_others))
