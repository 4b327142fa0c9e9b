#ifndef CHART_H
#define CHART_H

/*
 * The timeline as text: lanes, ruler and strip, drawn on a canvas.
 *
 * Instants become columns through an axis of the reader.  Both ends of a state are rounded the same
 * way, so states that touch in time touch on the page, and never seem to overlap; only a run keeps
 * a column even if it is shorter than one.
 */

#include "canvas.h"
#include "trace_axis.h"
#include "trace_stats.h"

struct chart {
    const struct trace_model *model;
    const struct screen *screen;
    struct trace_axis axis;
    struct canvas canvas;
    bool *broken;      /* per column of the page: lies in a break */
    int left;          /* the first column of the picture, right of the names */
    int columns;       /* its width; right of it is a margin for the words of the last runs */
    uint32_t lanes;    /* how many actors are shown */
    uint32_t loops;    /* how many loops are shown */
    bool numbers;      /* the order of switches stands above the lanes */
    int row_lanes;     /* the row of the first lane's numbers, or of the lane itself */
    int row_strip;     /* the first row below the lanes */
};

/* Lays the page out for so many lanes at most.  0 or -ENOMEM; pair with chart_finish(). */
int chart_init(struct chart *chart, const struct trace_model *model, const struct screen *screen,
               enum trace_axis_kind axis, uint32_t lanes_max);
void chart_finish(struct chart *chart);

/* Draws everything.  0 or -ENOMEM. */
int chart_draw(struct chart *chart);

/* The column of an instant, from `left` to `left + columns`. */
int chart_column(const struct chart *chart, int64_t at_ns);

/* The row of a lane's states. */
int chart_row(const struct chart *chart, uint32_t lane);

/* The parts of chart_draw(), in its order. */
void chart_draw_ruler(struct chart *chart);
void chart_draw_loops(struct chart *chart);
void chart_draw_lane(struct chart *chart, uint32_t lane);
void chart_draw_numbers(struct chart *chart);
void chart_draw_breaks(struct chart *chart);
int chart_draw_strip(struct chart *chart);

/* A clean name in the margin. */
void chart_draw_name(struct chart *chart, int row, const char *name, enum canvas_style style);

#endif
