/*
 * troupe watch: whenever a source is saved, the program is built and run, and its picture made new.
 *
 * A run is recorded under another name and takes the place of the one before when it has ended, or
 * has gone on for long: so the viewer, which follows the file, goes from one picture to the next
 * and does not show the beginnings in between.  What is wrong stands beside the trace, in
 * TRACE.error, and the viewer shows it as long as it stands there.
 */

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "demo.h"
#include "embed.h"
#include "places.h"
#include "run_python.h"
#include "tool.h"
#include "watching.h"

enum { OPTION_OUTPUT, OPTION_TEXT };

static const struct tool_option options[] = {
    [OPTION_OUTPUT] = {"output", 'o', "FILE", "leave the last trace here"},
    [OPTION_TEXT] = {"text", 'x', NULL, "draw here, even if there is a display"},
};

/* Between two looks, in microseconds: sooner than anybody's eyes are at the window. */
#define LOOK_US 50000

/* A run that lasts for so many looks is shown while it goes on. */
#define SHOWN_AFTER_LOOKS 40

/* So many looks a program has to end when it is told to. */
#define END_LOOKS 20

/* Words of the program's command line. */
#define WORDS_MAX 256

/* Lanes in the terminal: more do not fit beside the words. */
#define LANES "8"

/* What a process returns that could not become the program. */
#define STATUS_NOT_RUNNABLE 126

struct watch {
    struct watch_project project;
    char **arguments; /* of the program, ended by NULL */
    char trace[PATH_MAX], fresh[PATH_MAX], complaint[PATH_MAX];
    char viewer_path[PATH_MAX]; /* "": the picture is drawn in the terminal */
    pid_t viewer;               /* 0: not started yet */
    bool has_run;               /* the trace is of a run */
    uint64_t stamp;             /* of the sources that were built last */
};

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
    (void)signal;
    stopped = 1;
}

/* Whether it is over: somebody has said so, or closed the window. */
static bool is_over(struct watch *watch)
{
    if (watch->viewer > 0 && waitpid(watch->viewer, NULL, WNOHANG) == watch->viewer) {
        watch->viewer = 0;
        stopped = 1;
    }
    return stopped != 0;
}

/* Says what is wrong, here and beside the trace; "" takes it back. */
static void complain(const struct watch *watch, const char *words)
{
    char path[PATH_MAX + 8];
    FILE *file;
    if (words[0] == '\0') {
        unlink(watch->complaint);
        return;
    }
    snprintf(path, sizeof path, "%s.new", watch->complaint);
    if ((file = fopen(path, "w")) != NULL) {
        fputs(words, file);
        fclose(file);
        rename(path, watch->complaint); /* whoever reads it reads all of it */
    }
    tool_say("%.*s", (int)strcspn(words, "\n"), words);
}

/* --- one run ------------------------------------------------------------------------------- */

/* In the child: never returns. */
static void become(const struct watch *watch)
{
    const struct watch_project *project = &watch->project;
    static char interpreter[] = "python3";
    char *words[WORDS_MAX + 3];
    size_t count = 0;
    struct run_python python = {.command = NULL};
    if (project->is_python)
        words[count++] = interpreter;
    words[count++] = (char *)project->program;
    for (size_t i = 0; i < WORDS_MAX && watch->arguments[i] != NULL; i++)
        words[count++] = watch->arguments[i];
    words[count] = NULL;
    setenv("TROUPE_TRACE", watch->fresh, 1);
    if (run_python_find(words, &python)) {
        char **command = python.command != NULL ? python.command : words;
        execvp(command[0], command);
        tool_say("cannot run %s: %s", command[0], strerror(errno));
    }
    _exit(STATUS_NOT_RUNNABLE);
}

/* The trace becomes the one that is looked at; it may still grow.  False if there is none. */
static bool publish(struct watch *watch)
{
    char path[PATH_MAX + 8];
    snprintf(path, sizeof path, "%s.new", watch->trace);
    unlink(path);
    return access(watch->fresh, R_OK) == 0 && link(watch->fresh, path) == 0 &&
           rename(path, watch->trace) == 0 && (watch->has_run = true);
}

static pid_t spawn(const char *const *words)
{
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        execv(words[0], (char *const *)words);
        _exit(STATUS_NOT_RUNNABLE);
    }
    return child;
}

/* The picture of what was published. */
static void show(struct watch *watch)
{
    if (watch->viewer_path[0] == '\0')
        demo_start((const char *const[]){place_of_command(), "show", "--lanes", LANES, watch->trace,
                                         NULL});
    else if (watch->viewer == 0)
        watch->viewer =
            spawn((const char *const[]){watch->viewer_path, "--live", watch->trace, NULL});
}

/* Where there was no run yet, a window is opened on one in which nothing ran: somebody looks at the
 * wall, not at the terminal, for what the compiler says. */
static void show_words(struct watch *watch)
{
    if (watch->viewer_path[0] == '\0' || watch->viewer != 0)
        return;
    FILE *file = fopen(watch->trace, "w");
    if (file == NULL)
        return;
    fprintf(file,
            "[\n"
            "{\"ph\":\"M\",\"ts\":0,\"pid\":1,\"tid\":1,\"cat\":\"__metadata\",\"name\":"
            "\"troupe\",\"args\":{\"version\":1,\"prog\":\"%s\",\"clock\":\"monotonic\"}},\n"
            "{\"ph\":\"M\",\"ts\":0,\"pid\":1,\"tid\":1,\"cat\":\"__metadata\",\"name\":"
            "\"thread_name\",\"args\":{\"name\":\"main\"}},\n"
            "{\"ph\":\"X\",\"ts\":0,\"dur\":1,\"pid\":1,\"tid\":1,\"cat\":\"state\",\"name\":"
            "\"ready\"}\n"
            "]\n",
            watch->project.name);
    if (fclose(file) == 0)
        show(watch);
}

/* How it ended, if that is worth a word. */
static void tell_end(const struct watch *watch, int status, bool recorded)
{
    char words[WATCH_WORDS_BYTES] = "";
    const char *name = watch->project.name;
    if (WIFSIGNALED(status))
        snprintf(words, sizeof words, "%.99s was ended by signal %d, %s.\n", name, WTERMSIG(status),
                 strsignal(WTERMSIG(status)));
    else if (!recorded)
        snprintf(words, sizeof words, "%.99s recorded nothing: is it a program of actors?\n", name);
    else if (WEXITSTATUS(status) != 0)
        snprintf(words, sizeof words, "%.99s ended with status %d.\n", name, WEXITSTATUS(status));
    complain(watch, words);
}

/* Ends the program, which has a second for its own last words. */
static void end_program(pid_t program)
{
    kill(program, SIGTERM);
    for (int looks = 0; looks < END_LOOKS; looks++) {
        if (waitpid(program, NULL, WNOHANG) == program)
            return;
        usleep(LOOK_US);
    }
    kill(program, SIGKILL);
    waitpid(program, NULL, 0);
}

/* Waits until it ends; until then a save, or the end of all, ends it. */
static void follow(struct watch *watch, pid_t program)
{
    int status = 0;
    for (int looks = 0; waitpid(program, &status, WNOHANG) != program; looks++) {
        if (is_over(watch) || watch_stamp(&watch->project) != watch->stamp) {
            end_program(program);
            return;
        }
        if (looks == SHOWN_AFTER_LOOKS && publish(watch)) {
            complain(watch, "");
            show(watch);
        }
        usleep(LOOK_US);
    }
    bool recorded = access(watch->fresh, R_OK) == 0;
    if (recorded)
        embed_sources(watch->fresh, watch->project.program);
    recorded = recorded && publish(watch);
    tell_end(watch, status, recorded);
    if (recorded)
        show(watch);
    else
        show_words(watch);
}

static void build_and_run(struct watch *watch)
{
    char words[WATCH_WORDS_BYTES];
    if (!watch_build(&watch->project, words)) {
        complain(watch, words);
        show_words(watch);
        return;
    }
    tool_say("%s runs", watch->project.name);
    fflush(NULL);
    unlink(watch->fresh);
    pid_t program = fork();
    if (program == 0)
        become(watch);
    if (program > 0)
        follow(watch, program);
    else
        tool_say("cannot start another process: %s", strerror(errno));
}

/* --- one after the other -------------------------------------------------------------------- */

/* Waits for a save, and until it is complete: editors write in more than one step. */
static void wait_for_save(struct watch *watch)
{
    uint64_t seen = watch_stamp(&watch->project);
    while (!is_over(watch)) {
        usleep(LOOK_US);
        uint64_t now = watch_stamp(&watch->project);
        if (now == seen && now != watch->stamp && access(watch->project.source, R_OK) == 0)
            return;
        seen = now;
    }
}

static int name_files(struct watch *watch, const char *output)
{
    int count = output != NULL ? snprintf(watch->trace, sizeof watch->trace, "%s", output)
                               : snprintf(watch->trace, sizeof watch->trace, "%s/%s.json",
                                          watch->project.work, watch->project.name);
    bool fits = count + 16 < (int)sizeof watch->trace;
    if (!fits || !embed_is_possible(watch->trace)) {
        tool_say("%s", fits ? "a trace that is looked at while it grows cannot be packed (.gz)"
                            : "the path of the trace is too long");
        return TOOL_MISUSED;
    }
    snprintf(watch->fresh, sizeof watch->fresh, "%.*s.next", count, watch->trace);
    snprintf(watch->complaint, sizeof watch->complaint, "%.*s.error", count, watch->trace);
    return TOOL_OK;
}

static void finish(struct watch *watch, bool keeps)
{
    if (watch->viewer > 0) {
        kill(watch->viewer, SIGTERM);
        waitpid(watch->viewer, NULL, 0);
    }
    unlink(watch->complaint);
    unlink(watch->fresh);
    if (!keeps || !watch->has_run)
        unlink(watch->trace);
    watch_close(&watch->project);
}

static int run_watch(const struct tool_call *call)
{
    static struct watch watch;
    const char *output = call->values[OPTION_OUTPUT];
    watch.arguments = call->operands + 1;
    if (watch.arguments[0] != NULL && strcmp(watch.arguments[0], "--") == 0)
        watch.arguments++;
    if (call->values[OPTION_TEXT] != NULL || !place_has_display() ||
        !place_of_viewer(watch.viewer_path, sizeof watch.viewer_path))
        watch.viewer_path[0] = '\0';
    int result = watch_open(&watch.project, call->operands[0]);
    if (result != TOOL_OK)
        return result;
    result = name_files(&watch, output);
    if (result == TOOL_OK) {
        signal(SIGINT, stop);
        signal(SIGTERM, stop);
        signal(SIGHUP, stop);
        tool_say("saving %s runs it again; Ctrl-C ends", watch.project.source);
    }
    while (result == TOOL_OK && !is_over(&watch)) {
        watch.stamp = watch_stamp(&watch.project);
        build_and_run(&watch);
        wait_for_save(&watch);
    }
    finish(&watch, output != NULL);
    return result;
}

const struct tool_command command_watch = {
    .name = "watch",
    .operands = "FILE.c [ARGS]",
    .sentence = "run a program whenever it is saved, and show what it did",
    .text = "Builds a program of C, with the Makefile in its folder if there is one, runs it, and\n"
            "shows what it did: in the viewer if there is a display, otherwise here.  Whenever\n"
            "the source is saved this is done again, and the window goes on to show the same\n"
            "part of the new run.  What the compiler has to say stands in the window until it\n"
            "compiles.  A run that is still going on is ended, and begun again.\n"
            "\n"
            "A program of Python, FILE.py, is run as it is.  Ctrl-C ends, and so does closing\n"
            "the window.\n"
            "\n"
            "  troupe watch dinner/dinner.c\n"
            "  troupe watch --text count.c\n"
            "  troupe watch count.py",
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .operand_min = 1,
    .operand_max = INT_MAX,
    .passes_rest = true,
    .run = run_watch,
};
