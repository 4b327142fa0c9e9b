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
    for (uint32_t i = 0; i <= width_px; i++)
        columns->at_ns[i] = trace_axis_instant(axis, view_position(view, i));
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

/* Fills the shares of a cell that holds the row's spans first .. first + count - 1. */
static void set_shares(struct fold_cell *cell, const struct rows *rows, const struct row *row)
{
    struct rows_times first = rows_times(rows, row, cell->first);
    struct rows_times last = rows_times(rows, row, cell->first + cell->count - 1);
    double whole_ns = (double)(last.end_ns - first.start_ns);
    if (cell->count == 1 || whole_ns <= 0) {
        int state =
            row->kind == ROW_LOOP ? TRACE_STATE_RUN : rows_span(rows, row, cell->first)->state;
        cell->run = state == TRACE_STATE_RUN;
        cell->ready = state == TRACE_STATE_READY;
        return;
    }
    struct rows_sum sum = rows_sum(rows, row, cell->first, cell->first + cell->count);
    cell->run = (float)((double)sum.run_ns / whole_ns);
    cell->ready = (float)((double)sum.ready_ns / whole_ns);
}

/* The same as fold_x(), for instants from left to right. */
static double x_near(const struct fold_columns *columns, int64_t at_ns, size_t *near)
{
    return view_x(&columns->view, trace_axis_position_near(columns->axis, at_ns, near));
}

/* The cell that begins with the n-th span, whose start lies in a column. */
static struct fold_cell make_cell(const struct fold_columns *columns, const struct rows *rows,
                                  const struct row *row, uint32_t n, uint32_t column, size_t *near)
{
    struct rows_times times = rows_times(rows, row, n);
    int64_t edge_ns = columns->at_ns[column + 1];
    struct fold_cell cell = {.x0 = (float)column, .x1 = (float)column + 1, .first = n, .count = 1};
    bool inside = times.end_ns <= edge_ns && times.start_ns >= columns->at_ns[column];
    if (!inside) {
        double x0 = x_near(columns, times.start_ns, near);
        double x1 = x_near(columns, times.end_ns, near);
        inside = x1 - x0 < CELL_PX_MIN;
        if (!inside || times.end_ns > edge_ns) {
            cell.x0 = (float)x0;
            cell.x1 = (float)x1;
        }
    }
    cell.wide = !inside;
    if (inside) {
        uint32_t beyond = rows_seek(rows, row, n, edge_ns);
        cell.count = beyond > n ? beyond - n : 1;
    }
    return cell;
}

int fold_row(struct fold_cells *cells, const struct fold_columns *columns, const struct rows *rows,
             const struct row *row)
{
    cells->count = 0;
    uint32_t column = 0;
    size_t near = 0;
    uint32_t n = rows_seek(rows, row, 0, columns->at_ns[0]);
    while (n < row->count) {
        int64_t start_ns = rows_times(rows, row, n).start_ns;
        if (start_ns >= columns->at_ns[columns->count])
            break;
        while (column + 1 < columns->count && columns->at_ns[column + 1] <= start_ns)
            column++;
        struct fold_cell *cell = add_cell(cells);
        if (cell == NULL)
            return -ENOMEM;
        *cell = make_cell(columns, rows, row, n, column, &near);
        set_shares(cell, rows, row);
        n += cell->count;
    }
    return 0;
}

void fold_cells_finish(struct fold_cells *cells)
{
    free(cells->cells);
    *cells = (struct fold_cells){0};
}
