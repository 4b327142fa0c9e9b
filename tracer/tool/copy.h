#ifndef COPY_H
#define COPY_H

/*
 * Events copied from one trace into another, with some of their members changed.
 *
 * Everything else of an event is copied byte for byte, so that nothing is lost that is not
 * understood here.
 */

#include <stdio.h>

#include "trace_event.h"

/* What to change; all zeros changes nothing. */
struct copy_change {
    char phase;           /* another phase; 'B' leaves the duration out; 0: as it is */
    bool has_ts, has_dur; /* another instant, another duration */
    bool is_part;         /* what is known only of the whole is left out: its time on a processor */
    int64_t ts_ns;
    int64_t dur_ns;
    int64_t shift_ns;     /* added to every instant: that of the event, if not set above, and due */
    uint32_t actor_shift; /* added to every number of an actor but 0, */
    uint32_t loop_shift;  /* of a loop, */
    uint32_t object_shift; /* of a channel or lock, */
    uint64_t id_shift;     /* and of an arrow */
    uint64_t id;           /* another number for the arrow; 0: as above */
    uint32_t pid_shift;    /* added to the number of a process that is no group of actors */
    const char *prefix;    /* before the names of actors and threads; NULL for none */
    int64_t cut_ns;        /* header: the file begins with this instant; 0: with the program */
    uint32_t loops;        /* header: so many loops in all; 0: as it is */
};

/* Writes the event, without a comma or a new line. */
void copy_event(FILE *out, const struct trace_event *event, const struct copy_change *change);

#endif
