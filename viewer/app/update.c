/*
 * From input to state.
 *
 * Every gesture that moves the view goes through move_to(), which remembers the view before for
 * undo; many small steps of one gesture are remembered as one.
 */

#include "update.h"

#include <math.h>
#include <string.h>

#include "arrows.h"
#include "commands.h"
#include "trace_wake.h"

/* Gestures as history tells them apart. */
enum gesture { GESTURE_ZOOM = 1, GESTURE_PAN, GESTURE_SCROLL, GESTURE_JUMP };

static double lanes_width(const struct app *app)
{
    return app->layout.lanes.width;
}

static bool same_view(const struct view *a, const struct view *b)
{
    return a->axis == b->axis && a->start == b->start && a->units_per_px == b->units_per_px &&
           a->scroll_px == b->scroll_px;
}

static bool move_to(struct app *app, struct view view, enum gesture gesture)
{
    if (same_view(&view, &app->view))
        return false;
    if (gesture == GESTURE_JUMP)
        history_pause(&app->history);
    history_record(&app->history, &app->view, gesture);
    app->view = view;
    return true;
}

static bool zoom(struct app *app, double x_px, double factor)
{
    struct view view = view_zoom(&app->view, app_axis(app), lanes_width(app), x_px, factor);
    return move_to(app, view, GESTURE_ZOOM);
}

static bool pan(struct app *app, double dx_px, double dy_px, enum gesture gesture)
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

static bool change_axis(struct app *app, enum trace_axis_kind kind)
{
    struct view view =
        view_change_axis(&app->view, app_axis(app), &app->document.axes[kind], lanes_width(app));
    if (kind == app->view.axis)
        return false;
    return move_to(app, view, GESTURE_JUMP);
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

/* Selects a span, if there is one, and remembers the view if that moves it. */
static bool follow(struct app *app, uint32_t span)
{
    if (span == TRACE_NONE || span == app->selected)
        return false;
    struct view before = app->view;
    app_select(app, span);
    struct view after = app->view;
    app->view = before;
    move_to(app, after, GESTURE_JUMP);
    return true;
}

/* From the selected state along the selected message, or along the first of its own. */
static bool follow_message(struct app *app)
{
    const struct trace_model *model = app->document.model;
    uint32_t flow = app->message;
    if (flow == TRACE_NONE && app->selected != TRACE_NONE)
        flow = arrows_first_message(model, app->selected);
    if (flow == TRACE_NONE)
        return false;
    struct view before = app->view;
    app_select_message(app, flow);
    struct view after = app->view;
    app->view = before;
    move_to(app, after, GESTURE_JUMP);
    return true;
}

static bool step(struct app *app, bool forth)
{
    const struct order *order = &app->document.order;
    int64_t at_ns = 0;
    if (!app_cursor(app, &at_ns))
        return follow(app, forth ? order_switch_after(order, INT64_MIN / 2)
                                 : order_switch_before(order, INT64_MAX / 2));
    uint32_t number = order_number(order, app->selected);
    if (number == 0) /* from what is no numbered switch to the nearest one */
        return follow(app, forth ? order_switch_after(order, at_ns)
                                 : order_switch_before(order, at_ns - 1));
    uint32_t index = forth ? number : number - 2;
    return follow(app, index < order->switch_count ? order->switches[index] : TRACE_NONE);
}

static bool fit_selected(struct app *app)
{
    if (app->selected == TRACE_NONE)
        return false;
    const struct trace_span *span = &app->document.model->spans[app->selected];
    double first = trace_axis_position(app_axis(app), span->start_ns);
    double last = trace_axis_position(app_axis(app), span->end_ns);
    struct view view = view_range(&app->view, app_axis(app), lanes_width(app), first, last);
    return move_to(app, view, GESTURE_JUMP);
}

static bool fit(struct app *app)
{
    struct view view = view_fit(app_axis(app), lanes_width(app));
    view.scroll_px = app->view.scroll_px;
    return move_to(app, view, GESTURE_JUMP);
}

static bool scale_text(struct app *app, float text_scale)
{
    text_scale = fminf(fmaxf(text_scale, APP_TEXT_SCALE_MIN), APP_TEXT_SCALE_MAX);
    if (text_scale == app->text_scale)
        return false;
    app->text_scale = text_scale;
    app_lay_out(app);
    return true;
}

static bool close_one(struct app *app)
{
    if (app->help) {
        app->help = false;
        return true;
    }
    if (app->full_screen) {
        app->full_screen = false;
        return true;
    }
    bool selected = app->selected != TRACE_NONE || app->message != TRACE_NONE;
    app->selected = app->message = TRACE_NONE;
    return selected;
}

static bool toggle(bool *flag)
{
    *flag = !*flag;
    return true;
}

/* Commands that move the view. */
static bool move_by_command(struct app *app, enum command command)
{
    double pan_px = lanes_width(app) * VIEW_PAN_STEP;
    double row_px = app->layout.row_height;
    double page_px = app->layout.lanes.height - row_px;
    switch (command) {
    case COMMAND_ZOOM_IN:
        return zoom(app, zoom_x(app), VIEW_ZOOM_STEP);
    case COMMAND_ZOOM_OUT:
        return zoom(app, zoom_x(app), 1 / VIEW_ZOOM_STEP);
    case COMMAND_PAN_LEFT:
        return pan(app, pan_px, 0, GESTURE_PAN);
    case COMMAND_PAN_RIGHT:
        return pan(app, -pan_px, 0, GESTURE_PAN);
    case COMMAND_SCROLL_UP:
        return pan(app, 0, row_px, GESTURE_SCROLL);
    case COMMAND_SCROLL_DOWN:
        return pan(app, 0, -row_px, GESTURE_SCROLL);
    case COMMAND_PAGE_UP:
        return pan(app, 0, fmax(page_px, row_px), GESTURE_SCROLL);
    case COMMAND_PAGE_DOWN:
        return pan(app, 0, -fmax(page_px, row_px), GESTURE_SCROLL);
    case COMMAND_FIT:
        return fit(app);
    case COMMAND_FIT_SELECTED:
        return fit_selected(app);
    case COMMAND_UNDO:
        return history_undo(&app->history, &app->view) && app_bound_view(app);
    case COMMAND_REDO:
        return history_redo(&app->history, &app->view) && app_bound_view(app);
    default:
        return false;
    }
}

/* Commands that select, and those that change how it looks. */
static bool run_command(struct app *app, enum command command)
{
    const struct order *order = &app->document.order;
    switch (command) {
    case COMMAND_NEXT:
        return step(app, true);
    case COMMAND_PREVIOUS:
        return step(app, false);
    case COMMAND_FIRST:
        return follow(app, order->switch_count > 0 ? order->switches[0] : TRACE_NONE);
    case COMMAND_LAST:
        return follow(app, order_switch_before(order, INT64_MAX / 2));
    case COMMAND_WAKER:
        return app->selected != TRACE_NONE &&
               follow(app, trace_wake_run(order->model, app->selected));
    case COMMAND_OTHER_END:
        return follow_message(app);
    case COMMAND_MESSAGES:
        return toggle(&app->all_messages);
    case COMMAND_AXIS_NEXT:
        return change_axis(app, axis_after(app->view.axis));
    case COMMAND_AXIS_TIME:
        return change_axis(app, TRACE_AXIS_TIME);
    case COMMAND_AXIS_FOLDED:
        return change_axis(app, TRACE_AXIS_FOLDED);
    case COMMAND_AXIS_STEP:
        return change_axis(app, TRACE_AXIS_STEP);
    case COMMAND_TEXT_LARGER:
        return scale_text(app, app->text_scale * APP_TEXT_STEP);
    case COMMAND_TEXT_SMALLER:
        return scale_text(app, app->text_scale / APP_TEXT_STEP);
    case COMMAND_TEXT_RESET:
        return scale_text(app, 1);
    case COMMAND_THEME:
        return toggle(&app->dark);
    case COMMAND_FULL_SCREEN:
        return toggle(&app->full_screen);
    case COMMAND_HELP:
        return toggle(&app->help);
    case COMMAND_CLOSE:
        return close_one(app);
    case COMMAND_QUIT:
        return toggle(&app->quit);
    default:
        return move_by_command(app, command);
    }
}

static bool turn_wheel(struct app *app, const struct input *input)
{
    const struct frame_rect *lanes = &app->layout.lanes;
    float turns = input->turns_y;
    if (app->help || input->hot.kind == FRAME_HOT_PANEL)
        return false;
    if (input->hot.kind == FRAME_HOT_NAME && !input->ctrl)
        return pan(app, 0, turns * app->layout.row_height, GESTURE_SCROLL);
    if (input->shift || input->turns_x != 0)
        return pan(app, (turns - input->turns_x) * lanes_width(app) * VIEW_PAN_STEP, 0,
                   GESTURE_PAN);
    double x_px = fmin(fmax(input->x - lanes->x, 0), lanes->width);
    return zoom(app, x_px, pow(VIEW_ZOOM_STEP, turns));
}

static bool click(struct app *app, const struct frame_hot *hot)
{
    const struct trace_model *model = app->document.model;
    switch (hot->kind) {
    case FRAME_HOT_AXIS:
        return change_axis(app, (enum trace_axis_kind)hot->index);
    case FRAME_HOT_HELP:
        return toggle(&app->help);
    case FRAME_HOT_SPAN:
        app->selected = hot->index;
        app->message = TRACE_NONE;
        return true;
    case FRAME_HOT_ARROW:
        app->message = hot->index;
        return true;
    case FRAME_HOT_OUTPUT:
        return follow(app, model->marks[hot->index].span);
    case FRAME_HOT_LANES:
        app->selected = app->message = TRACE_NONE;
        return true;
    default:
        return false;
    }
}

static bool on_lanes(enum frame_hot_kind kind)
{
    return kind == FRAME_HOT_LANES || kind == FRAME_HOT_SPAN || kind == FRAME_HOT_BREAK ||
           kind == FRAME_HOT_STRIP || kind == FRAME_HOT_NAME || kind == FRAME_HOT_ARROW ||
           kind == FRAME_HOT_NOTE || kind == FRAME_HOT_MAILBOX;
}

static bool drag(struct app *app, const struct input *input)
{
    if (!on_lanes(app->press_hot))
        return false;
    float dx = input->x - app->pointer_x;
    float dy = input->y - app->pointer_y;
    if (!app->dragging) {
        dx = input->x - app->press_x;
        dy = input->y - app->press_y;
        if (fabsf(dx) < APP_DRAG_PX && fabsf(dy) < APP_DRAG_PX)
            return false;
        app->dragging = true;
        history_pause(&app->history);
    }
    app->pointer_x = input->x;
    app->pointer_y = input->y;
    app->hover.kind = FRAME_HOT_NONE;
    pan(app, dx, dy, GESTURE_PAN);
    return true;
}

static bool move_pointer(struct app *app, const struct input *input)
{
    if (app->pressed)
        return drag(app, input);
    bool changed = input->hot.kind != app->hover.kind || input->hot.index != app->hover.index ||
                   !app->pointer_in;
    /* A tooltip follows the pointer. */
    changed |= input->hot.kind != FRAME_HOT_NONE && input->hot.kind != FRAME_HOT_PANEL &&
               input->hot.kind != FRAME_HOT_LANES;
    app->pointer_x = input->x;
    app->pointer_y = input->y;
    app->pointer_in = true;
    app->hover = input->hot;
    return changed;
}

static bool release(struct app *app, const struct input *input)
{
    bool clicked = app->pressed && !app->dragging;
    app->pressed = app->dragging = false;
    history_pause(&app->history);
    if (!clicked)
        return move_pointer(app, input);
    if (app->help) {
        app->help = false;
        return true;
    }
    return click(app, &input->hot);
}

bool app_update(struct app *app, const struct input *input)
{
    switch (input->kind) {
    case INPUT_KEY:
        return run_command(app, command_of_chord(input->chord));
    case INPUT_WHEEL:
        return turn_wheel(app, input);
    case INPUT_PRESS:
        app->pressed = true;
        app->press_hot = input->hot.kind;
        app->press_x = app->pointer_x = input->x;
        app->press_y = app->pointer_y = input->y;
        return false;
    case INPUT_MOVE:
        return move_pointer(app, input);
    case INPUT_RELEASE:
        return release(app, input);
    case INPUT_LEAVE:
        app->pointer_in = false;
        app->hover.kind = FRAME_HOT_NONE;
        return true;
    case INPUT_RESIZE:
        app->width = input->width;
        app->height = input->height;
        app_lay_out(app);
        return true;
    case INPUT_CLOSE:
        return toggle(&app->quit);
    }
    return false;
}
