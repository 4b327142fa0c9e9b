/*
 * The flat list.  Arrays grow by doubling and are kept from frame to frame, so that a window that
 * has drawn once allocates no more.  Running out of memory loses primitives, never the program:
 * the flag says so.
 */

#include "frame.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Makes room for `more` elements; false if there is no memory. */
static bool grow(struct frame *frame, void **array, size_t *room, size_t count, size_t more,
                 size_t bytes_each)
{
    if (count + more <= *room)
        return true;
    size_t larger = *room < 64 ? 64 : *room * 2;
    while (larger < count + more)
        larger *= 2;
    void *moved = realloc(*array, larger * bytes_each);
    if (moved == NULL) {
        frame->out_of_memory = true;
        return false;
    }
    *array = moved;
    *room = larger;
    return true;
}

#define GROW(frame, array, count, room, more)                                   \
    grow(frame, (void **)&(frame)->array, &(frame)->room, (frame)->count, more, \
         sizeof *(frame)->array)

static bool touches(struct frame_rect a, struct frame_rect b)
{
    return a.x < frame_right(b) && b.x < frame_right(a) && a.y < frame_bottom(b) &&
           b.y < frame_bottom(a);
}

/* A new item with its box, or NULL where it could not be seen. */
static struct frame_item *add(struct frame *frame, enum frame_kind kind, struct frame_rect box)
{
    if (frame->clip_count == 0 || !touches(box, frame->clips[frame->clip]))
        return NULL;
    if (!GROW(frame, items, item_count, item_room, 1))
        return NULL;
    struct frame_item *item = &frame->items[frame->item_count++];
    *item = (struct frame_item){.kind = kind, .clip = frame->clip, .box = box};
    return item;
}

static struct frame_rect bounds(const struct frame_point *points, size_t count, float margin)
{
    float left = points[0].x, right = left, top = points[0].y, bottom = top;
    for (size_t i = 1; i < count; i++) {
        left = fminf(left, points[i].x);
        right = fmaxf(right, points[i].x);
        top = fminf(top, points[i].y);
        bottom = fmaxf(bottom, points[i].y);
    }
    return (struct frame_rect){left - margin, top - margin, right - left + 2 * margin,
                               bottom - top + 2 * margin};
}

static struct frame_item *add_points(struct frame *frame, enum frame_kind kind,
                                     const struct frame_point *points, size_t count, float margin)
{
    if (count < 2 || !GROW(frame, points, point_count, point_room, count))
        return NULL;
    struct frame_item *item = add(frame, kind, bounds(points, count, margin));
    if (item == NULL)
        return NULL;
    item->first = (uint32_t)frame->point_count;
    item->count = (uint32_t)count;
    memcpy(frame->points + frame->point_count, points, count * sizeof *points);
    frame->point_count += count;
    return item;
}

/* Copies text with control characters as spaces and broken bytes as U+FFFD; -1 if no memory. */
static long add_bytes(struct frame *frame, const char *text, size_t bytes, bool cut)
{
    if (!GROW(frame, bytes, byte_count, byte_room, bytes * 3 + sizeof TEXT_ELLIPSIS + 1))
        return -1;
    size_t first = frame->byte_count;
    size_t at = first;
    const char *end = text + bytes;
    while (text < end) {
        uint32_t character = text_next(&text);
        bool control = character < 0x20 || (character >= 0x7F && character < 0xA0);
        at += text_put(control ? ' ' : character, frame->bytes + at);
    }
    if (cut) {
        memcpy(frame->bytes + at, TEXT_ELLIPSIS, sizeof TEXT_ELLIPSIS - 1);
        at += sizeof TEXT_ELLIPSIS - 1;
    }
    frame->bytes[at] = '\0';
    frame->byte_count = at + 1;
    return (long)(at - first);
}

void frame_init(struct frame *frame, const struct text_measurer *measurer)
{
    *frame = (struct frame){.measurer = measurer, .pattern_scale = 1};
}

void frame_finish(struct frame *frame)
{
    free(frame->items);
    free(frame->hots);
    free(frame->points);
    free(frame->bytes);
    free(frame->clips);
    *frame = (struct frame){0};
}

void frame_begin(struct frame *frame, int width, int height, uint32_t ground)
{
    frame->width = width;
    frame->height = height;
    frame->ground = ground;
    frame->item_count = frame->hot_count = frame->point_count = frame->byte_count = 0;
    frame->clip_count = 0;
    frame->clip = 0;
    frame->out_of_memory = false;
    if (GROW(frame, clips, clip_count, clip_room, 1))
        frame->clips[frame->clip_count++] = (struct frame_rect){0, 0, (float)width, (float)height};
}

void frame_clip(struct frame *frame, struct frame_rect box)
{
    if (!GROW(frame, clips, clip_count, clip_room, 1))
        return;
    frame->clip = (uint32_t)frame->clip_count;
    frame->clips[frame->clip_count++] = box;
}

void frame_unclip(struct frame *frame)
{
    frame->clip = 0;
}

void frame_rect(struct frame *frame, struct frame_rect box, float radius, struct frame_fill fill,
                struct frame_stroke stroke)
{
    struct frame_item *item = add(frame, FRAME_RECT, box);
    if (item == NULL)
        return;
    item->radius = radius;
    item->fill = fill;
    item->stroke = stroke;
}

void frame_polyline(struct frame *frame, const struct frame_point *points, size_t count,
                    struct frame_stroke stroke)
{
    struct frame_item *item = add_points(frame, FRAME_POLYLINE, points, count, stroke.width_px / 2);
    if (item != NULL)
        item->stroke = stroke;
}

void frame_polygon(struct frame *frame, const struct frame_point *points, size_t count,
                   uint32_t ink)
{
    struct frame_item *item = add_points(frame, FRAME_POLYGON, points, count, 0);
    if (item != NULL)
        item->fill = (struct frame_fill){.pattern = FRAME_SOLID, .ink = ink};
}

void frame_columns(struct frame *frame, struct frame_rect box, const struct frame_point *heights,
                   size_t count, struct frame_inks inks)
{
    box.width = (float)count;
    if (count == 0 || !GROW(frame, points, point_count, point_room, count))
        return;
    struct frame_item *item = add(frame, FRAME_COLUMNS, box);
    if (item == NULL)
        return;
    item->fill = (struct frame_fill){FRAME_SOLID, inks.low, inks.middle, 0};
    item->stroke = (struct frame_stroke){inks.rest ? 1 : 0, inks.high};
    item->first = (uint32_t)frame->point_count;
    item->count = (uint32_t)count;
    memcpy(frame->points + frame->point_count, heights, count * sizeof *heights);
    frame->point_count += count;
}

void frame_fill_rect(struct frame *frame, struct frame_rect box, uint32_t ink)
{
    struct frame_item *item = add(frame, FRAME_RECT, box);
    if (item != NULL)
        item->fill = (struct frame_fill){.pattern = FRAME_SOLID, .ink = ink};
}

void frame_horizontal(struct frame *frame, float x0, float x1, float y, float width_px,
                      uint32_t ink)
{
    frame_fill_rect(frame, (struct frame_rect){x0, y - width_px / 2, x1 - x0, width_px}, ink);
}

void frame_vertical(struct frame *frame, float x, float y0, float y1, float width_px, uint32_t ink)
{
    frame_fill_rect(frame, (struct frame_rect){x - width_px / 2, y0, width_px, y1 - y0}, ink);
}

float frame_text(struct frame *frame, struct text_style style, uint32_t ink, enum frame_align align,
                 float x, float baseline, float width_max_px, const char *text)
{
    bool cut = false;
    size_t bytes = text_fit(frame->measurer, style, text, width_max_px, &cut);
    if (bytes == 0)
        return 0;
    uint32_t first = (uint32_t)frame->byte_count;
    long count = add_bytes(frame, text, bytes, cut);
    if (count < 0)
        return 0;
    float width = frame->measurer->width_px(frame->measurer->context, style, frame->bytes + first,
                                            (size_t)count);
    float left = align == FRAME_LEFT ? x : align == FRAME_CENTRE ? x - width / 2 : x - width;
    left = roundf(left); /* letters are sharp only where pixels are */
    baseline = roundf(baseline);
    float size = style.size_px;
    struct frame_rect box = {left, baseline - size * TEXT_ASCENT, width,
                             size * (TEXT_ASCENT + TEXT_DESCENT)};
    struct frame_item *item = add(frame, FRAME_TEXT, box);
    if (item == NULL)
        return width;
    item->baseline = baseline;
    item->style = style;
    item->fill = (struct frame_fill){.pattern = FRAME_SOLID, .ink = ink};
    item->first = first;
    item->count = (uint32_t)count;
    return width;
}

void frame_hot(struct frame *frame, struct frame_rect box, enum frame_hot_kind kind, uint32_t index)
{
    if (frame->clip_count == 0)
        return;
    struct frame_rect clip = frame->clips[frame->clip];
    float left = fmaxf(box.x, clip.x);
    float top = fmaxf(box.y, clip.y);
    float right = fminf(frame_right(box), frame_right(clip));
    float bottom = fminf(frame_bottom(box), frame_bottom(clip));
    if (right <= left || bottom <= top || !GROW(frame, hots, hot_count, hot_room, 1))
        return;
    frame->hots[frame->hot_count++] =
        (struct frame_hot){kind, index, {left, top, right - left, bottom - top}, frame->pane};
}

struct frame_hot frame_hit(const struct frame *frame, float x, float y)
{
    for (size_t i = frame->hot_count; i > 0; i--)
        if (frame_contains(frame->hots[i - 1].box, x, y))
            return frame->hots[i - 1];
    return (struct frame_hot){.kind = FRAME_HOT_NONE};
}

const char *frame_item_text(const struct frame *frame, const struct frame_item *item)
{
    return item->kind == FRAME_TEXT ? frame->bytes + item->first : "";
}
