/*
 * Lanes: the states of an actor, the runs of a loop, and the words on them.
 *
 * First the states are filled in, then the printed text goes onto its runs (or beside them, where
 * a run is too short to hold it), and last each wait that has room is named.
 */

#include <stdio.h>
#include <string.h>

#include "chart.h"

/* The characters that states are made of. */
struct glyphs {
    const char *run, *run_first, *run_last, *run_short;
    const char *ready, *wait, *open;
};

static const struct glyphs *glyphs_of(const struct chart *chart)
{
    static const struct glyphs fine = {"█", "█", "▌", "█", "░", "─", "›"};
    static const struct glyphs ascii = {"=", "[", "]", "|", ".", "-", ">"};
    return chart->screen->ascii ? &ascii : &fine;
}

struct columns {
    int from;
    int to;
};

static struct columns columns_of(const struct chart *chart, const struct trace_span *span)
{
    struct columns columns = {
        .from = chart_column(chart, span->start_ns),
        .to = chart_column(chart, span->end_ns),
    };
    if (span->state != TRACE_STATE_RUN || columns.to > columns.from)
        return columns;
    /* A run is never invisible; the last column of the picture is its last resort. */
    if (columns.from == chart->left + chart->columns)
        columns.from--;
    columns.to = columns.from + 1;
    return columns;
}

static void fill_run(struct chart *chart, int row, struct columns at)
{
    const struct glyphs *glyphs = glyphs_of(chart);
    if (at.to - at.from == 1) {
        canvas_fill(&chart->canvas, row, at.from, at.to, glyphs->run_short, CANVAS_RUN);
        return;
    }
    canvas_fill(&chart->canvas, row, at.from, at.to, glyphs->run, CANVAS_RUN);
    canvas_fill(&chart->canvas, row, at.from, at.from + 1, glyphs->run_first, CANVAS_RUN);
    canvas_fill(&chart->canvas, row, at.to - 1, at.to, glyphs->run_last, CANVAS_RUN);
}

/* Puts a word into a run, in the middle, with a blank either side if there is room for that, or
 * else (but in ASCII a run needs both its brackets) from the run's first column on.  False if the
 * word does not even fit so. */
static bool write_on_run(struct chart *chart, int row, struct columns at, const char *word)
{
    int width = (int)screen_width(word);
    int room = at.to - at.from - 2;
    bool blanks = width + 2 <= room;
    if (width == room + 1 && !chart->screen->ascii) {
        canvas_text(&chart->canvas, row, at.from, word, CANVAS_RUN_TEXT);
        return true;
    }
    if (width > room)
        return false;
    int column = at.from + 1 + (room - width - (blanks ? 2 : 0)) / 2;
    if (blanks)
        column = canvas_text(&chart->canvas, row, column, " ", CANVAS_RUN_TEXT);
    column = canvas_text(&chart->canvas, row, column, word, CANVAS_RUN_TEXT);
    if (blanks)
        canvas_text(&chart->canvas, row, column, " ", CANVAS_RUN_TEXT);
    return true;
}

static void fill_span(struct chart *chart, int row, const struct trace_span *span)
{
    const struct glyphs *glyphs = glyphs_of(chart);
    struct columns at = columns_of(chart, span);
    if (span->state == TRACE_STATE_READY)
        canvas_fill(&chart->canvas, row, at.from, at.to, glyphs->ready, CANVAS_READY);
    for (int column = at.from; column < at.to && span->state == TRACE_STATE_WAIT; column++)
        if (!chart->broken[column])
            canvas_fill(&chart->canvas, row, column, column + 1, glyphs->wait, CANVAS_WAIT);
    if (span->open && at.to > at.from)
        canvas_fill(&chart->canvas, row, at.to - 1, at.to, glyphs->open, CANVAS_WAIT);
}

/* All that one run printed, in one line. */
static void join_prints(const struct chart *chart, const struct trace_lane *lane, uint32_t *mark,
                        char *text, size_t bytes)
{
    const struct trace_mark *marks = chart->model->marks;
    uint32_t end = lane->mark_first + lane->mark_count;
    uint32_t span = marks[*mark].span;
    size_t used = 0;
    text[0] = '\0';
    for (; *mark < end && marks[*mark].span == span; ++*mark) {
        if (marks[*mark].kind != TRACE_MARK_PRINT || used + 8 >= bytes)
            continue;
        if (used > 0)
            used += (size_t)snprintf(text + used, bytes - used, " ");
        screen_clean(chart->screen, trace_text(chart->model, marks[*mark].text),
                     (size_t)chart->columns, text + used, bytes - used);
        used += strlen(text + used);
    }
}

/* Whether the lane has nothing but a wait at a column, or nothing at all. */
static bool is_free(const struct chart *chart, int row, int column)
{
    size_t cell = (size_t)row * (size_t)chart->canvas.columns + (size_t)column;
    bool inside = column >= chart->left && column < chart->canvas.columns;
    if (!inside || chart->broken[column])
        return false;
    unsigned char style = chart->canvas.cells[cell].style;
    return style == CANVAS_WAIT || style == CANVAS_PLAIN;
}

/* How many columns are free from one on, going right (1) or left (-1). */
static int free_columns(const struct chart *chart, int row, int from, int step)
{
    int column = from;
    while (is_free(chart, row, column))
        column += step;
    return (column - from) * step;
}

/* Puts a word beside a run, right or else left of it, if the lane is free there; a blank keeps it
 * off whatever is next. */
static bool write_beside(struct chart *chart, int row, struct columns at, const char *word)
{
    int width = (int)screen_width(word);
    if (width < free_columns(chart, row, at.to, 1)) {
        int behind = canvas_text(&chart->canvas, row, at.to, word, CANVAS_STRONG);
        canvas_text(&chart->canvas, row, behind, " ", CANVAS_WAIT_TEXT);
        return true;
    }
    if (width < free_columns(chart, row, at.from - 1, -1)) {
        canvas_text(&chart->canvas, row, at.from - width - 1, " ", CANVAS_WAIT_TEXT);
        canvas_text(&chart->canvas, row, at.from - width, word, CANVAS_STRONG);
        return true;
    }
    return false;
}

/* Puts a word above a run, behind the place of its number, or else before it.  A break is no
 * obstacle there. */
static void write_above(struct chart *chart, int row, struct columns at, const char *word)
{
    int width = (int)screen_width(word);
    int digits = chart->model->switch_count > 9 ? 2 : 1;
    int behind = at.from + digits + 1;
    int before = at.from - width - 1;
    if (canvas_is_blank(&chart->canvas, row - 1, behind - 1, behind + width + 1))
        canvas_text(&chart->canvas, row - 1, behind, word, CANVAS_STRONG);
    else if (before > chart->left &&
             canvas_is_blank(&chart->canvas, row - 1, before - 1, before + width))
        canvas_text(&chart->canvas, row - 1, before, word, CANVAS_STRONG);
}

static void write_prints(struct chart *chart, int row, const struct trace_lane *lane)
{
    char text[512];
    for (uint32_t mark = lane->mark_first; mark < lane->mark_first + lane->mark_count;) {
        uint32_t span = chart->model->marks[mark].span;
        join_prints(chart, lane, &mark, text, sizeof text);
        if (span == TRACE_NONE || chart->model->spans[span].state != TRACE_STATE_RUN)
            continue;
        struct columns at = columns_of(chart, &chart->model->spans[span]);
        bool written = text[0] == '\0' || write_on_run(chart, row, at, text) ||
                       write_beside(chart, row, at, text);
        if (!written && chart->numbers)
            write_above(chart, row, at, text);
    }
}

/* Names a wait on its widest free stretch: in full, by its letter, or not at all. */
static void name_wait(struct chart *chart, int row, const struct trace_span *span)
{
    struct columns at = columns_of(chart, span);
    struct columns best = {0, 0};
    if (at.to - at.from < 3 || span->reason >= TRACE_REASON_COUNT)
        return;
    for (int from = at.from; from < at.to;) {
        int length = free_columns(chart, row, from, 1);
        int to = from + length < at.to ? from + length : at.to;
        if (to - from > best.to - best.from)
            best = (struct columns){from, to};
        from = to > from ? to : from + 1;
    }
    char text[32] = " ";
    int room = best.to - best.from;
    const char *name = trace_reason_name((enum trace_reason)span->reason);
    if (room >= (int)strlen(name) + 4)
        snprintf(text, sizeof text, " %s ", name);
    else if (room >= 3)
        snprintf(text, sizeof text, "%c", trace_reason_letter((enum trace_reason)span->reason));
    else
        return;
    canvas_text(&chart->canvas, row, best.from + (room - (int)strlen(text)) / 2, text,
                CANVAS_WAIT_TEXT);
}

void chart_draw_lane(struct chart *chart, uint32_t index)
{
    const struct trace_model *model = chart->model;
    const struct trace_lane *lane = &model->lanes[index];
    int row = chart_row(chart, index);
    uint32_t end = lane->span_first + lane->span_count;
    chart_draw_name(chart, row, trace_text(model, lane->name), CANVAS_STRONG);
    for (uint32_t i = lane->span_first; i < end; i++)
        fill_span(chart, row, &model->spans[i]);
    for (uint32_t i = lane->span_first; i < end; i++)
        if (model->spans[i].state == TRACE_STATE_RUN)
            fill_run(chart, row, columns_of(chart, &model->spans[i]));
    write_prints(chart, row, lane);
    for (uint32_t i = lane->span_first; i < end; i++)
        if (model->spans[i].state == TRACE_STATE_WAIT)
            name_wait(chart, row, &model->spans[i]);
}

void chart_draw_loops(struct chart *chart)
{
    const struct trace_model *model = chart->model;
    char name[256];
    for (uint32_t i = 0; i < chart->loops; i++)
        chart_draw_name(chart, 1 + (int)i, trace_text(model, model->loops[i].name), CANVAS_FAINT);
    for (uint32_t i = 0; i < model->switch_count; i++) {
        const struct trace_span *run = &model->spans[model->switches[i]];
        if (run->loop >= chart->loops)
            continue;
        struct columns at = columns_of(chart, run);
        fill_run(chart, 1 + run->loop, at);
        screen_clean(chart->screen, trace_text(model, model->lanes[run->lane].name),
                     (size_t)chart->columns, name, sizeof name);
        write_on_run(chart, 1 + run->loop, at, name);
    }
}

void chart_draw_numbers(struct chart *chart)
{
    const struct trace_model *model = chart->model;
    uint32_t root = trace_lane_root(model);
    uint32_t number = 0;
    char text[16];
    for (uint32_t i = 0; i < model->switch_count; i++) {
        const struct trace_span *run = &model->spans[model->switches[i]];
        if (run->lane == root)
            continue;
        int width = snprintf(text, sizeof text, "%u", ++number);
        int row = chart_row(chart, run->lane) - 1;
        int column = columns_of(chart, run).from;
        if (run->lane < chart->lanes &&
            canvas_is_blank(&chart->canvas, row, column - 1, column + width))
            canvas_text(&chart->canvas, row, column, text, CANVAS_ACCENT);
    }
}
