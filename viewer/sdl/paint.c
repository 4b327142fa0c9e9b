/*
 * One primitive after the other, in the frame's order.  Patterns are made into tiles the first
 * time that a frame uses them, and kept until it is painted.
 */

#include "paint.h"

#include <math.h>
#include <stdlib.h>

/* Different patterns in one frame: ready and waiting, for two grounds at most. */
#define TILES_MAX 8
/* Points of one polygon or line. */
#define POINTS_MAX 2048

struct tile {
    enum frame_pattern pattern;
    uint32_t ink, paper;
    uint32_t *pixels;
    int size;
};

struct painter {
    struct raster *raster;
    const struct frame *frame;
    struct tile tiles[TILES_MAX];
    int tile_count;
    uint32_t clip_index; /* the clip that was rounded to whole pixels last, */
    struct raster_clip clip;
};

static struct raster_clip clip_of(struct painter *painter, const struct frame_item *item)
{
    if (item->clip == painter->clip_index)
        return painter->clip;
    struct frame_rect box = painter->frame->clips[item->clip];
    float width = (float)painter->raster->width;
    float height = (float)painter->raster->height;
    painter->clip_index = item->clip;
    painter->clip = (struct raster_clip){(int)fminf(fmaxf(roundf(box.x), 0), width),
                                         (int)fminf(fmaxf(roundf(box.y), 0), height),
                                         (int)fminf(fmaxf(roundf(frame_right(box)), 0), width),
                                         (int)fminf(fmaxf(roundf(frame_bottom(box)), 0), height)};
    return painter->clip;
}

static const struct tile *tile_of(struct painter *painter, const struct frame_fill *fill)
{
    for (int i = 0; i < painter->tile_count; i++) {
        struct tile *tile = &painter->tiles[i];
        if (tile->pattern == fill->pattern && tile->ink == fill->ink && tile->paper == fill->paper)
            return tile;
    }
    if (painter->tile_count == TILES_MAX)
        return NULL;
    int32_t scale = raster_fixed(painter->frame->pattern_scale);
    bool dots = fill->pattern == FRAME_DOTS;
    int size = dots ? raster_dots_size(scale) : raster_hatch_size(scale);
    uint32_t *pixels = malloc((size_t)size * (size_t)size * sizeof *pixels);
    if (pixels == NULL)
        return NULL;
    if (dots)
        raster_dots(pixels, scale, fill->ink, fill->paper);
    else
        raster_hatch(pixels, scale, fill->ink, fill->paper);
    struct tile *tile = &painter->tiles[painter->tile_count++];
    *tile = (struct tile){fill->pattern, fill->ink, fill->paper, pixels, size};
    return tile;
}

static struct raster_ink ink_of(struct painter *painter, const struct frame_fill *fill)
{
    struct raster_ink ink = {.colour = fill->ink};
    if (fill->pattern == FRAME_SOLID)
        return ink;
    const struct tile *tile = tile_of(painter, fill);
    if (tile == NULL) { /* no memory for the pattern: its ground has to do */
        ink.colour = fill->paper;
        return ink;
    }
    ink.tile = tile->pixels;
    ink.tile_width = ink.tile_height = tile->size;
    ink.shift = fill->shift_px;
    return ink;
}

static void paint_box(struct painter *painter, const struct frame_item *item, float inset,
                      struct raster_ink ink)
{
    struct raster_point from = {raster_fixed(item->box.x + inset),
                                raster_fixed(item->box.y + inset)};
    struct raster_point to = {raster_fixed(frame_right(item->box) - inset),
                              raster_fixed(frame_bottom(item->box) - inset)};
    raster_box(painter->raster, clip_of(painter, item), from, to,
               raster_fixed(fmaxf(item->radius - inset, 0)), ink);
}

/* An outline alone: four sides, as nothing inside may be painted over. */
static void paint_outline(struct painter *painter, const struct frame_item *item)
{
    struct raster_ink ink = {.colour = item->stroke.ink};
    struct raster_clip clip = clip_of(painter, item);
    float width = item->stroke.width_px;
    struct frame_rect box = item->box;
    const struct frame_rect sides[4] = {
        {box.x, box.y, box.width, width},
        {box.x, frame_bottom(box) - width, box.width, width},
        {box.x, box.y + width, width, box.height - 2 * width},
        {frame_right(box) - width, box.y + width, width, box.height - 2 * width},
    };
    for (int i = 0; i < 4; i++)
        raster_box(painter->raster, clip,
                   (struct raster_point){raster_fixed(sides[i].x), raster_fixed(sides[i].y)},
                   (struct raster_point){raster_fixed(frame_right(sides[i])),
                                         raster_fixed(frame_bottom(sides[i]))},
                   0, ink);
}

/* An outlined shape is the shape in the outline's colour, and a smaller one in its own. */
static void paint_rect(struct painter *painter, const struct frame_item *item)
{
    float width = item->stroke.width_px;
    if (item->fill.pattern == FRAME_EMPTY) {
        paint_outline(painter, item);
        return;
    }
    if (width > 0)
        paint_box(painter, item, 0, (struct raster_ink){.colour = item->stroke.ink});
    paint_box(painter, item, width, ink_of(painter, &item->fill));
}

static void paint_points(struct painter *painter, const struct frame_item *item)
{
    struct raster_point points[POINTS_MAX];
    size_t count = item->count < POINTS_MAX ? item->count : POINTS_MAX;
    const struct frame_point *from = painter->frame->points + item->first;
    for (size_t i = 0; i < count; i++)
        points[i] = (struct raster_point){raster_fixed(from[i].x), raster_fixed(from[i].y)};
    struct raster_clip clip = clip_of(painter, item);
    if (item->kind == FRAME_POLYGON)
        raster_polygon(painter->raster, clip, points, count, item->fill.ink);
    else
        raster_polyline(painter->raster, clip, points, count, raster_fixed(item->stroke.width_px),
                        item->stroke.ink);
}

/* Columns, each pixel by its height in its own: row by row, as the memory lies. */
static void paint_columns(struct painter *painter, const struct frame_item *item)
{
    struct raster_clip clip = clip_of(painter, item);
    const struct frame_point *heights = painter->frame->points + item->first;
    int left = (int)item->box.x;
    int foot = (int)(item->box.y + item->box.height);
    int x0 = left > clip.x0 ? left : clip.x0;
    int x1 = left + (int)item->count < clip.x1 ? left + (int)item->count : clip.x1;
    int y0 = (int)item->box.y > clip.y0 ? (int)item->box.y : clip.y0;
    int y1 = foot < clip.y1 ? foot : clip.y1;
    uint32_t low = item->fill.ink | 0xFF000000;
    uint32_t middle = item->fill.paper | 0xFF000000;
    uint32_t high = item->stroke.ink | 0xFF000000;
    for (int y = y0; y < y1; y++) {
        uint32_t *row = painter->raster->pixels + (size_t)y * (size_t)painter->raster->width;
        float above = (float)(foot - y); /* the pixel's upper edge, from the foot */
        for (int x = x0; x < x1; x++) {
            struct frame_point height = heights[x - left];
            if (above <= height.x)
                row[x] = low;
            else if (above <= height.x + height.y)
                row[x] = middle;
            else if (item->stroke.width_px > 0)
                row[x] = high;
        }
    }
}

void paint_frame(struct raster *raster, const struct frame *frame, const struct paint_text *text)
{
    struct painter painter = {.raster = raster, .frame = frame, .clip_index = UINT32_MAX};
    raster_clear(raster, frame->ground);
    for (size_t i = 0; i < frame->item_count; i++) {
        const struct frame_item *item = &frame->items[i];
        switch (item->kind) {
        case FRAME_RECT:
            paint_rect(&painter, item);
            break;
        case FRAME_POLYLINE:
        case FRAME_POLYGON:
            paint_points(&painter, item);
            break;
        case FRAME_COLUMNS:
            paint_columns(&painter, item);
            break;
        case FRAME_TEXT:
            if (text != NULL)
                text->draw(text->context, raster, clip_of(&painter, item), item->style,
                           (int)item->box.x, (int)item->baseline, item->fill.ink,
                           frame_item_text(frame, item));
            break;
        }
    }
    for (int i = 0; i < painter.tile_count; i++)
        free(painter.tiles[i].pixels);
}
