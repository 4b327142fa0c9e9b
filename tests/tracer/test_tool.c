/* The `troupe` command, end to end: what it prints, what it complains of, what it returns. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness.h"
#include "run_tool.h"
#include "sample.h"

/* Runs with the three counts as standard input, so that no path gets into the text. */
#define ON_COUNTS(run, ...)                                         \
    size_t counts_bytes;                                            \
    char *counts = sample_read("three_counts.json", &counts_bytes); \
    struct tool_run run = run_tool(counts, __VA_ARGS__, NULL);      \
    free(counts)

static void expect_golden(struct tool_run *run, const char *name, int status)
{
    assert_string_equal(run->errors, "");
    assert_int_equal(run->status, status);
    assert_golden(name, run->output);
    tool_run_finish(run);
}

static void show_draws_the_folded_axis(void **state)
{
    ON_COUNTS(run, "show", "-");
    (void)state;
    expect_golden(&run, "show_folded.txt", 0);
}

static void show_draws_the_step_axis(void **state)
{
    ON_COUNTS(run, "show", "--axis=step", "-");
    (void)state;
    expect_golden(&run, "show_step.txt", 0);
}

static void show_draws_the_time_axis(void **state)
{
    ON_COUNTS(run, "show", "--axis", "time", "-");
    (void)state;
    expect_golden(&run, "show_time.txt", 0);
}

static void show_keeps_to_ascii_and_to_a_width(void **state)
{
    ON_COUNTS(run, "show", "-", "--ascii", "-w80");
    (void)state;
    for (const char *at = run.output; *at != '\0'; at++)
        assert_true(*at == '\n' || (*at >= ' ' && *at <= '~'));
    for (const char *line = run.output; *line != '\0'; line += strcspn(line, "\n") + 1)
        assert_true(strcspn(line, "\n") <= 80);
    expect_golden(&run, "show_ascii.txt", 0);
}

static void show_uses_colours_if_told(void **state)
{
    ON_COUNTS(run, "show", "--color=always", "-");
    (void)state;
    expect_golden(&run, "show_color.txt", 0);
}

static void show_draws_two_loops_and_a_cut_file(void **state)
{
    struct tool_run run =
        run_tool(TRACE_HEAD ACTOR("1", "main", "0", "0.000") ACTOR("2", "left", "1", "1.000")
                     ACTOR("3", "right", "1", "1.000") RUN("1", "0.000", "9.999", "1", "join")
                         STATE_BEGIN("1", "join", "10.000", "") READY("2", "1.000", "9.999")
                             RUN("2", "11.000", "48.999", "1", "recv")
                                 STATE("2", "recv", "60.000", "19.999", "")
                                     RUN("2", "80.000", "19.999", "2", "yield")
                                         RUN_ON("1", "3", "5.000", "84.999", "1", "io")
                                             STATE_BEGIN("3", "io", "90.000", ""),
                 "show", "-", NULL);
    (void)state;
    expect_golden(&run, "show_two_loops.txt", 0);
}

static void show_cuts_the_number_of_lanes(void **state)
{
    ON_COUNTS(run, "show", "--lanes=2", "-");
    (void)state;
    assert_non_null(strstr(run.output, "... and 2 more actors; --lanes=COUNT draws more\n"));
    assert_null(strstr(run.output, "\ncount#3"));
    tool_run_finish(&run);
}

static void show_draws_an_empty_trace(void **state)
{
    struct tool_run run = run_tool(TRACE_HEAD TRACE_TAIL, "show", "-", NULL);
    (void)state;
    assert_int_equal(run.status, 0);
    assert_non_null(strstr(run.output, "Nothing ran."));
    tool_run_finish(&run);
}

static void long_and_wide_names_keep_to_the_margin(void **state)
{
    struct tool_run run = run_tool(
        TRACE_HEAD ACTOR("1", "a_name_that_is_longer_than_a_fifth_of_any_page", "0", "0.000")
            ACTOR("2", "\xe4\xb8\xad\xe6\x96\x87#1", "1", "1.000")
                RUN("1", "0.000", "9.999", "1", "join") STATE("1", "join", "10.000", "9.999", "")
                    RUN("2", "10.000", "9.999", "1", "exit")
                        PRINT("2", "15.000", "\xe4\xb8\xad\xe6\x96\x87") TRACE_TAIL,
        "show", "-w60", "-", NULL);
    (void)state;
    expect_golden(&run, "show_names.txt", 0);
}

/* What the reader made of damaged files has to be drawn, too. */
static void nasty_traces_are_drawn(void **state)
{
    static const char *const traces[] = {
        TRACE_HEAD RUN("1", "-2000000000000000", "2000000000000000", "1", "exit")
            RUN("1", "2000000000000000", "2000000000000000", "2", "exit"),
        TRACE_HEAD RUN("1", "5.000", "0.000", "4294967295", "x") RUN("2", "5.000", "0", "1", "x"),
        TRACE_HEAD STATE_BEGIN("1", "run", "1.000", "") STATE_BEGIN("1", "run", "1.000", ""),
        TRACE_HEAD ACTOR("1", "", "2", "9.000") PRINT("1", "1.000", "") PRINT("3", "2.000", "x"),
        TRACE_HEAD STATE("1", "dream", "1.000", "9.000", "\"due\":1e300"),
    };
    static const char *const ways[] = {"--axis=time", "--axis=step", "--axis=folded"};
    (void)state;
    for (size_t i = 0; i < sizeof traces / sizeof traces[0]; i++) {
        for (size_t j = 0; j < sizeof ways / sizeof ways[0]; j++) {
            struct tool_run run = run_tool(traces[i], "show", ways[j], "-", NULL);
            assert_int_equal(run.status, 0);
            tool_run_finish(&run);
        }
        struct tool_run run = run_tool(traces[i], "log", "-", NULL);
        assert_int_equal(run.status, 0);
        tool_run_finish(&run);
        run = run_tool(traces[i], "stats", "-", NULL);
        assert_int_equal(run.status, 0);
        tool_run_finish(&run);
    }
}

static void log_tells_each_suspend_and_resume(void **state)
{
    ON_COUNTS(run, "log", "-");
    (void)state;
    expect_golden(&run, "log.txt", 0);
}

static void log_tells_of_waits_wakers_and_losses(void **state)
{
    struct tool_run run = run_tool(
        TRACE_HEAD ACTOR("1", "main", "0", "0.000") ACTOR("2", "kid", "1", "1.000")
            RUN("1", "0.000", "9.999", "1", "join")
                STATE("1", "join", "10.000", "19.999", "\"on\":2,\"at\":\"main.c:7\"")
                    RUN("2", "10.000", "4.999", "1", "yield") READY("2", "15.000", "0.999")
                        RUN("2", "16.000", "3.999", "2", "io")
                            STATE("2", "io", "20.000", "4.999", "\"at\":\"kid.c:9\",\"due\":99.5")
                                RUN("2", "25.000", "4.999", "3", "exit")
                                    LIFE_END("2", "kid", "30.000", "-2")
                                        STATE("1", "ready", "30.000", "0.999", "\"by\":2") INSTANT(
                                            "4711", "4711", "31.000", "lost", "lost", "\"n\":12")
                                            INSTANT("1", "2", "26.000", "log", "print",
                                                    "\"text\":\"oh\",\"to\":\"stderr\"")
                                                RUN("1", "31.000", "0.999", "2", "exit"),
        "log", "--ascii", "-", NULL);
    (void)state;
    expect_golden(&run, "log_waits.txt", 0);
}

static void log_and_stats_tell_of_messages(void **state)
{
    struct tool_run run = run_tool(SAMPLE_MESSAGES, "log", "--ascii", "-", NULL);
    (void)state;
    expect_golden(&run, "log_messages.txt", 0);
    run = run_tool(SAMPLE_MESSAGES, "stats", "--ascii", "-", NULL);
    expect_golden(&run, "stats_messages.txt", 0);
}

static void text_from_a_trace_does_not_reach_the_terminal(void **state)
{
    static const char trace[] = TRACE_HEAD NAMED_LOOP("loop \\u001b[0m 0")
        ACTOR("1", "a\\u001b[31m\\u202e", "0", "0.000") RUN("1", "1.000", "9.999", "1", "exit")
            PRINT("1", "2.000", "\\u001b]0;title\\u0007\\r\\u009bK tab\\there")
                STATE("1", "a\\u001b[2Jb", "11.000", "1.000", "") TRACE_TAIL;
    static const struct {
        const char *command, *operand;
        int status;
    } runs[] = {{"show", "-", 0}, {"log", "-", 0},   {"stats", "-", 0},      {"lint", "-", 0},
                {"path", "-", 0}, {"check", "-", 1}, {"why", "b[31m@end", 2}};
    (void)state;
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++) {
        bool asks = strcmp(runs[i].operand, "-") != 0;
        struct tool_run run =
            run_tool(trace, runs[i].command, "-", asks ? runs[i].operand : NULL, NULL);
        assert_int_equal(run.status, runs[i].status);
        for (const char *at = run.output; *at != '\0'; at++)
            assert_true(*at == '\n' || (unsigned char)*at >= ' ');
        assert_null(strstr(run.output, "\xc2\x9b"));
        assert_null(strstr(run.output, "\xe2\x80\xae"));
        tool_run_finish(&run);
    }
}

static void stats_explains_the_numbers(void **state)
{
    ON_COUNTS(run, "stats", "-");
    (void)state;
    expect_golden(&run, "stats.txt", 0);
}

static void stats_tells_the_worst(void **state)
{
    ON_COUNTS(run, "stats", "--worst=3", "--ascii", "-");
    (void)state;
    expect_golden(&run, "stats_worst.txt", 0);
    run = run_tool(SAMPLE_MESSAGES, "stats", "-w2", "-", NULL);
    expect_golden(&run, "stats_worst_messages.txt", 0);
}

static void stats_prints_json(void **state)
{
    ON_COUNTS(run, "stats", "--json", "--worst=2", "-");
    (void)state;
    expect_golden(&run, "stats.json", 0);
}

static void check_says_ok(void **state)
{
    ON_COUNTS(run, "check", "-");
    (void)state;
    assert_int_equal(run.status, 0);
    assert_string_equal(run.output,
                        "standard input: ok: 71 events, 4 actors, 8 switches, 1 loop\n");
    tool_run_finish(&run);
}

static void check_says_where_a_file_is_cut(void **state)
{
    struct tool_run run = run_tool(
        TRACE_HEAD ACTOR("1", "a", "0", "1.000") ",\n{\"ph\":\"X\",\"ts\"", "check", "-", NULL);
    (void)state;
    assert_int_equal(run.status, 0);
    assert_string_equal(run.output,
                        "standard input: ok: 3 events, 1 actor, 0 switches, 0 loops; the file "
                        "breaks off, as that of a killed program does\n");
    tool_run_finish(&run);
}

static void check_lists_problems(void **state)
{
    struct sample_text text = {0};
    (void)state;
    sample_add(&text, "%s", TRACE_HEAD);
    for (int i = 0; i < 25; i++)
        sample_add(&text, ",\n{}");
    struct tool_run run = run_tool(text.text, "check", "-", NULL);
    assert_int_equal(run.status, 1);
    assert_non_null(strstr(run.output, "standard input: line 3, byte 127: \"ph\" must be one of "
                                       "M X B E i s f C b e\n"));
    assert_non_null(strstr(run.output, "standard input: 25 problems in 26 events, of which these "
                                       "are the first 20\n"));
    tool_run_finish(&run);
    free(text.text);
}

static void help_is_the_same_as_ever(void **state)
{
    static const char *const commands[] = {
        "run", "demo",  "new",  "watch",   "show",   "log",      "stats",      "lint",  "path",
        "why", "stuck", "diff", "grade",   "cut",    "merge",    "export",     "check", "ps",
        "bt",  "tree",  "top",  "explore", "replay", "schedule", "completion", "help"};
    struct sample_text text = {0};
    (void)state;
    struct tool_run run = run_tool(NULL, "help", NULL);
    sample_add(&text, "%s", run.output);
    tool_run_finish(&run);
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        run = run_tool(NULL, "help", commands[i], NULL);
        assert_int_equal(run.status, 0);
        sample_add(&text, "\n---\n%s", run.output);
        struct tool_run other = run_tool(NULL, commands[i], "--help", NULL);
        assert_string_equal(other.output, run.output);
        tool_run_finish(&other);
        tool_run_finish(&run);
    }
    assert_golden("help.txt", text.text);
    free(text.text);
}

static void version_is_one_line(void **state)
{
    struct tool_run run = run_tool(NULL, "--version", NULL);
    (void)state;
    assert_int_equal(run.status, 0);
    assert_string_equal(run.output, "troupe " TROUPE_VERSION "\n");
    tool_run_finish(&run);
}

static void what_is_wrong_is_said_in_a_sentence(void **state)
{
    static const struct {
        const char *words[4];
        int status;
        const char *errors;
    } rows[] = {
        {{NULL},
         2,
         "troupe: which command? For example: troupe show count.json\nTry `troupe help`.\n"},
        {{"shwo"}, 2, "troupe: there is no command \"shwo\"; did you mean \"show\"?\n"},
        {{"frobnicate"},
         2,
         "troupe: there is no command \"frobnicate\"; `troupe help` lists them\n"},
        {{"help", "stat"}, 2, "troupe: there is no command \"stat\"; did you mean \"stats\"?\n"},
        {{"./count.json"},
         2,
         "troupe: what about ./count.json? Perhaps you mean `troupe show ./count.json`\n"},
        {{"show"}, 2, "troupe: show needs FILE\nTry `troupe help show`.\n"},
        {{"show", "a", "b"},
         2,
         "troupe: show does not know what to do with \"b\"\nTry `troupe help show`.\n"},
        {{"show", "--axsi=step", "a"},
         2,
         "troupe: show has no option --axsi; did you mean --axis?\nTry `troupe help show`.\n"},
        {{"show", "-Q", "a"}, 2, "troupe: show has no option -Q\nTry `troupe help show`.\n"},
        {{"show", "a", "--width"},
         2,
         "troupe: --width needs a value: COLUMNS\nTry `troupe help show`.\n"},
        {{"show", "--ascii=yes", "a"},
         2,
         "troupe: --ascii takes no value\nTry `troupe help show`.\n"},
        {{"show", "--width=7", "a"},
         2,
         "troupe: --width must be a number of columns from 50 to 1000, not \"7\"\n"},
        {{"show", "--axis=fold", "a"},
         2,
         "troupe: --axis cannot be \"fold\"; did you mean \"folded\"?\n"},
        {{"show", "--color=red", "a"},
         2,
         "troupe: --color must be auto, always or never, not \"red\"\n"},
        {{"show", "--lanes=0", "a"},
         2,
         "troupe: --lanes must be a number from 1 to 10000, not \"0\"\n"},
        {{"check", "/nonexistent"},
         1,
         "troupe: /nonexistent cannot be opened: No such file or directory\n"},
        {{"log", "/"}, 1, "troupe: / cannot be read: Is a directory\n"},
        {{"stats", "/dev/null"}, 1, "troupe: /dev/null is empty\n"},
        {{"run"}, 2, "troupe: run needs PROGRAM [ARGS]\nTry `troupe help run`.\n"},
        {{"run", "-o", "", "true"}, 2, "troupe: the name of the trace is empty\n"},
        {{"run", "--seed=3", "python3", "x.py"},
         2,
         "troupe: --seed is for programs of actors in C, and not for Python\n"},
        {{"run", "/nonexistent/prog"},
         127,
         "troupe: cannot run /nonexistent/prog: No such file or directory\n"},
        {{"run", "-o/tmp/x.json", "/dev/null"},
         126,
         "troupe: cannot run /dev/null: Permission denied\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *const *words = rows[i].words;
        struct tool_run run = run_tool(NULL, words[0], words[1], words[2], words[3], NULL);
        assert_string_equal(run.errors, rows[i].errors);
        assert_int_equal(run.status, rows[i].status);
        assert_string_equal(run.output, "");
        tool_run_finish(&run);
    }
}

static void an_empty_file_is_no_trace(void **state)
{
    char path[] = "/tmp/test_tool_XXXXXX";
    (void)state;
    close(mkstemp(path));
    unlink(path);
    struct tool_run run = run_tool(NULL, "run", "-o", path, "--", "sh", "-c", ": >$0", path, NULL);
    assert_int_equal(run.status, 0);
    assert_string_equal(run.errors, "");
    unlink(path);
    tool_run_finish(&run);
}

static void a_full_disk_is_no_success(void **state)
{
    struct tool_run run = run_tool(NULL, "run", "-o", "/dev/null", "--", "sh", "-c",
                                   "\"$0\" help >/dev/full", getenv("TROUPE_TOOL"), NULL);
    (void)state;
    assert_int_equal(run.status, 1);
    assert_non_null(strstr(run.errors, "troupe: cannot write to standard output: No space left"));
    tool_run_finish(&run);
}

static void a_terminal_gets_colours_and_its_width(void **state)
{
    const char *const words[] = {"show", sample_path("three_counts.json"), NULL};
    (void)state;
    struct tool_run run = run_tool_on_terminal(72, words);
    assert_int_equal(run.status, 0);
    assert_non_null(strstr(run.output, "\x1b[1mcount\x1b[0m"));
    tool_run_finish(&run);
    setenv("SAMPLE_NO_COLOR", "1", 1);
    run = run_tool_on_terminal(60, words);
    assert_null(strchr(run.output, '\x1b'));
    /* "in progress" and a column for each of the 60, less the margin. */
    const char *strip = strstr(run.output, "\nin progress");
    assert_non_null(strip);
    assert_int_equal(strcspn(strip + 1, "\r\n"), 60 - 6);
    tool_run_finish(&run);
}

static void run_names_the_trace_after_the_program(void **state)
{
    char folder[256];
    (void)state;
    tool_enter_scratch(folder, sizeof folder);
    struct tool_run run = run_tool("asked", "run", "/bin/sh", "-c",
                                   "read word; echo \"$word $1\"; echo '[]' >\"$TROUPE_TRACE\"; "
                                   "exit 3",
                                   "sh", "-o", NULL);
    assert_int_equal(run.status, 3);
    assert_string_equal(run.output, "asked -o\n");
    assert_string_equal(run.errors,
                        "troupe: the trace is in sh.json; `troupe show sh.json` draws it\n");
    tool_run_finish(&run);
    tool_leave_scratch(folder, "sh.json");
}

static void run_passes_the_programs_own_options_on(void **state)
{
    char folder[256];
    (void)state;
    tool_enter_scratch(folder, sizeof folder);
    struct tool_run run =
        run_tool(NULL, "run", "-o", "x.json", "--", "sh", "-c",
                 "echo $# \"$TROUPE_TRACE\"; : >\"$TROUPE_TRACE\"", "sh", "--help", "-o", NULL);
    assert_int_equal(run.status, 0);
    assert_string_equal(run.output, "2 x.json\n");
    tool_run_finish(&run);
    tool_leave_scratch(folder, "x.json");
}

static void run_tells_when_there_is_no_trace(void **state)
{
    char folder[256];
    (void)state;
    tool_enter_scratch(folder, sizeof folder);
    struct tool_run run = run_tool(NULL, "run", "true", NULL);
    assert_int_equal(run.status, 0);
    assert_string_equal(run.errors, "troupe: true wrote no trace; is it a troupe program?\n");
    tool_run_finish(&run);
    FILE *old = fopen("true.json", "w");
    assert_non_null(old);
    fclose(old);
    run = run_tool(NULL, "run", "true", NULL);
    assert_string_equal(run.errors, "troupe: true wrote no trace (the file there is an older one); "
                                    "is it a troupe program?\n");
    tool_run_finish(&run);
    tool_leave_scratch(folder, "true.json");
}

static void run_returns_128_and_the_signal(void **state)
{
    struct tool_run run = run_tool(NULL, "run", "-o", "/dev/null", "sh", "-c", "kill -9 $$", NULL);
    (void)state;
    assert_int_equal(run.status, 128 + 9);
    tool_run_finish(&run);
}

static void run_passes_a_request_to_end_on(void **state)
{
    struct tool_run run =
        run_tool(NULL, "run", "-o", "/dev/null", "sh", "-c",
                 "trap 'exit 7' TERM; kill -TERM $PPID; while :; do :; done", NULL);
    (void)state;
    assert_int_equal(run.status, 7);
    tool_run_finish(&run);
}

/* The three counts, as a program. */
static const char *example_count(void)
{
    const char *count = getenv("TROUPE_COUNT");
    if (count == NULL)
        harness_skip("the example count was not built");
    return count;
}

static void a_real_run_is_recorded_checked_and_told(void **state)
{
    const char *count = example_count();
    char folder[256];
    (void)state;
    tool_enter_scratch(folder, sizeof folder);
    struct tool_run run = run_tool(NULL, "run", "-o", "count.json", "--", count, NULL);
    assert_int_equal(run.status, 0);
    assert_string_equal(run.output, "One\nOne\nOne\nTwo\nTwo\nTwo\n");
    tool_run_finish(&run);
    run = run_tool(NULL, "check", "count.json", NULL);
    assert_non_null(strstr(run.output, "count.json: ok: "));
    assert_non_null(strstr(run.output, " 4 actors, 8 switches, 1 loop\n"));
    tool_run_finish(&run);
    run = run_tool(NULL, "show", "count.json", NULL);
    assert_non_null(strstr(run.output, "printed: One  One  One  Two  Two  Two\n"));
    assert_non_null(strstr(run.output, "Three in progress, one running at a time on one loop: "
                                       "concurrent, not parallel."));
    tool_run_finish(&run);
    tool_leave_scratch(folder, "count.json");
}

static void grade_runs_a_program_with_many_seeds(void **state)
{
    const char *count = example_count();
    (void)state;
    struct tool_run run =
        run_tool(NULL, "grade", "--seeds=3", sample_path("count.rules"), "--", count, NULL);
    expect_golden(&run, "grade_seeds.txt", 0);
    run = run_tool("peak = 1\nW < 0.5 s\n", "grade", "--seeds", "3", "--quiet", "-", "--", count,
                   NULL);
    assert_int_equal(run.status, 1);
    assert_non_null(strstr(run.output, "kept in 0 of 3    2  W < 0.5 s\n"
                                       "             seed 1: W is 1."));
    assert_non_null(strstr(run.output, "To see the first of them: troupe run --seed 1 "
                                       "--virtual-time -o seed1.json -- "));
    assert_non_null(strstr(run.output, "\n0 of 3 runs keep all rules.\n"));
    assert_null(strstr(run.output, "peak"));
    tool_run_finish(&run);
    run = run_tool("peak = 1\n", "grade", "--seeds=2", "--json", "-", "--", count, NULL);
    assert_int_equal(run.status, 0);
    assert_non_null(strstr(run.output, "{\"seed\":2,\"status\":0,\"rules\":[{\"line\":1,"));
    tool_run_finish(&run);
}

static void grade_waits_for_no_run_for_ever(void **state)
{
    const char *count = example_count();
    const char *slow = "\"$0\"; [ $TROUPE_SEED = 1 ] || exec sleep 100";
    (void)state;
    struct tool_run run = run_tool("W < 2 s\n", "grade", "--seeds=9", "--limit=3s", "-", "--",
                                   "/bin/sh", "-c", slow, count, NULL);
    assert_int_equal(run.status, 1);
    assert_non_null(strstr(run.output, "The run with seed 2 took longer than 3 s and was stopped; "
                                       "seeds after it were not tried.\n"
                                       "kept in 2 of 2    1  W < 2 s\n"));
    tool_run_finish(&run);
    run = run_tool("peak = 1\n", "grade", "--seeds=9", "--limit=soon", "-", "--", count, NULL);
    assert_int_equal(run.status, 2);
    assert_string_equal(run.errors, "troupe: --limit must be a time such as 5s, not \"soon\"\n");
    tool_run_finish(&run);
}

static void grade_tells_of_programs_that_end_badly(void **state)
{
    (void)state;
    struct tool_run run =
        run_tool("peak = 1\n", "grade", "--seeds=2", "-", "--", "/bin/true", NULL);
    assert_int_equal(run.status, 1);
    assert_string_equal(run.errors, "troupe: /bin/true wrote no trace with the seed 1; is it a "
                                    "troupe program?\n");
    tool_run_finish(&run);
    run = run_tool("peak = 1\n", "grade", "--seeds=2", "-", "--", "/nowhere/at/all", NULL);
    assert_int_equal(run.status, 1);
    assert_string_equal(run.errors,
                        "troupe: cannot run /nowhere/at/all: No such file or directory\n");
    tool_run_finish(&run);
}

HARNESS_MAIN(
    cmocka_unit_test(show_draws_the_folded_axis), cmocka_unit_test(show_draws_the_step_axis),
    cmocka_unit_test(show_draws_the_time_axis),
    cmocka_unit_test(show_keeps_to_ascii_and_to_a_width),
    cmocka_unit_test(show_uses_colours_if_told),
    cmocka_unit_test(show_draws_two_loops_and_a_cut_file),
    cmocka_unit_test(show_cuts_the_number_of_lanes), cmocka_unit_test(show_draws_an_empty_trace),
    cmocka_unit_test(long_and_wide_names_keep_to_the_margin),
    cmocka_unit_test(nasty_traces_are_drawn), cmocka_unit_test(log_tells_each_suspend_and_resume),
    cmocka_unit_test(log_tells_of_waits_wakers_and_losses),
    cmocka_unit_test(log_and_stats_tell_of_messages),
    cmocka_unit_test(text_from_a_trace_does_not_reach_the_terminal),
    cmocka_unit_test(stats_explains_the_numbers), cmocka_unit_test(stats_tells_the_worst),
    cmocka_unit_test(stats_prints_json), cmocka_unit_test(check_says_ok),
    cmocka_unit_test(check_says_where_a_file_is_cut), cmocka_unit_test(check_lists_problems),
    cmocka_unit_test(help_is_the_same_as_ever), cmocka_unit_test(version_is_one_line),
    cmocka_unit_test(what_is_wrong_is_said_in_a_sentence),
    cmocka_unit_test(an_empty_file_is_no_trace), cmocka_unit_test(a_full_disk_is_no_success),
    cmocka_unit_test(a_terminal_gets_colours_and_its_width),
    cmocka_unit_test(grade_runs_a_program_with_many_seeds),
    cmocka_unit_test(grade_waits_for_no_run_for_ever),
    cmocka_unit_test(grade_tells_of_programs_that_end_badly),
    cmocka_unit_test(run_names_the_trace_after_the_program),
    cmocka_unit_test(run_passes_the_programs_own_options_on),
    cmocka_unit_test(run_tells_when_there_is_no_trace),
    cmocka_unit_test(run_returns_128_and_the_signal),
    cmocka_unit_test(run_passes_a_request_to_end_on),
    cmocka_unit_test(a_real_run_is_recorded_checked_and_told))
