/*
 * Finding Python's tracer: in the build it lies beside the command's folder, installed in the
 * folder for data that belongs to the same prefix, so both are looked for from where the command
 * itself is.
 */

#include "run_python.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

/* The tracer's file; false if there is none. */
static bool find_tracer(char *path, size_t bytes)
{
    static const char *const places[] = {"../python", "../share/troupe/python", TROUPE_PYTHON_DIR};
    char own[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", own, sizeof own - 1);
    own[length > 0 ? length : 0] = '\0';
    char *slash = strrchr(own, '/');
    if (slash != NULL)
        *slash = '\0';
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        bool whole = places[i][0] == '/';
        int count = snprintf(path, bytes, "%s%s%s/troupe_trace.py", whole ? "" : own,
                             whole ? "" : "/", places[i]);
        if (count < (int)bytes && access(path, R_OK) == 0)
            return true;
    }
    return false;
}

bool run_python_find(char **program, struct run_python *python)
{
    static char tracer[PATH_MAX];
    *python = (struct run_python){0};
    if (!is_interpreter(program[0]) || program[1] == NULL)
        return true;
    bool module = strcmp(program[1], "-m") == 0 && program[2] != NULL;
    if (program[1][0] == '-' && !module)
        return true;
    if (!find_tracer(tracer, sizeof tracer)) {
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
