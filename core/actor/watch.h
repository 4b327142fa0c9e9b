#ifndef WATCH_H
#define WATCH_H

/*
 * Who is to be told of an actor's end, and how.
 *
 * All of them are on one list of the actor that is watched, in the order in which they came:
 *
 *   join      the watch is on the stack of an actor that waits; it is woken
 *   call      likewise; the call fails
 *   monitor   the watch belongs to an actor, which gets a message, "down"
 *   link      likewise, and the other way round: either's failure is the other's
 *   tally     the watch is a gather's or a race's, which notes the status
 *   elsewhere another loop has asked to be told: see elsewhere.h
 *
 * The first two are what cycles of waits are made of.
 */

#include "actor.h"

enum watch_kind {
    WATCH_JOIN,
    WATCH_CALL,
    WATCH_MONITOR,
    WATCH_LINK,
    WATCH_TALLY,
    WATCH_ELSEWHERE,
};

struct watch {
    struct list_link link; /* on target->watchers, until the target has ended */
    struct actor *target;
    struct actor *owner;
    enum watch_kind kind;
};

static inline void watch_begin(struct watch *watch, struct actor *owner, struct actor *target,
                               enum watch_kind kind)
{
    *watch = (struct watch){.target = target, .owner = owner, .kind = kind};
    list_push(&target->watchers, &watch->link);
}

/* Fine if the target has ended. */
static inline void watch_end(struct watch *watch)
{
    if (list_has(&watch->link))
        list_remove(&watch->target->watchers, &watch->link);
}

/* Whether a wait of `self` for `target` could never end: because `target` waits, directly or
 * through others, for `self`.  If so, says it on standard error as a sentence that names everyone
 * in the cycle, and `call`. */
bool watch_closes_cycle(struct actor *self, struct actor *target, const char *call,
                        const struct troupe_site *site);

/* The actor has ended: tells everyone on its list, but for other loops, which are told last. */
void watch_tell(struct world *world, struct actor *actor);

#endif
