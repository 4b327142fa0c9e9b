/*
 * The map: the load of the whole run in one line below the strip, and a frame around the part that
 * is shown.  The load is asked for once for each axis and width, since neither panning nor zooming
 * changes it.
 */

#include "panels.h"

#include <math.h>
#include <stdlib.h>

/* Columns of the whole axis. */
static bool make_columns(struct draw_map *map, const struct drawing *drawing, uint32_t count)
{
    const struct trace_axis *axis = app_axis(drawing->app);
    struct view all = view_fit(axis, count);
    struct fold_columns columns = {.count = 0};
    struct trace_load_step *larger = realloc(map->columns, (count + 1) * sizeof *larger);
    if (larger == NULL)
        return false;
    map->columns = larger;
    if (fold_columns_set(&columns, axis, &all, count) < 0)
        return false;
    size_t near = 0;
    for (uint32_t i = 0; i < count; i++)
        map->columns[i] = strip_max(&drawing->app->document->strip, columns.at_ns[i],
                                    columns.at_ns[i + 1], &near);
    map->serial = drawing->app->document->serial;
    map->kind = axis->kind;
    map->count = count;
    fold_columns_finish(&columns);
    return true;
}

void draw_map(const struct drawing *drawing)
{
    const struct frame_rect *box = &drawing->layout->map;
    const struct app *app = drawing->app;
    const struct theme *theme = drawing->theme;
    const struct trace_axis *axis = app_axis(app);
    struct draw_map *map = &drawing->scratch->map;
    uint32_t count = (uint32_t)box->width;
    if (box->height <= 0 || count == 0)
        return;
    if ((map->serial != app->document->serial || map->kind != axis->kind || map->count != count) &&
        !make_columns(map, drawing, count)) {
        drawing->frame->out_of_memory = true;
        return;
    }
    const struct strip *strip = &app->document->strip;
    float most = fmaxf((float)strip->in_progress_max, 1);
    float inner = box->height - 2;
    struct frame_point *heights = drawing->scratch->heights.columns;
    for (uint32_t i = 0; i < count; i++) {
        float running = roundf(inner * (float)map->columns[i].running / most);
        float all = roundf(inner * (float)map->columns[i].in_progress / most);
        running = map->columns[i].running > 0 ? fmaxf(running, 2) : 0;
        heights[i] = (struct frame_point){running, fmaxf(all - running, 0)};
    }
    struct frame_rect inside = {box->x, box->y + 1, box->width, inner};
    frame_fill_rect(drawing->frame, *box, theme->idle);
    frame_columns(drawing->frame, inside, heights, count,
                  (struct frame_inks){theme->run, theme->wait, 0, false});
    struct view all = view_fit(axis, box->width);
    float x0 = (float)fmax(view_x(&all, app->view.start), 0);
    float x1 = (float)fmin(view_x(&all, view_position(&app->view, drawing->layout->lanes.width)),
                           box->width);
    if (x1 - x0 < box->width - 1) {
        struct frame_rect shown = {roundf(box->x + x0), box->y, fmaxf(roundf(x1 - x0), 3),
                                   box->height};
        frame_rect(drawing->frame, shown, draw_px(drawing, 2),
                   (struct frame_fill){.pattern = FRAME_EMPTY},
                   (struct frame_stroke){fmaxf(1.5f * drawing->layout->scale, 1), theme->accent});
    }
    frame_hot(drawing->frame, *box, FRAME_HOT_MAP, 0);
}
