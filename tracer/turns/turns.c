/*
 * The program is told by a replay file that ends with "asks", and tells by its exit status that it
 * was stopped; who was ready is noted in its trace, with their places in line.
 */

#include "turns.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "trace_load.h"

/* What a program of Troupe's exits with where nothing can run any more, and where it asks. */
#define EXIT_STUCK 3
#define EXIT_ASKED 5

/* A run that takes so long has a turn that does not end. */
#define RUN_MS 10000
/* Between two looks whether it has ended. */
#define LOOK_MS 1

/* What a program of Troupe's says of a wait that is refused: whoever began it would never go on. */
#define REFUSAL "would never end: it closes a cycle of waits"

__attribute__((format(printf, 4, 5))) static int fail(int errnum, char *error, size_t bytes,
                                                      const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(error, bytes, format, args);
    va_end(args);
    return -errnum;
}

/* --- files ---------------------------------------------------------------------------------- */

/* The answers as a replay; without those that change nothing.  The caller frees its choices. */
static int as_replay(const struct turns *turns, struct replay *replay)
{
    *replay = (struct replay){.choices = malloc((turns->given_count + 1) * sizeof *turns->given)};
    if (replay->choices == NULL)
        return -ENOMEM;
    for (size_t i = 0; i < turns->given_count; i++)
        if (turns->given[i].runs != turns->given[i].before)
            replay->choices[replay->count++] = turns->given[i];
    return 0;
}

static int write_script(const struct turns *turns, const char *path, bool asks, char *error,
                        size_t bytes)
{
    struct replay replay;
    if (as_replay(turns, &replay) < 0)
        return fail(ENOMEM, error, bytes, "there is not enough memory");
    replay.asks = asks;
    replay.turns = turns->turn;
    if (asks)
        replay.turns = turns->given_count > 0 ? turns->given[turns->given_count - 1].turn : 0;
    FILE *file = fopen(path, "we");
    if (file != NULL)
        replay_write(file, &replay, NULL);
    replay_finish(&replay);
    if (file == NULL || (ferror(file) | fclose(file)) != 0)
        return fail(errno != 0 ? errno : EIO, error, bytes, "%s cannot be written: %s", path,
                    strerror(errno));
    return 0;
}

int turns_save(const struct turns *turns, const char *path, char *error, size_t bytes)
{
    return write_script(turns, path, turns->state == TURNS_ASKED, error, bytes);
}

/* --- one run -------------------------------------------------------------------------------- */

/* In the child: never returns.  What it says of itself goes to `said`. */
static void become(const struct turns *turns, FILE *said)
{
    int nowhere = open("/dev/null", O_RDWR);
    if (nowhere >= 0 && setenv("TROUPE_REPLAY", turns->script, 1) == 0 &&
        setenv("TROUPE_TRACE", turns->trace, 1) == 0) {
        unsetenv("TROUPE_EXPLORE");
        for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
            dup2(fd == STDERR_FILENO && said != NULL ? fileno(said) : nowhere, fd);
        execvp(turns->program[0], turns->program);
    }
    _exit(127);
}

static bool tells_of_refusal(FILE *said)
{
    char line[1024];
    bool found = false;
    rewind(said);
    while (!found && fgets(line, sizeof line, said) != NULL)
        found = strstr(line, REFUSAL) != NULL;
    return found;
}

/* Runs the program once.  Its status as of waitpid(); *hung says that it had to be killed. */
static int run_once(struct turns *turns, bool *hung)
{
    int status = -1;
    FILE *said = tmpfile();
    fflush(NULL);
    pid_t child = fork();
    if (child == 0)
        become(turns, said);
    *hung = false;
    for (int waited_ms = 0; child > 0 && waitpid(child, &status, WNOHANG) == 0;
         waited_ms += LOOK_MS) {
        if (waited_ms > RUN_MS)
            *hung = kill(child, SIGKILL) == 0;
        poll(NULL, 0, LOOK_MS);
    }
    turns->refused = said != NULL && tells_of_refusal(said);
    if (said != NULL)
        fclose(said);
    return status;
}

/* Takes who is ready from the notes at the end of the trace. */
static void read_notes(struct turns *turns, const struct trace_model *model)
{
    for (uint32_t i = 0; i < model->mark_count; i++) {
        const struct trace_mark *mark = &model->marks[i];
        uint32_t turn, place;
        if (mark->kind != TRACE_MARK_NOTE || mark->note != TRACE_NOTE_ASKED ||
            mark->lane == TRACE_NONE ||
            sscanf(trace_text(model, mark->text), "turn %" SCNu32 ", place %" SCNu32, &turn,
                   &place) != 2)
            continue;
        turns->turn = turn;
        if (place < 1 || place > TURNS_READY_MAX)
            continue;
        turns->ready[place - 1] = model->lanes[mark->lane].id;
        turns->ready_count = place > turns->ready_count ? place : turns->ready_count;
    }
}

static void judge(struct turns *turns, int status, bool hung)
{
    turns->status = WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status);
    turns->state = WIFEXITED(status) ? TURNS_EXITED : TURNS_KILLED;
    if (hung)
        turns->state = TURNS_HUNG;
    else if (WIFEXITED(status) && turns->status == EXIT_ASKED && turns->ready_count > 1)
        turns->state = TURNS_ASKED;
    else if (WIFEXITED(status) && turns->status == EXIT_STUCK)
        turns->state = TURNS_STUCK;
}

/* Runs the program as far as the answers go. */
static int run(struct turns *turns, bool asks, char *error, size_t bytes)
{
    struct trace_model *model;
    struct trace_error refused;
    bool hung;
    int rc = write_script(turns, turns->script, asks, error, bytes);
    if (rc < 0)
        return rc;
    unlink(turns->trace);
    int status = run_once(turns, &hung);
    if (status == -1 || (WIFEXITED(status) && WEXITSTATUS(status) == 127))
        return fail(EINVAL, error, bytes, "%s cannot be run", turns->program[0]);
    if (access(turns->trace, R_OK) < 0)
        return fail(EINVAL, error, bytes, "%s left no trace; is it a troupe program?",
                    turns->program[0]);
    if (trace_load(turns->trace, &model, &refused) < 0)
        return fail(EINVAL, error, bytes, "%s", refused.text);
    turns->ready_count = 0;
    turns->turn = model->switch_count;
    read_notes(turns, model);
    trace_model_destroy(model);
    judge(turns, status, hung);
    return 0;
}

/* --- answers -------------------------------------------------------------------------------- */

int turns_begin(struct turns *turns, char **program, const char *trace, char *error, size_t bytes)
{
    const char *folder = getenv("TMPDIR");
    *turns = (struct turns){.program = program, .trace = trace};
    int length = snprintf(turns->script, sizeof turns->script, "%s/troupe-turns-XXXXXX",
                          folder != NULL && folder[0] != '\0' ? folder : "/tmp");
    int file = length < (int)sizeof turns->script ? mkstemp(turns->script) : -1;
    if (file < 0) {
        turns->script[0] = '\0';
        return fail(EIO, error, bytes, "no file can be made for the answers: %s", strerror(errno));
    }
    close(file);
    return run(turns, true, error, bytes);
}

int turns_give(struct turns *turns, uint32_t place, char *error, size_t bytes)
{
    if (turns->state != TURNS_ASKED || place >= turns->ready_count)
        return fail(EINVAL, error, bytes, "nobody has this place in line");
    if (turns->given_count == turns->given_room) {
        size_t room = turns->given_room == 0 ? 64 : 2 * turns->given_room;
        struct replay_choice *more = realloc(turns->given, room * sizeof *more);
        if (more == NULL)
            return fail(ENOMEM, error, bytes, "there is not enough memory");
        turns->given = more;
        turns->given_room = room;
    }
    turns->given[turns->given_count++] = (struct replay_choice){
        .turn = turns->turn, .runs = turns->ready[place], .before = turns->ready[0]};
    return run(turns, true, error, bytes);
}

int turns_give_rest(struct turns *turns, char *error, size_t bytes)
{
    return turns->state == TURNS_ASKED ? run(turns, false, error, bytes) : 0;
}

int turns_take_back(struct turns *turns, char *error, size_t bytes)
{
    if (turns->given_count == 0)
        return 0;
    turns->given_count--;
    return run(turns, true, error, bytes);
}

void turns_words(const struct turns *turns, char *text, size_t bytes)
{
    switch (turns->state) {
    case TURNS_ASKED:
        snprintf(text, bytes, "goes on");
        break;
    case TURNS_EXITED:
        snprintf(text, bytes, "%sends with status %d",
                 turns->refused ? "is refused a wait that would close a circle of waits, and " : "",
                 turns->status);
        break;
    case TURNS_KILLED:
        snprintf(text, bytes, "is killed by signal %d (%s)", turns->status,
                 strsignal(turns->status));
        break;
    case TURNS_STUCK:
        snprintf(text, bytes, "comes to where nothing can ever run again");
        break;
    case TURNS_HUNG:
        snprintf(text, bytes, "has a turn that does not end within %d s", RUN_MS / 1000);
        break;
    }
}

void turns_end(struct turns *turns)
{
    if (turns->script[0] != '\0')
        unlink(turns->script);
    free(turns->given);
    turns->given = NULL;
    turns->script[0] = '\0';
}
