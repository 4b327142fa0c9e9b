#ifndef PORT_H
#define PORT_H

/*
 * Ports, by which threads without actors send messages: see troupe/loops.h.
 */

#include <troupe/loops.h>

#include "actor.h"

/* In a process that was just forked: ports of the parent lead nowhere. */
void port_forget_all(void);

/* The run is over: what is sent from now on is refused. */
void port_close_all(struct crew *crew);

#endif
