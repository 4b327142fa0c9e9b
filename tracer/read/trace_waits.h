#ifndef TRACE_WAITS_H
#define TRACE_WAITS_H

/*
 * Who waits for whom at an instant, and where those waits close a circle.
 *
 * An actor waits for another only if the trace says so: it joins it, calls it, wants the lock that
 * it holds, or room in its mailbox.  A wait for a message, a timer or a descriptor is for nobody.
 * Since each actor waits for at most one other, following them either ends or goes round; a circle
 * in which no wait has a deadline can only be broken from outside, by a cancellation or a kill.
 */

#include "trace_model.h"

struct trace_waits {
    const struct trace_model *model;
    int64_t at_ns;
    uint32_t *spans;  /* per lane: its state then; TRACE_NONE before its spawn and after its end */
    uint32_t *on;     /* per lane: the lane it waits for, or TRACE_NONE */
    uint32_t *circle; /* per lane: the number of the circle it is a part of, from 1; 0 for none */
    uint32_t circle_count;
};

/* The waits at an instant of the model, which must outlive them; O(lanes * log spans).  At or after
 * the end of the trace it is what is still going on then.  On 0 the caller owes
 * trace_waits_finish().  0 or -ENOMEM. */
int trace_waits_at(const struct trace_model *model, int64_t at_ns, struct trace_waits *waits);
void trace_waits_finish(struct trace_waits *waits);

/* Whether no wait of a circle has a deadline. */
bool trace_waits_are_for_ever(const struct trace_waits *waits, uint32_t circle);

/* How many wait at the end if nothing could ever run again: a program of ours ended by itself while
 * everybody waited for somebody else, without a deadline.  0: that is not so; otherwise *latest is
 * the wait that began last. */
uint32_t trace_waits_of_all(const struct trace_model *model, uint32_t *latest);

#endif
