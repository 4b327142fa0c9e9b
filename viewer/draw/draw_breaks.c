/*
 * A collapsed gap: a blank between two torn edges that says how long it was and what everybody
 * did in it.
 */

#include "panels.h"

#include <math.h>
#include <stdio.h>

#include "caption.h"
#include "format.h"

#define TOOTH_X 4
#define TOOTH_Y 9
#define TEETH_MAX 512

/* A zigzag from y0 down to y1. */
static void draw_edge(const struct drawing *drawing, float x, float y0, float y1)
{
    struct frame_point points[TEETH_MAX];
    float tooth_x = draw_px(drawing, TOOTH_X);
    float tooth_y = draw_px(drawing, TOOTH_Y);
    size_t count = 0;
    for (float y = y0; y < y1 + tooth_y && count < TEETH_MAX; y += tooth_y) {
        points[count] =
            (struct frame_point){x + (count % 2 == 0 ? -tooth_x : tooth_x), fminf(y, y1)};
        count++;
    }
    struct frame_stroke stroke = {fmaxf(1.2f * drawing->layout->scale, 1), drawing->theme->hatch};
    frame_polyline(drawing->frame, points, count, stroke);
}

/* The blank with its torn edges as one polygon, so that the edges cut what lies below. */
static void draw_blank(const struct drawing *drawing, float x0, float x1, float y0, float y1)
{
    struct frame_point points[2 * TEETH_MAX];
    float tooth_x = draw_px(drawing, TOOTH_X);
    float tooth_y = draw_px(drawing, TOOTH_Y);
    size_t teeth = 0;
    for (float y = y0; y < y1 + tooth_y && teeth < TEETH_MAX; y += tooth_y, teeth++)
        points[teeth] =
            (struct frame_point){x0 + (teeth % 2 == 0 ? -tooth_x : tooth_x), fminf(y, y1)};
    for (size_t i = 0; i < teeth; i++) {
        size_t tooth = teeth - 1 - i;
        points[teeth + i] =
            (struct frame_point){x1 + (tooth % 2 == 0 ? -tooth_x : tooth_x), points[tooth].y};
    }
    frame_polygon(drawing->frame, points, 2 * teeth, drawing->theme->panel);
}

static void draw_words(const struct drawing *drawing, const struct trace_axis_break *gap, float x0,
                       float x1, bool longest)
{
    const struct document *document = drawing->app->document;
    const struct trace_score *score = &document->score;
    const struct layout *layout = drawing->layout;
    struct text_style large = draw_bold(drawing, 20);
    struct text_style middle = draw_style(drawing, 13);
    struct text_style small = draw_style(drawing, 12);
    float room = x1 - x0 - draw_px(drawing, 12);
    float x = roundf((x0 + x1) / 2);
    float y = roundf(layout->lanes.y + layout->lanes.height / 2);
    char time[FORMAT_BYTES];
    char share[FORMAT_BYTES];
    char idle[2 * FORMAT_BYTES];
    format_duration(gap->end_ns - gap->start_ns, time);
    while (large.size_px > middle.size_px &&
           text_width_px(drawing->frame->measurer, large, time) > room)
        large.size_px--;
    if (text_width_px(drawing->frame->measurer, large, time) > room)
        return;
    frame_text(drawing->frame, large, drawing->theme->ink, FRAME_CENTRE, x, y, room, time);
    const char *words[] = {caption_gap(document->model, gap->start_ns, gap->end_ns), NULL};
    if (text_choose(drawing->frame->measurer, middle, words, room) == NULL)
        return;
    frame_text(drawing->frame, middle, drawing->theme->mute, FRAME_CENTRE, x,
               y + draw_px(drawing, 22), room, words[0]);
    double whole_ns = (double)score->wall_ns * document->model->loop_count;
    snprintf(idle, sizeof idle, "loop%s idle %s", document->model->loop_count == 1 ? "" : "s",
             format_percent(whole_ns - (double)score->busy_ns, whole_ns, share));
    const char *lines[] = {idle, NULL};
    if (longest && text_choose(drawing->frame->measurer, small, lines, room) != NULL)
        frame_text(drawing->frame, small, drawing->theme->mute, FRAME_CENTRE, x,
                   y + draw_px(drawing, 40), room, idle);
}

void draw_breaks(const struct drawing *drawing)
{
    const struct layout *layout = drawing->layout;
    const struct trace_axis *axis = drawing->scratch->columns.axis;
    size_t first;
    size_t end;
    draw_visible_breaks(drawing, &first, &end);
    size_t longest = first;
    for (size_t i = first; i < end; i++)
        if (axis->breaks[i].end_ns - axis->breaks[i].start_ns >
            axis->breaks[longest].end_ns - axis->breaks[longest].start_ns)
            longest = i;
    float y0 = layout->lanes.y;
    float y1 = frame_bottom(layout->lanes);
    frame_clip(drawing->frame, layout->lanes);
    for (size_t i = first; i < end; i++) {
        float x0;
        float x1;
        if (!draw_break_edges(drawing, &axis->breaks[i], &x0, &x1))
            continue;
        if (x1 - x0 > draw_px(drawing, 4 * TOOTH_X)) {
            draw_blank(drawing, x0, x1, y0, y1);
            draw_edge(drawing, x0, y0, y1);
            draw_edge(drawing, x1, y0, y1);
        } else { /* too narrow to be torn */
            frame_fill_rect(drawing->frame, (struct frame_rect){x0, y0, x1 - x0, y1 - y0},
                            drawing->theme->panel);
        }
        float left = fmaxf(x0, layout->lanes.x);
        float right = fminf(x1, frame_right(layout->lanes));
        draw_words(drawing, &axis->breaks[i], left, right, i == longest);
        frame_hot(drawing->frame, (struct frame_rect){x0, y0, x1 - x0, y1 - y0}, FRAME_HOT_BREAK,
                  (uint32_t)i);
    }
    frame_unclip(drawing->frame);
}
