/*
 * Polygons and lines of any slope.
 *
 * A row of pixels is sampled along a few lines; along each, the outline's crossings are sorted
 * and whatever lies between them, where the outline winds round, covers pixels exactly.  A line is
 * the union of one rectangle per piece, all turning the same way, so that where they overlap
 * nothing is painted twice.
 */

#include "raster.h"

#include <stdlib.h>
#include <string.h>

/* Lines per row of pixels: their shares of coverage add up to a whole pixel. */
#define LINES 8
/* Crossings of one line that are looked at; more would be a shape that nobody draws. */
#define CROSSINGS_MAX 512
/* Pieces of one polyline that are painted together. */
#define PIECES_MAX 512

struct edge {
    struct raster_point top, bottom;
    int turn; /* 1 if it was drawn downwards, otherwise -1 */
};

struct crossing {
    int32_t x;
    int turn;
};

struct path {
    struct edge *edges;
    size_t count;
};

static void add_edge(struct path *path, struct raster_point a, struct raster_point b)
{
    if (a.y == b.y)
        return;
    bool down = a.y < b.y;
    path->edges[path->count++] = (struct edge){down ? a : b, down ? b : a, down ? 1 : -1};
}

/* A row of coverages.  What covers whole pixels is noted where it begins and where it ends, so
 * that a wide shape costs no more than a narrow one; the rest is noted pixel by pixel. */
struct cover {
    int32_t *part;
    int32_t *whole; /* changes from pixel to pixel */
};

/* Adds what lies from one x to another. */
static void add_cover(struct cover *row, struct raster_clip clip, int32_t from, int32_t to)
{
    int32_t origin = clip.x0 * RASTER_ONE;
    int32_t last = clip.x1 * RASTER_ONE;
    from = (from < origin ? origin : from) - origin;
    to = (to > last ? last : to) - origin;
    if (from >= to)
        return;
    int first = from >> 8;
    int end = to >> 8;
    if (first == end) {
        row->part[first] += to - from;
        return;
    }
    row->part[first] += (first + 1) * RASTER_ONE - from;
    row->whole[first + 1] += RASTER_ONE;
    row->whole[end] -= RASTER_ONE;
    row->part[end] += to - end * RASTER_ONE;
}

/* Sorts by x; there are few, and they are nearly in order from line to line. */
static void sort(struct crossing *crossings, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct crossing held = crossings[i];
        size_t at = i;
        for (; at > 0 && crossings[at - 1].x > held.x; at--)
            crossings[at] = crossings[at - 1];
        crossings[at] = held;
    }
}

static void cover_line(const struct path *path, const uint32_t *near, size_t near_count,
                       struct raster_clip clip, int32_t y, struct cover *row)
{
    struct crossing crossings[CROSSINGS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < near_count && count < CROSSINGS_MAX; i++) {
        const struct edge *edge = &path->edges[near[i]];
        if (y < edge->top.y || y >= edge->bottom.y)
            continue;
        int64_t run = edge->bottom.x - edge->top.x;
        int64_t rise = edge->bottom.y - edge->top.y;
        crossings[count++] =
            (struct crossing){(int32_t)(edge->top.x + run * (y - edge->top.y) / rise), edge->turn};
    }
    sort(crossings, count);
    int winding = 0;
    for (size_t i = 0; i + 1 < count; i++) {
        winding += crossings[i].turn;
        if (winding != 0)
            add_cover(row, clip, crossings[i].x, crossings[i + 1].x);
    }
}

static void paint_row(struct raster *raster, struct raster_clip clip, int y,
                      const struct cover *row, uint32_t colour)
{
    uint32_t *pixels = raster->pixels + (size_t)y * (size_t)raster->width;
    int32_t whole = 0;
    for (int x = clip.x0; x < clip.x1; x++) {
        whole += row->whole[x - clip.x0];
        int32_t covered = whole + row->part[x - clip.x0];
        if (covered == RASTER_ONE * LINES)
            pixels[x] = colour | 0xFF000000;
        else if (covered != 0)
            pixels[x] = raster_mix(pixels[x], colour, (uint32_t)covered / LINES);
    }
}

static void bound_clip(const struct path *path, struct raster_clip *clip)
{
    int32_t left = INT32_MAX, right = INT32_MIN, top = INT32_MAX, bottom = INT32_MIN;
    for (size_t i = 0; i < path->count; i++) {
        const struct edge *edge = &path->edges[i];
        int32_t less = edge->top.x < edge->bottom.x ? edge->top.x : edge->bottom.x;
        int32_t more = edge->top.x < edge->bottom.x ? edge->bottom.x : edge->top.x;
        left = less < left ? less : left;
        right = more > right ? more : right;
        top = edge->top.y < top ? edge->top.y : top;
        bottom = edge->bottom.y > bottom ? edge->bottom.y : bottom;
    }
    if (clip->x0 < left >> 8)
        clip->x0 = left >> 8;
    if (clip->x1 > (right >> 8) + 1)
        clip->x1 = (right >> 8) + 1;
    if (clip->y0 < top >> 8)
        clip->y0 = top >> 8;
    if (clip->y1 > (bottom >> 8) + 1)
        clip->y1 = (bottom >> 8) + 1;
}

static void paint(struct raster *raster, struct raster_clip clip, const struct path *path,
                  uint32_t colour)
{
    if (path->count == 0)
        return;
    bound_clip(path, &clip);
    if (clip.x0 >= clip.x1 || clip.y0 >= clip.y1)
        return;
    size_t width = (size_t)(clip.x1 - clip.x0) + 1; /* one more, where the last pixel ends */
    int32_t *buffer = malloc(2 * width * sizeof *buffer);
    struct cover row = {buffer, buffer != NULL ? buffer + width : NULL};
    uint32_t *near = malloc(path->count * sizeof *near);
    for (int y = clip.y0; buffer != NULL && near != NULL && y < clip.y1; y++) {
        int32_t first = y * RASTER_ONE;
        size_t near_count = 0;
        for (size_t i = 0; i < path->count; i++)
            if (path->edges[i].top.y < first + RASTER_ONE && path->edges[i].bottom.y > first)
                near[near_count++] = (uint32_t)i;
        memset(buffer, 0, 2 * width * sizeof *buffer);
        for (int line = 0; line < LINES; line++)
            cover_line(path, near, near_count, clip,
                       first + line * RASTER_ONE / LINES + RASTER_ONE / LINES / 2, &row);
        paint_row(raster, clip, y, &row, colour);
    }
    free(buffer);
    free(near);
}

void raster_polygon(struct raster *raster, struct raster_clip clip,
                    const struct raster_point *points, size_t count, uint32_t colour)
{
    struct path path = {.edges = malloc(count * sizeof *path.edges)};
    for (size_t i = 0; path.edges != NULL && i < count; i++)
        add_edge(&path, points[i], points[(i + 1) % count]);
    paint(raster, clip, &path, colour);
    free(path.edges);
}

/* The rectangle along one piece of a line, drawn out a little so that joints are closed. */
static void add_piece(struct path *path, struct raster_point a, struct raster_point b,
                      int32_t width)
{
    int64_t dx = b.x - a.x;
    int64_t dy = b.y - a.y;
    int64_t length = raster_root((uint64_t)(dx * dx + dy * dy));
    if (length == 0)
        return;
    int32_t nx = (int32_t)(-dy * width / 2 / length);
    int32_t ny = (int32_t)(dx * width / 2 / length);
    int32_t ex = (int32_t)(dx * width / 4 / length);
    int32_t ey = (int32_t)(dy * width / 4 / length);
    struct raster_point corners[4] = {{a.x - ex + nx, a.y - ey + ny},
                                      {b.x + ex + nx, b.y + ey + ny},
                                      {b.x + ex - nx, b.y + ey - ny},
                                      {a.x - ex - nx, a.y - ey - ny}};
    for (int i = 0; i < 4; i++)
        add_edge(path, corners[i], corners[(i + 1) % 4]);
}

void raster_polyline(struct raster *raster, struct raster_clip clip,
                     const struct raster_point *points, size_t count, int32_t width,
                     uint32_t colour)
{
    struct path path = {.edges = malloc(4 * PIECES_MAX * sizeof *path.edges)};
    for (size_t i = 0; path.edges != NULL && i + 1 < count; i++) {
        if (path.count + 4 > 4 * PIECES_MAX) {
            paint(raster, clip, &path, colour);
            path.count = 0;
        }
        add_piece(&path, points[i], points[i + 1], width);
    }
    paint(raster, clip, &path, colour);
    free(path.edges);
}
