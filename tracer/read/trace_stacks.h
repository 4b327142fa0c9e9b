#ifndef TRACE_STACKS_H
#define TRACE_STACKS_H

/* How much of their stacks actors have used, by the place where they were spawned, in traces of
 * programs that measure it. */

#include "trace_array.h"
#include "trace_model.h"

struct trace_stack {
    trace_text_id fn;  /* that the actors are made of */
    trace_text_id src; /* of their spawn; 0: not known */
    uint32_t count;    /* actors that have ended, */
    int64_t used;      /* the most that one of them has used of it, in bytes, */
    int64_t free;      /* and what that one had left */
};

/* Fills an empty array with them, those who came closest to the end first; pair with
 * trace_array_finish() in either case.  False if there is no memory. */
bool trace_stacks(const struct trace_model *model, struct trace_array *stacks);

#endif
