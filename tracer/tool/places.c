/* The command's own place is asked of the kernel, once. */

#include "places.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool.h"

const char *place_of_command(void)
{
    static char own[PATH_MAX];
    if (own[0] == '\0') {
        ssize_t length = readlink("/proc/self/exe", own, sizeof own - 1);
        own[length > 0 ? length : 0] = '\0';
    }
    return own;
}

bool place_find(const char *const *places, size_t count, const char *name, char *path, size_t bytes)
{
    const char *own = place_of_command();
    const char *slash = strrchr(own, '/');
    int folder = slash != NULL ? (int)(slash - own) : 0;
    for (size_t i = 0; i < count; i++) {
        bool whole = places[i][0] == '/';
        int length = whole ? snprintf(path, bytes, "%s/%s", places[i], name)
                           : snprintf(path, bytes, "%.*s/%s/%s", folder, own, places[i], name);
        char clean[PATH_MAX];
        if (length >= (int)bytes || access(path, R_OK) != 0)
            continue;
        if (realpath(path, clean) != NULL && strlen(clean) < bytes)
            memcpy(path, clean, strlen(clean) + 1);
        return true;
    }
    return false;
}

bool place_of_viewer(char *path, size_t bytes)
{
    static const char *const places[] = {"../../viewer", "."};
    return place_find(places, sizeof places / sizeof places[0], "troupe-view", path, bytes);
}

bool place_has_display(void)
{
    return getenv("DISPLAY") != NULL || getenv("WAYLAND_DISPLAY") != NULL;
}

int place_make_temporary(const char *name, char *folder, size_t bytes)
{
    const char *parent = getenv("TMPDIR");
    int count = snprintf(folder, bytes, "%s/troupe-%s-XXXXXX",
                         parent != NULL && parent[0] == '/' ? parent : "/tmp", name);
    if (count < (int)bytes && mkdtemp(folder) != NULL)
        return TOOL_OK;
    tool_say("%s cannot be made: %s", folder, strerror(count < (int)bytes ? errno : ENAMETOOLONG));
    return TOOL_FAULT;
}
