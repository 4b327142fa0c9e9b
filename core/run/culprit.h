#ifndef CULPRIT_H
#define CULPRIT_H

/*
 * The actor that holds its loop, caught in the act: who it is, and a copy of its stack.
 */

#include "actor.h"
#include "registers.h"

/* Of a stack so much is copied, from its innermost frame. */
#define CULPRIT_STACK_MAX ((size_t)256 << 10)

struct culprit {
    uint64_t pid;
    const struct troupe_site *site; /* of its spawn */
    uintptr_t body;
    char name[ACTOR_NAME_BYTES_MAX + 1]; /* empty: it has none but its function's */
    bool is_blocked;                     /* in the system */
    struct registers registers;          /* where it is; pc is 0 if that could not be found out */

    /* Its stack. */
    uint64_t low;
    size_t bytes;
    size_t room;
    char stack[];
};

/* Where a thread is blocked in the system. */
struct culprit_place {
    uint64_t sp;
    uint64_t pc;
};

/* Whether the loop's thread is blocked in the system, and where. */
bool culprit_is_blocked(const struct sched *sched, struct culprit_place *place);

/* Catches the actor that runs on this loop; `place`: where it is blocked, or NULL.  NULL: that did
 * not work.  If the loop has gone on meanwhile, what was caught is worth nothing. */
struct culprit *culprit_catch(const struct sched *sched, const struct culprit_place *place);
void culprit_free(struct culprit *culprit);

#endif
