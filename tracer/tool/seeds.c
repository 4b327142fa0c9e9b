/* Running with a seed: the environment says it all. */

#include "seeds.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tool.h"

/* What a shell returns for a program that cannot be run; and adds to a signal's number. */
#define STATUS_NOT_RUNNABLE 126
#define STATUS_SIGNAL 128

/* In the child: never returns. */
static void become(char **program, long seed, int64_t limit_ns, const char *trace)
{
    char text[32];
    int64_t limit_us = limit_ns / 1000 + 1;
    struct itimerval limit = {.it_value = {.tv_sec = limit_us / 1000000,
                                           .tv_usec = limit_us % 1000000}};
    snprintf(text, sizeof text, "%ld", seed);
    int nowhere = open("/dev/null", O_RDWR);
    int errors = dup(STDERR_FILENO);
    if (nowhere < 0 || errors < 0 || setenv("TROUPE_SEED", text, 1) < 0 ||
        setenv("TROUPE_TIME", "virtual", 1) < 0 || setenv("TROUPE_TRACE", trace, 1) < 0)
        _exit(STATUS_NOT_RUNNABLE);
    fcntl(errors, F_SETFD, FD_CLOEXEC);
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        dup2(nowhere, fd);
    setitimer(ITIMER_REAL, &limit, NULL); /* a program that is executed keeps it */
    execvp(program[0], program);
    int code = errno;
    dup2(errors, STDERR_FILENO);
    tool_say("cannot run %s: %s", program[0], strerror(code));
    _exit(STATUS_NOT_RUNNABLE);
}

int seeds_run(char **program, long seed, int64_t limit_ns, const char *trace, int *status)
{
    struct stat file;
    int how = 0;
    fflush(NULL);
    unlink(trace);
    pid_t child = fork();
    if (child == 0)
        become(program, seed, limit_ns, trace);
    while (child > 0 && waitpid(child, &how, 0) < 0)
        if (errno != EINTR)
            child = -1;
    if (child < 0) {
        tool_say("cannot start another process: %s", strerror(errno));
        return TOOL_FAULT;
    }
    *status = WIFSIGNALED(how) ? STATUS_SIGNAL + WTERMSIG(how) : WEXITSTATUS(how);
    if (stat(trace, &file) == 0 && file.st_size > 0)
        return TOOL_OK;
    if (*status != STATUS_NOT_RUNNABLE)
        tool_say("%s wrote no trace with the seed %ld; is it a troupe program?", program[0], seed);
    return TOOL_FAULT;
}
