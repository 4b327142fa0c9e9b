#ifndef LOOK_TABLE_H
#define LOOK_TABLE_H

/*
 * The contract between a process of actors and those who look at it from outside: an object in the
 * process that says where things are.
 *
 * Builds differ: with a sanitizer the structs are larger.  So a reader goes by this table alone,
 * and needs no debug information.  It is found by its name, troupe_look_table.
 */

#include <stdint.h>

#include "registers.h"

#define LOOK_TABLE_NAME "troupe_look_table"
#define LOOK_MAGIC "troupe: look here"

/* Goes up when a row changes its meaning. */
#define LOOK_VERSION 5

/* Runs of a process that go on at the same time, on threads of their own, and can be seen. */
#define LOOK_RUNS_MAX 8

enum look_place {
#define LOOK_PLACE(name, type, member) LOOK_##name,
#include "look_places.def"
#undef LOOK_PLACE
    LOOK_PLACES
};

struct look_table {
    char magic[24];
    uint32_t version;
    uint32_t bytes;                /* of this table */
    uint64_t outer;                /* the function that calls those of actors */
    uint64_t crews[LOOK_RUNS_MAX]; /* of the runs; 0: none */
    uint32_t places[LOOK_PLACES];  /* offsets */
    uint32_t entry_bytes;          /* from one row of a table of actors to the next, */
    uint32_t time_bytes;           /* and of a table of their times */
    uint32_t header_bytes;         /* the header of a stack lies so far below its end */
    uint32_t stackless;            /* the class of a stackless actor */
    uint32_t guest_slot;           /* see troupe_pid_text() */

    /* Bits of an actor's record, counted from its beginning. */
    uint32_t bit_ended;
    uint32_t bit_started;
    uint32_t bit_in_scope;

    /* Where a suspended actor's registers lie, from its stack pointer upwards; -1: not kept.  With
     * frame_bytes 0 they cannot be found. */
    int32_t saved[REGISTERS_COUNT];
    int32_t saved_pc;
    uint32_t frame_bytes; /* the stack pointer goes up by these when it goes on */
};

#endif
