#ifndef SDL_FONT_H
#define SDL_FONT_H

/*
 * Letters: fonts found by fontconfig, drawn by SDL_ttf, kept as masks.
 *
 * DejaVu Sans and DejaVu Sans Mono are preferred, for which the picture was designed; any other
 * scalable font does.  No display is needed.
 */

#include "paint.h"

struct font_set;

/* Finds the fonts.  0, or a negative errno with one sentence in `error`. */
int font_open(struct font_set **set, char *error, size_t bytes);
void font_close(struct font_set *set);

/* How wide text is, and how it is drawn, in these fonts. */
struct text_measurer font_measurer(struct font_set *set);
struct paint_text font_painter(struct font_set *set);

#endif
