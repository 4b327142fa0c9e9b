/*
 * Rows of what actors say themselves: stretches with names, nested, inner ones below outer ones,
 * and numbers as charts.  They stand below their actor's row, in quieter colours than its states.
 * And the rows of threads that run what actors offload, which look like loops.
 */

#include "draw_lanes.h"

#include <math.h>
#include <stdio.h>

#include "format.h"

#define NAME_POINTS 13
#define NAME_POINTS_THREAD 16
#define NAME_POINTS_MIN 7
#define VALUE_POINTS 12
#define INDENT 14
#define WORD_POINTS 12
#define WORD_SHARE 0.78f /* of a level's height, at the most */
#define WORD_ROOM 5      /* on both sides of a word */
#define CHART_MIN 2      /* what is not nothing must be seen */

/* Between rows so much is left free. */
#define ROW_GAP 2
#define LEVEL_HEIGHT_MIN 9 /* lower ones could not be read */
#define LEVEL_HEIGHT_MAX 22

/* Where a row's boxes or its chart stand: nobody else needs the room above. */
static struct frame_rect own_box(const struct drawing *drawing, const struct lanes_row *row)
{
    const struct layout *layout = drawing->layout;
    float gap = draw_px(drawing, ROW_GAP);
    float height = layout->row_height - 2 * gap - 1;
    if (height < gap)
        return (struct frame_rect){layout->lanes.x, row->bar_y, layout->lanes.width,
                                   layout->bar_height};
    return (struct frame_rect){layout->lanes.x, row->top + gap, layout->lanes.width, height};
}

/* How many of a row's levels can be read in its height. */
static uint32_t levels_shown(const struct drawing *drawing, const struct lanes_row *row,
                             uint32_t count)
{
    float room = own_box(drawing, row).height / draw_px(drawing, LEVEL_HEIGHT_MIN);
    return room < 1 ? 1 : room < (float)count ? (uint32_t)room : count;
}

/* --- names ----------------------------------------------------------------------------------- */

/* Levels that have found no room. */
static void write_levels(const struct drawing *drawing, const struct lanes_row *row,
                         char text[FORMAT_BYTES])
{
    uint32_t count;
    nests_of_lane(&drawing->app->document->nests, row->row->subject, &count);
    uint32_t shown = levels_shown(drawing, row, count);
    text[0] = '\0';
    if (shown < count)
        snprintf(text, FORMAT_BYTES, "%u of %u", shown, count);
}

/* The value of a counter at the cursor, or what its chart goes to. */
static void write_value(const struct drawing *drawing, uint32_t counter, char text[FORMAT_BYTES])
{
    const struct charts *charts = &drawing->app->document->charts;
    int64_t at_ns = 0;
    double value = 0;
    if (app_cursor(drawing->app, &at_ns)) {
        if (charts_at(charts, counter, at_ns, &value))
            format_number(value, text);
        else
            snprintf(text, FORMAT_BYTES, "-");
        return;
    }
    char number[FORMAT_BYTES];
    const struct charts_range *whole = &charts->whole[counter];
    if (whole->low < 0)
        snprintf(text, FORMAT_BYTES, "\xe2\x89\xa5 %.40s", format_number(whole->low, number));
    else
        snprintf(text, FORMAT_BYTES, "\xe2\x89\xa4 %.40s", format_number(whole->high, number));
}

void lanes_draw_own_name(const struct drawing *drawing, const struct lanes_row *row, uint32_t item,
                         float indent)
{
    const struct layout *layout = drawing->layout;
    frame_hot(
        drawing->frame,
        (struct frame_rect){layout->names.x, row->top, layout->names.width, layout->row_height},
        FRAME_HOT_NAME, item);
    bool thread = row->row->kind == ROW_THREAD;
    float points = thread ? NAME_POINTS_THREAD : NAME_POINTS;
    points = fminf(points, layout->row_height * 0.62f / layout->scale);
    if (points < NAME_POINTS_MIN)
        return;
    float edge = layout->left + draw_px(drawing, DRAW_EDGE) + indent +
                 (thread ? 0 : draw_px(drawing, INDENT));
    float middle = thread ? row->bar_y + layout->bar_height / 2 : row->top + layout->row_height / 2;
    float right = layout->lanes.x - draw_px(drawing, 8);
    struct text_style style = thread ? draw_bold(drawing, points) : draw_style(drawing, points);
    char value[FORMAT_BYTES] = "";
    if (row->row->kind == ROW_COUNTER)
        write_value(drawing, row->row->subject, value);
    else if (row->row->kind == ROW_SLICES)
        write_levels(drawing, row, value);
    if (value[0] != '\0' && !drawing->app->blank) {
        struct text_style bold = draw_bold(drawing, fminf(VALUE_POINTS, points));
        right -= frame_text(drawing->frame, bold, drawing->theme->message, FRAME_RIGHT, right,
                            draw_baseline(bold, middle), right - edge, value) +
                 draw_px(drawing, 6);
    }
    char name[TEXT_NAME_BYTES];
    text_fit_name(drawing->frame->measurer, style,
                  rows_name(&drawing->app->document->rows, row->row), right - edge, name);
    frame_text(drawing->frame, style, thread ? drawing->theme->ink : drawing->theme->mute,
               FRAME_LEFT, edge, draw_baseline(style, middle), right - edge, name);
}

/* --- stretches ------------------------------------------------------------------------------- */

static uint32_t column_of(const struct drawing *drawing, double x)
{
    double column = floor(x - drawing->layout->lanes.x);
    return (uint32_t)fmin(fmax(column, 0), drawing->scratch->columns.count - 1.0);
}

/* What a level is of. */
struct level {
    const struct nests_level *of;
    bool jobs; /* it is a thread's, and looks like what runs */
    float y, height;
};

static void draw_box(const struct drawing *drawing, const struct level *level, uint32_t index,
                     struct frame_rect box)
{
    const struct trace_model *model = drawing->app->document->model;
    const struct theme *theme = drawing->theme;
    const struct frame_rect *lanes = &drawing->layout->lanes;
    float radius = box.width >= draw_px(drawing, 8) ? draw_px(drawing, 2) : 0;
    struct frame_fill fill = {FRAME_SOLID, level->jobs ? theme->run : theme->slice, 0, 0};
    frame_rect(drawing->frame, box, radius, fill,
               (struct frame_stroke){level->jobs ? 0 : draw_px(drawing, 1), theme->slice_edge});
    frame_hot(drawing->frame, box, level->jobs ? FRAME_HOT_JOB : FRAME_HOT_SLICE, index);
    float points = fminf(WORD_POINTS, box.height * WORD_SHARE / drawing->layout->scale);
    if (points < NAME_POINTS_MIN)
        return;
    struct text_style style = draw_style(drawing, points);
    float left = fmaxf(box.x, lanes->x) + draw_px(drawing, WORD_ROOM);
    float room = fminf(frame_right(box), frame_right(*lanes)) - draw_px(drawing, WORD_ROOM) - left;
    room = fminf(room, draw_clear_until(drawing, left) - left);
    if (room >= style.size_px)
        frame_text(
            drawing->frame, style, level->jobs ? theme->run_ink : theme->ink, FRAME_LEFT, left,
            draw_baseline(style, box.y + box.height / 2), room,
            trace_text(model, level->jobs ? model->jobs[index].name : model->slices[index].name));
}

/* A level from left to right; stretches narrower than a pixel are passed over to the end of their
 * column. */
static void draw_level(const struct drawing *drawing, const struct level *level)
{
    const struct nests_level *of = level->of;
    const struct fold_columns *columns = &drawing->scratch->columns;
    const struct frame_rect *lanes = &drawing->layout->lanes;
    uint32_t n = nests_seek(of, 0, columns->at_ns[0]);
    while (n < of->count) {
        const struct nests_stretch *stretch = &of->stretches[n];
        double x0 = draw_x(drawing, stretch->start_ns);
        if (x0 >= frame_right(*lanes))
            break;
        double x1 = draw_x(drawing, stretch->end_ns);
        float left = roundf(draw_lanes_x(drawing, x0 - lanes->x));
        float right = roundf(draw_lanes_x(drawing, x1 - lanes->x));
        if (right - left >= 2) {
            struct frame_rect box = {left, level->y, right - left, level->height};
            draw_box(drawing, level, stretch->index, box);
            n++;
            continue;
        }
        struct frame_rect line = {left, level->y, fmaxf(right - left, 1), level->height};
        frame_fill_rect(drawing->frame, line,
                        level->jobs ? drawing->theme->run : drawing->theme->slice_edge);
        frame_hot(drawing->frame, line, level->jobs ? FRAME_HOT_JOB : FRAME_HOT_SLICE,
                  stretch->index);
        uint32_t next = nests_seek(of, n, columns->at_ns[column_of(drawing, x1) + 1]);
        n = next > n ? next : n + 1;
    }
}

static void draw_slices(const struct drawing *drawing, const struct lanes_row *row)
{
    uint32_t count;
    const struct nests_level *levels =
        nests_of_lane(&drawing->app->document->nests, row->row->subject, &count);
    struct frame_rect all = own_box(drawing, row);
    count = levels_shown(drawing, row, count);
    float height = fminf(all.height / (float)count, draw_px(drawing, LEVEL_HEIGHT_MAX));
    float first = all.y + (all.height - height * (float)count) / 2;
    for (uint32_t i = 0; i < count; i++) {
        float top = roundf(first + height * (float)i);
        float foot = roundf(first + height * (float)(i + 1));
        struct level level = {&levels[i], false, top, fmaxf(foot - top, 1)};
        draw_level(drawing, &level);
    }
}

/* A thread of the pool looks like a loop: a ground, and on it what it ran. */
static void draw_thread(const struct drawing *drawing, const struct lanes_row *row)
{
    const struct layout *layout = drawing->layout;
    const struct nests_level *jobs = &drawing->app->document->nests.threads[row->row->subject];
    if (jobs->count == 0)
        return;
    const struct frame_rect *lanes = &layout->lanes;
    double x0 = draw_x(drawing, jobs->stretches[0].start_ns) - lanes->x;
    double x1 = draw_x(drawing, jobs->stretches[jobs->count - 1].end_ns) - lanes->x;
    struct frame_rect box = {roundf(draw_lanes_x(drawing, x0)), row->bar_y, 0, layout->bar_height};
    box.width = roundf(draw_lanes_x(drawing, x1)) - box.x;
    if (box.width > 0)
        frame_rect(drawing->frame, box, draw_px(drawing, 2),
                   (struct frame_fill){FRAME_SOLID, drawing->theme->idle, 0, 0},
                   (struct frame_stroke){draw_px(drawing, 1), drawing->theme->rule});
    struct level level = {jobs, true, row->bar_y, layout->bar_height};
    draw_level(drawing, &level);
}

/* --- charts ---------------------------------------------------------------------------------- */

/* A stretch of columns that reach from one value to another, or to nothing. */
static void draw_step(const struct drawing *drawing, struct frame_rect box, uint32_t first,
                      uint32_t end, const struct charts_range *whole, struct charts_range range)
{
    double scale = box.height / fmax(whole->high - whole->low, 1e-300);
    double low = fmin(range.low, 0);
    double high = fmax(range.high, 0);
    float top = roundf(frame_bottom(box) - (float)((high - whole->low) * scale));
    float foot = roundf(frame_bottom(box) - (float)((low - whole->low) * scale));
    float least = draw_px(drawing, CHART_MIN);
    if (foot - top < least && high > 0)
        top = foot - least;
    else if (foot - top < least && low < 0)
        foot = top + least;
    if (foot > top)
        frame_fill_rect(
            drawing->frame,
            (struct frame_rect){box.x + (float)first, top, (float)(end - first), foot - top},
            drawing->theme->queue);
}

static void draw_chart(const struct drawing *drawing, const struct lanes_row *row)
{
    const struct charts *charts = &drawing->app->document->charts;
    const struct fold_columns *columns = &drawing->scratch->columns;
    const struct charts_range *whole = &charts->whole[row->row->subject];
    struct frame_rect box = own_box(drawing, row);
    uint32_t first = charts->model->counters[row->row->subject].value_first;
    struct charts_place place = {row->row->subject, first};
    struct charts_range held = {0, 0};
    uint32_t from = 0;
    for (uint32_t i = 0; i <= columns->count; i++) {
        struct charts_range range = {0, 0};
        if (i < columns->count)
            charts_between(charts, &place, columns->at_ns[i], columns->at_ns[i + 1], &range);
        if (i < columns->count && range.low == held.low && range.high == held.high)
            continue;
        draw_step(drawing, box, from, i, whole, held);
        held = range;
        from = i;
    }
    float ground = frame_bottom(box);
    if (whole->low < 0)
        ground += (float)(whole->low / fmax(whole->high - whole->low, 1e-300)) * box.height;
    frame_horizontal(drawing->frame, box.x, frame_right(box), roundf(ground) + 0.5f,
                     draw_px(drawing, 1), drawing->theme->rule);
    frame_hot(drawing->frame, box, FRAME_HOT_COUNTER, row->row->subject);
}

void lanes_draw_own(const struct drawing *drawing, const struct lanes_row *row)
{
    if (row->row->kind == ROW_SLICES)
        draw_slices(drawing, row);
    else if (row->row->kind == ROW_THREAD)
        draw_thread(drawing, row);
    else
        draw_chart(drawing, row);
}
