/*
 * One process per case: a crash, a hang or a leak costs that case alone, and no case can lean on
 * what another left behind.  The process leads a group of its own, so that programs which a case
 * started and did not wait for end with it.
 *
 * A case that cannot be tested here says why and exits with EXIT_SKIPPED; the reason is the last
 * line of its output.
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

/* The exit status by which test programs say "not here", by old custom. */
#define EXIT_SKIPPED 77

/* Longest line of a case's output that is kept whole; a longer one is shown in pieces. */
#define LINE_BYTES_MAX 1024

static unsigned case_seconds(void)
{
    const char *text = getenv("TROUPE_TEST_SECONDS");
    int seconds = text != NULL ? atoi(text) : 0;
    return seconds > 0 ? (unsigned)seconds : CASE_SECONDS_DEFAULT;
}

void harness_skip(const char *reason)
{
    fflush(NULL);
    printf("\n%s\n", reason);
    fflush(stdout);
    /* Not exit: what the case has allocated so far is nobody's leak. */
    _exit(EXIT_SKIPPED);
}

/* In the child: runs one case with its output in `log`, or as it is where log is NULL. */
static void run_case(const struct CMUnitTest *unit, FILE *log)
{
    setpgid(0, 0);
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
    char line[LINE_BYTES_MAX];
    rewind(log);
    while (fgets(line, sizeof line, log) != NULL)
        printf("# %s%s", line, strchr(line, '\n') != NULL ? "" : "\n");
}

/* The last line of what a skipped case printed: its reason. */
static void print_reason(FILE *log)
{
    char line[LINE_BYTES_MAX] = "";
    rewind(log);
    while (fgets(line, sizeof line, log) != NULL)
        continue;
    printf(" # SKIP %s", line[0] != '\0' ? line : "\n");
}

static void print_end(int status)
{
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
        printf("# took longer than %u s\n", case_seconds());
    else if (WIFSIGNALED(status))
        printf("# killed by signal %d (%s)\n", WTERMSIG(status), strsignal(WTERMSIG(status)));
    else
        printf("# ended with exit status %d\n", WEXITSTATUS(status));
}

/* Runs one case in a child; true unless it failed. */
static int report_case(const struct CMUnitTest *unit, size_t number, int show)
{
    FILE *log = show ? NULL : tmpfile();
    fflush(NULL);
    pid_t child = fork();
    if (child == 0)
        run_case(unit, log);
    int status = -1;
    int ended = child > 0 && waitpid(child, &status, 0) == child;
    if (child > 0)
        kill(-child, SIGKILL);
    int skipped = ended && WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SKIPPED;
    int passed = skipped || (ended && status == 0);
    printf("%s %zu - %s", passed ? "ok" : "not ok", number, unit->name);
    if (skipped && log != NULL)
        print_reason(log);
    else
        printf("%s\n", skipped ? " # SKIP" : "");
    if (!passed && log != NULL)
        print_log(log);
    if (!passed && ended)
        print_end(status);
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
    setenv("TROUPE_STALL", "0", 0); /* what takes long here does so because the machine is busy */
    for (size_t i = 0; i < count; i++) {
        if (only != NULL && strstr(cases[i].name, only) == NULL)
            continue;
        failed += !report_case(&cases[i], ++run, only != NULL);
    }
    printf("1..%zu\n", run);
    return failed != 0;
}
