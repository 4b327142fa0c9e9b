/*
 * What the pointer is on, said beside the pointer.
 */

#include "panels.h"

#include <math.h>
#include <stdio.h>

#include "format.h"

#define PAD 10
#define LINE_HEIGHT 19
#define OFFSET 16 /* from the pointer, so that it hides nothing that is pointed at */
#define WIDTH_MAX 520

static void describe_score(struct describe_text *text, uint32_t tile)
{
    static const char *const titles[] = {"W, wall",         "S, sum of lives", "B, busy",
                                         "H, longest hold", "C, concurrency",  "P, parallelism",
                                         "Peak running"};
    static const char *const lines[][2] = {
        {"from the first resume of any actor", "to the last end of any actor"},
        {"each actor from its first resume to its end,", "without waiting for its own children"},
        {"the sum of all runs", "what all of it cost the processor, at most"},
        {"the longest single run: for so long", "nobody else could run on that loop"},
        {"S / W: how many actors were in progress", "at a time, on average"},
        {"B / W: how many actors were running", "at a time, on average"},
        {"the most that ever ran at the same instant:", "1 proves that nothing ran in parallel"},
    };
    snprintf(text->name, sizeof text->name, "%s", titles[tile]);
    for (int i = 0; i < 2; i++)
        snprintf(text->lines[i], DESCRIBE_BYTES, "%s", lines[tile][i]);
    text->count = 2;
}

static void describe_state(struct describe_text *text, uint32_t state)
{
    static const char *const titles[] = {"running", "ready", "waiting", "message"};
    static const char *const lines[] = {"the actor runs on its loop",
                                        "the actor could run, and waits for its turn",
                                        "the actor waits for something, and uses no loop",
                                        "from the run that sends it to where it is taken"};
    snprintf(text->name, sizeof text->name, "%s", titles[state]);
    snprintf(text->lines[0], DESCRIBE_BYTES, "%s", lines[state]);
    text->count = 1;
}

/* The column of pixels that the pointer is on. */
static uint32_t column_below(const struct drawing *drawing)
{
    float x = drawing->app->pointer_x - drawing->layout->lanes.x;
    return (uint32_t)fminf(fmaxf(x, 0), (float)drawing->scratch->columns.count - 1);
}

/* How many at the moment below the pointer. */
static void describe_moment(struct describe_text *text, const struct drawing *drawing)
{
    const struct fold_columns *columns = &drawing->scratch->columns;
    uint32_t column = column_below(drawing);
    size_t near = 0;
    struct trace_load_step most = strip_max(&drawing->app->document->strip, columns->at_ns[column],
                                            columns->at_ns[column + 1], &near);
    int64_t step_ns = columns->at_ns[column + 1] - columns->at_ns[column];
    char at[FORMAT_BYTES];
    int64_t round_ns = 1;
    while (round_ns * 10 <= step_ns)
        round_ns *= 10;
    format_instant(columns->at_ns[column] / round_ns * round_ns, round_ns, at);
    snprintf(text->name, sizeof text->name, "%u in progress, %u running", most.in_progress,
             most.running);
    snprintf(text->lines[0], DESCRIBE_BYTES, "at %s", at);
    text->count = 1;
}

/* How many messages at the moment below the pointer. */
static void describe_mailbox(struct describe_text *text, const struct drawing *drawing,
                             uint32_t lane)
{
    const struct document *document = drawing->app->document;
    const struct trace_model *model = document->model;
    const struct fold_columns *columns = &drawing->scratch->columns;
    uint32_t column = column_below(drawing);
    uint32_t near = model->lanes[lane].depth_first;
    uint32_t most =
        depths_most(model, lane, columns->at_ns[column], columns->at_ns[column + 1], &near);
    char count[FORMAT_BYTES];
    snprintf(text->name, sizeof text->name, "%s", trace_text(model, model->lanes[lane].name));
    snprintf(text->what, sizeof text->what, ", mailbox");
    snprintf(text->lines[0], DESCRIBE_BYTES, "%s in it", format_things(most, "message", count));
    snprintf(text->lines[1], DESCRIBE_BYTES, "never more than %s",
             format_count(document->mailbox_peaks[lane], count));
    text->count = 2;
}

/* The number at the moment below the pointer. */
static void describe_value(struct describe_text *text, const struct drawing *drawing,
                           uint32_t counter)
{
    const struct document *document = drawing->app->document;
    const struct fold_columns *columns = &drawing->scratch->columns;
    struct charts_place place = {counter, document->model->counters[counter].value_first};
    struct charts_range range;
    uint32_t column = column_below(drawing);
    char low[FORMAT_BYTES];
    char high[FORMAT_BYTES];
    describe_counter(text, document->model, counter);
    bool any = charts_between(&document->charts, &place, columns->at_ns[column],
                              columns->at_ns[column + 1], &range);
    snprintf(text->lines[1], DESCRIBE_BYTES, "%s", text->lines[0]);
    if (!any)
        snprintf(text->lines[0], DESCRIBE_BYTES, "no value yet");
    else if (range.low == range.high)
        snprintf(text->lines[0], DESCRIBE_BYTES, "%s here", format_number(range.low, low));
    else
        snprintf(text->lines[0], DESCRIBE_BYTES, "%s to %s here", format_number(range.low, low),
                 format_number(range.high, high));
    text->count = 2;
}

/* A row, or a group of them. */
static void describe_item(struct describe_text *text, const struct document *document,
                          uint32_t item)
{
    const struct lanes_item *of = &document->lanes.items[item];
    if (of->row != TRACE_NONE) {
        describe_row(text, &document->rows, of->row);
        return;
    }
    const struct lanes_group *group = &document->lanes.groups[of->group];
    char actors[FORMAT_BYTES];
    snprintf(text->name, sizeof text->name, "%s", group->name);
    snprintf(text->what, sizeof text->what, ", %s", format_things(group->count, "actor", actors));
    snprintf(text->lines[0], DESCRIBE_BYTES, "a click %s",
             group->folded ? "shows them one by one" : "folds them to one band");
    text->count = 1;
}

static bool describe_hover(struct describe_text *text, const struct drawing *drawing)
{
    const struct document *document = drawing->app->document;
    const struct frame_hot *hover = &drawing->app->hover;
    const struct trace_axis *axis = app_axis(drawing->app);
    switch (hover->kind) {
    case FRAME_HOT_SPAN:
        describe_span(text, &document->order, &document->rows, hover->index);
        return true;
    case FRAME_HOT_ARROW:
        describe_flow(text, document->model, hover->index);
        return true;
    case FRAME_HOT_NOTE:
        describe_note(text, document->model, hover->index);
        return true;
    case FRAME_HOT_MAILBOX:
        describe_mailbox(text, drawing, hover->index);
        return true;
    case FRAME_HOT_SLICE:
        describe_slice(text, &document->rows, hover->index);
        return true;
    case FRAME_HOT_JOB:
        describe_job(text, &document->rows, hover->index);
        return true;
    case FRAME_HOT_COUNTER:
        describe_value(text, drawing, hover->index);
        return true;
    case FRAME_HOT_NAME:
    case FRAME_HOT_BAND:
        describe_item(text, document, hover->index);
        return true;
    case FRAME_HOT_BREAK:
        if (hover->index >= axis->break_count)
            return false;
        describe_gap(text, document->model, axis->breaks[hover->index].start_ns,
                     axis->breaks[hover->index].end_ns);
        return true;
    case FRAME_HOT_STRIP:
        describe_moment(text, drawing);
        return true;
    case FRAME_HOT_BOOKMARK:
        snprintf(text->name, sizeof text->name, "%s", document->bookmarks.items[hover->index].text);
        return true;
    case FRAME_HOT_SCORE:
        describe_score(text, hover->index);
        return true;
    case FRAME_HOT_LEGEND:
        describe_state(text, hover->index);
        return true;
    default:
        return false;
    }
}

void draw_tooltip(const struct drawing *drawing)
{
    const struct app *app = drawing->app;
    struct describe_text text = {.count = 0};
    if (!app_points(app) || app->help || !describe_hover(&text, drawing))
        return;
    const struct text_measurer *measurer = drawing->frame->measurer;
    struct text_style bold = draw_bold(drawing, 13);
    struct text_style style = draw_style(drawing, 13);
    float pad = draw_px(drawing, PAD);
    float step = draw_px(drawing, LINE_HEIGHT);
    float width = draw_title_px(drawing, &text, bold);
    for (int i = 0; i < text.count; i++)
        width = fmaxf(width, text_width_px(measurer, style, text.lines[i]));
    width = fminf(width, fminf(draw_px(drawing, WIDTH_MAX), (float)app->width - 4 * pad));
    struct frame_rect box = {app->pointer_x + draw_px(drawing, OFFSET),
                             app->pointer_y + draw_px(drawing, OFFSET), ceilf(width + 2 * pad),
                             step * (float)(text.count + 1) + pad};
    if (frame_right(box) > (float)app->width - pad)
        box.x = fmaxf(app->pointer_x - draw_px(drawing, OFFSET) - box.width, pad);
    if (frame_bottom(box) > (float)app->height - pad)
        box.y = fmaxf(app->pointer_y - draw_px(drawing, OFFSET) - box.height, pad);
    box.x = roundf(box.x);
    box.y = roundf(box.y);
    frame_rect(drawing->frame, box, draw_px(drawing, 5),
               (struct frame_fill){FRAME_SOLID, drawing->theme->ground, 0, 0},
               (struct frame_stroke){draw_px(drawing, 1), drawing->theme->mute});
    float y = box.y + step;
    draw_title(drawing, &text, bold, box.x + pad, y, width + 1);
    for (int i = 0; i < text.count; i++)
        frame_text(drawing->frame, style, drawing->theme->ink, FRAME_LEFT, box.x + pad,
                   y + step * (float)(i + 1), width + 1, text.lines[i]);
}
