#ifndef JOIN_H
#define JOIN_H

/*
 * Waiting for the end of actors: of one (join) or of several (gather).
 *
 *   gathering          one wait of one actor
 *     wait             its wait record
 *     joins[0 .. n-1]  one for each actor that it waits for, on that actor's list
 *
 * An actor that ends takes the joins off its list, one after the other, and wakes each gathering
 * that has none left.
 */

#include "actor.h"

struct gathering;

struct join {
    struct list_link link; /* on target->joins, until the target has ended */
    struct actor *target;
    struct gathering *gathering;
    int status; /* of the target, once it has ended */
};

struct gathering {
    struct wait wait;
    struct task *task; /* who waits */
    struct join *joins;
    size_t count;
    size_t pending; /* targets that have not ended */
};

/* Waits for the targets of `joins`, none of which has ended, for no longer than `limit`.
 * 0, -ETIMEDOUT, or -ENOMEM without having waited. */
int join_wait(struct world *world, struct join *joins, size_t count, troupe_ns limit,
              const struct troupe_site *site);

/* The actor has ended: tells everyone on its list.  True if there was anyone. */
bool join_tell(struct world *world, struct actor *actor);

#endif
