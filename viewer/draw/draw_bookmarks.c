/*
 * Marked moments: flags on the ruler with as much of their notes as there is room for, and fine
 * lines through the lanes.
 */

#include "panels.h"

#include <math.h>

#define POINTS 11
#define FLAG_HEIGHT 14
#define FLAG_WIDTH 9
#define GAP 4

void draw_bookmarks(const struct drawing *drawing)
{
    const struct bookmarks *bookmarks = &drawing->app->document->bookmarks;
    const struct frame_rect *lanes = &drawing->layout->lanes;
    const struct theme *theme = drawing->theme;
    struct text_style style = draw_style(drawing, POINTS);
    float top = drawing->layout->ruler.y + 1;
    float height = draw_px(drawing, FLAG_HEIGHT);
    float gap = draw_px(drawing, GAP);
    for (uint32_t i = 0; i < bookmarks->count; i++) {
        float x = roundf((float)fmin(fmax(draw_x(drawing, bookmarks->items[i].at_ns), -1e6), 1e6));
        if (x < lanes->x || x >= frame_right(*lanes))
            continue;
        float until = frame_right(*lanes);
        if (i + 1 < bookmarks->count) {
            float next = (float)fmin(draw_x(drawing, bookmarks->items[i + 1].at_ns), 1e6);
            until = fminf(until, next - gap);
        }
        frame_vertical(drawing->frame, x + 0.5f, top, frame_bottom(*lanes), 1, theme->alarm);
        const struct frame_point flag[3] = {
            {x, top}, {x + draw_px(drawing, FLAG_WIDTH), top + height / 2}, {x, top + height}};
        frame_polygon(drawing->frame, flag, 3, theme->alarm);
        float left = x + draw_px(drawing, FLAG_WIDTH) + gap;
        float wrote = frame_text(drawing->frame, style, theme->ink, FRAME_LEFT, left,
                                 draw_baseline(style, top + height / 2), until - left,
                                 bookmarks->items[i].text);
        frame_hot(drawing->frame, (struct frame_rect){x - gap, top, left + wrote - x + gap, height},
                  FRAME_HOT_BOOKMARK, i);
    }
}
