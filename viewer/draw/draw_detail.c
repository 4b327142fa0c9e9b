/*
 * The panel below the lanes, and in its left part sentences about what is selected; while nothing
 * is, about what the pointer is on.
 */

#include "panels.h"

#include <math.h>
#include <stdio.h>

#include "answers.h"
#include "moment.h"

#define TITLE_BASELINE 28
#define LINE_FIRST 52
#define LINE_HEIGHT 20
#define HINT_BASELINE 12 /* above the foot */
#define HINT_ROOM 30     /* no sentence stands below this */

/* How many lines the sentences take. */
static int count_lines(const struct drawing *drawing, const struct describe_text *text, float width)
{
    struct text_style style = draw_style(drawing, 14);
    int count = 0;
    for (int i = 0; i < text->count; i++)
        for (const char *rest = text->lines[i], *next = rest; *rest != '\0'; rest = next, count++)
            text_wrap(drawing->frame->measurer, style, rest, width, &next);
    return count;
}

/* Wraps sentences into the lines between `y` and `foot`. */
static void draw_sentences(const struct drawing *drawing, const struct describe_text *text,
                           const struct frame_rect *box, float y, float foot)
{
    struct text_style style = draw_style(drawing, 14);
    float height = draw_px(drawing, LINE_HEIGHT);
    for (int i = 0; i < text->count; i++) {
        const char *rest = text->lines[i];
        while (*rest != '\0' && y <= foot) {
            const char *next = rest;
            char line[DESCRIBE_BYTES];
            size_t bytes = text_wrap(drawing->frame->measurer, style, rest, box->width, &next);
            bool last = y + height > foot;
            if (last)
                bytes = DESCRIBE_BYTES - 1; /* what follows has no line: the end is cut */
            snprintf(line, sizeof line, "%.*s", (int)bytes, rest);
            frame_text(drawing->frame, style, drawing->theme->ink, FRAME_LEFT, box->x, y,
                       box->width, line);
            y += height;
            rest = last ? "" : next;
        }
    }
}

#define HINT_SWITCH "\xe2\x86\x90 \xe2\x86\x92 previous, next switch    "
#define HINT_WAKER "Enter go to waker    "

/* In the foot: some keys, as many as there is room for; or, in a saved picture, what was run. */
static void draw_foot(const struct drawing *drawing, struct frame_rect box)
{
    static const char *const hints[] = {
        HINT_SWITCH HINT_WAKER "M messages    / search    : commands",
        HINT_SWITCH HINT_WAKER "/ search    : commands", HINT_SWITCH "/ search    : commands",
        "/ search    : commands", NULL};
    const struct app *app = drawing->app;
    struct text_style style = draw_style(drawing, 12);
    bool messages = app->document->model->message_count > 0;
    const char *text =
        app->captioned ? app->document->caption
                       : text_choose(drawing->frame->measurer, style, hints + !messages, box.width);
    if (text != NULL)
        frame_text(drawing->frame, style, drawing->theme->mute, FRAME_LEFT, box.x,
                   frame_bottom(box) - draw_px(drawing, HINT_BASELINE), box.width, text);
}

/* An answer if there is one, else the range, else what is selected, else what the pointer is on. */
void draw_describe(const struct drawing *drawing, struct describe_text *text)
{
    const struct app *app = drawing->app;
    const struct document *document = app->document;
    uint32_t span = app->selected;
    if (span == TRACE_NONE && app_points(app) && app->hover.kind == FRAME_HOT_SPAN)
        span = app->hover.index;
    enum command told = causes_told(app);
    if (told == COMMAND_WAITS)
        answers_waits(text, &app->causes.waits);
    else if (told == COMMAND_PATH)
        answers_path(text, document->model, &app->causes.path, app->causes.path_critical);
    else if (app->range_set)
        moment_describe_range(text, &app->range);
    else if (app->message != TRACE_NONE)
        describe_flow(text, document->model, app->message);
    else if (app->selected == TRACE_NONE && app->moment_set)
        moment_describe(text, &document->lanes, app->moment_ns);
    else if (span != TRACE_NONE)
        describe_span(text, &document->order, &document->rows, span);
}

void draw_detail(const struct drawing *drawing)
{
    const struct layout *layout = drawing->layout;
    if (layout->panel.height <= 0)
        return;
    frame_fill_rect(drawing->frame, layout->panel, drawing->theme->panel);
    frame_horizontal(drawing->frame, 0, layout->panel.width, layout->panel.y + 0.5f, 1,
                     drawing->theme->rule);
    frame_hot(drawing->frame, layout->panel, FRAME_HOT_PANEL, 0);
    struct describe_text text = {.name = "Nothing is selected", .count = 0};
    draw_describe(drawing, &text);
    struct frame_rect box = layout->detail;
    draw_title(drawing, &text, draw_bold(drawing, 15), box.x,
               box.y + draw_px(drawing, TITLE_BASELINE), box.width);
    float first = box.y + draw_px(drawing, LINE_FIRST);
    float foot = frame_bottom(box) - draw_px(drawing, HINT_ROOM);
    float last =
        first + draw_px(drawing, LINE_HEIGHT) * (float)(count_lines(drawing, &text, box.width) - 1);
    if (last > foot && !drawing->app->captioned)
        foot = frame_bottom(box) - draw_px(drawing, HINT_BASELINE); /* sentences before keys */
    else
        draw_foot(drawing, box);
    draw_sentences(drawing, &text, &box, first, foot);
}
