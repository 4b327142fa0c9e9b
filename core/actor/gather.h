#ifndef GATHER_H
#define GATHER_H

/*
 * Several actors in a scope of their own: see troupe/group.h.
 */

#include "watch.h"

/* The target of one of the watches of a gather, or a race, has ended. */
void gather_tell(struct world *world, struct watch *watch);

#endif
