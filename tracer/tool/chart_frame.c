/*
 * What stands around the lanes: the ruler above, the strip below, and the breaks across.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chart.h"
#include "trace_words.h"

/* Marks on the ruler are at least so many columns apart, so that their captions have room. */
#define TICK_COLUMNS_MIN 9

/* A caption behind its mark, unless it would run into what is there or off the page. */
static void put_tick(struct chart *chart, int column, const char *caption)
{
    int width = (int)screen_width(caption) + 1;
    if (!canvas_is_blank(&chart->canvas, 0, column - (column > chart->left), column + width + 1))
        return;
    canvas_text(&chart->canvas, 0, column, chart->screen->ascii ? "|" : "╷", CANVAS_FAINT);
    canvas_text(&chart->canvas, 0, column + 1, caption, CANVAS_FAINT);
}

/* The smallest of 1, 2, 5, 10, 20, ... nanoseconds that takes enough columns. */
static int64_t choose_step(double ns_per_column)
{
    static const int factors[] = {1, 2, 5};
    double wanted_ns = ns_per_column * TICK_COLUMNS_MIN;
    int64_t ten = 1;
    for (;; ten *= 10) {
        for (size_t i = 0; i < sizeof factors / sizeof factors[0]; i++)
            if ((double)(ten * factors[i]) >= wanted_ns || ten >= INT64_C(100000000000000000))
                return ten * factors[i];
    }
}

/* "+20 µs": zeros that say nothing are left out, "+5.0 µs" is "+5 µs". */
static void later_text(const struct chart *chart, int64_t later_ns, int64_t step_ns, char *text,
                       size_t bytes)
{
    text[0] = '+';
    trace_instant_text(later_ns, step_ns, chart->screen->ascii, text + 1, bytes - 1);
    char *unit = strchr(text, ' ');
    char *end = unit;
    if (unit == NULL || strchr(text, '.') == NULL)
        return;
    while (end[-1] == '0')
        end--;
    end -= end[-1] == '.';
    memmove(end, unit, strlen(unit) + 1);
}

/* A stretch without a break: its first instant in full, then how much later it is. */
static void draw_stretch(struct chart *chart, int64_t start_ns, int64_t end_ns)
{
    char text[TRACE_WORDS_BYTES];
    int from = chart_column(chart, start_ns);
    int to = chart_column(chart, end_ns);
    if (to <= from)
        return;
    int64_t step_ns = choose_step((double)(end_ns - start_ns) / (to - from));
    trace_instant_text(start_ns, step_ns, chart->screen->ascii, text, sizeof text);
    put_tick(chart, from, text);
    for (int64_t later_ns = step_ns; start_ns + later_ns < end_ns; later_ns += step_ns) {
        later_text(chart, later_ns, step_ns, text, sizeof text);
        put_tick(chart, chart_column(chart, start_ns + later_ns), text);
    }
}

/* The step axis has no scale: each run says when it began, as far as there is room. */
static void draw_step_ruler(struct chart *chart)
{
    const struct trace_model *model = chart->model;
    char text[TRACE_WORDS_BYTES];
    for (uint32_t i = 0; i < model->switch_count; i++) {
        int64_t at_ns = model->spans[model->switches[i]].start_ns;
        trace_instant_text(at_ns, 10000, chart->screen->ascii, text, sizeof text);
        put_tick(chart, chart_column(chart, at_ns), text);
    }
}

void chart_draw_ruler(struct chart *chart)
{
    int64_t start_ns = chart->model->start_ns;
    if (chart->axis.kind == TRACE_AXIS_STEP) {
        draw_step_ruler(chart);
        return;
    }
    for (size_t i = 0; i < chart->axis.break_count; i++) {
        draw_stretch(chart, start_ns, chart->axis.breaks[i].start_ns);
        start_ns = chart->axis.breaks[i].end_ns;
    }
    draw_stretch(chart, start_ns, chart->model->end_ns);
}

/* How many, per column: the most at any instant within it. */
struct strip {
    uint32_t *in_progress;
    uint32_t *running;
    uint32_t in_progress_max;
    uint32_t running_max;
};

static void raise_to(uint32_t *most, uint32_t value)
{
    *most = value > *most ? value : *most;
}

static int measure_strip(const struct chart *chart, struct strip *strip)
{
    struct trace_load_step *steps;
    size_t count;
    int result = trace_stats_load(chart->model, &steps, &count);
    for (size_t i = 0; result == 0 && i < count; i++) {
        int64_t until_ns = i + 1 < count ? steps[i + 1].at_ns : steps[i].at_ns;
        int from = chart_column(chart, steps[i].at_ns) - chart->left;
        from = from < chart->columns ? from : chart->columns - 1;
        int to = chart_column(chart, until_ns) - chart->left;
        to = to > from ? to : from + 1;
        for (int column = from; column < to && column < chart->columns; column++) {
            raise_to(&strip->in_progress[column], steps[i].in_progress);
            raise_to(&strip->running[column], steps[i].running);
        }
        raise_to(&strip->in_progress_max, steps[i].in_progress);
        raise_to(&strip->running_max, steps[i].running);
    }
    free(steps);
    return result;
}

/* Digits while one is enough; beyond that bars, or the digits of a tenth of the most. */
static void draw_strip_row(struct chart *chart, int row, const uint32_t *values, uint32_t most,
                           enum canvas_style style)
{
    static const char *const bars[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    char digit[] = "0";
    for (int column = 0; column < chart->columns; column++) {
        uint32_t value = values[column];
        const char *character = digit;
        if (value == 0)
            continue;
        digit[0] = most <= 9 ? (char)('0' + value) : (char)('0' + (uint64_t)value * 9 / most);
        if (most > 9 && !chart->screen->ascii)
            character = bars[((uint64_t)value * 8 - 1) / most];
        canvas_text(&chart->canvas, row, chart->left + column, character, style);
    }
}

int chart_draw_strip(struct chart *chart)
{
    uint32_t *values = calloc(2 * (size_t)chart->columns + 1, sizeof *values);
    struct strip strip = {.in_progress = values, .running = values};
    if (values == NULL)
        return -ENOMEM;
    strip.running += chart->columns;
    int result = measure_strip(chart, &strip);
    if (result == 0) {
        int row = chart->row_strip;
        chart_draw_name(chart, row, "in progress", CANVAS_FAINT);
        draw_strip_row(chart, row, strip.in_progress, strip.in_progress_max, CANVAS_WAIT);
        chart_draw_name(chart, row + 1, "running", CANVAS_FAINT);
        draw_strip_row(chart, row + 1, strip.running, strip.running_max, CANVAS_RUN);
    }
    free(values);
    return result;
}

/* The length of a gap, in the middle of its break, halfway down the lanes. */
static void label_break(struct chart *chart, int from, int to, int64_t length_ns)
{
    char text[TRACE_WORDS_BYTES];
    int row = chart_row(chart, chart->lanes / 2);
    trace_duration_text(length_ns, chart->screen->ascii, text, sizeof text);
    int width = (int)screen_width(text);
    if (chart->lanes == 0 || width > to - from - 2)
        return;
    canvas_text(&chart->canvas, row, from + (to - from - width) / 2, text, CANVAS_STRONG);
}

void chart_draw_breaks(struct chart *chart)
{
    const char *edge = chart->screen->ascii ? "/" : "╱";
    for (size_t i = 0; i < chart->axis.break_count; i++) {
        const struct trace_axis_break *gap = &chart->axis.breaks[i];
        int from = chart_column(chart, gap->start_ns);
        int to = chart_column(chart, gap->end_ns);
        if (to <= from)
            continue;
        for (int row = 1; row < chart->row_strip - 1; row++) {
            if (canvas_is_blank(&chart->canvas, row, from, from + 1))
                canvas_text(&chart->canvas, row, from, edge, CANVAS_FAINT);
            if (canvas_is_blank(&chart->canvas, row, to - 1, to))
                canvas_text(&chart->canvas, row, to - 1, edge, CANVAS_FAINT);
        }
        label_break(chart, from, to, gap->end_ns - gap->start_ns);
    }
}
