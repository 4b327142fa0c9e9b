#ifndef ELSEWHERE_H
#define ELSEWHERE_H

/*
 * Actors of other loops, and the stand-ins for them here.
 *
 *   loop A                               |   loop B
 *     joins, calls, monitors, links,     |
 *     scopes, tallies                    |
 *        |                               |
 *        v                               |
 *     stand-in (a struct actor) <--ENDED-|-- watch on the actor
 *               --KILL, CANCEL-----------|-> actor
 *
 * Whoever on this loop has to learn of the end of an actor that lives elsewhere watches its
 * stand-in, as it would watch the actor itself: so every relation between actors is the same across
 * loops as within one.  A stand-in has the actor's pid and its number in the trace.  It is made
 * when the actor is spawned from here, or first watched from here, and ends when the actor has
 * ended.
 */

#include "watch.h"

/* The payload of a SPAWN. */
struct post_spawn {
    troupe_fn fn;
    void *arg;
    size_t stack_bytes;
    const struct troupe_site *site;
    uint64_t asked_ticks; /* when: for the trace */
    uint64_t pid;
    uint64_t parent;
    uint32_t number;
    uint32_t parent_number;
    bool has_name;
    char name[ACTOR_NAME_BYTES_MAX + 1];
};

void elsewhere_init(struct world *world);
void elsewhere_finish(struct world *world);

/* As the number of a loop: one that is yet to be made, a process of its own. */
#define ELSEWHERE_PROCESS COMMONS_LOOPS

/* The loop that a place means for the next actor that is spawned here. */
uint32_t elsewhere_place(struct world *world, int place);

/* Spawns an actor on another loop, or in a process of its own; the result is its stand-in.  0 or a
 * negative code. */
int elsewhere_spawn(struct world *world, uint32_t loop, const troupe_spec *spec,
                    const struct birth *birth, struct actor **actor);

/* Gives back a pid of a world's guests. */
void elsewhere_give_pid(struct world *world, uint64_t pid);

/* The actor with this pid, be it a stand-in, but only if it is known here already; or NULL. */
struct actor *elsewhere_known(struct world *world, uint64_t pid);

/* The actor with this pid, or a stand-in for it, to be watched: 0; -ESRCH; -ENOMEM.  An actor of
 * this loop may have ended, with its status kept. */
int elsewhere_reach(struct world *world, uint64_t pid, struct actor **actor);

static inline bool actor_is_stand_in(const struct actor *actor)
{
    return actor->task.stack_class == SCHED_ELSEWHERE;
}

/* Has an actor of another loop killed, or cancelled; what cannot be told for want of memory is
 * reported. */
void elsewhere_kill(struct world *world, uint64_t pid, int status);
void elsewhere_cancel(struct world *world, uint64_t pid, const char *reason, uint64_t canceller);

/* Links the running actor to a stand-in, or unlinks it: the other half of it. */
int elsewhere_link(struct world *world, uint64_t pid);
void elsewhere_unlink(struct world *world, uint64_t pid);

/* What other loops are to be told of an actor that has ended, when everything else that follows
 * from that has been done. */
struct farewell {
    struct list watches; /* of struct far_watch */
    uint64_t pid;
    int status;
    bool alone; /* it is for one other loop to say whether the end matters to anybody */
};

/* Takes the watches over from the actor; if there are some, its end counts as observed here. */
static inline struct farewell elsewhere_farewell(struct actor *actor)
{
    struct farewell farewell = {.watches = actor->watchers};
    struct list_link *first = list_first(&farewell.watches);
    if (CHECK_LIKELY(first == NULL))
        return farewell;
    farewell.pid = actor->pid;
    farewell.status = actor->status;
    farewell.alone = !actor->is_observed && list_next(&farewell.watches, first) == NULL;
    actor->is_observed = true;
    actor->watchers.last = NULL;
    return farewell;
}

void elsewhere_tell(struct world *world, struct farewell *farewell);

/* What has come from other loops. */
void elsewhere_on_spawn(struct world *world, struct troupe_msg *msg);
void elsewhere_on_watch(struct world *world, struct troupe_msg *msg);
void elsewhere_on_ended(struct world *world, struct troupe_msg *msg);
void elsewhere_on_link(struct world *world, struct troupe_msg *msg);
void elsewhere_on_unlink(struct world *world, struct troupe_msg *msg);

/* The process which was this loop is gone: all its actors have ended with this status. */
void elsewhere_on_gone(struct world *world, uint32_t loop, int status);

/* In a process that was forked to run an actor: the actor begins.  0 or -ENOMEM. */
int elsewhere_begin(struct world *world, const struct post_spawn *record, uint32_t origin);

#endif
