/*
 * The heading of a group of lanes.  Folded, it has a band: of every column of pixels, the share of
 * the group's actors that run, from below, then of those that are ready, then of those that wait.
 */

#include "draw_lanes.h"

#include <math.h>
#include <stdio.h>

#include "format.h"

#define NAME_POINTS 15
#define SIGN_SIZE 9
#define RUN_MIN 2 /* somebody runs: that must be seen */

/* A triangle: to the right if the group is folded, downwards if it is open. */
static void draw_sign(const struct drawing *drawing, float x, float middle, bool folded)
{
    float size = draw_px(drawing, SIGN_SIZE);
    float half = size / 2;
    struct frame_point right[3] = {
        {x, middle - half}, {x + size * 0.8f, middle}, {x, middle + half}};
    struct frame_point down[3] = {{x, middle - half * 0.7f},
                                  {x + size, middle - half * 0.7f},
                                  {x + half, middle + half * 0.7f}};
    frame_polygon(drawing->frame, folded ? right : down, 3, drawing->theme->mute);
}

static void draw_band(const struct drawing *drawing, const struct band *band, float bar_y)
{
    const struct fold_columns *columns = &drawing->scratch->columns;
    const struct theme *theme = drawing->theme;
    const struct frame_inks inks = {theme->run, theme->ready, theme->wait, true};
    struct frame_point *heights = drawing->scratch->heights.columns;
    float height = drawing->layout->bar_height;
    size_t near = 0;
    uint32_t first = 0;
    uint32_t count = 0;
    float tall = 0;
    for (uint32_t i = 0; i <= columns->count; i++) {
        struct band_share share = {0, 0, 0};
        if (i < columns->count)
            share = band_share(band, columns->at_ns[i], columns->at_ns[i + 1], &near);
        float all = fminf(share.running + share.ready + share.waiting, 1);
        float whole = all > 0 ? fmaxf(ceilf(height * all), RUN_MIN + 1) : 0;
        if (whole != tall || count == drawing->scratch->heights.room) { /* as tall as the column */
            struct frame_rect box = {drawing->layout->lanes.x + (float)first, bar_y + height - tall,
                                     0, tall};
            if (tall > 0)
                frame_columns(drawing->frame, box, heights, count, inks);
            first = i;
            count = 0;
            tall = whole;
        }
        float run = share.running > 0 ? fmaxf(roundf(height * share.running), RUN_MIN) : 0;
        heights[count++] = (struct frame_point){run, roundf(height * share.ready)};
    }
}

void lanes_draw_heading(const struct drawing *drawing, uint32_t item, float top, float bar_y,
                        struct frame_rect seen)
{
    const struct layout *layout = drawing->layout;
    const struct document *document = drawing->app->document;
    uint32_t index = document->lanes.items[item].group;
    const struct lanes_group *group = &document->lanes.groups[index];
    float middle = bar_y + layout->bar_height / 2;
    float edge = layout->left + draw_px(drawing, DRAW_EDGE);
    float points = fminf(NAME_POINTS, layout->row_height * 0.6f / layout->scale);
    struct frame_rect row = {layout->left, top, layout->right - layout->left,
                             layout->row_height - 1};
    frame_fill_rect(drawing->frame, row, drawing->theme->panel);
    struct frame_rect name_box = {layout->left, top, layout->names.width, layout->row_height};
    frame_hot(drawing->frame, name_box, FRAME_HOT_NAME, item);
    draw_sign(drawing, edge - draw_px(drawing, SIGN_SIZE + 4), middle, group->folded);
    char actors[FORMAT_BYTES];
    char name[TEXT_NAME_BYTES];
    struct text_style style = draw_bold(drawing, points);
    format_things(group->count, "actor", actors);
    bool banded = index < document->band_count && document->bands[index].steps != NULL;
    float room = frame_right(layout->names) - edge - draw_px(drawing, 10);
    if (!banded) /* nothing else stands in the row */
        room += layout->lanes.width / 2;
    text_fit_name(drawing->frame->measurer, style, group->name, room, name);
    frame_text(drawing->frame, style, drawing->theme->ink, FRAME_LEFT, edge,
               draw_baseline(style, middle), room, name);
    frame_clip(drawing->frame, seen);
    struct text_style small = draw_style(drawing, fminf(12, points));
    if (banded) {
        draw_band(drawing, &document->bands[index], bar_y);
        struct frame_rect box = {layout->lanes.x, bar_y, layout->lanes.width, layout->bar_height};
        frame_hot(drawing->frame, box, FRAME_HOT_BAND, item);
    } else {
        float end = edge + text_width_px(drawing->frame->measurer, style, name);
        float x = fmaxf(layout->lanes.x + draw_px(drawing, 6), end + draw_px(drawing, 14));
        frame_text(drawing->frame, small, drawing->theme->mute, FRAME_LEFT, x,
                   draw_baseline(small, middle), frame_right(layout->lanes) - x, actors);
    }
}
