/*
 * The ruler above the lanes and the grid behind them; at its left what the axis is, and which of
 * the rows are shown if not all are.
 */

#include "panels.h"

#include <math.h>
#include <stdio.h>

#include "format.h"
#include "ruler.h"

static const char *axis_caption(enum trace_axis_kind kind)
{
    static const char *const captions[TRACE_AXIS_KINDS] = {
        [TRACE_AXIS_TIME] = "true time",
        [TRACE_AXIS_STEP] = "one step each",
        [TRACE_AXIS_FOLDED] = "idle folded",
    };
    return captions[kind];
}

void draw_ruler(const struct drawing *drawing)
{
    const struct layout *layout = drawing->layout;
    const struct theme *theme = drawing->theme;
    struct text_style style = draw_style(drawing, 12);
    struct ruler ruler;
    if (drawing->app->quiz.stage == QUIZ_ASKED) /* it would tell how long the run took */
        return;
    ruler_make(&ruler, &drawing->scratch->columns, drawing->app->document->model,
               drawing->frame->measurer, style);
    float baseline = layout->ruler.y + draw_px(drawing, 32);
    float labels_from = layout->ruler.x;
    for (int i = 0; i < ruler.count; i++) {
        float x = roundf(layout->ruler.x + (float)ruler.ticks[i].x);
        frame_vertical(drawing->frame, x + 0.5f, layout->lanes.y, frame_bottom(layout->lanes), 1,
                       theme->grid);
        if (ruler.ticks[i].label[0] == '\0')
            continue;
        float width = text_width_px(drawing->frame->measurer, style, ruler.ticks[i].label);
        labels_from = fminf(labels_from, x - width / 2);
        frame_text(drawing->frame, style, theme->mute, FRAME_CENTRE, x, baseline, width + 1,
                   ruler.ticks[i].label);
    }
    frame_hot(drawing->frame, layout->ruler, FRAME_HOT_RULER, 0);
    float edge = layout->left + draw_px(drawing, DRAW_EDGE);
    float room = labels_from - edge - draw_px(drawing, 10);
    char rows[3 * FORMAT_BYTES];
    char playing[FORMAT_BYTES];
    const char *caption = axis_caption(drawing->app->view.axis);
    uint32_t count = drawing->app->document->lanes.count;
    if (layout->scroll_px_max > 0) {
        char of[FORMAT_BYTES];
        uint32_t first = layout_row_first(layout, drawing->app->view.scroll_px) - layout->pinned;
        uint32_t end = layout_row_end(layout, drawing->app->view.scroll_px, count);
        snprintf(rows, sizeof rows, "%u\xe2\x80\x93%u of %s", first + 1, end,
                 format_count(count, of));
        caption = rows;
    }
    if (drawing->app->busy[0] != '\0')
        caption = drawing->app->busy;
    if (drawing->app->play.on) {
        snprintf(playing, sizeof playing, "playing, %gx", drawing->app->play.speed);
        caption = playing;
    }
    frame_text(drawing->frame, style, theme->mute, FRAME_LEFT, edge, baseline, room, caption);
}
