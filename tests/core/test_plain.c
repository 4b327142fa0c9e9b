/*
 * Plain threads and processes in the trace: they are lanes like actors, and whatever way they end,
 * the file can be read.
 */

#include "traced.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <troupe.h>
#include <troupe/record.h>

#include "sanitizers.h"
#include "sound.h"
#include "trace_record.h"
#include "trace_stats.h"

#define NOT_FOLLOWED "ThreadSanitizer does not follow threads that a forked child starts"

/* Reads the file, which must be sound. */
static struct trace_model *load_sound(void)
{
    check_sound(path);
    return load();
}

static const struct trace_lane *lane_named(const struct trace_model *model, const char *name)
{
    for (uint32_t i = 0; i < model->lane_count; i++)
        if (strcmp(trace_text(model, model->lanes[i].name), name) == 0)
            return &model->lanes[i];
    fail_msg("there is no lane %s", name);
    return NULL;
}

/* "ready run sleep run": the states of a lane. */
static void assert_states(const struct trace_model *model, const char *name, const char *expected)
{
    char text[256] = "";
    const struct trace_lane *lane = lane_named(model, name);
    for (uint32_t i = lane->span_first; i < lane->span_first + lane->span_count; i++) {
        const struct trace_span *span = &model->spans[i];
        const char *state = span->state == TRACE_STATE_RUN     ? "run"
                            : span->state == TRACE_STATE_READY ? "ready"
                                                               : trace_reason_name(span->reason);
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "%s%s", used > 0 ? " " : "", state);
    }
    assert_string_equal(text, expected);
}

static void *sleep_once(void *arg)
{
    troupe_record_begin(*(troupe_lane *)arg);
    troupe_record_puts("One");
    troupe_record_wait(TROUPE_WAIT_SLEEP, 0);
    usleep(20000);
    troupe_record_run();
    troupe_record_puts("Two");
    troupe_record_end(7);
    return NULL;
}

static void join(pthread_t thread, troupe_lane lane)
{
    troupe_record_wait(TROUPE_WAIT_JOIN, lane);
    pthread_join(thread, NULL);
    troupe_record_run();
}

static void threads_are_lanes(void **state)
{
    (void)state;
    pthread_t threads[2];
    troupe_lane lanes[2];
    assert_int_equal(troupe_record_open(), 0);
    assert_int_equal(troupe_record_open(), -EEXIST);
    assert_int_equal(troupe_record_self(), 1);
    for (int i = 0; i < 2; i++) {
        lanes[i] = troupe_record_spawn(i == 0 ? "count#1" : "count#2");
        pthread_create(&threads[i], NULL, sleep_once, &lanes[i]);
    }
    for (int i = 0; i < 2; i++)
        join(threads[i], lanes[i]);
    assert_int_equal(troupe_record_close(), 0);
    struct trace_model *model = load_sound();
    struct trace_score score;
    trace_stats_total(model, &score);
    assert_false(model->cut);
    assert_int_equal(model->lane_count, 3);
    assert_int_equal(score.threads, 3);
    assert_int_equal(score.processes, 1);
    assert_string_equal(score.place, "thread");
    assert_states(model, "count#1", "ready run sleep run");
    assert_states(model, "main", "ready run join run join run");
    assert_int_equal(lane_named(model, "count#2")->status, 7);
    assert_string_equal(trace_text(model, lane_named(model, "count#2")->fn), "count");
    assert_int_equal(model->lanes[lane_named(model, "count#2")->parent].id, 1);
    assert_int_equal(model->mark_count, 4);
    trace_model_destroy(model);
}

/* A token goes round: each wakes the next, which waits for a condition. */
#define TURNS 200
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turned = PTHREAD_COND_INITIALIZER;
static int turn;
static troupe_lane players[2];

static void *play(void *arg)
{
    int me = (int)(intptr_t)arg;
    troupe_record_begin(players[me]);
    pthread_mutex_lock(&mutex);
    for (int i = 0; i < TURNS; i++) {
        while (turn % 2 != me) {
            troupe_record_wait(TROUPE_WAIT_EVENT, players[1 - me]);
            pthread_cond_wait(&turned, &mutex);
            troupe_record_run();
        }
        turn++;
        troupe_record_ready(players[1 - me]);
        pthread_cond_broadcast(&turned);
    }
    pthread_mutex_unlock(&mutex);
    troupe_record_end(0);
    return NULL;
}

static void who_wakes_whom_is_told(void **state)
{
    (void)state;
    pthread_t threads[2];
    assert_int_equal(troupe_record_open(), 0);
    for (int i = 0; i < 2; i++)
        players[i] = troupe_record_spawn(i == 0 ? "ping" : "pong");
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, play, (void *)(intptr_t)i);
    for (int i = 0; i < 2; i++)
        join(threads[i], players[i]);
    assert_int_equal(troupe_record_close(), 0);
    struct trace_model *model = load_sound();
    const struct trace_lane *pong = lane_named(model, "pong");
    uint32_t woken = 0;
    for (uint32_t i = pong->span_first + 1; i < pong->span_first + pong->span_count; i++)
        if (model->spans[i].state == TRACE_STATE_READY && model->spans[i].other == 1)
            woken++;
    assert_true(woken > 0);
    assert_true(woken <= TURNS);
    trace_model_destroy(model);
}

static void *end_at_once(void *arg)
{
    troupe_record_begin(*(troupe_lane *)arg);
    troupe_record_end(0);
    return NULL;
}

/* The memory of the process, in pages. */
static long pages_held(void)
{
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%*d %ld", &pages), 1);
    fclose(file);
    return pages;
}

/* Rings of threads that have ended are given back while the trace goes on. */
static void many_threads_one_after_the_other(void **state)
{
    (void)state;
    const long ring_pages = TRACE_RING_RECORDS * (long)sizeof(struct trace_record) / 4096;
    assert_int_equal(troupe_record_open(), 0);
    long before = pages_held();
    for (int i = 0; i < 100; i++) {
        char name[16];
        pthread_t thread;
        snprintf(name, sizeof name, "short#%d", i + 1);
        troupe_lane lane = troupe_record_spawn(name);
        pthread_create(&thread, NULL, end_at_once, &lane);
        join(thread, lane);
    }
    while (pages_held() > before + 20 * ring_pages)
        usleep(1000);
    assert_int_equal(troupe_record_close(), 0);
    struct trace_model *model = load_sound();
    assert_int_equal(model->lane_count, 101);
    assert_int_equal(model->loop_count, 101);
    trace_model_destroy(model);
}

/* Opens a trace in a process that is to be forked.  AddressSanitizer has locks that it does not see
 * to at a fork, and a thread that begins holds them: the writer's is given time to have begun. */
static void open_before_forking(void)
{
    assert_int_equal(troupe_record_open(), 0);
    if (CORO_ASAN)
        usleep(50000);
}

static void children_record_into_the_same_file(void **state)
{
    (void)state;
    if (CORO_TSAN)
        skip_traced(NOT_FOLLOWED);
    open_before_forking();
    for (int i = 0; i < 3; i++)
        if (fork() == 0) {
            char name[16];
            snprintf(name, sizeof name, "child#%d", i + 1);
            assert_int_equal(troupe_record_child(name), 0);
            troupe_lane lane = troupe_record_spawn("grandchild");
            sleep_once(&lane); /* it has a lane already: this changes nothing but that it ends */
            _exit(troupe_record_close() != 0);
        }
    for (int i = 0; i < 3; i++) {
        int status = -1;
        troupe_record_wait(TROUPE_WAIT_JOIN, 0);
        assert_true(wait(&status) > 0);
        assert_int_equal(status, 0);
        troupe_record_run();
    }
    assert_int_equal(troupe_record_close(), 0);
    struct trace_model *model = load_sound();
    struct trace_score score;
    trace_stats_total(model, &score);
    assert_false(model->cut);
    assert_int_equal(model->lane_count, 7);
    assert_int_equal(score.processes, 4);
    assert_string_equal(score.place, "process");
    assert_states(model, "child#2", "ready run sleep run");
    assert_int_equal(lane_named(model, "child#3")->parent, 0);
    assert_true(lane_named(model, "child#1")->first_run_ns >= lane_named(model, "main")->spawn_ns);
    trace_model_destroy(model);
}

/* The parent closes first; the bracket that it wrote goes, and comes again. */
static void a_child_may_outlive_its_parent(void **state)
{
    (void)state;
    int ends[2];
    if (CORO_TSAN)
        skip_traced(NOT_FOLLOWED);
    assert_int_equal(pipe(ends), 0);
    open_before_forking();
    pid_t child = fork();
    if (child == 0) {
        char go;
        assert_int_equal(read(ends[0], &go, 1), 1);
        int rc = troupe_record_child("late");
        troupe_record_puts("late");
        _exit(rc != 0 || troupe_record_close() != 0);
    }
    assert_int_equal(troupe_record_close(), 0);
    struct trace_model *model = load_sound();
    assert_false(model->cut);
    assert_int_equal(model->lane_count, 1);
    trace_model_destroy(model);
    assert_int_equal(write(ends[1], "!", 1), 1);
    int status = -1;
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
    model = load_sound();
    assert_false(model->cut);
    assert_int_equal(model->lane_count, 2);
    trace_model_destroy(model);
}

static void a_child_that_is_killed_leaves_the_file_open(void **state)
{
    (void)state;
    if (CORO_TSAN)
        skip_traced(NOT_FOLLOWED);
    open_before_forking();
    pid_t child = fork();
    if (child == 0) {
        troupe_record_child("victim");
        troupe_record_wait(TROUPE_WAIT_SLEEP, 0);
        for (;;)
            pause();
    }
    usleep(300000); /* three flushes */
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    assert_int_equal(troupe_record_close(), 0);
    struct trace_model *model = load_sound();
    assert_true(model->cut);
    assert_int_equal(lane_named(model, "victim")->end_ns, TRACE_NEVER);
    assert_int_not_equal(lane_named(model, "main")->end_ns, TRACE_NEVER);
    trace_model_destroy(model);
}

static _Atomic bool stop;

static void *record_on(void *arg)
{
    troupe_record_begin(*(troupe_lane *)arg);
    while (!atomic_load(&stop)) {
        troupe_record_wait(TROUPE_WAIT_YIELD, 0);
        troupe_record_run();
    }
    troupe_record_end(0);
    return NULL;
}

static void threads_that_go_on_do_no_harm(void **state)
{
    (void)state;
    pthread_t thread;
    assert_int_equal(troupe_record_open(), 0);
    troupe_lane lane = troupe_record_spawn("busy");
    pthread_create(&thread, NULL, record_on, &lane);
    usleep(20000);
    assert_int_equal(troupe_record_close(), 0);
    struct trace_model *model = load_sound();
    assert_int_equal(lane_named(model, "busy")->end_ns, TRACE_NEVER);
    trace_model_destroy(model);
    usleep(20000); /* more than a ring holds */
    stop = true;
    pthread_join(thread, NULL);
    assert_int_equal(troupe_record_open(), 0); /* and a second trace can begin */
    assert_int_equal(troupe_record_close(), 0);
}

static void *guest(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_record_open(), 0);
    assert_int_equal(troupe_record_self(), 0); /* nobody has announced it */
    assert_int_equal(troupe_record_close(), 0);
    return NULL;
}

static int start_a_guest(void *arg)
{
    (void)arg;
    pthread_t thread;
    if (pthread_create(&thread, NULL, guest, NULL) != 0)
        return -1;
    pthread_join(thread, NULL);
    return troupe_yield();
}

static void a_program_of_actors_keeps_its_trace(void **state)
{
    (void)state;
    assert_int_equal(troupe_run(start_a_guest, NULL), 0);
    struct trace_model *model = load_sound();
    assert_false(model->cut);
    assert_int_equal(model->lane_count, 1);
    trace_model_destroy(model);
}

static void without_a_trace_nothing_happens(void **state)
{
    (void)state;
    unsetenv("TROUPE_TRACE");
    assert_int_equal(troupe_record_open(), 0);
    assert_int_equal(troupe_record_spawn("nobody"), 0);
    troupe_record_begin(0);
    troupe_record_wait(TROUPE_WAIT_SLEEP, 0);
    troupe_record_run();
    troupe_record_ready(0);
    troupe_record_end(0);
    assert_int_equal(troupe_record_child("nobody"), 0);
    assert_int_equal(troupe_record_close(), 0);
    assert_int_equal(troupe_record_open_file("/nowhere/at/all.json"), -ENOENT);
}

HARNESS_MAIN(TRACED(threads_are_lanes), TRACED(who_wakes_whom_is_told),
             TRACED(many_threads_one_after_the_other), TRACED(children_record_into_the_same_file),
             TRACED(a_child_may_outlive_its_parent),
             TRACED(a_child_that_is_killed_leaves_the_file_open),
             TRACED(threads_that_go_on_do_no_harm), TRACED(a_program_of_actors_keeps_its_trace),
             TRACED(without_a_trace_nothing_happens))
