#ifndef EXPLORE_H
#define EXPLORE_H

/*
 * Before the first actor: whether the environment says that a run is to be replayed
 * (TROUPE_REPLAY=FILE), or the program to be explored (TROUPE_EXPLORE).
 */

#include <stdbool.h>

/* The environment: the file that is replayed. */
#define EXPLORE_REPLAY_VARIABLE "TROUPE_REPLAY"

/* Whether it says either: then time is virtual, and nothing else has a say in the order of turns.
 */
bool explore_is_asked(void);

/* Does so, for the first run of the process.  When the program is explored, this returns once for
 * each run that it is to do, in a process of its own.  0; -EINVAL after saying what is wrong;
 * -ENOMEM. */
int explore_begin(void);

/* Before the first turn: when the program is explored, this may return again for the next run, with
 * all as it is now. */
struct sched;
void explore_stay(struct sched *sched);

#endif
