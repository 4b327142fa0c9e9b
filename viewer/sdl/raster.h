#ifndef SDL_RASTER_H
#define SDL_RASTER_H

/*
 * Shapes into pixels, with smooth edges, in integers only: the same shapes give the same bytes on
 * every machine.
 *
 * Coordinates are in 1/256 of a pixel (raster_fixed()); pixels are 0xFFRRGGBB.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RASTER_ONE 256 /* a pixel */

struct raster {
    uint32_t *pixels; /* rows from top to bottom, width apart */
    int width, height;
};

/* Whole pixels from x0, y0 to before x1, y1. */
struct raster_clip {
    int x0, y0, x1, y1;
};

/* One colour (tile is NULL), or a tile that is laid from the picture's corner, shifted right. */
struct raster_ink {
    uint32_t colour;
    const uint32_t *tile;
    int tile_width, tile_height;
    int shift;
};

struct raster_point {
    int32_t x, y;
};

/* Allocates pixels; 0 or -ENOMEM.  The size may be changed by another init after finish. */
int raster_init(struct raster *raster, int width, int height);
void raster_finish(struct raster *raster);

int32_t raster_fixed(float px);

void raster_clear(struct raster *raster, uint32_t colour);

/* A rectangle with round corners; a circle if the radius is half its side. */
void raster_box(struct raster *raster, struct raster_clip clip, struct raster_point from,
                struct raster_point to, int32_t radius, struct raster_ink ink);

/* A polygon, filled wherever its outline winds round. */
void raster_polygon(struct raster *raster, struct raster_clip clip,
                    const struct raster_point *points, size_t count, uint32_t colour);

/* A line through points. */
void raster_polyline(struct raster *raster, struct raster_clip clip,
                     const struct raster_point *points, size_t count, int32_t width,
                     uint32_t colour);

/* A mask of coverages (0 to 255) with its top left corner at whole pixels. */
void raster_mask(struct raster *raster, struct raster_clip clip, int x, int y, const uint8_t *mask,
                 int width, int height, uint32_t colour);

/* Fills tiles of raster_tile_size(...) squared pixels: dots, and slanted lines. */
int raster_dots_size(int32_t scale);
void raster_dots(uint32_t *tile, int32_t scale, uint32_t ink, uint32_t paper);
int raster_hatch_size(int32_t scale);
void raster_hatch(uint32_t *tile, int32_t scale, uint32_t ink, uint32_t paper);

/* Mixes `share` / 256 of colour b into colour a. */
uint32_t raster_mix(uint32_t a, uint32_t b, uint32_t share);

/* The whole part of a square root. */
uint32_t raster_root(uint64_t number);

#endif
