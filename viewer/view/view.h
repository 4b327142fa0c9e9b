#ifndef VIEW_VIEW_H
#define VIEW_VIEW_H

/*
 * Which part of the trace is on the screen: an axis and three numbers.
 *
 *   start          position (in units of the axis) at the left edge of the lanes
 *   units_per_px   how much of the axis one pixel shows
 *   scroll_px      how far the rows are scrolled up
 *
 * Every gesture is a function from one view to another.  `width_px` is always the width of the
 * lanes; the rows' scrolling is bounded by `scroll_px_max`.
 */

#include "trace_axis.h"

struct view {
    enum trace_axis_kind axis;
    double start;
    double units_per_px;
    double scroll_px;
};

/* Room left and right of the trace when all of it is shown, as a share of the width: the first
 * and the last state must not touch the edge. */
#define VIEW_MARGIN 0.012

/* One turn of the wheel, and one key press, zoom by this. */
#define VIEW_ZOOM_STEP 1.25

/* A key press pans by this share of the width. */
#define VIEW_PAN_STEP 0.1

/* The whole axis. */
struct view view_fit(const struct trace_axis *axis, double width_px);

/* Whether a view shows the whole axis. */
bool view_is_fit(const struct view *view, const struct trace_axis *axis, double width_px);

/* Zooms in (factor > 1) or out such that what is at `x_px` (from the left edge of the lanes)
 * stays there, unless an end of the trace forbids it. */
struct view view_zoom(const struct view *view, const struct trace_axis *axis, double width_px,
                      double x_px, double factor);

/* Moves what is shown to the left (dx_px < 0) or right, and the rows up or down. */
struct view view_pan(const struct view *view, const struct trace_axis *axis, double width_px,
                     double dx_px, double dy_px, double scroll_px_max);

/* Shows the positions from `first` to `last`, as far as the axis goes; and with some room on both
 * sides. */
struct view view_part(const struct view *view, const struct trace_axis *axis, double width_px,
                      double first, double last);
struct view view_range(const struct view *view, const struct trace_axis *axis, double width_px,
                       double first, double last);

/* Moves just as far as needed for position `at` to be visible; not at all if it is. */
struct view view_reveal(const struct view *view, const struct trace_axis *axis, double width_px,
                        double at);

/* The same instants on another axis; all of it if all was shown. */
struct view view_change_axis(const struct view *view, const struct trace_axis *from,
                             const struct trace_axis *to, double width_px);

/* Position to pixels from the left edge of the lanes, and back. */
static inline double view_x(const struct view *view, double position)
{
    return (position - view->start) / view->units_per_px;
}

static inline double view_position(const struct view *view, double x_px)
{
    return view->start + x_px * view->units_per_px;
}

#endif
