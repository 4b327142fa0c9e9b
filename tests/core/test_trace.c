/*
 * What a run leaves in its trace: all of it, attributed to the right actor, also when the program
 * dies.
 */

#include "harness.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "running.h"
#include "sanitizers.h"
#include "traced.h"

/* The texts that lane `name` printed, each followed by a stroke. */
static void assert_prints(const struct trace_model *model, const char *name, const char *expected)
{
    char texts[1024] = "";
    for (uint32_t i = 0; i < model->mark_count; i++)
        if (strcmp(trace_text(model, model->lanes[model->marks[i].lane].name), name) == 0)
            snprintf(texts + strlen(texts), sizeof texts - strlen(texts), "%s|",
                     trace_text(model, model->marks[i].text));
    assert_string_equal(texts, expected);
}

static int count(void *arg)
{
    (void)arg;
    puts("One");
    int rc = troupe_sleep(TROUPE_MS(5));
    puts("Two");
    return rc;
}

static int three_counts(void *arg)
{
    (void)arg;
    return troupe_gather((troupe_fn[]){count, count, count}, 3, NULL);
}

/* "main:run-join count#1:run-sleep ...": the runs in the order of their start. */
static void runs_in_words(const struct trace_model *model, char *text, size_t bytes)
{
    size_t used = 0;
    for (uint32_t i = 0; i < model->switch_count; i++) {
        const struct trace_span *run = &model->spans[model->switches[i]];
        const char *name = trace_text(model, model->lanes[run->lane].name);
        int part =
            snprintf(text + used, bytes - used, "%s:%s ", name, trace_reason_name(run->reason));
        used += (size_t)part;
        assert_true(used < bytes);
    }
}

static void three_counts_leave_their_switches(void **state)
{
    (void)state;
    char text[1024];
    run(three_counts);
    struct trace_model *model = load();
    assert_false(model->cut);
    assert_int_equal(model->lane_count, 4);
    assert_int_equal(model->loop_count, 1);
    runs_in_words(model, text, sizeof text);
    assert_string_equal(text, "main:join count#1:sleep count#2:sleep count#3:sleep "
                              "count#1:exit count#2:exit count#3:exit main:exit ");
    assert_prints(model, "count#1", "One|Two|");
    assert_prints(model, "count#3", "One|Two|");
    for (uint32_t i = 0; i < model->lane_count; i++)
        assert_true(model->lanes[i].end_ns != TRACE_NEVER);
    trace_model_destroy(model);
}

/* Its states follow each other without a gap, from the spawn to the end. */
static void assert_tiled(const struct trace_model *model, const struct trace_lane *lane)
{
    const struct trace_span *span = &model->spans[lane->span_first];
    for (uint32_t i = 1; i < lane->span_count; i++)
        assert_int_equal(span[i - 1].end_ns, span[i].start_ns);
    assert_int_equal(span[lane->span_count - 1].end_ns, lane->end_ns);
}

#define YIELDS 100000

static int fill_the_ring(void *arg)
{
    (void)arg;
    return yield_often((void *)(intptr_t)YIELDS);
}

static int spawn_yielders(void *arg)
{
    (void)arg;
    return troupe_gather((troupe_fn[]){fill_the_ring, fill_the_ring}, 2, NULL);
}

static void nothing_is_lost_when_the_ring_is_full(void **state)
{
    (void)state;
    assert_int_equal(troupe_run(spawn_yielders, NULL), 0);
    struct trace_model *model = load();
    assert_int_equal(model->switch_count, 2 + 2 * (YIELDS + 1));
    for (uint32_t i = 0; i < model->lane_count; i++)
        assert_tiled(model, &model->lanes[i]);
    trace_model_destroy(model);
}

static int print_in_pieces(void *arg)
{
    (void)arg;
    printf("half ");
    int rc = troupe_yield();
    printf("a line\nand more\nrest");
    return rc;
}

static int print_to_stderr(void *arg)
{
    (void)arg;
    fprintf(stderr, "warn%s", "");
    fprintf(stderr, "ing\n");
    fflush(stderr);
    return 0;
}

static int spawn_printers(void *arg)
{
    (void)arg;
    return troupe_gather((troupe_fn[]){print_in_pieces, print_to_stderr}, 2, NULL);
}

static void text_belongs_to_who_printed_it(void **state)
{
    (void)state;
    assert_int_equal(troupe_run(spawn_printers, NULL), 0);
    struct trace_model *model = load();
    assert_prints(model, "print_in_pieces#1", "half |a line|and more|rest|");
    assert_prints(model, "print_to_stderr#1", "warning|");
    uint32_t to_stderr = 0;
    for (uint32_t i = 0; i < model->mark_count; i++)
        to_stderr += model->marks[i].to_stderr;
    assert_int_equal(to_stderr, 1);
    trace_model_destroy(model);
}

static int print_oddities(void *arg)
{
    (void)arg;
    char longest[10001];
    memset(longest, 'x', sizeof longest);
    longest[10000] = '\0';
    puts("quote \" backslash \\ bell \a euro \xe2\x82\xac bad \xff\xc0\x80 cut \xe2\x82");
    puts(longest);
    puts("");
    return 0;
}

static int spawn_oddly_named(void *arg)
{
    (void)arg;
    troupe_pid pid;
    int rc =
        troupe_spawn_spec(&(troupe_spec){.fn = print_oddities, .name = "a \"name\"\n\xfe"}, &pid);
    return rc < 0 ? rc : troupe_join(pid, NULL, TROUPE_FOREVER);
}

static void odd_text_stays_json(void **state)
{
    (void)state;
    assert_int_equal(troupe_run(spawn_oddly_named, NULL), 0);
    struct trace_model *model = load();
    const struct trace_lane *lane = &model->lanes[1];
    assert_string_equal(trace_text(model, lane->name), "a \"name\"\n\xef\xbf\xbd");
    assert_int_equal(lane->mark_count, 5); /* the long one in three pieces */
    const struct trace_mark *mark = &model->marks[lane->mark_first];
    assert_string_equal(trace_text(model, mark[0].text),
                        "quote \" backslash \\ bell \a euro \xe2\x82\xac bad \xef\xbf\xbd"
                        "\xef\xbf\xbd\xef\xbf\xbd cut \xef\xbf\xbd\xef\xbf\xbd");
    size_t bytes = 0;
    for (int i = 1; i < 4; i++)
        bytes += strlen(trace_text(model, mark[i].text));
    assert_int_equal(bytes, 10000);
    assert_string_equal(trace_text(model, mark[4].text), "");
    trace_model_destroy(model);
}

/* Runs `fn` as the main actor in a child process and returns the child's wait status. */
static int run_in_child(troupe_fn fn, void *arg)
{
    pid_t child = fork();
    if (child == 0) {
        setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
        exit(troupe_run(fn, arg));
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static char *volatile nowhere = (char *)8; /* NULL would be stopped by UBSan before the kernel */

static int print_and_die(void *arg)
{
    int signo = (int)(intptr_t)arg;
    puts("last words");
    if (signo == SIGSEGV)
        *nowhere = 1;
    if (signo == SIGABRT)
        abort();
    raise(signo);
    return 0;
}

static void assert_dies_with_its_trace(int signo)
{
    signal(signo, SIG_DFL); /* sanitizers have handlers of their own, and so has the harness */
    int status = run_in_child(print_and_die, (void *)(intptr_t)signo);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), signo);
    struct trace_model *model = load();
    assert_true(model->cut);
    assert_prints(model, "main", "last words|");
    const struct trace_lane *lane = &model->lanes[0];
    const struct trace_span *last = &model->spans[lane->span_first + lane->span_count - 1];
    assert_int_equal(last->state, TRACE_STATE_RUN);
    assert_true(last->open);
    trace_model_destroy(model);
}

static void a_fatal_signal_leaves_a_trace(void **state)
{
    (void)state;
    const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGABRT, SIGSEGV};
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        assert_dies_with_its_trace(signals[i]);
}

static volatile sig_atomic_t handled;

static void handle(int signo)
{
    handled = signo;
}

static int raise_handled(void *arg)
{
    (void)arg;
    signal(SIGTERM, handle);
    raise(SIGTERM);
    return handled == SIGTERM ? 0 : -1;
}

static void a_signal_that_the_program_handles_is_its_own(void **state)
{
    (void)state;
    assert_int_equal(troupe_run(raise_handled, NULL), 0);
    struct trace_model *model = load();
    assert_false(model->cut);
    trace_model_destroy(model);
}

static int print_and_sleep(void *arg)
{
    (void)arg;
    puts("asleep");
    return troupe_sleep(TROUPE_S(3600));
}

/* Whether the file holds this text by now. */
static int file_has(const char *text)
{
    static char content[65536];
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    content[fread(content, 1, sizeof content - 1, file)] = '\0';
    fclose(file);
    return strstr(content, text) != NULL;
}

static void a_killed_program_leaves_a_trace(void **state)
{
    (void)state;
    pid_t child = fork();
    if (child == 0)
        exit(troupe_run(print_and_sleep, NULL));
    while (!file_has("\"name\":\"sleep\"")) /* the flush after a tenth of a second */
        usleep(1000);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    struct trace_model *model = load();
    assert_true(model->cut);
    assert_prints(model, "main", "asleep|");
    const struct trace_span *last = &model->spans[model->span_count - 1];
    assert_int_equal(last->state, TRACE_STATE_WAIT);
    assert_int_equal(last->reason, TRACE_REASON_SLEEP);
    assert_true(last->open);
    assert_true(trace_wait_of(model, last)->due_ns >= INT64_C(3600000000000));
    trace_model_destroy(model);
}

static int exit_inside(void *arg)
{
    (void)arg;
    printf("bye");
    exit(7);
}

static void an_exit_inside_an_actor_closes_the_trace(void **state)
{
    (void)state;
    int status = run_in_child(exit_inside, NULL);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 7);
    struct trace_model *model = load();
    assert_false(model->cut);
    assert_prints(model, "main", "bye|");
    trace_model_destroy(model);
}

static int fork_inside(void *arg)
{
    (void)arg;
    if (CORO_ASAN)
        usleep(50000); /* a thread that begins, as the writer's, holds locks that a fork copies */
    pid_t child = fork();
    if (child == 0) {
        if (fill_the_ring(NULL) < 0) /* and nobody empties it */
            _exit(1);
        puts("child");
        exit(0);
    }
    int status = -1;
    waitpid(child, &status, 0);
    puts("parent");
    return status;
}

static void a_forked_child_leaves_the_trace_alone(void **state)
{
    (void)state;
    if (CORO_TSAN)
        skip_traced("ThreadSanitizer does not follow coroutines into a forked child");
    assert_int_equal(troupe_run(fork_inside, NULL), 0);
    struct trace_model *model = load();
    assert_false(model->cut);
    assert_prints(model, "main", "parent|");
    assert_int_equal(model->switch_count, 1);
    trace_model_destroy(model);
}

/* What a traced run of the counts says on standard error; the program itself is unharmed. */
static void assert_complaint(const char *expected)
{
    told_begin();
    run(three_counts);
    assert_string_equal(told_end(), expected);
}

static void a_trace_that_cannot_be_written_costs_a_sentence(void **state)
{
    (void)state;
    setenv("TROUPE_TRACE", "/nowhere/at/all.json", 1);
    assert_complaint("troupe: cannot write the trace /nowhere/at/all.json: "
                     "No such file or directory; going on without it\n");
    if (access("/dev/full", W_OK) == 0) {
        setenv("TROUPE_TRACE", "/dev/full", 1);
        assert_complaint("troupe: cannot write the trace /dev/full: "
                         "No space left on device; going on without it\n");
    }
}

static void without_the_variable_there_is_no_file(void **state)
{
    struct stat info;
    (void)state;
    unsetenv("TROUPE_TRACE");
    run(three_counts);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_size, 0);
}

HARNESS_MAIN(TRACED(three_counts_leave_their_switches),
             TRACED(nothing_is_lost_when_the_ring_is_full), TRACED(text_belongs_to_who_printed_it),
             TRACED(odd_text_stays_json), TRACED(a_fatal_signal_leaves_a_trace),
             TRACED(a_signal_that_the_program_handles_is_its_own),
             TRACED(a_killed_program_leaves_a_trace),
             TRACED(an_exit_inside_an_actor_closes_the_trace),
             TRACED(a_forked_child_leaves_the_trace_alone),
             TRACED(a_trace_that_cannot_be_written_costs_a_sentence),
             TRACED(without_the_variable_there_is_no_file))
