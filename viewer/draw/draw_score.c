/*
 * The scoreboard: seven numbers, each with its letter and its name, and the sentence that they
 * add up to.  Concurrency and the peak are accented: the two that tell the story together.
 */

#include "panels.h"

#include <math.h>
#include <stdio.h>

#include "format.h"

#define GAP 4
#define VALUE_BASELINE 36
#define NAME_BASELINE 56
#define SENTENCE_BASELINE 86
#define TILES 7

struct tile {
    char value[FORMAT_BYTES];
    const char *names[4]; /* from long to short */
    bool accent;
};

static void fill_tiles(struct tile tiles[TILES], const struct trace_score *score)
{
    static const struct tile blank[TILES] = {
        {.names = {"W  wall", "W"}},
        {.names = {"S  sum of lives", "S  lives", "S"}},
        {.names = {"B  busy", "B"}},
        {.names = {"H  longest hold", "H  hold", "H"}},
        {.names = {"C  concurrency S/W", "C  concurrency", "C"}, .accent = true},
        {.names = {"P  parallelism B/W", "P  parallelism", "P"}},
        {.names = {"peak running", "peak"}, .accent = true},
    };
    for (int i = 0; i < TILES; i++)
        tiles[i] = blank[i];
    format_duration(score->wall_ns, tiles[0].value);
    format_duration(score->sum_ns, tiles[1].value);
    format_duration(score->busy_ns, tiles[2].value);
    format_duration(score->longest_hold_ns, tiles[3].value);
    format_ratio(trace_score_concurrency(score), tiles[4].value);
    format_ratio(trace_score_parallelism(score), tiles[5].value);
    format_count(score->peak_running, tiles[6].value);
}

static float widest_px(const struct drawing *drawing, const struct tile *tiles,
                       struct text_style style)
{
    float widest = 0;
    for (int i = 0; i < TILES; i++)
        widest = fmaxf(widest, text_width_px(drawing->frame->measurer, style, tiles[i].value));
    return widest;
}

/* The largest size, down from that of the design, at which every value fits. */
static struct text_style value_style(const struct drawing *drawing, const struct tile *tiles,
                                     float width_px)
{
    struct text_style style = draw_bold(drawing, 24);
    while (style.size_px > 8 && widest_px(drawing, tiles, style) > width_px)
        style.size_px--;
    return style;
}

void draw_score(const struct drawing *drawing)
{
    const struct layout *layout = drawing->layout;
    const struct theme *theme = drawing->theme;
    const struct document *document = drawing->app->document;
    if (layout->score.height <= 0)
        return;
    struct tile tiles[TILES];
    fill_tiles(tiles, &document->score);
    float edge = draw_px(drawing, DRAW_EDGE);
    float width = floorf((layout->score.width - 2 * edge) / TILES);
    float room = width - draw_px(drawing, GAP) * 3;
    struct text_style value = value_style(drawing, tiles, room);
    struct text_style name = draw_style(drawing, 13);
    float y = layout->score.y;
    for (int i = 0; i < TILES; i++) {
        float x = edge + width * (float)i;
        if (drawing->app->blank) /* a line to write on */
            frame_horizontal(drawing->frame, x, x + room * 0.8f,
                             y + draw_px(drawing, VALUE_BASELINE), 1, theme->mute);
        else
            frame_text(drawing->frame, value, tiles[i].accent ? theme->accent : theme->ink,
                       FRAME_LEFT, x, y + draw_px(drawing, VALUE_BASELINE), room, tiles[i].value);
        const char *fits = text_choose(drawing->frame->measurer, name, tiles[i].names, room);
        if (fits != NULL)
            frame_text(drawing->frame, name, theme->mute, FRAME_LEFT, x,
                       y + draw_px(drawing, NAME_BASELINE), room, fits);
        struct frame_rect hot = {x, y + draw_px(drawing, 10), room, draw_px(drawing, 52)};
        frame_hot(drawing->frame, hot, FRAME_HOT_SCORE, (uint32_t)i);
    }
    float right = layout->score.width - edge;
    float baseline = y + draw_px(drawing, SENTENCE_BASELINE);
    if (layout->sentence && !drawing->app->blank) {
        if (document->model->cut)
            right -= frame_text(drawing->frame, name, theme->accent, FRAME_RIGHT, right, baseline,
                                (right - edge) / 2, "the file ends before the program did") +
                     draw_px(drawing, 20);
        frame_text(drawing->frame, draw_style(drawing, 15), theme->ink, FRAME_LEFT, edge, baseline,
                   right - edge, document->sentence);
    }
    frame_horizontal(drawing->frame, 0, layout->score.width, frame_bottom(layout->score) - 0.5f, 1,
                     theme->rule);
}
