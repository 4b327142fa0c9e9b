/* troupe ps, troupe bt: the actors of a process that is running, and the calls they are in. */

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "look_process.h"
#include "tool.h"
#include "trace_format.h"

/* Room for the calls of one actor. */
#define CALLS_BYTES 8192

struct list {
    const struct process *process;
    const char *wanted; /* a pid, or a name; NULL: all */
    bool with_calls;
    uint64_t count;
};

static const char *state_in_words(const struct process_actor *actor)
{
    switch (actor->state) {
    case PROCESS_RUNNING:
        return "is running";
    case PROCESS_WAITING:
        return trace_reason_sentence(actor->reason);
    case PROCESS_RESTING:
        return trace_reason_sentence(TRACE_REASON_RECV);
    default:
        return "is ready to run";
    }
}

static void print_target(const struct process *process, uint64_t record)
{
    struct process_actor target;
    char pid[64];
    if (record == 0 || !process_actor(process, record, &target))
        return;
    process_pid_text(process, target.pid, pid, sizeof pid);
    printf(": %s %s", target.name, pid);
}

static void print_calls(const struct process *process, const struct process_actor *actor)
{
    char calls[CALLS_BYTES];
    if (process_calls(process, actor, "  ", calls, sizeof calls) > 0)
        fputs(calls, stdout);
    else if (actor->state == PROCESS_RUNNING)
        puts("  it computes; where, it says itself if it goes on (TROUPE_STALL)");
    else if (actor->stack_end == 0)
        puts("  it has no stack at this moment");
}

static void print_actor(const struct process_actor *actor, void *context)
{
    struct list *list = context;
    char pid[64];
    process_pid_text(list->process, actor->pid, pid, sizeof pid);
    if (list->wanted != NULL && strcmp(list->wanted, pid) != 0 &&
        strcmp(list->wanted, actor->name) != 0)
        return;
    list->count++;
    printf("%s %s %s", actor->name, pid, state_in_words(actor));
    print_target(list->process, actor->target);
    if (actor->at.line != 0)
        printf(", at %s:%d", actor->at.file, actor->at.line);
    if (actor->spawned.line != 0)
        printf(", spawned at %s:%d", actor->spawned.file, actor->spawned.line);
    if (actor->mail > 0)
        printf("; %" PRIu64 " message%s", actor->mail, actor->mail == 1 ? "" : "s");
    putchar('\n');
    if (list->with_calls)
        print_calls(list->process, actor);
}

static int look(const struct tool_call *call, bool with_calls)
{
    struct process process;
    struct list list = {.process = &process,
                        .with_calls = with_calls,
                        .wanted = call->operand_count > 1 ? call->operands[1] : NULL};
    char *end;
    long pid = strtol(call->operands[0], &end, 10);
    if (*end != '\0' || end == call->operands[0] || pid <= 0 || pid > INT32_MAX) {
        tool_say("\"%s\" is not the number of a process", call->operands[0]);
        return TOOL_MISUSED;
    }
    const char *why = process_open(&process, (pid_t)pid);
    if (why != NULL) {
        tool_say("process %ld: %s", pid, why);
        return TOOL_FAULT;
    }
    process_each(&process, print_actor, &list);
    process_close(&process);
    if (list.count > 0)
        return TOOL_OK;
    if (list.wanted != NULL)
        tool_say("process %ld has no actor \"%s\"", pid, list.wanted);
    else
        tool_say("process %ld runs no actors at this moment", pid);
    return TOOL_FAULT;
}

static int run_ps(const struct tool_call *call)
{
    return look(call, false);
}

static int run_bt(const struct tool_call *call)
{
    return look(call, true);
}

const struct tool_command command_ps = {
    .name = "ps",
    .operands = "PID [ACTOR]",
    .sentence = "list the actors of a running process, and what they wait for",
    .text =
        "Reads the memory of a process without stopping it, and without running anything in\n"
        "it: so it works on one that hangs.  A line for each actor: who it is, what it does or\n"
        "waits for and where, where it was spawned, and how many messages wait for it.  ACTOR\n"
        "is a name, or a pid as it is printed, to see that one alone.\n"
        "The system wants the rights of a debugger for it: the same user, or root.",
    .operand_min = 1,
    .operand_max = 2,
    .run = run_ps,
};

const struct tool_command command_bt = {
    .name = "bt",
    .operands = "PID [ACTOR]",
    .sentence = "list the actors of a running process with the calls that they are in",
    .text =
        "Like `troupe ps`, and below each actor the calls that it is in, from the innermost to\n"
        "its own function, with source lines if the program was built with -g.",
    .operand_min = 1,
    .operand_max = 2,
    .run = run_bt,
};
