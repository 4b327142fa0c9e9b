/*
 * Navigation as arithmetic.
 *
 * One rule bounds every gesture: no more than the whole axis with its margins is ever shown, and
 * no less than a few units of it; so nothing can be lost beyond an edge.
 */

#include "view.h"

#include <math.h>

/* Closest zoom: on the true axes a hundredth of a nanosecond per pixel would show nothing new; a
 * step is wide enough at a whole screen. */
#define UNITS_PER_PX_MIN_TIME 0.02
#define UNITS_PER_PX_MIN_STEP 0.0005

/* An axis of no length still needs a scale. */
#define LENGTH_MIN 1e-6

static double length_of(const struct trace_axis *axis)
{
    return axis->length > LENGTH_MIN ? axis->length : LENGTH_MIN;
}

static double width_of(double width_px)
{
    return width_px >= 1 ? width_px : 1;
}

static double units_per_px_fit(const struct trace_axis *axis, double width_px)
{
    return length_of(axis) * (1 + 2 * VIEW_MARGIN) / width_of(width_px);
}

static double units_per_px_min(const struct trace_axis *axis, double width_px)
{
    double least = axis->kind == TRACE_AXIS_STEP ? UNITS_PER_PX_MIN_STEP : UNITS_PER_PX_MIN_TIME;
    return fmin(least, units_per_px_fit(axis, width_px));
}

/* Brings scale and start back into bounds. */
static struct view bounded(struct view view, const struct trace_axis *axis, double width_px)
{
    double margin = length_of(axis) * VIEW_MARGIN;
    double widest = units_per_px_fit(axis, width_px);
    view.units_per_px = fmin(fmax(view.units_per_px, units_per_px_min(axis, width_px)), widest);
    double last = length_of(axis) + margin - view.units_per_px * width_of(width_px);
    view.start = fmax(fmin(view.start, last), -margin);
    return view;
}

struct view view_fit(const struct trace_axis *axis, double width_px)
{
    struct view view = {.axis = axis->kind,
                        .start = -length_of(axis) * VIEW_MARGIN,
                        .units_per_px = units_per_px_fit(axis, width_px)};
    return view;
}

bool view_is_fit(const struct view *view, const struct trace_axis *axis, double width_px)
{
    return view->units_per_px >= units_per_px_fit(axis, width_px) * 0.999;
}

struct view view_zoom(const struct view *view, const struct trace_axis *axis, double width_px,
                      double x_px, double factor)
{
    struct view zoomed = *view;
    double under = view_position(view, x_px);
    zoomed.units_per_px = fmin(fmax(view->units_per_px / factor, units_per_px_min(axis, width_px)),
                               units_per_px_fit(axis, width_px));
    zoomed.start = under - x_px * zoomed.units_per_px;
    return bounded(zoomed, axis, width_px);
}

struct view view_pan(const struct view *view, const struct trace_axis *axis, double width_px,
                     double dx_px, double dy_px, double scroll_px_max)
{
    struct view panned = *view;
    panned.start -= dx_px * view->units_per_px;
    panned.scroll_px = fmax(fmin(view->scroll_px - dy_px, scroll_px_max), 0);
    return bounded(panned, axis, width_px);
}

struct view view_part(const struct view *view, const struct trace_axis *axis, double width_px,
                      double first, double last)
{
    struct view part = *view;
    part.units_per_px = (last - first) / width_of(width_px);
    part.units_per_px = fmax(part.units_per_px, units_per_px_min(axis, width_px));
    part.start = (first + last) / 2 - part.units_per_px * width_of(width_px) / 2;
    return bounded(part, axis, width_px);
}

struct view view_range(const struct view *view, const struct trace_axis *axis, double width_px,
                       double first, double last)
{
    double room = (last - first) * 0.25;
    return view_part(view, axis, width_px, first - room, last + room);
}

struct view view_reveal(const struct view *view, const struct trace_axis *axis, double width_px,
                        double at)
{
    struct view moved = *view;
    double x = view_x(view, at);
    double edge = width_of(width_px) * VIEW_PAN_STEP;
    if (x < 0)
        moved.start = at - edge * view->units_per_px;
    else if (x >= width_of(width_px))
        moved.start = at - (width_of(width_px) - edge) * view->units_per_px;
    return bounded(moved, axis, width_px);
}

struct view view_change_axis(const struct view *view, const struct trace_axis *from,
                             const struct trace_axis *to, double width_px)
{
    struct view changed = view_fit(to, width_px);
    changed.scroll_px = view->scroll_px;
    if (view_is_fit(view, from, width_px))
        return changed;
    double first = trace_axis_position(to, trace_axis_instant(from, view->start));
    double last =
        trace_axis_position(to, trace_axis_instant(from, view_position(view, width_of(width_px))));
    changed.start = first;
    changed.units_per_px = (last - first) / width_of(width_px);
    return bounded(changed, to, width_px);
}
