/*
 * The menu: below its button, a heading for each group of commands, and the commands of the one
 * that is open, with their keys.  Whoever has used it twice knows the key.
 */

#include "panels.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>

#define WIDTH 560
#define LINE_HEIGHT 23
#define HEAD_HEIGHT 40
#define PAD 14
#define POINTS 14

/* The headings share the width; the open one stands on a ground of its own. */
static void draw_heads(const struct drawing *drawing, struct frame_rect box)
{
    const struct theme *theme = drawing->theme;
    float each = box.width / COMMAND_GROUPS;
    for (uint32_t i = 0; i < COMMAND_GROUPS; i++) {
        struct frame_rect head = {roundf(box.x + each * (float)i), box.y, floorf(each), box.height};
        const struct frame_hot *hover = &drawing->app->hover;
        bool open = drawing->app->prompt.group == i;
        bool hovered = hover->kind == FRAME_HOT_MENU && hover->index == i;
        struct text_style style = open ? draw_bold(drawing, POINTS) : draw_style(drawing, POINTS);
        char name[16];
        snprintf(name, sizeof name, "%s", command_group_name((enum command_group)i));
        name[0] = (char)toupper((unsigned char)name[0]);
        if (open || hovered)
            frame_rect(drawing->frame, head, draw_px(drawing, 4),
                       (struct frame_fill){FRAME_SOLID, open ? theme->ink : theme->wait, 0, 0},
                       (struct frame_stroke){0, 0});
        frame_text(drawing->frame, style, open ? theme->ground : theme->ink, FRAME_CENTRE,
                   head.x + head.width / 2, draw_baseline(style, head.y + head.height / 2),
                   head.width, name);
        frame_hot(drawing->frame, head, FRAME_HOT_MENU, i);
    }
}

static void draw_line(const struct drawing *drawing, struct frame_rect box, uint32_t line)
{
    const struct app *app = drawing->app;
    const struct theme *theme = drawing->theme;
    const struct command_row *row = command_row_of(app->prompt.commands[line]);
    struct text_style style = draw_style(drawing, POINTS);
    float baseline = draw_baseline(style, box.y + box.height / 2);
    float pad = draw_px(drawing, PAD);
    bool hovered = app->hover.kind == FRAME_HOT_PROMPT && app->hover.index == line;
    char keys[24];
    if (hovered || line == app->prompt.chosen)
        frame_rect(drawing->frame, box, draw_px(drawing, 4),
                   (struct frame_fill){FRAME_SOLID, theme->wait, 0, 0},
                   (struct frame_stroke){0, 0});
    float room = box.width - 2 * pad;
    command_first_key(row, keys, sizeof keys);
    room -= frame_text(drawing->frame, draw_bold(drawing, POINTS), theme->mute, FRAME_RIGHT,
                       frame_right(box) - pad, baseline, room / 3, keys) +
            pad;
    frame_text(drawing->frame, style, theme->ink, FRAME_LEFT, box.x + pad, baseline, room,
               row->sentence);
    frame_hot(drawing->frame, box, FRAME_HOT_PROMPT, line);
}

void draw_menu(const struct drawing *drawing)
{
    const struct app *app = drawing->app;
    if (app->prompt.kind != PROMPT_MENU)
        return;
    float line = draw_px(drawing, LINE_HEIGHT);
    float head = draw_px(drawing, HEAD_HEIGHT);
    float edge = draw_px(drawing, DRAW_EDGE);
    float inset = draw_px(drawing, 5);
    float top = drawing->layout->top.height - inset;
    float room = ((float)app->height - top - head - 3 * inset) / line;
    uint32_t lines = prompt_lines(&app->prompt);
    uint32_t shown = (uint32_t)fminf((float)lines, fmaxf(floorf(room), 1));
    uint32_t first = app->prompt.chosen >= shown ? app->prompt.chosen + 1 - shown : 0;
    struct frame_rect box = {0, top, fminf(draw_px(drawing, WIDTH), (float)app->width - 2 * edge),
                             head + line * (float)shown + 3 * inset};
    box.x = roundf((float)app->width - edge - box.width);
    frame_rect(drawing->frame, box, draw_px(drawing, 8),
               (struct frame_fill){FRAME_SOLID, drawing->theme->panel, 0, 0},
               (struct frame_stroke){draw_px(drawing, 1), drawing->theme->mute});
    frame_hot(drawing->frame, box, FRAME_HOT_PANEL, 0);
    struct frame_rect row = {box.x + inset, box.y + inset, box.width - 2 * inset, head - inset};
    draw_heads(drawing, row);
    for (uint32_t i = 0; i < shown; i++) {
        row.y = box.y + head + inset + line * (float)i;
        row.height = line;
        draw_line(drawing, row, first + i);
    }
}
