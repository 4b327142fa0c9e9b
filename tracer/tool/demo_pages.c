/*
 * The page of a lesson for who teaches it: what to ask, what to say, what each answer stands for,
 * and a picture of the moment when a wrong guess lies over the run, as large as for a projector.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "demo.h"
#include "places.h"
#include "tool.h"

/* As wide as the lines of a page are. */
#define COLUMNS 100

#define PARAGRAPH_BYTES 1024

static void put_heading(FILE *page, const char *text)
{
    fprintf(page, "\n## %s\n\n", text);
}

static void put_list(FILE *page, const char *heading, const char *const *texts, size_t count)
{
    if (count > 0)
        put_heading(page, heading);
    for (size_t i = 0; i < count; i++)
        demo_print_wrapped(page, "- ", texts[i], COLUMNS);
}

static void put_answers(FILE *page, const struct lesson *lesson)
{
    char text[PARAGRAPH_BYTES];
    put_heading(page, "What each answer stands for");
    for (size_t i = 0; i < lesson->answer_count; i++) {
        const struct lesson_answer *answer = &lesson->answers[i];
        snprintf(text, sizeof text, "**%c, %s**%s: %s", (char)('A' + i), answer->text,
                 answer->is_right ? " is right" : "", answer->because);
        demo_print_wrapped(page, "- ", text, COLUMNS);
    }
}

/* What is run, and what the runs are held to. */
static void put_runs(FILE *page, const struct lesson *lesson)
{
    char text[PARAGRAPH_BYTES];
    put_heading(page, "What is run");
    for (size_t i = 0; i < lesson->panel_count; i++) {
        const struct lesson_panel *panel = &lesson->panels[i];
        size_t used = (size_t)snprintf(text, sizeof text, "*%s*: `troupe run %s`", panel->label,
                                       panel->command);
        size_t count = panel->recorded_from > 0 ? panel->recorded_from : panel->expectation_count;
        for (size_t k = 0; k < count && used < sizeof text; k++)
            used += (size_t)snprintf(text + used, sizeof text - used, "%s`%s`",
                                     k == 0 ? "; it keeps to " : ", ", panel->expectations[k]);
        demo_print_wrapped(page, "- ", text, COLUMNS);
    }
    if (lesson->decides != NULL && strcmp(lesson->decides, "print") == 0)
        fputs("\nWhat settles it is what was printed last.\n", page);
    else if (lesson->decides != NULL)
        fprintf(page, "\nThe number that settles it: `%s`.\n", lesson->decides);
}

/* The wrong answer that the picture is of: the first that has a ghost, or the first. */
static size_t index_of_guess(const struct lesson *lesson)
{
    size_t first = lesson->answer_count;
    for (size_t i = 0; i < lesson->answer_count; i++) {
        if (lesson->answers[i].is_right)
            continue;
        if (lesson->answers[i].ghost_count + lesson->answers[i].order_count > 0)
            return i;
        if (first == lesson->answer_count)
            first = i;
    }
    return first;
}

static void put_page(FILE *page, const struct lesson *lesson, const char *name)
{
    const struct lesson_answer *guess = &lesson->answers[index_of_guess(lesson)];
    char text[PARAGRAPH_BYTES];
    fprintf(page, "# Lesson %d: %s\n\n", (int)strtol(name, NULL, 10), lesson->title);
    if (lesson->claim != NULL)
        demo_print_wrapped(page, "", lesson->claim, COLUMNS);
    fprintf(page, "\n```\ntroupe demo %s\n```\n", name + strcspn(name, "-") + 1);
    put_heading(page, "Ask");
    demo_print_wrapped(page, "", lesson->question, COLUMNS);
    fputc('\n', page);
    for (size_t i = 0; i < lesson->answer_count; i++) {
        snprintf(text, sizeof text, "**%c** %s", (char)('A' + i), lesson->answers[i].text);
        demo_print_wrapped(page, "- ", text, COLUMNS);
    }
    fprintf(page, "\n![What is shown to who says \"%s\"](%s.png)\n", guess->text, name);
    put_answers(page, lesson);
    put_list(page, "Say", lesson->says, lesson->say_count);
    put_list(page, "Look at", lesson->looks, lesson->look_count);
    put_list(page, "Ask next", lesson->tries, lesson->try_count);
    put_runs(page, lesson);
}

int demo_write_page(const struct lesson *lesson, const char *name, const char *path,
                    const struct demo_runs *runs, const char *folder)
{
    char file[PATH_MAX], script[2 * PATH_MAX];
    FILE *page;
    int result = demo_make_folder(folder);
    if (result == TOOL_OK && snprintf(file, sizeof file, "%s/%s.md", folder, name) >=
                                 (int)sizeof file - (int)sizeof ".png") {
        tool_say("the path of the pages is too long");
        return TOOL_FAULT;
    }
    if (result == TOOL_OK)
        result = tool_open_output(file, &page);
    if (result != TOOL_OK)
        return result;
    put_page(page, lesson, name);
    result = tool_finish_output(page, file, TOOL_OK);
    snprintf(script, sizeof script, "key F5\nkey %c\nkey Enter\nshot %s/%s.png\n",
             (char)('A' + index_of_guess(lesson)), folder, name);
    if (result == TOOL_OK)
        result = demo_draw(path, runs, "light", folder, script);
    if (result == TOOL_OK)
        tool_say("the page is %s, and its picture beside it", file);
    return result;
}
