#ifndef DRAW_PANELS_H
#define DRAW_PANELS_H

/*
 * The parts of the picture, one per file, in the order in which they are drawn, and what they
 * share.
 */

#include "compare.h"
#include "describe.h"
#include "draw.h"
#include "theme.h"

/* Parts keep this distance from the left and the right edge of the picture, at scale 1. */
#define DRAW_EDGE 24

/* The strip's ground line stands so far above its lower edge, at scale 1. */
#define DRAW_STRIP_BASE 28

/* What every part gets. */
struct drawing {
    struct frame *frame;
    const struct app *app;
    const struct theme *theme;
    const struct layout *layout;
    struct draw_scratch *scratch;
};

void draw_top(const struct drawing *drawing);    /* title, legend, axes */
void draw_score(const struct drawing *drawing);  /* the seven numbers */
void draw_ruler(const struct drawing *drawing);  /* instants, and the grid below them */
void draw_lanes(const struct drawing *drawing);  /* rows */
void draw_strip(const struct drawing *drawing);  /* in progress, running */
void draw_breaks(const struct drawing *drawing); /* collapsed gaps */
void draw_cursor(const struct drawing *drawing); /* the selected moment */
void draw_arrows(const struct drawing *drawing); /* messages and wakes */
void draw_detail(const struct drawing *drawing); /* sentences about what is selected */
/* What the panel tells: an answer, or the range, or what is selected or pointed at. */
void draw_describe(const struct drawing *drawing, struct describe_text *text);
void draw_output(const struct drawing *drawing);    /* what was printed */
void draw_source(const struct drawing *drawing);    /* where the actors stand in the program */
void draw_tooltip(const struct drawing *drawing);   /* about what the pointer is on */
void draw_range(const struct drawing *drawing);     /* the edges of what is selected */
void draw_map(const struct drawing *drawing);       /* the whole run in one line */
void draw_causes(const struct drawing *drawing);    /* who waits for whom; what led here */
void draw_compare(const struct drawing *drawing);   /* several runs below each other */
void draw_bookmarks(const struct drawing *drawing); /* marked moments */
void draw_lesson(const struct drawing *drawing);    /* its card, and the program */
void draw_chooser(const struct drawing *drawing);   /* the card that asks for turns */
/* The guess, over the run: of one lane, below what is written on it; and how long it takes. */
void draw_ghost_lives(const struct drawing *drawing, const char *lane, float bar_y);
void draw_ghost_end(const struct drawing *drawing);
/* The guess at how many messages lie in a mailbox whose chart is this box, `peak` high. */
void draw_ghost_depth(const struct drawing *drawing, const char *lane, struct frame_rect box,
                      uint32_t peak);
void draw_own_guess(const struct drawing *drawing); /* a time to be given, on the empty ruler */
void draw_help(const struct drawing *drawing);      /* the keys */
void draw_prompt(const struct drawing *drawing);    /* what is being written, and its list */
void draw_menu(const struct drawing *drawing);      /* all commands, group by group */
void draw_complaint(const struct drawing *drawing); /* why there is no newer run */
void draw_notice(const struct drawing *drawing);    /* a sentence for the user */
void draw_lengths(const struct drawing *drawing);   /* how long a range's runs were */

/* --- helpers ------------------------------------------------------------------------------- */

/* `points` at scale 1 in whole pixels, at least one for what is not 0. */
float draw_px(const struct drawing *drawing, float points);

/* Text styles of the picture. */
struct text_style draw_style(const struct drawing *drawing, float points);
struct text_style draw_bold(const struct drawing *drawing, float points);
struct text_style draw_mono(const struct drawing *drawing, float points, bool bold);

/* The baseline that centres capitals on y. */
float draw_baseline(struct text_style style, float y_middle);

/* The head of a description: its name, cut if need be, and what is said of it; and its width. */
void draw_title(const struct drawing *drawing, const struct describe_text *text,
                struct text_style style, float x, float baseline, float room);
float draw_title_px(const struct drawing *drawing, const struct describe_text *text,
                    struct text_style style);

/* x in the picture of a position in pixels from the left edge of the lanes; far ones are moved
 * just beyond the edges. */
float draw_lanes_x(const struct drawing *drawing, double x_px);

/* The x of an instant in the picture, not limited. */
double draw_x(const struct drawing *drawing, int64_t at_ns);

/* Where the panel that shows a break begins and ends; false if none of it can be seen. */
bool draw_break_edges(const struct drawing *drawing, const struct trace_axis_break *gap, float *x0,
                      float *x1);

/* How far to the right of x, or to the left, nothing is covered by a break: x of the break's edge,
 * or of the lanes' edge. */
float draw_clear_until(const struct drawing *drawing, float x);
float draw_clear_from(const struct drawing *drawing, float x);

/* The edges of the first break that covers something to the right of x; untouched if there is
 * none. */
void draw_next_break(const struct drawing *drawing, float x, float *x0, float *x1);

/* The breaks of the axis that can be seen: the first, and the one after the last. */
void draw_visible_breaks(const struct drawing *drawing, size_t *first, size_t *end);

#endif
