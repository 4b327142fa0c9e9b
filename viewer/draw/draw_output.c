/*
 * What the program printed, in order: up to the cursor in full ink, the rest faint, so that
 * stepping through the switches replays the output.
 *
 * Lines fill columns from top to bottom.  If not all fit, the page is shown that holds the last
 * line printed before the cursor.
 */

#include "panels.h"

#include <math.h>
#include <stdio.h>

#include "format.h"

#define TITLE_BASELINE 28
#define LINE_FIRST 54
#define LINE_HEIGHT 22
#define COLUMN_GAP 26
/* Lines measured to find how wide a column must be. */
#define MEASURED_MAX 64

struct grid {
    uint32_t rows;
    uint32_t columns;
    float column_px;
};

static const char *line_text(const struct document *document, uint32_t print)
{
    const struct order_print *of = &document->order.prints[print];
    return trace_text(document->model, document->model->marks[of->mark].text);
}

static struct grid make_grid(const struct drawing *drawing, struct text_style style)
{
    const struct document *document = drawing->app->document;
    const struct frame_rect *box = &drawing->layout->output;
    float room = box->height - draw_px(drawing, LINE_FIRST - 6);
    float widest = 1;
    uint32_t count = document->order.print_count;
    for (uint32_t i = 0; i < count && i < MEASURED_MAX; i++)
        widest =
            fmaxf(widest, text_width_px(drawing->frame->measurer, style, line_text(document, i)));
    struct grid grid = {.rows = (uint32_t)fmaxf(floorf(room / draw_px(drawing, LINE_HEIGHT)), 1)};
    /* Two rounds of three lines read better than four lines and two. */
    if (count > grid.rows && count <= 2 * (grid.rows - 1))
        grid.rows = (count + 1) / 2;
    grid.column_px = fminf(widest + draw_px(drawing, COLUMN_GAP), box->width);
    grid.columns =
        (uint32_t)fmaxf(floorf((box->width + draw_px(drawing, COLUMN_GAP)) / grid.column_px), 1);
    return grid;
}

static void draw_line(const struct drawing *drawing, const struct grid *grid, uint32_t place,
                      uint32_t print, bool printed)
{
    const struct document *document = drawing->app->document;
    const struct frame_rect *box = &drawing->layout->output;
    struct text_style style = draw_mono(drawing, 15, printed);
    float x = box->x + grid->column_px * (float)(place / grid->rows);
    float y = box->y + draw_px(drawing, LINE_FIRST) +
              draw_px(drawing, LINE_HEIGHT) * (float)(place % grid->rows);
    float room =
        grid->columns > 1 ? grid->column_px - draw_px(drawing, COLUMN_GAP) + 1 : box->width;
    float width =
        frame_text(drawing->frame, style, printed ? drawing->theme->ink : drawing->theme->faint,
                   FRAME_LEFT, x, y, room, line_text(document, print));
    struct frame_rect hot = {x, y - style.size_px, fmaxf(width, 1), draw_px(drawing, LINE_HEIGHT)};
    frame_hot(drawing->frame, hot, FRAME_HOT_OUTPUT, document->order.prints[print].mark);
}

void draw_output(const struct drawing *drawing)
{
    const struct frame_rect *box = &drawing->layout->output;
    const struct document *document = drawing->app->document;
    uint32_t count = document->order.print_count;
    bool lengths = drawing->app->range_set && drawing->layout->source.height <= 0;
    if (box->height <= 0 || lengths)
        return;
    struct grid grid = make_grid(drawing, draw_mono(drawing, 15, true));
    uint32_t page = grid.rows * grid.columns;
    uint32_t printed = count;
    const struct app *app = drawing->app;
    if (app->selected != TRACE_NONE)
        printed =
            order_prints_until(&document->order, document->model->spans[app->selected].end_ns - 1);
    else if (app->moment_set)
        printed = order_prints_until(&document->order, app->moment_ns);
    uint32_t first = (printed > 0 ? printed - 1 : 0) / page * page;
    char title[3 * FORMAT_BYTES] = "output";
    if (count > page) {
        char done[FORMAT_BYTES];
        char all[FORMAT_BYTES];
        snprintf(title, sizeof title, "output, %s of %s lines", format_count(printed, done),
                 format_count(count, all));
    }
    frame_text(drawing->frame, draw_style(drawing, 13), drawing->theme->mute, FRAME_LEFT, box->x,
               box->y + draw_px(drawing, TITLE_BASELINE), box->width, title);
    for (uint32_t i = 0; i < page && first + i < count; i++)
        draw_line(drawing, &grid, i, first + i, first + i < printed);
}
