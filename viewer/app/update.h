#ifndef APP_UPDATE_H
#define APP_UPDATE_H

/*
 * Input as data, and the one function that changes the state.
 */

#include "app.h"

enum input_kind {
    INPUT_KEY,     /* chord, and text if the key writes any */
    INPUT_WHEEL,   /* x, y: pointer; turns_x, turns_y; ctrl, shift */
    INPUT_PRESS,   /* x, y, hot: the main button goes down */
    INPUT_MOVE,    /* x, y, hot */
    INPUT_RELEASE, /* x, y, hot */
    INPUT_LEAVE,   /* the pointer has left the window */
    INPUT_RESIZE,  /* width, height */
    INPUT_DROP,    /* path: of a file that was dropped on the window */
    INPUT_TICK,    /* ms have gone by, while something moves by itself */
    INPUT_CLOSE,   /* the window is to be closed */
};

struct input {
    enum input_kind kind;
    char chord[24]; /* "W", "Ctrl+0", "Shift+Left" */
    char text[32];  /* what the key writes, as UTF-8 */
    bool ctrl, shift;
    float x, y;
    float turns_x, turns_y; /* up and right are positive */
    int width, height;
    double ms;
    const char *path;
    struct frame_hot hot; /* what the last frame has at x, y */
};

/* Input that was measured in points of the desktop as input in pixels of the picture, which may be
 * finer: the places of the pointer, and sizes. */
void input_scale(struct input *input, float pixels_per_point);

/* Changes the state; false if nothing that can be seen has changed. */
bool app_update(struct app *app, const struct input *input);

#endif
