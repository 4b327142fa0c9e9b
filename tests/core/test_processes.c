/*
 * Actors in processes of their own: what passes between them, and what is not shared.
 */

#include "harness.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <troupe.h>

#include "forked.h"
#include "sanitizers.h"
#include "three_loops.h"

static int talk(void *arg)
{
    (void)arg;
    static char sent[300000];
    troupe_msg *answer;
    troupe_pid pid = fork_actor(obey, 0);
    for (size_t i = 0; i < sizeof sent; i++)
        sent[i] = (char)(i * 31 / 7);
    for (size_t bytes = 0; bytes <= sizeof sent; bytes = bytes * 3 + 5) {
        size_t got;
        assert_int_equal(troupe_call(pid, ECHO, sent, bytes, &answer, TROUPE_FOREVER), 0);
        assert_memory_equal(troupe_msg_data(answer, &got), sent, bytes);
        assert_int_equal(got, bytes);
        assert_int_equal(troupe_msg_from(answer).value, pid.value);
        troupe_msg_free(&answer);
    }
    tell(pid, GO, 42);
    assert_int_equal(end_of(pid), 42);
    assert_int_equal(troupe_send(pid, GO, NULL, 0), -ESRCH);
    return 0;
}

static void messages_go_there_and_back(void **state)
{
    (void)state;
    run(talk);
    run_on_three(talk);
}

enum { MANY = 100000 };

/* The sum of what it gets, and whether that came in order. */
static int add_up(void *arg)
{
    (void)arg;
    intptr_t expected = 0;
    troupe_msg *msg;
    for (; expected < MANY; expected++) {
        int rc = troupe_recv(&msg, TROUPE_FOREVER);
        if (rc < 0 || value_of(msg) != expected)
            return -EPROTO;
        troupe_msg_free(&msg);
    }
    return 7;
}

static int send_many(void *arg)
{
    (void)arg;
    troupe_pid pid = fork_actor(add_up, 0);
    for (intptr_t i = 0; i < MANY; i++)
        assert_int_equal(troupe_send_wait(pid, TAKE, &i, sizeof i, TROUPE_FOREVER), 0);
    assert_int_equal(end_of(pid), 7);
    return 0;
}

static void messages_come_once_and_in_order(void **state)
{
    (void)state;
    run(send_many);
}

/* Does not look at its mail before it is told to; then tells how much it has. */
static int hoard(void *arg)
{
    (void)arg;
    troupe_msg *msg;
    int rc = troupe_mailbox_limit(troupe_self(), 10, TROUPE_REFUSE), count = 0;
    if (rc == 0)
        rc = troupe_send((troupe_pid){(uint64_t)(uintptr_t)arg}, GO, NULL, 0);
    if (rc == 0)
        rc = troupe_recv_tag(ASK, &msg, TROUPE_FOREVER);
    if (rc == 0)
        troupe_msg_free(&msg);
    while (rc == 0 && (rc = troupe_recv(&msg, TROUPE_FOREVER)) == 0) {
        int tag = troupe_msg_tag(msg);
        troupe_msg_free(&msg);
        if (tag == STOP)
            break;
        count++;
    }
    return rc < 0 ? rc : count;
}

static int overfill(void *arg)
{
    (void)arg;
    troupe_pid pid = fork_actor(hoard, (intptr_t)troupe_self().value);
    hear_go();
    int sent = 0, rc;
    while ((rc = troupe_send(pid, TAKE, NULL, 0)) == 0) {
        sent++;
        if (sent % 100 == 0)
            assert_int_equal(troupe_yield(), 0); /* the news get through */
    }
    assert_int_equal(rc, -EAGAIN);
    assert_int_equal(troupe_send_wait(pid, ASK, NULL, 0, TROUPE_FOREVER), 0);
    assert_int_equal(troupe_send_wait(pid, TAKE, NULL, 0, TROUPE_FOREVER), 0);
    assert_int_equal(troupe_send_wait(pid, STOP, NULL, 0, TROUPE_FOREVER), 0);
    assert_int_equal(end_of(pid), sent + 1);
    return 0;
}

static void a_full_mailbox_is_heard_of(void **state)
{
    (void)state;
    run(overfill);
}

static int shared = 1;

static int change_memory(void *arg)
{
    shared = 2;
    *(int *)arg = 3;
    return getpid() != getppid() ? 1 : 0;
}

static int share(void *arg)
{
    (void)arg;
    int own = 1;
    assert_int_equal(end_of(fork_actor(change_memory, (intptr_t)&own)), 1);
    assert_int_equal(shared, 1);
    assert_int_equal(own, 1);
    return 0;
}

static void memory_is_not_shared(void **state)
{
    (void)state;
    run(share);
}

static int meet(void *arg)
{
    (void)arg;
    troupe_msg *msg;
    assert_int_equal(troupe_register("main", troupe_self()), 0);
    troupe_pid one = fork_actor(obey, 1), two = fork_actor(obey, 2);
    tell(one, PASS, (intptr_t)troupe_self().value);
    assert_int_equal(troupe_recv_tag(TAKE, &msg, TROUPE_FOREVER), 0);
    assert_int_equal(troupe_msg_from(msg).value, one.value);
    assert_string_equal(troupe_msg_data(msg, NULL), "passed");
    troupe_msg_free(&msg);
    /* One sends to the other, which is told to be told to do so: by way of this process. */
    troupe_pid watcher = fork_actor(watch_from_afar, (intptr_t)two.value);
    hear_go();
    troupe_pid third = fork_actor(send_from_afar, (intptr_t)two.value);
    assert_int_equal(end_of(third), 0);
    assert_int_equal(troupe_kill(two), 0);
    assert_int_equal(end_of(two), TROUPE_KILLED);
    assert_int_equal(end_of(watcher), 0);
    assert_int_equal(troupe_cancel(one, "enough"), 0);
    assert_int_equal(end_of(one), -ECANCELED);
    return 0;
}

static void processes_reach_each_other(void **state)
{
    (void)state;
    run(meet);
}

/* Has a process of its own, in which it passes on what it gets. */
static int nest(void *arg)
{
    troupe_pid pid;
    int status, depth = (int)(intptr_t)arg;
    if (depth == 0)
        return obey(NULL);
    troupe_spec spec = {.fn = nest, .arg = (void *)(intptr_t)(depth - 1), .place = TROUPE_PROCESS};
    int rc = troupe_spawn_spec(&spec, &pid);
    if (rc == 0)
        rc = troupe_send(troupe_whereis("main"), GO, &pid, sizeof pid);
    if (rc == 0)
        rc = troupe_join(pid, &status, TROUPE_FOREVER);
    return rc < 0 ? rc : status;
}

static int nest_deeply(void *arg)
{
    (void)arg;
    troupe_msg *msg, *answer;
    troupe_pid inner = TROUPE_PID_NONE;
    assert_int_equal(troupe_register("main", troupe_self()), 0);
    troupe_pid outer = fork_actor(nest, 2);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(troupe_recv_tag(GO, &msg, TROUPE_FOREVER), 0);
        inner = *(const troupe_pid *)troupe_msg_data(msg, NULL);
        troupe_msg_free(&msg);
    }
    assert_int_equal(troupe_call(inner, ECHO, "deep", 5, &answer, TROUPE_FOREVER), 0);
    assert_string_equal(troupe_msg_data(answer, NULL), "deep");
    troupe_msg_free(&answer);
    troupe_pid sister = fork_actor(send_from_afar, (intptr_t)inner.value);
    assert_int_equal(end_of(sister), 0);
    tell(inner, GO, 17);
    assert_int_equal(end_of(outer), 17);
    return 0;
}

static void processes_have_processes(void **state)
{
    (void)state;
    run(nest_deeply);
}

static int be_named(void *arg)
{
    (void)arg;
    troupe_msg *msg;
    int rc = troupe_register("worker", troupe_self());
    if (rc == 0)
        rc = troupe_send(troupe_whereis("boss"), GO, NULL, 0);
    return rc == 0 ? troupe_recv(&msg, TROUPE_FOREVER) : rc;
}

static int name(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_register("boss", troupe_self()), 0);
    troupe_pid pid = fork_actor(be_named, 0);
    hear_go();
    assert_int_equal(troupe_whereis("worker").value, pid.value);
    assert_int_equal(troupe_register("worker", troupe_self()), -EEXIST);
    tell(pid, GO, 0);
    assert_int_equal(end_of(pid), 0);
    while (troupe_whereis("worker").value != 0)
        assert_int_equal(troupe_sleep(TROUPE_MS(1)), 0);
    pid = fork_actor(be_named, 0); /* and one that is killed takes its name with it */
    hear_go();
    troupe_pid other = fork_actor(obey, 0);
    assert_int_equal(troupe_register("other", other), 0);
    assert_int_equal(troupe_whereis("other").value, other.value);
    assert_int_equal(troupe_kill(pid), 0);
    assert_int_equal(troupe_kill(other), 0);
    assert_int_equal(end_of(pid), TROUPE_KILLED);
    assert_int_equal(end_of(other), TROUPE_KILLED);
    return 0;
}

static void names_are_known_everywhere(void **state)
{
    (void)state;
    run(name);
}

static int tell_process(void *arg)
{
    (void)arg;
    return getpid();
}

static int spread_out(void *arg)
{
    (void)arg;
    troupe_pid pids[3];
    int seen[4] = {getpid()};
    for (int i = 0; i < 3; i++) {
        troupe_spec spec = {.fn = tell_process, .place = TROUPE_ANYWHERE};
        assert_int_equal(troupe_spawn_spec(&spec, &pids[i]), 0);
    }
    for (int i = 0; i < 3; i++)
        seen[i + 1] = end_of(pids[i]);
    for (int i = 0; i < 4; i++)
        for (int k = 0; k < i; k++)
            assert_int_not_equal(seen[i], seen[k]);
    assert_int_equal(end_of(start(tell_process, 0)), getpid());
    return 0;
}

static void a_switch_spreads_a_program_over_processes(void **state)
{
    (void)state;
    assert_int_equal(troupe_run_on(&(troupe_options){.place = TROUPE_PROCESS}, spread_out, NULL),
                     0);
    setenv("TROUPE_PLACE", "process", 1);
    run(spread_out);
    unsetenv("TROUPE_PLACE");
}

/* As many as there can be, and one more. */
static int start_too_many(void *arg)
{
    (void)arg;
    enum { MOST = 192 };
    static troupe_pid pids[MOST];
    troupe_pid more;
    for (int i = 0; i < MOST; i++)
        pids[i] = fork_actor(obey, i);
    troupe_spec spec = {.fn = obey, .place = TROUPE_PROCESS};
    assert_int_equal(troupe_spawn_spec(&spec, &more), -EAGAIN);
    for (int i = 0; i < MOST; i++) {
        tell(pids[i], GO, i + 1);
        assert_int_equal(end_of(pids[i]), i + 1);
    }
    /* The same number again, but nobody is taken for anybody else. */
    while (troupe_spawn_spec(&spec, &more) == -EAGAIN)
        assert_int_equal(troupe_sleep(TROUPE_MS(1)), 0);
    int rc = troupe_send(pids[0], GO, NULL, 0);
    assert_true(rc == 0 || rc == -ESRCH);
    tell(more, GO, 5);
    assert_int_equal(end_of(more), 5);
    return 0;
}

static void their_number_is_limited(void **state)
{
    (void)state;
    if (RUNNING_ON_VALGRIND)
        harness_skip("under Valgrind it takes minutes");
    run(start_too_many);
}

static int count_descriptors(void *arg)
{
    int kept = (int)(intptr_t)arg;
    return fcntl(kept, F_GETFD) >= 0 && fcntl(kept + 1, F_GETFD) < 0;
}

static int leave_descriptors(void *arg)
{
    (void)arg;
    enum { KEPT = 300, LEFT };
    assert_int_equal(dup2(STDERR_FILENO, KEPT), KEPT);
    assert_int_equal(fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, LEFT), LEFT);
    assert_int_equal(end_of(fork_actor(count_descriptors, KEPT)), 1);
    close(KEPT);
    close(LEFT);
    return 0;
}

static void descriptors_are_inherited_as_by_exec(void **state)
{
    (void)state;
    run(leave_descriptors);
}

static int start_one(void *arg)
{
    (void)arg;
    troupe_pid pid;
    int status = 0;
    troupe_spec spec = {.fn = tell_process, .name = "process", .place = TROUPE_PROCESS};
    int rc = troupe_spawn_spec(&spec, &pid);
    if (rc == 0)
        rc = troupe_join(pid, &status, TROUPE_FOREVER);
    if (rc == 0)
        rc = status < 0 ? -ENOMEM : 0;
    return rc;
}

static void every_lack_of_memory_is_told(void **state)
{
    (void)state;
    long n = 0;
    if (RUNNING_ON_VALGRIND)
        harness_skip("under Valgrind a hundred processes take half a second each");
    told_begin();
    for (;; n++) {
        alloc_fail_after(n, 0);
        int rc = troupe_run(start_one, NULL);
        if (!alloc_has_failed() && rc == 0)
            break;                             /* neither here nor there */
        assert_true(rc == 0 || rc == -ENOMEM); /* 0: it could do without */
    }
    alloc_fail_after(-1, 0);
    assert_true(n > 30);
    told_end();
}

HARNESS_MAIN(cmocka_unit_test(messages_go_there_and_back),
             cmocka_unit_test(messages_come_once_and_in_order),
             cmocka_unit_test(a_full_mailbox_is_heard_of), cmocka_unit_test(memory_is_not_shared),
             cmocka_unit_test(processes_reach_each_other),
             cmocka_unit_test(processes_have_processes),
             cmocka_unit_test(names_are_known_everywhere),
             cmocka_unit_test(a_switch_spreads_a_program_over_processes),
             cmocka_unit_test(their_number_is_limited),
             cmocka_unit_test(descriptors_are_inherited_as_by_exec),
             cmocka_unit_test(every_lack_of_memory_is_told))
