#ifndef DEFER_H
#define DEFER_H

/*
 * What an actor wants done when it ends: see troupe_defer().
 */

#include "actor.h"

/* Runs them all, newest first, on the running actor's stack; scopes that one leaves open are ended
 * before the next one runs. */
void defer_run_all(struct world *world, struct actor *actor);

/* Registers one more; 0 or -ENOMEM. */
int defer_push(struct world *world, void (*fn)(void *arg), void *arg);

/* Takes the newest one back without running it. */
void defer_pop(struct world *world);

#endif
