/* troupe new: a folder with a program that can be built, run and looked at. */

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "places.h"
#include "tool.h"

#define NAME_MAX_BYTES 64

/* What stands for the name in a template. */
static const char mark[] = "@NAME@";

/* A name that is one for a file, a program and a word in a Makefile. */
static bool is_name(const char *name)
{
    if (!isalpha((unsigned char)name[0]) || strlen(name) > NAME_MAX_BYTES)
        return false;
    for (; *name != '\0'; name++)
        if (!isalnum((unsigned char)*name) && strchr("_-", *name) == NULL)
            return false;
    return true;
}

/* Copies a line with the name put in. */
static void put_line(FILE *to, const char *line, const char *name)
{
    const char *found;
    while ((found = strstr(line, mark)) != NULL) {
        fprintf(to, "%.*s%s", (int)(found - line), line, name);
        line = found + sizeof mark - 1;
    }
    fputs(line, to);
}

static int write_file(const char *template, const char *file, const char *name)
{
    char from[PATH_MAX], to[PATH_MAX], line[512];
    bool is_program = strcmp(file, "program.c") == 0;
    if (snprintf(from, sizeof from, "%s/%s", template, file) >= (int)sizeof from)
        return TOOL_FAULT;
    snprintf(to, sizeof to, "%s/%s%s", name, is_program ? name : file, is_program ? ".c" : "");
    FILE *source = fopen(from, "r"), *copy;
    if (source == NULL) {
        tool_say("%s cannot be opened: %s", from, strerror(errno));
        return TOOL_FAULT;
    }
    int result = tool_open_output(to, &copy);
    if (result == TOOL_OK) {
        while (fgets(line, sizeof line, source) != NULL)
            put_line(copy, line, name);
        result = tool_finish_output(copy, to, TOOL_OK);
    }
    fclose(source);
    return result;
}

static int run_new(const struct tool_call *call)
{
    static const char *const places[] = {"../../examples", "../share/troupe", TROUPE_DATA_DIR};
    static const char *const files[] = {"program.c", "Makefile", "README", "rules.txt"};
    const char *name = call->operands[0];
    char template[PATH_MAX];
    if (!is_name(name)) {
        tool_say("a name begins with a letter, and goes on with letters, digits, - and _");
        return TOOL_MISUSED;
    }
    if (!place_find(places, sizeof places / sizeof places[0], "template", template,
                    sizeof template)) {
        tool_say("the template for new programs is not installed");
        return TOOL_FAULT;
    }
    if (mkdir(name, 0777) < 0) {
        tool_say("%s cannot be made: %s", name, strerror(errno));
        return TOOL_FAULT;
    }
    int result = TOOL_OK;
    for (size_t i = 0; result == TOOL_OK && i < sizeof files / sizeof files[0]; i++)
        result = write_file(template, files[i], name);
    if (result == TOOL_OK)
        tool_say("the program is %s/%s.c; `make -C %s run` runs it", name, name, name);
    return result;
}

const struct tool_command command_new = {
    .name = "new",
    .operands = "NAME",
    .sentence = "begin a program: a folder that builds, runs and shows it",
    .text = "Makes a folder NAME with a small program of actors, a Makefile that builds it, runs\n"
            "it, draws what it did and grades it, the rules for that, and a page that says so.\n"
            "\n"
            "  troupe new dinner\n"
            "  make -C dinner run",
    .operand_min = 1,
    .operand_max = 1,
    .run = run_new,
};
