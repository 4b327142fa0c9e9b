#ifndef BELL_H
#define BELL_H

/*
 * What other threads, signal handlers and the kernel have to say to a loop.
 *
 *   other thread                        the loop's thread
 *   bell_ring() --> flag, wake-up  -->  between two batches of turns, or when it has slept:
 *                                       bell->answer()
 *
 * A bell is made when something first needs it and lives as long as its scheduler.  However often
 * it rings before it is answered, the loop is woken once.
 */

#include <stdatomic.h>
#include <stdbool.h>

#include "list.h"

struct sched;

struct bell {
    struct list_link link; /* on sched->bells */
    struct sched *sched;
    _Atomic bool has_rung;

    /* Takes in what there is.  On the thread's own stack: no actor runs. */
    void (*answer)(struct bell *bell);

    /* The program calls exit(): from now on nobody may record anything.  NULL: nobody does. */
    void (*hush)(struct bell *bell);

    /* All actors have ended: frees everything, the bell too. */
    void (*close)(struct bell *bell);
};

/* Its functions must be set. */
void bell_open(struct sched *sched, struct bell *bell);

/* The bell of this scheduler that is answered by this function; NULL if there is none yet. */
struct bell *bell_find(const struct sched *sched, void (*answer)(struct bell *bell));

/* Asks for an answer, soon.  May be called on any thread, as long as the bell's loop exists. */
void bell_ring(struct bell *bell);

/* The same for a bell that outlives its loop, also in a signal handler: wakes all loops. */
void bell_ring_anywhere(struct bell *bell);

/* For the scheduler. */
void bell_answer_all(struct sched *sched);
void bell_hush_all(struct sched *sched);
void bell_close_all(struct sched *sched);

#endif
