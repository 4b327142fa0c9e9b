#ifndef SCOPE_H
#define SCOPE_H

/*
 * Scopes from the inside.
 *
 *        actor A                     who is cancelled follows from three things:
 *          scope 1  <- outermost       cancel_root of an actor: it was cancelled itself, or the
 *            scope 2 <- A->scope                 scope that it is a child of is
 *              child B                 effective of a scope: it was cancelled itself, or what is
 *                scope 3                         around it is and it is not shielded
 *              child C                 cancelled of a task: its innermost scope is effective, or,
 *                                                without scopes, cancel_root
 *
 * The record of a scope is in a pool, not in the caller's storage, so a scope that is left open by
 * mistake, or by a kill, can still be told of, and ended.
 */

#include <troupe/scope.h>

#include "actor.h"

struct scope {
    timer_slot timer;    /* its limit */
    timer_slot grace;    /* the end of its shield */
    struct scope *outer; /* around it in the same actor, or NULL */
    struct scope *inner; /* within it in the same actor, or NULL */
    struct actor *owner;
    struct list children;           /* actors, by their `sibling` */
    struct scope *next_dirty;       /* its children are still to be told of a cancel, or killed */
    const struct troupe_site *site; /* where it was opened */
    struct wait *join;              /* while its owner waits in the join */
    int failure;                    /* of the first child that failed; or 0 */
    bool is_cancelled : 1;          /* itself */
    bool is_effective : 1;
    bool is_shielded : 1;
    bool has_expired : 1;     /* its limit passed */
    bool ended_by_owner : 1;  /* its owner cancelled it */
    uint64_t canceller;       /* pid; 0: none of the actors */
    char reason[TROUPE_REASON_BYTES];
};

/* Opens a scope for the running actor; 0 or -ENOMEM. */
int scope_open(struct world *world, troupe_ns limit, const struct troupe_site *site,
               struct scope **scope);

/* Waits for the children of the innermost scope of the running actor, and closes it. */
int scope_join(struct world *world, const struct troupe_site *site);

/* Cancels a scope; `canceller`: pid or 0. */
void scope_cancel(struct world *world, struct scope *scope, const char *reason,
                  uint64_t canceller);

/* A child was spawned into a scope. */
void scope_child_spawned(struct world *world, struct actor *child);

/* A child of a scope has ended. */
void scope_child_ended(struct world *world, struct actor *child);

/* The limit, or the shield, of a scope has run out. */
void scope_expire(struct world *world, struct scope *scope);
void scope_end_shield(struct world *world, struct scope *scope);

/* The running actor leaves the scopes within `outer` (NULL: all that it has): they should have been
 * joined, so they are reported, unless it was killed, and ended with everything in them. */
void scope_leave(struct world *world, const struct scope *outer);

/* See troupe_cancel(). */
void cancel_actor(struct world *world, struct actor *actor, const char *reason,
                  uint64_t canceller);

/* What follows for the actor from a change of its cancel_own or its home, and for everything in
 * its scopes. */
void cancel_spread_actor(struct world *world, struct actor *actor);

/* The same from a change of the scope's is_cancelled or is_shielded. */
void cancel_spread_scope(struct world *world, struct scope *scope);

/* Sets task.cancelled of an actor whose innermost scope has changed. */
void cancel_update(struct actor *actor);

#endif
