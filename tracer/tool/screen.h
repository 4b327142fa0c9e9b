#ifndef SCREEN_H
#define SCREEN_H

/* What the output can show: how wide it is, whether in colour, whether more than ASCII. */

#include <stdbool.h>
#include <stddef.h>

/* Narrower than this no picture can be read, wider ones only waste memory. */
#define SCREEN_COLUMNS_MIN 50
#define SCREEN_COLUMNS_MAX 1000

struct screen {
    int columns;
    bool color;
    bool ascii;
};

/* From what the user said (each may be NULL), then from the environment: COLUMNS and the terminal;
 * NO_COLOR, TERM and whether it is a terminal; the locale.  TOOL_OK, or TOOL_MISUSED after saying
 * what is wrong with the width. */
int screen_init(struct screen *screen, const char *width, const char *color, const char *ascii);

/* Columns that a valid UTF-8 text takes. */
size_t screen_width(const char *text);

/* Prints a text, already clean, in a cell of so many columns. */
enum screen_side { SCREEN_LEFT, SCREEN_RIGHT };
void screen_cell(const char *text, int columns, enum screen_side side);

/* Copies a text from a trace so that it is safe to print: what controls the terminal is replaced,
 * in ASCII whatever else is not ASCII, too; cut to so many columns with an ellipsis.  Returns
 * `buffer`, whose size is `bytes`. */
char *screen_clean(const struct screen *screen, const char *text, size_t columns_max, char *buffer,
                   size_t bytes);

/* The same in place, of whole lines: they stay as long as they are. */
void screen_defuse(char *text);

#endif
