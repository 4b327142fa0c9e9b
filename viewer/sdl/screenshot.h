#ifndef SDL_SCREENSHOT_H
#define SDL_SCREENSHOT_H

/*
 * Pixels into a PNG file.
 */

#include "raster.h"

/* Writes the picture; 0, or a negative errno with one sentence in `error`.  The same pixels give
 * the same bytes. */
int screenshot_write(const struct raster *raster, const char *path, char *error, size_t bytes);

#endif
