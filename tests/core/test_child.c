/*
 * Child processes: what they inherit, how they end, and that none of them is left.
 */

#include "trail.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "sanitizers.h"

#define ARGS(...) .argv = (const char *const[]){__VA_ARGS__, NULL}
#define SHELL(script) ARGS("sh", "-c", script)

/* Everything that the child writes, up to its end. */
static const char *read_all(int fd)
{
    static char text[4096];
    size_t used = 0;
    int count;
    while ((count = troupe_read(fd, text + used, sizeof text - 1 - used)) > 0)
        used += (size_t)count;
    assert_int_equal(count, 0);
    text[used] = '\0';
    assert_int_equal(troupe_close(fd), 0);
    return text;
}

static int status_of(troupe_process process)
{
    int status = 12345;
    assert_int_equal(troupe_process_wait(process, &status, TROUPE_FOREVER), 0);
    return status;
}

/* Starts a script, which must succeed, and returns what it writes. */
static const char *output_of(const troupe_process_spec *spec)
{
    troupe_process process;
    assert_int_equal(troupe_process_start(spec, &process), 0);
    const char *text = read_all(process.out);
    assert_int_equal(status_of(process), 0);
    assert_int_equal(troupe_process_wait(process, NULL, TROUPE_FOREVER), -ESRCH);
    if (process.err >= 0)
        troupe_close(process.err);
    return text;
}

static void assert_no_children(void)
{
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

static int talk(void *arg)
{
    (void)arg;
    troupe_process sort;
    troupe_process_spec spec = {
        ARGS("sort", "-n"),
        .in = TROUPE_STDIO_PIPE,
        .out = TROUPE_STDIO_PIPE,
    };
    assert_int_equal(troupe_process_start(&spec, &sort), 0);
    assert_int_equal(sort.err, -1);
    assert_int_equal(troupe_write(sort.in, "10\n9\n1\n", 7), 7);
    assert_int_equal(troupe_close(sort.in), 0);
    assert_string_equal(read_all(sort.out), "1\n9\n10\n");
    assert_int_equal(status_of(sort), 0);

    assert_string_equal(output_of(&(troupe_process_spec){
                            SHELL("echo $A; pwd; cat; echo lost >&2"),
                            .env = (const char *const[]){"A=b", "PATH=/usr/bin:/bin", NULL},
                            .directory = "/usr",
                            .in = TROUPE_STDIO_NULL,
                            .out = TROUPE_STDIO_PIPE,
                            .err = TROUPE_STDIO_NULL}),
                        "b\n/usr\n");
    return 0;
}

static void a_child_is_what_was_specified(void **state)
{
    (void)state;
    run(talk);
    assert_no_children();
}

static int inherit_nothing(void *arg)
{
    (void)arg;
    sigset_t blocked;
    int fd = open("/dev/null", O_RDONLY); /* not closed on exec */
    assert_true(fd >= 0);
    signal(SIGUSR1, SIG_IGN);
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR2);
    sigprocmask(SIG_BLOCK, &blocked, NULL);
    assert_string_equal(
        output_of(&(troupe_process_spec){
            SHELL("for i in 0 1 2 3 4 5 6 7 8 9 10 11 12; do test -e /proc/$$/fd/$i && echo $i; "
                  "done; true"),
            .in = TROUPE_STDIO_NULL,
            .out = TROUPE_STDIO_PIPE}),
        "0\n1\n2\n");
    troupe_process process;
    assert_int_equal(troupe_process_start(&(troupe_process_spec){SHELL("kill -USR1 $$")}, &process),
                     0);
    assert_int_equal(status_of(process), -SIGUSR1);
    assert_int_equal(troupe_process_start(&(troupe_process_spec){SHELL("kill -USR2 $$")}, &process),
                     0);
    assert_int_equal(status_of(process), -SIGUSR2);
    return close(fd);
}

static void a_child_inherits_nothing_else(void **state)
{
    (void)state;
    run(inherit_nothing);
}

/* This program's standard streams are closed, so pipes might take their numbers. */
static int talk_without_streams(void *arg)
{
    close(STDIN_FILENO);
    close(STDOUT_FILENO);
    assert_string_equal(output_of(&(troupe_process_spec){SHELL("cat; echo a"),
                                                         .in = TROUPE_STDIO_NULL,
                                                         .out = TROUPE_STDIO_PIPE,
                                                         .err = TROUPE_STDIO_PIPE}),
                        "a\n");
    (void)arg;
    return 0;
}

static void pipes_keep_clear_of_standard_streams(void **state)
{
    (void)state;
    run(talk_without_streams);
}

static int see_ends(void *arg)
{
    (void)arg;
    troupe_process process;
    assert_int_equal(troupe_process_start(&(troupe_process_spec){SHELL("exit 7")}, &process), 0);
    assert_int_equal(status_of(process), 7);
    assert_int_equal(troupe_process_kill(process, SIGTERM), -ESRCH);
    assert_int_equal(troupe_process_start(&(troupe_process_spec){SHELL("kill -9 $$")}, &process),
                     0);
    assert_int_equal(status_of(process), -SIGKILL);
    assert_int_equal(troupe_process_start(&(troupe_process_spec){ARGS("sleep", "1000")}, &process),
                     0);
    assert_int_equal(troupe_process_wait(process, NULL, 0), -ETIMEDOUT);
    assert_int_equal(troupe_process_wait(process, NULL, TROUPE_MS(1)), -ETIMEDOUT);
    assert_int_equal(troupe_process_kill(process, 12345), -EINVAL);
    assert_int_equal(troupe_process_kill(process, SIGINT), 0);
    assert_int_equal(status_of(process), -SIGINT);
    troupe_process_spec spec = {SHELL("read line"), .in = TROUPE_STDIO_PIPE};
    assert_int_equal(troupe_process_start(&spec, &process), 0);
    assert_int_equal(troupe_close(process.in), 0);
    assert_int_equal(waitpid(process.pid, NULL, 0), process.pid); /* behind our back */
    assert_int_equal(troupe_process_wait(process, NULL, TROUPE_FOREVER), -ECHILD);
    assert_int_equal(troupe_process_wait((troupe_process){.value = 0}, NULL, 0), -ESRCH);
    return 0;
}

static void how_it_ended_is_told(void **state)
{
    (void)state;
    run(see_ends);
    assert_no_children();
}

static troupe_process shared;

static int wait_for_shared(void *arg)
{
    int status = 0;
    int rc = troupe_process_wait(shared, &status, TROUPE_FOREVER);
    leave_trail("%c=%d ", (char)(intptr_t)arg, rc < 0 ? rc : status);
    return rc;
}

static int wait_together(void *arg)
{
    (void)arg;
    troupe_process_spec spec = {SHELL("read line; exit 3"), .in = TROUPE_STDIO_PIPE};
    assert_int_equal(troupe_process_start(&spec, &shared), 0);
    troupe_pid a = start(wait_for_shared, 'a');
    troupe_pid b = start(wait_for_shared, 'b');
    troupe_pid c = start(wait_for_shared, 'c');
    troupe_pid d = start(wait_for_shared, 'd');
    assert_int_equal(troupe_cancel(c, "test"), 0);
    assert_int_equal(troupe_kill(d), 0);
    assert_int_equal(end_of(c), -ECANCELED);
    assert_int_equal(troupe_close(shared.in), 0);
    assert_int_equal(end_of(a), 0);
    assert_int_equal(end_of(b), 0);
    assert_int_equal(troupe_process_wait(shared, NULL, 0), -ESRCH);
    return 0;
}

static void everyone_who_waits_is_told(void **state)
{
    (void)state;
    run_trail(wait_together, "c=-125 a=3 b=3 ");
}

static int refuse_to_start(void *arg)
{
    (void)arg;
    troupe_process process;
    assert_int_equal(
        troupe_process_start(&(troupe_process_spec){ARGS("no-such-program")}, &process), -ENOENT);
    assert_int_equal(process.in, -1);
    assert_int_equal(process.value, 0);
    assert_int_equal(troupe_process_start(&(troupe_process_spec){ARGS("/dev/null")}, &process),
                     -EACCES);
    assert_int_equal(troupe_process_start(
                         &(troupe_process_spec){ARGS("true"), .directory = "/no/such"}, &process),
                     -ENOENT);
    assert_int_equal(troupe_process_start(&(troupe_process_spec){.argv = NULL}, &process),
                     -EINVAL);
    assert_int_equal(
        troupe_process_start(&(troupe_process_spec){ARGS("true"), .in = (troupe_stdio)9}, &process),
        -EINVAL);
    return 0;
}

/* With each number of descriptors left, until it is enough. */
static int run_out_of_descriptors(void *arg)
{
    (void)arg;
    troupe_process process;
    int rc = -EMFILE;
    rlim_t most = (rlim_t)dup(0);
    close((int)most);
    for (int more = 0; rc == -EMFILE; more++) {
        setrlimit(RLIMIT_NOFILE, &(struct rlimit){most + (rlim_t)more, 4096});
        rc = troupe_process_start(&(troupe_process_spec){ARGS("true"),
                                                         .in = TROUPE_STDIO_PIPE,
                                                         .out = TROUPE_STDIO_PIPE},
                                  &process);
        assert_true(more < 10);
    }
    assert_int_equal(rc, 0);
    return status_of(process);
}

static void what_cannot_be_started_is_told(void **state)
{
    (void)state;
    if (RUNNING_ON_VALGRIND)
        harness_skip("Valgrind does not tell that a program could not be started");
    run(refuse_to_start);
    run(run_out_of_descriptors);
    assert_no_children();
}

/* An actor starts children and ends; one of them takes no notice of SIGTERM. */

static int children[2];

static int start_two(void *arg)
{
    troupe_process process;
    assert_int_equal(troupe_process_start(&(troupe_process_spec){ARGS("sleep", "1000")}, &process),
                     0);
    children[0] = process.pid;
    troupe_process_spec spec = {SHELL("trap '' TERM; echo ready; while :; do sleep 1000; done"),
                                .out = TROUPE_STDIO_PIPE,
                                .grace = TROUPE_MS(5)};
    assert_int_equal(troupe_process_start(&spec, &process), 0);
    children[1] = process.pid;
    char ready[6];
    assert_int_equal(troupe_read(process.out, ready, 6), 6);
    assert_int_equal(troupe_close(process.out), 0);
    return arg != NULL ? troupe_sleep(TROUPE_FOREVER) : 0;
}

static void assert_gone(void)
{
    assert_int_equal(kill(children[0], 0), -1);
    assert_int_equal(kill(children[1], 0), -1);
    assert_no_children();
}

static int end_all_ways(void *arg)
{
    (void)arg;
    troupe_pid pid;
    assert_int_equal(troupe_spawn(start_two, NULL, &pid), 0);
    assert_int_equal(end_of(pid), 0);
    assert_gone();
    for (int i = 0; i < 2; i++) {
        troupe_scope scope;
        children[1] = 0;
        troupe_scope_open(&scope, TROUPE_FOREVER);
        troupe_scope_spawn(&scope, start_two, &scope, &pid);
        struct troupe_info info = {.reason = ""};
        while (info.reason == NULL || strcmp(info.reason, "sleep") != 0) {
            assert_int_equal(troupe_sleep(TROUPE_MS(1)), 0);
            assert_int_equal(troupe_info(pid, &info), 0);
        }
        if (i == 0)
            troupe_scope_cancel(&scope, "test");
        else
            assert_int_equal(troupe_kill(pid), 0);
        assert_int_equal(troupe_scope_join(&scope), i == 0 ? 0 : TROUPE_KILLED);
        assert_gone();
    }
    return 0;
}

static void children_end_with_their_actor(void **state)
{
    (void)state;
    run(end_all_ways);
}

#define CROWD 100

static int start_and_wait(void *arg)
{
    troupe_process process;
    const char *const argv[] = {(intptr_t)arg % 2 == 0 ? "true" : "false", NULL};
    int rc = troupe_process_start(&(troupe_process_spec){.argv = argv}, &process);
    int status = -1;
    if (rc == 0)
        rc = troupe_process_wait(process, &status, TROUPE_FOREVER);
    assert_int_equal(rc, 0);
    assert_int_equal(status, (intptr_t)arg % 2);
    return 0;
}

static int start_crowd(void *arg)
{
    (void)arg;
    troupe_scope scope;
    troupe_scope_open(&scope, TROUPE_FOREVER);
    for (intptr_t i = 0; i < CROWD; i++)
        troupe_scope_spawn(&scope, start_and_wait, (void *)i, NULL);
    return troupe_scope_join(&scope);
}

static void a_crowd_of_children_ends(void **state)
{
    (void)state;
    run(start_crowd);
    assert_no_children();
}

static void all_of_it_works_without_pidfds(void **state)
{
    (void)state;
    child_avoid_pidfd();
    run(talk);
    run(see_ends);
    run_trail(wait_together, "c=-125 a=3 b=3 ");
    run(end_all_ways);
    run(start_crowd);
    assert_no_children();
}

/* Somebody else is told of the end at the moment at which the time of its actor is up. */

static int start_stubborn(void *arg)
{
    (void)arg;
    troupe_process_spec spec = {SHELL("trap '' TERM; echo; sleep 0.02"),
                                .out = TROUPE_STDIO_PIPE,
                                .grace = TROUPE_MS(20)};
    char ready;
    assert_int_equal(troupe_process_start(&spec, &shared), 0);
    assert_int_equal(troupe_read(shared.out, &ready, 1), 1);
    return troupe_close(shared.out);
}

static int end_with_a_watcher(void *arg)
{
    (void)arg;
    for (int i = 0; i < 10; i++) {
        troupe_pid pid = start(start_stubborn, 0);
        while (shared.value == 0)
            assert_int_equal(troupe_yield(), 0);
        int rc = troupe_process_wait(shared, NULL, TROUPE_FOREVER);
        assert_true(rc == 0 || rc == -ESRCH);
        assert_int_equal(end_of(pid), 0);
        shared.value = 0;
    }
    return 0;
}

static void others_may_be_told_first(void **state)
{
    (void)state;
    run(end_with_a_watcher);
    child_avoid_pidfd();
    run(end_with_a_watcher);
    assert_no_children();
}

static int start_or_fail(void *arg)
{
    (void)arg;
    troupe_process process;
    troupe_process_spec spec = {ARGS("true"), .in = TROUPE_STDIO_PIPE, .out = TROUPE_STDIO_PIPE};
    int rc = troupe_process_start(&spec, &process);
    if (rc < 0)
        return rc;
    troupe_close(process.in);
    troupe_close(process.out);
    return troupe_process_wait(process, NULL, TROUPE_S(60));
}

static void every_lack_of_memory_is_told(void **state)
{
    (void)state;
    told_begin();
    run_out_of_memory(start_or_fail, 12);
    told_end();
    assert_no_children();
}

HARNESS_MAIN(cmocka_unit_test(a_child_is_what_was_specified),
             cmocka_unit_test(a_child_inherits_nothing_else),
             cmocka_unit_test(pipes_keep_clear_of_standard_streams),
             cmocka_unit_test(how_it_ended_is_told), cmocka_unit_test(everyone_who_waits_is_told),
             cmocka_unit_test(what_cannot_be_started_is_told),
             cmocka_unit_test(children_end_with_their_actor),
             cmocka_unit_test(a_crowd_of_children_ends),
             cmocka_unit_test(all_of_it_works_without_pidfds),
             cmocka_unit_test(others_may_be_told_first),
             cmocka_unit_test(every_lack_of_memory_is_told))
