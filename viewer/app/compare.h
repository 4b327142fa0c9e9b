#ifndef APP_COMPARE_H
#define APP_COMPARE_H

/*
 * Several runs side by side: which one is spoken of, and how the one's time is the other's.
 *
 * Runs are laid over each other at their first resume.  Views and moments are those of the run in
 * focus; of another they are moved by the difference.
 */

#include <stdbool.h>
#include <stdint.h>

struct app;

/* What is to be added to a moment of the run in focus to have the same moment of another. */
int64_t compare_shift_ns(const struct app *app, uint32_t index);

/* The state as if a run were the only one, in its part of the picture. */
void compare_alone(const struct app *app, uint32_t index, struct app *alone);

/* Speaks of another run from now on; the moment stays.  True if it was not so before. */
bool compare_focus(struct app *app, uint32_t index);

/* Scrolls each run to its actors, if its loops would leave no room for all of them. */
void compare_scroll(struct app *app);

/* Gives all axes of one kind the same length, that of the longest. */
void compare_align(struct app *app);

#endif
