/*
 * troupe run: runs a program with recording switched on.
 *
 * The program has our standard input, output and error, and its exit status becomes ours.  While
 * it runs, interrupts from the terminal are its business (it gets them itself, and records them);
 * requests to end that are sent to us are passed on.
 */

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "embed.h"
#include "recording_format.h"
#include "run_python.h"
#include "tool.h"

/* What a shell returns for a program that cannot be found, or found but not run. */
#define STATUS_NOT_FOUND 127
#define STATUS_NOT_RUNNABLE 126
#define STATUS_SIGNAL 128

enum {
    OPTION_OUTPUT,
    OPTION_RECORD,
    OPTION_SEED,
    OPTION_VIRTUAL_TIME,
    OPTION_QUIET,
    OPTION_EMBED_SOURCE
};

static const struct tool_option options[] = {
    [OPTION_OUTPUT] = {"output", 'o', "FILE", "where to write the trace (PROGRAM.json)"},
    [OPTION_RECORD] = {"record", 'r', NULL, "write a recording beside it, for `troupe replay`"},
    [OPTION_SEED] = {"seed", 's', "N", "give turns by lot, in the order that N stands for"},
    [OPTION_VIRTUAL_TIME] = {"virtual-time", 'V', NULL,
                             "let time jump when all wait: the same trace each time"},
    [OPTION_QUIET] = {"quiet", 'q', NULL, "do not say where the trace is"},
    [OPTION_EMBED_SOURCE] = {"embed-source", 'e', NULL,
                             "put the program's source files into the trace"},
};

/* The child, for the signal handler. */
static volatile sig_atomic_t child_pid;

static void pass_on(int signal)
{
    if (child_pid > 0)
        kill((pid_t)child_pid, signal);
}

static void handle(int signal, void (*handler)(int))
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(signal, &action, NULL);
}

/* Our way with signals while the program runs, or back to the usual one. */
static void handle_signals(bool ours)
{
    handle(SIGINT, ours ? SIG_IGN : SIG_DFL);
    handle(SIGQUIT, ours ? SIG_IGN : SIG_DFL);
    handle(SIGTERM, ours ? pass_on : SIG_DFL);
    handle(SIGHUP, ours ? pass_on : SIG_DFL);
}

/* "count.json" for "./count" and for "count.py". */
static bool default_name(const char *program, char *name, size_t bytes)
{
    const char *slash = strrchr(program, '/');
    const char *base = slash != NULL ? slash + 1 : program;
    size_t count = strlen(base);
    if (count > 3 && strcmp(base + count - 3, ".py") == 0)
        count -= 3;
    return snprintf(name, bytes, "%.*s.json", (int)count, base) < (int)bytes;
}

/* "count.recording" for "count.json" and "count.json.gz". */
static bool recording_name(const char *trace, char *name, size_t bytes)
{
    static const char *const suffixes[] = {".gz", ".json"};
    size_t count = strlen(trace);
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        size_t length = strlen(suffixes[i]);
        if (count > length && strcmp(trace + count - length, suffixes[i]) == 0)
            count -= length;
    }
    return snprintf(name, bytes, "%.*s" RECORDING_SUFFIX, (int)count, trace) < (int)bytes;
}

/* Whether there is a file with nothing in it: it could not be written, as the program has said. */
static bool is_empty(const char *path)
{
    struct stat file;
    return stat(path, &file) == 0 && S_ISREG(file.st_mode) && file.st_size == 0;
}

/* Whether the file is another one than before, or has been written since. */
static bool was_written(const char *path, const struct stat *before)
{
    struct stat now;
    if (stat(path, &now) < 0)
        return false;
    return now.st_ino != before->st_ino || now.st_size != before->st_size ||
           now.st_mtim.tv_sec != before->st_mtim.tv_sec ||
           now.st_mtim.tv_nsec != before->st_mtim.tv_nsec;
}

/* In the child: never returns. */
static void become(char **program)
{
    execvp(program[0], program);
    int code = errno;
    tool_say("cannot run %s: %s", program[0], strerror(code));
    _exit(code == ENOENT ? STATUS_NOT_FOUND : STATUS_NOT_RUNNABLE);
}

/* Starts the program.  Signals wait until it is known to whom they are passed on. */
static pid_t start(char **program)
{
    sigset_t all, before;
    fflush(NULL);
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    handle_signals(true);
    pid_t child = fork();
    child_pid = child;
    if (child == 0)
        handle_signals(false);
    sigprocmask(SIG_SETMASK, &before, NULL);
    if (child == 0)
        become(program);
    return child;
}

static int wait_for(pid_t child)
{
    int status;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return TOOL_FAULT;
    return WIFSIGNALED(status) ? STATUS_SIGNAL + WTERMSIG(status) : WEXITSTATUS(status);
}

/* Runs the program and, unless it is to be quiet, says where its trace is; `source` is the program
 * whose sources are put into it, or NULL. */
static int run_program(char **program, const char *path, const char *source, bool quiet)
{
    if (path == NULL || path[0] == '\0') {
        tool_say("the name of the trace is %s", path == NULL ? "too long" : "empty");
        return TOOL_MISUSED;
    }
    if (source != NULL && !embed_is_possible(path)) {
        tool_say("sources cannot be put into a packed trace; give it a name without .gz");
        return TOOL_MISUSED;
    }
    struct stat before = {0};
    bool existed = stat(path, &before) == 0;
    if (setenv("TROUPE_TRACE", path, 1) < 0) {
        tool_say("cannot set TROUPE_TRACE: %s", strerror(errno));
        return TOOL_FAULT;
    }
    pid_t child = start(program);
    if (child < 0) {
        tool_say("cannot start another process: %s", strerror(errno));
        return TOOL_FAULT;
    }
    int status = wait_for(child);
    bool changed = was_written(path, &before);
    bool written = changed && !is_empty(path);
    if (written && source != NULL && embed_sources(path, source) != TOOL_OK && status == 0)
        status = TOOL_FAULT;
    if (written && !quiet)
        tool_say("the trace is in %s; `troupe show %s` draws it", path, path);
    else if (!changed && status != STATUS_NOT_FOUND && status != STATUS_NOT_RUNNABLE)
        tool_say("%s wrote no trace%s; %s", program[0],
                 existed ? " (the file there is an older one)" : "",
                 run_python_is_interpreter(program[0])
                     ? "it is recorded if a file or -m MODULE follows, without -c, -I or -P"
                     : "is it a troupe program?");
    return status;
}

/* What brings the recorded run again, with all of the program's arguments. */
static void tell_replay(const char *recording, char **program)
{
    flockfile(stderr);
    fprintf(stderr, "troupe: to see it again: troupe replay %s --", recording);
    for (; *program != NULL; program++)
        fprintf(stderr, " %s", *program);
    fputc('\n', stderr);
    funlockfile(stderr);
}

/* Order, time and what comes from outside are the runtime's, which Python does not have. */
static int refuse_for_python(const struct tool_call *call)
{
    static const int theirs[] = {OPTION_RECORD, OPTION_SEED, OPTION_VIRTUAL_TIME};
    for (size_t i = 0; i < sizeof theirs / sizeof theirs[0]; i++)
        if (call->values[theirs[i]] != NULL) {
            tool_say("--%s is for programs of actors in C, and not for Python",
                     options[theirs[i]].name);
            return TOOL_MISUSED;
        }
    return TOOL_OK;
}

static int run_run(const struct tool_call *call)
{
    char name[PATH_MAX];
    struct run_python python;
    if ((call->values[OPTION_SEED] != NULL &&
         setenv("TROUPE_SEED", call->values[OPTION_SEED], 1) < 0) ||
        (call->values[OPTION_VIRTUAL_TIME] != NULL && setenv("TROUPE_TIME", "virtual", 1) < 0)) {
        tool_say("cannot set the environment: %s", strerror(errno));
        return TOOL_FAULT;
    }
    if (!run_python_find(call->operands, &python))
        return TOOL_FAULT;
    if (python.command != NULL && refuse_for_python(call) != TOOL_OK) {
        free(python.command);
        return TOOL_MISUSED;
    }
    char **program = python.command != NULL ? python.command : call->operands;
    const char *path = call->values[OPTION_OUTPUT];
    const char *base = python.name != NULL ? python.name : program[0];
    if (path == NULL && default_name(base, name, sizeof name))
        path = name;
    char recording[PATH_MAX + sizeof RECORDING_SUFFIX];
    bool records = call->values[OPTION_RECORD] != NULL && path != NULL;
    if (records && (!recording_name(path, recording, sizeof recording) ||
                    setenv(RECORDING_VARIABLE, recording, 1) < 0)) {
        tool_say("cannot set " RECORDING_VARIABLE ": %s", strerror(errno));
        return TOOL_FAULT;
    }
    bool embed = call->values[OPTION_EMBED_SOURCE] != NULL;
    int status = run_program(program, path, embed ? call->operands[0] : NULL,
                             call->values[OPTION_QUIET] != NULL);
    if (records && call->values[OPTION_QUIET] == NULL && access(recording, R_OK) == 0 &&
        !is_empty(recording))
        tell_replay(recording, program);
    free(python.command);
    return status;
}

const struct tool_command command_run = {
    .name = "run",
    .operands = "PROGRAM [ARGS]",
    .sentence = "run a program and record what its actors do",
    .text =
        "Runs a program with recording switched on (TROUPE_TRACE=FILE) and says where the\n"
        "trace is.  The program has our input and output; its exit status becomes ours, 128\n"
        "and the number of the signal if it was killed by one.\n"
        "\n"
        "With --virtual-time a turn takes a microsecond and a wait no time at all; the same\n"
        "program with the same seed leaves the same trace, to the byte.\n"
        "\n"
        "With --record all that comes in from outside is recorded, too, into a file beside the\n"
        "trace: what was read, when descriptors were ready, what time it was.  `troupe replay`\n"
        "makes the same run of it, without a network and without waiting.\n"
        "\n"
        "With --embed-source the trace carries the program's source files, as far as they are\n"
        "found, so that it shows them wherever it is opened.\n"
        "\n"
        "A program of Python, unchanged, is recorded too if it is started as here: its tasks,\n"
        "threads and processes become actors.\n"
        "\n"
        "  troupe run ./count\n"
        "  troupe run --virtual-time --seed 7 ./count\n"
        "  troupe run --record ./server\n"
        "  troupe run -o fast.json -- ./count --fast\n"
        "  troupe run python3 count.py",
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .operand_min = 1,
    .operand_max = INT_MAX,
    .passes_rest = true,
    .run = run_run,
};
