/*
 * What the user is writing, with the list that it chooses from, over the middle of the picture;
 * and sentences for the user, above the panel.
 */

#include "panels.h"

#include <math.h>
#include <stdio.h>

#include "format.h"

#define WIDTH 640
#define LINE_HEIGHT 26
#define FIELD_HEIGHT 40
#define PAD 14
#define LINES_MAX 12
#define POINTS 14
#define KEYS_WIDTH 150

static const char *title_of(enum prompt_kind kind)
{
    switch (kind) {
    case PROMPT_SEARCH:
        return "Search";
    case PROMPT_FILTER:
        return "Only actors named";
    case PROMPT_OPEN:
        return "Open the file";
    case PROMPT_NOTE:
        return "Note for this moment";
    default:
        return "Command";
    }
}

/* A line of the list, and for a command the keys that do the same. */
static void draw_line(const struct drawing *drawing, struct frame_rect box, uint32_t line)
{
    const struct prompt *prompt = &drawing->app->prompt;
    struct text_style style = draw_style(drawing, POINTS);
    float baseline = draw_baseline(style, box.y + box.height / 2);
    float pad = draw_px(drawing, PAD);
    float room = box.width - 2 * pad;
    char text[SEARCH_LINE_BYTES];
    const char *says = text;
    if (line == prompt->chosen)
        frame_rect(drawing->frame, box, draw_px(drawing, 4),
                   (struct frame_fill){FRAME_SOLID, drawing->theme->wait, 0, 0},
                   (struct frame_stroke){0, 0});
    if (prompt->kind == PROMPT_PALETTE) {
        const struct command_row *row = command_row_of(prompt->commands[line]);
        char keys[24];
        float keys_px = draw_px(drawing, KEYS_WIDTH);
        frame_text(drawing->frame, draw_bold(drawing, POINTS), drawing->theme->mute, FRAME_RIGHT,
                   frame_right(box) - pad, baseline, keys_px,
                   command_first_key(row, keys, sizeof keys));
        room -= keys_px;
        says = row->sentence;
    } else if (prompt->kind == PROMPT_OPEN) {
        says = drawing->app->recent.paths[prompt->files[line]];
    } else {
        search_line(drawing->app->document->model, &prompt->search.hits[line], text);
    }
    frame_text(drawing->frame, style, drawing->theme->ink, FRAME_LEFT, box.x + pad, baseline, room,
               says);
    frame_hot(drawing->frame, box, FRAME_HOT_PROMPT, line);
}

/* What was found, in a word. */
static void count_found(const struct app *app, char *text, size_t bytes)
{
    const struct prompt *prompt = &app->prompt;
    const struct lanes *lanes = &app->document->lanes;
    char count[FORMAT_BYTES];
    text[0] = '\0';
    if (prompt->kind == PROMPT_OPEN || prompt->kind == PROMPT_NOTE)
        return;
    if (prompt->kind == PROMPT_FILTER)
        snprintf(text, bytes, "%u of %u", app->document->model->lane_count - lanes->hidden,
                 app->document->model->lane_count);
    else
        snprintf(text, bytes, "%s%s",
                 prompt->kind == PROMPT_SEARCH && prompt->search.more ? "more than " : "",
                 format_count(prompt_lines(prompt), count));
}

static void draw_field(const struct drawing *drawing, struct frame_rect box)
{
    const struct prompt *prompt = &drawing->app->prompt;
    const struct theme *theme = drawing->theme;
    struct text_style bold = draw_bold(drawing, POINTS);
    struct text_style style = draw_style(drawing, POINTS + 1);
    float pad = draw_px(drawing, PAD);
    float baseline = draw_baseline(style, box.y + box.height / 2);
    char found[64];
    count_found(drawing->app, found, sizeof found);
    float x = box.x + pad;
    x += frame_text(drawing->frame, bold, theme->mute, FRAME_LEFT, x, baseline, box.width / 3,
                    title_of(prompt->kind)) +
         pad;
    float right = frame_right(box) - pad;
    right -= frame_text(drawing->frame, style, theme->mute, FRAME_RIGHT, right, baseline,
                        box.width / 4, found) +
             pad;
    const char *text = prompt->text; /* of a long one, the end */
    while (*text != '\0' && text_width_px(drawing->frame->measurer, style, text) > right - x - pad)
        text_next(&text);
    x += frame_text(drawing->frame, style, theme->ink, FRAME_LEFT, x, baseline, right - x, text);
    frame_vertical(drawing->frame, roundf(x) + 1, baseline - (float)style.size_px * 0.8f,
                   baseline + (float)style.size_px * 0.2f, fmaxf(1.4f * drawing->layout->scale, 1),
                   theme->accent);
}

void draw_prompt(const struct drawing *drawing)
{
    const struct app *app = drawing->app;
    const struct prompt *prompt = &app->prompt;
    if (prompt->kind == PROMPT_NONE || prompt->kind == PROMPT_MENU)
        return;
    float line = draw_px(drawing, LINE_HEIGHT);
    float field = draw_px(drawing, FIELD_HEIGHT);
    float edge = draw_px(drawing, DRAW_EDGE);
    float top = frame_bottom(drawing->layout->top) + edge / 2;
    float room = ((float)app->height - top - field - edge) / line;
    uint32_t lines = prompt_lines(prompt);
    uint32_t shown = (uint32_t)fminf(fminf((float)lines, LINES_MAX), fmaxf(floorf(room), 0));
    uint32_t first = prompt->chosen >= shown ? prompt->chosen + 1 - shown : 0;
    first = shown == 0 ? 0 : first;
    struct frame_rect box = {0, top, fminf(draw_px(drawing, WIDTH), (float)app->width - 2 * edge),
                             field + line * (float)shown + edge / 2};
    box.x = roundf(((float)app->width - box.width) / 2);
    frame_rect(drawing->frame, box, draw_px(drawing, 8),
               (struct frame_fill){FRAME_SOLID, drawing->theme->panel, 0, 0},
               (struct frame_stroke){draw_px(drawing, 1), drawing->theme->mute});
    frame_hot(drawing->frame, box, FRAME_HOT_PANEL, 0);
    draw_field(drawing, (struct frame_rect){box.x, box.y, box.width, field});
    for (uint32_t i = 0; i < shown; i++) {
        struct frame_rect row = {box.x + edge / 4, box.y + field + line * (float)i,
                                 box.width - edge / 2, line};
        draw_line(drawing, row, first + i);
    }
}

void draw_notice(const struct drawing *drawing)
{
    const struct app *app = drawing->app;
    if (app->notice[0] == '\0')
        return;
    struct text_style style = draw_bold(drawing, POINTS);
    float pad = draw_px(drawing, PAD);
    float most = (float)app->width - 4 * pad;
    float width =
        fminf(text_width_px(drawing->frame->measurer, style, app->notice) + 1, most - 2 * pad);
    float foot = drawing->layout->panel.height > 0 ? drawing->layout->panel.y : (float)app->height;
    float height = draw_px(drawing, LINE_HEIGHT + 8);
    struct frame_rect box = {roundf(((float)app->width - width) / 2 - pad),
                             roundf(foot - height - pad / 2), roundf(width + 2 * pad), height};
    frame_rect(drawing->frame, box, draw_px(drawing, 6),
               (struct frame_fill){FRAME_SOLID, drawing->theme->ink, 0, 0},
               (struct frame_stroke){0, 0});
    frame_text(drawing->frame, style, drawing->theme->ground, FRAME_LEFT, box.x + pad,
               draw_baseline(style, box.y + box.height / 2), width + 1, app->notice);
}
