/*
 * Pages for paper: the question with empty lanes, to be filled in by hand, and the key.  The
 * pictures are the viewer's, in black and white, and stand in the page itself.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "demo.h"
#include "places.h"
#include "tool.h"

/* Of the pictures: two fit on a page. */
#define SIZE "1000x420"

/* Text in a page. */
static void put_text(FILE *page, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '<')
            fputs("&lt;", page);
        else if (*text == '&')
            fputs("&amp;", page);
        else
            putc(*text, page);
    }
}

static void put_element(FILE *page, const char *name, const char *text)
{
    fprintf(page, "<%s>", name);
    put_text(page, text);
    fprintf(page, "</%s>\n", name);
}

/* Draws a trace into the page. */
static int put_picture(FILE *page, const char *viewer, const char *trace, const char *folder,
                       bool is_key)
{
    char picture[PATH_MAX];
    int byte;
    if (snprintf(picture, sizeof picture, "%s/.picture.svg", folder) >= (int)sizeof picture) {
        tool_say("the path of the sheets is too long");
        return TOOL_FAULT;
    }
    const char *words[] = {viewer,
                           trace,
                           "--screenshot",
                           picture,
                           "--theme",
                           "print",
                           "--axis",
                           "time",
                           "--size",
                           SIZE,
                           is_key ? NULL : "--blank",
                           NULL};
    FILE *file = demo_start(words) == 0 ? fopen(picture, "r") : NULL;
    if (file == NULL) {
        tool_say("the picture for the sheet could not be drawn");
        return TOOL_FAULT;
    }
    /* As an image: so the names within one picture are not those of another. */
    fputs("<img alt=\"\" src=\"data:image/svg+xml,", page);
    while ((byte = getc(file)) != EOF)
        if (strchr("%#<>\"", byte) != NULL || byte < ' ')
            fprintf(page, "%%%02X", (unsigned)byte);
        else
            putc(byte, page);
    fputs("\">\n", page);
    fclose(file);
    unlink(picture);
    return TOOL_OK;
}

static void put_answers(FILE *page, const struct lesson *lesson, bool is_key)
{
    fputs("<ol type=\"A\">\n", page);
    for (size_t i = 0; i < lesson->answer_count; i++) {
        const struct lesson_answer *answer = &lesson->answers[i];
        fputs(is_key && answer->is_right ? "<li><b>" : "<li>", page);
        put_text(page, answer->text);
        fputs(is_key && answer->is_right ? "</b>" : "", page);
        if (is_key) {
            fputs(": ", page);
            put_text(page, answer->because);
        }
        fputs("</li>\n", page);
    }
    fputs("</ol>\n", page);
}

static int put_page(FILE *page, const struct lesson *lesson, const char *viewer,
                    const struct demo_runs *runs, bool is_key)
{
    int result = TOOL_OK;
    fputs("<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\">\n", page);
    put_element(page, "title", lesson->title);
    fputs("<style>body { font: 12pt sans-serif; max-width: 62em; margin: 2em auto }\n"
          "img { width: 100% } figure { margin: 1em 0; break-inside: avoid }\n"
          "</style></head><body>\n",
          page);
    put_element(page, "h1", lesson->title);
    put_element(page, "p", lesson->question);
    put_answers(page, lesson, is_key);
    for (size_t i = 0; result == TOOL_OK && i < runs->count; i++) {
        fputs("<figure><figcaption>", page);
        const struct lesson_panel *panel = &lesson->panels[i];
        put_text(page, panel->label);
        fputs(": <code>", page);
        put_text(page, runs->is_recorded ? panel->recorded : panel->command);
        fputs("</code></figcaption>\n", page);
        result = put_picture(page, viewer, runs->traces[i], runs->folder, is_key);
        fputs("</figure>\n", page);
    }
    for (size_t i = 0; is_key && i < lesson->look_count; i++)
        put_element(page, "p", lesson->looks[i]);
    if (is_key && lesson->claim != NULL)
        put_element(page, "h2", lesson->claim);
    for (size_t i = 0; i < lesson->try_count; i++)
        put_element(page, "p", lesson->tries[i]);
    fputs("</body></html>\n", page);
    return result;
}

static int write_page(const struct lesson *lesson, const char *name, const char *viewer,
                      const struct demo_runs *runs, const char *folder, bool is_key)
{
    char path[PATH_MAX];
    FILE *page;
    int count = snprintf(path, sizeof path, "%s/%s%s.html", folder, name, is_key ? "-key" : "");
    if (count >= (int)sizeof path) {
        tool_say("the path of the sheets is too long");
        return TOOL_FAULT;
    }
    int result = tool_open_output(path, &page);
    if (result != TOOL_OK)
        return result;
    result = put_page(page, lesson, viewer, runs, is_key);
    return tool_finish_output(page, path, result);
}

/* The whole sheet as one picture, without and with what happened. */
static int write_pictures(const char *name, const char *path, const struct demo_runs *runs,
                          const char *folder)
{
    static const char *const kinds[] = {"png", "svg"};
    char script[5 * PATH_MAX];
    size_t used = 0;
    for (int key = 0; key < 2; key++) {
        if (key)
            used += (size_t)snprintf(script + used, sizeof script - used, "key Shift+Enter\n");
        for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
            used += (size_t)snprintf(script + used, sizeof script - used, "shot %s/%s%s.%s\n",
                                     folder, name, key ? "-key" : "", kinds[i]);
    }
    return demo_draw(path, runs, "print", folder, script);
}

int demo_write_sheets(const struct lesson *lesson, const char *name, const char *path,
                      const struct demo_runs *runs, const char *folder)
{
    char viewer[PATH_MAX];
    if (!place_of_viewer(viewer, sizeof viewer)) {
        tool_say("sheets are drawn by troupe-view, which is not installed");
        return TOOL_FAULT;
    }
    int result = demo_make_folder(folder);
    if (result == TOOL_OK)
        result = write_page(lesson, name, viewer, runs, folder, false);
    if (result == TOOL_OK)
        result = write_page(lesson, name, viewer, runs, folder, true);
    if (result == TOOL_OK)
        result = write_pictures(name, path, runs, folder);
    if (result == TOOL_OK)
        tool_say("the sheets are %s/%s and %s-key, as .html, .svg and .png", folder, name, name);
    return result;
}
