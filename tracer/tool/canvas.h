#ifndef CANVAS_H
#define CANVAS_H

/*
 * A page of characters that can be drawn on in any order and printed once.
 *
 * Each cell holds one character of one column and its style.  Drawing beyond an edge is cut off.
 */

#include "screen.h"

/* How a cell looks; in colour and without it the characters alone must tell the story. */
enum canvas_style {
    CANVAS_PLAIN,
    CANVAS_STRONG,     /* names, headings */
    CANVAS_FAINT,      /* rulers, captions */
    CANVAS_RUN,        /* a running actor */
    CANVAS_RUN_TEXT,   /* text on it */
    CANVAS_READY,
    CANVAS_WAIT,
    CANVAS_WAIT_TEXT,
    CANVAS_ACCENT,     /* numbers of switches */
    CANVAS_STYLES
};

struct canvas_cell {
    char text[7]; /* one character of UTF-8 and its 0; "" is the right half of a wide one */
    unsigned char style;
};

struct canvas {
    const struct screen *screen;
    struct canvas_cell *cells;
    int columns;
    int rows;
};

/* A page of blanks.  0 or -ENOMEM; pair with canvas_finish(). */
int canvas_init(struct canvas *canvas, const struct screen *screen, int rows);
void canvas_finish(struct canvas *canvas);

/* Puts a text, clean and valid UTF-8; returns the column behind it. */
int canvas_text(struct canvas *canvas, int row, int column, const char *text,
                enum canvas_style style);

/* Puts the same character into columns [from, to). */
void canvas_fill(struct canvas *canvas, int row, int from, int to, const char *character,
                 enum canvas_style style);

/* Whether columns [from, to) of a row are all blank and on the page. */
bool canvas_is_blank(const struct canvas *canvas, int row, int from, int to);

/* Prints all rows, without blanks at their ends. */
void canvas_print(const struct canvas *canvas);

/* Prints a text in a style at once, without a canvas. */
void canvas_say(const struct screen *screen, enum canvas_style style, const char *text);

#endif
