/*
 * From sources to a program.  A folder with a Makefile knows how, as those of `troupe new` do; a
 * single file is compiled as the README says.
 *
 * Whether something was saved is seen by looking: a few files, twenty times a second, cost nothing,
 * and it works wherever the files lie and however an editor writes them.
 */

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "demo.h"
#include "places.h"
#include "tool.h"
#include "watching.h"

/* What a compiler prints is kept as far as this, which is more than anybody reads. */
#define PRINTED_BYTES 32768

static bool ends_with(const char *text, const char *end)
{
    size_t bytes = strlen(text), end_bytes = strlen(end);
    return bytes >= end_bytes && strcmp(text + bytes - end_bytes, end) == 0;
}

static int refuse(const char *source, const char *why)
{
    tool_say("%s cannot be watched: %s", source, why);
    return TOOL_MISUSED;
}

int watch_open(struct watch_project *project, const char *source)
{
    const char *slash = strrchr(source, '/');
    const char *file = slash != NULL ? slash + 1 : source;
    int folder = slash != NULL ? (int)(slash - source) : 0;
    *project = (struct watch_project){.source = source, .is_python = ends_with(file, ".py")};
    if (!project->is_python && !ends_with(file, ".c"))
        return refuse(source, "it is no source of C or Python");
    if (strlen(source) >= PATH_MAX / 2 || strlen(file) > NAME_MAX)
        return refuse(source, strerror(ENAMETOOLONG));
    if (access(source, R_OK) != 0)
        return refuse(source, strerror(errno));
    snprintf(project->folder, sizeof project->folder, "%.*s", folder, source);
    if (folder == 0)
        memcpy(project->folder, slash != NULL ? "/" : ".", 2);
    memcpy(project->file, file, strlen(file) + 1);
    snprintf(project->name, sizeof project->name, "%.*s", (int)(strrchr(file, '.') - file), file);
    return place_make_temporary("watch", project->work, sizeof project->work);
}

/* Removes a file of the temporary folder. */
static void remove_made(const struct watch_project *project, const char *name, const char *end)
{
    char path[PATH_MAX + 2 * NAME_MAX];
    snprintf(path, sizeof path, "%s/%s%s", project->work, name, end);
    unlink(path);
}

void watch_close(struct watch_project *project)
{
    remove_made(project, project->name, "");
    remove_made(project, "printed", "");
    rmdir(project->work);
}

static bool has_makefile(const struct watch_project *project)
{
    static const char *const names[] = {"Makefile", "makefile", "GNUmakefile"};
    char path[PATH_MAX + 16];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", project->folder, names[i]);
        if (access(path, R_OK) == 0)
            return true;
    }
    return false;
}

/* A Makefile may use any source beside it; without one, headers are all that is shared. */
static bool is_source(const struct watch_project *project, const char *name, bool made)
{
    if (project->is_python)
        return ends_with(name, ".py");
    return strcmp(name, project->file) == 0 || ends_with(name, ".h") ||
           (made && (ends_with(name, ".c") || ends_with(name, "akefile")));
}

/* The sum does not depend on the order in which a folder lists its files. */
uint64_t watch_stamp(const struct watch_project *project)
{
    uint64_t sum = 0;
    bool made = has_makefile(project);
    DIR *folder = opendir(project->folder);
    const struct dirent *entry;
    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        struct stat file;
        if (!is_source(project, entry->d_name, made) ||
            fstatat(dirfd(folder), entry->d_name, &file, 0) < 0)
            continue;
        uint64_t facts[] = {(uint64_t)file.st_ino, (uint64_t)file.st_size,
                            (uint64_t)file.st_mtim.tv_sec, (uint64_t)file.st_mtim.tv_nsec};
        uint64_t hash = 14695981039346656037u; /* FNV-1a, a word at a time */
        for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++)
            hash = (hash ^ facts[i]) * 1099511628211u;
        sum += hash;
    }
    if (folder != NULL)
        closedir(folder);
    return sum;
}

/* What was printed, for us and on our standard error. */
static void read_printed(const char *path, char text[PRINTED_BYTES])
{
    FILE *file = fopen(path, "r");
    size_t bytes = file != NULL ? fread(text, 1, PRINTED_BYTES - 1, file) : 0;
    text[bytes] = '\0';
    fputs(text, stderr);
    if (file != NULL)
        fclose(file);
}

bool watch_build(struct watch_project *project, char words[WATCH_WORDS_BYTES])
{
    static const char with_make[] = "exec make -s -C \"$1\" \"$2\" >\"$4\" 2>&1";
    static const char alone[] =
        "exec ${CC:-cc} -std=c11 -g -O1 -Wall -Wextra \"$1/$2.c\" -o \"$3\" "
        "$(pkg-config --cflags --libs troupe 2>/dev/null || echo -ltroupe) >\"$4\" 2>&1";
    char path[PATH_MAX + 16];
    char printed[PRINTED_BYTES];
    bool made = has_makefile(project);
    if (project->is_python) {
        snprintf(project->program, sizeof project->program, "%s", project->source);
        return true;
    }
    int length = snprintf(project->program, sizeof project->program, "%s/%s",
                          made ? project->folder : project->work, project->name);
    snprintf(path, sizeof path, "%s/printed", project->work);
    int status = demo_start((const char *const[]){"/bin/sh", "-c", made ? with_make : alone, "sh",
                                                  project->folder, project->name, project->program,
                                                  path, NULL});
    read_printed(path, printed);
    bool built = status == 0 && length < (int)sizeof project->program;
    if (!built)
        watch_words(printed, project->file, words);
    return built;
}
