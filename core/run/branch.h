#ifndef BRANCH_H
#define BRANCH_H

/*
 * Processes that are loops of a run: see troupe/loops.h.
 */

#include "actor.h"

/* universe.branch: forks a process that runs the actor of this record; 0 or a negative code. */
int branch_begin(struct world *world, const struct post_spawn *record);

#endif
