/*
 * Processes by their numbers, or by what they have left, and sentences about their actors.
 */

#include "alive.h"

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "screen.h"
#include "tool.h"
#include "trace_format.h"

static int open_live(pid_t pid, struct process *process)
{
    const char *why = process_open(process, pid);
    if (why != NULL)
        tool_say("process %d: %s", (int)pid, why);
    return why != NULL ? TOOL_FAULT : TOOL_OK;
}

/* What is not told for want of a file, which may be why nothing is. */
static void tell_gap(const struct process *process, const char *why)
{
    char more[64] = "";
    if (process->gaps > 1)
        snprintf(more, sizeof more, ", like %u more of its files", process->gaps - 1);
    if (why != NULL)
        tool_say("%s: %s%s; without it no actors can be found", process->path, process->gap, more);
    else
        tool_say("%s: %s%s; what is in there is not told", process->path, process->gap, more);
}

static int open_core(const char *path, struct process *process)
{
    const char *why = process_open_core(process, path);
    if (process->gaps > 0)
        tell_gap(process, why);
    else if (why != NULL)
        tool_say("%s: %s", path, why);
    return why != NULL ? TOOL_FAULT : TOOL_OK;
}

int alive_open(const char *text, struct process *process)
{
    char *end;
    long pid = strtol(text, &end, 10);
    if (*end == '\0' && end != text && pid > 0 && pid <= INT32_MAX)
        return open_live((pid_t)pid, process);
    if (access(text, F_OK) == 0)
        return open_core(text, process);
    tool_say("\"%s\" is neither the number of a process nor a core file", text);
    return TOOL_MISUSED;
}

static const char *state_in_words(const struct process_actor *actor)
{
    switch (actor->state) {
    case PROCESS_RUNNING:
        return "is running";
    case PROCESS_WAITING:
        return trace_reason_sentence(actor->reason);
    case PROCESS_RESTING:
        return trace_reason_sentence(TRACE_REASON_RECV);
    case PROCESS_LOST:
        return "waits, for what is not in the core file";
    default:
        return "is ready to run";
    }
}

const char *alive_words(const struct process *process, const struct process_actor *actor,
                        char *words)
{
    struct process_actor target;
    char pid[64], target_pid[64];
    process_pid_text(process, actor->pid, pid, sizeof pid);
    int used =
        snprintf(words, ALIVE_WORDS_BYTES, "%s %s %s", actor->name, pid, state_in_words(actor));
    if (actor->target != 0 && process_actor(process, actor->target, &target)) {
        process_pid_text(process, target.pid, target_pid, sizeof target_pid);
        snprintf(words + used, ALIVE_WORDS_BYTES - (size_t)used, ": %s %s", target.name,
                 target_pid);
    }
    screen_defuse(words); /* names are as the process has them */
    return words;
}

int alive_tell_none(const struct process *process, const char *wanted)
{
    char name[32];
    snprintf(name, sizeof name, "process %d", (int)process->pid);
    const char *who = process->path != NULL ? process->path : name;
    if (wanted != NULL)
        tool_say("%s has no actor \"%s\"", who, wanted);
    else if (process->path != NULL)
        tool_say("%s: its process ran no actors at that moment", who);
    else
        tool_say("%s runs no actors at this moment", who);
    return TOOL_FAULT;
}

/* --- what a process died of --- */

struct victim {
    const struct process *process;
    uint32_t thread;
    char who[PROCESS_NAME_BYTES + 64];
};

static void find_victim(const struct process_actor *actor, void *context)
{
    struct victim *victim = context;
    char pid[64];
    if (actor->state != PROCESS_RUNNING || actor->thread != victim->thread)
        return;
    process_pid_text(victim->process, actor->pid, pid, sizeof pid);
    snprintf(victim->who, sizeof victim->who, "%s %s", actor->name, pid);
}

void alive_tell_signal(const struct process *process)
{
    struct victim victim = {.process = process, .who = "no actor"};
    char line[1024];
    int signal = process_signal(process, &victim.thread);
    if (signal == 0)
        return;
    process_each(process, find_victim, &victim);
    bool is_stop = signal == SIGTRAP || signal == SIGSTOP; /* a debugger's, most likely */
    snprintf(line, sizeof line, "%s: %s by signal %d (%s), in %s", process->path,
             is_stop ? "stopped" : "ended", signal, strsignal(signal), victim.who);
    screen_defuse(line);
    puts(line);
}
