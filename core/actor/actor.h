#ifndef ACTOR_H
#define ACTOR_H

/*
 * Actors from the inside, and the world they live in: one for each loop.
 *
 * The record of an actor exists from its spawn to its end; if its exit status is to be kept, until
 * that is joined or the actor that spawned it ends.  What not every actor has (a name, a mailbox,
 * things to clean up) is in its kit, which is made when it is first needed: a million actors that
 * just wait shall cost little more than their stacks.
 */

#include <troupe/actor.h>
#include <troupe/handler.h>
#include <troupe/link.h>
#include <troupe/scope.h>

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
        troupe_fn fn;        /* until it first runs: see has_started */
        struct scope *scope; /* later: its innermost open scope, or NULL */
    };
    union {
        void *arg;                 /* of fn, until it first runs */
        struct troupe_msg *handed; /* later: given to it while it waited, and not taken yet */
        struct pending *grant;     /* has_grant: the same, of a lock or a permit: see queue.h */
    };
    const struct troupe_site *site; /* of its spawn; NULL if not known */
    union {
        struct scope *home; /* in_scope: the scope that it was spawned into */
        uint64_t parent;    /* otherwise: pid of the actor that spawned it; 0 for the main actor */
    };
    struct list_link sibling; /* in_scope: on home->children; ended, status kept: on its parent's
                                 kit->ended */
    struct list watchers;     /* of struct watch: who is to be told of its end */
    struct kit *kit;          /* or NULL */
    int status;               /* valid once it has ended */
    bool in_scope : 1;
    bool keeps_status : 1;  /* somebody took its pid at the spawn */
    bool has_ended : 1;
    bool has_started : 1;
    bool has_grant : 1;
    bool is_killed : 1;     /* its body is gone; it only cleans up */
    bool cancel_own : 1;    /* troupe_cancel() was called on it */
    bool cancel_root : 1;   /* cancelled from outside all its scopes: by that, or by its home */
    bool is_observed : 1;   /* somebody has learnt of its end */
    bool is_visited : 1;    /* by the search for cycles: see watch.c */
};

_Static_assert(sizeof(struct actor) <= 128 || CORO_ASAN || CORO_TSAN, "two cache lines");

/* The actors of one loop. */
struct world {
    struct sched sched; /* first: the scheduler of a thread leads to its world */
    struct handles pids;
    struct handles calls;    /* of struct pending_call */
    struct handles monitors; /* of struct watch */
    struct handles objects;  /* of struct object: channels and locks */
    struct slab pending_calls;
    struct slab watches;
    struct slab actors;
    struct slab kits;
    struct slab scopes;
    struct slab messages_small;
    struct slab messages_large;
    struct slab laters;
    struct handles later_handles;
    struct names *names;
    struct symbols *symbols; /* for reports; NULL until some function's name is needed */
    uint64_t main;   /* pid of the main actor */
    int main_status; /* once that has ended */
};

/* The world of the calling thread, or NULL. */
static inline struct world *world_here(void)
{
    return (struct world *)sched_here;
}

/* The world of the calling actor; anywhere else the program stops, naming `call`. */
static inline struct world *world_inside(const char *call)
{
    return (struct world *)sched_inside(call);
}

/* 0, or -ENOMEM.  Makes it the world of this thread.  `stuck` is called when nothing can ever run
 * again, `attend` when sched_ask_attention() was. */
int world_init(struct world *world, void (*stuck)(void), void (*attend)(void));

/* All actors must have ended. */
void world_finish(struct world *world);

/* What a stackless actor is made of. */
struct handler {
    troupe_handler_fn handle; /* NULL: the actor has a stack */
    void *state;
    void (*release)(void *);
};

/* How an actor comes to be; the rest is in the specification. */
struct birth {
    const struct troupe_site *site;
    struct scope *home; /* NULL: it is a child of the running actor, if one runs */
    bool keeps_status;
    struct handler handler;
};

/* 0 or a negative code. */
int actor_spawn(struct world *world, const troupe_spec *spec, struct birth birth,
                struct actor **actor);

/* The actor with this pid: alive, or ended with its status kept; otherwise NULL. */
static inline struct actor *actor_find(const struct world *world, uint64_t pid)
{
    return handles_find(&world->pids, pid);
}

/* The same, but only if it is alive. */
static inline struct actor *actor_find_alive(const struct world *world, uint64_t pid)
{
    struct actor *actor = actor_find(world, pid);
    return actor != NULL && !actor->has_ended ? actor : NULL;
}

/* Its innermost open scope, or NULL. */
static inline struct scope *actor_scope(const struct actor *actor)
{
    return actor->has_started ? actor->scope : NULL;
}

/* The running actor. */
static inline struct actor *actor_self(const struct world *world)
{
    return (struct actor *)world->sched.current;
}

/* The number of the running actor in the trace; 0 if none runs. */
static inline uint32_t actor_self_number(const struct world *world)
{
    return world->sched.current != NULL ? world->sched.current->number : 0;
}

/* An actor is over: it cleans up, and whoever watches it is told.  The record may be gone after
 * this.  May suspend, if the actor has a stack: scopes that it left open are joined. */
void actor_end(struct world *world, struct actor *actor, int status);

/* Ends an actor, which is not the running one, as soon as possible, whatever it does; its body does
 * not run any more.  A kill is a failure with TROUPE_KILLED. */
void actor_fail(struct world *world, struct actor *actor, int status);
void actor_kill(struct world *world, struct actor *actor);

/* The running actor kills itself. */
_Noreturn void actor_kill_self(struct world *world);

/* Notes in the trace that the actor, which has just been spawned, is a supervisor's child that was
 * started again, for the `count`th time. */
void actor_note_restart(uint64_t pid, uint64_t count);

/* How the scheduler runs actors. */
extern const struct sched_hooks actor_hooks;

/* Gives up the status of an actor that has ended: its record is freed. */
void actor_release(struct world *world, struct actor *actor);

/* The function that the actor is made of; 0 if that is not known any more. */
uintptr_t actor_body(const struct actor *actor);

/* The one that spawned the actor, or owns the scope that it is in; 0 for the main actor. */
uint64_t actor_parent(const struct actor *actor);

#endif
