/*
 * Over the lanes: at the cursor, a bracket from everyone who waits for another to that other, red
 * where the waits close a circle; and the chain of causes as a thick line that goes from lane to
 * lane as the causes do.
 */

#include "panels.h"

#include <math.h>
#include <stdlib.h>

#define FIRST_OUT 14 /* how far a bracket stands out from the cursor, */
#define STEP_OUT 9   /* and how much farther the next one */
#define OUT_COUNT 12 /* after so many they begin anew */
#define HEAD 7
#define PATH_WIDTH 4
#define PATH_HALO 1.5f

/* The middle of an actor's bar; false if it is filtered out. */
static bool bar_middle(const struct drawing *drawing, uint32_t lane, float *y)
{
    const struct lanes *lanes = &drawing->app->document->lanes;
    uint32_t place = lanes_place_of_lane(lanes, lane);
    if (place == TRACE_NONE)
        return false;
    *y = layout_bar_y(drawing->layout, place, drawing->app->view.scroll_px) +
         roundf(drawing->layout->bar_height / 2);
    return true;
}

static void draw_bracket(const struct drawing *drawing, float x, float out, float from_y,
                         float to_y, bool circle)
{
    const struct theme *theme = drawing->theme;
    uint32_t ink = circle ? theme->alarm : theme->ink;
    float width = fmaxf((circle ? 2.6f : 1.5f) * drawing->layout->scale, 1);
    float head = draw_px(drawing, HEAD);
    const struct frame_point points[4] = {
        {x, from_y}, {x + out, from_y}, {x + out, to_y}, {x + head, to_y}};
    const struct frame_point tip[3] = {
        {x, to_y}, {x + head, to_y - head / 2}, {x + head, to_y + head / 2}};
    frame_polyline(drawing->frame, points, 4,
                   (struct frame_stroke){width + 2 * drawing->layout->scale, theme->ground});
    frame_polyline(drawing->frame, points, 4, (struct frame_stroke){width, ink});
    frame_polygon(drawing->frame, tip, 3, ink);
}

static void draw_waits(const struct drawing *drawing)
{
    const struct trace_waits *waits = &drawing->app->causes.waits;
    int64_t at_ns = waits->at_ns;
    float x = roundf((float)fmin(fmax(draw_x(drawing, at_ns), -1e6), 1e6));
    int drawn = 0;
    if (x < drawing->layout->lanes.x || x >= frame_right(drawing->layout->lanes))
        return;
    bool left = x + draw_px(drawing, FIRST_OUT + STEP_OUT * OUT_COUNT) >
                frame_right(drawing->layout->lanes);
    for (int pass = 0; pass < 2; pass++) /* circles last, over the others */
        for (uint32_t lane = 0; lane < waits->model->lane_count; lane++) {
            float from_y;
            float to_y;
            if (waits->on[lane] == TRACE_NONE || (waits->circle[lane] != 0) != (pass == 1) ||
                !bar_middle(drawing, lane, &from_y) ||
                !bar_middle(drawing, waits->on[lane], &to_y) || from_y == to_y)
                continue;
            float out = draw_px(drawing, (float)(FIRST_OUT + STEP_OUT * (drawn++ % OUT_COUNT)));
            draw_bracket(drawing, x, left ? -out : out, from_y, to_y + draw_px(drawing, 5),
                         pass == 1);
        }
}

/* The first step that ends after an instant. */
static size_t step_after(const struct trace_path *path, int64_t at_ns)
{
    size_t low = 0;
    size_t high = path->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (path->steps[middle].end_ns <= at_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* One piece of the path, with an edge of ground so that it is seen on every bar. */
static void draw_piece(const struct drawing *drawing, struct frame_point from,
                       struct frame_point to)
{
    float width = fmaxf(PATH_WIDTH * drawing->layout->scale, 2);
    float halo = 2 * PATH_HALO * drawing->layout->scale;
    const struct frame_point points[2] = {from, to};
    frame_polyline(drawing->frame, points, 2,
                   (struct frame_stroke){width + halo, drawing->theme->ground});
    frame_polyline(drawing->frame, points, 2, (struct frame_stroke){width, drawing->theme->alarm});
}

/* Goes along the visible steps, a column of pixels at a time where they are narrower than that. */
static void draw_path(const struct drawing *drawing)
{
    const struct trace_path *path = &drawing->app->causes.path;
    const struct fold_columns *columns = &drawing->scratch->columns;
    struct frame_point last = {0, 0};
    bool any = false;
    size_t i = step_after(path, columns->at_ns[0]);
    while (i < path->count && path->steps[i].start_ns < columns->at_ns[columns->count]) {
        const struct trace_step *step = &path->steps[i];
        float y;
        double to = fold_x(columns, step->end_ns);
        float x0 = draw_lanes_x(drawing, fold_x(columns, step->start_ns));
        float x1 = draw_lanes_x(drawing, to);
        if (bar_middle(drawing, step->lane, &y)) {
            y += roundf(drawing->layout->bar_height / 2) - draw_px(drawing, 3);
            if (any && y != last.y)
                draw_piece(drawing, last, (struct frame_point){x0, y});
            last = (struct frame_point){fmaxf(x1, x0 + 1), y};
            draw_piece(drawing, (struct frame_point){x0, y}, last);
            any = true;
        }
        uint32_t column = (uint32_t)fmin(fmax(to + 1, 0), columns->count);
        int64_t next_ns = columns->at_ns[column];
        i = next_ns > step->end_ns ? step_after(path, next_ns - 1) : i + 1;
    }
}

void draw_causes(const struct drawing *drawing)
{
    const struct causes *causes = &drawing->app->causes;
    if (!causes->path_on && !causes->waits_made)
        return;
    frame_clip(drawing->frame, drawing->layout->lanes);
    if (causes->path_on)
        draw_path(drawing);
    if (causes->waits_made)
        draw_waits(drawing);
    frame_unclip(drawing->frame);
}
