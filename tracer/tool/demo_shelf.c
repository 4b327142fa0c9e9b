/* Finding the lessons. */

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "demo.h"
#include "nearest.h"
#include "places.h"
#include "tool.h"

#define ARRAY_COUNT(array) (sizeof(array) / sizeof(array)[0])

static bool is_lesson(const char *name)
{
    return isdigit((unsigned char)name[0]) && isdigit((unsigned char)name[1]) && name[2] == '-' &&
           strlen(name) < DEMO_NAME_BYTES;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(a, b);
}

int demo_open_shelf(struct demo_shelf *shelf)
{
    static const char *const places[] = {"../../examples", "../share/troupe", TROUPE_DATA_DIR};
    shelf->count = 0;
    DIR *folder = NULL;
    if (place_find(places, ARRAY_COUNT(places), "lessons", shelf->root, sizeof shelf->root))
        folder = opendir(shelf->root);
    if (folder == NULL) {
        tool_say("the lessons are not installed");
        return TOOL_FAULT;
    }
    const struct dirent *entry;
    while ((entry = readdir(folder)) != NULL && shelf->count < DEMO_LESSONS_MAX)
        if (is_lesson(entry->d_name))
            memcpy(shelf->names[shelf->count++], entry->d_name, strlen(entry->d_name) + 1);
    closedir(folder);
    qsort(shelf->names, shelf->count, sizeof shelf->names[0], compare_names);
    return TOOL_OK;
}

int demo_find(const struct demo_shelf *shelf, const char *text, size_t *index)
{
    struct nearest nearest;
    char *end;
    long number = strtol(text, &end, 10);
    bool is_number = end != text && *end == '\0';
    nearest_begin(&nearest, text);
    for (*index = 0; *index < shelf->count; ++*index) {
        const char *name = shelf->names[*index];
        if (strcmp(text, name) == 0 || strcmp(text, name + 3) == 0 ||
            (is_number && strtol(name, NULL, 10) == number))
            return TOOL_OK;
        nearest_offer(&nearest, name + 3);
    }
    if (nearest.best != NULL)
        tool_say("there is no lesson \"%s\"; did you mean \"%s\"?", text, nearest.best);
    else
        tool_say("there is no lesson \"%s\"; `troupe demo --list` lists them", text);
    return TOOL_MISUSED;
}

int demo_path(const struct demo_shelf *shelf, size_t index, char path[PATH_MAX])
{
    int count = snprintf(path, PATH_MAX, "%s/%s/lesson.txt", shelf->root, shelf->names[index]);
    if (count < PATH_MAX)
        return TOOL_OK;
    tool_say("the path of the lessons is too long");
    return TOOL_FAULT;
}

int demo_load(const struct demo_shelf *shelf, size_t index, struct lesson *lesson)
{
    char path[PATH_MAX];
    char why[400];
    if (demo_path(shelf, index, path) != TOOL_OK)
        return TOOL_FAULT;
    if (lesson_load(lesson, path, why, sizeof why) == 0)
        return TOOL_OK;
    tool_say("%s", why);
    return TOOL_FAULT;
}
