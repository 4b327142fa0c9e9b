#ifndef CREW_H
#define CREW_H

/*
 * The loops of one run in one process, each on a thread of its own.
 *
 *   loop 0 (the thread that called troupe_run)   loop 1          loop 2
 *   sched <---------- inboxes, never memory of each other's ------> sched
 *
 * A loop that is a process of its own has a crew of its own, with one member.  What is for it goes
 * to that loop of this process which has the bridge to it, and over that.
 *
 * A loop touches only what is its own.  What it wants of another loop it puts into that one's
 * inbox; the crew is the one object that all of them share, and it is small: who there is, how many
 * have work, and who rests.
 *
 * The run is over when no loop has a task and none is on its way to one.  It is stuck when every
 * loop rests with nothing that could end its rest, and nothing is on its way in any inbox.
 */

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "commons.h"
#include "inbox.h"

/* Loops of a run: more than a machine for classes has cores.  (A pid has room for 256.) */
#define CREW_LOOPS_MAX COMMONS_PROCESS_FIRST

/* What one loop may have put into another's inbox that has not been taken yet; then senders are
 * refused, as by a full mailbox.  The same number as the usual limit of a mailbox. */
#define CREW_POSTS_MAX 65536

struct bridge;
struct sched;
struct pool;

/* How a run is to be. */
struct crew_plan {
    unsigned loop_count;
    int place;        /* of tasks that nobody has said anything of: TROUPE_HERE, ... */
    bool spreads;     /* those that may be anywhere get a process each */
    int64_t spin_ns;  /* how long a loop looks out for posts before it sleeps; 0: not at all */
    bool is_virtual;  /* time is: see scheduler.h */
    uint64_t seed;    /* of the order of turns; 0: first in, first out */
    int64_t stall_ns; /* a step that lasts so long is told of; 0: none is */
};

/* What is known of a loop that is another process. */
struct crew_far {
    _Atomic bool is_known;
    _Atomic bool is_direct;   /* a bridge of this process leads to it: it is a neighbour */
    _Atomic uint8_t seat;     /* of the loop that has the bridge by which it is reached, */
    _Atomic uint8_t via;      /* and the neighbour that this leads to */
    _Atomic uint32_t waiting; /* a neighbour: posts that are queued for it */
    struct bridge *bridge;    /* a neighbour: touched by the loop in that seat alone */
};

struct crew {
    struct crew_plan plan;
    unsigned loop_count;
    uint32_t first; /* number of the first loop; the others follow */
    struct commons *commons;
    struct sched *scheds[CREW_LOOPS_MAX]; /* by seat: number - first */

    /* By number. */
    struct crew_far far[COMMONS_LOOPS];
    _Atomic uint32_t bridge_count;
    uint32_t origin; /* this is a process of its own: the loop that has started it */

    /* Loops that have tasks, and tasks that are on their way to a loop. */
    _Atomic uint64_t alive;

    /* Others who may put something into an inbox at any time: open ports. */
    _Atomic uint32_t outsiders;

    /* Who watches the loops; see sentry.c.  It sleeps when they do, until it is roused. */
    _Atomic bool sentry_dozes;
    sem_t sentry_bell;

    pthread_mutex_t mutex; /* guards: */
    unsigned rest_count;   /* loops that rest: see crew_rest() */
    struct pool *pool;     /* the threads for offloaded functions; NULL: there are none */
};

/* Who may post how much to whom: one record for each pair of loops, the sender's. */
struct traffic {
    uint64_t put;  /* posts put into the other's inbox */
    uint64_t seen; /* of which so many had been taken when it was last looked at */
};

/* The crew of a program: 0 or -ENOMEM. */
int crew_init(struct crew *crew, const struct crew_plan *plan);
void crew_finish(struct crew *crew);

/* The crew of a process that was forked from a program with crew `parent`: loop `number`, started
 * by the loop `origin`. */
void crew_init_branch(struct crew *crew, const struct crew *parent, uint32_t number,
                      uint32_t origin);

/* Whether this process has been forked from one with a crew. */
static inline bool crew_is_branch(const struct crew *crew)
{
    return commons_is_process(crew->first);
}

/* Whether it is a loop of this process. */
static inline bool crew_has(const struct crew *crew, uint32_t loop)
{
    return loop - crew->first < crew->loop_count;
}

/* Whether there is such a loop, here or in another process, as far as can be told. */
static inline bool crew_knows(const struct crew *crew, uint32_t loop)
{
    return crew_has(crew, loop) || crew_is_branch(crew) || atomic_load(&crew->far[loop].is_known);
}

/* The seat of the loop by which posts get to this one, which is the first if it is not known. */
static inline uint32_t crew_seat(const struct crew *crew, uint32_t loop)
{
    return crew_has(crew, loop) ? loop - crew->first
                                : atomic_load_explicit(&crew->far[loop].seat, memory_order_relaxed);
}

/* The neighbour by which a loop of another process is reached: from a branch, all but those that it
 * has started itself by the one that has started it. */
static inline uint32_t crew_via(const struct crew *crew, uint32_t loop)
{
    return atomic_load(&crew->far[loop].is_known) ? atomic_load(&crew->far[loop].via)
                                                  : crew->origin;
}

/* There is a bridge to this loop of another process, at the loop `at` of the crew. */
void crew_bridge(struct crew *crew, uint32_t loop, uint32_t at, struct bridge *bridge);

/* This loop, another process, can be reached by that neighbour. */
void crew_route(struct crew *crew, uint32_t loop, uint32_t via);

/* It is gone. */
void crew_unbridge(struct crew *crew, uint32_t loop);

/* A loop has its first task, or a task is on its way; and the other way round. */
void crew_join(struct crew *crew);
void crew_leave(struct crew *crew);

/* The calling loop has nothing to do, and nothing of its own that will come: true if that is so for
 * all, for ever.  Otherwise it rests, until it calls crew_rise(). */
bool crew_rest(struct crew *crew);
void crew_rise(struct crew *crew);

/* A loop has got up.  Either it sees here that the sentry dozes, or the sentry, when it is about
 * to, sees that the loop is up. */
static inline void crew_rouse_sentry(struct crew *crew)
{
    if (atomic_load(&crew->sentry_dozes) && atomic_exchange(&crew->sentry_dozes, false))
        sem_post(&crew->sentry_bell);
}

/* An outsider has gone: whether all is stuck is looked at again. */
void crew_look_again(struct crew *crew);

/* Puts a post into the inbox of a loop of the crew. */
void crew_post(struct sched *from, uint32_t loop, struct inbox_link *post);

/* The same for others.  False: too many of theirs are waiting there. */
bool crew_post_from_outside(struct crew *crew, uint32_t loop, struct inbox_link *post);

/* Whether another post may be put into the inbox of this loop; those that must not be refused are
 * put without asking. */
bool crew_may_post(struct sched *from, uint32_t loop);

#endif
