/*
 * Commands that move the view.
 *
 * Every gesture that moves it goes through move_to(), which remembers where one was for undo; many
 * small steps of one gesture are remembered as one.
 */

#include "inner.h"

#include <math.h>

static bool same_view(const struct view *a, const struct view *b)
{
    return a->axis == b->axis && a->start == b->start && a->units_per_px == b->units_per_px &&
           a->scroll_px == b->scroll_px;
}

bool move_to(struct app *app, struct view view, enum gesture gesture)
{
    if (same_view(&view, &app->view))
        return false;
    if (gesture == GESTURE_JUMP)
        history_pause(&app->history);
    struct history_spot spot = {app->view, app->selected};
    history_record(&app->history, &spot, gesture);
    app->view = view;
    return true;
}

bool move_zoom(struct app *app, double x_px, double factor)
{
    struct view view = view_zoom(&app->view, app_axis(app), lanes_width(app), x_px, factor);
    return move_to(app, view, GESTURE_ZOOM);
}

bool move_pan(struct app *app, double dx_px, double dy_px, enum gesture gesture)
{
    struct view view = view_pan(&app->view, app_axis(app), lanes_width(app), dx_px, dy_px,
                                app->layout.scroll_px_max);
    return move_to(app, view, gesture);
}

/* Where the keys zoom: at the pointer if it is on the lanes, else at the cursor, else in the
 * middle. */
static double zoom_x(const struct app *app)
{
    const struct frame_rect *lanes = &app->layout.lanes;
    if (app->pointer_in && app->pointer_x >= lanes->x && app->pointer_x < frame_right(*lanes))
        return app->pointer_x - lanes->x;
    int64_t at_ns = 0;
    double x = -1;
    if (app_cursor(app, &at_ns))
        x = view_x(&app->view, trace_axis_position(app_axis(app), at_ns));
    return x >= 0 && x < lanes_width(app) ? x : lanes_width(app) / 2;
}

bool move_scroll_by(struct app *app, double dy_px)
{
    const struct layout *layout = &app->layout;
    struct frame_rect bar = layout_scroll_bar(layout, app->view.scroll_px);
    double way_px = fmax(layout->lanes.height - bar.height, 1);
    return move_pan(app, 0, -dy_px * layout->scroll_px_max / way_px, GESTURE_PAN);
}

bool move_scroll_to(struct app *app, double y_px)
{
    struct frame_rect bar = layout_scroll_bar(&app->layout, app->view.scroll_px);
    return move_scroll_by(app, y_px - bar.y - bar.height / 2);
}

bool move_change_axis(struct app *app, enum trace_axis_kind kind)
{
    struct view view =
        view_change_axis(&app->view, app_axis(app), &app->document->axes[kind], lanes_width(app));
    if (kind == app->view.axis)
        return false;
    return move_to(app, view, GESTURE_JUMP);
}

void app_show_part(struct app *app, int64_t from_ns, int64_t until_ns)
{
    const struct trace_model *model = app->document->model;
    int64_t begin_ns = from_ns > model->start_ns ? from_ns : model->start_ns;
    int64_t end_ns = until_ns < model->end_ns ? until_ns : model->end_ns;
    double first = trace_axis_position(app_axis(app), begin_ns);
    double last = trace_axis_position(app_axis(app), end_ns);
    app->view = view_part(&app->view, app_axis(app), lanes_width(app), first, last);
}

void app_shown_part(const struct app *app, int64_t *from_ns, int64_t *until_ns)
{
    double end = view_position(&app->view, lanes_width(app));
    *from_ns = trace_axis_instant(app_axis(app), app->view.start);
    *until_ns = trace_axis_instant(app_axis(app), end);
}

/* The order of the buttons. */
static enum trace_axis_kind axis_after(enum trace_axis_kind kind)
{
    static const enum trace_axis_kind next[TRACE_AXIS_KINDS] = {
        [TRACE_AXIS_TIME] = TRACE_AXIS_FOLDED,
        [TRACE_AXIS_FOLDED] = TRACE_AXIS_STEP,
        [TRACE_AXIS_STEP] = TRACE_AXIS_TIME,
    };
    return next[kind];
}

static bool fit_instants(struct app *app, int64_t from_ns, int64_t to_ns)
{
    double first = trace_axis_position(app_axis(app), from_ns);
    double last = trace_axis_position(app_axis(app), to_ns);
    struct view view = view_range(&app->view, app_axis(app), lanes_width(app), first, last);
    return move_to(app, view, GESTURE_JUMP);
}

static bool fit_selected(struct app *app)
{
    if (app->range_set)
        return fit_instants(app, app->range.from_ns, app->range.to_ns);
    if (app->selected == TRACE_NONE)
        return false;
    const struct trace_span *span = &app->document->model->spans[app->selected];
    return fit_instants(app, span->start_ns, span->end_ns);
}

static bool fit(struct app *app)
{
    struct view view = view_fit(app_axis(app), lanes_width(app));
    view.scroll_px = app->view.scroll_px;
    return move_to(app, view, GESTURE_JUMP);
}

static bool travel(struct app *app, bool back)
{
    struct history_spot spot = {app->view, app->selected};
    bool moved = back ? history_undo(&app->history, &spot) : history_redo(&app->history, &spot);
    if (!moved)
        return false;
    app->view = spot.view;
    if (spot.selected != app->selected) {
        app->selected = spot.selected;
        app->message = TRACE_NONE;
        app->moment_set = app->range_set = false;
    }
    return app_bound_view(app);
}

bool move_command(struct app *app, enum command command, bool *known)
{
    double pan_px = lanes_width(app) * VIEW_PAN_STEP;
    double row_px = app->layout.row_height;
    double page_px = fmax(app->layout.lanes.height - row_px, row_px);
    *known = true;
    switch (command) {
    case COMMAND_ZOOM_IN:
        return move_zoom(app, zoom_x(app), VIEW_ZOOM_STEP);
    case COMMAND_ZOOM_OUT:
        return move_zoom(app, zoom_x(app), 1 / VIEW_ZOOM_STEP);
    case COMMAND_PAN_LEFT:
        return move_pan(app, pan_px, 0, GESTURE_PAN);
    case COMMAND_PAN_RIGHT:
        return move_pan(app, -pan_px, 0, GESTURE_PAN);
    case COMMAND_SCROLL_UP:
        return move_pan(app, 0, row_px, GESTURE_SCROLL);
    case COMMAND_SCROLL_DOWN:
        return move_pan(app, 0, -row_px, GESTURE_SCROLL);
    case COMMAND_PAGE_UP:
        return move_pan(app, 0, page_px, GESTURE_SCROLL);
    case COMMAND_PAGE_DOWN:
        return move_pan(app, 0, -page_px, GESTURE_SCROLL);
    case COMMAND_FIT:
        return fit(app);
    case COMMAND_FIT_SELECTED:
        return fit_selected(app);
    case COMMAND_UNDO:
        return travel(app, true);
    case COMMAND_REDO:
        return travel(app, false);
    case COMMAND_AXIS_NEXT:
        return move_change_axis(app, axis_after(app->view.axis));
    case COMMAND_AXIS_TIME:
        return move_change_axis(app, TRACE_AXIS_TIME);
    case COMMAND_AXIS_FOLDED:
        return move_change_axis(app, TRACE_AXIS_FOLDED);
    case COMMAND_AXIS_STEP:
        return move_change_axis(app, TRACE_AXIS_STEP);
    default:
        *known = false;
        return false;
    }
}
