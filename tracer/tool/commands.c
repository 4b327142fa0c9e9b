/*
 * The table of the commands, and what happens before one of them is chosen.
 *
 * This is all of the program but its main(), so that a test can run every command within itself.
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "nearest.h"
#include "tool.h"

const struct tool_command *const tool_commands[] = {
    &command_run,    &command_demo,    &command_new,    &command_watch,    &command_show,
    &command_log,    &command_stats,   &command_lint,   &command_path,     &command_why,
    &command_stuck,  &command_diff,    &command_grade,  &command_cut,      &command_merge,
    &command_export, &command_check,   &command_ps,     &command_bt,       &command_tree,
    &command_top,    &command_explore, &command_replay, &command_schedule, &command_completion,
    &command_help,
};
const size_t tool_command_count = sizeof tool_commands / sizeof tool_commands[0];

const struct tool_command *tool_command_find(const char *name)
{
    for (size_t i = 0; i < tool_command_count; i++)
        if (strcmp(tool_commands[i]->name, name) == 0)
            return tool_commands[i];
    return NULL;
}

int tool_command_unknown(const char *name)
{
    struct nearest nearest;
    nearest_begin(&nearest, name);
    for (size_t i = 0; i < tool_command_count; i++)
        nearest_offer(&nearest, tool_commands[i]->name);
    if (nearest.best != NULL)
        tool_say("there is no command \"%s\"; did you mean \"%s\"?", name, nearest.best);
    else
        tool_say("there is no command \"%s\"; `troupe help` lists them", name);
    return TOOL_MISUSED;
}

int tool_close_output(void)
{
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout))
        return TOOL_OK;
    tool_say("cannot write to standard output: %s", strerror(errno != 0 ? errno : EIO));
    return TOOL_FAULT;
}

int tool_spare_operands(const struct tool_call *call, const char *path)
{
    struct stat output, operand;
    if (path == NULL || stat(path, &output) < 0 || !S_ISREG(output.st_mode))
        return TOOL_OK;
    for (int i = 0; i < call->operand_count; i++) {
        if (stat(call->operands[i], &operand) < 0 || operand.st_dev != output.st_dev ||
            operand.st_ino != output.st_ino)
            continue;
        tool_say("%s is what is read; --output has to be another file", path);
        return TOOL_MISUSED;
    }
    return TOOL_OK;
}

int tool_open_output(const char *path, FILE **out)
{
    *out = stdout;
    if (path == NULL || strcmp(path, "-") == 0)
        return TOOL_OK;
    *out = fopen(path, "wb");
    if (*out != NULL)
        return TOOL_OK;
    tool_say("%s cannot be written: %s", path, strerror(errno));
    return TOOL_FAULT;
}

int tool_finish_output(FILE *out, const char *path, int result)
{
    if (out == stdout)
        return result;
    bool failed = ferror(out) != 0;
    struct stat file;
    bool is_ours = fstat(fileno(out), &file) == 0 && S_ISREG(file.st_mode); /* and no device */
    errno = 0;
    failed = fclose(out) != 0 || failed;
    if (failed)
        tool_say("%s cannot be written: %s", path, strerror(errno != 0 ? errno : EIO));
    if (is_ours && (failed || result != TOOL_OK))
        remove(path);
    return failed ? TOOL_FAULT : result;
}

/* The longest way from a file to a command: `troupe count.json`, with the command forgotten. */
static bool is_file_name(const char *word)
{
    const char *dot = strrchr(word, '.');
    return strchr(word, '/') != NULL || (dot != NULL && strcmp(dot, ".json") == 0);
}

static int run_command(int argc, char **argv)
{
    struct tool_call call;
    bool done;
    const struct tool_command *command = tool_command_find(argv[0]);
    if (command == NULL && is_file_name(argv[0])) {
        tool_say("what about %s? Perhaps you mean `troupe show %s`", argv[0], argv[0]);
        return TOOL_MISUSED;
    }
    if (command == NULL)
        return tool_command_unknown(argv[0]);
    int result = tool_parse(command, argc, argv, &call, &done);
    if (done)
        return result;
    result = command->run(&call);
    int closed = tool_close_output();
    return result != TOOL_OK ? result : closed;
}

int tool_main(int argc, char **argv)
{
    if (argc < 2) {
        tool_say("which command? For example: troupe show count.json");
        fputs("Try `troupe help`.\n", stderr);
        return TOOL_MISUSED;
    }
    if (strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "--help") == 0) {
        tool_help();
        return tool_close_output();
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts("troupe " TROUPE_VERSION);
        return tool_close_output();
    }
    return run_command(argc - 1, argv + 1);
}
