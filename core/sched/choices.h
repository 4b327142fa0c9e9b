#ifndef CHOICES_H
#define CHOICES_H

/*
 * Who has the next turn, where that is not left to the queue: a replay file says it, or the
 * explorer, which runs the program over and over.  Both are for runs in virtual time, and there is
 * one of them in a process at most.
 */

#include "explore_room.h"

struct sched;

/* What the process exits with where a replayed run that would never end is stopped. */
#define CHOICES_EXIT_ENDLESS 4
/* ... and where somebody has to say whose turn it is. */
#define CHOICES_EXIT_ASKED 5

/* From now on turns go as the file says, as far as they can.  Where the run parts from it, that is
 * told on standard error, once.  0; -EINVAL after saying what is wrong with the file; -ENOMEM. */
int choices_replay(const char *path);

/* The run has ended, and with it the process: what is missing from the file is told. */
void choices_end(void);

/* From now on turns go as the order in the room says. */
void choices_explore(struct explore_room *room);

/* Whether either has been called. */
extern bool choices_are_made;

/* The next turn, of which there are some: the place in the queue of whose it is. */
size_t choices_next(struct sched *sched);

/* The run has failed in this way.  When the program is explored the process ends here, unless the
 * run goes on all the same, with a call that was refused. */
void choices_fail(enum explore_end end);

#endif
