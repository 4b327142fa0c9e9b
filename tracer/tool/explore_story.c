/*
 * What is told of an order that fails.  The program is run once more, from its start and by itself,
 * with the replay file that was written: so what is promised has been seen.
 */

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "explorer.h"
#include "tell.h"
#include "tool.h"

/* Turns out of order that are told one by one. */
#define TOLD_MAX 12

/* --- the run once more --- */

/* In the child: never returns. */
static void become(char **program, const char *replay, const char *trace)
{
    int nowhere = open("/dev/null", O_RDWR);
    if (nowhere >= 0 && setenv("TROUPE_REPLAY", replay, 1) == 0 &&
        setenv("TROUPE_TRACE", trace, 1) == 0) {
        dup2(nowhere, STDIN_FILENO);
        dup2(nowhere, STDOUT_FILENO);
        dup2(nowhere, STDERR_FILENO);
        execvp(program[0], program);
    }
    _exit(127);
}

/* The status of the run, as of waitpid(), or -1. */
static int run_once_more(const struct explorer *explorer, char **program, const char *replay,
                         const char *trace)
{
    enum { LOOK_MS = 5 };
    int status = -1;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0)
        become(program, replay, trace);
    for (int waited_ms = 0; child > 0 && waitpid(child, &status, WNOHANG) == 0;
         waited_ms += LOOK_MS) {
        if (waited_ms == explorer->wall_ms)
            kill(child, SIGTERM);
        if (waited_ms > 2 * explorer->wall_ms)
            kill(child, SIGKILL);
        poll(NULL, 0, LOOK_MS);
    }
    return status;
}

/* Whether the run has failed as it had done before. */
static bool has_failed_so(const struct verdict *verdict, int status)
{
    enum { EXIT_STUCK = 3 };
    switch (verdict->kind) {
    case VERDICT_STATUS:
        return WIFEXITED(status) && WEXITSTATUS(status) == verdict->detail;
    case VERDICT_SIGNAL:
        return WIFSIGNALED(status) && WTERMSIG(status) == verdict->detail;
    case VERDICT_STUCK:
        return WIFEXITED(status) && WEXITSTATUS(status) == EXIT_STUCK;
    default:
        return status != -1; /* what it told is in the trace */
    }
}

/* --- words --- */

/* An actor by its name in the trace, or by its number. */
static const char *name_of(const struct tell *tell, uint32_t number)
{
    char text[16];
    uint32_t lane;
    snprintf(text, sizeof text, "%" PRIu32, number);
    return tell->model != NULL && tell_find_actor(tell, text, &lane) == TOOL_OK
               ? tell_lane(tell, lane)
               : "an actor";
}

static void tell_choices(const struct failure *failure, const struct tell *tell)
{
    const struct replay *file = &failure->file;
    for (size_t i = 0; i < file->count && i < TOLD_MAX; i++)
        printf("  turn %" PRIu32 " goes to %s (actor %" PRIu32 "), before %s (actor %" PRIu32
               "), who has been ready for longest\n",
               file->choices[i].turn, name_of(tell, file->choices[i].runs), file->choices[i].runs,
               name_of(tell, file->choices[i].before), file->choices[i].before);
    if (file->count > TOLD_MAX)
        printf("  and %zu more\n", file->count - TOLD_MAX);
}

static const char *how_many(const struct failure *failure, char *text, size_t bytes)
{
    if (failure->count == 0)
        return "with all turns first come, first served";
    snprintf(text, bytes, "with %zu turn%s out of order%s", failure->count, tell_s(failure->count),
             failure->is_least ? ", and in no order with fewer" : "; perhaps fewer would do");
    return text;
}

/* --- files --- */

static int write_file(const struct failure *failure, const char *path, const char *comment)
{
    FILE *file;
    int result = tool_open_output(path, &file);
    if (result != TOOL_OK)
        return result;
    replay_write(file, &failure->file, comment);
    return tool_finish_output(file, path, TOOL_OK);
}

static void tell_command(const char *replay, char **program)
{
    printf("To see it again: troupe replay %s --", replay);
    for (; *program != NULL; program++)
        printf(" %s", *program);
    putchar('\n');
}

int story_tell(const struct explorer *explorer, const struct failure *failure, const char *path,
               char **program)
{
    char replay[EXPLORE_PATH_BYTES], trace[EXPLORE_PATH_BYTES], words[640], many[80];
    struct tell tell = {.model = NULL};
    snprintf(replay, sizeof replay, "%s.replay", path);
    snprintf(trace, sizeof trace, "%s.json", path);
    const char *how = explorer_words(explorer, &failure->verdict, words, sizeof words);
    int result = write_file(failure, replay, how);
    if (result != TOOL_OK)
        return result;
    unlink(trace);
    int status = run_once_more(explorer, program, replay, trace);
    bool has_trace = access(trace, R_OK) == 0 && tell_open(&tell, trace, NULL) == TOOL_OK;
    printf("It %s, %s", how, how_many(failure, many, sizeof many));
    puts(failure->count > 0 ? ":" : ".");
    tell_choices(failure, &tell);
    if (has_trace) {
        printf("The trace is in %s; `troupe-view %s` shows it.\n", trace, trace);
        tell_close(&tell);
    }
    tell_command(replay, program);
    if (has_failed_so(&failure->verdict, status))
        return TOOL_OK;
    tool_say("started by itself, the program does not fail so: it is not the same each time");
    return TOOL_FAULT;
}
