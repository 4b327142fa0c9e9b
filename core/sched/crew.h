#ifndef CREW_H
#define CREW_H

/*
 * The loops of one run, each on a thread of its own.
 *
 *   loop 0 (the thread that called troupe_run)   loop 1          loop 2
 *   sched <---------- inboxes, never memory of each other's ------> sched
 *
 * A loop touches only what is its own.  What it wants of another loop it puts into that one's
 * inbox; the crew is the one object that all of them share, and it is small: who there is, how many
 * have work, and who rests.
 *
 * The run is over when no loop has a task and none is on its way to one.  It is stuck when every
 * loop rests with nothing that could end its rest, and nothing is on its way in any inbox.
 */

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "inbox.h"

/* Loops of a run: more than a machine for classes has cores.  (A pid has room for 256.) */
#define CREW_LOOPS_MAX 64

/* What one loop may have put into another's inbox that has not been taken yet; then senders are
 * refused, as by a full mailbox.  The same number as the usual limit of a mailbox. */
#define CREW_POSTS_MAX 65536

struct sched;
struct pool;

struct crew {
    unsigned loop_count;
    int place;       /* of tasks that nobody has said anything of: TROUPE_HERE, ... */
    int64_t spin_ns; /* how long a loop looks out for posts before it sleeps; 0: not at all */
    struct sched *scheds[CREW_LOOPS_MAX];

    /* Loops that have tasks, and tasks that are on their way to a loop. */
    _Atomic uint64_t alive;

    /* Others who may put something into an inbox at any time: open ports. */
    _Atomic uint32_t outsiders;

    pthread_mutex_t mutex; /* guards: */
    unsigned rest_count;   /* loops that rest: see crew_rest() */
    struct pool *pool;     /* the threads for offloaded functions; NULL: there are none */
};

/* Who may post how much to whom: one record for each pair of loops, the sender's. */
struct traffic {
    uint64_t put;  /* posts put into the other's inbox */
    uint64_t seen; /* of which so many had been taken when it was last looked at */
};

void crew_init(struct crew *crew, unsigned loop_count, int place, int64_t spin_ns);
void crew_finish(struct crew *crew);

/* A loop has its first task, or a task is on its way; and the other way round. */
void crew_join(struct crew *crew);
void crew_leave(struct crew *crew);

/* The calling loop has nothing to do, and nothing of its own that will come: true if that is so for
 * all, for ever.  Otherwise it rests, until it calls crew_rise(). */
bool crew_rest(struct crew *crew);
void crew_rise(struct crew *crew);

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
