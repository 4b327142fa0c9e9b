#ifndef STACKS_H
#define STACKS_H

/*
 * How much of their stacks actors use, by the place where they were spawned: with TROUPE_STACKS=1.
 */

#include "actor.h"

/* Whether that is measured. */
extern bool stacks_are_measured;

/* The running actor ends: notes what it has used, and makes the stack as good as new. */
void stacks_note(const struct actor *actor);

/* Says on standard error what was used, a line each place, and forgets it. */
void stacks_report(struct symbols **symbols);

#endif
