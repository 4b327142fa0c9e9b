/* Sizes are tried from somewhat above the design's downwards, until all of it fits. */

#include "card.h"

#include <math.h>
#include <stdio.h>

#define PAD 16
#define FOOT_BASELINE 12
#define FOOT_ROOM 28
#define FOOT_LINE 15
#define FOOT_LINES_MAX 2
#define LARGEST 1.3f
#define SHRINK 0.94f
#define SHRINKS_MAX 20
#define LINE_BYTES 512

void card_lines(struct card_pen *pen, float points, bool bold, uint32_t ink, float indent,
                const char *text)
{
    const struct drawing *drawing = pen->drawing;
    struct text_style style = layout_text(drawing->layout, points * pen->factor, bold);
    float step = roundf((float)style.size_px * 1.4f);
    while (*text != '\0') {
        const char *next = text;
        char line[LINE_BYTES];
        float width = pen->width - indent;
        size_t bytes = text_wrap(drawing->frame->measurer, style, text, width, &next);
        snprintf(line, sizeof line, "%.*s", (int)bytes, text);
        pen->y += step;
        if (pen->draws)
            frame_text(drawing->frame, style, ink, FRAME_LEFT, pen->x + indent,
                       pen->y - roundf((float)style.size_px * 0.35f), width, line);
        text = next;
    }
}

void card_answer(struct card_pen *pen, uint32_t index, bool chosen, const char *text)
{
    const struct drawing *drawing = pen->drawing;
    const struct theme *theme = drawing->theme;
    struct text_style style = layout_text(drawing->layout, 16 * pen->factor, true);
    float side = roundf((float)style.size_px * 1.5f);
    float top = pen->y + roundf((float)style.size_px * 0.3f);
    char letter[] = {(char)('A' + index), '\0'};
    struct frame_rect box = {pen->x, top, side, side};
    pen->y = top + roundf((side - (float)style.size_px * 1.4f) / 2);
    if (pen->draws) {
        frame_rect(drawing->frame, box, draw_px(drawing, 4),
                   (struct frame_fill){chosen ? FRAME_SOLID : FRAME_EMPTY, theme->accent, 0, 0},
                   (struct frame_stroke){draw_px(drawing, 2), theme->accent});
        frame_text(drawing->frame, style, chosen ? theme->ground : theme->ink, FRAME_CENTRE,
                   box.x + roundf(side / 2), draw_baseline(style, top + side / 2), side, letter);
    }
    card_lines(pen, 16, chosen, theme->ink, side + draw_px(drawing, 10), text);
    pen->y = fmaxf(pen->y, top + side);
    if (pen->draws)
        frame_hot(drawing->frame, (struct frame_rect){pen->x, top, pen->width, pen->y - top},
                  FRAME_HOT_ANSWER, index);
}

/* The foot in lines; what does not fit is cut. */
struct foot {
    char texts[FOOT_LINES_MAX][LINE_BYTES];
    int count;
};

static struct foot wrap_foot(const struct drawing *drawing, float width, const char *text)
{
    struct foot foot = {.count = 0};
    struct text_style style = draw_style(drawing, 12);
    while (*text != '\0' && foot.count < FOOT_LINES_MAX) {
        const char *next = text;
        size_t bytes = text_wrap(drawing->frame->measurer, style, text, width, &next);
        bool last = foot.count + 1 == FOOT_LINES_MAX;
        snprintf(foot.texts[foot.count++], LINE_BYTES, "%.*s", last ? LINE_BYTES - 1 : (int)bytes,
                 text);
        text = next;
    }
    return foot;
}

void card_draw(const struct drawing *drawing, float width, void (*write)(struct card_pen *pen),
               const char *foot)
{
    const struct frame_rect *card = &drawing->layout->card;
    struct card_pen pen = {.drawing = drawing, .width = width, .factor = LARGEST};
    float top = card->y + draw_px(drawing, PAD / 2);
    struct foot lines = wrap_foot(drawing, width, foot);
    float more = draw_px(drawing, FOOT_LINE) * (float)(lines.count > 1 ? lines.count - 1 : 0);
    float bottom = frame_bottom(*card) - draw_px(drawing, FOOT_ROOM) - more;
    frame_fill_rect(drawing->frame, *card, drawing->theme->panel);
    frame_horizontal(drawing->frame, 0, card->width, card->y + 0.5f, 1, drawing->theme->rule);
    frame_hot(drawing->frame, *card, FRAME_HOT_PANEL, 0);
    for (int i = 0; i < SHRINKS_MAX; i++, pen.factor *= SHRINK) {
        pen.y = top;
        write(&pen);
        if (pen.y <= bottom)
            break;
    }
    pen.x = draw_px(drawing, DRAW_EDGE);
    pen.y = top;
    pen.draws = true;
    frame_clip(drawing->frame, *card);
    write(&pen);
    frame_unclip(drawing->frame);
    float baseline = frame_bottom(*card) - draw_px(drawing, FOOT_BASELINE) - more;
    for (int i = 0; i < lines.count; i++)
        frame_text(drawing->frame, draw_style(drawing, 12), drawing->theme->mute, FRAME_LEFT, pen.x,
                   baseline + draw_px(drawing, FOOT_LINE) * (float)i, width, lines.texts[i]);
}
