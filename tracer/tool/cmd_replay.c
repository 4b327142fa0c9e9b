/* troupe replay: a run again, in the order that a replay file holds. */

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "replay.h"
#include "tool.h"

enum { OPTION_OUTPUT };

static const struct tool_option options[] = {
    [OPTION_OUTPUT] = {"output", 'o', "FILE", "record the run to this trace"},
};

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

static int run_replay(const struct tool_call *call)
{
    const char *path = call->operands[0];
    const char *trace = call->values[OPTION_OUTPUT];
    char **program = call->operands + 1;
    if (strcmp(program[0], "--") == 0)
        program++;
    if (program[0] == NULL) {
        tool_say("which program? For example: troupe replay %s -- ./count", path);
        return TOOL_MISUSED;
    }
    if (!looks_well(path))
        return TOOL_FAULT;
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
    .sentence = "a run again, in the order that a replay file holds",
    .text = "Runs a program in virtual time, in the order of turns that `troupe explore` has\n"
            "written to a file.  Where the run parts from the file, that is said, and the rest\n"
            "goes first come, first served.  The program's exit status becomes ours.\n"
            "\n"
            "The runtime reads the file itself, so the program can as well be run by another:\n"
            "\n"
            "  troupe replay teller.replay -- ./teller\n"
            "  troupe replay -o teller.json teller.replay -- ./teller\n"
            "  TROUPE_REPLAY=teller.replay gdb ./teller",
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .operand_min = 2,
    .operand_max = INT_MAX,
    .passes_rest = true,
    .run = run_replay,
};
