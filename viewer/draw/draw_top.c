/*
 * The bar at the top: what this is, what the colours mean, and the three axes to choose from.
 *
 * From both ends inwards: the buttons at the right and the title at the left always stay; the
 * legend comes next, because without it nothing can be read, and the counts last.
 */

#include "panels.h"

#include <math.h>
#include <stdio.h>

#include "format.h"

#define BASELINE 33
#define BUTTON_HEIGHT 30
#define BUTTON_PAD 22
#define BUTTON_PAD_TIGHT 9 /* where there would be no room for the legend otherwise */
#define BUTTON_GAP 4
#define SWATCH_WIDTH 26
#define SWATCH_HEIGHT 16
#define GAP 28
#define LEGEND_STATES 3
#define MENU_NAME "Menu"

/* A button that ends at `right`; answers where it begins. */
static float draw_button(const struct drawing *drawing, float right, float pad, const char *name,
                         bool on, struct frame_hot hot)
{
    const struct theme *theme = drawing->theme;
    struct text_style style = draw_style(drawing, 14);
    struct text_style bold = draw_bold(drawing, 14);
    float text_px = text_width_px(drawing->frame->measurer, bold, name);
    float height = draw_px(drawing, BUTTON_HEIGHT);
    float middle = roundf(drawing->layout->top.height / 2);
    struct frame_rect box = {roundf(right - text_px - 2 * pad), middle - roundf(height / 2),
                             roundf(text_px + 2 * pad), height};
    struct frame_fill fill = {FRAME_SOLID, on ? theme->ink : theme->panel, 0, 0};
    bool hovered = drawing->app->hover.kind == hot.kind && drawing->app->hover.index == hot.index;
    struct frame_stroke stroke = {hovered && !on ? draw_px(drawing, 1) : 0, theme->mute};
    frame_rect(drawing->frame, box, draw_px(drawing, 6), fill, stroke);
    frame_text(drawing->frame, on ? bold : style, on ? theme->ground : theme->mute, FRAME_CENTRE,
               box.x + box.width / 2, draw_baseline(style, middle), box.width, name);
    frame_hot(drawing->frame, box, hot.kind, hot.index);
    return box.x;
}

static const struct {
    enum trace_axis_kind kind;
    const char *name;
} axes[TRACE_AXIS_KINDS] = {
    {TRACE_AXIS_STEP, "Steps"}, {TRACE_AXIS_FOLDED, "Folded"}, {TRACE_AXIS_TIME, "Time"}};

/* In a lesson the axis is the lesson's. */
static int axis_count(const struct drawing *drawing)
{
    return quiz_is_on(drawing->app) ? 0 : TRACE_AXIS_KINDS;
}

/* How wide all buttons are. */
static float buttons_px(const struct drawing *drawing, bool tight)
{
    struct text_style bold = draw_bold(drawing, 14);
    int count = axis_count(drawing);
    if (app_on_paper(drawing->app))
        return 0;
    float pad = draw_px(drawing, tight ? BUTTON_PAD_TIGHT : BUTTON_PAD);
    float pads = 2 * (float)(count + 1) * pad;
    float width = text_width_px(drawing->frame->measurer, bold, MENU_NAME) + pads +
                  draw_px(drawing, GAP / 2) + (float)count * draw_px(drawing, BUTTON_GAP);
    for (int i = 0; i < count; i++)
        width += text_width_px(drawing->frame->measurer, bold, axes[i].name);
    return width;
}

/* The buttons, from right to left; answers where they begin. */
static float draw_buttons(const struct drawing *drawing, bool tight)
{
    float right = drawing->layout->top.width - draw_px(drawing, DRAW_EDGE);
    float pad = draw_px(drawing, tight ? BUTTON_PAD_TIGHT : BUTTON_PAD);
    struct frame_hot menu = {.kind = FRAME_HOT_MENU, .index = COMMAND_GROUPS};
    bool open = drawing->app->prompt.kind == PROMPT_MENU;
    if (app_on_paper(drawing->app))
        return right;
    right = draw_button(drawing, right, pad, MENU_NAME, open, menu);
    right -= draw_px(drawing, GAP / 2);
    for (int i = 0; i < axis_count(drawing); i++) {
        struct frame_hot hot = {.kind = FRAME_HOT_AXIS, .index = (uint32_t)axes[i].kind};
        bool on = drawing->app->view.axis == axes[i].kind;
        right = draw_button(drawing, right, pad, axes[i].name, on, hot);
        right -= draw_px(drawing, BUTTON_GAP);
    }
    return right;
}

/* A state's bar, or behind the states a message's arrow. */
static void draw_swatch(const struct drawing *drawing, struct frame_rect box, int entry)
{
    const struct theme *theme = drawing->theme;
    if (entry < LEGEND_STATES) {
        frame_rect(drawing->frame, box, draw_px(drawing, 2), theme_fill(theme, entry),
                   theme_stroke(theme, entry, draw_px(drawing, 1)));
        return;
    }
    float y = box.y + roundf(box.height / 2);
    float right = frame_right(box);
    float head = draw_px(drawing, 8);
    struct frame_point points[3] = {
        {right, y}, {right - head, y - head / 2}, {right - head, y + head / 2}};
    frame_horizontal(drawing->frame, box.x, right - head, y, draw_px(drawing, 1.5f),
                     theme->message);
    frame_polygon(drawing->frame, points, 3, theme->message);
}

/* How many entries the legend has: messages only where there are any. */
static int legend_entries(const struct drawing *drawing)
{
    return LEGEND_STATES + (drawing->app->document->model->message_count > 0);
}

/* Width of the legend, and, if told to, the legend itself from `x` on. */
static float legend(const struct drawing *drawing, float x, bool draw)
{
    static const char *const names[] = {"running", "ready", "waiting", "message"};
    struct text_style style = draw_style(drawing, 14);
    int count = legend_entries(drawing);
    float from = x;
    for (int entry = 0; entry < count; entry++) {
        float height = draw_px(drawing, SWATCH_HEIGHT);
        float middle = roundf(drawing->layout->top.height / 2);
        struct frame_rect swatch = {x, middle - roundf(height / 2), draw_px(drawing, SWATCH_WIDTH),
                                    height};
        float text_px = text_width_px(drawing->frame->measurer, style, names[entry]);
        float text_x = frame_right(swatch) + draw_px(drawing, 8);
        if (draw) {
            draw_swatch(drawing, swatch, entry);
            frame_text(drawing->frame, style, drawing->theme->ink, FRAME_LEFT, text_x,
                       draw_baseline(style, middle), text_px + 1, names[entry]);
            struct frame_rect hot = swatch;
            hot.width = text_x + text_px - swatch.x;
            frame_hot(drawing->frame, hot, FRAME_HOT_LEGEND, (uint32_t)entry);
        }
        x = roundf(text_x + text_px) + draw_px(drawing, entry + 1 < count ? 24 : 0);
    }
    return x - from;
}

/* "main and 3 actors, 1 loop, 1 thread" */
static void count_everything(const struct drawing *drawing, char *text, size_t bytes)
{
    const struct document *document = drawing->app->document;
    const struct trace_model *model = document->model;
    char actors[FORMAT_BYTES];
    char loops[FORMAT_BYTES];
    char threads[FORMAT_BYTES];
    uint64_t others = model->lane_count - (document->root != TRACE_NONE);
    const char *root = document->root != TRACE_NONE && others > 0
                           ? trace_text(model, model->lanes[document->root].name)
                           : "";
    snprintf(text, bytes, "%.40s%s%s \xc2\xb7 %s \xc2\xb7 %s", root, root[0] != '\0' ? " + " : "",
             format_things(others > 0 ? others : model->lane_count, "actor", actors),
             format_things(model->loop_count, "loop", loops),
             format_things(document->score.threads, "thread", threads));
}

/* The title, as wide as what else is in the bar allows, and the counts if there is room; answers
 * where they end. */
static float draw_title_and_counts(const struct drawing *drawing, const char *title, float right)
{
    struct text_style style = draw_style(drawing, 14);
    float baseline = draw_px(drawing, BASELINE);
    float x = draw_px(drawing, DRAW_EDGE);
    x += frame_text(drawing->frame, draw_bold(drawing, 20), drawing->theme->ink, FRAME_LEFT, x,
                    baseline, right - x, title);
    char counts[4 * FORMAT_BYTES];
    count_everything(drawing, counts, sizeof counts);
    float counts_px = text_width_px(drawing->frame->measurer, style, counts);
    float counts_x = roundf(x + draw_px(drawing, 12));
    if (counts_x + counts_px <= right && drawing->app->document_count == 1)
        x = counts_x + frame_text(drawing->frame, style, drawing->theme->mute, FRAME_LEFT, counts_x,
                                  baseline, counts_px + 1, counts);
    return x;
}

void draw_top(const struct drawing *drawing)
{
    const struct layout *layout = drawing->layout;
    char runs[2 * FORMAT_BYTES];
    const char *title = drawing->app->document->title;
    if (drawing->app->document_count > 1) {
        snprintf(runs, sizeof runs, "%u runs", drawing->app->document_count);
        title = runs;
    }
    if (quiz_is_on(drawing->app))
        title = drawing->app->quiz.lesson->title;
    float gap = draw_px(drawing, GAP);
    float left = draw_px(drawing, DRAW_EDGE);
    float legend_px = legend(drawing, 0, false);
    float title_px = text_width_px(drawing->frame->measurer, draw_bold(drawing, 20), title);
    float room = layout->top.width - 2 * left - 2 * gap - legend_px - title_px;
    bool tight = buttons_px(drawing, false) > room;
    bool has_legend = !tight || buttons_px(drawing, true) <= room + title_px / 2;
    float right = draw_buttons(drawing, tight) - gap;
    float title_right = has_legend ? right - legend_px - gap : right;
    float x = draw_title_and_counts(drawing, title, title_right);
    if (has_legend)
        legend(drawing, roundf(x + gap + fmaxf(right - x - gap - legend_px, 0) / 2), true);
    frame_horizontal(drawing->frame, 0, layout->top.width, frame_bottom(layout->top) - 0.5f, 1,
                     drawing->theme->rule);
}
