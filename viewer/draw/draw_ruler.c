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

/* What the axis is, or which rows are shown; and that a filter leaves some out. */
static void corner_caption(const struct drawing *drawing, char *text, size_t bytes)
{
    const struct layout *layout = drawing->layout;
    const struct lanes *lanes = &drawing->app->document->lanes;
    double scroll_px = drawing->app->view.scroll_px;
    char rows[3 * FORMAT_BYTES] = "";
    if (layout->scroll_px_max > 0) {
        char of[FORMAT_BYTES];
        uint32_t first = layout_row_first(layout, scroll_px) - layout->pinned;
        snprintf(rows, sizeof rows, "%u\xe2\x80\x93%u of %s", first + 1,
                 layout_row_end(layout, scroll_px, lanes->count), format_count(lanes->count, of));
    }
    if (lanes->filter[0] != '\0')
        snprintf(text, bytes, "%s \xe2\x80\x9c%s\xe2\x80\x9d", rows[0] != '\0' ? rows : "only",
                 lanes->filter);
    else
        snprintf(text, bytes, "%s", rows[0] != '\0' ? rows : axis_caption(drawing->app->view.axis));
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
    char caption[LANES_FILTER_BYTES + 4 * FORMAT_BYTES];
    if (drawing->app->play.on)
        snprintf(caption, sizeof caption, "playing, %gx", drawing->app->play.speed);
    else if (drawing->app->busy[0] != '\0')
        snprintf(caption, sizeof caption, "%s", drawing->app->busy);
    else
        corner_caption(drawing, caption, sizeof caption);
    frame_text(drawing->frame, style, theme->mute, FRAME_LEFT, edge, baseline, room, caption);
}
