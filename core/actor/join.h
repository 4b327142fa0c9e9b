#ifndef JOIN_H
#define JOIN_H

/*
 * Waiting for the end of an actor.
 */

#include "watch.h"

/* The watch's target has ended: the actor that joins it is woken. */
void join_tell(struct world *world, struct watch *watch);

#endif
