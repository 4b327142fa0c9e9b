/* Sources that are put into a trace by `troupe run --embed-source`, and read out of it again. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness.h"
#include "run_tool.h"
#include "sample.h"
#include "trace_source.h"

/* A source file as hard as any: a long line, text that is no UTF-8, no newline at the end. */
static char *write_hard_source(const char *path, size_t *bytes)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("/* \"quoted\" \\ \xc2\xb5 */\n\n", file);
    for (int i = 0; i < 400; i++)
        fprintf(file, "\tline(%d);\r\n", i);
    for (int i = 0; i < 9000; i++)
        fputc('#', file);
    fputs("\nbad \xff byte\nlast", file);
    fclose(file);
    return trace_source_read(path, bytes);
}

/* Fails unless x.json carries the file, less the rest of its long line. */
static void assert_carries(const char *path, const char *expected)
{
    struct trace_model *model;
    struct trace_error error;
    size_t bytes;
    assert_int_equal(trace_load("x.json", &model, &error), 0);
    assert_true(model->source_count > 2);
    char *carried = trace_source_text(model, path, &bytes);
    assert_non_null(carried);
    size_t before = (size_t)(strchr(expected, '#') - expected);
    assert_memory_equal(carried, expected, before + 1000);
    const char *rest = strchr(carried + before, '\n');
    assert_non_null(rest);
    assert_string_equal(rest, "\nbad \xef\xbf\xbd byte\nlast");
    free(carried);
    trace_model_destroy(model);
}

static void write_mention(const char *path)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(TRACE_HEAD ",\n{\"ph\":\"M\",\"ts\":0.000,\"pid\":1,\"tid\":1,\"cat\":\"__metadata\","
                     "\"name\":\"thread_name\",\"args\":{\"name\":\"main\",\"fn\":\"main\","
                     "\"parent\":0,\"src\":\"w.c:2\"}}" TRACE_TAIL,
          file);
    fclose(file);
}

static void run_puts_the_sources_into_the_trace(void **state)
{
    char folder[256];
    size_t bytes;
    (void)state;
    tool_enter_scratch(folder, sizeof folder);
    char *source = write_hard_source("w.c", &bytes);
    assert_non_null(source);
    write_mention("seed.json");
    struct tool_run run = run_tool(NULL, "run", "--embed-source", "-o", "x.json", "--", "sh", "-c",
                                   "cp seed.json \"$TROUPE_TRACE\"", NULL);
    assert_string_equal(run.errors,
                        "troupe: the trace is in x.json; `troupe show x.json` draws it\n");
    assert_int_equal(run.status, 0);
    tool_run_finish(&run);
    run = run_tool(NULL, "check", "x.json", NULL);
    assert_string_equal(run.errors, "");
    assert_int_equal(run.status, 0);
    tool_run_finish(&run);
    assert_carries("w.c", source);
    run = run_tool(NULL, "run", "-e", "-o", "x.json.gz", "true", NULL);
    assert_int_equal(run.status, 2);
    tool_run_finish(&run);
    run = run_tool(NULL, "run", "-e", "-o", "x.json", "--", "sh", "-c",
                   "head -n 3 seed.json >\"$TROUPE_TRACE\"", NULL);
    assert_non_null(strstr(run.errors, "x.json was cut off, so it gets no sources"));
    assert_int_equal(run.status, 1);
    tool_run_finish(&run);
    free(source);
    unlink("w.c");
    unlink("seed.json");
    tool_leave_scratch(folder, "x.json");
}

/* A trace may mention anything, and reading some things never ends. */
static void only_a_file_is_a_source(void **state)
{
    static const char *const others[] = {"pipe", "/dev/zero", ".", "/nowhere"};
    char folder[256];
    size_t bytes;
    (void)state;
    tool_enter_scratch(folder, sizeof folder);
    assert_int_equal(mkfifo("pipe", 0600), 0);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        assert_null(trace_source_read(others[i], &bytes));
    tool_leave_scratch(folder, "pipe");
}

HARNESS_MAIN(cmocka_unit_test(run_puts_the_sources_into_the_trace),
             cmocka_unit_test(only_a_file_is_a_source))
