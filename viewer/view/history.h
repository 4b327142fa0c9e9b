#ifndef VIEW_HISTORY_H
#define VIEW_HISTORY_H

/*
 * Views one has been at, to go back to and forth again.
 *
 * A gesture that comes in many small steps (turns of the wheel, a drag) is one entry: steps with
 * the same `gesture` number in a row leave just the view before the first.
 */

#include "view.h"

/* Nobody goes back further; the oldest is forgotten. */
#define HISTORY_COUNT_MAX 64

/* Where one has been, and which span was selected there. */
struct history_spot {
    struct view view;
    uint32_t selected;
};

struct history {
    struct history_spot
        spots[HISTORY_COUNT_MAX]; /* those before `at` can be undone, the rest redone */
    int count;
    int at;
    int gesture; /* the last one recorded */
};

/* Remembers `before`, the spot that a step of `gesture` (not 0) has just left.  Whatever could be
 * redone is forgotten. */
void history_record(struct history *history, const struct history_spot *before, int gesture);

/* The next step begins an entry of its own, whatever its gesture. */
void history_pause(struct history *history);

/* Exchanges *spot for the one before or after it; false if there is none. */
bool history_undo(struct history *history, struct history_spot *spot);
bool history_redo(struct history *history, struct history_spot *spot);

#endif
