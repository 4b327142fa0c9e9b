/*
 * One walk over the columns of pixels.
 *
 * For each span that is not done yet: the column of its start is found by walking on, which costs
 * no more than all columns together.  If it ends in the same column, then with it all spans up to
 * the column's right edge are taken at once: their number by a search, their shares by sums.
 */

#include "fold.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

/* Narrower than this, a span gets no cell of its own. */
#define CELL_PX_MIN 1.0

int fold_columns_set(struct fold_columns *columns, const struct trace_axis *axis,
                     const struct view *view, uint32_t width_px)
{
    if (width_px + 1 > columns->room) {
        int64_t *larger = realloc(columns->at_ns, (width_px + 1) * sizeof *larger);
        if (larger == NULL)
            return -ENOMEM;
        columns->at_ns = larger;
        columns->room = width_px + 1;
    }
    columns->axis = axis;
    columns->view = *view;
    columns->count = width_px;
    size_t near = 0;
    for (uint32_t i = 0; i <= width_px; i++) {
        size_t before = near;
        columns->at_ns[i] = trace_axis_instant_near(axis, view_position(view, i), &near);
        near += near > before ? near - before : 0; /* columns hold about as many knots each */
    }
    return 0;
}

void fold_columns_finish(struct fold_columns *columns)
{
    free(columns->at_ns);
    *columns = (struct fold_columns){0};
}

double fold_x(const struct fold_columns *columns, int64_t at_ns)
{
    return view_x(&columns->view, trace_axis_position(columns->axis, at_ns));
}

static struct fold_cell *add_cell(struct fold_cells *cells)
{
    if (cells->count == cells->room) {
        size_t room = cells->room == 0 ? 256 : cells->room * 2;
        struct fold_cell *larger = realloc(cells->cells, room * sizeof *larger);
        if (larger == NULL)
            return NULL;
        cells->cells = larger;
        cells->room = room;
    }
    return &cells->cells[cells->count++];
}

/* Fills the shares of a cell of several spans, from the place of its first to that behind its last.
 */
static void set_shares(struct fold_cell *cell, const struct rows *rows, const struct row *row,
                       const struct rows_place *from, const struct rows_place *to)
{
    double whole_ns =
        (double)(rows_times(rows, row, to->n - 1).end_ns - rows_times(rows, row, from->n).start_ns);
    if (whole_ns <= 0)
        return;
    cell->run = (float)((double)(to->before.run_ns - from->before.run_ns) / whole_ns);
    cell->ready = (float)((double)(to->before.ready_ns - from->before.ready_ns) / whole_ns);
}

/* The same as fold_x(), for instants from left to right. */
static double x_near(const struct fold_columns *columns, int64_t at_ns, size_t *near)
{
    return view_x(&columns->view, trace_axis_position_near(columns->axis, at_ns, near));
}

/* The x of an instant that is not left of a column, to within a pixel.  Columns are straight
 * enough, and lie in the cache: an axis of ten million steps does not. */
static double x_about(const struct fold_columns *columns, uint32_t column, int64_t at_ns)
{
    uint32_t step = 1;
    while (column + step < columns->count && columns->at_ns[column + step] <= at_ns) {
        column += step;
        step *= 2;
    }
    uint32_t high = columns->count - column > step ? column + step : columns->count;
    while (high - column > 1) {
        uint32_t middle = column + (high - column) / 2;
        if (columns->at_ns[middle] <= at_ns)
            column = middle;
        else
            high = middle;
    }
    int64_t left_ns = columns->at_ns[column];
    int64_t right_ns = columns->at_ns[column + 1];
    return column +
           (double)(at_ns - left_ns) / (double)(right_ns > left_ns ? right_ns - left_ns : 1);
}

/* Where a span that begins in a column begins and ends.  What reaches over an edge of the picture
 * is drawn as far as a little beyond it, wherever it ends. */
static void set_edges(const struct fold_columns *columns, struct rows_times times, uint32_t column,
                      size_t *near, struct fold_cell *cell)
{
    bool about = columns->axis->knot_count > columns->count; /* otherwise exact is fast */
    bool first = about && times.start_ns >= columns->at_ns[column];
    bool last = about && times.end_ns <= columns->at_ns[columns->count];
    cell->x0 = (float)(first ? x_about(columns, column, times.start_ns)
                             : x_near(columns, times.start_ns, near));
    cell->x1 = (float)(last ? x_about(columns, column, times.end_ns)
                            : x_near(columns, times.end_ns, near));
}

/* The run that a cell of many stands for, if it has one. */
static uint32_t first_run(const struct rows *rows, const struct row *row,
                          const struct fold_cell *cell)
{
    for (uint32_t n = cell->first; cell->run > 0 && n < cell->first + cell->count; n++)
        if (row->kind == ROW_LOOP || rows_span(rows, row, n)->state == TRACE_STATE_RUN)
            return rows_span_index(rows, row, n);
    return rows_span_index(rows, row, cell->first);
}

/* The cell that begins with the span at `place`, whose start lies in a column.  The place is moved
 * behind the cell; its sum is right only while `known`. */
static struct fold_cell make_cell(const struct fold_columns *columns, const struct rows *rows,
                                  const struct row *row, struct rows_place *place, bool *known,
                                  uint32_t column, size_t *near)
{
    struct rows_times times = rows_times(rows, row, place->n);
    int64_t edge_ns = columns->at_ns[column + 1];
    struct fold_cell cell = {
        .x0 = (float)column, .x1 = (float)column + 1, .first = place->n, .count = 1};
    bool inside = times.end_ns <= edge_ns && times.start_ns >= columns->at_ns[column];
    if (!inside) {
        struct fold_cell own = cell;
        set_edges(columns, times, column, near, &own);
        inside = own.x1 - own.x0 < CELL_PX_MIN;
        if (!inside || times.end_ns > edge_ns)
            cell = own;
    }
    cell.wide = !inside;
    cell.span = rows_span_index(rows, row, place->n);
    cell.state = row->kind == ROW_LOOP ? TRACE_STATE_RUN : rows->model->spans[cell.span].state;
    cell.run = cell.state == TRACE_STATE_RUN;
    cell.ready = cell.state == TRACE_STATE_READY;
    bool several = inside && place->n + 1 < row->count &&
                   rows_times(rows, row, place->n + 1).end_ns <= edge_ns;
    if (several) {
        struct rows_place from = *known ? *place : rows_place(rows, row, place->n);
        *place = rows_place_seek(rows, row, from, edge_ns);
        cell.count = place->n - from.n;
        set_shares(&cell, rows, row, &from, place);
        cell.span = first_run(rows, row, &cell);
    } else {
        place->n++;
    }
    *known = several;
    return cell;
}

int fold_row(struct fold_cells *cells, const struct fold_columns *columns, const struct rows *rows,
             const struct row *row)
{
    cells->count = 0;
    uint32_t column = 0;
    size_t near = 0;
    struct rows_place place = {.n = rows_seek(rows, row, 0, columns->at_ns[0])};
    bool known = false;
    while (place.n < row->count) {
        int64_t start_ns = rows_times(rows, row, place.n).start_ns;
        if (start_ns >= columns->at_ns[columns->count])
            break;
        while (column + 1 < columns->count && columns->at_ns[column + 1] <= start_ns)
            column++;
        struct fold_cell *cell = add_cell(cells);
        if (cell == NULL)
            return -ENOMEM;
        *cell = make_cell(columns, rows, row, &place, &known, column, &near);
    }
    return 0;
}

void fold_cells_finish(struct fold_cells *cells)
{
    free(cells->cells);
    *cells = (struct fold_cells){0};
}

void fold_marks(struct fold_cells *cells, float room_px)
{
    float run_ends = -INFINITY; /* the nearest running cell to the left ends here */
    for (size_t i = 0; i < cells->count; i++) {
        struct fold_cell *cell = &cells->cells[i];
        cell->mark =
            cell->run > 0 && cell->x1 - cell->x0 < room_px && run_ends <= cell->x0 - room_px;
        if (cell->run > 0)
            run_ends = cell->x1;
    }
    float run_starts = INFINITY;
    for (size_t i = cells->count; i-- > 0;) {
        struct fold_cell *cell = &cells->cells[i];
        cell->mark = cell->mark && run_starts >= cell->x1 + room_px;
        if (cell->run > 0)
            run_starts = cell->x0;
    }
}
