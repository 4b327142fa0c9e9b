/*
 * Whatever happens to a program, its trace can be read up to the last flush, and says that
 * something is missing.
 *
 * TROUPE_TORTURE sets how many programs are killed at random moments.
 */

#include "traced.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <troupe.h>
#include <troupe/record.h>

#include "clock.h"
#include "sanitizers.h"
#include "sound.h"
#include "trace_record.h"

#define KILLS 8

static int yield_for_good(void *arg)
{
    (void)arg;
    for (;;)
        if (troupe_yield() < 0)
            return -1;
}

static int print_for_good(void *arg)
{
    (void)arg;
    for (;;) {
        troupe_trace_mark("still there");
        if (troupe_sleep(TROUPE_US(50)) < 0)
            return -1;
    }
}

static int live_for_good(void *arg)
{
    (void)arg;
    return troupe_gather((troupe_fn[]){yield_for_good, print_for_good}, 2, NULL);
}

/* Runs it in a child, and kills that some time after the file has so many bytes. */
static void kill_after(long us, const char *name, off_t bytes)
{
    struct stat file;
    pid_t child = fork();
    if (child == 0)
        _exit(troupe_run(live_for_good, NULL));
    while (stat(name, &file) < 0 || file.st_size < bytes)
        usleep(100);
    usleep((useconds_t)us);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
}

static void killed_at_any_moment(void **state)
{
    (void)state;
    const char *rounds = getenv("TROUPE_TORTURE");
    int count = rounds != NULL ? atoi(rounds) : KILLS;
    unsigned seed = (unsigned)time(NULL);
    print_message("the seed is %u\n", seed);
    srandom(seed);
    for (int i = 0; i < count; i++) {
        struct stat file = {.st_size = 0};
        kill_after(random() % 40000, path, 0);
        if (stat(path, &file) == 0 && file.st_size > 0) /* it may not have got so far */
            assert_true(check_sound(path));
    }
}

static void killed_while_packing(void **state)
{
    (void)state;
    enum { FIRST_FLUSH = 100 }; /* the head of a packed file has some ten bytes */
    char packed[sizeof path + 8];
    snprintf(packed, sizeof packed, "%s.json.gz", path);
    setenv("TROUPE_TRACE", packed, 1);
    for (int i = 0; i < 3; i++) {
        unlink(packed);
        kill_after(random() % 40000, packed, FIRST_FLUSH);
        assert_true(check_sound(packed));
    }
    unlink(packed);
}

static void a_disk_that_is_full_ends_the_trace_not_the_program(void **state)
{
    (void)state;
    pid_t child = fork();
    if (child == 0) {
        struct rlimit limit = {.rlim_cur = 100000, .rlim_max = 100000};
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &limit);
        _exit(troupe_run(yield_often, (void *)(intptr_t)20000) != 0);
    }
    int status = -1;
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
    struct trace_model *model = load(); /* torn in the middle of a line */
    assert_true(model->cut);
    assert_true(model->switch_count > 100);
    trace_model_destroy(model);
}

/* Closes the descriptor of the trace behind its back. */
static void close_trace(void)
{
    char link[64], target[128];
    for (int fd = 3; fd < 1024; fd++) {
        snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        ssize_t bytes = readlink(link, target, sizeof target - 1);
        if (bytes > 0 && (size_t)bytes == strlen(path) && memcmp(target, path, (size_t)bytes) == 0)
            close(fd);
    }
}

static int close_and_yield(void *arg)
{
    int rc = troupe_sleep(TROUPE_MS(250)); /* two flushes */
    close_trace();
    return rc == 0 ? yield_often(arg) : rc;
}

static void a_descriptor_that_is_closed_ends_the_trace_not_the_program(void **state)
{
    (void)state;
    assert_int_equal(troupe_run(close_and_yield, (void *)(intptr_t)100000), 0);
    assert_true(check_sound(path));
    struct trace_model *model = load();
    assert_int_equal(model->lane_count, 1);
    trace_model_destroy(model);
}

/* A child that does not go on with its parent's trace, but begins one, as a program does that is
 * started: it finds the file owned. */
static void another_program_writes_a_file_of_its_own(void **state)
{
    (void)state;
    char other[sizeof path + 16];
    if (CORO_TSAN)
        skip_traced("ThreadSanitizer does not follow threads that a forked child starts");
    assert_int_equal(troupe_record_open(), 0);
    assert_int_equal(system("test -n \"$TROUPE_TRACE_OWNER\""), 0);
    pid_t child = fork();
    if (child == 0)
        _exit(troupe_run(yield_often, (void *)(intptr_t)5) != 0);
    int status = -1;
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
    assert_int_equal(troupe_record_close(), 0);
    assert_int_equal(system("test -z \"$TROUPE_TRACE_OWNER\""), 0);
    snprintf(other, sizeof other, "%s.%d", path, (int)child);
    assert_false(check_sound(path));
    assert_false(check_sound(other));
    unlink(other);
    struct trace_model *model = load();
    assert_int_equal(model->lane_count, 1);
    trace_model_destroy(model);
}

/* The program becomes another one, with all its threads gone. */
static void an_exec_leaves_what_was_flushed(void **state)
{
    (void)state;
    pid_t child = fork();
    if (child == 0) {
        if (troupe_record_open() != 0)
            _exit(1);
        troupe_record_puts("before");
        usleep(300000);
        execl("/bin/true", "true", (char *)NULL);
        _exit(2);
    }
    int status = -1;
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
    assert_true(check_sound(path));
    struct trace_model *model = load();
    assert_int_equal(model->mark_count, 1);
    trace_model_destroy(model);
}

/* A clock that kills whoever reads it on the writer's thread. */
static pthread_t reader;
static _Atomic bool is_deadly;

static void sample_or_die(uint64_t *ticks, int64_t *now_ns)
{
    clock_sample(ticks, now_ns);
    if (is_deadly && !pthread_equal(pthread_self(), reader))
        __builtin_trap();
}

static void a_crash_of_the_writer_leaves_what_was_flushed(void **state)
{
    (void)state;
    if (RUNNING_ON_VALGRIND)
        skip_traced("Valgrind deals with the crash itself");
    pid_t child = fork();
    if (child == 0) {
        struct trace_recorder *recorder;
        struct trace_ring *ring;
        struct trace_options options = {
            .path = path,
            .prog = "crash",
            .runtime = "test",
            .clock = "monotonic",
            .sample = sample_or_die,
        };
        setrlimit(RLIMIT_CORE, &(struct rlimit){.rlim_cur = 0});
        clock_init();
        reader = pthread_self();
        if (trace_recorder_open(&options, &recorder, &ring) < 0)
            _exit(1);
        struct trace_record record = {
            .ticks = clock_ticks(), .actor = 1, .kind = TRACE_RECORD_FN_NAME};
        trace_put_text(ring, record, "victim", 6);
        record.kind = TRACE_RECORD_SPAWN;
        trace_put(ring, &record);
        usleep(300000);
        is_deadly = true;
        pause();
    }
    int status = -1;
    int64_t since_ns = clock_now_ns();
    waitpid(child, &status, 0);
    assert_true(WIFSIGNALED(status));
    assert_true(clock_now_ns() - since_ns < INT64_C(30000000000));
    assert_true(check_sound(path));
    struct trace_model *model = load();
    assert_int_equal(model->lane_count, 1);
    assert_string_equal(trace_text(model, model->lanes[0].name), "victim#1");
    trace_model_destroy(model);
}

/* One runs when records are lost, and is told of no more; then another has the loop. */
static void who_ran_when_records_were_lost_does_not_run_on(void **state)
{
    (void)state;
    struct trace_recorder *recorder;
    struct trace_ring *ring;
    struct trace_options options = {
        .path = path,
        .prog = "lost",
        .runtime = "test",
        .clock = "monotonic",
        .sample = clock_sample,
    };
    clock_init();
    assert_int_equal(trace_recorder_open(&options, &recorder, &ring), 0);
    for (uint32_t actor = 1; actor <= 2; actor++) {
        struct trace_record record = {.actor = actor, .ticks = clock_ticks()};
        record.kind = TRACE_RECORD_FN_NAME;
        trace_put_text(ring, record, "worker", 6);
        record.kind = TRACE_RECORD_SPAWN;
        trace_put(ring, &record);
    }
    for (uint32_t actor = 1; actor <= 2; actor++) {
        struct trace_record record = {.actor = actor, .ticks = clock_ticks()};
        record.kind = TRACE_RECORD_RESUME;
        trace_put(ring, &record);
        record.kind = actor == 1 ? TRACE_RECORD_LOST : TRACE_RECORD_EXIT;
        record.value = actor == 1 ? 3 : 0;
        trace_put(ring, &record);
    }
    assert_int_equal(trace_recorder_close(recorder, ring), 0);
    assert_false(check_sound(path));
    struct trace_model *model = load();
    assert_int_equal(model->lane_count, 2);
    assert_int_equal(model->switch_count, 1);
    trace_model_destroy(model);
}

HARNESS_MAIN(TRACED(killed_at_any_moment), TRACED(killed_while_packing),
             TRACED(a_disk_that_is_full_ends_the_trace_not_the_program),
             TRACED(a_descriptor_that_is_closed_ends_the_trace_not_the_program),
             TRACED(another_program_writes_a_file_of_its_own),
             TRACED(an_exec_leaves_what_was_flushed),
             TRACED(a_crash_of_the_writer_leaves_what_was_flushed),
             TRACED(who_ran_when_records_were_lost_does_not_run_on))
