/*
 * A selected range: a bar on the ruler with its length, and how long its runs were, and the waits
 * for a turn before them, as charts with a column for every doubling.
 */

#include "panels.h"

#include <math.h>

#include "format.h"

#define BAR_HEIGHT 15
#define LENGTHS_TITLE 28
#define LENGTHS_FOOT 30
#define OCTAVES (RANGE_BUCKETS / 4)

void draw_range(const struct drawing *drawing)
{
    const struct app *app = drawing->app;
    const struct layout *layout = drawing->layout;
    if (!app->range_set)
        return;
    const struct frame_rect *lanes = &layout->lanes;
    float left = roundf((float)fmin(fmax(draw_x(drawing, app->range.from_ns), -1e6), 1e6));
    float right = roundf((float)fmin(fmax(draw_x(drawing, app->range.to_ns), -1e6), 1e6));
    frame_clip(drawing->frame, layout->ruler);
    struct frame_rect bar = {left, layout->ruler.y, fmaxf(right - left, 1),
                             draw_px(drawing, BAR_HEIGHT)};
    frame_fill_rect(drawing->frame, bar, drawing->theme->accent);
    char length[FORMAT_BYTES];
    struct text_style style = draw_bold(drawing, 11);
    const char *texts[] = {format_duration(app->range.to_ns - app->range.from_ns, length), NULL};
    float x0 = fmaxf(left, lanes->x);
    float x1 = fminf(right, frame_right(*lanes));
    if (x1 > x0 &&
        text_choose(drawing->frame->measurer, style, texts, x1 - x0 - draw_px(drawing, 8)) != NULL)
        frame_text(drawing->frame, style, drawing->theme->ground, FRAME_CENTRE,
                   roundf((x0 + x1) / 2), draw_baseline(style, bar.y + bar.height / 2), x1 - x0,
                   length);
    frame_unclip(drawing->frame);
}

static uint32_t in_octave(const struct range_lengths *lengths, int octave)
{
    uint32_t count = 0;
    for (int i = 0; i < 4; i++)
        count += lengths->counts[4 * octave + i];
    return count;
}

static void draw_chart(const struct drawing *drawing, struct frame_rect box,
                       const struct range_lengths *lengths, const char *title, uint32_t ink)
{
    const struct theme *theme = drawing->theme;
    struct text_style style = draw_style(drawing, 12);
    frame_text(drawing->frame, style, theme->mute, FRAME_LEFT, box.x,
               box.y + draw_px(drawing, LENGTHS_TITLE), box.width, title);
    int first = OCTAVES;
    int last = -1;
    uint32_t most = 0;
    for (int i = 0; i < OCTAVES; i++) {
        uint32_t count = in_octave(lengths, i);
        first = count > 0 && i < first ? i : first;
        last = count > 0 ? i : last;
        most = count > most ? count : most;
    }
    if (last < 0)
        return;
    float top = box.y + draw_px(drawing, LENGTHS_TITLE + 8);
    float foot = frame_bottom(box) - draw_px(drawing, LENGTHS_FOOT);
    float each = fminf(floorf(box.width / (float)(last - first + 1)), draw_px(drawing, 60));
    for (int i = first; i <= last; i++) {
        float height = (foot - top) * (float)in_octave(lengths, i) / (float)most;
        height = in_octave(lengths, i) > 0 ? fmaxf(roundf(height), 1) : 0;
        frame_fill_rect(drawing->frame,
                        (struct frame_rect){box.x + each * (float)(i - first), foot - height,
                                            fmaxf(each - draw_px(drawing, 2), 1), height},
                        ink);
    }
    frame_horizontal(drawing->frame, box.x, box.x + each * (float)(last - first + 1), foot + 0.5f,
                     1, theme->hatch);
    char from[FORMAT_BYTES];
    char to[FORMAT_BYTES];
    float y = foot + draw_px(drawing, 14);
    float half = box.width / 2;
    format_duration(range_bucket_from((uint32_t)(4 * first)), from);
    format_duration(lengths->longest_ns, to);
    frame_text(drawing->frame, style, theme->mute, FRAME_LEFT, box.x, y, half, from);
    frame_text(drawing->frame, style, theme->mute, FRAME_RIGHT,
               fmaxf(box.x + each * (float)(last - first + 1), box.x + half * 1.3f), y, half * 0.7f,
               to);
}

void draw_lengths(const struct drawing *drawing)
{
    const struct layout *layout = drawing->layout;
    const struct range_stats *range = &drawing->app->range;
    struct frame_rect box = layout->source.height > 0 ? layout->source : layout->output;
    if (!drawing->app->range_set || box.height <= 0 || app_has_card(drawing->app))
        return;
    float gap = draw_px(drawing, DRAW_EDGE);
    box.width = floorf((box.width - gap) / 2);
    draw_chart(drawing, box, &range->runs, "runs, by length", drawing->theme->run);
    box.x += box.width + gap;
    draw_chart(drawing, box, &range->readies, "waits for a turn, by length", drawing->theme->ready);
}
