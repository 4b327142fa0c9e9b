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
#define ORDER_HEIGHT 20
/* No more slanted lines than this are drawn in one ghost: those outside the picture are not. */
#define LINES_MAX 512

/* Where a position of the axis is in the picture. */
static float place(const struct drawing *drawing, double position)
{
    return roundf(draw_lanes_x(drawing, view_x(&drawing->app->view, position)));
}

/* Slanted lines in a box: dense ones for what is said to run. */
static void draw_lines(const struct drawing *drawing, struct frame_rect box, bool dense)
{
    float gap = draw_px(drawing, dense ? LINE_GAP / 3.0f : LINE_GAP);
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
    draw_lines(drawing, box, ghost->runs);
    frame_rect(drawing->frame, box, draw_px(drawing, 5),
               (struct frame_fill){.pattern = FRAME_EMPTY},
               (struct frame_stroke){draw_px(drawing, 2), drawing->theme->accent});
    frame_unclip(drawing->frame);
}

/* A time, as a bar. */
static void draw_own_time(const struct drawing *drawing, struct frame_rect ruler, int64_t scale_ns)
{
    const struct quiz *quiz = &drawing->app->quiz;
    struct text_style style = draw_style(drawing, 12);
    char text[QUIZ_TIME_BYTES];
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

/* An order, as names in a row: dotted places for them where it is for paper. */
static void draw_own_order(const struct drawing *drawing, struct frame_rect ruler, size_t count)
{
    const struct quiz *quiz = &drawing->app->quiz;
    const struct theme *theme = drawing->theme;
    bool chosen = quiz->chosen == QUIZ_OWN_ANSWER;
    float gap = draw_px(drawing, 4);
    float width = roundf(ruler.width / (float)count);
    struct text_style style = draw_bold(drawing, 13);
    for (size_t i = 0; i < count; i++) {
        bool carried = chosen && quiz->carried == i;
        struct frame_rect box = {ruler.x + width * (float)i, ruler.y + gap / 2, width - gap,
                                 draw_px(drawing, ORDER_HEIGHT)};
        char text[QUIZ_TIME_BYTES];
        const char *name = chosen ? quiz->own.order[i] : "";
        snprintf(text, sizeof text, "%zu. %.*s", i + 1, (int)strcspn(name, "#"), name);
        frame_rect(
            drawing->frame, box, draw_px(drawing, 4),
            (struct frame_fill){carried ? FRAME_SOLID : FRAME_EMPTY, theme->accent, 0, 0},
            (struct frame_stroke){draw_px(drawing, 1), chosen ? theme->accent : theme->mute});
        frame_text(drawing->frame, style, carried ? theme->ground : theme->ink, FRAME_LEFT,
                   box.x + gap, draw_baseline(style, box.y + box.height / 2), box.width - 2 * gap,
                   text);
    }
    if (!drawing->app->captioned)
        frame_text(drawing->frame, draw_style(drawing, 12), theme->mute, FRAME_LEFT, ruler.x,
                   frame_bottom(ruler) - draw_px(drawing, 6), ruler.width,
                   chosen ? "Right and Left choose one, with Shift they move it"
                          : "or drag here, or Right: in which order?");
}

void draw_own_guess(const struct drawing *drawing)
{
    struct frame_rect ruler = app_layout_of(drawing->app, 0).ruler;
    int64_t scale_ns = quiz_scale_ns(drawing->app);
    size_t count = quiz_order_count(drawing->app);
    if (count > 0)
        draw_own_order(drawing, ruler, count);
    else if (scale_ns > 0)
        draw_own_time(drawing, ruler, scale_ns);
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
    const char *texts[] = {said, answer, "you said", NULL};
    x1 = fmaxf(fminf(x1, frame_right(layout->lanes)), x0 + draw_px(drawing, 3));
    struct frame_rect bar = {x0, layout->ruler.y, x1 - x0, draw_px(drawing, BAR_HEIGHT)};
    float gap = draw_px(drawing, 6);
    frame_fill_rect(drawing->frame, bar, drawing->theme->accent);
    float room = fmaxf(bar.width, frame_right(layout->lanes) - x1) - 2 * gap;
    const char *text = text_choose(drawing->frame->measurer, style, texts, room);
    float baseline = draw_baseline(style, bar.y + bar.height / 2);
    bool inside =
        text != NULL && text_width_px(drawing->frame->measurer, style, text) <= bar.width - 2 * gap;
    if (text != NULL)
        frame_text(drawing->frame, style, inside ? drawing->theme->ground : drawing->theme->accent,
                   inside ? FRAME_CENTRE : FRAME_LEFT,
                   inside ? roundf(bar.x + bar.width / 2) : x1 + gap, baseline, room, text);
    if (x1 < frame_right(layout->lanes))
        frame_vertical(drawing->frame, x1, layout->lanes.y, frame_bottom(layout->lanes),
                       draw_px(drawing, 2), drawing->theme->accent);
}

/* What was answered, while it is told of; NULL if nothing was. */
static const struct lesson_answer *told_guess(const struct drawing *drawing)
{
    const struct quiz *quiz = &drawing->app->quiz;
    return quiz->stage == QUIZ_TOLD ? quiz_guess(quiz) : NULL;
}

void draw_ghost_lives(const struct drawing *drawing, const char *lane, float bar_y)
{
    const struct lesson_answer *guess = told_guess(drawing);
    for (size_t i = 0; guess != NULL && i < guess->ghost_count; i++)
        if (guess->ghosts[i].panel == drawing->frame->pane &&
            strcmp(guess->ghosts[i].lane, lane) == 0)
            draw_life(drawing, &guess->ghosts[i], bar_y);
}

void draw_ghost_end(const struct drawing *drawing)
{
    const struct lesson_answer *guess = told_guess(drawing);
    size_t panel = drawing->frame->pane;
    double end = guess != NULL ? quiz_guess_end(drawing->app, panel) : 0;
    if (end > 0)
        draw_bar(drawing, guess->text, end);
}

void draw_ghost_depth(const struct drawing *drawing, const char *lane, struct frame_rect box,
                      uint32_t peak)
{
    const struct lesson_answer *guess = told_guess(drawing);
    bool is_its = guess != NULL && guess->depth_lane != NULL && drawing->frame->pane == 0 &&
                  strcmp(guess->depth_lane, lane) == 0;
    if (!is_its)
        return;
    struct text_style style = draw_bold(drawing, 12);
    char said[128];
    float share = (float)fmin(guess->depth / (double)peak, 1);
    float y = roundf(frame_bottom(box) - box.height * share);
    snprintf(said, sizeof said, "you said: %.100s", guess->text);
    frame_horizontal(drawing->frame, box.x, frame_right(box), y, draw_px(drawing, 2),
                     drawing->theme->accent);
    frame_text(drawing->frame, style, drawing->theme->accent, FRAME_RIGHT,
               frame_right(box) - draw_px(drawing, 6), y - draw_px(drawing, 4), box.width, said);
}
