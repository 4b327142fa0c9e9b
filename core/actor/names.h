#ifndef NAMES_H
#define NAMES_H

/*
 * Actors by name: see troupe_register().  The loops of a run share one table.
 */

#include "actor.h"

/* NULL without memory. */
struct names *names_create(void);

/* All names must be free. */
void names_destroy(struct names *names);

/* The actor has ended: its name is free. */
void names_release(struct world *world, struct actor *actor);

/* Another loop has registered an actor of this one, or takes its name back. */
void names_on_register(struct world *world, struct troupe_msg *msg);
void names_on_unregister(struct world *world, struct troupe_msg *msg);

#endif
