/*
 * Boxes, masks and tiles.
 *
 * Most of a picture is boxes that lie on whole pixels: those rows are copied.  Coverage, how much
 * of a pixel a shape covers, is 0 to 256 and mixes the shape's colour into what is there.
 */

#include "raster.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Pictures of at least this size are asked to lie on pages as large: the first touch of each small
 * page costs more than what is painted on it. */
#define LARGE_PAGE ((size_t)2 << 20)

/* Patterns at scale 1, in 1/256 pixels: distance of dots and their radius; horizontal distance of
 * slanted lines and their horizontal width (a line 1.6 wide at 45 degrees). */
#define DOT_PITCH 6
#define DOT_RADIUS 435
#define HATCH_PITCH 2896 /* 8 times the root of 2, in 1/256 */
#define HATCH_WIDTH 579
/* A slanted line crosses a pixel in so many steps. */
#define HATCH_STEPS 16

static void *allocate(size_t bytes)
{
#ifdef MADV_HUGEPAGE
    size_t rounded = (bytes + LARGE_PAGE - 1) / LARGE_PAGE * LARGE_PAGE;
    void *pages = bytes >= LARGE_PAGE ? aligned_alloc(LARGE_PAGE, rounded) : NULL;
    if (pages != NULL) {
        madvise(pages, rounded, MADV_HUGEPAGE); /* or not: it is only slower */
        return pages;
    }
#endif
    return malloc(bytes);
}

int raster_init(struct raster *raster, int width, int height)
{
    raster->pixels = allocate((size_t)width * (size_t)height * sizeof *raster->pixels);
    raster->width = width;
    raster->height = height;
    return raster->pixels != NULL ? 0 : -ENOMEM;
}

void raster_finish(struct raster *raster)
{
    free(raster->pixels);
    raster->pixels = NULL;
}

int32_t raster_fixed(float px)
{
    /* Nothing visible is farther out; and sums of two still fit. */
    px = fminf(fmaxf(px, -1e6f), 1e6f);
    return (int32_t)lrintf(px * RASTER_ONE);
}

uint32_t raster_mix(uint32_t a, uint32_t b, uint32_t share)
{
    uint32_t rest = RASTER_ONE - share;
    uint32_t red_blue = ((a & 0xFF00FF) * rest + (b & 0xFF00FF) * share + 0x800080) >> 8;
    uint32_t green = ((a & 0x00FF00) * rest + (b & 0x00FF00) * share + 0x008000) >> 8;
    return 0xFF000000 | (red_blue & 0xFF00FF) | (green & 0x00FF00);
}

uint32_t raster_root(uint64_t number)
{
    uint64_t root = 0;
    for (uint64_t bit = UINT64_C(1) << 62; bit != 0; bit >>= 2) {
        if (number >= root + bit) {
            number -= root + bit;
            root = (root >> 1) + bit;
        } else {
            root >>= 1;
        }
    }
    return (uint32_t)root;
}

void raster_clear(struct raster *raster, uint32_t colour)
{
    colour |= 0xFF000000;
    for (int x = 0; x < raster->width; x++)
        raster->pixels[x] = colour;
    for (int y = 1; y < raster->height; y++)
        memcpy(raster->pixels + (size_t)y * (size_t)raster->width, raster->pixels,
               (size_t)raster->width * sizeof *raster->pixels);
}

static int clamp(int value, int least, int most)
{
    return value < least ? least : value > most ? most : value;
}

static int floor_px(int32_t fixed)
{
    return fixed >> 8;
}

static int ceil_px(int32_t fixed)
{
    return (fixed + RASTER_ONE - 1) >> 8;
}

/* How much of pixel `px` lies between two edges, 0 to 256. */
static int32_t overlap(int px, int32_t from, int32_t to)
{
    int32_t first = px * RASTER_ONE;
    int32_t last = first + RASTER_ONE;
    first = first > from ? first : from;
    last = last < to ? last : to;
    return last > first ? last - first : 0;
}

static int wrap(int value, int size)
{
    value %= size;
    return value < 0 ? value + size : value;
}

/* So many pixels of one colour are written one by one; more are copied from these. */
#define SEED 16

/* The first `done` pixels again and again, up to `count`. */
static void repeat(uint32_t *pixels, int done, int count)
{
    while (done < count) {
        int more = done < count - done ? done : count - done;
        memcpy(pixels + done, pixels, (size_t)more * sizeof *pixels);
        done += more;
    }
}

static void fill_solid(uint32_t *pixels, int count, uint32_t colour)
{
    for (int i = 0; i < count && i < SEED; i++)
        pixels[i] = colour;
    repeat(pixels, SEED, count);
}

/* A row of a tile, from its pixel `at` on. */
static void fill_tiled(uint32_t *pixels, int count, const uint32_t *tile, int width, int at)
{
    for (int i = 0; i < count && i < width; i++) {
        pixels[i] = tile[at];
        at = at + 1 == width ? 0 : at + 1;
    }
    repeat(pixels, width, count);
}

/* Pixels x0 to before x1 of a row, with one coverage for all. */
static void fill_row(struct raster *raster, int y, int x0, int x1, int32_t coverage,
                     const struct raster_ink *ink)
{
    uint32_t *row = raster->pixels + (size_t)y * (size_t)raster->width;
    uint32_t colour = ink->colour | 0xFF000000;
    if (coverage <= 0 || x1 <= x0)
        return;
    if (ink->tile == NULL) {
        if (coverage >= RASTER_ONE)
            fill_solid(row + x0, x1 - x0, colour);
        else
            for (int x = x0; x < x1; x++)
                row[x] = raster_mix(row[x], colour, (uint32_t)coverage);
        return;
    }
    const uint32_t *tile = ink->tile + wrap(y, ink->tile_height) * ink->tile_width;
    int at = wrap(x0 - ink->shift, ink->tile_width);
    if (coverage >= RASTER_ONE) {
        fill_tiled(row + x0, x1 - x0, tile, ink->tile_width, at);
        return;
    }
    for (int x = x0; x < x1; x++) {
        row[x] = raster_mix(row[x], tile[at], (uint32_t)coverage);
        at = at + 1 == ink->tile_width ? 0 : at + 1;
    }
}

struct box {
    struct raster_point from, to;
    int32_t radius;
};

/* Coverage of a pixel near a round corner: by its distance from the corner's centre. */
static int32_t corner_coverage(const struct box *box, int x, int y, int32_t flat)
{
    int32_t px = x * RASTER_ONE + RASTER_ONE / 2;
    int32_t py = y * RASTER_ONE + RASTER_ONE / 2;
    int32_t dx = 0;
    int32_t dy = 0;
    if (px < box->from.x + box->radius)
        dx = box->from.x + box->radius - px;
    else if (px > box->to.x - box->radius)
        dx = px - (box->to.x - box->radius);
    if (py < box->from.y + box->radius)
        dy = box->from.y + box->radius - py;
    else if (py > box->to.y - box->radius)
        dy = py - (box->to.y - box->radius);
    if (dx <= 0 || dy <= 0)
        return flat;
    uint64_t square = (uint64_t)((int64_t)dx * dx + (int64_t)dy * dy);
    int64_t inner = box->radius - RASTER_ONE / 2;
    int64_t outer = box->radius + RASTER_ONE / 2;
    if (inner > 0 && square <= (uint64_t)(inner * inner))
        return flat;
    if (square >= (uint64_t)(outer * outer))
        return 0;
    int32_t distance = (int32_t)raster_root(square);
    int32_t coverage = clamp(box->radius - distance + RASTER_ONE / 2, 0, RASTER_ONE);
    return coverage < flat ? coverage : flat;
}

/* The pixels x0 to before x1 of one row, each with its own coverage. */
static void fill_edge(struct raster *raster, const struct box *box, int y, int x0, int x1,
                      int32_t rows, const struct raster_ink *ink)
{
    for (int x = x0; x < x1; x++) {
        int32_t flat = overlap(x, box->from.x, box->to.x) * rows / RASTER_ONE;
        int32_t coverage = box->radius > 0 ? corner_coverage(box, x, y, flat) : flat;
        fill_row(raster, y, x, x + 1, coverage, ink);
    }
}

/* A box that lies on whole pixels, as most do. */
static void fill_whole(struct raster *raster, struct raster_clip clip, const struct box *box,
                       const struct raster_ink *ink)
{
    int x0 = clamp(floor_px(box->from.x), clip.x0, clip.x1);
    int x1 = clamp(floor_px(box->to.x), clip.x0, clip.x1);
    int y0 = clamp(floor_px(box->from.y), clip.y0, clip.y1);
    int y1 = clamp(floor_px(box->to.y), clip.y0, clip.y1);
    uint32_t colour = ink->colour | 0xFF000000;
    uint32_t *row = raster->pixels + (size_t)y0 * (size_t)raster->width;
    int first = ink->tile != NULL ? wrap(x0 - ink->shift, ink->tile_width) : 0;
    int line = ink->tile != NULL ? wrap(y0, ink->tile_height) : 0;
    for (int y = y0; y < y1; y++, row += raster->width) {
        if (ink->tile == NULL) {
            fill_solid(row + x0, x1 - x0, colour);
            continue;
        }
        fill_tiled(row + x0, x1 - x0, ink->tile + line * ink->tile_width, ink->tile_width, first);
        line = line + 1 == ink->tile_height ? 0 : line + 1;
    }
}

void raster_box(struct raster *raster, struct raster_clip clip, struct raster_point from,
                struct raster_point to, int32_t radius, struct raster_ink ink)
{
    struct box box = {from, to, radius};
    int32_t smaller = to.x - from.x < to.y - from.y ? to.x - from.x : to.y - from.y;
    if (smaller <= 0)
        return;
    if (box.radius > smaller / 2)
        box.radius = smaller / 2;
    bool whole = ((from.x | from.y | to.x | to.y) & (RASTER_ONE - 1)) == 0;
    if (whole && box.radius == 0) {
        fill_whole(raster, clip, &box, &ink);
        return;
    }
    int x0 = clamp(floor_px(from.x), clip.x0, clip.x1);
    int x1 = clamp(ceil_px(to.x), clip.x0, clip.x1);
    int y0 = clamp(floor_px(from.y), clip.y0, clip.y1);
    int y1 = clamp(ceil_px(to.y), clip.y0, clip.y1);
    for (int y = y0; y < y1; y++) {
        int32_t rows = overlap(y, from.y, to.y);
        int32_t middle = y * RASTER_ONE + RASTER_ONE / 2;
        bool round = middle < from.y + box.radius || middle > to.y - box.radius;
        int32_t inset = round ? box.radius : 0;
        int left = clamp(ceil_px(from.x + inset), x0, x1);
        int right = clamp(floor_px(to.x - inset), left, x1);
        fill_edge(raster, &box, y, x0, left, rows, &ink);
        fill_row(raster, y, left, right, rows, &ink);
        fill_edge(raster, &box, y, right, x1, rows, &ink);
    }
}

void raster_mask(struct raster *raster, struct raster_clip clip, int x, int y, const uint8_t *mask,
                 int width, int height, uint32_t colour)
{
    int x0 = clamp(x, clip.x0, clip.x1);
    int x1 = clamp(x + width, clip.x0, clip.x1);
    int y0 = clamp(y, clip.y0, clip.y1);
    int y1 = clamp(y + height, clip.y0, clip.y1);
    for (int row = y0; row < y1; row++) {
        uint32_t *pixels = raster->pixels + (size_t)row * (size_t)raster->width;
        const uint8_t *from = mask + (size_t)(row - y) * (size_t)width;
        for (int column = x0; column < x1; column++) {
            uint32_t coverage = from[column - x];
            if (coverage != 0) /* 255 becomes 256: all of it */
                pixels[column] = raster_mix(pixels[column], colour, coverage + (coverage >> 7));
        }
    }
}

int raster_dots_size(int32_t scale)
{
    int size = (DOT_PITCH * scale + RASTER_ONE / 2) / RASTER_ONE;
    return size < 3 ? 3 : size;
}

void raster_dots(uint32_t *tile, int32_t scale, uint32_t ink, uint32_t paper)
{
    int size = raster_dots_size(scale);
    int32_t radius = DOT_RADIUS * scale / RASTER_ONE;
    for (int y = 0; y < size; y++) {
        for (int x = 0; x < size; x++) {
            int64_t dx = x * RASTER_ONE + RASTER_ONE / 2 - size * RASTER_ONE / 2;
            int64_t dy = y * RASTER_ONE + RASTER_ONE / 2 - size * RASTER_ONE / 2;
            int32_t distance = (int32_t)raster_root((uint64_t)(dx * dx + dy * dy));
            int coverage = clamp(radius - distance + RASTER_ONE / 2, 0, RASTER_ONE);
            tile[y * size + x] = raster_mix(paper, ink, (uint32_t)coverage);
        }
    }
}

int raster_hatch_size(int32_t scale)
{
    int size = (int)(((int64_t)HATCH_PITCH * scale / RASTER_ONE + RASTER_ONE / 2) / RASTER_ONE);
    return size < 4 ? 4 : size;
}

void raster_hatch(uint32_t *tile, int32_t scale, uint32_t ink, uint32_t paper)
{
    int size = raster_hatch_size(scale);
    int32_t width = HATCH_WIDTH * scale / RASTER_ONE;
    int32_t period = size * RASTER_ONE;
    for (int y = 0; y < size; y++) {
        for (int x = 0; x < size; x++) {
            int32_t covered = 0;
            for (int step = 0; step < HATCH_STEPS; step++) {
                /* In this slice of the pixel, the line begins where x + y is a multiple. */
                int32_t from = (x + y) * RASTER_ONE % period + step * RASTER_ONE / HATCH_STEPS;
                int32_t to = from + RASTER_ONE;
                int32_t until = to < width ? to : width;
                covered += until > from ? until - from : 0;
                if (to > period) /* the next line has begun */
                    covered += to - period < width ? to - period : width;
            }
            tile[y * size + x] = raster_mix(paper, ink, (uint32_t)(covered / HATCH_STEPS));
        }
    }
}
