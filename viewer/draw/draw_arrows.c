/*
 * Arrows from the run that sends, spawns or wakes to the state that it leads to.
 *
 * By default only those of the state that is pointed at or selected; all on demand, thinned.  A
 * line begins at the edge of its sender's bar and ends just within the bar of its receiver, so that
 * it touches no more of either than it must.  A message's tag stands beside its line where that is
 * long enough and no other tag stands already.
 */

#include <math.h>
#include <string.h>

#include "arrows.h"
#include "panels.h"
#include "trace_words.h"

#define WIDTH 1.5f
#define WIDTH_CHOSEN 2.5f
#define HALO 1.25f /* of ground on both sides, where an arrow crosses bars */
#define HEAD_LENGTH 8
#define HEAD_HALF 3.5f
#define REACH 5 /* how far it goes into the receiver's bar, and how near the pointer must come */
#define TAG_POINTS 12
#define TAG_PAD 4
#define TAG_SHARE_DOWN 0.3f
#define TAG_SHARE_UP 0.5f
/* An arrow whose other end is out of sight is this long, where all of them are drawn. */
#define STUB 22
/* With more arrows than this their tags would hide the picture. */
#define TAGGED_MAX 60

/* One arrow on the picture. */
struct line {
    struct frame_point from, to;
    uint32_t flow;
    bool message, chosen;
};

/* The tags that stand already. */
struct tags {
    struct frame_rect boxes[TAGGED_MAX];
    int count;
};

static bool is_message(const struct drawing *drawing, uint32_t flow)
{
    return flow != TRACE_NONE && drawing->app->document->model->flows[flow].message != TRACE_NONE;
}

static bool in_sight(const struct drawing *drawing, float y)
{
    return y >= drawing->layout->lanes.y && y <= frame_bottom(drawing->layout->lanes);
}

/* Shortens a line that goes out of sight to a stub that says where to. */
static void cut_line(const struct drawing *drawing, struct line *line)
{
    float dx = line->to.x - line->from.x;
    float dy = line->to.y - line->from.y;
    float length = sqrtf(dx * dx + dy * dy);
    float share = draw_px(drawing, STUB) / fmaxf(length, 1);
    if (share >= 1)
        return;
    if (!in_sight(drawing, line->from.y))
        line->from = (struct frame_point){line->to.x - dx * share, line->to.y - dy * share};
    else if (!in_sight(drawing, line->to.y))
        line->to = (struct frame_point){line->from.x + dx * share, line->from.y + dy * share};
}

static struct line line_of(const struct drawing *drawing, const struct arrow *arrow)
{
    const struct lanes *lanes = &drawing->app->document->lanes;
    const struct layout *layout = drawing->layout;
    double scroll_px = drawing->app->view.scroll_px;
    float from_y = layout_bar_y(layout, lanes_place_of_lane(lanes, arrow->from_lane), scroll_px);
    float to_y = layout_bar_y(layout, lanes_place_of_lane(lanes, arrow->to_lane), scroll_px);
    const struct fold_columns *columns = &drawing->scratch->columns;
    struct line line = {.flow = arrow->flow,
                        .message = is_message(drawing, arrow->flow),
                        .chosen =
                            arrow->flow != TRACE_NONE && arrow->flow == drawing->app->message};
    bool down = to_y > from_y;
    line.from.x = draw_lanes_x(drawing, fold_x(columns, arrow->from_ns));
    line.to.x = draw_lanes_x(drawing, fold_x(columns, arrow->to_ns));
    line.from.y = down ? from_y + layout->bar_height : from_y;
    line.to.y =
        down ? to_y + draw_px(drawing, REACH) : to_y + layout->bar_height - draw_px(drawing, REACH);
    if (drawing->app->all_messages && !line.chosen)
        cut_line(drawing, &line);
    return line;
}

static void draw_head(const struct drawing *drawing, const struct line *line, float grow,
                      uint32_t ink)
{
    float dx = line->to.x - line->from.x;
    float dy = line->to.y - line->from.y;
    float length = fmaxf(sqrtf(dx * dx + dy * dy), 1);
    float along = draw_px(drawing, HEAD_LENGTH) + grow;
    float half = HEAD_HALF * drawing->layout->scale + grow;
    float x = dx / length;
    float y = dy / length;
    struct frame_point tip = {line->to.x + x * grow, line->to.y + y * grow};
    struct frame_point points[3] = {tip,
                                    {tip.x - x * along - y * half, tip.y - y * along + x * half},
                                    {tip.x - x * along + y * half, tip.y - y * along - x * half}};
    frame_polygon(drawing->frame, points, 3, ink);
}

/* The line ends where the head begins to be wide. */
static void draw_shaft(const struct drawing *drawing, const struct line *line, float width,
                       uint32_t ink)
{
    float dx = line->to.x - line->from.x;
    float dy = line->to.y - line->from.y;
    float length = fmaxf(sqrtf(dx * dx + dy * dy), 1);
    float short_by = fminf(draw_px(drawing, HEAD_LENGTH) * 0.7f, length);
    struct frame_point points[2] = {
        line->from, {line->to.x - dx / length * short_by, line->to.y - dy / length * short_by}};
    frame_polyline(drawing->frame, points, 2, (struct frame_stroke){width, ink});
}

static void draw_line(const struct drawing *drawing, const struct line *line, bool halo)
{
    const struct theme *theme = drawing->theme;
    float scale = drawing->layout->scale;
    float width = fmaxf((line->chosen ? WIDTH_CHOSEN : WIDTH) * scale, 1);
    uint32_t ink = line->message ? theme->message : theme->mute;
    if (halo) {
        draw_shaft(drawing, line, width + 2 * HALO * scale, theme->ground);
        draw_head(drawing, line, HALO * scale, theme->ground);
    }
    draw_shaft(drawing, line, width, ink);
    draw_head(drawing, line, 0, ink);
    float reach = draw_px(drawing, REACH);
    struct frame_rect hot = {line->to.x - reach, line->to.y - 2 * reach, 2 * reach, 4 * reach};
    if (line->message)
        frame_hot(drawing->frame, hot, FRAME_HOT_ARROW, line->flow);
}

static bool overlap(struct frame_rect a, struct frame_rect b)
{
    return a.x < frame_right(b) && b.x < frame_right(a) && a.y < frame_bottom(b) &&
           b.y < frame_bottom(a);
}

/* Whether the number of a run is in a box: of what stands for states, only its circle is so low. */
static bool hides_number(const struct drawing *drawing, struct frame_rect box)
{
    const struct frame *frame = drawing->frame;
    for (size_t i = 0; i < frame->hot_count; i++) {
        const struct frame_hot *hot = &frame->hots[i];
        if (hot->kind == FRAME_HOT_SPAN && hot->pane == frame->pane &&
            hot->box.height < drawing->layout->bar_height && overlap(hot->box, box))
            return true;
    }
    return false;
}

/* Whether a tag may stand in a box: on the lanes, on no number and on no other tag. */
static bool is_free(const struct drawing *drawing, const struct tags *tags, struct frame_rect box)
{
    const struct frame_rect *lanes = &drawing->layout->lanes;
    if (tags->count == TAGGED_MAX || box.x < lanes->x || frame_right(box) > frame_right(*lanes) ||
        box.y < lanes->y || frame_bottom(box) > frame_bottom(*lanes))
        return false;
    for (int i = 0; i < tags->count; i++)
        if (overlap(tags->boxes[i], box))
            return false;
    return !hides_number(drawing, box);
}

/* Where along a line its tag stands: nearer to the sender, whose bar has no number below it. */
static struct frame_point tag_point(const struct drawing *drawing, const struct line *line)
{
    const struct frame_rect *lanes = &drawing->layout->lanes;
    float dy = line->to.y - line->from.y;
    float y0 = fminf(fmaxf(line->from.y, lanes->y), frame_bottom(*lanes));
    float y1 = fminf(fmaxf(line->to.y, lanes->y), frame_bottom(*lanes));
    float y = y0 + (y1 - y0) * (dy > 0 ? TAG_SHARE_DOWN : TAG_SHARE_UP);
    float share = dy != 0 ? (y - line->from.y) / dy : 0.5f;
    return (struct frame_point){line->from.x + (line->to.x - line->from.x) * share, y};
}

/* The tag beside its line, to the right or else to the left. */
static void draw_tag(const struct drawing *drawing, const struct line *line, struct tags *tags)
{
    const struct theme *theme = drawing->theme;
    const struct trace_model *model = drawing->app->document->model;
    struct text_style style = draw_bold(drawing, TAG_POINTS);
    char text[TRACE_WORDS_BYTES];
    float height = roundf(style.size_px * 1.35f);
    float pad = draw_px(drawing, TAG_PAD);
    trace_tag_text(model->messages[model->flows[line->flow].message].tag, text, sizeof text);
    float width = text_width_px(drawing->frame->measurer, style, text);
    struct frame_point at = tag_point(drawing, line);
    struct frame_rect box = {roundf(at.x + pad), roundf(at.y - height / 2), ceilf(width + 2 * pad),
                             height};
    if (fabsf(line->to.y - line->from.y) < height)
        return;
    if (!is_free(drawing, tags, box))
        box.x = roundf(at.x - pad - box.width);
    if (!is_free(drawing, tags, box))
        return;
    tags->boxes[tags->count++] = box;
    frame_rect(drawing->frame, box, draw_px(drawing, 3),
               (struct frame_fill){FRAME_SOLID, theme->ground, 0, 0},
               (struct frame_stroke){draw_px(drawing, 1), theme->message});
    frame_text(drawing->frame, style, theme->message, FRAME_LEFT, box.x + pad,
               draw_baseline(style, box.y + height / 2), width + 1, text);
    frame_hot(drawing->frame, box, FRAME_HOT_ARROW, line->flow);
}

/* The state whose arrows are drawn: the one below the pointer, or the selected one. */
static uint32_t subject_of(const struct app *app)
{
    bool points = app_points(app) && app->hover.kind == FRAME_HOT_SPAN;
    return points ? app->hover.index : app->selected;
}

/* The message that is selected, if it is not among the others. */
static void add_chosen(const struct drawing *drawing, struct arrows *arrows)
{
    const struct trace_model *model = drawing->app->document->model;
    uint32_t chosen = drawing->app->message;
    for (uint32_t i = 0; i < arrows->count; i++)
        if (arrows->items[i].flow == chosen)
            return;
    if (chosen == TRACE_NONE || model->flows[chosen].to_lane == TRACE_NONE)
        return;
    const struct trace_flow *flow = &model->flows[chosen];
    arrows->count -= arrows->count == ARROWS_MAX;
    arrows->items[arrows->count++] =
        (struct arrow){flow->from_ns, flow->to_ns, flow->from_lane, flow->to_lane, chosen};
}

/* Leaves out those of which an end is filtered out, or whose ends are folded to one row. */
static void drop_hidden(const struct lanes *lanes, struct arrows *arrows)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < arrows->count; i++) {
        uint32_t from = lanes_place_of_lane(lanes, arrows->items[i].from_lane);
        uint32_t to = lanes_place_of_lane(lanes, arrows->items[i].to_lane);
        if (from != TRACE_NONE && to != TRACE_NONE && from != to)
            arrows->items[kept++] = arrows->items[i];
    }
    arrows->count = kept;
}

void draw_arrows(const struct drawing *drawing)
{
    const struct app *app = drawing->app;
    const struct document *document = app->document;
    const struct layout *layout = drawing->layout;
    uint32_t subject = subject_of(app);
    struct arrows arrows = {.count = 0};
    struct tags tags = {.count = 0};
    if (app->all_messages)
        arrows_of_view(&arrows, &drawing->scratch->columns, &document->lanes,
                       layout_row_first(layout, app->view.scroll_px),
                       layout_row_end(layout, app->view.scroll_px, document->lanes.count));
    else if (subject != TRACE_NONE)
        arrows_of_span(&arrows, document->model, subject);
    add_chosen(drawing, &arrows);
    drop_hidden(&document->lanes, &arrows);
    bool few = arrows.count <= TAGGED_MAX;
    frame_clip(drawing->frame, layout->lanes);
    for (uint32_t i = 0; i < arrows.count; i++) {
        struct line line = line_of(drawing, &arrows.items[i]);
        draw_line(drawing, &line, few);
    }
    for (uint32_t i = 0; i < arrows.count; i++) {
        struct line line = line_of(drawing, &arrows.items[i]);
        if (line.message && ((few && !quiz_is_on(app)) || line.chosen))
            draw_tag(drawing, &line, &tags);
    }
    frame_unclip(drawing->frame);
}
