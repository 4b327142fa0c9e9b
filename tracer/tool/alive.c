/*
 * Processes by their numbers, and sentences about their actors.
 */

#include "alive.h"

#include <elf.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool.h"
#include "trace_format.h"

/* Whether the file is what a crash has left: an ELF file of type ET_CORE. */
static bool is_core(const char *path)
{
    unsigned char head[EI_NIDENT + 2] = {0}; /* the type follows, in the order of the machine */
    uint16_t type = 0;
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return false;
    bool is_elf =
        fread(head, 1, sizeof head, file) == sizeof head && memcmp(head, ELFMAG, SELFMAG) == 0;
    fclose(file);
    memcpy(&type, head + EI_NIDENT, sizeof type);
    return is_elf && type == ET_CORE;
}

int alive_open(const char *text, struct process *process)
{
    char *end;
    if (is_core(text)) {
        tool_say("%s is a core file, which gdb looks at, with the program beside it: gdb PROGRAM "
                 "%s, and there `source troupe_gdb.py` (in share/troupe), then `troupe ps`",
                 text, text);
        return TOOL_MISUSED;
    }
    long pid = strtol(text, &end, 10);
    if (*end != '\0' || end == text || pid <= 0 || pid > INT32_MAX) {
        tool_say("\"%s\" is not the number of a process", text);
        return TOOL_MISUSED;
    }
    const char *why = process_open(process, (pid_t)pid);
    if (why != NULL)
        tool_say("process %ld: %s", pid, why);
    return why != NULL ? TOOL_FAULT : TOOL_OK;
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
    return words;
}

int alive_tell_none(const struct process *process, const char *wanted)
{
    if (wanted != NULL)
        tool_say("process %d has no actor \"%s\"", (int)process->pid, wanted);
    else
        tool_say("process %d runs no actors at this moment", (int)process->pid);
    return TOOL_FAULT;
}
