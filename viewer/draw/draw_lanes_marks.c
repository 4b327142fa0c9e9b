/*
 * What stands on a lane besides its states: how many messages lie in the actor's mailbox, as steps
 * below its bar, and notes (it was cancelled, killed, linked, restarted) as small letters on the
 * bar's lower edge.
 */

#include "draw_lanes.h"

#include <math.h>
#include <stdio.h>

#include "format.h"
#include "depths.h"

#define CHART_HEIGHT_MAX 14
#define CHART_HEIGHT_MIN 4 /* in less room the steps go into the bar's foot */
#define CHART_GAP 2
#define PEAK_POINTS 11
#define NOTE_SIZE 14
#define NOTE_POINTS 11

/* Where the steps of a row stand. */
static struct frame_rect chart_box(const struct drawing *drawing, const struct lanes_row *row)
{
    const struct layout *layout = drawing->layout;
    float gap = draw_px(drawing, CHART_GAP);
    float foot = row->bar_y + layout->bar_height;
    float room = row->top + layout->row_height - foot - 2 * gap;
    float height = fminf(room, draw_px(drawing, CHART_HEIGHT_MAX));
    if (height < draw_px(drawing, CHART_HEIGHT_MIN)) {
        height = draw_px(drawing, CHART_HEIGHT_MIN);
        foot -= height + gap;
    }
    return (struct frame_rect){layout->lanes.x, foot + gap, layout->lanes.width, height};
}

/* Below the name: the most that the mailbox ever held. */
static void draw_peak(const struct drawing *drawing, const struct lanes_row *row, uint32_t peak)
{
    char count[FORMAT_BYTES];
    char text[2 * FORMAT_BYTES];
    struct text_style style = draw_style(drawing, PEAK_POINTS);
    struct frame_rect box = chart_box(drawing, row);
    if (drawing->layout->compact || box.y < row->bar_y + drawing->layout->bar_height)
        return;
    snprintf(text, sizeof text, "mailbox \xe2\x89\xa4 %s", format_count(peak, count));
    frame_text(drawing->frame, style, drawing->theme->message, FRAME_RIGHT,
               drawing->layout->lanes.x - draw_px(drawing, 8),
               draw_baseline(style, box.y + box.height / 2), drawing->layout->names.width, text);
}

void lanes_draw_mailbox(const struct drawing *drawing, const struct lanes_row *row)
{
    const struct document *document = drawing->app->document;
    const struct fold_columns *columns = &drawing->scratch->columns;
    uint32_t lane = row->row->subject;
    uint32_t peak = row->row->kind == ROW_ACTOR ? document->mailbox_peaks[lane] : 0;
    if (peak < DEPTHS_QUEUE_MIN)
        return;
    struct frame_rect box = chart_box(drawing, row);
    uint32_t near = document->model->lanes[lane].depth_first;
    uint32_t held = 0;
    uint32_t first = 0;
    for (uint32_t i = 0; i <= columns->count; i++) {
        uint32_t most = 0;
        if (i < columns->count)
            most =
                depths_most(document->model, lane, columns->at_ns[i], columns->at_ns[i + 1], &near);
        if (i < columns->count && most == held)
            continue;
        float height = ceilf(box.height * (float)held / (float)peak);
        if (held > 0)
            frame_fill_rect(drawing->frame,
                            (struct frame_rect){box.x + (float)first, frame_bottom(box) - height,
                                                (float)(i - first), height},
                            drawing->theme->queue);
        held = most;
        first = i;
    }
    draw_ghost_depth(drawing, rows_name(&document->rows, row->row), box, peak);
    frame_hot(drawing->frame, box, FRAME_HOT_MAILBOX, lane);
}

void lanes_draw_mailbox_peak(const struct drawing *drawing, const struct lanes_row *row)
{
    const struct document *document = drawing->app->document;
    uint32_t peak = row->row->kind == ROW_ACTOR ? document->mailbox_peaks[row->row->subject] : 0;
    if (peak >= DEPTHS_QUEUE_MIN && !drawing->app->blank)
        draw_peak(drawing, row, peak);
}

static void draw_note(const struct drawing *drawing, const struct lanes_row *row, uint32_t mark,
                      float x)
{
    const struct theme *theme = drawing->theme;
    const struct trace_mark *of = &drawing->app->document->model->marks[mark];
    struct text_style style = draw_bold(drawing, NOTE_POINTS);
    float size = draw_px(drawing, NOTE_SIZE);
    float middle = row->bar_y + drawing->layout->bar_height;
    char letter[2] = {trace_note_letter((enum trace_note)of->note), '\0'};
    struct frame_rect box = {roundf(x - size / 2), roundf(middle - size / 2), size, size};
    frame_rect(drawing->frame, box, draw_px(drawing, 3),
               (struct frame_fill){FRAME_SOLID, theme->ink, 0, 0},
               (struct frame_stroke){draw_px(drawing, 1), theme->ground});
    frame_text(drawing->frame, style, theme->ground, FRAME_CENTRE, roundf(x),
               draw_baseline(style, middle), size, letter);
    frame_hot(drawing->frame, box, FRAME_HOT_NOTE, mark);
}

void lanes_draw_notes(const struct drawing *drawing, const struct lanes_row *row)
{
    const struct order *order = &drawing->app->document->order;
    const struct trace_model *model = order->model;
    const struct fold_columns *columns = &drawing->scratch->columns;
    uint32_t lane = row->row->subject;
    if (row->row->kind != ROW_ACTOR || order->note_count == 0)
        return;
    uint32_t size = (uint32_t)draw_px(drawing, NOTE_SIZE);
    uint32_t at = order_note_from(order, lane, columns->at_ns[0]);
    while (at < order->note_count && model->marks[order->notes[at]].lane == lane) {
        int64_t at_ns = model->marks[order->notes[at]].at_ns;
        double x = draw_x(drawing, at_ns);
        if (x > frame_right(drawing->layout->lanes))
            break;
        draw_note(drawing, row, order->notes[at], (float)x);
        uint32_t next = (uint32_t)(x - drawing->layout->lanes.x) + size; /* not to cover it */
        at = next > columns->count
                 ? order->note_count
                 : order_note_from(order, lane,
                                   columns->at_ns[next] > at_ns ? columns->at_ns[next] : at_ns + 1);
    }
}
