#ifndef LAST_EVENTS_H
#define LAST_EVENTS_H

/*
 * What came before a check failed: read off the records of the loop that failed, in words.
 */

#include "actor.h"

/* Prints on standard error the last events of the loop, and those of the actor that runs, in the
 * order in which they happened; or, where nothing is recorded and it `may_hint`, how they would be
 * there.  Of the calling thread's loop. */
void last_events_tell(const struct world *world, bool may_hint);

#endif
