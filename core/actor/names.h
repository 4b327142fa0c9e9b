#ifndef NAMES_H
#define NAMES_H

/*
 * Actors by name: see troupe_register().
 */

#include "actor.h"

/* NULL without memory. */
struct names *names_create(void);

/* All names must be free. */
void names_destroy(struct names *names);

/* The actor has ended: its name is free. */
void names_release(struct world *world, struct actor *actor);

#endif
