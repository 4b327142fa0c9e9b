/*
 * Shapes first fill cells whose middle they cover, then texts go where their baseline is; later
 * ones go over earlier ones, as in pixels.  Lines of one pixel are left out but for upright ones.
 */

#include "plain.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

/* What a cell shows: a character. */
struct grid {
    uint32_t *cells;
    int columns, rows;
};

static float width_px(void *context, struct text_style style, const char *text, size_t bytes)
{
    (void)context;
    (void)style;
    const char *end = text + bytes;
    int characters = 0;
    while (text < end && text_next(&text) != 0)
        characters++;
    return (float)(characters * PLAIN_CELL_WIDTH);
}

const struct text_measurer plain_measurer = {.width_px = width_px};

/* From light to dark. */
#define SHADE_LIGHT 0x2591
#define SHADE_MEDIUM 0x2592
#define SHADE_FULL 0x2588
#define LINE_UPRIGHT 0x2502

static uint32_t brightness(uint32_t colour)
{
    return (colour >> 16 & 0xFF) * 3 + (colour >> 8 & 0xFF) * 6 + (colour & 0xFF);
}

/* A character for a fill: none where it differs little from the ground. */
static uint32_t shade_of(const struct frame *frame, const struct frame_fill *fill)
{
    int differs = abs((int)brightness(fill->ink) - (int)brightness(frame->ground));
    switch (fill->pattern) {
    case FRAME_DOTS:
        return SHADE_MEDIUM;
    case FRAME_HATCH:
        return SHADE_LIGHT;
    case FRAME_SOLID:
        return differs > 900 ? SHADE_FULL : differs > 180 ? SHADE_LIGHT : ' ';
    default:
        return 0;
    }
}

static void put(struct grid *grid, int column, int row, uint32_t character)
{
    if (column >= 0 && column < grid->columns && row >= 0 && row < grid->rows && character != 0)
        grid->cells[row * grid->columns + column] = character;
}

/* The part of an item that its clip lets through. */
static struct frame_rect seen_of(const struct frame *frame, const struct frame_item *item)
{
    struct frame_rect clip = frame->clips[item->clip];
    float x0 = fmaxf(item->box.x, clip.x);
    float y0 = fmaxf(item->box.y, clip.y);
    float x1 = fminf(frame_right(item->box), frame_right(clip));
    float y1 = fminf(frame_bottom(item->box), frame_bottom(clip));
    return (struct frame_rect){x0, y0, fmaxf(x1 - x0, 0), fmaxf(y1 - y0, 0)};
}

/* Cells whose middle lies in a box; one that is narrower than a cell has one all the same. */
static void fill(struct grid *grid, struct frame_rect box, uint32_t character)
{
    int x0 = (int)ceilf(box.x / PLAIN_CELL_WIDTH - 0.5f);
    int x1 = (int)ceilf(frame_right(box) / PLAIN_CELL_WIDTH - 0.5f);
    int y0 = (int)ceilf(box.y / PLAIN_CELL_HEIGHT - 0.5f);
    int y1 = (int)ceilf(frame_bottom(box) / PLAIN_CELL_HEIGHT - 0.5f);
    if (x1 <= x0) {
        x0 = (int)(box.x / PLAIN_CELL_WIDTH);
        x1 = x0 + 1;
    }
    for (int y = y0; y < y1; y++)
        for (int x = x0; x < x1; x++)
            put(grid, x, y, character);
}

/* A column of cells of many narrow states: what most of it is. */
static void put_columns(struct grid *grid, const struct frame *frame, const struct frame_item *item)
{
    const struct frame_point *heights = frame->points + item->first;
    struct frame_rect seen = seen_of(frame, item);
    for (uint32_t i = 0; i < item->count; i += PLAIN_CELL_WIDTH) {
        float run = 0;
        float ready = 0;
        uint32_t end = i + PLAIN_CELL_WIDTH < item->count ? i + PLAIN_CELL_WIDTH : item->count;
        for (uint32_t j = i; j < end; j++) {
            run += heights[j].x / (float)(end - i);
            ready += heights[j].y / (float)(end - i);
        }
        float wait = item->box.height - run - ready;
        uint32_t character = run >= ready && run >= wait ? SHADE_FULL
                             : ready >= wait             ? SHADE_MEDIUM
                             : item->stroke.width_px > 0 ? SHADE_LIGHT
                                                         : 0;
        struct frame_rect box = {item->box.x + (float)i, seen.y, (float)(end - i), seen.height};
        if (box.x >= seen.x && box.x < frame_right(seen))
            fill(grid, box, character);
    }
}

static void put_text(struct grid *grid, const struct frame *frame, const struct frame_item *item)
{
    const char *text = frame_item_text(frame, item);
    int column = (int)roundf(item->box.x / PLAIN_CELL_WIDTH);
    int row = (int)((item->baseline - 4) / PLAIN_CELL_HEIGHT);
    for (uint32_t character = text_next(&text); character != 0; character = text_next(&text))
        put(grid, column++, row, character);
}

static void put_item(struct grid *grid, const struct frame *frame, const struct frame_item *item)
{
    struct frame_rect seen = seen_of(frame, item);
    switch (item->kind) {
    case FRAME_RECT:
        if (item->box.width < 3 && item->box.height > PLAIN_CELL_HEIGHT)
            break; /* the grid, the cursor */
        if (item->box.height >= 4 && seen.width > 0)
            fill(grid, seen, shade_of(frame, &item->fill));
        break;
    case FRAME_COLUMNS:
        put_columns(grid, frame, item);
        break;
    case FRAME_POLYGON: /* a collapsed gap; arrows' heads are smaller than a cell */
        if (seen.width >= 2 * PLAIN_CELL_WIDTH && seen.height >= 2 * PLAIN_CELL_HEIGHT)
            fill(grid, seen, ' ');
        break;
    case FRAME_TEXT:
        put_text(grid, frame, item);
        break;
    default:
        break;
    }
}

int plain_write(FILE *out, const struct frame *frame)
{
    struct grid grid = {.columns = frame->width / PLAIN_CELL_WIDTH,
                        .rows = frame->height / PLAIN_CELL_HEIGHT};
    size_t count = (size_t)grid.columns * (size_t)grid.rows;
    grid.cells = malloc((count + 1) * sizeof *grid.cells);
    if (grid.cells == NULL)
        return -ENOMEM;
    for (size_t i = 0; i < count; i++)
        grid.cells[i] = ' ';
    for (size_t i = 0; i < frame->item_count; i++)
        put_item(&grid, frame, &frame->items[i]);
    while (count > 0 && grid.cells[count - 1] == ' ')
        count--; /* nothing follows */
    int rows =
        grid.columns > 0 ? (int)((count + (size_t)grid.columns - 1) / (size_t)grid.columns) : 0;
    for (int row = 0; row < rows; row++) {
        const uint32_t *line = grid.cells + (size_t)row * (size_t)grid.columns;
        int end = grid.columns;
        while (end > 0 && line[end - 1] == ' ')
            end--;
        for (int column = 0; column < end; column++) {
            char bytes[4];
            fwrite(bytes, 1, text_put(line[column], bytes), out);
        }
        fputc('\n', out);
    }
    free(grid.cells);
    return 0;
}
