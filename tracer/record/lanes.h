#ifndef LANES_H
#define LANES_H

/*
 * What the writer remembers of each actor: the state it is in and since when, so that the state
 * can be written when it ends.
 *
 * Actors are numbered from 1 in the order of spawning, and most of them end; so lanes live in
 * chunks that are freed when all their actors have ended.
 */

#include <stdbool.h>
#include <stdint.h>

#include "trace_record.h"

enum lane_state { LANE_NONE, LANE_READY, LANE_RUN, LANE_WAIT, LANE_ENDED };

struct lane {
    int64_t since_ns;             /* when its state began */
    int64_t due_ns;               /* waiting: its deadline, or TRACE_DUE_NONE */
    const struct trace_site *at;  /* waiting: the source line; or NULL */
    struct trace_ring *ring;      /* running: on this loop */
    struct trace_fn *fn;
    char *name;       /* as specified, owned; NULL: fn->name # number */
    int64_t spawn_ns; /* when it was spawned, */
    const struct trace_site *site; /* from where; or NULL, */
    uint64_t spawn_block; /* and in which block of the sink that stands */
    uint32_t parent;  /* by whom; or 0 */
    int64_t cpu_ns;   /* running, at its end: time on a processor; or TRACE_CPU_NONE */
    uint32_t number;  /* this is the nth actor made of fn */
    uint32_t resumes; /* so far */
    uint32_t other;   /* ready: woken by; waiting: for; or 0 */
    uint32_t object;  /* about to wait, or waiting: the number of the object; or 0, */
    const struct trace_site *made; /* and where that was made; or NULL */
    uint32_t depth;   /* of its mailbox */
    uint32_t depth_written;
    int64_t depth_ns; /* when that was written */
    uint8_t state;    /* enum lane_state */
    uint8_t reason;   /* waiting: enum trace_reason */
    bool is_told;     /* running: that it takes too long has been told */
    bool open;        /* the state has been written as a "B" */
    bool listed;      /* is among those that changed since the last flush */
};

struct lanes {
    struct lane_chunk **chunks; /* by actor number / LANE_CHUNK_ACTORS; NULL: all ended */
    uint32_t chunk_count;
};

void lanes_finish(struct lanes *lanes);

/* A new actor's lane, zeroed; NULL without memory. */
struct lane *lanes_add(struct lanes *lanes, uint32_t actor);

/* The lane of an actor that has been added and has not ended; otherwise NULL. */
struct lane *lanes_find(const struct lanes *lanes, uint32_t actor);

/* Calls back for each actor that has not ended. */
void lanes_each(const struct lanes *lanes,
                void (*call)(void *context, uint32_t actor, struct lane *lane), void *context);

/* The actor has ended; its lane is gone after this. */
void lanes_end(struct lanes *lanes, uint32_t actor);

#endif
