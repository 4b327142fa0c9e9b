/*
 * Whose a trace is.  A program that a traced program starts has the same environment, and would
 * write over the file that is just being written.  So the environment also says that the file has
 * an owner, and who finds that writes a file of its own, with its process's number in the name.
 */

#include "owner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OWNER "TROUPE_TRACE_OWNER"

void owner_numbered(const char *path, unsigned number, char *own, size_t bytes)
{
    static const char *const suffixes[] = {".json", ".json.gz"};
    size_t stem = strlen(path);
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        size_t length = strlen(suffixes[i]);
        if (strlen(path) > length && strcmp(path + strlen(path) - length, suffixes[i]) == 0)
            stem = strlen(path) - length;
    }
    snprintf(own, bytes, "%.*s.%u%s", (int)stem, path, number, path + stem);
}

void owner_path(const char *path, char *own, size_t bytes)
{
    if (getenv(OWNER) == NULL)
        snprintf(own, bytes, "%s", path);
    else
        owner_numbered(path, (unsigned)getpid(), own, bytes);
}

void owner_begin(void)
{
    char pid[16];
    snprintf(pid, sizeof pid, "%d", (int)getpid());
    setenv(OWNER, pid, 1);
}

void owner_end(void)
{
    unsetenv(OWNER);
}
