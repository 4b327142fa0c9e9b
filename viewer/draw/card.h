#ifndef DRAW_CARD_H
#define DRAW_CARD_H

/*
 * The card below the lanes, which asks something: text as large as it can be for all of it to fit,
 * since a class reads it from afar.
 */

#include "panels.h"

/* Writing downwards; without a drawing only the height is found. */
struct card_pen {
    const struct drawing *drawing;
    float x, y, width;
    float factor; /* of all sizes */
    bool draws;
};

/* A text in lines, `points` large. */
void card_lines(struct card_pen *pen, float points, bool bold, uint32_t ink, float indent,
                const char *text);

/* A letter in a box, filled if it is chosen, and an answer beside it. */
void card_answer(struct card_pen *pen, uint32_t index, bool chosen, const char *text);

/* Draws the ground and what `write` writes, as wide as that, above a foot of small words. */
void card_draw(const struct drawing *drawing, float width, void (*write)(struct card_pen *pen),
               const char *foot);

#endif
