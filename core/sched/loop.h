#ifndef LOOP_H
#define LOOP_H

/*
 * Where a thread waits when no actor is ready: the only thing that blocks.
 *
 * loop_libevent.c is the real one.  Another implementation of these calls makes another world, for
 * instance one in which time is virtual.
 */

#include <stdbool.h>
#include <stdint.h>

struct loop;

/* 0 and a loop to destroy, or -ENOMEM. */
int loop_create(struct loop **loop);
void loop_destroy(struct loop *loop);

/* Waits until `deadline_ns` (TROUPE_FOREVER: no deadline) or until something else happens. */
void loop_wait(struct loop *loop, int64_t deadline_ns);

/* Ends the waits of all loops of the process, one that is about to begin too.  May be called
 * anywhere, also in a signal handler. */
void loop_wake_all(void);

#endif
