/*
 * Running what a lesson shows: each panel by `troupe run`, which is this command itself.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "demo.h"
#include "places.h"
#include "tool.h"

#define ARRAY_COUNT(array) (sizeof(array) / sizeof(array)[0])

/* More words than a panel has. */
#define WORDS_MAX 32

/* What a shell returns for a program that is found but cannot be run. */
#define STATUS_NOT_RUNNABLE 126

int demo_start(const char *const *words)
{
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        execvp(words[0], (char *const *)words);
        tool_say("cannot run %s: %s", words[0], strerror(errno));
        _exit(STATUS_NOT_RUNNABLE);
    }
    int status = 0;
    while (child > 0 && waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            child = -1;
    if (child > 0)
        return WIFEXITED(status) ? WEXITSTATUS(status) : TOOL_FAULT;
    tool_say("cannot start another process: %s", strerror(errno));
    return TOOL_FAULT;
}

/* The file that a word of a panel names: a program, or one for an interpreter. */
static bool resolve(const char *word, char *path, size_t bytes)
{
    static const char *const places[] = {"../../examples",         "../../examples/python",
                                         "../libexec/troupe",      TROUPE_PROGRAM_DIR,
                                         "../share/troupe/python", TROUPE_PYTHON_DIR};
    return place_find(places, ARRAY_COUNT(places), word, path, bytes);
}

/* Whether the shell would find a program. */
static bool is_on_path(const char *name)
{
    const char *folders = getenv("PATH");
    char path[PATH_MAX];
    while (folders != NULL && *folders != '\0') {
        int length = (int)strcspn(folders, ":");
        if (snprintf(path, sizeof path, "%.*s/%s", length, folders, name) < (int)sizeof path &&
            access(path, X_OK) == 0)
            return true;
        folders += length + (folders[length] == ':');
    }
    return false;
}

/* A panel's command as words of `troupe run`. */
struct line {
    char text[512];
    char path[PATH_MAX];
    const char *words[WORDS_MAX];
    size_t count;
    char *settings[WORDS_MAX]; /* of the environment */
    size_t setting_count;
    const char *lacks; /* the word of what is not here; NULL if nothing is missing */
};

static bool is_setting(const char *word)
{
    size_t name = strcspn(word, "=");
    return word[name] == '=' && name > 0 && word[0] != '-';
}

static void make_line(struct line *line, const char *command, const char *trace)
{
    const char *first[] = {place_of_command(), "run",      "--quiet",
                           "--embed-source",   "--output", trace};
    *line = (struct line){.count = ARRAY_COUNT(first)};
    memcpy(line->words, first, sizeof first);
    snprintf(line->text, sizeof line->text, "%s", command);
    bool is_program = false, wants_file = true;
    char *rest = line->text, *word;
    while ((word = strsep(&rest, " ")) != NULL && line->count < WORDS_MAX - 2) {
        bool is_value = strcmp(line->words[line->count - 1], "--seed") == 0;
        if (*word == '\0')
            continue;
        if (!is_program && is_setting(word)) {
            line->settings[line->setting_count++] = word;
            continue;
        }
        if (!is_program && !is_value && word[0] != '-') {
            line->words[line->count++] = "--";
            is_program = true;
        }
        bool is_interpreter = strcmp(word, "python3") == 0;
        if (is_interpreter && !is_on_path(word))
            line->lacks = word;
        if (is_program && wants_file && !is_interpreter) {
            if (resolve(word, line->path, sizeof line->path))
                word = line->path;
            else
                line->lacks = word;
            wants_file = false;
        }
        line->words[line->count++] = word;
    }
    line->words[line->count] = NULL;
}

bool demo_lacks(const struct lesson *lesson, char *name, size_t bytes)
{
    for (size_t i = 0; i < lesson->panel_count; i++) {
        struct line line;
        make_line(&line, lesson->panels[i].command, "");
        if (line.lacks == NULL)
            continue;
        snprintf(name, bytes, "%s", line.lacks);
        return true;
    }
    return false;
}

/* In a process of its own, since a panel's settings are for it alone. */
static int run_panel(const struct lesson_panel *panel, const char *trace, bool hides)
{
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        struct line line;
        if (hides && freopen("/dev/null", "w", stdout) == NULL)
            _exit(TOOL_FAULT);
        make_line(&line, panel->command, trace);
        for (size_t i = 0; i < line.setting_count; i++)
            putenv(line.settings[i]);
        if (line.lacks == NULL)
            execv(line.words[0], (char *const *)line.words);
        else
            tool_say("%s, which this lesson runs, is not installed", line.lacks);
        _exit(TOOL_FAULT);
    }
    while (child > 0 && waitpid(child, NULL, 0) < 0)
        if (errno != EINTR)
            child = -1;
    struct stat file;
    if (child > 0 && stat(trace, &file) == 0 && file.st_size > 0)
        return TOOL_OK; /* however it ended: some are to fail */
    tool_say("there is no run of \"%s\" to be seen", panel->label);
    return TOOL_FAULT;
}

int demo_make_folder(const char *path)
{
    if (mkdir(path, 0777) == 0 || errno == EEXIST)
        return TOOL_OK;
    tool_say("%s cannot be made: %s", path, strerror(errno));
    return TOOL_FAULT;
}

static int open_folder(const char *folder, struct demo_runs *runs)
{
    *runs = (struct demo_runs){.is_ours = folder == NULL};
    if (folder != NULL) {
        snprintf(runs->folder, sizeof runs->folder, "%s", folder);
        return demo_make_folder(runs->folder);
    }
    return place_make_temporary("demo", runs->folder, sizeof runs->folder);
}

int demo_run(const struct lesson *lesson, const char *folder, bool hides, struct demo_runs *runs)
{
    int result = open_folder(folder, runs);
    for (size_t i = 0; result == TOOL_OK && i < lesson->panel_count; i++) {
        char *trace = runs->traces[i];
        int count = snprintf(trace, sizeof runs->traces[i], "%s/%zu.json", runs->folder, i + 1);
        if (count >= (int)sizeof runs->traces[i]) {
            tool_say("the path of the traces is too long");
            return TOOL_FAULT;
        }
        runs->count++;
        printf("--- %s: %s\n", lesson->panels[i].label, lesson->panels[i].command);
        unlink(trace);
        result = run_panel(&lesson->panels[i], trace, hides);
    }
    return result;
}

int demo_take_recorded(const struct demo_shelf *shelf, size_t index, const struct lesson *lesson,
                       struct demo_runs *runs)
{
    int result = open_folder(NULL, runs);
    runs->is_recorded = true;
    for (size_t i = 0; result == TOOL_OK && i < lesson->panel_count; i++) {
        const struct lesson_panel *panel = &lesson->panels[i];
        char *trace = runs->traces[i];
        int count = snprintf(trace, sizeof runs->traces[i], "%s/%s/recorded/%zu.json.gz",
                             shelf->root, shelf->names[index], i + 1);
        runs->count++;
        if (count < (int)sizeof runs->traces[i] && access(trace, R_OK) == 0) {
            printf("--- %s: %s, recorded before\n", panel->label, panel->recorded);
            continue;
        }
        tool_say("no run of \"%s\" was recorded for this lesson", panel->label);
        result = TOOL_FAULT;
    }
    return result;
}

void demo_clear(struct demo_runs *runs)
{
    if (!runs->is_ours)
        return;
    for (size_t i = 0; i < runs->count && !runs->is_recorded; i++)
        unlink(runs->traces[i]);
    rmdir(runs->folder);
}
