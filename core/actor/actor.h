#ifndef ACTOR_H
#define ACTOR_H

/*
 * Actors from the inside, and the world they live in: one for each loop.
 *
 * The record of an actor exists from its spawn to its end; if its exit status is to be kept, until
 * that is joined or the actor that spawned it ends.
 */

#include <troupe/actor.h>

#include "handles.h"
#include "list.h"
#include "scheduler.h"
#include "slab.h"

/* Bytes of an actor's name that count; longer ones are cut. */
#define ACTOR_NAME_BYTES_MAX 63

struct actor {
    struct task task; /* first: a pointer to one is a pointer to the other */
    uint64_t pid;
    union {
        struct { /* until it has ended */
            troupe_fn fn;
            void *arg;
        };
        struct list_link kept; /* ended, status kept: on its parent's `ended` */
    };
    const struct troupe_site *site; /* of its spawn; NULL if not known */
    char *name;                     /* as specified, owned; or NULL */
    uint64_t parent;                /* pid of the actor that spawned it; 0 for the main actor */
    struct list joins;              /* of struct join: who waits for its end */
    struct list ended;              /* of struct actor: children whose status is kept */
    int status;                     /* valid once it has ended */
    bool keeps_status;              /* somebody took its pid at the spawn */
    bool has_ended;
};

/* A million of them shall cost little more than their stacks. */
_Static_assert(sizeof(struct actor) <= 128 || CORO_ASAN || CORO_TSAN, "two cache lines");

/* The actors of one loop. */
struct world {
    struct sched sched; /* first: the scheduler of a thread leads to its world */
    struct handles handles;
    struct slab actors;
    uint64_t main;   /* pid of the main actor */
    int main_status; /* once that has ended */
};

/* The world of the calling thread, or NULL. */
static inline struct world *world_here(void)
{
    return (struct world *)sched_here;
}

/* 0, or -ENOMEM.  Makes it the world of this thread.  `stuck` is called when nothing can ever run
 * again. */
int world_init(struct world *world, void (*stuck)(void));

/* All actors must have ended. */
void world_finish(struct world *world);

/* Spawns an actor as a child of the running one, if one runs; 0 or a negative code. */
int actor_spawn(struct world *world, const troupe_spec *spec, const struct troupe_site *site,
                bool keeps_status, struct actor **actor);

/* The actor with this pid: alive, or ended with its status kept; otherwise NULL. */
static inline struct actor *actor_find(const struct world *world, uint64_t pid)
{
    return handles_find(&world->handles, pid);
}

/* The running actor. */
static inline struct actor *actor_self(const struct world *world)
{
    return (struct actor *)world->sched.current;
}

/* An actor is over: whoever waits for it is woken. */
void actor_end(struct world *world, struct actor *actor, int status);

/* Frees the record of an actor that has ended. */
void actor_release(struct world *world, struct actor *actor);

/* Writes what the actor is and does as one sentence: "main (<0.0.1>) waits for another actor to
 * end, at count.c:14".  Returns `text`. */
char *actor_describe(const struct actor *actor, char *text, size_t bytes);

/* Prints a sentence for each actor of the world on standard error. */
void actor_describe_all(const struct world *world);

#endif
