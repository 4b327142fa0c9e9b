/*
 * Words on the lanes: what was printed, at its moment; the state, in as many words as there is
 * room for; the number of each switch.
 *
 * No word may touch another.  Words of a wide cell stay within it; those of a mark, which has no
 * room of its own, borrow the end of the wide cell next to it, which then does without.
 */

#include "draw_lanes.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "caption.h"

#define WORD_POINTS 15
#define CIRCLE_RADIUS 9
#define CIRCLE_POINTS 12
#define PAD 6
/* A printed line on a lane is cut to this: the output pane has all of it. */
#define TAG_WIDTH_MAX 220
/* ... and one that could not show this much of it is left out. */
#define TAG_WIDTH_MIN 56

/* The size of words in the bars of this layout. */
static float word_points(const struct drawing *drawing)
{
    return fminf(WORD_POINTS, drawing->layout->bar_height * 0.6f / drawing->layout->scale);
}

static float row_middle(const struct drawing *drawing, const struct lanes_row *row)
{
    return row->bar_y + roundf(drawing->layout->bar_height / 2 + row->sink_px);
}

/* Text on a plate of its own, readable on any pattern; answers the plate. */
static struct frame_rect draw_plate(const struct drawing *drawing, const struct lanes_row *row,
                                    float x_middle, float width, struct text_style style,
                                    bool of_run, const char *text)
{
    const struct theme *theme = drawing->theme;
    float height = fminf(roundf(style.size_px * 1.45f), drawing->layout->bar_height);
    float middle = row_middle(drawing, row);
    float pad = draw_px(drawing, PAD);
    struct frame_rect plate = {roundf(x_middle - width / 2 - pad), middle - roundf(height / 2),
                               roundf(width + 2 * pad), height};
    uint32_t ground = of_run ? theme->run : theme->ground;
    frame_rect(drawing->frame, plate, draw_px(drawing, 4),
               (struct frame_fill){FRAME_SOLID, ground, 0, 0}, (struct frame_stroke){0, 0});
    frame_text(drawing->frame, style, of_run ? theme->run_ink : theme->ink, FRAME_CENTRE, x_middle,
               draw_baseline(style, middle), width + 1, text);
    return plate;
}

/* --- what a run printed -------------------------------------------------------------------- */

/* The printed lines of a span: the first mark, and how many marks. */
static uint32_t marks_of(const struct drawing *drawing, uint32_t span, uint32_t *first)
{
    const struct trace_model *model = drawing->app->document->model;
    const struct trace_lane *lane = &model->lanes[model->spans[span].lane];
    uint32_t low = lane->mark_first;
    uint32_t high = lane->mark_first + lane->mark_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (model->marks[middle].at_ns < model->spans[span].start_ns)
            low = middle + 1;
        else
            high = middle;
    }
    *first = low;
    uint32_t count = 0;
    while (low + count < lane->mark_first + lane->mark_count &&
           model->marks[low + count].span == span)
        count++;
    return count;
}

/* A notch in the lower edge of the bar, at the moment of the print. */
static void draw_moment(const struct drawing *drawing, const struct lanes_row *row, float x)
{
    float size = draw_px(drawing, 4);
    float foot = row->bar_y + drawing->layout->bar_height;
    struct frame_point points[3] = {{x - size, foot}, {x, foot - size}, {x + size, foot}};
    frame_polygon(drawing->frame, points, 3, drawing->theme->run_ink);
}

/* Printed lines inside their run, each as near to its moment as the run's edges and the line
 * before it allow.  False if there is nothing to show. */
static bool draw_prints(const struct drawing *drawing, const struct lanes_row *row, uint32_t span,
                        float x0, float x1)
{
    const struct trace_model *model = drawing->app->document->model;
    struct text_style style = draw_bold(drawing, word_points(drawing));
    float pad = draw_px(drawing, 3);
    float taken = x0 + pad;
    uint32_t first;
    uint32_t count = marks_of(drawing, span, &first);
    bool any = false;
    for (uint32_t i = first; i < first + count && taken < x1 - pad; i++) {
        const struct trace_mark *mark = &model->marks[i];
        if (mark->kind != TRACE_MARK_PRINT)
            continue;
        const char *text = trace_text(model, mark->text);
        float x = (float)draw_x(drawing, mark->at_ns);
        float room = x1 - pad - taken;
        float width = fminf(text_width_px(drawing->frame->measurer, style, text), room);
        float left = fminf(fmaxf(x - width / 2, taken), x1 - pad - width);
        float wrote =
            frame_text(drawing->frame, style, drawing->theme->run_ink, FRAME_LEFT, left,
                       draw_baseline(style, row_middle(drawing, row)), width + 0.5f, text);
        if (wrote <= 0)
            continue;
        any = true;
        taken = left + wrote + draw_px(drawing, 2 * PAD);
        if (x > x0 + 2 * pad && x < x1 - 2 * pad)
            draw_moment(drawing, row, x);
    }
    return any;
}

/* --- what a narrow run printed ------------------------------------------------------------- */

/* A printed line beside its run, which is too narrow for it. */
struct tag {
    const char *text; /* NULL: none */
    float width;
    float x_middle;
    bool before; /* it stands before the run and not behind it */
};

/* The one run among a cell's spans, or TRACE_NONE if there are more. */
static uint32_t only_run(const struct drawing *drawing, const struct lanes_row *row,
                         const struct fold_cell *cell)
{
    const struct rows *rows = &drawing->app->document->rows;
    uint32_t run = TRACE_NONE;
    if (cell->count == 1)
        return cell->state == TRACE_STATE_RUN ? cell->span : TRACE_NONE;
    if (cell->count > 4)
        return TRACE_NONE;
    for (uint32_t n = cell->first; n < cell->first + cell->count; n++) {
        if (rows_span(rows, row->row, n)->state != TRACE_STATE_RUN)
            continue;
        if (run != TRACE_NONE)
            return TRACE_NONE;
        run = rows_span_index(rows, row->row, n);
    }
    return run;
}

/* Whether a cell can lend room to a neighbour's tag. */
static bool lends(const struct lanes_row *row, size_t i)
{
    const struct fold_cell *cell = &row->cells->cells[i];
    return cell->wide && cell->state != TRACE_STATE_RUN;
}

/* A cell too narrow to see in which the row does not run: it does not part a run from what lies
 * beyond it. */
static bool is_sliver(const struct lanes_row *row, size_t i)
{
    const struct fold_cell *cell = &row->cells->cells[i];
    return !cell->wide && cell->run <= 0;
}

/* The last of the slivers behind a cell, or the first of those before it; without any, the cell. */
static size_t last_sliver(const struct lanes_row *row, size_t i)
{
    while (i + 1 < row->cells->count && is_sliver(row, i + 1))
        i++;
    return i;
}

static size_t first_sliver(const struct lanes_row *row, size_t i)
{
    while (i > 0 && is_sliver(row, i - 1))
        i--;
    return i;
}

/* Room behind a cell: up to a break, or half of the next cell, whose other neighbour may want
 * some, too; or what is blank.  Before it likewise; the first cell of a row has no other
 * neighbour. */
static float room_behind(const struct drawing *drawing, const struct lanes_row *row, size_t i)
{
    const struct fold_cells *cells = row->cells;
    size_t edge = last_sliver(row, i);
    float from = frame_right(lanes_box(drawing, row, i));
    float until = draw_clear_until(drawing, from);
    if (edge + 1 == cells->count)
        return until - from;
    struct frame_rect next = lanes_box(drawing, row, edge + 1);
    if (lends(row, edge + 1) && next.x <= frame_right(lanes_box(drawing, row, edge)) + 1)
        return frame_right(next) > until ? until - from : (frame_right(next) - from) / 2;
    return fminf(next.x, until) - from;
}

static float room_before(const struct drawing *drawing, const struct lanes_row *row, size_t i)
{
    size_t edge = first_sliver(row, i);
    float until = lanes_box(drawing, row, i).x;
    float from = draw_clear_from(drawing, until);
    if (edge == 0)
        return until - from;
    struct frame_rect last = lanes_box(drawing, row, edge - 1);
    if (lends(row, edge - 1) && frame_right(last) >= lanes_box(drawing, row, edge).x - 1)
        return last.x < from || edge == 1 ? until - from : (until - last.x) / 2;
    return until - fmaxf(frame_right(last), from);
}

/* The first line that a run printed, or TRACE_NONE; notes may stand before it. */
static uint32_t first_print(const struct drawing *drawing, uint32_t run)
{
    uint32_t first;
    uint32_t count = marks_of(drawing, run, &first);
    for (uint32_t i = first; i < first + count; i++)
        if (drawing->app->document->model->marks[i].kind == TRACE_MARK_PRINT)
            return i;
    return TRACE_NONE;
}

static struct tag tag_of(const struct drawing *drawing, const struct lanes_row *row, size_t i)
{
    struct tag tag = {.text = NULL};
    if (row->row->kind == ROW_LOOP || i >= row->cells->count)
        return tag;
    const struct fold_cell *cell = &row->cells->cells[i];
    uint32_t run = cell->run > 0 && (cell->wide || lanes_is_mark(row, i))
                       ? only_run(drawing, row, cell)
                       : TRACE_NONE;
    uint32_t first = run != TRACE_NONE ? first_print(drawing, run) : TRACE_NONE;
    if (first == TRACE_NONE)
        return tag;
    const struct trace_model *model = drawing->app->document->model;
    struct text_style style = draw_bold(drawing, word_points(drawing));
    const char *text = trace_text(model, model->marks[first].text);
    float pad = draw_px(drawing, PAD);
    float width = text_width_px(drawing->frame->measurer, style, text);
    struct frame_rect box = lanes_box(drawing, row, i);
    if (width + pad <= box.width)
        return tag; /* it stands in its run */
    width = fminf(width, draw_px(drawing, TAG_WIDTH_MAX));
    float least = fminf(width, draw_px(drawing, TAG_WIDTH_MIN)) + 4 * pad;
    float behind = room_behind(drawing, row, i);
    float before = room_before(drawing, row, i);
    tag.before = behind < least || (behind < width + 4 * pad && before > behind);
    float room = tag.before ? before : behind;
    if (room < least)
        return tag;
    width = fminf(width, room - 4 * pad);
    if (!tag.before) {
        tag.x_middle = frame_right(box) + 2 * pad + width / 2;
    } else {
        tag.x_middle = box.x - 2 * pad - width / 2;
    }
    tag.text = text;
    tag.width = width;
    return tag;
}

/* A bubble in the run's colour that points at it: the run says so, not the state it lies on. */
static void draw_tag(const struct drawing *drawing, const struct lanes_row *row, size_t i,
                     const struct tag *tag)
{
    struct text_style style = draw_bold(drawing, word_points(drawing));
    struct frame_rect plate =
        draw_plate(drawing, row, tag->x_middle, tag->width, style, true, tag->text);
    struct frame_rect box = lanes_box(drawing, row, i);
    float tip = tag->before ? box.x : frame_right(box);
    float root = tag->before ? frame_right(plate) - 1 : plate.x + 1;
    float half = draw_px(drawing, 5);
    float middle = row_middle(drawing, row);
    struct frame_point points[3] = {{root, middle - half}, {tip, middle}, {root, middle + half}};
    frame_polygon(drawing->frame, points, 3, drawing->theme->run);
}

/* --- states -------------------------------------------------------------------------------- */

/* Takes the room of the neighbours' tags from that of a wide cell. */
static void give_way(const struct drawing *drawing, const struct lanes_row *row, size_t i,
                     float *x0, float *x1)
{
    float pad = draw_px(drawing, PAD);
    size_t first = first_sliver(row, i);
    struct tag before = first > 0 ? tag_of(drawing, row, first - 1) : (struct tag){.text = NULL};
    struct tag behind = tag_of(drawing, row, last_sliver(row, i) + 1);
    if (before.text != NULL && !before.before)
        *x0 = before.x_middle + before.width / 2 + 2 * pad;
    if (behind.text != NULL && behind.before)
        *x1 = behind.x_middle - behind.width / 2 - 2 * pad;
}

/* A run's name on the loop's row; in little room the end that tells it from its like. */
static void draw_runner(const struct drawing *drawing, const struct lanes_row *row, uint32_t span,
                        float x0, float x1)
{
    const struct trace_model *model = drawing->app->document->model;
    struct text_style style = draw_bold(drawing, word_points(drawing));
    const char *name = trace_text(model, model->lanes[model->spans[span].lane].name);
    const char *candidates[] = {name, strrchr(name, '#'), NULL};
    float room = x1 - x0 - draw_px(drawing, PAD);
    const char *text = text_choose(drawing->frame->measurer, style, candidates, room);
    if (text != NULL)
        frame_text(drawing->frame, style, drawing->theme->run_ink, FRAME_CENTRE, (x0 + x1) / 2,
                   draw_baseline(style, row_middle(drawing, row)), room, text);
}

static void draw_caption(const struct drawing *drawing, const struct lanes_row *row, uint32_t span,
                         float x0, float x1)
{
    const struct trace_model *model = drawing->app->document->model;
    const char *candidates[CAPTION_COUNT_MAX + 1];
    char bytes[CAPTION_BYTES];
    bool run = model->spans[span].state == TRACE_STATE_RUN;
    float points = word_points(drawing);
    struct text_style style = run ? draw_bold(drawing, points) : draw_style(drawing, points);
    float room = x1 - x0 - draw_px(drawing, run ? PAD : 2 * PAD + 4);
    caption_span(model, span, candidates, bytes);
    const char *text = text_choose(drawing->frame->measurer, style, candidates, room);
    if (text == NULL)
        return;
    float width = text_width_px(drawing->frame->measurer, style, text);
    float x = roundf((x0 + x1) / 2);
    if (run)
        frame_text(drawing->frame, style, drawing->theme->run_ink, FRAME_CENTRE, x,
                   draw_baseline(style, row_middle(drawing, row)), width + 1, text);
    else
        draw_plate(drawing, row, x, width, style, false, text);
}

/* --- numbers ------------------------------------------------------------------------------- */

/* The number of a run in a circle above its bar, or in its bar where rows are compact; `from` is
 * where the circle before it ends.  Answers where this one ends. */
static float draw_number(const struct drawing *drawing, const struct lanes_row *row, uint32_t span,
                         struct frame_rect box, float from)
{
    const struct layout *layout = drawing->layout;
    float radius =
        layout->compact ? floorf(layout->bar_height * 0.42f) : draw_px(drawing, CIRCLE_RADIUS);
    float left = fmaxf(box.x, layout->lanes.x) + draw_px(drawing, 2);
    bool no_room = layout->compact && left + 2 * radius > frame_right(box);
    if (left <= from ||
        no_room)     /* the circle before it is in the way, or this bar is too narrow: */
        return from; /* no need to know the number */
    uint32_t number = order_number(&drawing->app->document->order, span);
    if (number == 0)
        return from;
    char text[16];
    snprintf(text, sizeof text, "%u", number);
    float y = layout->compact ? row_middle(drawing, row) : row->bar_y - roundf(7 * layout->scale);
    struct text_style style =
        draw_bold(drawing, fminf(CIRCLE_POINTS, 1.3f * radius / layout->scale));
    float text_px = text_width_px(drawing->frame->measurer, style, text);
    float half = fmaxf(radius, roundf(text_px / 2 + draw_px(drawing, 5)));
    float clear = draw_clear_until(drawing, fmaxf(box.x, layout->lanes.x));
    if (!layout->compact) /* above the bar it may stand a little before its run */
        left = fminf(left, clear - 2 * half - 1);
    bool fits = left > from && left >= draw_clear_from(drawing, box.x + 1) &&
                (!layout->compact || left + 2 * half <= frame_right(box));
    if (!fits || frame_right(box) < layout->lanes.x || box.x > frame_right(layout->lanes))
        return from;
    bool selected = span == drawing->app->selected;
    const struct theme *theme = drawing->theme;
    struct frame_rect circle = {left, y - radius, 2 * half, 2 * radius};
    struct frame_fill fill = {FRAME_SOLID, selected ? theme->accent : theme->ground, 0, 0};
    struct frame_stroke stroke = {fmaxf(1.6f * layout->scale, 1), theme->accent};
    frame_rect(drawing->frame, circle, radius, fill, stroke);
    frame_text(drawing->frame, style, selected ? theme->ground : theme->accent, FRAME_CENTRE,
               left + half, draw_baseline(style, y), text_px + 1, text);
    frame_hot(drawing->frame, circle, FRAME_HOT_SPAN, span);
    return left + 2 * half + draw_px(drawing, 2);
}

/* --- a row --------------------------------------------------------------------------------- */

/* The words of a cell between two edges that no break covers; below its pale edge. */
static void draw_stretch(const struct drawing *drawing, const struct lanes_row *row, uint32_t index,
                         bool tagged, float x0, float x1)
{
    const struct trace_span *span = &drawing->app->document->model->spans[index];
    struct lanes_row lower = *row;
    if (x1 - x0 < draw_px(drawing, 2 * PAD))
        return;
    lower.sink_px = lanes_off_cpu_px(drawing, span) / 2;
    if (row->row->kind == ROW_LOOP)
        draw_runner(drawing, &lower, index, x0, x1);
    else if (span->state != TRACE_STATE_RUN || tagged ||
             !draw_prints(drawing, &lower, index, x0, x1))
        draw_caption(drawing, &lower, index, x0, x1);
}

/* A state that goes on behind a break is named again there. */
static void draw_wide_words(const struct drawing *drawing, const struct lanes_row *row, size_t i,
                            bool tagged, float from)
{
    const struct fold_cell *cell = &row->cells->cells[i];
    uint32_t span = cell->span;
    struct frame_rect box = lanes_box(drawing, row, i);
    float x0 = fmaxf(fmaxf(box.x, drawing->layout->lanes.x), from);
    float x1 = fminf(frame_right(box), frame_right(drawing->layout->lanes));
    if (x1 - x0 < draw_px(drawing, 2 * PAD))
        return;
    give_way(drawing, row, i, &x0, &x1);
    while (x0 < x1) {
        float left = x1;
        float right = x1;
        draw_next_break(drawing, x0, &left, &right);
        if (left > x0)
            draw_stretch(drawing, row, span, tagged, x0, fminf(left, x1));
        x0 = fmaxf(right, x0 + 1);
    }
}

void lanes_draw_words(const struct drawing *drawing, const struct lanes_row *row)
{
    float from = drawing->layout->lanes.x - 1;
    for (size_t i = 0; i < row->cells->count; i++) {
        const struct fold_cell *cell = &row->cells->cells[i];
        bool mark = lanes_is_mark(row, i);
        bool wide = !mark && cell->wide;
        uint32_t run = row->row->kind == ROW_ACTOR && (mark || wide) ? only_run(drawing, row, cell)
                                                                     : TRACE_NONE;
        if (run != TRACE_NONE)
            from = draw_number(drawing, row, run, lanes_box(drawing, row, i), from);
        struct tag tag = run != TRACE_NONE ? tag_of(drawing, row, i) : (struct tag){.text = NULL};
        if (wide) /* in compact rows the number stands in the bar, before the words */
            draw_wide_words(drawing, row, i, tag.text != NULL, drawing->layout->compact ? from : 0);
        if (tag.text != NULL)
            draw_tag(drawing, row, i, &tag);
    }
}
