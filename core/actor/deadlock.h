#ifndef DEADLOCK_H
#define DEADLOCK_H

/*
 * Actors of a loop that wait for each other without a time limit, though others go on.
 */

#include "actor.h"

/* How many there are, those who wait for them among them; says so in lines, if there are any. */
size_t deadlock_tell(const struct world *world, void (*put)(const char *line, void *context),
                     void *context);

#endif
