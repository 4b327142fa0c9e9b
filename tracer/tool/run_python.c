/*
 * A program of Python is run by its interpreter through the tracer, which is told the rest.
 */

#include "run_python.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "places.h"
#include "tool.h"

static const char *base_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

/* "python", "python3" or "python3.11". */
bool run_python_is_interpreter(const char *program)
{
    const char *name = base_of(program);
    return strncmp(name, "python", 6) == 0 && name[6 + strspn(name + 6, "0123456789.")] == '\0';
}

/* Where what is to run stands, behind options of the interpreter that change nothing about how the
 * tracer finds its modules; 0: it has others, or there is nothing to run. */
static size_t find_what(char **program)
{
    size_t at = 1;
    while (program[at] != NULL && program[at][0] == '-' && strcmp(program[at], "-m") != 0) {
        const char *option = program[at] + 1;
        bool takes_value = option[0] == 'W' || option[0] == 'X';
        if (option[0] == '\0' || (!takes_value && option[strspn(option, "bBdEiOqsSuvx")] != '\0'))
            return 0;
        at += takes_value && option[1] == '\0' && program[at + 1] != NULL ? 2 : 1;
    }
    if (program[at] == NULL || (program[at][0] == '-' && program[at + 1] == NULL))
        return 0;
    return at;
}

bool run_python_find(char **program, struct run_python *python)
{
    static const char *const places[] = {"../python", "../share/troupe/python", TROUPE_PYTHON_DIR};
    static char tracer[PATH_MAX];
    *python = (struct run_python){0};
    size_t what = run_python_is_interpreter(program[0]) ? find_what(program) : 0;
    if (what == 0)
        return true;
    bool module = strcmp(program[what], "-m") == 0;
    if (!place_find(places, sizeof places / sizeof places[0], "troupe_trace.py", tracer,
                    sizeof tracer)) {
        tool_say("troupe_trace.py, which records programs of Python, is not installed");
        return false;
    }
    size_t count = 0;
    while (program[count] != NULL)
        count++;
    char **command = malloc((count + 2) * sizeof *command);
    if (command == NULL) {
        tool_say("out of memory");
        return false;
    }
    memcpy(command, program, what * sizeof *command);
    command[what] = tracer;
    memcpy(command + what + 1, program + what, (count - what + 1) * sizeof *command);
    python->command = command;
    python->name = base_of(program[module ? what + 1 : what]);
    return true;
}
