#ifndef MUTEX_H
#define MUTEX_H

/*
 * Mutexes from the inside: what a condition and a once need of them.
 */

#include <troupe/lock.h>

#include "object.h"

struct mutex {
    struct object object;
    struct holding holding;
    bool is_tainted; /* its last holder ended with it, and nobody has been told yet */
};

/* The mutex with this name, or NULL. */
struct mutex *mutex_find(const struct world *world, troupe_mutex name);

/* Locks it for the running actor: 0, -EOWNERDEAD, or another negative code if it is not locked.
 * `call` is for the sentence about a cycle of waits. */
int mutex_lock(struct world *world, struct mutex *mutex, const char *call, troupe_ns limit,
               const struct troupe_site *site);

/* It goes from its holder to the actor that has waited longest. */
void mutex_unlock(struct world *world, struct mutex *mutex);

static inline bool mutex_is_held_by(const struct mutex *mutex, const struct actor *actor)
{
    return mutex->holding.holder == actor;
}

/* The two ways to get it, one after the other: at once, if it is free (0 or -EOWNERDEAD, otherwise
 * -EAGAIN); or in its queue, with an entry of the caller's. */
int mutex_try(struct mutex *mutex, struct actor *self, const struct troupe_site *site);
void mutex_prepare(struct world *world, struct mutex *mutex, struct pending *pending,
                   struct entry *entry, const struct troupe_site *site);

/* The `revoke` of such a wait. */
void mutex_revoke(struct pending *pending);

/* For the class of an object that is a mutex at its beginning. */
void mutex_close(struct world *world, struct object *object);
void mutex_abandon(struct world *world, struct holding *holding);

#endif
