/*
 * The rows, from what folding made of them.
 *
 * Each row is drawn in layers: the bars, the cursor, then all text, so that the line never
 * crosses a word.  Three kinds of cell look different:
 *
 *   wide    a state at least a pixel wide: a bar with its pattern
 *   mark    a run too narrow to see, with room around it: drawn a few pixels wide all the same
 *   dense   many states in one column of pixels: a column divided by their shares, runs below
 */

#include "draw_lanes.h"

#include <math.h>

/* A run that stands alone is drawn at least so wide. */
#define MARK_WIDTH 3
#define NAME_POINTS_MIN 7 /* smaller names cannot be read */
#define INDENT 12         /* of the rows of a group */
#define CHIP_SIZE 16
#define OFF_CPU_WIDTH_MIN 4
#define OFF_CPU_SHARE_MIN 0.02f /* less is what any thread has to bear */
#define OFF_CPU_HEIGHT 0.33f    /* of the bar, if it was never on a processor */
#define CHIP_POINTS 11

bool lanes_is_mark(const struct lanes_row *row, size_t i)
{
    return row->cells->cells[i].mark;
}

/* As roundf(), which is a call on most processors, for what is near the picture. */
static float whole(float x)
{
    return (float)(int)(x + (x < 0 ? -0.5f : 0.5f));
}

struct frame_rect lanes_box(const struct drawing *drawing, const struct lanes_row *row, size_t i)
{
    const struct fold_cell *cell = &row->cells->cells[i];
    float x0 = whole(draw_lanes_x(drawing, cell->x0));
    float x1 = whole(draw_lanes_x(drawing, cell->x1));
    float least = cell->mark ? row->mark_px : 1;
    return (struct frame_rect){x0, row->bar_y, fmaxf(x1 - x0, least), drawing->layout->bar_height};
}

/* The higher the more, a third of the bar at most, so that words stay legible.  When in the run
 * that was, the trace does not tell. */
float lanes_off_cpu_px(const struct drawing *drawing, const struct trace_span *span)
{
    int64_t whole_ns = span->end_ns - span->start_ns;
    if (span->state != TRACE_STATE_RUN || whole_ns <= 0)
        return 0;
    int64_t cpu_ns = trace_cpu_ns(drawing->app->document->model, span);
    float share = (float)(whole_ns - cpu_ns) / (float)whole_ns;
    float height = ceilf(drawing->layout->bar_height * share * OFF_CPU_HEIGHT);
    return share >= OFF_CPU_SHARE_MIN ? height : 0;
}

static void draw_off_cpu(const struct drawing *drawing, const struct fold_cell *cell,
                         struct frame_rect box)
{
    if (cell->state != TRACE_STATE_RUN || box.width < draw_px(drawing, OFF_CPU_WIDTH_MIN))
        return;
    box.height = lanes_off_cpu_px(drawing, &drawing->app->document->model->spans[cell->span]);
    if (box.height > 0)
        frame_fill_rect(drawing->frame, box, drawing->theme->run_edge);
}

static void draw_wide(const struct drawing *drawing, const struct lanes_row *row, size_t i)
{
    const struct fold_cell *cell = &row->cells->cells[i];
    struct frame_rect box = lanes_box(drawing, row, i);
    int state = cell->state;
    struct frame_fill fill = theme_fill(drawing->theme, state);
    const struct view *view = &drawing->app->view;
    fill.shift_px = (int)fmod(-view->start / view->units_per_px, 1e6);
    float radius = box.width >= draw_px(drawing, 8) ? draw_px(drawing, 2) : 0;
    bool adjoins = state == TRACE_STATE_RUN && i + 1 < row->cells->count &&
                   roundf(draw_lanes_x(drawing, cell[1].x0)) <= frame_right(box);
    if (row->row->kind == ROW_LOOP && adjoins && box.width >= draw_px(drawing, 6))
        box.width -= draw_px(drawing, 1); /* one actor after another: not one bar */
    frame_rect(drawing->frame, box, radius, fill,
               theme_stroke(drawing->theme, state, draw_px(drawing, 1)));
    draw_off_cpu(drawing, cell, box);
}

/* Columns of pixels without a gap between them. */
struct dense {
    struct draw_heights *heights;
    size_t count;
    float x; /* of the first one */
};

static void draw_dense(const struct drawing *drawing, const struct lanes_row *row,
                       struct dense *dense)
{
    const struct theme *theme = drawing->theme;
    struct frame_rect box = {dense->x, row->bar_y, 0, drawing->layout->bar_height};
    struct frame_inks inks = {theme->run, theme->ready, theme->wait, row->row->kind != ROW_LOOP};
    frame_columns(drawing->frame, box, dense->heights->columns, dense->count, inks);
    dense->count = 0;
}

/* A cell's pixels join the columns; behind a gap, others begin.  From below: the share that runs,
 * then what is ready. */
static void add_dense(const struct drawing *drawing, const struct lanes_row *row, size_t i,
                      struct dense *dense)
{
    const struct fold_cell *cell = &row->cells->cells[i];
    struct frame_rect box = lanes_box(drawing, row, i);
    box.x = floorf(draw_lanes_x(drawing, cell->x0));
    float run = whole(box.height * cell->run);
    if (cell->run > 0) /* somebody runs: that must be seen */
        run = fmaxf(run, draw_px(drawing, 2));
    float ready = fminf(whole(box.height * cell->ready), box.height - run);
    if (dense->count > 0 && (box.x > dense->x + (float)dense->count || box.x < dense->x))
        draw_dense(drawing, row, dense);
    if (dense->count == 0)
        dense->x = box.x;
    size_t at = (size_t)(box.x - dense->x);
    for (size_t end = at + (size_t)box.width; at < end && at < dense->heights->room; at++) {
        struct frame_point *height = &dense->heights->columns[at];
        bool again = at < dense->count; /* two narrow cells share a pixel: runs must be seen */
        if (!again || run > height->x)
            *height = (struct frame_point){run, ready};
        dense->count = again ? dense->count : at + 1;
    }
}

/* A loop is idle wherever nobody runs on it, from its first run to its last. */
static void draw_idle(const struct drawing *drawing, const struct lanes_row *row)
{
    const struct rows *rows = &drawing->app->document->rows;
    if (row->row->count == 0)
        return;
    const struct trace_span *first = rows_span(rows, row->row, 0);
    const struct trace_span *last = rows_span(rows, row->row, row->row->count - 1);
    const struct fold_columns *columns = &drawing->scratch->columns;
    float x0 = roundf(draw_lanes_x(drawing, fold_x(columns, first->start_ns)));
    float x1 = roundf(draw_lanes_x(drawing, fold_x(columns, last->end_ns)));
    struct frame_rect box = {x0, row->bar_y, x1 - x0, drawing->layout->bar_height};
    struct frame_fill fill = {FRAME_SOLID, drawing->theme->idle, 0, 0};
    struct frame_stroke stroke = {draw_px(drawing, 1), drawing->theme->rule};
    if (box.width > 0)
        frame_rect(drawing->frame, box, draw_px(drawing, 2), fill, stroke);
}

static void draw_bars(const struct drawing *drawing, const struct lanes_row *row)
{
    const struct fold_cells *cells = row->cells;
    if (row->row->kind == ROW_LOOP)
        draw_idle(drawing, row);
    struct dense dense = {.heights = &drawing->scratch->heights};
    for (size_t i = 0; i < cells->count; i++) {
        if (lanes_is_mark(row, i))
            continue;
        if (cells->cells[i].wide)
            draw_wide(drawing, row, i);
        else
            add_dense(drawing, row, i, &dense);
    }
    draw_dense(drawing, row, &dense);
    float reach = draw_px(drawing, 2); /* the pointer need not hit exactly */
    for (size_t i = 0; i < cells->count; i++) {
        struct frame_rect box = lanes_box(drawing, row, i);
        if (lanes_is_mark(row, i)) {
            frame_fill_rect(drawing->frame, box, drawing->theme->run);
            box.x -= reach;
            box.width += 2 * reach;
        }
        frame_hot(drawing->frame, box, FRAME_HOT_SPAN, cells->cells[i].span);
    }
}

/* The outline around what is selected. */
static void draw_selected(const struct drawing *drawing, const struct lanes_row *row)
{
    uint32_t selected = drawing->app->selected;
    for (size_t i = 0; selected != TRACE_NONE && i < row->cells->count; i++) {
        const struct fold_cell *cell = &row->cells->cells[i];
        if (cell->count != 1 || cell->span != selected)
            continue;
        float width = draw_px(drawing, 2);
        struct frame_rect box = lanes_box(drawing, row, i);
        box = (struct frame_rect){box.x - width, box.y - width, box.width + 2 * width,
                                  box.height + 2 * width};
        struct frame_fill none = {.pattern = FRAME_EMPTY};
        struct frame_stroke stroke = {width, drawing->theme->accent};
        frame_rect(drawing->frame, box, draw_px(drawing, 4), none, stroke);
    }
}

/* A piece of a line at an instant. */
static void draw_piece(const struct drawing *drawing, int64_t at_ns, float y0, float y1)
{
    float x = roundf((float)fmin(fmax(draw_x(drawing, at_ns), -1e6), 1e6));
    if (x >= drawing->layout->lanes.x && x < frame_right(drawing->layout->lanes))
        frame_vertical(drawing->frame, x, y0, y1, fmaxf(1.6f * drawing->layout->scale, 1),
                       drawing->theme->accent);
}

/* The pieces of the cursor and of a range's edges that cross one row. */
static void draw_cursor_piece(const struct drawing *drawing, float y0, float y1)
{
    const struct app *app = drawing->app;
    int64_t at_ns = 0;
    if (app->blank)
        return;
    if (app_cursor(app, &at_ns))
        draw_piece(drawing, at_ns, y0, y1);
    if (!app->range_set)
        return;
    draw_piece(drawing, app->range.from_ns, y0, y1);
    draw_piece(drawing, app->range.to_ns, y0, y1);
}

/* What the actor of a row does at the cursor, as a small bar with its letter; answers its width. */
static float draw_chip(const struct drawing *drawing, const struct lanes_row *row)
{
    const struct trace_model *model = drawing->app->document->model;
    const struct theme *theme = drawing->theme;
    int64_t at_ns = 0;
    if (drawing->app->blank || row->row->kind != ROW_ACTOR ||
        drawing->layout->bar_height < draw_px(drawing, CHIP_SIZE) ||
        !app_cursor(drawing->app, &at_ns))
        return 0;
    float size = draw_px(drawing, CHIP_SIZE);
    uint32_t span = trace_span_at(model, row->row->subject, at_ns);
    if (span == TRACE_NONE)
        return size;
    const struct trace_span *of = &model->spans[span];
    bool runs = of->state == TRACE_STATE_RUN;
    char letter[2] = {runs                             ? 'R'
                      : of->state == TRACE_STATE_READY ? 'Q'
                                                       : trace_reason_letter(of->reason),
                      '\0'};
    float middle = roundf(row->bar_y + drawing->layout->bar_height / 2);
    struct frame_rect box = {drawing->layout->lanes.x - size - draw_px(drawing, 8),
                             middle - roundf(size / 2), size, size};
    struct frame_fill fill = {FRAME_SOLID, runs ? theme->run : theme->wait, 0, 0};
    struct text_style style = draw_bold(drawing, CHIP_POINTS);
    if (of->state == TRACE_STATE_READY)
        fill.ink = theme->ground;
    frame_rect(drawing->frame, box, draw_px(drawing, 3), fill,
               theme_stroke(theme, of->state, draw_px(drawing, 1)));
    frame_text(drawing->frame, style, runs ? theme->run_ink : theme->ink, FRAME_CENTRE,
               box.x + size / 2, draw_baseline(style, middle), size, letter);
    return size;
}

static void draw_name(const struct drawing *drawing, const struct lanes_row *row, uint32_t item,
                      float indent)
{
    const struct layout *layout = drawing->layout;
    struct frame_rect box = {layout->names.x, row->top, layout->names.width, layout->row_height};
    frame_hot(drawing->frame, box, FRAME_HOT_NAME, item);
    float edge = layout->left + draw_px(drawing, DRAW_EDGE) + indent;
    float points = fminf(layout->name_points, layout->row_height * 0.62f / layout->scale);
    if (points < NAME_POINTS_MIN) /* the pointer still tells */
        return;
    struct text_style style = draw_bold(drawing, points);
    float middle = row->bar_y + layout->bar_height / 2;
    float room = frame_right(layout->names) - edge - draw_px(drawing, 10);
    float chip = draw_chip(drawing, row);
    room -= chip > 0 ? chip + draw_px(drawing, 4) : 0;
    char name[TEXT_NAME_BYTES];
    text_fit_name(drawing->frame->measurer, style,
                  rows_name(&drawing->app->document->rows, row->row), room, name);
    frame_text(drawing->frame, style, drawing->theme->ink, FRAME_LEFT, edge,
               draw_baseline(style, middle), room, name);
}

/* A line below the row, and if it is pinned, a stronger one. */
static void draw_rule(const struct drawing *drawing, uint32_t item, float bottom)
{
    bool last_pinned = item + 1 == drawing->layout->pinned;
    bool beside = drawing->app->document_count > 1 || quiz_is_on(drawing->app);
    float right = beside ? frame_right(drawing->layout->lanes) : (float)drawing->app->width;
    float left = drawing->layout->left;
    frame_fill_rect(drawing->frame, (struct frame_rect){left, bottom - 1, right - left, 1},
                    last_pinned ? drawing->theme->mute : drawing->theme->rule);
}

/* The cells of a row: those of the frame before, if nothing has changed. */
static const struct fold_cells *folded(const struct drawing *drawing, uint32_t item, float mark_px)
{
    const struct fold_columns *columns = &drawing->scratch->columns;
    const struct document *document = drawing->app->document;
    uint32_t row = document->lanes.items[item].row;
    uint32_t slot = (item + drawing->frame->pane * (DRAW_FOLDED_MAX / 4u)) % DRAW_FOLDED_MAX;
    struct draw_folded *folded = &drawing->scratch->folded[slot];
    const struct view *view = &columns->view;
    if (folded->serial == document->serial && folded->row == row && folded->axis == view->axis &&
        folded->start == view->start && folded->units_per_px == view->units_per_px &&
        folded->width == columns->count)
        return &folded->cells;
    struct draw_folded fresh = {
        document->serial, row,          view->axis, view->start, view->units_per_px,
        columns->count,   folded->cells};
    if (fold_row(&fresh.cells, columns, &document->rows, &document->rows.rows[row]) < 0) {
        drawing->frame->out_of_memory = true;
        fresh.serial = 0;
    }
    fold_marks(&fresh.cells, mark_px);
    *folded = fresh;
    return &folded->cells;
}

/* A row of states; `seen` is where rows of its kind can be seen. */
static void draw_row(const struct drawing *drawing, uint32_t item, struct frame_rect seen)
{
    const struct layout *layout = drawing->layout;
    const struct document *document = drawing->app->document;
    const struct lanes_item *of = &document->lanes.items[item];
    double scroll_px = drawing->app->view.scroll_px;
    struct frame_rect all = {layout->left, seen.y, layout->right - layout->left, seen.height};
    struct lanes_row row = {.top = layout_row_y(layout, item, scroll_px),
                            .bar_y = layout_bar_y(layout, item, scroll_px),
                            .mark_px = draw_px(drawing, MARK_WIDTH)};
    float bottom = row.top + layout->row_height;
    frame_clip(drawing->frame, all);
    draw_rule(drawing, item, bottom);
    if (of->row == TRACE_NONE) {
        lanes_draw_heading(drawing, item, row.top, row.bar_y, seen);
        draw_cursor_piece(drawing, row.top, bottom);
        frame_unclip(drawing->frame);
        return;
    }
    row.row = &document->rows.rows[of->row];
    bool own = row.row->kind != ROW_LOOP && row.row->kind != ROW_ACTOR;
    float indent = of->group != TRACE_NONE ? draw_px(drawing, INDENT) : 0;
    if (own)
        lanes_draw_own_name(drawing, &row, item, indent);
    else
        draw_name(drawing, &row, item, indent);
    lanes_draw_mailbox_peak(drawing, &row);
    frame_clip(drawing->frame, seen);
    if (own && !drawing->app->blank) {
        lanes_draw_own(drawing, &row);
        draw_cursor_piece(drawing, row.top, bottom);
    }
    if (own || drawing->app->blank) {
        frame_unclip(drawing->frame);
        return;
    }
    row.cells = folded(drawing, item, row.mark_px);
    draw_bars(drawing, &row);
    lanes_draw_mailbox(drawing, &row);
    draw_cursor_piece(drawing, row.top, bottom);
    draw_selected(drawing, &row);
    if (row.row->kind == ROW_ACTOR)
        draw_ghost_lives(drawing, rows_name(&document->rows, row.row), row.bar_y);
    lanes_draw_words(drawing, &row);
    lanes_draw_notes(drawing, &row);
    frame_unclip(drawing->frame);
}

/* Where the rows are, if they do not all fit: a slim bar at the right edge. */
static void draw_scrollbar(const struct drawing *drawing)
{
    const struct layout *layout = drawing->layout;
    struct frame_rect bar = layout_scroll_bar(layout, drawing->app->view.scroll_px);
    if (bar.height <= 0 || app_on_paper(drawing->app))
        return;
    struct frame_rect way = {bar.x - bar.width, layout->lanes.y, 3 * bar.width,
                             layout->lanes.height};
    frame_rect(drawing->frame, bar, bar.width / 2,
               (struct frame_fill){FRAME_SOLID, drawing->theme->faint, 0, 0},
               (struct frame_stroke){0, 0});
    frame_hot(drawing->frame, way, FRAME_HOT_SCROLL, 0);
}

void draw_lanes(const struct drawing *drawing)
{
    const struct layout *layout = drawing->layout;
    double scroll_px = drawing->app->view.scroll_px;
    uint32_t count = drawing->app->document->lanes.count;
    frame_hot(drawing->frame, layout->lanes, FRAME_HOT_LANES, 0);
    uint32_t end = layout_row_end(layout, scroll_px, count);
    struct frame_rect scrolled = layout_scrolled(layout);
    for (uint32_t i = layout_row_first(layout, scroll_px); i < end; i++)
        draw_row(drawing, i, scrolled);
    for (uint32_t i = 0; i < layout->pinned && i < count; i++)
        draw_row(drawing, i, layout->lanes);
    draw_scrollbar(drawing);
}

void draw_cursor(const struct drawing *drawing)
{
    const struct layout *layout = drawing->layout;
    uint32_t count = drawing->app->document->lanes.count;
    float below = layout_row_y(layout, count, drawing->app->view.scroll_px);
    bool alone = drawing->app->document_count == 1;
    float foot = layout->strip.height > 0 && alone
                     ? frame_bottom(layout->strip) - draw_px(drawing, DRAW_STRIP_BASE)
                     : frame_bottom(layout->lanes);
    if (below < foot)
        draw_cursor_piece(drawing, fmaxf(below, layout->lanes.y), foot);
    else if (layout->strip.height > 0 && alone)
        draw_cursor_piece(drawing, frame_bottom(layout->lanes), foot);
}
