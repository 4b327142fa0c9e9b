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

#include <pthread.h>

#include "handles.h"
#include "list.h"
#include "scheduler.h"
#include "slab.h"
#include "table.h"

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
    bool keeps_status : 1; /* somebody took its pid at the spawn */
    bool has_ended : 1;
    bool has_started : 1;
    bool has_grant : 1;
    bool is_killed : 1;   /* its body is gone; it only cleans up */
    bool cancel_own : 1;  /* troupe_cancel() was called on it */
    bool cancel_root : 1; /* cancelled from outside all its scopes: by that, or by its home */
    bool is_observed : 1; /* somebody has learnt of its end */
    bool is_visited : 1;  /* by the search for cycles: see watch.c */
    bool told_cancel : 1; /* a stand-in: the actor it stands for has been told */
    uint8_t host;         /* of a simulated network */
};

_Static_assert(sizeof(struct actor) <= 128 || CORO_ASAN || CORO_TSAN, "two cache lines");

/* What other loops may read of an actor's pid without asking: its number in the trace, whether its
 * mailbox is at its limit, and whether it has ended, which they may have been told already. */
#define ACTOR_NOTE_FULL (UINT32_C(1) << 31)
#define ACTOR_NOTE_GONE (UINT32_C(1) << 30)
#define ACTOR_NOTE_NUMBER (ACTOR_NOTE_GONE - 1)

/* From this slot on pids are those of guests: actors that other loops spawn here.  These need to
 * know the pid before this loop learns of the actor, so they take it themselves. */
#define ACTOR_GUEST_SLOT (UINT32_C(1) << (HANDLE_SLOT_BITS - 1))

/* What is the same in all pids of a loop that are not guests': the loop, and the highest bit of the
 * slot. */
#define ACTOR_HOME_SHIFT 55

struct abroad;
struct net;
struct post_spawn;

/* The actors of one loop. */
struct world {
    struct sched sched; /* first: the scheduler of a thread leads to its world */
    struct handles pids;
    struct slab messages_small;
    struct slab actors;
    struct slab kits;
    struct slab belongings;
    struct slab scopes;
    struct slab messages_large;
    struct slab pending_calls;
    struct slab watches;
    struct slab laters;
    struct handles calls;    /* of struct pending_call */
    struct handles monitors; /* of struct watch */
    struct handles objects;  /* of struct object: channels and locks */
    struct handles later_handles;
    struct handles knock_handles;

    struct handles guests;        /* pids of actors that other loops spawn here; */
    pthread_mutex_t guests_mutex; /* guards them */
    struct table elsewhere;       /* stand-ins for actors of other loops, by pid */
    int (*branch)(struct world *world, const struct post_spawn *record); /* see universe */
    struct abroad *abroad; /* of all loops: actors of other processes */
    uint32_t place_next;   /* the loop that gets the next actor which goes anywhere */
    struct slab_bundle bundles[CREW_LOOPS_MAX][2]; /* foreign messages to give back: small, large */

    struct names *names;     /* of all loops */
    struct net *net;         /* that is simulated; NULL: none.  What its timers do, and its end: */
    void (*net_fire)(struct net *net, timer_slot *slot);
    void (*net_finish)(struct net *net);
    struct symbols *symbols; /* for reports; NULL until some function's name is needed */
    uint64_t main;           /* pid of the main actor */
    int main_status;         /* once that has ended */
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

/* What the worlds of a process have in common. */
struct universe {
    struct crew *crew;
    struct names *names;
    struct abroad *abroad;
    void (*stuck)(void);  /* called when nothing can ever run again */
    void (*attend)(void); /* called when sched_ask_attention() was */

    /* Forks a process in which the actor of this record runs; 0 or a negative code.  The pid is of
     * the loop that the process is to be. */
    int (*branch)(struct world *world, const struct post_spawn *record);
};

/* Makes it the world of this thread, which is this loop of the crew.  0, or -ENOMEM. */
int world_init(struct world *world, const struct universe *universe, uint32_t loop);

/* Takes in what is in the inbox. */
void world_take_in(struct world *world);

/* The run is over: what is still in the inbox is taken in, and goes nowhere.  On its own thread;
 * all loops must have come so far before the first of them calls world_finish(). */
void world_wind_up(struct world *world);

/* All actors of all loops must have ended. */
void world_finish(struct world *world);

static inline uint32_t world_loop(const struct world *world)
{
    return world->sched.number;
}

/* Another loop's world, of which little may be touched; NULL if there is no such loop in this
 * process. */
static inline struct world *world_of(const struct world *world, uint32_t loop)
{
    const struct crew *crew = world->sched.crew;
    return crew_has(crew, loop) ? (struct world *)crew->scheds[loop - crew->first] : NULL;
}

/* The next actor that has not ended; *cursor is 0 at first.  NULL: that was the last. */
struct actor *world_next_actor(const struct world *world, uint32_t *cursor);

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

/* 0 or a negative code.  If its place is another loop, the result is a stand-in: see elsewhere.h.
 */
int actor_spawn(struct world *world, const troupe_spec *spec, struct birth birth,
                struct actor **actor);

/* The same for an actor that another loop has spawned here, under a pid of the guests'; it is not
 * this loop's to keep its status.  0 or -ENOMEM. */
int actor_spawn_guest(struct world *world, const struct post_spawn *record);

struct actor *actor_find_guest(struct world *world, uint64_t pid);

/* The actor of this loop with this pid: alive, or ended with its status kept; otherwise NULL. */
static inline struct actor *actor_find(struct world *world, uint64_t pid)
{
    struct actor *actor = handles_find(&world->pids, pid);
    return CHECK_LIKELY(actor != NULL) ? actor : actor_find_guest(world, pid);
}

/* Whether the pid is from this loop's own table: neither another loop's, nor a guest's. */
static inline bool actor_is_home(const struct world *world, uint64_t pid)
{
    return pid >> ACTOR_HOME_SHIFT == (uint64_t)world->sched.number << 1;
}

/* Whether the pid is one of another loop's. */
static inline bool actor_is_far(const struct world *world, uint64_t pid)
{
    return handle_loop(pid) != world->sched.number;
}

/* Says to other loops what is to be known of an actor: 0, or one of ACTOR_NOTE_FULL and GONE. */
void actor_tell(struct world *world, const struct actor *actor, uint32_t flags);

/* The same, but only if it is alive. */
static inline struct actor *actor_find_alive(struct world *world, uint64_t pid)
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

/* What follows from an end, for everyone but the actor itself: also of a stand-in. */
void actor_settle(struct world *world, struct actor *actor, int status);

/* The fields of a new record; `class`: of its stack, or SCHED_... */
void actor_fill(struct world *world, struct actor *actor, const troupe_spec *spec,
                const struct birth *birth, int class);

/* Gives it the name that the specification asks for, and what it needs for messages if it is
 * stackless; 0 or -ENOMEM. */
int actor_equip(struct world *world, struct actor *actor, const char *name,
                const struct handler *handler);

/* Gives up a record that was never spawned. */
void actor_discard(struct world *world, struct actor *actor);

/* Ends an actor, which is not the running one, as soon as possible, whatever it does; its body does
 * not run any more.  A kill is a failure with TROUPE_KILLED. */
void actor_fail(struct world *world, struct actor *actor, int status);
void actor_kill(struct world *world, struct actor *actor);

/* The running actor kills itself. */
_Noreturn void actor_kill_self(struct world *world);

/* Notes in the trace that the actor, which has just been spawned, is a supervisor's child that was
 * started again, for the `count`th time. */
void actor_note_restart(uint64_t pid, uint64_t count);

/* ... and that the running actor is a supervisor from now on. */
void actor_note_supervises(void);

/* How the scheduler runs actors. */
extern const struct sched_hooks actor_hooks;

/* Gives up the status of an actor that has ended: its record is freed. */
void actor_release(struct world *world, struct actor *actor);

/* The function that the actor is made of; 0 if that is not known any more. */
uintptr_t actor_body(const struct actor *actor);

/* The one that spawned the actor, or owns the scope that it is in; 0 for the main actor. */
uint64_t actor_parent(const struct actor *actor);

#endif
