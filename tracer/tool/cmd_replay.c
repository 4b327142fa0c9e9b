/* troupe replay: a run again, in the order that a replay file holds, or as a recording has it. */

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "recording_format.h"
#include "replay.h"
#include "tool.h"
#include "trace_words.h"

enum { OPTION_OUTPUT, OPTION_UNTIL };

static const struct tool_option options[] = {
    [OPTION_OUTPUT] = {"output", 'o', "FILE", "record the run to this trace"},
    [OPTION_UNTIL] = {"until", 'u', "N", "stop before turn N, or at an instant such as 1.5s"},
};

/* The recording beside a trace, for the name of the trace; otherwise the name itself. */
static const char *find_recording(const char *path, char *name, size_t bytes)
{
    const char *dot = strstr(path, ".json");
    if (dot == NULL || replay_is_recording(path))
        return path;
    snprintf(name, bytes, "%.*s" RECORDING_SUFFIX, (int)(dot - path), path);
    return replay_is_recording(name) ? name : path;
}

/* Whether the file can be replayed; says why not. */
static bool looks_well(const char *path)
{
    struct replay replay;
    char why[REPLAY_WHY_BYTES];
    int rc = replay_read(path, &replay, why);
    if (rc == 0)
        replay_finish(&replay);
    else
        tool_say("%s: %s", path, rc == -EINVAL ? why : "out of memory");
    return rc == 0;
}

/* Where to stop, as the runtime reads it: a turn, or an instant in seconds. */
static int set_until(const char *text)
{
    char instant[48];
    long turn;
    int64_t ns = 0;
    if (text[0] != '\0' && text[strspn(text, "0123456789")] == '\0') {
        int result = tool_number("until", text, 1, UINT32_MAX, &turn);
        if (result != TOOL_OK)
            return result;
        snprintf(instant, sizeof instant, "%ld", turn);
    } else {
        const char *end = trace_duration_parse(text, &ns);
        if (end == NULL || *end != '\0' || ns < 1) {
            tool_say("--until must be the number of a turn or an instant such as 1.5s, not \"%s\"",
                     text);
            return TOOL_MISUSED;
        }
        snprintf(instant, sizeof instant, "%" PRId64 ".%09" PRId64 "s", ns / 1000000000,
                 ns % 1000000000);
    }
    if (setenv(RECORDING_UNTIL_VARIABLE, instant, 1) == 0)
        return TOOL_OK;
    tool_say("cannot set the environment: %s", strerror(errno));
    return TOOL_FAULT;
}

static int run_replay(const struct tool_call *call)
{
    char recording[PATH_MAX];
    const char *path = find_recording(call->operands[0], recording, sizeof recording);
    const char *trace = call->values[OPTION_OUTPUT], *until = call->values[OPTION_UNTIL];
    char **program = call->operands + 1;
    if (strcmp(program[0], "--") == 0)
        program++;
    if (program[0] == NULL) {
        tool_say("which program? For example: troupe replay %s -- ./count", path);
        return TOOL_MISUSED;
    }
    bool is_recording = replay_is_recording(path);
    if (!is_recording && !looks_well(path))
        return TOOL_FAULT;
    if (until != NULL && !is_recording) {
        tool_say("--until is for recordings, which `troupe run --record` makes; %s is none", path);
        return TOOL_MISUSED;
    }
    int result = until != NULL ? set_until(until) : TOOL_OK;
    if (result != TOOL_OK)
        return result;
    if (setenv("TROUPE_REPLAY", path, 1) < 0 ||
        (trace != NULL && setenv("TROUPE_TRACE", trace, 1) < 0)) {
        tool_say("cannot set the environment: %s", strerror(errno));
        return TOOL_FAULT;
    }
    execvp(program[0], program);
    tool_say("cannot run %s: %s", program[0], strerror(errno));
    return TOOL_FAULT;
}

const struct tool_command command_replay = {
    .name = "replay",
    .operands = "FILE -- PROGRAM [ARGS]",
    .sentence = "a run again, as a replay file or a recording has it",
    .text = "Runs a program in virtual time, in the order of turns that `troupe explore` has\n"
            "written to a file.  Where the run parts from the file, that is said, and the rest\n"
            "goes first come, first served.  The program's exit status becomes ours.\n"
            "\n"
            "With a recording of `troupe run --record` (or the trace beside it) the run is the\n"
            "recorded one: the same turns, the same data, the same times, without a network and\n"
            "without waiting.  With --until it stops, says where every actor stands, and a\n"
            "debugger has its turn.  Where the program parts from its recording, that is said,\n"
            "and it ends with status 6.\n"
            "\n"
            "The runtime reads the file itself, so the program can as well be run by another:\n"
            "\n"
            "  troupe replay teller.replay -- ./teller\n"
            "  troupe replay -o teller.json teller.replay -- ./teller\n"
            "  TROUPE_REPLAY=teller.replay gdb ./teller\n"
            "\n"
            "  troupe replay server.recording -- ./server\n"
            "  troupe replay --until 1.5s server.json -- ./server\n"
            "  TROUPE_REPLAY=server.recording TROUPE_UNTIL=57 gdb ./server",
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .operand_min = 2,
    .operand_max = INT_MAX,
    .passes_rest = true,
    .run = run_replay,
};
