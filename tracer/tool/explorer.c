/*
 * The program is started with the room and two pipes; with each byte go some orders, or the answer
 * to them.  A run that takes too long is killed; its parent, which waits for it, tells us as of any
 * other end.
 *
 * A process that has done one run well does the next ones, too, with its memory as it was before.
 * What the program changes elsewhere, it does not put back: signal handlers, for instance.  So a
 * run that fails there is done once more in a process of its own, which has the last word.
 */

#include "explorer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tell.h"
#include "tool.h"
#include "trace_grade.h"

/* How long a program may take to its first actor. */
#define START_MS 10000

/* Of a child that could not be run, and has said so. */
#define STATUS_CANNOT_RUN 127

/* So many processes have done one run well, and could not go back: then none tries any more. */
#define STAYS_MAX 3

/* --- the program --- */

/* In the child: never returns. */
static void become(char **program, int room, int orders, int answers)
{
    char text[64];
    int nowhere = open("/dev/null", O_RDWR);
    snprintf(text, sizeof text, "%d,%d,%d", room, orders, answers);
    if (nowhere >= 0 && setenv(EXPLORE_VARIABLE, text, 1) == 0) {
        unsetenv("TROUPE_TRACE");
        unsetenv("TROUPE_REPLAY");
        dup2(nowhere, STDIN_FILENO);
        dup2(nowhere, STDOUT_FILENO);
        execvp(program[0], program);
    }
    tool_say("cannot run %s: %s", program[0], strerror(errno));
    _exit(STATUS_CANNOT_RUN);
}

/* Waits for the program's byte.  1; 0: not within this time; -1: it has ended. */
static int await_answer(const struct explorer *explorer, int limit_ms)
{
    struct pollfd fd = {.fd = explorer->answers, .events = POLLIN};
    char byte;
    int ready;
    while ((ready = poll(&fd, 1, limit_ms)) < 0 && errno == EINTR)
        continue;
    if (ready == 0)
        return 0;
    return read(explorer->answers, &byte, 1) == 1 ? 1 : -1;
}

static int fail_to_start(const char *what)
{
    tool_say("%s cannot be made: %s", what, strerror(errno));
    return TOOL_FAULT;
}

static int make_room(struct explorer *explorer)
{
    int fd = memfd_create("troupe-explore", 0);
    if (fd < 0 || ftruncate(fd, sizeof *explorer->room) < 0)
        return -1;
    void *room = mmap(NULL, sizeof *explorer->room, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (room == MAP_FAILED)
        return -1;
    explorer->room = room;
    explorer->room->version = EXPLORE_VERSION;
    return fd;
}

static int meet_program(struct explorer *explorer, const char *name)
{
    int status = 0, met = await_answer(explorer, START_MS);
    if (met > 0)
        return TOOL_OK;
    if (met == 0)
        tool_say("%s has not come to its first actor within %d s", name, START_MS / 1000);
    else if (waitpid(explorer->server, &status, 0) == explorer->server)
        explorer->server = 0;
    if (met < 0 && !(WIFEXITED(status) && WEXITSTATUS(status) == STATUS_CANNOT_RUN))
        tool_say("%s ended before its first actor; is it a troupe program?", name);
    return TOOL_MISUSED;
}

int explorer_start(struct explorer *explorer, char **program)
{
    int orders[2], answers[2];
    int room = make_room(explorer);
    if (room < 0)
        return fail_to_start("the memory for the runs");
    if (pipe(orders) < 0 || pipe(answers) < 0)
        return fail_to_start("a pipe");
    fflush(NULL);
    signal(SIGPIPE, SIG_IGN);
    explorer->server = fork();
    if (explorer->server == 0) {
        signal(SIGPIPE, SIG_DFL);
        close(orders[1]);
        close(answers[0]);
        become(program, room, orders[0], answers[1]);
    }
    close(room);
    close(orders[0]);
    close(answers[1]);
    explorer->orders = orders[1];
    explorer->answers = answers[0];
    if (explorer->server < 0)
        return fail_to_start("another process");
    return meet_program(explorer, program[0]);
}

void explorer_stop(struct explorer *explorer)
{
    if (explorer->server > 0) {
        pid_t child = explorer->room->child;
        close(explorer->orders);
        close(explorer->answers);
        kill(explorer->server, SIGKILL);
        if (child > 0)
            kill(child, SIGKILL);
        waitpid(explorer->server, NULL, 0);
    }
    if (explorer->room != NULL)
        munmap(explorer->room, sizeof *explorer->room);
    if (explorer->trace[0] != '\0')
        unlink(explorer->trace);
}

/* --- one run --- */

/* Holds the trace of the run against the rules. */
static int grade(const struct explorer *explorer, struct verdict *verdict)
{
    struct tell tell;
    struct trace_order *order = NULL;
    int result = tell_open(&tell, explorer->trace, NULL);
    if (result != TOOL_OK)
        return result;
    if (trace_order_new(tell.model, &order) < 0)
        result = tell_no_memory();
    for (size_t i = 0; result == TOOL_OK && i < explorer->book->count; i++) {
        struct trace_grade grade;
        if (trace_grade(order, &explorer->book->rules[i], &grade) < 0)
            result = tell_no_memory();
        else if (!grade.holds) {
            *verdict = (struct verdict){VERDICT_RULE, (int)i};
            break;
        }
    }
    trace_order_destroy(order);
    tell_close(&tell);
    return result;
}

static struct verdict judge(const struct explore_room *room, bool was_killed)
{
    if (was_killed)
        return (struct verdict){VERDICT_HUNG, 0};
    if (room->end == EXPLORE_STUCK)
        return (struct verdict){VERDICT_STUCK, 0};
    if (room->end == EXPLORE_CIRCLE)
        return (struct verdict){VERDICT_CIRCLE, 0};
    if (room->end == EXPLORE_ENDLESS)
        return (struct verdict){VERDICT_ENDLESS, 0};
    if (WIFSIGNALED(room->status))
        return (struct verdict){VERDICT_SIGNAL, WTERMSIG(room->status)};
    if (WEXITSTATUS(room->status) != 0)
        return (struct verdict){VERDICT_STATUS, WEXITSTATUS(room->status)};
    return (struct verdict){VERDICT_WELL, 0};
}

static void prepare(struct explorer *explorer, uint32_t count)
{
    struct explore_room *room = explorer->room;
    room->turn_limit = explorer->turn_limit;
    room->fair_after = explorer->fifo_turns > 0 ? explorer->fifo_turns * 4 + 100 : UINT32_MAX;
    room->may_rewind = explorer->may_rewind;
    room->end = EXPLORE_ENDED;
    room->turn_count = 0;
    room->order_count = count;
    room->order_next = 0;
    snprintf(room->trace, sizeof room->trace, "%s", explorer->trace);
}

/* Has the program do the runs up to this order, as far as they go well.  Whether it does. */
static bool go_on(const struct explorer *explorer, uint32_t count, bool *was_killed)
{
    struct explore_room *room = explorer->room;
    uint32_t before;
    int met = -1;
    *was_killed = false;
    room->order_count = count;
    if (write(explorer->orders, "", 1) == 1)
        do {
            before = room->order_next;
            met = await_answer(explorer, explorer->wall_ms);
        } while (met == 0 && room->order_next != before);
    if (met == 0 && room->child > 0) {
        *was_killed = kill(room->child, SIGKILL) == 0;
        met = await_answer(explorer, START_MS);
    }
    return met > 0 && (room->order_next == count || room->status != -1);
}

void explorer_stop_rewinding(struct explorer *explorer)
{
    explorer->may_rewind = false;
    explorer->room->may_rewind = false;
    if (explorer->room->child > 0 && kill(explorer->room->child, SIGKILL) == 0)
        (void)await_answer(explorer, START_MS);
}

/* The process of the last run has ended: *verdict is how the run did.  If others went before it
 * there, it is done once more in a process of its own, and has failed if it fails there.  Whether
 * the program could do so. */
static bool judge_end(struct explorer *explorer, bool was_killed, struct verdict *verdict)
{
    struct explore_room *room = explorer->room;
    uint32_t order = room->order_next;
    *verdict = judge(room, was_killed);
    if (verdict->kind == VERDICT_WELL && room->rewound == 0 && ++explorer->stays == STAYS_MAX)
        explorer_stop_rewinding(explorer);
    if (verdict->kind == VERDICT_WELL || verdict->kind == VERDICT_HUNG || room->rewound == 0)
        return true;
    room->end = EXPLORE_ENDED;
    if (!go_on(explorer, order + 1, &was_killed))
        return false;
    bool is_well = room->order_next > order;
    *verdict = is_well ? (struct verdict){VERDICT_WELL, 0} : judge(room, was_killed);
    room->order_next = order;
    if (verdict->kind == VERDICT_WELL)
        explorer_stop_rewinding(explorer);
    return true;
}

int explorer_run(struct explorer *explorer, uint32_t count, struct verdict *verdict)
{
    struct explore_room *room = explorer->room;
    bool was_killed, can = true;
    *verdict = (struct verdict){VERDICT_WELL, 0};
    prepare(explorer, count);
    while (can && verdict->kind == VERDICT_WELL && room->order_next < count) {
        can = go_on(explorer, count, &was_killed);
        if (can && room->order_next < count)
            can = judge_end(explorer, was_killed, verdict);
        if (can && room->order_next < count && verdict->kind == VERDICT_WELL)
            room->order_next++;
    }
    explorer->runs += room->order_next + (verdict->kind != VERDICT_WELL);
    if (!can) {
        tool_say("the program does not start runs any more");
        return TOOL_FAULT;
    }
    return verdict->kind == VERDICT_WELL && explorer->book != NULL ? grade(explorer, verdict)
                                                                   : TOOL_OK;
}

int explorer_run_script(struct explorer *explorer, const struct explore_choice *script,
                        size_t count, struct verdict *verdict)
{
    struct explore_room *room = explorer->room;
    uint32_t fits = (uint32_t)(count < EXPLORE_SCRIPT_MAX ? count : EXPLORE_SCRIPT_MAX);
    room->orders[0] = (struct explore_order){.way = EXPLORE_FIFO, .script_count = fits};
    for (uint32_t i = 0; i < fits; i++)
        room->script[i] = script[i];
    return explorer_run(explorer, 1, verdict);
}

const char *explorer_words(const struct explorer *explorer, const struct verdict *verdict,
                           char *text, size_t bytes)
{
    switch (verdict->kind) {
    case VERDICT_STATUS:
        snprintf(text, bytes, "exits with status %d", verdict->detail);
        return text;
    case VERDICT_SIGNAL:
        snprintf(text, bytes, "is killed by signal %d (%s)", verdict->detail,
                 strsignal(verdict->detail));
        return text;
    case VERDICT_RULE:
        snprintf(text, bytes, "breaks the rule \"%s\"",
                 explorer->book->rules[verdict->detail].text);
        return text;
    case VERDICT_ENDLESS:
        snprintf(text, bytes, "does not end within %u turns", explorer->turn_limit);
        return text;
    case VERDICT_HUNG:
        snprintf(text, bytes, "does not end within %g s", explorer->wall_ms / 1000.0);
        return text;
    case VERDICT_STUCK:
        return "comes to where nothing can ever run again";
    case VERDICT_CIRCLE:
        return "comes to a wait that would close a circle of waits";
    default:
        return "goes well";
    }
}
