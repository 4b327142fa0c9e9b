#ifndef DEPARTED_H
#define DEPARTED_H

/*
 * Who has ended while lines of theirs are kept.
 *
 * A flight recorder drops its oldest lines, so those of a spawn before those of the same actor's
 * end.  Who has ended is remembered until that is dropped, too; what is written before is to name
 * it.
 */

#include "lanes.h"

struct departed_actor {
    struct lane lane; /* as it was at the end */
    uint64_t block;   /* of the sink: in it stands the end */
    uint32_t actor;
};

struct departed {
    struct departed_actor *actors; /* in the order of their ends, */
    size_t first, count;           /* from the first that is still remembered on */
    size_t capacity;
};

void departed_finish(struct departed *departed);

/* Remembers an actor; takes over the lane's name.  0 or -ENOMEM. */
int departed_add(struct departed *departed, uint32_t actor, struct lane *lane, uint64_t block);

/* Forgets those whose end stands in a block before that one. */
void departed_forget(struct departed *departed, uint64_t block);

#endif
