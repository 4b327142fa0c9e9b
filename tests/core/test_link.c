/*
 * Learning of the end of others, sharing their fate, and what is told when nobody learns of it.
 */

#include "harness.h"

#include <errno.h>
#include <stdio.h>

#include <troupe.h>

#include "running.h"

static troupe_pid partner;
static int ended;

static int sleep_and_count(void *arg)
{
    (void)arg;
    int rc = troupe_sleep(TROUPE_S(1000));
    ended++;
    return rc;
}

/* Receives a DOWN or an EXIT, which must be there if `limit` is 0. */
static troupe_down recv_end(int tag, troupe_ns limit)
{
    troupe_msg *m;
    size_t bytes;
    assert_int_equal(troupe_recv(&m, limit), 0);
    assert_int_equal(troupe_msg_tag(m), tag);
    assert_true(troupe_pid_equal(troupe_msg_from(m), TROUPE_PID_NONE));
    troupe_down down = *(const troupe_down *)troupe_msg_data(m, &bytes);
    assert_int_equal(bytes, sizeof down);
    troupe_msg_free(&m);
    return down;
}

static int send_and_fail(void *arg)
{
    for (int i = 0; i < 5; i++)
        assert_int_equal(send_number(*(const troupe_pid *)arg, 1, i), 0);
    return -EIO;
}

static int watch_ends(void *arg)
{
    (void)arg;
    troupe_pid self = troupe_self(), pid;
    troupe_ref ref, again;
    assert_int_equal(troupe_spawn(send_and_fail, &self, &pid), 0);
    assert_int_equal(troupe_monitor(pid, &ref), 0);
    assert_int_equal(troupe_monitor(pid, &again), 0);
    assert_int_equal(troupe_yield(), 0);
    for (int i = 0; i < 5; i++)
        assert_int_equal(recv_number(), i); /* the end comes behind what was sent before */
    troupe_down down = recv_end(TROUPE_TAG_DOWN, 0);
    assert_true(troupe_pid_equal(down.pid, pid));
    assert_int_equal(down.status, -EIO);
    assert_true(down.ref.value == ref.value);
    down = recv_end(TROUPE_TAG_DOWN, 0); /* two monitors, two messages */
    assert_true(down.ref.value == again.value);
    assert_true(ref.value != again.value);
    assert_mailbox_empty();
    assert_int_equal(end_of(pid), -EIO);            /* to watch does not take the status away */
    assert_int_equal(troupe_monitor(pid, &ref), 0); /* gone */
    assert_int_equal(troupe_monitor(pid, &again), 0);
    down = recv_end(TROUPE_TAG_DOWN, 0);
    assert_true(troupe_pid_equal(down.pid, pid));
    assert_int_equal(down.status, -ESRCH);
    assert_true(down.ref.value == ref.value);
    assert_int_equal(troupe_demonitor(ref), -ESRCH); /* does not take that of the other one */
    assert_int_equal(troupe_demonitor(again), 0);
    assert_mailbox_empty();
    assert_int_equal(troupe_spawn(return_arg, (void *)5, &pid), 0);
    assert_int_equal(troupe_monitor(pid, &ref), 0);
    assert_int_equal(recv_end(TROUPE_TAG_DOWN, TROUPE_FOREVER).status, 5); /* a good end, too */
    return 0;
}

static void a_monitor_tells_of_the_end(void **state)
{
    (void)state;
    told_begin();
    run(watch_ends);
    assert_string_equal(told_end(), "");
}

static int stop_watching(void *arg)
{
    (void)arg;
    troupe_pid pid;
    troupe_ref ref, other;
    assert_int_equal(troupe_spawn(return_arg, NULL, &pid), 0);
    assert_int_equal(troupe_monitor(pid, &ref), 0);
    assert_int_equal(troupe_demonitor(ref), 0); /* before the end */
    assert_int_equal(troupe_demonitor(ref), -ESRCH);
    assert_int_equal(troupe_monitor(pid, &ref), 0);
    assert_int_equal(troupe_monitor(pid, &other), 0);
    assert_int_equal(send_number(troupe_self(), 1, 7), 0);
    assert_int_equal(end_of(pid), 0);
    assert_int_equal(troupe_demonitor(ref), 0); /* after it: out of the mailbox */
    assert_int_equal(recv_number(), 7);
    assert_true(recv_end(TROUPE_TAG_DOWN, 0).ref.value == other.value);
    assert_int_equal(troupe_demonitor(other), -ESRCH); /* received already */
    assert_mailbox_empty();
    assert_int_equal(troupe_demonitor((troupe_ref){0}), -ESRCH);
    return 0;
}

static troupe_ref foreign;

static int demonitor_foreign(void *arg)
{
    (void)arg;
    return troupe_demonitor(foreign);
}

static int keep_watching(void *arg)
{
    (void)arg;
    troupe_pid pid, stranger;
    assert_int_equal(troupe_spawn(sleep_and_count, NULL, &pid), 0);
    assert_int_equal(troupe_monitor(pid, &foreign), 0);
    assert_int_equal(troupe_spawn(demonitor_foreign, NULL, &stranger), 0);
    assert_int_equal(end_of(stranger), -ESRCH); /* not its own */
    assert_int_equal(troupe_kill(pid), 0);
    assert_int_equal(recv_end(TROUPE_TAG_DOWN, TROUPE_FOREVER).status, TROUPE_KILLED);
    return 0;
}

static void a_demonitor_takes_back_what_has_arrived(void **state)
{
    (void)state;
    run(stop_watching);
    run(keep_watching);
}

static int watch_and_end(void *arg)
{
    troupe_ref ref;
    return troupe_monitor(*(const troupe_pid *)arg, &ref);
}

static int outlive_watchers(void *arg)
{
    (void)arg;
    troupe_pid pid, watcher;
    assert_int_equal(troupe_spawn(sleep_and_count, NULL, &pid), 0);
    assert_int_equal(troupe_spawn(watch_and_end, &pid, &watcher), 0);
    assert_int_equal(end_of(watcher), 0);
    assert_int_equal(troupe_cancel(pid, NULL), 0); /* there is nobody to tell any more */
    assert_int_equal(end_of(pid), -ECANCELED);
    return 0;
}

static void watchers_may_end_first(void **state)
{
    (void)state;
    run(outlive_watchers);
}

static int link_and_sleep(void *arg)
{
    int rc = troupe_link(*(const troupe_pid *)arg);
    assert_int_equal(rc, 0);
    assert_int_equal(troupe_link(*(const troupe_pid *)arg), 0); /* twice is once */
    return sleep_and_count(NULL);
}

static int share_fates(void *arg)
{
    (void)arg;
    troupe_pid a, b, c;
    assert_int_equal(troupe_spawn(sleep_and_count, NULL, &a), 0);
    assert_int_equal(troupe_spawn(link_and_sleep, &a, &b), 0);
    assert_int_equal(troupe_spawn(link_and_sleep, &b, &c), 0);
    assert_int_equal(troupe_yield(), 0);
    assert_int_equal(troupe_kill(b), 0); /* in the middle: it goes both ways, and at once */
    assert_int_equal(end_of(a), TROUPE_KILLED);
    assert_int_equal(end_of(b), TROUPE_KILLED);
    assert_int_equal(end_of(c), TROUPE_KILLED);
    assert_int_equal(ended, 0); /* nobody ran on */

    assert_int_equal(troupe_spawn(return_arg, (void *)3, &a), 0);
    assert_int_equal(troupe_spawn(sleep_and_count, NULL, &b), 0);
    assert_int_equal(troupe_link(a), 0);
    assert_int_equal(troupe_link(b), 0);
    assert_int_equal(end_of(a), 3); /* a good end is not shared */
    assert_int_equal(troupe_unlink(a), -ESRCH);
    assert_int_equal(troupe_unlink(b), 0);
    assert_int_equal(troupe_unlink(b), -ESRCH);
    assert_int_equal(troupe_kill(b), 0);
    assert_int_equal(end_of(b), TROUPE_KILLED); /* and here we are */
    assert_int_equal(troupe_link(b), -ESRCH);
    assert_int_equal(troupe_link(TROUPE_PID_NONE), -ESRCH);
    assert_int_equal(troupe_link(troupe_self()), -EINVAL);
    return 0;
}

static void links_share_a_failure(void **state)
{
    (void)state;
    told_begin();
    run(share_fates);
    assert_string_equal(told_end(), "");
}

static int trap(void *arg)
{
    (void)arg;
    troupe_pid pid;
    assert_int_equal(troupe_trap_exit(true), 0);
    assert_int_equal(troupe_spawn_link(&(troupe_spec){.fn = return_arg, .arg = (void *)-EIO}, &pid),
                     0);
    troupe_down down = recv_end(TROUPE_TAG_EXIT, TROUPE_FOREVER);
    assert_true(troupe_pid_equal(down.pid, pid));
    assert_int_equal(down.status, -EIO);
    assert_true(down.ref.value == 0);
    assert_int_equal(troupe_spawn_link(&(troupe_spec){.fn = return_arg, .arg = (void *)4}, NULL),
                     0);
    assert_int_equal(recv_end(TROUPE_TAG_EXIT, TROUPE_FOREVER).status, 4); /* a good end, too */
    assert_int_equal(troupe_trap_exit(false), 0);
    assert_int_equal(troupe_spawn_link(&(troupe_spec){.fn = return_arg, .arg = (void *)4}, NULL),
                     0);
    assert_int_equal(troupe_yield(), 0);
    assert_mailbox_empty();
    assert_int_equal(
        troupe_spawn_link(&(troupe_spec){.fn = return_arg, .arg = (void *)-ENOENT}, NULL), 0);
    assert_int_equal(troupe_sleep(TROUPE_S(1000)), 0);
    fail();
    return 0;
}

static void a_trapped_exit_is_a_message(void **state)
{
    (void)state;
    told_begin();
    assert_int_equal(troupe_run(trap, NULL), -ENOENT);
    assert_string_equal(told_end(), "");
}

static int spawn_watched(void *arg)
{
    (void)arg;
    troupe_pid pid;
    troupe_ref ref;
    troupe_spec spec = {.fn = return_arg, .arg = (void *)-EIO};
    assert_int_equal(troupe_spawn_monitor(&spec, &pid, &ref), 0);
    assert_int_equal(troupe_kill(pid), 0); /* before its first turn */
    troupe_down down = recv_end(TROUPE_TAG_DOWN, TROUPE_FOREVER);
    assert_true(troupe_pid_equal(down.pid, pid));
    assert_true(down.ref.value == ref.value);
    assert_int_equal(down.status, TROUPE_KILLED);
    assert_int_equal(troupe_spawn_monitor(&spec, NULL, &ref), 0);
    assert_int_equal(recv_end(TROUPE_TAG_DOWN, TROUPE_FOREVER).status, -EIO);
    assert_int_equal(troupe_spawn_monitor(&(troupe_spec){.fn = NULL}, &pid, &ref), -EINVAL);
    assert_int_equal(troupe_spawn_link(&(troupe_spec){.fn = NULL}, &pid), -EINVAL);
    return 0;
}

static void an_end_between_spawn_and_watch_is_not_missed(void **state)
{
    (void)state;
    run(spawn_watched);
}

static int line_of_spawn;

static int spawn_failing(void *arg)
{
    (void)arg;
    line_of_spawn = __LINE__ + 1;
    troupe_spawn_spec(&(troupe_spec){.fn = return_arg, .arg = (void *)-EIO, .name = "lone"}, NULL);
    return 0;
}

static int spawn_and_forget(void *arg)
{
    (void)arg;
    line_of_spawn = __LINE__ + 1;
    int rc = troupe_spawn(return_arg, (void *)-EIO, &partner); /* could be joined, but is not */
    return rc < 0 ? rc : troupe_yield();
}

static void a_failure_that_nobody_sees_is_reported_once(void **state)
{
    (void)state;
    char expected[300];
    told_begin();
    run(spawn_failing);
    snprintf(expected, sizeof expected,
             "troupe: lone <0.1.1>, spawned at %s:%d, failed and nobody was watching: %s (%d)\n",
             __FILE__, line_of_spawn, troupe_strerror(-EIO), -EIO);
    assert_string_equal(told_end(), expected);
    told_begin();
    run(spawn_and_forget);
    snprintf(expected, sizeof expected,
             " <0.1.1>, spawned at %s:%d, failed and nobody was watching: %s (%d)\n", __FILE__,
             line_of_spawn, troupe_strerror(-EIO), -EIO);
    const char *told = told_end(); /* which begins with what can be found of a name */
    assert_int_equal(times_in(told, expected), 1);
    assert_int_equal(times_in(told, "\n"), 1);
}

static int fail_linked(void *arg)
{
    troupe_pid pid;
    if (arg == NULL) {
        int rc = troupe_spawn_link(&(troupe_spec){.fn = sleep_and_count}, &pid);
        assert_int_equal(rc, 0);
        assert_int_equal(troupe_yield(), 0);
    }
    return -EIO;
}

static int spawn_linked_pair(void *arg)
{
    (void)arg;
    return troupe_spawn(fail_linked, NULL, NULL);
}

static int fail_with_children(void *arg)
{
    (void)arg;
    troupe_pid pid;
    assert_int_equal(troupe_spawn(return_arg, (void *)-EIO, &pid), 0);
    return end_of(pid) == -EIO ? -ENOENT : 0;
}

static void failures_that_somebody_sees_are_not_reported(void **state)
{
    (void)state;
    told_begin();
    assert_int_equal(troupe_run(fail_with_children, NULL), -ENOENT); /* main's is troupe_run()'s */
    assert_string_equal(told_end(), "");
    told_begin();
    run(spawn_linked_pair); /* the one that died of the other's failure is the last to know */
    assert_int_equal(times_in(told_end(), "failed and nobody was watching"), 1);
}

static int outlive(void *arg)
{
    (void)arg;
    troupe_pid pids[4];
    int status;
    for (intptr_t i = 0; i < 4; i++)
        assert_int_equal(troupe_spawn(i < 3 ? return_arg : sleep_and_count, (void *)i, &pids[i]),
                         0);
    assert_int_equal(troupe_yield(), 0);
    assert_int_equal(troupe_kill(pids[3]), 0);
    assert_int_equal(troupe_yield(), 0);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(troupe_join(pids[i], &status, 0), 0);
        assert_int_equal(status, i < 3 ? i : TROUPE_KILLED);
        assert_int_equal(troupe_join(pids[i], &status, 0), -ESRCH); /* joining gives it up */
    }
    return 0;
}

static void a_status_is_kept_however_the_actor_ended(void **state)
{
    (void)state;
    run(outlive);
}

HARNESS_MAIN(cmocka_unit_test(a_monitor_tells_of_the_end),
             cmocka_unit_test(a_demonitor_takes_back_what_has_arrived),
             cmocka_unit_test(watchers_may_end_first), cmocka_unit_test(links_share_a_failure),
             cmocka_unit_test(a_trapped_exit_is_a_message),
             cmocka_unit_test(an_end_between_spawn_and_watch_is_not_missed),
             cmocka_unit_test(a_failure_that_nobody_sees_is_reported_once),
             cmocka_unit_test(failures_that_somebody_sees_are_not_reported),
             cmocka_unit_test(a_status_is_kept_however_the_actor_ended))
