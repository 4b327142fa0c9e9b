/*
 * Runs every command of `troupe` over every file that is named, within this one process (TAP).
 *
 *   ask_commands FOLDER FILE...
 *
 * Whatever a file holds, a command ends with one of its three exit statuses and, if not with 0, has
 * said why.  What cut, merge and export make of a sound trace is a sound trace again.  In FOLDER
 * they write.  What is printed goes to files there; the results go to the standard output there
 * was.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool.h"

#define WORDS_MAX 8
#define PATH_BYTES 4096

/* FILE stands for the file, OUT for one to write, RULES for rules. */
static const struct row {
    const char *words[WORDS_MAX];
    bool makes_trace;
} rows[] = {
    {{"check", "FILE"}, false},
    {{"show", "--axis=time", "FILE"}, false},
    {{"show", "--axis=step", "--ascii", "FILE"}, false},
    {{"show", "--width=60", "--color=always", "FILE"}, false},
    {{"log", "FILE"}, false},
    {{"stats", "--worst=3", "FILE"}, false},
    {{"stats", "--json", "--worst=3", "FILE"}, false},
    {{"lint", "--limit=1us", "FILE"}, false},
    {{"lint", "--json", "FILE"}, false},
    {{"path", "FILE"}, false},
    {{"path", "--json", "--steps=5", "FILE"}, false},
    {{"why", "FILE", "1@end"}, false},
    {{"why", "--all", "FILE", "2@1ms"}, false},
    {{"why", "--json", "FILE", "2@1ms"}, false},
    {{"stuck", "FILE"}, false},
    {{"stuck", "--at=1ms", "--json", "FILE"}, false},
    {{"diff", "FILE", "FILE"}, false},
    {{"diff", "--waits", "--json", "FILE", "FILE"}, false},
    {{"grade", "FILE", "RULES"}, false},
    {{"grade", "--json", "FILE", "RULES"}, false},
    {{"cut", "--from=10us", "--until=1ms", "-o", "OUT", "FILE"}, true},
    {{"cut", "--actors=1,*#2", "-o", "OUT", "FILE"}, true},
    {{"cut", "--without=msg,log", "-o", "OUT", "FILE"}, true},
    {{"merge", "--clock=start", "-o", "OUT", "FILE", "FILE"}, true},
    {{"merge", "--plain", "-o", "OUT", "FILE", "FILE"}, true},
    {{"export", "-o", "OUT", "FILE"}, true},
    {{"export", "--to=csv", "-o", "OUT", "FILE"}, false},
    {{"export", "--to=speedscope", "-o", "OUT", "FILE"}, false},
    {{"export", "--to=otel", "-o", "OUT", "FILE"}, false},
    {{"export", "--to=folded", "-o", "OUT", "FILE"}, false},
};

static char out_path[PATH_BYTES], rules_path[PATH_BYTES], said_path[PATH_BYTES];
static FILE *results;

static int run(const struct row *row, const char *file)
{
    static char words[WORDS_MAX][PATH_BYTES]; /* commands may write into theirs */
    char *argv[WORDS_MAX + 2] = {words[0]};
    int argc = 1;
    for (int i = 0; i < WORDS_MAX && row->words[i] != NULL; i++) {
        const char *word = row->words[i];
        if (strcmp(word, "FILE") == 0)
            word = file;
        if (strcmp(word, "OUT") == 0)
            word = out_path;
        if (strcmp(word, "RULES") == 0)
            word = rules_path;
        snprintf(words[i], sizeof words[i], "%s", word);
        argv[argc++] = words[i];
    }
    if (freopen(said_path, "w", stderr) == NULL || freopen("/dev/null", "w", stdout) == NULL)
        abort();
    return tool_main(argc, argv);
}

/* The first line of what was said, for a message. */
static const char *said(char *line, int bytes)
{
    FILE *file = fopen(said_path, "r");
    fflush(stderr);
    line[0] = '\0';
    if (file != NULL) {
        if (fgets(line, bytes, file) == NULL)
            line[0] = '\0';
        fclose(file);
    }
    line[strcspn(line, "\n")] = '\0';
    return line;
}

/* What is wrong with this row and this file, or NULL. */
static const char *ask(const struct row *row, const char *file, bool is_sound)
{
    static char wrong[512];
    char line[256];
    int status = run(row, file);
    bool finds = strcmp(row->words[0], "lint") == 0 || strcmp(row->words[0], "diff") == 0 ||
                 strcmp(row->words[0], "grade") == 0 || strcmp(row->words[0], "check") == 0 ||
                 strcmp(row->words[0], "stuck") == 0;
    if (status != TOOL_OK && status != TOOL_FAULT && status != TOOL_MISUSED)
        return "its exit status is none of the three";
    if (status != TOOL_OK && !finds && strncmp(said(line, sizeof line), "troupe: ", 8) != 0)
        return "it fails and does not say why";
    if (!row->makes_trace || status != TOOL_OK || !is_sound)
        return NULL;
    if (run(&rows[0], out_path) == TOOL_OK)
        return NULL;
    snprintf(wrong, sizeof wrong, "it makes an unsound trace of a sound one: %.200s",
             said(line, sizeof line));
    return wrong;
}

/* For whoever reads the results of a crash: what was being asked. */
static void remember(const struct row *row, const char *file)
{
    fprintf(results, "# asking");
    for (int i = 0; i < WORDS_MAX && row->words[i] != NULL; i++)
        fprintf(results, " %s", strcmp(row->words[i], "FILE") == 0 ? file : row->words[i]);
    fputc('\n', results);
    fflush(results);
}

int main(int argc, char **argv)
{
    size_t count = sizeof rows / sizeof rows[0];
    int failed = 0;
    if (argc < 3)
        return 2;
    snprintf(out_path, sizeof out_path, "%s/out", argv[1]);
    snprintf(rules_path, sizeof rules_path, "%s/rules", argv[1]);
    snprintf(said_path, sizeof said_path, "%s/said", argv[1]);
    results = fdopen(dup(STDOUT_FILENO), "w");
    if (results == NULL)
        return 2;
    for (int i = 2; i < argc; i++) {
        bool is_sound = run(&rows[0], argv[i]) == TOOL_OK;
        for (size_t k = 0; k < count; k++) {
            remember(&rows[k], argv[i]);
            const char *wrong = ask(&rows[k], argv[i], is_sound);
            failed += wrong != NULL;
            if (wrong != NULL)
                fprintf(results, "# wrong: %s\n", wrong);
        }
    }
    fprintf(results, "# done\n");
    fclose(results);
    return failed > 0;
}
