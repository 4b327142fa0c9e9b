#ifndef HANDLER_H
#define HANDLER_H

/*
 * Stackless actors: see troupe/handler.h.
 */

#include "actor.h"

/* One step: hands the first message to the actor's function, or ends it. */
void handler_step(struct world *world, struct actor *actor);

#endif
