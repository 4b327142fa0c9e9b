/* A child with its three streams in files, or on a pseudo-terminal. */

#include "run_tool.h"

#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness.h"
#include "sample.h"

#define WORDS_MAX 16

static void set_environment(void)
{
    static const char *const unset[] = {"COLUMNS", "NO_COLOR", "TERM",
                                        "LC_ALL",  "LC_CTYPE", "TROUPE_TRACE"};
    for (size_t i = 0; i < sizeof unset / sizeof unset[0]; i++)
        unsetenv(unset[i]);
    setenv("LANG", "C.UTF-8", 1);
}

static void become_tool(char *const *words)
{
    const char *tool = getenv("TROUPE_TOOL");
    execv(tool, words);
    _exit(125);
}

static char *read_all(FILE *file)
{
    struct sample_text text = {0};
    char part[4096];
    size_t got;
    rewind(file);
    sample_add(&text, "%s", "");
    while ((got = fread(part, 1, sizeof part, file)) > 0)
        sample_add(&text, "%.*s", (int)got, part);
    fclose(file);
    return text.text;
}

static int exit_status(pid_t child)
{
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

struct tool_run run_tool(const char *input, ...)
{
    char *words[WORDS_MAX + 2] = {(char *)"troupe"};
    FILE *files[3] = {tmpfile(), tmpfile(), tmpfile()};
    va_list args;
    va_start(args, input);
    for (size_t i = 1; i <= WORDS_MAX && (words[i] = va_arg(args, char *)) != NULL; i++)
        continue;
    va_end(args);
    assert_true(files[0] != NULL && files[1] != NULL && files[2] != NULL);
    if (input != NULL)
        fputs(input, files[0]);
    rewind(files[0]);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        set_environment();
        for (int i = 0; i < 3; i++)
            dup2(fileno(files[i]), i);
        become_tool(words);
    }
    assert_true(child > 0);
    struct tool_run run = {.status = exit_status(child)};
    fclose(files[0]);
    run.output = read_all(files[1]);
    run.errors = read_all(files[2]);
    return run;
}

struct tool_run run_tool_on_terminal(int columns, const char *const *words)
{
    char *argv[WORDS_MAX + 2] = {(char *)"troupe"};
    struct winsize size = {.ws_col = (unsigned short)columns, .ws_row = 50};
    struct sample_text text = {0};
    char part[4096];
    int terminal;
    ssize_t got;
    for (size_t i = 0; i < WORDS_MAX && words[i] != NULL; i++)
        argv[i + 1] = (char *)words[i];
    pid_t child = forkpty(&terminal, NULL, NULL, &size);
    if (child == 0) {
        set_environment();
        setenv("TERM", "xterm", 1);
        if (getenv("SAMPLE_NO_COLOR") != NULL)
            setenv("NO_COLOR", "1", 1);
        become_tool(argv);
    }
    assert_true(child > 0);
    sample_add(&text, "%s", "");
    while ((got = read(terminal, part, sizeof part)) > 0)
        sample_add(&text, "%.*s", (int)got, part);
    close(terminal);
    struct tool_run run = {.status = exit_status(child), .output = text.text};
    run.errors = calloc(1, 1);
    return run;
}

void tool_run_finish(struct tool_run *run)
{
    free(run->output);
    free(run->errors);
    *run = (struct tool_run){0};
}

void assert_golden(const char *name, const char *text)
{
    char path[512];
    const char *mode = getenv("TROUPE_GOLDEN");
    snprintf(path, sizeof path, "golden/%s", name);
    if (mode != NULL && strcmp(mode, "write") == 0) {
        FILE *file = fopen(sample_path(path), "wb");
        assert_non_null(file);
        fputs(text, file);
        fclose(file);
        return;
    }
    size_t bytes;
    char *expected = sample_read(path, &bytes);
    if (strcmp(text, expected) != 0)
        fail_msg("this is not data/%s (TROUPE_GOLDEN=write rewrites it):\n%s", path, text);
    free(expected);
}

void tool_enter_scratch(char *folder, size_t bytes)
{
    snprintf(folder, bytes, "%s/troupe-test-XXXXXX",
             getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp");
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chdir(folder), 0);
}

void tool_leave_scratch(const char *folder, const char *file)
{
    if (file != NULL)
        assert_int_equal(unlink(file), 0);
    assert_int_equal(rmdir(folder), 0);
}
