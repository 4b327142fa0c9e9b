#ifndef DRAW_THEME_H
#define DRAW_THEME_H

/*
 * The colours.  The states' are of the Okabe-Ito palette, which people with any kind of colour
 * vision can tell apart; each state has a pattern and a word or letter besides.
 */

#include "app.h"

struct theme {
    uint32_t ground;   /* of the picture */
    uint32_t panel;    /* of the panel below the lanes, of buttons and of breaks */
    uint32_t ink;      /* text */
    uint32_t mute;     /* text of less weight */
    uint32_t faint;    /* text of what has not happened yet, edges of breaks */
    uint32_t rule;     /* lines between parts */
    uint32_t grid;     /* lines below the ruler's ticks */
    uint32_t idle;     /* a loop that runs nobody */
    uint32_t accent;   /* the cursor, the switches' numbers, what proves concurrency */
    uint32_t run;      /* running */
    uint32_t run_ink;  /* text on it */
    uint32_t run_edge; /* marks on it */
    uint32_t ready;    /* dots of ready */
    uint32_t wait;     /* ground of waiting */
    uint32_t hatch;    /* lines of waiting */
    uint32_t message;  /* arrows of messages, and their tags */
    uint32_t queue;    /* messages in a mailbox */
    uint32_t slice;    /* stretches that actors named, */
    uint32_t slice_edge;
    uint32_t alarm;    /* a circle of waits, the chain of causes */
};

const struct theme *theme_of(enum app_theme theme);

/* How a state is filled and outlined. */
struct frame_fill theme_fill(const struct theme *theme, int state);
struct frame_stroke theme_stroke(const struct theme *theme, int state, float width_px);

#endif
