/*
 * From input to state: who gets an input, and what the pointer does.
 */

#include "inner.h"

#include "compare.h"

#include <math.h>
#include <stdio.h>

/* Text or picture have another size: a lesson is shown as at first, with the lanes it is about. */
static bool lay_out(struct app *app)
{
    app_lay_out(app);
    if (quiz_is_on(app))
        quiz_fit(app);
    return true;
}

static bool scale_text(struct app *app, float text_scale)
{
    text_scale = fminf(fmaxf(text_scale, APP_TEXT_SCALE_MIN), APP_TEXT_SCALE_MAX);
    if (text_scale == app->text_scale)
        return false;
    app->text_scale = text_scale;
    return lay_out(app);
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
    bool any = app->selected != TRACE_NONE || app->message != TRACE_NONE || app->moment_set ||
               app->range_set;
    if (app->range_set) { /* what was selected before is there again */
        app->range_set = false;
        return true;
    }
    app->selected = app->message = TRACE_NONE;
    app->moment_set = false;
    return any;
}

static bool toggle(bool *flag)
{
    *flag = !*flag;
    return true;
}

/* Commands that change how it looks. */
static bool show_command(struct app *app, enum command command)
{
    switch (command) {
    case COMMAND_MESSAGES:
        return toggle(&app->all_messages);
    case COMMAND_TEXT_LARGER:
        return scale_text(app, app->text_scale * APP_TEXT_STEP);
    case COMMAND_TEXT_SMALLER:
        return scale_text(app, app->text_scale / APP_TEXT_STEP);
    case COMMAND_TEXT_RESET:
        return scale_text(app, 1);
    case COMMAND_THEME:
        app->theme = (enum app_theme)((app->theme + 1) % APP_THEMES);
        return true;
    case COMMAND_CALM:
        app->calm = !app->calm;
        app_say(app, app->calm ? "Play goes from switch to switch." : "Play goes smoothly.");
        return true;
    case COMMAND_PROJECTOR:
        app->projector = !app->projector;
        return lay_out(app);
    case COMMAND_OPEN:
        return prompt_open(app, PROMPT_OPEN);
    case COMMAND_WINDOW:
        return toggle(&app->to_stand_beside);
    case COMMAND_READ_AGAIN:
        return toggle(&app->to_read_again);
    case COMMAND_LIVE:
        if (!app->live)
            app_say(app, "No run is being followed; troupe-view --live does.");
        app->live_paused = app->live && !app->live_paused;
        return true;
    case COMMAND_NEXT_RUN:
        return compare_focus(app, (app->focus + 1) % app->document_count);
    case COMMAND_COLUMNS:
        app->columns = !app->columns;
        if (app->document_count < 2)
            app_say(app, "There is one run; troupe-view A B shows two.");
        app_lay_out(app);
        return true;
    case COMMAND_BLANK:
        app->blank = !app->blank;
        app_lay_out(app);
        return true;
    case COMMAND_SAVE_PNG:
    case COMMAND_SAVE_SVG:
    case COMMAND_SAVE_HTML:
    case COMMAND_SAVE_TEXT: {
        static const char *const endings[] = {".png", ".svg", ".html", ".txt"};
        app->to_save = endings[command - COMMAND_SAVE_PNG];
        return true;
    }
    case COMMAND_FULL_SCREEN:
        return toggle(&app->full_screen);
    case COMMAND_MENU:
        return prompt_menu(app, COMMAND_GROUPS);
    case COMMAND_PALETTE:
        return prompt_open(app, PROMPT_PALETTE);
    case COMMAND_HELP:
        return toggle(&app->help);
    case COMMAND_CLOSE:
        return close_one(app);
    case COMMAND_QUIT:
        return toggle(&app->quit);
    default:
        return false;
    }
}

void input_scale(struct input *input, float pixels_per_point)
{
    input->x *= pixels_per_point;
    input->y *= pixels_per_point;
    input->width = (int)lrintf((float)input->width * pixels_per_point);
    input->height = (int)lrintf((float)input->height * pixels_per_point);
}

bool run_command(struct app *app, enum command command)
{
    bool known = false;
    if (quiz_forbids(app, command))
        return true;
    bool changed = play_command(app, command, &known);
    if (!known)
        changed = move_command(app, command, &known);
    if (!known)
        changed = follow_command(app, command, &known);
    if (!known)
        changed = arrange_command(app, command, &known);
    if (!known)
        changed = causes_command(app, command, &known);
    if (!known)
        changed = bookmarks_command(app, command, &known);
    return known ? changed : show_command(app, command);
}

static bool turn_wheel(struct app *app, const struct input *input)
{
    const struct frame_rect *lanes = &app->layout.lanes;
    float turns = input->turns_y;
    if (app->help || input->hot.kind == FRAME_HOT_PANEL || input->hot.kind == FRAME_HOT_PROMPT)
        return false;
    if (input->hot.kind == FRAME_HOT_NAME && !input->ctrl)
        return move_pan(app, 0, turns * app->layout.row_height, GESTURE_SCROLL);
    if (input->shift || input->turns_x != 0)
        return move_pan(app, (turns - input->turns_x) * lanes_width(app) * VIEW_PAN_STEP, 0,
                        GESTURE_PAN);
    double x_px = fmin(fmax(input->x - lanes->x, 0), lanes->width);
    return move_zoom(app, x_px, pow(VIEW_ZOOM_STEP, turns));
}

/* The instant below a place in the picture. */
static int64_t instant_below(const struct app *app, float x)
{
    return trace_axis_instant(app_axis(app), view_position(&app->view, x - app->layout.lanes.x));
}

/* Shows the part of the axis in whose middle a place on the map lies. */
static bool show_on_map(struct app *app, float x)
{
    const struct trace_axis *axis = app_axis(app);
    const struct frame_rect *map = &app->layout.map;
    struct view all = view_fit(axis, map->width);
    double middle = view_position(&all, x - map->x);
    double dx_px = view_x(&app->view, middle) - lanes_width(app) / 2;
    return move_pan(app, -dx_px, 0, GESTURE_PAN);
}

static bool click(struct app *app, const struct frame_hot *hot)
{
    bool opens = hot->kind == FRAME_HOT_MENU || hot->kind == FRAME_HOT_PROMPT;
    if (app->quiz.stage == QUIZ_ASKED && !opens) /* nothing in the picture tells anything */
        return hot->kind == FRAME_HOT_ANSWER && quiz_choose(app, hot->index);
    if (hot->kind == FRAME_HOT_ANSWER)
        return chooser_give(app, hot->index);
    const struct trace_model *model = app->document->model;
    switch (hot->kind) {
    case FRAME_HOT_AXIS:
        return move_change_axis(app, (enum trace_axis_kind)hot->index);
    case FRAME_HOT_MENU:
        return prompt_menu(app, hot->index);
    case FRAME_HOT_SPAN:
        app->selected = hot->index;
        app->message = TRACE_NONE;
        app->moment_set = app->range_set = false;
        return true;
    case FRAME_HOT_SLICE: {
        const struct trace_slice *slice = &model->slices[hot->index];
        app_set_range(app, slice->start_ns, slice->end_ns);
        return true;
    }
    case FRAME_HOT_JOB:
        app_set_range(app, model->jobs[hot->index].start_ns, model->jobs[hot->index].end_ns);
        return true;
    case FRAME_HOT_ARROW:
        app->message = hot->index;
        return true;
    case FRAME_HOT_OUTPUT:
        return follow(app, model->marks[hot->index].span);
    case FRAME_HOT_LANES:
    case FRAME_HOT_RULER:
    case FRAME_HOT_STRIP:
    case FRAME_HOT_BREAK:
    case FRAME_HOT_COUNTER:
        app->range_set = false;
        return follow_moment(app, instant_below(app, app->pointer_x));
    case FRAME_HOT_BAND:
        return arrange_fold(app, app->document->lanes.items[hot->index].group);
    case FRAME_HOT_NAME: {
        const struct lanes *lanes = &app->document->lanes;
        return lanes->items[hot->index].row == TRACE_NONE &&
               arrange_fold(app, lanes->items[hot->index].group);
    }
    case FRAME_HOT_MAP:
        return show_on_map(app, app->pointer_x);
    case FRAME_HOT_SCROLL:
        return move_scroll_to(app, app->pointer_y);
    case FRAME_HOT_BOOKMARK:
        return follow_moment(app, app->document->bookmarks.items[hot->index].at_ns);
    case FRAME_HOT_PROMPT:
        return prompt_choose(app, hot->index);
    default:
        return false;
    }
}

static bool on_lanes(enum frame_hot_kind kind)
{
    return kind == FRAME_HOT_LANES || kind == FRAME_HOT_SPAN || kind == FRAME_HOT_BREAK ||
           kind == FRAME_HOT_STRIP || kind == FRAME_HOT_NAME || kind == FRAME_HOT_ARROW ||
           kind == FRAME_HOT_NOTE || kind == FRAME_HOT_MAILBOX || kind == FRAME_HOT_BAND ||
           kind == FRAME_HOT_RULER || kind == FRAME_HOT_SLICE || kind == FRAME_HOT_JOB ||
           kind == FRAME_HOT_COUNTER;
}

/* Drags that move no picture: along the map, and along the strip. */
static bool scrub(struct app *app, const struct input *input)
{
    app->dragging = true;
    app->pointer_x = input->x;
    app->pointer_y = input->y;
    if (app->press_hot == FRAME_HOT_MAP)
        return show_on_map(app, input->x);
    app->range_set = false;
    return follow_moment(app, instant_below(app, input->x));
}

static bool drag(struct app *app, const struct input *input)
{
    if (app->press_hot == FRAME_HOT_MAP || (app->press_hot == FRAME_HOT_STRIP && !app->ranging))
        return scrub(app, input);
    if (app->press_hot != FRAME_HOT_SCROLL && !on_lanes(app->press_hot))
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
    if (app->press_hot == FRAME_HOT_SCROLL)
        move_scroll_by(app, dy);
    else if (app->ranging)
        app_set_range(app, instant_below(app, app->press_x), instant_below(app, input->x));
    else
        move_pan(app, dx, dy, GESTURE_PAN);
    return true;
}

static bool move_pointer(struct app *app, const struct input *input)
{
    if (app->pressed)
        return drag(app, input);
    bool changed = input->hot.kind != app->hover.kind || input->hot.index != app->hover.index ||
                   input->hot.pane != app->hover.pane || !app->pointer_in;
    /* A tooltip follows the pointer. */
    changed |= input->hot.kind != FRAME_HOT_NONE && input->hot.kind != FRAME_HOT_PANEL &&
               input->hot.kind != FRAME_HOT_LANES;
    if (input->x != app->pointer_x || input->y != app->pointer_y)
        app->pointer_rests = false;
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

/* A button goes down: on the ruler, or with Shift, a drag selects a range. */
static bool press(struct app *app, const struct input *input)
{
    app->pressed = true;
    app->pointer_rests = false;
    app->press_hot = input->hot.kind;
    app->ranging = input->shift || input->hot.kind == FRAME_HOT_RULER;
    app->press_x = app->pointer_x = input->x;
    app->press_y = app->pointer_y = input->y;
    bool aside = app->prompt.kind != PROMPT_NONE && input->hot.kind != FRAME_HOT_PROMPT &&
                 input->hot.kind != FRAME_HOT_MENU;
    if (aside)
        app->prompt.kind = PROMPT_NONE;
    return aside;
}

/* A key takes away what is told of what the pointer is on, which may lie over what is looked at. */
static bool rest_pointer(struct app *app)
{
    bool told = app_points(app) && app->hover.kind != FRAME_HOT_NONE;
    app->pointer_rests = true;
    return told;
}

static bool take_key(struct app *app, const struct input *input)
{
    if (app->prompt.kind != PROMPT_NONE)
        return prompt_take(app, input);
    bool changed = false;
    if (quiz_is_on(app) && quiz_take(app, input, &changed))
        return changed;
    if (chooser_is_on(app) && chooser_take(app, input, &changed))
        return changed;
    return run_command(app, command_of_chord(input->chord));
}

/* A key takes away what the pointer shows, whatever else it does. */
static bool press_key(struct app *app, const struct input *input)
{
    bool rested = rest_pointer(app);
    return take_key(app, input) || rested;
}

/* A button or the wheel on another run speaks of that one. */
static bool focus_below(struct app *app, const struct input *input)
{
    bool points = input->kind == INPUT_PRESS || input->kind == INPUT_WHEEL;
    return points && input->hot.kind != FRAME_HOT_NONE && compare_focus(app, input->hot.pane);
}

static bool take(struct app *app, const struct input *input)
{
    if (quiz_is_on(app) && quiz_drag_own(app, input))
        return true;
    switch (input->kind) {
    case INPUT_KEY:
        return press_key(app, input);
    case INPUT_WHEEL:
        return turn_wheel(app, input);
    case INPUT_PRESS:
        return press(app, input);
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
        return lay_out(app);
    case INPUT_DROP:
        snprintf(app->to_open, sizeof app->to_open, "%s", input->path);
        return true;
    case INPUT_TICK:
        return play_tick(app, input->ms);
    case INPUT_CLOSE:
        return toggle(&app->quit);
    }
    return false;
}

bool app_update(struct app *app, const struct input *input)
{
    /* What was said has been read when the next key or button is pressed. */
    bool said = app->notice[0] != '\0' && (input->kind == INPUT_KEY || input->kind == INPUT_PRESS);
    enum command command = command_of_chord(input->chord);
    said &= command < COMMAND_SAVE_PNG || command > COMMAND_SAVE_TEXT; /* it is saved, too */
    if (said)
        app->notice[0] = '\0';
    bool changed = focus_below(app, input);
    changed |= take(app, input);
    causes_refresh(app);
    return changed || said;
}
