#ifndef VIEW_FOLD_H
#define VIEW_FOLD_H

/*
 * Folding: from the spans of a row to what its pixels can show.
 *
 * A span at least a pixel wide becomes a cell of its own.  Spans smaller than that are gathered
 * into one cell per column of pixels, which knows the exact share of each state in it.  The cost
 * depends on the columns and not on the spans, and nothing here draws.
 */

#include "rows.h"
#include "view.h"

/* The instants at the left edge of each column of pixels, and at the right edge of the last;
 * shared by all rows of a frame. */
struct fold_columns {
    const struct trace_axis *axis;
    struct view view;
    int64_t *at_ns; /* count + 1 of them, not decreasing */
    uint32_t count;
    uint32_t room;
};

struct fold_cell {
    float x0, x1;   /* pixels from the left edge of the lanes; may lie outside of them */
    uint32_t first; /* the row's spans first .. first + count - 1 */
    uint32_t count;
    uint32_t span; /* the one that it stands for: the first, or of many the first run */
    float run;     /* share of the cell in which the row runs, 0 to 1 */
    float ready;   /* ... in which it is ready */
    uint8_t state; /* of its only span; of many, of the first */
    bool wide;     /* a span of its own, at least a pixel wide */
    bool mark;     /* a run too narrow to see, with room around it: see fold_marks() */
};

struct fold_cells {
    struct fold_cell *cells; /* from left to right */
    size_t count;
    size_t room;
};

/* Sets the columns for a view that is `width_px` wide.  0, or -ENOMEM. */
int fold_columns_set(struct fold_columns *columns, const struct trace_axis *axis,
                     const struct view *view, uint32_t width_px);
void fold_columns_finish(struct fold_columns *columns);

/* Folds one row into *cells, which keep their memory.  0, or -ENOMEM. */
int fold_row(struct fold_cells *cells, const struct fold_columns *columns, const struct rows *rows,
             const struct row *row);
void fold_cells_finish(struct fold_cells *cells);

/* Marks the running cells that are narrower than `room_px` and have so much room on both sides
 * without another running one: these can be drawn wider than they are. */
void fold_marks(struct fold_cells *cells, float room_px);

/* The x of an instant, in pixels from the left edge of the lanes. */
double fold_x(const struct fold_columns *columns, int64_t at_ns);

#endif
