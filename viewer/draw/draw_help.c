/*
 * All keys, made from the table of commands, in as many columns as the picture is wide for.
 */

#include "panels.h"

#include <math.h>
#include <string.h>

#include "commands.h"

#define KEYS_SHARE 0.33f /* of a column */
#define COLUMN_GAP 18
#define PAD 30
#define HEAD 66     /* height of the title */
#define KEYS_MAX 13 /* letters of two chords; longer ones, and others, are in the manual */
#define POINTS 14
#define ROW_WIDTH_MIN 390
#define COLUMNS_MAX 3
#define LINE_HEIGHT 1.4f /* of the text size */

struct pen {
    const struct drawing *drawing;
    float size; /* points at scale 1 */
    float step; /* from line to line */
    float column_px;
    int lines; /* per column */
    int line;  /* the next one */
};

/* Lines of a group: a heading, its rows and a gap. */
static int group_lines(enum command_group group)
{
    size_t count;
    const struct command_row *rows = command_rows(&count);
    int lines = 2;
    for (size_t i = 0; i < count; i++)
        lines += rows[i].group == group;
    return lines;
}

/* Where a group begins: in the next column, if the rest of this one is too short for it. */
static int group_begin(int line, int lines, enum command_group group)
{
    int left = lines - line % lines;
    return group_lines(group) - 1 > left ? line + left : line; /* the gap may be missing */
}

/* The fewest lines per column with which all groups fit, each in one piece. */
static int lines_for(int columns)
{
    for (int lines = group_lines(COMMAND_GROUP_MOVE);; lines++) {
        int line = 0;
        for (int i = 0; i < COMMAND_GROUPS; i++)
            line = group_begin(line, lines, (enum command_group)i) +
                   group_lines((enum command_group)i);
        if (line - 1 <= lines * columns)
            return lines;
    }
}

static void place(const struct pen *pen, float *x, float *y)
{
    *x = draw_px(pen->drawing, PAD) + pen->column_px * (float)(pen->line / pen->lines);
    *y = draw_px(pen->drawing, HEAD) + pen->step * (float)(pen->line % pen->lines + 1);
}

/* Keys as people write them: a gesture as it is, chords with commas between them, two of them at
 * most. */
static void write_keys(const struct command_row *row, char *text, size_t bytes)
{
    size_t used = 0;
    size_t first = strcspn(row->keys, " ");
    size_t gap = row->keys[first] != '\0';
    size_t second = first + gap + strcspn(row->keys + first + gap, " ");
    size_t end = second > KEYS_MAX ? first : second;
    if (row->command == COMMAND_NONE)
        end = strlen(row->keys);
    for (const char *at = row->keys; at < row->keys + end && used + 3 < bytes; at++) {
        if (*at == ' ' && row->command != COMMAND_NONE)
            text[used++] = ',';
        text[used++] = *at;
    }
    text[used] = '\0';
}

/* The size at which the longest sentence fits in a column. */
static float widest_points(const struct drawing *drawing, float column_px)
{
    size_t count;
    const struct command_row *rows = command_rows(&count);
    struct text_style style = draw_style(drawing, POINTS);
    float widest = 1;
    for (size_t i = 0; i < count; i++)
        widest = fmaxf(widest, text_width_px(drawing->frame->measurer, style, rows[i].sentence));
    float room = column_px * (1 - KEYS_SHARE) - draw_px(drawing, COLUMN_GAP);
    /* In whole pixels, as letters are. */
    return floorf(style.size_px * room / widest) / drawing->layout->scale;
}

static void draw_group(struct pen *pen, enum command_group group)
{
    const struct drawing *drawing = pen->drawing;
    size_t count;
    const struct command_row *rows = command_rows(&count);
    struct text_style bold = draw_bold(drawing, pen->size);
    struct text_style style = draw_style(drawing, pen->size);
    float keys_px = roundf(pen->column_px * KEYS_SHARE);
    float x;
    float y;
    pen->line = group_begin(pen->line, pen->lines, group);
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
                   keys_px - draw_px(drawing, 4), keys);
        frame_text(drawing->frame, style, drawing->theme->ink, FRAME_LEFT, x + keys_px, y,
                   pen->column_px - keys_px - draw_px(drawing, 16), rows[i].sentence);
        pen->line++;
    }
    pen->line++;
}

void draw_help(const struct drawing *drawing)
{
    const struct app *app = drawing->app;
    const struct theme *theme = drawing->theme;
    if (!app->help)
        return;
    struct frame_rect all = {0, 0, (float)app->width, (float)app->height};
    float pad = draw_px(drawing, PAD);
    float inner = all.width - 2 * pad;
    int columns = (int)(inner / draw_px(drawing, ROW_WIDTH_MIN));
    columns = columns < 1 ? 1 : columns > COLUMNS_MAX ? COLUMNS_MAX : columns;
    struct pen pen = {.drawing = drawing, .lines = lines_for(columns)};
    pen.column_px = floorf(inner / (float)columns);
    float room = all.height - draw_px(drawing, HEAD) - pad;
    float size = fminf(POINTS * drawing->layout->scale, room / ((float)pen.lines * LINE_HEIGHT));
    pen.size = fminf(size / drawing->layout->scale, widest_points(drawing, pen.column_px));
    pen.step = floorf(fminf(room / (float)pen.lines, size * LINE_HEIGHT * 1.2f));
    frame_fill_rect(drawing->frame, all, theme->ground);
    float title_y = draw_px(drawing, HEAD * 0.7f);
    frame_text(drawing->frame, draw_bold(drawing, 20), theme->ink, FRAME_LEFT, pad, title_y,
               inner / 2, "Keys");
    frame_text(drawing->frame, draw_style(drawing, 13), theme->mute, FRAME_RIGHT, all.width - pad,
               title_y, inner / 2 - pad, "? or Esc closes this");
    frame_hot(drawing->frame, all, FRAME_HOT_PANEL, 0);
    for (int i = 0; i < COMMAND_GROUPS; i++)
        draw_group(&pen, (enum command_group)i);
}
