/* Pictures of a lesson are the viewer's, which does what a script says and needs no display. */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "demo.h"
#include "places.h"
#include "tool.h"

void demo_print_wrapped(FILE *out, const char *mark, const char *text, int columns)
{
    int indent = (int)strlen(mark), column = indent;
    fputs(mark, out);
    for (const char *word = text; *word != '\0';) {
        int length = (int)strcspn(word, " ");
        if (column > indent && column + 1 + length > columns) {
            fprintf(out, "\n%*s", indent, "");
            column = indent;
        } else if (column > indent) {
            fputc(' ', out);
            column++;
        }
        fprintf(out, "%.*s", length, word);
        column += length;
        word += length + (int)strspn(word + length, " ");
    }
    fputc('\n', out);
}

int demo_draw(const char *path, const struct demo_runs *runs, const char *theme, const char *folder,
              const char *script)
{
    char viewer[PATH_MAX], file[PATH_MAX];
    if (!place_of_viewer(viewer, sizeof viewer)) {
        tool_say("pictures are drawn by troupe-view, which is not installed");
        return TOOL_FAULT;
    }
    if (snprintf(file, sizeof file, "%s/.script", folder) >= (int)sizeof file) {
        tool_say("the path of the pictures is too long");
        return TOOL_FAULT;
    }
    FILE *out = fopen(file, "w");
    bool written = out != NULL && fputs(script, out) >= 0;
    if (out == NULL || fclose(out) != 0 || !written) {
        tool_say("%s cannot be written: %s", file, strerror(errno));
        return TOOL_FAULT;
    }
    const char *words[LESSON_PANELS_MAX + 8] = {viewer, "--lesson", path, "--theme",
                                                theme,  "--script", file};
    for (size_t i = 0; i < runs->count; i++)
        words[7 + i] = runs->traces[i];
    int status = demo_start(words);
    unlink(file);
    if (status == 0)
        return TOOL_OK;
    tool_say("the pictures of the lesson could not be drawn");
    return TOOL_FAULT;
}
