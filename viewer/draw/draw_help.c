/*
 * All keys, made from the table of commands, in as many columns as the picture is wide for.
 */

#include "panels.h"

#include <math.h>

#include "commands.h"

#define PAD 28
#define POINTS 14
#define ROW_WIDTH_MIN 440
#define LINE_HEIGHT 1.5f /* of the text size */

/* Lines that the help takes: its rows, a heading and a gap for each group. */
static int line_count(void)
{
    size_t count;
    command_rows(&count);
    return (int)count + 2 * COMMAND_GROUPS;
}

struct pen {
    const struct drawing *drawing;
    struct frame_rect box;
    float size; /* points at scale 1 */
    float step; /* from line to line */
    float column_px;
    int lines; /* per column */
    int line;  /* the next one */
};

static void place(const struct pen *pen, float *x, float *y)
{
    *x = pen->box.x + draw_px(pen->drawing, PAD) + pen->column_px * (float)(pen->line / pen->lines);
    *y = pen->box.y + draw_px(pen->drawing, PAD) * 2.4f +
         pen->step * (float)(pen->line % pen->lines + 1);
}

/* Keys as people write them: a gesture as it is, chords with commas between them. */
static void write_keys(const struct command_row *row, char *text, size_t bytes)
{
    size_t used = 0;
    for (const char *at = row->keys; *at != '\0' && used + 3 < bytes; at++) {
        if (*at == ' ' && row->command != COMMAND_NONE)
            text[used++] = ',';
        text[used++] = *at;
    }
    text[used] = '\0';
}

static void draw_group(struct pen *pen, enum command_group group)
{
    const struct drawing *drawing = pen->drawing;
    size_t count;
    const struct command_row *rows = command_rows(&count);
    struct text_style bold = draw_bold(drawing, pen->size);
    struct text_style style = draw_style(drawing, pen->size);
    float keys_px = roundf(pen->column_px * 0.36f);
    float x;
    float y;
    if (pen->line % pen->lines + 2 > pen->lines) /* no heading at the foot of a column */
        pen->line += pen->lines - pen->line % pen->lines;
    place(pen, &x, &y);
    frame_text(drawing->frame, bold, drawing->theme->accent, FRAME_LEFT, x, y, pen->column_px,
               command_group_name(group));
    pen->line++;
    for (size_t i = 0; i < count; i++) {
        if (rows[i].group != group)
            continue;
        char keys[64];
        write_keys(&rows[i], keys, sizeof keys);
        place(pen, &x, &y);
        frame_text(drawing->frame, bold, drawing->theme->ink, FRAME_LEFT, x, y,
                   keys_px - draw_px(drawing, 10), keys);
        frame_text(drawing->frame, style, drawing->theme->ink, FRAME_LEFT, x + keys_px, y,
                   pen->column_px - keys_px - draw_px(drawing, 16), rows[i].sentence);
        pen->line++;
    }
    if (pen->line % pen->lines != 0)
        pen->line++;
}

void draw_help(const struct drawing *drawing)
{
    const struct app *app = drawing->app;
    if (!app->help)
        return;
    float margin = draw_px(drawing, 24);
    struct frame_rect box = {margin, margin, (float)app->width - 2 * margin,
                             (float)app->height - 2 * margin};
    float inner = box.width - 2 * draw_px(drawing, PAD);
    int columns = inner >= 2 * draw_px(drawing, ROW_WIDTH_MIN) ? 2 : 1;
    struct pen pen = {.drawing = drawing, .box = box, .size = POINTS};
    pen.column_px = floorf(inner / (float)columns);
    pen.lines = (line_count() + columns) / columns;
    float room = box.height - draw_px(drawing, PAD) * 3.4f;
    float size = fminf(POINTS * drawing->layout->scale, room / ((float)pen.lines * LINE_HEIGHT));
    pen.size = size / drawing->layout->scale;
    pen.step = floorf(fminf(room / (float)pen.lines, size * LINE_HEIGHT * 1.2f));
    frame_rect(drawing->frame, box, draw_px(drawing, 10),
               (struct frame_fill){FRAME_SOLID, drawing->theme->ground, 0, 0},
               (struct frame_stroke){draw_px(drawing, 1), drawing->theme->mute});
    float title_y = box.y + draw_px(drawing, PAD) * 1.5f;
    frame_text(drawing->frame, draw_bold(drawing, 20), drawing->theme->ink, FRAME_LEFT,
               box.x + draw_px(drawing, PAD), title_y, inner / 2, "Keys");
    frame_text(drawing->frame, draw_style(drawing, 13), drawing->theme->mute, FRAME_RIGHT,
               frame_right(box) - draw_px(drawing, PAD), title_y, inner / 2 - margin,
               "? or Esc closes this");
    frame_hot(drawing->frame, (struct frame_rect){0, 0, (float)app->width, (float)app->height},
              FRAME_HOT_PANEL, 0);
    for (int i = 0; i < COMMAND_GROUPS; i++)
        draw_group(&pen, (enum command_group)i);
}
