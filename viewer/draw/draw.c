/*
 * The picture as a whole, and the few measures that its parts share.
 */

#include "panels.h"

#include <math.h>
#include <stdlib.h>

/* How far beyond the edges of the lanes something is drawn that goes on there: more than any
 * rounded corner or outline. */
#define BEYOND_PX 16

float draw_px(const struct drawing *drawing, float points)
{
    float px = roundf(points * drawing->layout->scale);
    return points > 0 && px < 1 ? 1 : px;
}

struct text_style draw_style(const struct drawing *drawing, float points)
{
    return layout_text(drawing->layout, points, false);
}

struct text_style draw_bold(const struct drawing *drawing, float points)
{
    return layout_text(drawing->layout, points, true);
}

struct text_style draw_mono(const struct drawing *drawing, float points, bool bold)
{
    struct text_style style = layout_text(drawing->layout, points, bold);
    style.mono = true;
    return style;
}

float draw_baseline(struct text_style style, float y_middle)
{
    return roundf(y_middle + style.size_px * TEXT_CAPITAL / 2);
}

void draw_title(const struct drawing *drawing, const struct describe_text *text,
                struct text_style style, float x, float baseline, float room)
{
    char name[TEXT_NAME_BYTES];
    float what_px = text_width_px(drawing->frame->measurer, style, text->what);
    text_fit_name(drawing->frame->measurer, style, text->name, room - what_px, name);
    x +=
        frame_text(drawing->frame, style, drawing->theme->ink, FRAME_LEFT, x, baseline, room, name);
    frame_text(drawing->frame, style, drawing->theme->ink, FRAME_LEFT, x, baseline, what_px + 1,
               text->what);
}

float draw_title_px(const struct drawing *drawing, const struct describe_text *text,
                    struct text_style style)
{
    return text_width_px(drawing->frame->measurer, style, text->name) +
           text_width_px(drawing->frame->measurer, style, text->what);
}

float draw_lanes_x(const struct drawing *drawing, double x_px)
{
    const struct frame_rect *lanes = &drawing->layout->lanes;
    x_px = fmin(fmax(x_px, -BEYOND_PX), (double)lanes->width + BEYOND_PX);
    return lanes->x + (float)x_px;
}

double draw_x(const struct drawing *drawing, int64_t at_ns)
{
    return drawing->layout->lanes.x + fold_x(&drawing->scratch->columns, at_ns);
}

void draw_visible_breaks(const struct drawing *drawing, size_t *first, size_t *end)
{
    const struct fold_columns *columns = &drawing->scratch->columns;
    const struct trace_axis *axis = columns->axis;
    int64_t bounds[2] = {columns->at_ns[0], columns->at_ns[columns->count]};
    size_t at[2];
    for (int i = 0; i < 2; i++) {
        size_t low = 0;
        size_t high = axis->break_count;
        while (low < high) {
            size_t middle = low + (high - low) / 2;
            int64_t edge_ns = i == 0 ? axis->breaks[middle].end_ns : axis->breaks[middle].start_ns;
            if (edge_ns < bounds[i])
                low = middle + 1;
            else
                high = middle;
        }
        at[i] = low;
    }
    *first = at[0];
    *end = at[1];
}

bool draw_break_edges(const struct drawing *drawing, const struct trace_axis_break *gap, float *x0,
                      float *x1)
{
    const struct view *view = &drawing->app->view;
    /* The last state before a break and the first after it stay clear of the zigzag. */
    double inset = fmin(draw_px(drawing, 10), (gap->end - gap->start) / view->units_per_px / 6);
    *x0 = roundf(draw_lanes_x(drawing, view_x(view, gap->start) + inset));
    *x1 = roundf(draw_lanes_x(drawing, view_x(view, gap->end) - inset));
    return *x1 > *x0;
}

/* How many breaks end at or before x. */
static size_t breaks_before(const struct drawing *drawing, float x)
{
    const struct trace_axis *axis = drawing->scratch->columns.axis;
    double position = view_position(&drawing->app->view, x - drawing->layout->lanes.x);
    size_t low = 0;
    size_t high = axis->break_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (axis->breaks[middle].end <= position)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void draw_next_break(const struct drawing *drawing, float x, float *x0, float *x1)
{
    const struct trace_axis *axis = drawing->scratch->columns.axis;
    /* The panel of a break is narrower than the break: x may be behind the one and not the other.
     */
    double last = view_position(&drawing->app->view, drawing->layout->lanes.width);
    for (size_t at = breaks_before(drawing, x);
         at < axis->break_count && axis->breaks[at].start < last; at++) {
        float left;
        float right;
        if (!draw_break_edges(drawing, &axis->breaks[at], &left, &right) || right <= x)
            continue;
        *x0 = left;
        *x1 = right;
        return;
    }
}

float draw_clear_until(const struct drawing *drawing, float x)
{
    float left = frame_right(drawing->layout->lanes);
    float right = left;
    draw_next_break(drawing, x, &left, &right);
    return fminf(left, frame_right(drawing->layout->lanes));
}

float draw_clear_from(const struct drawing *drawing, float x)
{
    const struct trace_axis *axis = drawing->scratch->columns.axis;
    float clear = drawing->layout->lanes.x;
    float left;
    float right;
    size_t at = breaks_before(drawing, x);
    /* The last one that is wide enough to be drawn. */
    for (size_t i = at; i > 0 && axis->breaks[i - 1].end > drawing->app->view.start; i--)
        if (draw_break_edges(drawing, &axis->breaks[i - 1], &left, &right)) {
            clear = fmaxf(clear, right);
            break;
        }
    if (at < axis->break_count && draw_break_edges(drawing, &axis->breaks[at], &left, &right) &&
        left < x)
        clear = fmaxf(clear, right);
    return clear;
}

static bool heights_room(struct draw_heights *heights, size_t room)
{
    if (room <= heights->room)
        return true;
    struct frame_point *larger = realloc(heights->columns, room * sizeof *larger);
    if (larger == NULL)
        return false;
    *heights = (struct draw_heights){larger, room};
    return true;
}

void draw_frame(struct frame *frame, const struct app *app, struct draw_scratch *scratch)
{
    const struct drawing drawing = {.frame = frame,
                                    .app = app,
                                    .theme = theme_of(app->theme),
                                    .layout = &app->layout,
                                    .scratch = scratch};
    frame_begin(frame, app->width, app->height, drawing.theme->ground);
    frame->pattern_scale = app->layout.scale;
    frame->pane = (uint8_t)app->focus;
    uint32_t columns = (uint32_t)fmaxf(app->layout.lanes.width, 1);
    if (fold_columns_set(&scratch->columns, app_axis(app), &app->view, columns) < 0 ||
        !heights_room(&scratch->heights, columns + 2 * BEYOND_PX)) {
        frame->out_of_memory = true;
        return;
    }
    draw_top(&drawing);
    draw_lesson(&drawing);
    draw_chooser(&drawing);
    if (app->document_count > 1) {
        draw_compare(&drawing);
    } else {
        draw_score(&drawing);
        draw_ruler(&drawing);
        draw_lanes(&drawing);
    }
    if (!app->blank && app->document_count == 1) {
        draw_strip(&drawing);
        draw_breaks(&drawing);
        draw_cursor(&drawing);
        draw_range(&drawing);
        draw_bookmarks(&drawing);
        draw_map(&drawing);
        draw_causes(&drawing);
        draw_arrows(&drawing);
        draw_detail(&drawing);
        draw_output(&drawing);
        draw_ghost_end(&drawing);
        if (!quiz_is_on(app))
            draw_source(&drawing);
        draw_lengths(&drawing);
        draw_tooltip(&drawing);
    }
    draw_complaint(&drawing);
    draw_help(&drawing);
    draw_prompt(&drawing);
    draw_menu(&drawing);
    draw_notice(&drawing);
}

void draw_scratch_finish(struct draw_scratch *scratch)
{
    fold_columns_finish(&scratch->columns);
    for (int i = 0; i < DRAW_FOLDED_MAX; i++) {
        fold_cells_finish(&scratch->folded[i].cells);
        scratch->folded[i].serial = 0;
    }
    free(scratch->heights.columns);
    free(scratch->map.columns);
    scratch->map = (struct draw_map){.count = 0};
    scratch->heights = (struct draw_heights){NULL, 0};
}
