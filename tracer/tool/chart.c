/* Laying out the page, and the order in which its parts are drawn. */

#include "chart.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Names in the margin are cut at a fifth of the page, but keep room for "in progress". */
#define MARGIN_SHARE 5
#define MARGIN_COLUMNS_MIN 11

/* Room behind the last column for a short word that its run cannot hold. */
#define RIGHT_COLUMNS 6

/* More loops than this are only counted in the strip. */
#define LOOPS_MAX 16

/* Numbers beyond two digits crowd the page and help nobody to follow. */
#define NUMBERED_SWITCHES_MAX 99

static size_t margin_columns(const struct chart *chart)
{
    size_t widest = MARGIN_COLUMNS_MIN;
    size_t limit = (size_t)chart->screen->columns / MARGIN_SHARE;
    for (uint32_t i = 0; i < chart->lanes; i++) {
        const char *name = trace_text(chart->model, chart->model->lanes[i].name);
        size_t width = screen_width(name);
        widest = width > widest ? width : widest;
    }
    return widest < limit || limit < MARGIN_COLUMNS_MIN ? widest : limit;
}

static void mark_breaks(struct chart *chart)
{
    for (size_t i = 0; i < chart->axis.break_count; i++) {
        int to = chart_column(chart, chart->axis.breaks[i].end_ns);
        for (int at = chart_column(chart, chart->axis.breaks[i].start_ns); at < to; at++)
            chart->broken[at] = true;
    }
}

int chart_init(struct chart *chart, const struct trace_model *model, const struct screen *screen,
               enum trace_axis_kind axis, uint32_t lanes_max)
{
    *chart = (struct chart){.model = model, .screen = screen};
    chart->lanes = model->lane_count < lanes_max ? model->lane_count : lanes_max;
    chart->loops = model->loop_count < LOOPS_MAX ? model->loop_count : LOOPS_MAX;
    chart->numbers = model->switch_count <= NUMBERED_SWITCHES_MAX;
    chart->left = (int)margin_columns(chart) + 2;
    chart->columns = screen->columns - chart->left - RIGHT_COLUMNS;
    /* A blank row below the loops, which the numbers of the first lane may fill. */
    chart->row_lanes = 1 + (int)chart->loops + (chart->numbers ? 0 : 1);
    chart->row_strip = chart->row_lanes + (int)chart->lanes * (chart->numbers ? 2 : 1) + 1;
    chart->broken = calloc((size_t)screen->columns + 1, sizeof *chart->broken);
    int result = canvas_init(&chart->canvas, screen, chart->row_strip + 2);
    if (result == 0)
        result = trace_axis_init(&chart->axis, model, axis);
    if (result == 0 && chart->broken == NULL)
        result = -ENOMEM;
    if (result == 0)
        mark_breaks(chart);
    return result;
}

void chart_finish(struct chart *chart)
{
    trace_axis_finish(&chart->axis);
    canvas_finish(&chart->canvas);
    free(chart->broken);
    chart->broken = NULL;
}

int chart_column(const struct chart *chart, int64_t at_ns)
{
    double length = chart->axis.length > 0 ? chart->axis.length : 1;
    double share = trace_axis_position(&chart->axis, at_ns) / length;
    share = share < 0 ? 0 : share > 1 ? 1 : share;
    return chart->left + (int)(share * chart->columns + 0.5);
}

int chart_row(const struct chart *chart, uint32_t lane)
{
    return chart->row_lanes + (chart->numbers ? 2 * (int)lane + 1 : (int)lane);
}

void chart_draw_name(struct chart *chart, int row, const char *name, enum canvas_style style)
{
    char text[256];
    screen_clean(chart->screen, name, (size_t)chart->left - 2, text, sizeof text);
    canvas_text(&chart->canvas, row, 0, text, style);
}

int chart_draw(struct chart *chart)
{
    chart_draw_ruler(chart);
    chart_draw_loops(chart);
    for (uint32_t i = 0; i < chart->lanes; i++)
        chart_draw_lane(chart, i);
    if (chart->numbers)
        chart_draw_numbers(chart);
    chart_draw_breaks(chart);
    return chart_draw_strip(chart);
}
