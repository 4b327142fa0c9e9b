/*
 * The guess as a ghost over the run that was: lives as somebody imagined them are frames with
 * slanted lines, through which the truth can be seen; a guess that is only a time is a bar on the
 * ruler and a line where the run would have ended.
 */

#include "panels.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define BAR_HEIGHT 15
#define LINE_GAP 14
#define FRAME_GAP 3
/* No more slanted lines than this are drawn in one ghost: those outside the picture are not. */
#define LINES_MAX 512

/* Where a position of the axis is in the picture. */
static float place(const struct drawing *drawing, double position)
{
    return roundf(draw_lanes_x(drawing, view_x(&drawing->app->view, position)));
}

/* Slanted lines in a box. */
static void draw_lines(const struct drawing *drawing, struct frame_rect box)
{
    float gap = draw_px(drawing, LINE_GAP);
    struct frame_stroke stroke = {draw_px(drawing, 1), drawing->theme->accent};
    float x = box.x - box.height;
    for (int i = 0; i < LINES_MAX && x < frame_right(box); i++, x += gap) {
        struct frame_point points[] = {{x, frame_bottom(box)}, {x + box.height, box.y}};
        frame_polyline(drawing->frame, points, 2, stroke);
    }
}

static void draw_life(const struct drawing *drawing, const struct lesson_ghost *ghost, float bar_y)
{
    const struct layout *layout = drawing->layout;
    float gap = draw_px(drawing, FRAME_GAP);
    double from;
    double to;
    quiz_ghost(drawing->app, ghost, &from, &to);
    float x0 = place(drawing, from);
    float x1 = place(drawing, to);
    struct frame_rect box = {x0, bar_y - gap, fmaxf(x1 - x0, gap), layout->bar_height + 2 * gap};
    struct frame_rect seen = layout->lanes;
    seen.y = fmaxf(seen.y, box.y);
    seen.height = fminf(frame_bottom(layout->lanes), frame_bottom(box)) - seen.y;
    float right = fminf(frame_right(seen), frame_right(box));
    seen.x = fmaxf(seen.x, box.x);
    seen.width = right - seen.x;
    if (seen.height <= 0 || seen.width <= 0)
        return;
    frame_clip(drawing->frame, seen);
    draw_lines(drawing, box);
    frame_rect(drawing->frame, box, draw_px(drawing, 5),
               (struct frame_fill){.pattern = FRAME_EMPTY},
               (struct frame_stroke){draw_px(drawing, 2), drawing->theme->accent});
    frame_unclip(drawing->frame);
}

void draw_own_guess(const struct drawing *drawing)
{
    const struct quiz *quiz = &drawing->app->quiz;
    struct frame_rect ruler = app_layout_of(drawing->app, 0).ruler;
    int64_t scale_ns = quiz_scale_ns(drawing->app);
    struct text_style style = draw_style(drawing, 12);
    char text[QUIZ_FACT_BYTES];
    if (scale_ns <= 0)
        return;
    float bar = draw_px(drawing, BAR_HEIGHT);
    float baseline = draw_baseline(style, ruler.y + bar / 2);
    for (int i = 1; i <= 4; i++) {
        float x = roundf(ruler.x + ruler.width * (float)i / 4);
        quiz_name_time(scale_ns * i / 4, text);
        frame_vertical(drawing->frame, x, ruler.y + bar, ruler.y + bar + draw_px(drawing, 4), 1,
                       drawing->theme->hatch);
        frame_text(drawing->frame, style, drawing->theme->mute, i < 4 ? FRAME_CENTRE : FRAME_RIGHT,
                   x, frame_bottom(ruler) - draw_px(drawing, 8), ruler.width / 4, text);
    }
    if (quiz->chosen != QUIZ_OWN_ANSWER) {
        if (drawing->app->captioned) /* for paper */
            return;
        frame_text(drawing->frame, style, drawing->theme->mute, FRAME_LEFT, ruler.x, baseline,
                   ruler.width, "or drag here, or Right and Left: how long?");
        return;
    }
    float width = ruler.width * (float)((double)quiz->own_ns / (double)scale_ns);
    struct frame_rect box = {ruler.x, ruler.y, roundf(width), bar};
    frame_fill_rect(drawing->frame, box, drawing->theme->accent);
    bool inside = width > ruler.width / 2;
    float x = frame_right(box) + draw_px(drawing, inside ? -6 : 6);
    frame_text(drawing->frame, draw_bold(drawing, 12),
               inside ? drawing->theme->ground : drawing->theme->accent,
               inside ? FRAME_RIGHT : FRAME_LEFT, x, baseline, ruler.width / 2, quiz->own_text);
}

/* The bar on the ruler that is as long as the guess, with its words. */
static void draw_bar(const struct drawing *drawing, const char *answer, double end)
{
    const struct layout *layout = drawing->layout;
    struct text_style style = draw_bold(drawing, 12);
    char said[128];
    const struct app *app = drawing->app;
    float x0 = place(drawing, trace_axis_position(app_axis(app), app->document->origin_ns));
    float x1 = place(drawing, end);
    snprintf(said, sizeof said, "you said: %.100s", answer);
    const char *texts[] = {said, answer, NULL};
    x1 = fmaxf(fminf(x1, frame_right(layout->lanes)), x0 + draw_px(drawing, 3));
    struct frame_rect bar = {x0, layout->ruler.y, x1 - x0, draw_px(drawing, BAR_HEIGHT)};
    frame_fill_rect(drawing->frame, bar, drawing->theme->accent);
    float room = bar.width - draw_px(drawing, 8);
    const char *inside = text_choose(drawing->frame->measurer, style, texts, room);
    float baseline = draw_baseline(style, bar.y + bar.height / 2);
    if (inside != NULL)
        frame_text(drawing->frame, style, drawing->theme->ground, FRAME_CENTRE,
                   roundf(bar.x + bar.width / 2), baseline, room, inside);
    else
        frame_text(drawing->frame, style, drawing->theme->accent, FRAME_LEFT,
                   x1 + draw_px(drawing, 6), baseline,
                   frame_right(layout->lanes) - x1 - draw_px(drawing, 6), said);
    if (x1 < frame_right(layout->lanes))
        frame_vertical(drawing->frame, x1, layout->lanes.y, frame_bottom(layout->lanes),
                       draw_px(drawing, 2), drawing->theme->accent);
}

/* The answer that was wrong and is told of; NULL if there is none. */
static const struct lesson_answer *told_guess(const struct drawing *drawing)
{
    const struct quiz *quiz = &drawing->app->quiz;
    return quiz->stage == QUIZ_TOLD && drawing->frame->pane == 0 ? quiz_guess(quiz) : NULL;
}

void draw_ghost_lives(const struct drawing *drawing, const char *lane, float bar_y)
{
    const struct lesson_answer *guess = told_guess(drawing);
    for (size_t i = 0; guess != NULL && i < guess->ghost_count; i++)
        if (strcmp(guess->ghosts[i].lane, lane) == 0)
            draw_life(drawing, &guess->ghosts[i], bar_y);
}

void draw_ghost_end(const struct drawing *drawing)
{
    const struct lesson_answer *guess = told_guess(drawing);
    double end = guess != NULL ? quiz_guess_end(drawing->app) : 0;
    if (end > 0)
        draw_bar(drawing, guess->text, end);
}
