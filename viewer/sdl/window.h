#ifndef SDL_WINDOW_H
#define SDL_WINDOW_H

/*
 * The viewer in a window: waits for input, hands it to app_update(), draws again if something
 * changed.  Without input it uses no processor time.
 */

#include "font.h"
#include "update.h"

struct window_options {
    const char *title;
    struct font_set *fonts;
    /* Draws the state into the frame. */
    void (*draw)(void *context, struct frame *frame, const struct app *app);
    /* Called after every input and, while *watching is set, several times a second: does what the
     * state asks for beyond the window, such as writing a file, and looks whether something that
     * goes on elsewhere has ended.  True if the picture must be drawn anew. */
    bool (*turn)(void *context, struct app *app, bool *watching);
    void *context;
};

/* Begins with what a display needs, which window_run() does otherwise: other work can be done at
 * the same time.  There may be no display; window_run() says so. */
void window_prepare(void);

/* Shows the app until it quits.  0, or a negative errno with one sentence in `error`; -ENODEV if
 * there is no display. */
int window_run(struct app *app, const struct window_options *options, char *error, size_t bytes);

#endif
