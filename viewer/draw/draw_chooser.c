/* The card of a program whose turns are given here: who could go on, and what came of it. */

#include "card.h"

#include <stdio.h>

/* So many answers can be read from afar; of more those around the chosen one are shown. */
#define SHOWN_MAX 8

static void write_question(struct card_pen *pen)
{
    const struct chooser *chooser = &pen->drawing->app->chooser;
    const struct theme *theme = pen->drawing->theme;
    uint32_t hidden = chooser->ready_count > SHOWN_MAX ? chooser->ready_count - SHOWN_MAX : 0;
    uint32_t above = chooser->chosen > SHOWN_MAX / 2 ? chooser->chosen - SHOWN_MAX / 2 : 0;
    uint32_t first = above < hidden ? above : hidden;
    if (chooser->goal[0] != '\0')
        card_lines(pen, 14, false, theme->mute, 0, chooser->goal);
    card_lines(pen, 17, true, theme->ink, 0, chooser->heading);
    for (uint32_t i = first; i < chooser->ready_count - (hidden - first); i++)
        card_answer(pen, i, chooser->chosen == i, chooser->ready[i]);
    if (hidden > 0) {
        char more[CHOOSER_WORDS_BYTES];
        snprintf(more, sizeof more, "and %u more, up to %c: Up and Down", hidden,
                 (char)('A' + chooser->ready_count - 1));
        card_lines(pen, 12, false, theme->mute, 0, more);
    }
}

static void write_end(struct card_pen *pen)
{
    const struct chooser *chooser = &pen->drawing->app->chooser;
    const struct theme *theme = pen->drawing->theme;
    if (chooser->goal[0] != '\0')
        card_lines(pen, 14, false, theme->mute, 0, chooser->goal);
    card_lines(pen, 17, true, theme->ink, 0, chooser->heading);
    if (chooser->verdict[0] != '\0')
        card_lines(pen, 17, true, theme->accent, 0, chooser->verdict);
    card_lines(pen, 14, false, theme->ink, 0, chooser->kept);
}

void draw_chooser(const struct drawing *drawing)
{
    const struct chooser *chooser = &drawing->app->chooser;
    float width = drawing->layout->card.width - 2 * draw_px(drawing, DRAW_EDGE);
    if (chooser->stage == CHOOSER_ASKS)
        card_draw(drawing, width, write_question,
                  "A letter gives the turn    Enter: the one marked    Backspace takes back    "
                  "Shift+Enter: the rest as they stand in line");
    else if (chooser->stage == CHOOSER_OVER)
        card_draw(drawing, width, write_end, "Backspace takes the last answer back    ? keys");
}
