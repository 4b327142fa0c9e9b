#ifndef APP_PLAY_H
#define APP_PLAY_H

/*
 * Play: the cursor walks through the run at a speed for people.
 *
 * It walks along the axis that is shown, or, on the true time axis, along the folded one, so that
 * idle time is short.  At the speed of 1 all of it takes so long that its switches can be followed:
 * half a second each, from 5 to 60 seconds in all.
 */

#include "commands.h"

#define PLAY_SPEED_MIN 0.125
#define PLAY_SPEED_MAX 16.0

struct play {
    bool on;
    double speed; /* 1: as above */
    double at;    /* position on its axis */
};

struct app;

/* Whether the cursor walks, and time must be told by INPUT_TICK. */
bool play_is_on(const struct app *app);

/* So many milliseconds have gone by; true if anything changed. */
bool play_tick(struct app *app, double ms);

bool play_command(struct app *app, enum command command, bool *known);

#endif
