/*
 * The strip: over every column of pixels the most actors that were in progress in it, and the
 * most that ran.  Equal neighbours are one rectangle.
 */

#include "panels.h"

#include <math.h>

#include "format.h"

#define LEVEL_MAX 13 /* height of one actor, where there is room */
#define HEIGHT 40    /* of the highest column */

static void draw_stretch(const struct drawing *drawing, uint32_t first, uint32_t end,
                         struct trace_load_step most, float base, float level)
{
    float x = drawing->layout->lanes.x + (float)first;
    float width = (float)(end - first);
    float in_progress = roundf(level * (float)most.in_progress);
    float running = roundf(level * (float)most.running);
    if (most.running > 0 && running < 2)
        running = 2; /* somebody runs: that must be seen */
    if (in_progress > running)
        frame_fill_rect(drawing->frame,
                        (struct frame_rect){x, base - in_progress, width, in_progress - running},
                        drawing->theme->wait);
    if (running > 0)
        frame_fill_rect(drawing->frame, (struct frame_rect){x, base - running, width, running},
                        drawing->theme->run);
}

static void draw_columns(const struct drawing *drawing, float base, float level)
{
    const struct fold_columns *columns = &drawing->scratch->columns;
    const struct strip *strip = &drawing->app->document->strip;
    struct trace_load_step held = {0};
    uint32_t first = 0;
    size_t near = 0;
    for (uint32_t i = 0; i <= columns->count; i++) {
        struct trace_load_step most = {0};
        if (i < columns->count)
            most = strip_max(strip, columns->at_ns[i], columns->at_ns[i + 1], &near);
        bool same = i < columns->count && most.in_progress == held.in_progress &&
                    most.running == held.running;
        if (same)
            continue;
        if (held.in_progress > 0 || held.running > 0)
            draw_stretch(drawing, first, i, held, base, level);
        held = most;
        first = i;
    }
}

void draw_strip(const struct drawing *drawing)
{
    const struct layout *layout = drawing->layout;
    const struct theme *theme = drawing->theme;
    const struct strip *strip = &drawing->app->document->strip;
    if (layout->strip.height <= 0)
        return;
    float base = frame_bottom(layout->strip) - draw_px(drawing, DRAW_STRIP_BASE);
    uint32_t most =
        strip->in_progress_max > strip->running_max ? strip->in_progress_max : strip->running_max;
    float level =
        fminf(draw_px(drawing, LEVEL_MAX), draw_px(drawing, HEIGHT) / fmaxf((float)most, 1));
    draw_columns(drawing, base, level);
    frame_horizontal(drawing->frame, layout->strip.x, frame_right(layout->strip), base + 0.5f,
                     draw_px(drawing, 1), theme->hatch);
    struct text_style style = draw_style(drawing, 12);
    struct text_style bold = draw_bold(drawing, 12);
    float edge = draw_px(drawing, DRAW_EDGE);
    float room = layout->strip.x - edge - draw_px(drawing, 40);
    char peak[FORMAT_BYTES];
    frame_text(drawing->frame, style, theme->mute, FRAME_LEFT, edge, base - draw_px(drawing, 14),
               room, "in progress");
    frame_text(drawing->frame, bold, theme->run, FRAME_LEFT, edge, base + draw_px(drawing, 3), room,
               "running");
    format_count(most, peak);
    frame_text(drawing->frame, style, theme->mute, FRAME_RIGHT,
               layout->strip.x - draw_px(drawing, 8),
               roundf(base - level * (float)most + style.size_px * TEXT_CAPITAL),
               draw_px(drawing, 60), peak);
    struct frame_rect hot = layout->strip;
    frame_hot(drawing->frame, hot, FRAME_HOT_STRIP, 0);
}
