#ifndef TIMES_H
#define TIMES_H

/*
 * How long each actor has run, was ready and has waited, and how often: kept while somebody wants
 * to know.
 *
 * It is worked out from the records that a trace is made of, so the two cannot disagree, and costs
 * nothing but a test that is made anyway while neither is wanted.
 */

#include <stdint.h>

#include "trace_record.h"

enum times_state { TIMES_READY, TIMES_RUNNING, TIMES_WAITING, TIMES_STATES };

/* One actor. */
struct times_entry {
    uint32_t actor; /* its number; 0: the entry is free */
    enum times_state state;
    uint64_t since_ticks;               /* in this state */
    uint64_t spent_ticks[TIMES_STATES]; /* in each, up to then */
    uint64_t turns;
    uint64_t received; /* messages, and answers to its calls */
};

/* Read from outside, too: see look_places.def. */
struct times {
    struct times_entry *entries;
    uint32_t capacity; /* a power of two */
    uint32_t used;
    uint64_t base_ticks; /* the moment of creation, on both rulers of the clock */
    int64_t base_ns;
};

/* NULL without memory. */
struct times *times_create(void);
void times_destroy(struct times *times);

/* Takes note of a record.  Actors for which there is no memory are left out. */
void times_note(struct times *times, const struct trace_record *record);

/* What is known of an actor up to this moment; false: nothing. */
bool times_find(const struct times *times, uint32_t actor, struct times_entry *entry);

/* Ticks in nanoseconds, as the clock has run since the creation. */
int64_t times_ns(const struct times *times, uint64_t ticks);

#endif
