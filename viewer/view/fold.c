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
    const struct trace_span *first = rows_span(rows, row, cell->first);
    const struct trace_span *last = rows_span(rows, row, cell->first + cell->count - 1);
    double whole_ns = (double)(last->end_ns - first->start_ns);
    struct rows_sum sum = rows_sum(rows, row, cell->first, cell->first + cell->count);
    if (whole_ns <= 0) {
        cell->run = first->state == TRACE_STATE_RUN;
        cell->ready = first->state == TRACE_STATE_READY;
        cell->covered = 1;
        return;
    }
    cell->run = (float)((double)sum.run_ns / whole_ns);
    cell->ready = (float)((double)sum.ready_ns / whole_ns);
    cell->covered = row->kind == ROW_ACTOR ? 1 : cell->run;
}

int fold_row(struct fold_cells *cells, const struct fold_columns *columns, const struct rows *rows,
             const struct row *row)
{
    cells->count = 0;
    uint32_t column = 0;
    uint32_t n = rows_seek(rows, row, 0, columns->at_ns[0]);
    while (n < row->count) {
        const struct trace_span *span = rows_span(rows, row, n);
        if (span->start_ns >= columns->at_ns[columns->count])
            break;
        while (column + 1 < columns->count && columns->at_ns[column + 1] <= span->start_ns)
            column++;
        struct fold_cell *cell = add_cell(cells);
        if (cell == NULL)
            return -ENOMEM;
        int64_t edge_ns = columns->at_ns[column + 1];
        double x0 = fold_x(columns, span->start_ns);
        double x1 = fold_x(columns, span->end_ns);
        uint32_t end = n + 1;
        if (x1 - x0 < CELL_PX_MIN) {
            uint32_t beyond = rows_seek(rows, row, n, edge_ns);
            end = beyond > end ? beyond : end;
            x1 = fold_x(columns, rows_span(rows, row, end - 1)->end_ns);
        }
        *cell = (struct fold_cell){.x0 = (float)x0, .x1 = (float)x1, .first = n, .count = end - n};
        set_shares(cell, rows, row);
        n = end;
    }
    return 0;
}

void fold_cells_finish(struct fold_cells *cells)
{
    free(cells->cells);
    *cells = (struct fold_cells){0};
}
