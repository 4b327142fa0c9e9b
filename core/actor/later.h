#ifndef LATER_H
#define LATER_H

/*
 * Messages that are sent when their time has come.
 */

#include "actor.h"

void later_init(struct world *world);

/* What is still to be sent is dropped. */
void later_finish(struct world *world);

/* The timer of a message has come up. */
void later_fire(struct world *world, timer_slot *slot);

#endif
