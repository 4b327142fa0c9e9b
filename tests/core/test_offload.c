/*
 * Jobs for other threads: what they return, in which order, and who has the argument when the wait
 * is given up at whatever moment.
 */

#include "crowd.h"
#include "trail.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* A gate that jobs wait at until it is opened. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t moved = PTHREAD_COND_INITIALIZER;
static bool is_open;
static int at_gate;

static int pass_gate(void *arg)
{
    pthread_mutex_lock(&mutex);
    at_gate++;
    pthread_cond_broadcast(&moved);
    while (!is_open)
        pthread_cond_wait(&moved, &mutex);
    pthread_mutex_unlock(&mutex);
    return arg != NULL ? *(int *)arg : 0;
}

static void wait_for_jobs_at_gate(int count)
{
    pthread_mutex_lock(&mutex);
    while (at_gate < count)
        pthread_cond_wait(&moved, &mutex);
    pthread_mutex_unlock(&mutex);
}

static void open_gate(void)
{
    pthread_mutex_lock(&mutex);
    is_open = true;
    pthread_cond_broadcast(&moved);
    pthread_mutex_unlock(&mutex);
}

static pthread_t loop_thread;
static atomic_int released;

static void release(void *arg)
{
    assert_true(pthread_equal(pthread_self(), loop_thread));
    free(arg);
    released++;
}

static void *number(int value)
{
    int *copy = malloc(sizeof *copy);
    *copy = value;
    return copy;
}

static int twice(void *arg)
{
    return 2 * *(int *)arg;
}

static int where(void *arg)
{
    pthread_getname_np(pthread_self(), arg, 16);
    return pthread_equal(pthread_self(), loop_thread) != 0;
}

static int offload_some(void *arg)
{
    (void)arg;
    int value = 21, result = 0;
    char name[16];
    loop_thread = pthread_self();
    assert_int_equal(troupe_offload(twice, &value, &result, TROUPE_FOREVER), 0);
    assert_int_equal(result, 42);
    assert_int_equal(troupe_offload(twice, &value, NULL, TROUPE_S(60)), 0);
    assert_int_equal(troupe_offload(where, name, &result, TROUPE_FOREVER), 0);
    assert_int_equal(result, 0);
    assert_string_equal(name, "troupe-pool-1"); /* one after the other: one thread is enough */
    assert_int_equal(troupe_offload(NULL, NULL, NULL, TROUPE_FOREVER), -EINVAL);
    assert_int_equal(troupe_offload(twice, &value, NULL, 0), -ETIMEDOUT);

    troupe_job job = {.fn = twice, .arg = number(4), .release = release};
    assert_int_equal(troupe_offload_job(&job, &result, TROUPE_FOREVER), 0);
    assert_int_equal(result, 8);
    assert_int_equal(released, 0); /* it is ours again */
    assert_int_equal(*(int *)job.arg, 4);
    assert_int_equal(troupe_offload_job(&job, &result, 0), -ETIMEDOUT);
    assert_int_equal(released, 1);
    released = 0;
    return 0;
}

static void a_job_returns_its_result(void **state)
{
    (void)state;
    run(offload_some);
    run(offload_some); /* with threads of its own */
}

static int enter_gate(void *arg)
{
    troupe_job job = {.fn = pass_gate, .arg = number((int)(intptr_t)arg), .release = release};
    int result;
    int rc = troupe_offload_job(&job, &result, TROUPE_FOREVER);
    if (rc == 0) { /* two threads are done at the same time: either may be told first */
        assert_int_equal(result, (int)(intptr_t)arg);
        free(job.arg);
    } else {
        leave_trail("%d=%d ", (int)(intptr_t)arg, rc);
    }
    return rc;
}

static int give_up_all_ways(void *arg)
{
    (void)arg;
    troupe_pid pids[6];
    loop_thread = pthread_self();
    for (int i = 0; i < 6; i++) /* two run, four are queued */
        pids[i] = start(enter_gate, i);
    wait_for_jobs_at_gate(2);
    assert_int_equal(troupe_cancel(pids[0], "test"), 0);
    assert_int_equal(troupe_kill(pids[1]), 0);
    assert_int_equal(troupe_cancel(pids[2], "test"), 0);
    assert_int_equal(troupe_kill(pids[3]), 0);
    assert_int_equal(end_of(pids[0]), -ECANCELED);
    assert_int_equal(end_of(pids[1]), TROUPE_KILLED);
    assert_int_equal(end_of(pids[2]), -ECANCELED);
    assert_int_equal(end_of(pids[3]), TROUPE_KILLED);
    troupe_job job = {.fn = pass_gate, .arg = number(9), .release = release};
    assert_int_equal(troupe_offload_job(&job, NULL, TROUPE_MS(1)), -ETIMEDOUT);
    assert_int_equal(troupe_yield(), 0);
    assert_int_equal(troupe_sleep(TROUPE_MS(1)), 0);
    assert_int_equal(released, 3); /* those that had not begun */
    open_gate();
    assert_int_equal(end_of(pids[4]), 0);
    assert_int_equal(end_of(pids[5]), 0);
    assert_int_equal(at_gate, 4); /* and were never called */
    return 0;
}

static void who_gives_up_leaves_the_argument_behind(void **state)
{
    (void)state;
    setenv("TROUPE_POOL", "2", 1);
    run_trail(give_up_all_ways, "0=-125 2=-125 ");
    assert_int_equal(released, 5);
}

static int offload_cancelled(void *arg)
{
    (void)arg;
    troupe_job job = {.fn = twice, .arg = number(1), .release = release};
    assert_int_equal(troupe_sleep(TROUPE_FOREVER), -ECANCELED);
    return troupe_offload_job(&job, NULL, TROUPE_FOREVER);
}

static int cancel_before(void *arg)
{
    (void)arg;
    loop_thread = pthread_self();
    troupe_pid pid = start(offload_cancelled, 0);
    assert_int_equal(troupe_cancel(pid, "test"), 0);
    assert_int_equal(end_of(pid), -ECANCELED);
    assert_int_equal(released, 1);
    return 0;
}

static void a_cancelled_actor_offloads_nothing(void **state)
{
    (void)state;
    run(cancel_before);
}

static int kill_what_was_given(void *arg)
{
    (void)arg;
    struct troupe_info info = {.state = TROUPE_WAITING};
    loop_thread = pthread_self();
    troupe_pid victim = start(enter_gate, 1);
    open_gate();
    while (info.state == TROUPE_WAITING) { /* until its job has come home, and it has not run */
        assert_int_equal(troupe_yield(), 0);
        assert_int_equal(troupe_info(victim, &info), 0);
    }
    assert_int_equal(troupe_kill(victim), 0);
    assert_int_equal(end_of(victim), TROUPE_KILLED);
    assert_int_equal(troupe_offload(pass_gate, NULL, NULL, TROUPE_FOREVER), 0);
    assert_int_equal(released, 1);
    return 0;
}

static void an_argument_that_was_given_to_a_dead_actor_is_released(void **state)
{
    (void)state;
    run_trail(kill_what_was_given, "");
}

static atomic_bool has_begun, has_returned;

static int return_late(void *arg)
{
    (void)arg;
    has_begun = true;
    usleep(20000);
    has_returned = true;
    return 0;
}

static int leave_job_behind(void *arg)
{
    (void)arg;
    troupe_job job = {.fn = return_late, .arg = number(1), .release = release};
    loop_thread = pthread_self();
    return troupe_offload_job(&job, NULL, TROUPE_US(100)) == -ETIMEDOUT ? 0 : 1;
}

static void a_run_ends_after_its_jobs(void **state)
{
    (void)state;
    run(leave_job_behind);
    assert_int_equal(released, 1);
    assert_int_equal(has_returned, has_begun); /* unless its time was up before it began */
}

#define STORM_ACTORS 500
#define STORM_JOBS 20 /* of each */

static atomic_long sum;
static intptr_t storm_actors = STORM_ACTORS;

static int add(void *arg)
{
    sum += *(int *)arg;
    return *(int *)arg;
}

static int offload_often(void *arg)
{
    int value = (int)(intptr_t)arg, result;
    for (int i = 0; i < STORM_JOBS; i++) {
        int rc = troupe_offload(add, &value, &result, TROUPE_FOREVER);
        if (rc < 0)
            return rc;
        assert_int_equal(result, value);
    }
    return 0;
}

static int raise_storm(void *arg)
{
    (void)arg;
    troupe_scope scope;
    troupe_scope_open(&scope, TROUPE_FOREVER);
    for (intptr_t i = 0; i < storm_actors; i++)
        troupe_scope_spawn(&scope, offload_often, (void *)i, NULL);
    return troupe_scope_join(&scope);
}

static void ten_thousand_jobs_are_all_done(void **state)
{
    (void)state;
    run(raise_storm);
    assert_int_equal(sum, (long)STORM_JOBS * STORM_ACTORS * (STORM_ACTORS - 1) / 2);
}

/* Many actors, cancelled, killed and timed out at whatever moment. */

static atomic_int made;

static int offload_until_stopped(void *arg)
{
    (void)arg;
    for (int i = 0; i < 20; i++) {
        troupe_job job = {.fn = twice, .arg = number(i), .release = release};
        made++;
        int rc = troupe_offload_job(&job, NULL,
                                    random_below(2) ? TROUPE_US(random_below(300)) : TROUPE_S(60));
        if (rc == 0)
            release(job.arg);
        else if (rc != -ETIMEDOUT)
            return rc;
    }
    return 0;
}

static int stop_many(void *arg)
{
    (void)arg;
    static troupe_pid pids[STORM_ACTORS];
    loop_thread = pthread_self();
    for (int i = 0; i < STORM_ACTORS; i++)
        assert_int_equal(troupe_spawn(offload_until_stopped, NULL, &pids[i]), 0);
    stop_some(pids, STORM_ACTORS, STORM_ACTORS, 50);
    for (int i = 0; i < STORM_ACTORS; i++)
        assert_int_equal(troupe_join(pids[i], NULL, TROUPE_FOREVER), 0);
    return 0;
}

static void every_argument_is_released_once(void **state)
{
    (void)state;
    run(stop_many);
    assert_int_equal(released, made);
}

static void the_number_of_threads_can_be_set(void **state)
{
    (void)state;
    static const char *const wrong[] = {"0", "257", "two", "2x"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char expected[128];
        snprintf(expected, sizeof expected,
                 "troupe: TROUPE_POOL is \"%s\", but must be a number of threads from 1 to 256; "
                 "there will be ",
                 wrong[i]);
        setenv("TROUPE_POOL", wrong[i], 1);
        told_begin();
        run(offload_some);
        assert_int_equal(times_in(told_end(), expected), 1);
    }
    setenv("TROUPE_POOL", "1", 1);
    run(raise_storm);
}

static int offload_or_fail(void *arg)
{
    int value = 1, result;
    (void)arg;
    return troupe_offload(twice, &value, &result, TROUPE_FOREVER);
}

static void every_lack_of_memory_is_told(void **state)
{
    (void)state;
    told_begin();
    run_out_of_memory(offload_or_fail, 8);
    told_end();
}

static int sleep_there(void *arg)
{
    (void)arg;
    return troupe_sleep(1);
}

static int offload_an_actor(void *arg)
{
    return troupe_offload(sleep_there, arg, NULL, TROUPE_FOREVER);
}

static void a_job_is_no_actor(void **state)
{
    (void)state;
    assert_non_null(
        strstr(told_by_abort(offload_an_actor), "troupe_sleep(): must be called inside an actor"));
}

/* Runs `fn` traced in a program of its own; what the trace says. */
static char *trace_of(troupe_fn fn)
{
    static char text[4 << 20];
    char path[] = "/tmp/troupe-test-XXXXXX";
    int status;
    int fd = mkstemp(path);
    setenv("TROUPE_TRACE", path, 1);
    pid_t child = fork();
    if (child == 0)
        exit(troupe_run(fn, NULL));
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    ssize_t bytes = read(fd, text, sizeof text - 1);
    assert_true(bytes > 0);
    text[bytes] = '\0';
    close(fd);
    unlink(path);
    return text;
}

static void jobs_are_in_the_trace(void **state)
{
    (void)state;
    storm_actors = 50;
    const char *text = trace_of(raise_storm);
    /* one thread may have had all of them */
    assert_true(times_in(text, "\"args\":{\"name\":\"troupe-pool-") >= 1);
    int whole = 0, begun = 0, ended = 0;
    for (const char *line = text; (line = strstr(line, "\n{\"ph\":\"")) != NULL; line++) {
        const char *job = strstr(line, "\"cat\":\"job\",\"name\":\"add\"");
        if (job == NULL)
            break;
        if (job > strchr(line + 1, '\n'))
            continue;
        whole += line[8] == 'X';
        begun += line[8] == 'B';
        ended += line[8] == 'E';
    }
    assert_int_equal(begun, ended);
    assert_int_equal(whole + begun, storm_actors * STORM_JOBS);
}

static int exit_meanwhile(void *arg)
{
    (void)arg;
    start(enter_gate, 1);
    wait_for_jobs_at_gate(1);
    exit(0);
}

static void an_exit_does_not_wait_for_jobs(void **state)
{
    (void)state;
    const char *text = trace_of(exit_meanwhile);
    assert_string_equal(text + strlen(text) - 3, "\n]\n");
}

HARNESS_MAIN(cmocka_unit_test(a_job_returns_its_result),
             cmocka_unit_test(who_gives_up_leaves_the_argument_behind),
             cmocka_unit_test(a_cancelled_actor_offloads_nothing),
             cmocka_unit_test(an_argument_that_was_given_to_a_dead_actor_is_released),
             cmocka_unit_test(a_run_ends_after_its_jobs),
             cmocka_unit_test(ten_thousand_jobs_are_all_done),
             cmocka_unit_test(every_argument_is_released_once),
             cmocka_unit_test(the_number_of_threads_can_be_set),
             cmocka_unit_test(every_lack_of_memory_is_told), cmocka_unit_test(a_job_is_no_actor),
             cmocka_unit_test(jobs_are_in_the_trace),
             cmocka_unit_test(an_exit_does_not_wait_for_jobs))
