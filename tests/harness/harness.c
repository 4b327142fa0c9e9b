/*
 * One process per case: a crash, a hang or a leak costs that case alone, and no case can lean on
 * what another left behind.
 */

#include "harness.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Longest that one case may take: generous, for Valgrind on a busy machine with two cores. */
#define CASE_SECONDS_DEFAULT 60

static unsigned case_seconds(void)
{
    const char *text = getenv("TROUPE_TEST_SECONDS");
    int seconds = text != NULL ? atoi(text) : 0;
    return seconds > 0 ? (unsigned)seconds : CASE_SECONDS_DEFAULT;
}

/* In the child: runs one case with its output in `log`, or as it is where log is NULL. */
static void run_case(const struct CMUnitTest *unit, FILE *log)
{
    alarm(case_seconds());
    if (log != NULL) {
        dup2(fileno(log), STDOUT_FILENO);
        dup2(fileno(log), STDERR_FILENO);
    }
    int failed = _cmocka_run_group_tests(unit->name, unit, 1, NULL, NULL);
    exit(failed != 0);
}

static void print_log(FILE *log)
{
    char line[1024];
    rewind(log);
    while (fgets(line, sizeof line, log) != NULL)
        printf("# %s%s", line, strchr(line, '\n') != NULL ? "" : "\n");
}

/* Runs one case in a child; true if it passed. */
static int report_case(const struct CMUnitTest *unit, size_t number, int show)
{
    FILE *log = show ? NULL : tmpfile();
    fflush(NULL);
    pid_t child = fork();
    if (child == 0)
        run_case(unit, log);
    int status = -1;
    int passed = child > 0 && waitpid(child, &status, 0) == child && status == 0;
    printf("%s %zu - %s\n", passed ? "ok" : "not ok", number, unit->name);
    if (!passed && log != NULL)
        print_log(log);
    if (!passed && WIFSIGNALED(status))
        printf("# killed by signal %d (%s)\n", WTERMSIG(status), strsignal(WTERMSIG(status)));
    if (log != NULL)
        fclose(log);
    fflush(stdout);
    return passed;
}

int harness_run(const struct CMUnitTest *cases, size_t count, int argc, char **argv)
{
    const char *only = argc > 1 ? argv[1] : NULL;
    size_t run = 0;
    int failed = 0;
    for (size_t i = 0; i < count; i++) {
        if (only != NULL && strstr(cases[i].name, only) == NULL)
            continue;
        failed += !report_case(&cases[i], ++run, only != NULL);
    }
    printf("1..%zu\n", run);
    return failed != 0;
}
