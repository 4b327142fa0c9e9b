#ifndef EXPLORE_ROOM_H
#define EXPLORE_ROOM_H

/*
 * How `troupe explore` and a program that it explores talk: memory that both see, and two pipes.
 *
 *   explore                      the program, before its first actor     a child of it
 *   writes orders into the
 *   room, and a byte        -->  forks                              -->  runs, in each of them,
 *                                waits for it                            and goes back between
 *   reads how far it has    <-----------------------------------------   runs that end well;
 *   come, writes others                                                  writes a byte when all do,
 *   and a byte              ----------------------------------------->   and reads the next one
 *   reads who had which                                                  or ends, in a run that
 *   turn, and how it ended  <--  writes its status, and a byte      <--  does not, or leaves
 *                                                                        something behind
 *
 * The environment names the three descriptors: TROUPE_EXPLORE=ROOM,ORDERS,ANSWERS.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "replay.h"

#define EXPLORE_VARIABLE "TROUPE_EXPLORE"

/* Both sides are built together, or the program says so. */
#define EXPLORE_VERSION 2

/* Turns of one run that are remembered; the limit on turns is never above that. */
#define EXPLORE_TURNS_MAX 1000000

/* Orders that are written at a time, and choices that they are made of in all. */
#define EXPLORE_ORDERS_MAX 64
#define EXPLORE_SCRIPT_MAX 65536

#define EXPLORE_PATH_BYTES 4096

/* Actors that the strategy PCT sets back: one less than the deepest bug that it looks for. */
#define EXPLORE_DEPTH_MAX 16

/* Who has the turns that the script says nothing of. */
enum explore_way {
    EXPLORE_FIFO,   /* who has been ready for longest */
    EXPLORE_RANDOM, /* anybody who is ready, by lot */
    EXPLORE_PCT,    /* who is ready and has the highest priority; those are by lot */
};

/* How a run ended, beyond the status of its process. */
enum explore_end {
    EXPLORE_ENDED,
    EXPLORE_STUCK,   /* nothing could ever run again */
    EXPLORE_CIRCLE,  /* a call was refused, since its wait would have closed a circle */
    EXPLORE_ENDLESS, /* the limit on turns was reached */
};

struct explore_turn {
    uint32_t runs;  /* number of the actor that has it */
    uint32_t first; /* of the one who has been ready for longest */
    uint32_t place; /* of the former in the queue, from 0 */
    uint32_t ready; /* actors in the queue */
};

/* Choices in the script go by places in the queue, or by actors. */
struct explore_choice {
    uint32_t turn;
    uint32_t place; /* used if `runs` is 0 */
    uint32_t runs;  /* number of the actor; one that is not ready is not waited for */
};

struct explore_order {
    enum explore_way way;
    uint64_t seed;
    uint32_t set_backs; /* PCT: so many, at these turns */
    uint32_t set_back_at[EXPLORE_DEPTH_MAX];
    uint32_t script_first, script_count; /* in the room's script */
};

struct explore_room {
    uint32_t version;

    uint32_t turn_limit;
    uint32_t fair_after; /* from this turn on, first in, first out: what does not end then never
                            would */
    bool may_rewind;     /* the process of a run may go on with the next one */
    char trace[EXPLORE_PATH_BYTES]; /* the file that the run is recorded to; "": it is not */
    uint32_t order_count;
    struct explore_order orders[EXPLORE_ORDERS_MAX];
    struct explore_choice script[EXPLORE_SCRIPT_MAX];

    /* The answer; the turns and the end are those of the last run. */
    _Atomic uint32_t order_next; /* the order of the run that goes on, or did not end well */
    _Atomic uint32_t rewound;    /* runs that its process has done before */
    _Atomic int32_t child;       /* the process that runs; 0: none */
    int32_t status;              /* of it, as of waitpid(); -1: it could not be started */
    _Atomic uint32_t end;        /* enum explore_end */
    _Atomic uint32_t turn_count;
    struct explore_turn turns[EXPLORE_TURNS_MAX];
};

#endif
