#ifndef DRAW_LANES_H
#define DRAW_LANES_H

/*
 * What the files that draw the rows share: bars in draw_lanes.c, words in draw_lanes_words.c,
 * mailboxes and notes in draw_lanes_marks.c, groups in draw_bands.c.
 */

#include "panels.h"

struct lanes_row {
    const struct row *row;
    const struct fold_cells *cells;
    float top;     /* of the row */
    float bar_y;   /* of its bar */
    float mark_px; /* how wide a run is drawn that is too narrow to be seen */
    float sink_px; /* how far below the middle of its bar words stand */
};

/* A run too narrow to be seen, with room around it to draw it wider. */
bool lanes_is_mark(const struct lanes_row *row, size_t i);

/* Where the i-th cell of a row is drawn. */
struct frame_rect lanes_box(const struct drawing *drawing, const struct lanes_row *row, size_t i);

/* How high the pale edge is that tells how long a run was not on a processor; 0: there is none. */
float lanes_off_cpu_px(const struct drawing *drawing, const struct trace_span *span);

/* Captions, printed text and numbers of one row. */
void lanes_draw_words(const struct drawing *drawing, const struct lanes_row *row);

/* The steps of an actor's mailbox, and the most it ever held, in the column of names. */
void lanes_draw_mailbox(const struct drawing *drawing, const struct lanes_row *row);
void lanes_draw_mailbox_peak(const struct drawing *drawing, const struct lanes_row *row);

/* Rows of what actors say themselves: draw_lanes_own.c. */
void lanes_draw_own_name(const struct drawing *drawing, const struct lanes_row *row, uint32_t item,
                         float indent);
void lanes_draw_own(const struct drawing *drawing, const struct lanes_row *row);

/* The heading of a group, and the band that it is folded to. */
void lanes_draw_heading(const struct drawing *drawing, uint32_t item, float top, float bar_y,
                        struct frame_rect seen);

/* The notes of an actor. */
void lanes_draw_notes(const struct drawing *drawing, const struct lanes_row *row);

#endif
