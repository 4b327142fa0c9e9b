#ifndef DRAW_DRAW_H
#define DRAW_DRAW_H

/*
 * From state to picture.
 *
 * draw_frame() reads the state and fills a frame; it changes nothing else, and the same state
 * gives the same frame.  The scratch is memory that it would otherwise allocate anew each time.
 */

#include "app.h"

/* Heights of columns of pixels, as many as the lanes are wide and what is drawn beyond. */
struct draw_heights {
    struct frame_point *columns;
    size_t room;
};

/* The load of the whole run, for the map: made anew when the axis or the width has changed. */
struct draw_map {
    uint64_t serial; /* of the document */
    enum trace_axis_kind kind;
    struct trace_load_step *columns;
    uint32_t count;
};

/* Rows that were folded for the frame before, and need not be again while neither the view nor the
 * document has changed: so what follows the pointer costs no more with ten million events. */
#define DRAW_FOLDED_MAX 256

struct draw_folded {
    uint64_t serial; /* of the document; 0: none yet */
    uint32_t row;
    enum trace_axis_kind axis;
    double start, units_per_px;
    uint32_t width;
    struct fold_cells cells;
};

struct draw_scratch {
    struct draw_folded folded[DRAW_FOLDED_MAX];
    struct draw_map map;
    struct fold_columns columns;
    struct draw_heights heights;
};

/* Draws the whole picture.  A frame that ran out of memory says so itself. */
void draw_frame(struct frame *frame, const struct app *app, struct draw_scratch *scratch);

void draw_scratch_finish(struct draw_scratch *scratch);

#endif
