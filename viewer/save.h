#ifndef VIEWER_SAVE_H
#define VIEWER_SAVE_H

/*
 * Pictures as files: what kind, the name's ending says.
 *
 *   .png   pixels, as on the screen
 *   .svg   the same shapes
 *   .html  a page that can be panned, of the whole run and all lanes at the scale that is shown
 *   .txt   lines of text
 */

#include "draw.h"
#include "font.h"
#include "raster.h"

/* Whether a name ends in one of these. */
bool save_knows(const char *path);

/* Makes the picture of what the app shows; the pixels are the caller's.  0, or -ENOMEM. */
int save_paint(const struct app *app, struct font_set *fonts, struct raster *raster);

/* Writes what the app shows ("-.txt" writes to standard output).  0, or a negative errno with one
 * sentence in `error`. */
int save_picture(const struct app *app, struct font_set *fonts, const char *path, char *error,
                 size_t bytes);

/* The first name of the kind "count-1.svg" that is not taken, for a trace and an ending. */
void save_free_name(const char *trace_path, const char *ending, char *path, size_t bytes);

#endif
