/*
 * When and what is recorded: flight recorder, stop and start, kinds left out, lossy, packed, and a
 * program's own words.
 */

#include "traced.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <troupe.h>
#include <troupe/trace.h>

#include "config.h"
#include "sanitizers.h"
#include "sound.h"
#include "trace_record.h"

/* How often a text stands in the file. */
static unsigned count_in(const char *name, const char *text)
{
    unsigned count = 0;
    static char line[70000];
    FILE *file = fopen(name, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL)
        count += strstr(line, text) != NULL;
    fclose(file);
    return count;
}

static int two_yield(void *arg)
{
    troupe_pid pids[2];
    for (int i = 0; i < 2; i++) {
        int rc = troupe_spawn(yield_often, arg, &pids[i]);
        if (rc < 0)
            return rc;
    }
    for (int i = 0; i < 2; i++) {
        int rc = troupe_join(pids[i], NULL, TROUPE_FOREVER);
        if (rc < 0)
            return rc;
    }
    return 0;
}

static void a_flight_recorder_keeps_the_end(void **state)
{
    (void)state;
    setenv("TROUPE_TRACE_OPTIONS", "last=1M", 1);
    assert_int_equal(troupe_run(two_yield, (void *)(intptr_t)50000), 0);
    check_sound(path);
    struct trace_model *model = load();
    assert_false(model->cut);
    assert_int_equal(model->lane_count, 3);
    assert_true(model->switch_count > 1000);
    assert_true(model->switch_count < 50000);
    const struct trace_mark *lost = model->marks; /* where what is kept begins */
    while (lost->kind != TRACE_MARK_LOST)
        lost++;
    assert_true(lost->at_ns > 0);
    assert_true(lost->at_ns <= model->spans[model->switches[1]].start_ns);
    assert_int_equal(model->spans[model->switches[model->switch_count - 1]].reason,
                     TRACE_REASON_EXIT);
    trace_model_destroy(model);
}

static int dump_twice(void *arg)
{
    int rc = two_yield(arg);
    if (rc == 0)
        rc = troupe_trace_dump();
    return rc == 0 ? troupe_trace_dump() : rc;
}

static void a_flight_recorder_writes_when_it_is_told(void **state)
{
    (void)state;
    char second[sizeof path + 8];
    setenv("TROUPE_TRACE_OPTIONS", "last=10s", 1);
    assert_int_equal(troupe_run(dump_twice, (void *)(intptr_t)100), 0);
    check_sound(path);
    struct trace_model *model = load();
    assert_int_equal(model->lane_count, 3);
    assert_int_equal(model->lanes[0].end_ns, TRACE_NEVER); /* main was at it */
    assert_true(model->switch_count >= 2 * 101 + 2);       /* main waits for one, or for both */
    trace_model_destroy(model);
    snprintf(second, sizeof second, "%s.2", path);
    check_sound(second);
    unlink(second);
}

enum { GUESTS = 12, DUMPS = 30 };

/* Guests leave one after the other, and there is a dump every now and then. */
static int guests_leave(void *arg)
{
    troupe_pid pids[GUESTS];
    int rc = 0;
    for (intptr_t i = 0; rc == 0 && i < GUESTS; i++)
        rc = troupe_spawn(yield_often, (void *)(i * 80), &pids[i]);
    for (int i = 0; rc == 0 && i < DUMPS; i++) {
        yield_often(arg);
        rc = troupe_trace_dump();
    }
    return rc;
}

static void who_has_left_is_known_by_name(void **state)
{
    (void)state;
    char name[sizeof path + 8];
    setenv("TROUPE_TRACE_OPTIONS", "last=1M", 1);
    assert_int_equal(troupe_run(guests_leave, (void *)(intptr_t)40), 0);
    for (int i = 1; i <= DUMPS; i++) {
        snprintf(name, sizeof name, i > 1 ? "%s.%d" : "%s", path, i);
        check_sound(name);
        if (i > 1)
            unlink(name);
    }
}

static int hold(void *arg)
{
    (void)arg;
    usleep(50000); /* nobody else can run */
    return troupe_sleep(TROUPE_MS(300));
}

static void a_hold_makes_it_write(void **state)
{
    (void)state;
    setenv("TROUPE_TRACE_OPTIONS", "hold=30ms", 1);
    pid_t child = fork();
    if (child == 0) {
        troupe_run(hold, NULL);
        _exit(0);
    }
    int status;
    waitpid(child, &status, 0);
    check_sound(path);
    struct trace_model *model = load();
    assert_int_equal(model->lane_count, 1);
    assert_int_equal(model->lanes[0].end_ns, TRACE_NEVER);
    assert_int_equal(model->switch_count, 1);
    trace_model_destroy(model);
}

static int be_killed(void *arg)
{
    int rc = two_yield(arg);
    raise(SIGTERM);
    return rc;
}

static void a_fatal_signal_makes_it_write(void **state)
{
    (void)state;
    setenv("TROUPE_TRACE_OPTIONS", "last=10s", 1);
    pid_t child = fork();
    if (child == 0)
        _exit(troupe_run(be_killed, (void *)(intptr_t)10));
    int status;
    waitpid(child, &status, 0);
    assert_true(WIFSIGNALED(status));
    check_sound(path);
    struct trace_model *model = load();
    assert_int_equal(model->lane_count, 3);
    trace_model_destroy(model);
}

static int send_signal(void *arg)
{
    int rc = two_yield(arg);
    kill(getpid(), SIGUSR1);
    while (rc == 0 && access((const char *)path, F_OK) == 0 && count_in(path, "exit") == 0)
        rc = troupe_sleep(TROUPE_MS(1));
    kill(getpid(), SIGKILL);
    return rc;
}

static void a_signal_makes_it_write(void **state)
{
    (void)state;
    setenv("TROUPE_TRACE_OPTIONS", "last=10s,signal=USR1", 1);
    pid_t child = fork();
    if (child == 0)
        _exit(troupe_run(send_signal, (void *)(intptr_t)10));
    int status;
    waitpid(child, &status, 0);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGKILL);
    struct trace_model *model = load();
    assert_true(model->switch_count >= 2 * 11);
    trace_model_destroy(model);
}

static int stop_and_start(void *arg)
{
    puts("before");
    int rc = troupe_trace_stop();
    puts("between");
    if (rc == 0)
        rc = two_yield(arg);
    if (rc == 0)
        rc = troupe_trace_start();
    puts("after");
    return rc == 0 ? two_yield((void *)(intptr_t)3) : rc;
}

static void what_happens_between_stop_and_start_is_left_out(void **state)
{
    (void)state;
    assert_int_equal(troupe_run(stop_and_start, (void *)(intptr_t)1000), 0);
    check_sound(path);
    assert_int_equal(count_in(path, "\"text\":\"before\""), 1);
    assert_int_equal(count_in(path, "\"text\":\"between\""), 0);
    assert_int_equal(count_in(path, "\"text\":\"after\""), 1);
    assert_int_equal(count_in(path, "\"cat\":\"lost\""), 1);
    struct trace_model *model = load();
    assert_int_equal(model->lane_count, 5); /* lives are told in any case */
    assert_true(model->switch_count < 20);
    assert_true(model->switch_count >= 2 * 4);
    trace_model_destroy(model);
}

static int print_and_pass(void *arg)
{
    puts("printed");
    int rc = troupe_send(troupe_self(), 1, NULL, 0);
    for (int i = 0; rc == 0 && i < 99; i++)
        rc = troupe_send(troupe_self(), 1, NULL, 0);
    (void)arg;
    return rc;
}

static void kinds_can_be_left_out(void **state)
{
    (void)state;
    setenv("TROUPE_TRACE_OPTIONS", "without=prints,without=loops,messages=10", 1);
    assert_int_equal(troupe_run(print_and_pass, NULL), 0);
    check_sound(path);
    assert_int_equal(count_in(path, "\"cat\":\"log\""), 0);
    assert_int_equal(count_in(path, "\"cat\":\"loop\""), 0);
    assert_int_equal(count_in(path, "\"cat\":\"msg\""), 10);
    setenv("TROUPE_TRACE_OPTIONS", "without=messages", 1);
    assert_int_equal(troupe_run(print_and_pass, NULL), 0);
    assert_int_equal(count_in(path, "\"cat\":\"log\""), 1);
    assert_int_equal(count_in(path, "\"cat\":\"msg\""), 0);
}

static void a_lossy_trace_says_how_much_it_lost(void **state)
{
    (void)state;
    const intptr_t turns = RUNNING_ON_VALGRIND ? 30000 : 300000;
    setenv("TROUPE_TRACE_OPTIONS", "lossy", 1);
    assert_int_equal(troupe_run(two_yield, (void *)turns), 0);
    check_sound(path);
    struct trace_model *model = load();
    uint64_t lost = 0;
    for (uint32_t i = 0; i < model->mark_count; i++)
        if (model->marks[i].kind == TRACE_MARK_LOST)
            lost += strtoull(trace_text(model, model->marks[i].text), NULL, 10);
    /* Each turn is a suspend and a resume; what is not there was lost, a run for each two. */
    uint64_t runs = 2 * (uint64_t)turns + 4;
    assert_true(model->switch_count <= runs);
    assert_true(model->switch_count + lost >= runs);
    assert_int_equal(count_in(path, "\"name\":\"stall\""), 0);
    trace_model_destroy(model);
}

static void a_packed_trace_is_packed(void **state)
{
    (void)state;
    char packed[sizeof path + 8];
    unsigned char head[2];
    snprintf(packed, sizeof packed, "%s.json.gz", path);
    setenv("TROUPE_TRACE", packed, 1);
    assert_int_equal(troupe_run(two_yield, (void *)(intptr_t)5000), 0);
    FILE *file = fopen(packed, "r");
    assert_int_equal(fread(head, 1, 2, file), 2);
    fclose(file);
    assert_int_equal(head[0] << 8 | head[1], 0x1f8b);
    check_sound(packed);
    unlink(packed);
}

static int speak(void *arg)
{
    (void)arg;
    if (!troupe_trace_is_on())
        return -1;
    troupe_trace_begin("outer");
    troupe_trace_count("depth", -5);
    int rc = troupe_yield();
    troupe_trace_mark("half \"way\"");
    troupe_trace_end("outer");
    return rc;
}

static void own_words_stand_on_the_actors_lane(void **state)
{
    (void)state;
    static const char *const words[] = {"begin outer", "depth = -5", "half \"way\"", "end outer"};
    assert_int_equal(troupe_run(speak, NULL), 0);
    check_sound(path);
    struct trace_model *model = load();
    assert_int_equal(model->mark_count, 4);
    for (uint32_t i = 0; i < 4; i++) {
        assert_int_equal(model->marks[i].kind, TRACE_MARK_OTHER);
        assert_int_equal(model->marks[i].lane, 0);
        assert_string_equal(trace_text(model, model->marks[i].text), words[i]);
    }
    trace_model_destroy(model);
}

static void nothing_can_be_asked_of_nobody(void **state)
{
    (void)state;
    assert_false(troupe_trace_is_on());
    assert_int_equal(troupe_trace_stop(), -ESRCH);
    assert_int_equal(troupe_trace_dump(), -ESRCH);
    troupe_trace_mark("nobody hears this");
}

static void options_are_read_or_told_off(void **state)
{
    (void)state;
    static const struct {
        const char *list, *fault;
    } rows[] = {
        {"last=2.5s,signal=USR2,lossy,stopped", ""},
        {"", ""},
        {"last=10", "\"last=10\" must be last=10s or last=64M"},
        {"hold=5s,last", "\"last\" must be last=10s or last=64M"},
        {"signal=KILL", "\"signal=KILL\" must be signal=USR1, USR2, HUP or WINCH"},
        {"lossy=1", "\"lossy=1\" must be lossy"},
        {"fast", "\"fast\" must be one of last, hold, signal, without, messages, lossy, stopped"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct config config;
        char fault[160];
        config_read(&config, rows[i].list, fault, sizeof fault);
        assert_string_equal(fault, rows[i].fault);
    }
    struct config config;
    char fault[160];
    config_read(&config, "last=2.5s,without=notes,without=messages,messages=7", fault, 160);
    assert_int_equal(config.limits.last_ns, 2500000000);
    assert_int_equal(config.without, 1 << CONFIG_NOTES | 1 << CONFIG_MESSAGES);
    assert_int_equal(config.message_every, 7);
}

HARNESS_MAIN(TRACED(a_flight_recorder_keeps_the_end),
             TRACED(a_flight_recorder_writes_when_it_is_told),
             TRACED(who_has_left_is_known_by_name), TRACED(a_hold_makes_it_write),
             TRACED(a_fatal_signal_makes_it_write), TRACED(a_signal_makes_it_write),
             TRACED(what_happens_between_stop_and_start_is_left_out), TRACED(kinds_can_be_left_out),
             TRACED(a_lossy_trace_says_how_much_it_lost), TRACED(a_packed_trace_is_packed),
             TRACED(own_words_stand_on_the_actors_lane),
             cmocka_unit_test(nothing_can_be_asked_of_nobody),
             cmocka_unit_test(options_are_read_or_told_off))
