#ifndef NOTICE_H
#define NOTICE_H

/*
 * Signals, for the rest of the runtime.
 */

#include "scheduler.h"

/* In a process that was just forked: signals do what they did before actors of the parent waited
 * for them. */
void notice_forget_all(void);

/* SIGCHLD, for where there are no pidfds.  From now on `look` is called on the loop's thread each
 * time some child may have ended; one such function for each loop.  0 or as troupe_signal_keep().
 */
int notice_children(struct sched *sched, void (*look)(struct sched *sched));

#endif
