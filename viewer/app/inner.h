#ifndef APP_INNER_H
#define APP_INNER_H

/*
 * What the files that change the state share.  Each runs the commands it knows and answers whether
 * anything that can be seen has changed; `*known` says whether the command was its own.
 */

#include "commands.h"
#include "update.h"

/* Gestures as history tells them apart. */
enum gesture { GESTURE_ZOOM = 1, GESTURE_PAN, GESTURE_SCROLL, GESTURE_JUMP };

bool move_command(struct app *app, enum command command, bool *known);    /* move.c */
bool follow_command(struct app *app, enum command command, bool *known);  /* follow.c */
bool arrange_command(struct app *app, enum command command, bool *known); /* arrange.c */

/* Does a command, whoever knows it. */
bool run_command(struct app *app, enum command command);

/* Moves the view and remembers the one before. */
bool move_to(struct app *app, struct view view, enum gesture gesture);
bool move_zoom(struct app *app, double x_px, double factor);
bool move_pan(struct app *app, double dx_px, double dy_px, enum gesture gesture);
/* The bar at the right: dragged by so much, or put to where the pointer is. */
bool move_scroll_by(struct app *app, double dy_px);
bool move_scroll_to(struct app *app, double y_px);
bool move_change_axis(struct app *app, enum trace_axis_kind kind);

/* Selects a span, if there is one, and remembers the view if that moves it. */
bool follow(struct app *app, uint32_t span);

/* Puts the cursor at an instant, where nothing need be, and selects nothing. */
bool follow_moment(struct app *app, int64_t at_ns);

/* Folds a group or unfolds it; false if there is no such group. */
bool arrange_fold(struct app *app, uint32_t group);

static inline double lanes_width(const struct app *app)
{
    return app->layout.lanes.width;
}

#endif
