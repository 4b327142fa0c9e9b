#ifndef SDL_PAINT_H
#define SDL_PAINT_H

/*
 * Plays a frame into pixels.  Knows neither a window nor a font library: letters come from
 * whoever draws text.
 */

#include "frame.h"
#include "raster.h"

/* Draws text with its left edge at x and its foot at `baseline`, in whole pixels. */
struct paint_text {
    void (*draw)(void *context, struct raster *raster, struct raster_clip clip,
                 struct text_style style, int x, int baseline, uint32_t colour, const char *text);
    void *context;
};

/* Paints the whole frame; the raster must have the frame's size.  `text` may be NULL: then no
 * letters are painted. */
void paint_frame(struct raster *raster, const struct frame *frame, const struct paint_text *text);

#endif
