#ifndef EXPLORE_ROOM_H
#define EXPLORE_ROOM_H

/*
 * How `troupe explore` and a program that it explores talk: memory that both see, and two pipes.
 *
 *   explore                      the program, before its first actor     a child of it
 *   writes the order into
 *   the room, and a byte    -->  forks                              -->  runs, in that order,
 *   reads who had which          waits for it, writes its status    <--  and writes who has each
 *   turn, and how it ended  <--  into the room, and a byte               turn into the room
 *
 * The environment names the three descriptors: TROUPE_EXPLORE=ROOM,ORDERS,ANSWERS.
 */

#include <stdatomic.h>
#include <stdint.h>

#include "replay.h"

#define EXPLORE_VARIABLE "TROUPE_EXPLORE"

/* Both sides are built together, or the program says so. */
#define EXPLORE_VERSION 1

/* Turns of one run that are remembered; the limit on turns is never above that. */
#define EXPLORE_TURNS_MAX 1000000

/* Choices that a run is told. */
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

struct explore_room {
    uint32_t version;

    /* The order. */
    enum explore_way way;
    uint64_t seed;
    uint32_t turn_limit;
    uint32_t fair_after; /* from this turn on, first in, first out: what does not end then never
                            would */
    uint32_t set_backs;  /* PCT: so many, at these turns */
    uint32_t set_back_at[EXPLORE_DEPTH_MAX];
    char trace[EXPLORE_PATH_BYTES]; /* the file that the run is recorded to; "": it is not */
    uint32_t script_count;
    struct explore_choice script[EXPLORE_SCRIPT_MAX];

    /* The answer. */
    _Atomic int32_t child; /* the process that runs; 0: none */
    int32_t status;        /* of it, as of waitpid(); -1: it could not be started */
    _Atomic uint32_t end;  /* enum explore_end */
    _Atomic uint32_t turn_count;
    struct explore_turn turns[EXPLORE_TURNS_MAX];
};

#endif
