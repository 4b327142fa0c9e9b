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
static bool is_interpreter(const char *program)
{
    const char *name = base_of(program);
    return strncmp(name, "python", 6) == 0 && name[6 + strspn(name + 6, "0123456789.")] == '\0';
}

bool run_python_find(char **program, struct run_python *python)
{
    static const char *const places[] = {"../python", "../share/troupe/python", TROUPE_PYTHON_DIR};
    static char tracer[PATH_MAX];
    *python = (struct run_python){0};
    if (!is_interpreter(program[0]) || program[1] == NULL)
        return true;
    bool module = strcmp(program[1], "-m") == 0 && program[2] != NULL;
    if (program[1][0] == '-' && !module)
        return true;
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
    command[0] = program[0];
    command[1] = tracer;
    memcpy(command + 2, program + 1, count * sizeof *command);
    python->command = command;
    python->name = base_of(program[module ? 2 : 1]);
    return true;
}
