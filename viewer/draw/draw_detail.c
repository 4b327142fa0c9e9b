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

static const char hint[] = "\xe2\x86\x90 \xe2\x86\x92 previous, next switch    "
                           "Enter go to waker    / search    : commands";
static const char hint_with_messages[] =
    "\xe2\x86\x90 \xe2\x86\x92 previous, next switch    "
    "Enter go to waker    M messages    / search    : commands";

/* The range if there is one, else what is selected, else what the pointer is on. */
static void describe(const struct drawing *drawing, struct describe_text *text)
{
    const struct app *app = drawing->app;
    const struct document *document = app->document;
    uint32_t span = app->selected;
    if (span == TRACE_NONE && app->hover.kind == FRAME_HOT_SPAN)
        span = app->hover.index;
    if (app->causes.waits_made)
        answers_waits(text, &app->causes.waits);
    else if (app->causes.path_on)
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
    describe(drawing, &text);
    struct frame_rect box = layout->detail;
    draw_title(drawing, &text, draw_bold(drawing, 15), box.x,
               box.y + draw_px(drawing, TITLE_BASELINE), box.width);
    float foot = frame_bottom(box) - draw_px(drawing, HINT_ROOM);
    draw_sentences(drawing, &text, &box, box.y + draw_px(drawing, LINE_FIRST), foot);
    const char *foot_line =
        drawing->app->document->model->message_count > 0 ? hint_with_messages : hint;
    if (drawing->app->captioned)
        foot_line = drawing->app->document->caption;
    frame_text(drawing->frame, draw_style(drawing, 12), drawing->theme->mute, FRAME_LEFT, box.x,
               frame_bottom(box) - draw_px(drawing, HINT_BASELINE), box.width, foot_line);
}
