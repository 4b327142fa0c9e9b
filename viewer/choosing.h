#ifndef VIEWER_CHOOSING_H
#define VIEWER_CHOOSING_H

/*
 * Runs a program whose turns are given in the window, up to the next question, and puts that on the
 * card.  Trace and replay file are PROGRAM.turns.json and PROGRAM.turns.replay, in the folder that
 * the viewer was started in.
 */

#include "app.h"
#include "turns_goal.h"

struct choosing {
    bool is_on;
    struct turns turns;
    struct turns_goal goal;
    char trace[PATH_MAX], replay[PATH_MAX];
};

/* Runs the program to its first question.  0, or a negative errno with a sentence.  The caller owes
 * choosing_finish() in any case. */
int choosing_start(struct choosing *choosing, char **command, const char *goal, char *error,
                   size_t bytes);

/* Does what the card wishes: 1 if the trace is another now, 0 if there was nothing to do, or a
 * negative errno with a sentence. */
int choosing_fulfil(struct choosing *choosing, const struct chooser *card, char *error,
                    size_t bytes);

/* Puts the question, or the end, on the card; the model is that of the trace as it is now. */
void choosing_tell(const struct choosing *choosing, const struct trace_model *model,
                   struct chooser *card);

void choosing_finish(struct choosing *choosing);

#endif
