#ifndef NAMES_H
#define NAMES_H

/*
 * Actors by name: see troupe_register().  The loops of a process share one table; the processes of
 * a run tell each other of every change.
 */

#include "actor.h"

/* NULL without memory. */
struct names *names_create(void);

/* All names must be free. */
void names_destroy(struct names *names);

/* Around a fork: no thread changes the table meanwhile. */
void names_lock(struct names *names);
void names_unlock(struct names *names);

/* The actor has ended: its name is free. */
void names_release(struct world *world, struct actor *actor);

struct news;

/* News of a name that an actor of another process has, or was given by another process; false: it
 * is not passed on, since the name is taken. */
bool names_heard(struct world *world, const struct news *news, uint32_t from);

/* News of a name that is free. */
void names_heard_gone(struct world *world, const struct news *news);

/* The process which was this loop is gone. */
void names_forget(struct names *names, uint32_t loop);

/* Another loop has registered an actor of this one, or takes its name back. */
void names_on_register(struct world *world, struct troupe_msg *msg);
void names_on_unregister(struct world *world, struct troupe_msg *msg);

#endif
