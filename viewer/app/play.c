/*
 * The cursor is a position on an axis while it walks, so that it walks evenly over the picture; the
 * moment that it stands on follows; with reduced motion only from switch to switch.  At the right
 * edge the picture turns a page.
 */

#include "play.h"

#include <math.h>

#include "inner.h"

#define SECONDS_PER_SWITCH 0.5
#define SECONDS_MIN 5.0
#define SECONDS_MAX 60.0
/* A page turned leaves this share of the width behind the cursor. */
#define PAGE_SHARE 0.08

static const struct trace_axis *axis_of(const struct app *app)
{
    enum trace_axis_kind kind =
        app->view.axis == TRACE_AXIS_TIME ? TRACE_AXIS_FOLDED : app->view.axis;
    return &app->document->axes[kind];
}

bool play_is_on(const struct app *app)
{
    return app->play.on;
}

static double seconds_of(const struct app *app)
{
    double seconds = SECONDS_PER_SWITCH * app->document->model->switch_count;
    return fmin(fmax(seconds, SECONDS_MIN), SECONDS_MAX);
}

/* Turns the page if the cursor has left the picture. */
static void keep_in_sight(struct app *app)
{
    double at = trace_axis_position(app_axis(app), app->moment_ns);
    double x = view_x(&app->view, at);
    double width = lanes_width(app);
    if (x >= 0 && x < width)
        return;
    app->view = view_pan(&app->view, app_axis(app), width, width * PAGE_SHARE - x, 0,
                         app->layout.scroll_px_max);
}

bool play_tick(struct app *app, double ms)
{
    struct play *play = &app->play;
    if (!play->on)
        return false;
    const struct trace_axis *axis = axis_of(app);
    play->at += axis->length / seconds_of(app) * play->speed * ms / 1000;
    if (play->at >= axis->length) {
        play->at = axis->length;
        play->on = false;
    }
    int64_t at_ns = trace_axis_instant(axis, play->at);
    if (app->calm && play->on) {
        uint32_t last = order_switch_before(&app->document->order, at_ns);
        if (last != TRACE_NONE)
            at_ns = app->document->model->spans[last].start_ns;
        if (app->moment_set && at_ns == app->moment_ns)
            return false; /* it stands still until the next switch */
    }
    follow_moment(app, at_ns);
    keep_in_sight(app);
    return true;
}

static bool start(struct app *app)
{
    struct play *play = &app->play;
    const struct trace_axis *axis = axis_of(app);
    int64_t at_ns = 0;
    play->on = !play->on;
    if (!play->on)
        return true;
    play->at = app_cursor(app, &at_ns) ? trace_axis_position(axis, at_ns) : 0;
    if (play->at >= axis->length * 0.999 || play->at < 0)
        play->at = 0; /* from the end on, once more from the beginning */
    app->range_set = false;
    history_pause(&app->history);
    return play_tick(app, 0);
}

static bool change_speed(struct app *app, double factor)
{
    struct play *play = &app->play;
    play->speed = fmin(fmax(play->speed * factor, PLAY_SPEED_MIN), PLAY_SPEED_MAX);
    app_say(app, "Plays at %g times the speed.", play->speed);
    return true;
}

bool play_command(struct app *app, enum command command, bool *known)
{
    *known = true;
    switch (command) {
    case COMMAND_PLAY:
        return start(app);
    case COMMAND_FASTER:
        return change_speed(app, 2);
    case COMMAND_SLOWER:
        return change_speed(app, 0.5);
    default:
        *known = false;
        if (command != COMMAND_NONE && command_row_of(command)->group <= COMMAND_GROUP_FOLLOW)
            app->play.on = false; /* a hand on the picture stops it */
        return false;
    }
}
