#ifndef PAIRS_H
#define PAIRS_H

/*
 * Beginnings and ends that say the same.
 *
 * What is known of a state or a life only when it is over stands in our traces at its end: the exit
 * status, why a run ended.  Some tools (speedscope) hold a beginning and an end for one pair only
 * if their arguments are the same.  So a trace is gone through twice: first each end is found its
 * beginning on its track, then both are written with the arguments of both.
 *
 *   struct pairs pairs = {.begun = 0};
 *   for each event:  if (pairs_note(&pairs, &event) < 0) ...
 *   for each event, again:  pairs_write(&pairs, &event, out);
 *   pairs_finish(&pairs);
 */

#include <stdio.h>

#include "trace_array.h"
#include "trace_event.h"
#include "trace_strings.h"

struct pairs {
    struct trace_map tops;        /* process and thread -> its innermost open beginning */
    struct trace_array all;       /* struct pair, in the order of their beginnings */
    struct trace_array ends;      /* uint32_t: of each end its pair, or TRACE_NONE */
    struct trace_strings strings; /* names and arguments */
    uint32_t begun, ended;        /* written so far */
};

/* Takes note of an event, in the order of the file.  0 or -ENOMEM. */
int pairs_note(struct pairs *pairs, const struct trace_event *event);

/* Writes an event; they must come in the same order. */
void pairs_write(struct pairs *pairs, const struct trace_event *event, FILE *out);

void pairs_finish(struct pairs *pairs);

#endif
