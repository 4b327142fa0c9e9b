#ifndef NOTICE_H
#define NOTICE_H

/*
 * SIGCHLD, for where there are no pidfds.
 */

#include "scheduler.h"

/* From now on `look` is called on the loop's thread each time some child may have ended; one such
 * function for each loop.  0 or as troupe_signal_keep(). */
int notice_children(struct sched *sched, void (*look)(struct sched *sched));

#endif
