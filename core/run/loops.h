#ifndef LOOPS_H
#define LOOPS_H

/*
 * The threads of a run.
 *
 *   the caller's thread, loop 0      loops 1 .. n-1, a thread each
 *   -------------------------------------------------------------------
 *   its world is made; the threads are started, one after the other, each makes its world
 *                        all worlds are there
 *   main is spawned
 *   actors run                       actors run
 *                        nobody has an actor any more
 *   what is still in the inbox goes  likewise
 *                        all inboxes are empty for good
 *   its world ends                   likewise, before loop 0's
 */

#include <troupe/loops.h>

#include "actor.h"

/* What the worlds of a process have in common, for this crew: 0 or -ENOMEM. */
int universe_init(struct universe *universe, struct crew *crew);

/* Makes a run and runs `fn(arg)` as its main actor; see troupe_run_on().  The options must have
 * been settled. */
int loops_run(const troupe_options *options, troupe_fn fn, void *arg);

#endif
