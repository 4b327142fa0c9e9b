/*
 * What compilers print, for people at the back of a room: of each error its line, its sentence and
 * the source below it, in the order of the compiler; what follows from the first few is left out.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "watching.h"

/* Errors that are told: later ones are mostly consequences. */
#define ERRORS_MAX 3

/* Lines of source and of marks below it that follow an error. */
#define EXCERPT_LINES 2

/* Of what nobody understands, so many last lines. */
#define TAIL_LINES 8

struct error {
    char file[NAME_MAX + 1];
    unsigned long line; /* 0: it has none */
    const char *text;
};

/* The last "FILE:LINE" before `end`. */
static void find_place(const char *line, const char *end, struct error *error)
{
    for (const char *colon = line; colon < end; colon++) {
        if (*colon != ':' || colon[1] < '0' || colon[1] > '9')
            continue;
        char *after;
        unsigned long number = strtoul(colon + 1, &after, 10);
        if (*after != ':')
            continue;
        const char *name = colon;
        while (name > line && strchr("/ :", name[-1]) == NULL)
            name--;
        error->line = number;
        snprintf(error->file, sizeof error->file, "%.*s", (int)(colon - name), name);
        return;
    }
}

/* Whether a line, which ends with 0, tells of an error. */
static bool parse(const char *line, struct error *error)
{
    static const char *const marks[] = {": error: ", ": fatal error: "};
    static const char missing[] = "undefined reference to";
    *error = (struct error){.line = 0};
    const char *found = NULL;
    for (size_t i = 0; i < sizeof marks / sizeof marks[0] && found == NULL; i++) {
        found = strstr(line, marks[i]);
        error->text = found != NULL ? found + strlen(marks[i]) : NULL;
    }
    if (found == NULL)
        error->text = found = strstr(line, missing); /* the linker */
    if (found != NULL)
        find_place(line, found + 1, error);
    return found != NULL;
}

/* An error in a macro stands in its header, and whoever wrote the program has used it in `file`:
 * there it is told, with the source below that.  Answers what is left to read of `rest`. */
static char *find_use(char *rest, const char *file, struct error *error)
{
    static const char note[] = ": note: in expansion of macro ";
    for (char *line = rest; line != NULL && strcmp(error->file, file) != 0;) {
        char *end = strchr(line, '\n');
        char *mark = strstr(line, note), *next = strstr(line, ": error: ");
        if (mark == NULL || end == NULL || (next != NULL && next < mark))
            return rest; /* it is another error's */
        struct error use = {.line = 0};
        if (mark < end)
            find_place(line, mark + 1, &use);
        if (use.line > 0 && strcmp(use.file, file) == 0) {
            snprintf(error->file, sizeof error->file, "%s", use.file);
            error->line = use.line;
            return end + 1;
        }
        line = end + 1;
    }
    return rest;
}

static void put_error(FILE *out, const struct error *error, const char *file)
{
    if (error->line > 0 && strcmp(error->file, file) != 0)
        fprintf(out, "%s, ", error->file);
    if (error->line > 0)
        fprintf(out, "line %lu: ", error->line);
    fprintf(out, "%s\n", error->text);
}

/* The last lines, as they are. */
static void put_tail(FILE *out, const char *printed)
{
    const char *end = printed + strlen(printed), *at = end;
    int lines = 0;
    while (at > printed && (at == end || at[-1] != '\n' || ++lines < TAIL_LINES))
        at--;
    fputs(at, out);
}

void watch_words(const char *printed, const char *file, char words[WATCH_WORDS_BYTES])
{
    char *copy = strdup(printed), *rest = copy, *line;
    FILE *out = fmemopen(words, WATCH_WORDS_BYTES, "w");
    int errors = 0, excerpt = 0;
    words[0] = '\0';
    if (out != NULL)
        fprintf(out, "%s does not compile.\n", file);
    while (out != NULL && (line = strsep(&rest, "\n")) != NULL) {
        struct error error;
        if (parse(line, &error)) {
            errors++;
            rest = find_use(rest, file, &error);
            excerpt = errors <= ERRORS_MAX ? EXCERPT_LINES : 0;
            if (excerpt > 0)
                put_error(out, &error, file);
        } else if (excerpt > 0 && line[0] == ' ' && strstr(line, " | ") != NULL) {
            fprintf(out, "%s\n", line);
            excerpt--;
        } else {
            excerpt = 0;
        }
    }
    if (out != NULL && errors > ERRORS_MAX)
        fprintf(out, "And %d more.\n", errors - ERRORS_MAX);
    if (out != NULL && errors == 0)
        put_tail(out, printed);
    if (out != NULL)
        fclose(out);
    words[WATCH_WORDS_BYTES - 1] = '\0';
    free(copy);
}
