#ifndef STEPS_H
#define STEPS_H

/* The steps of a chain of causes in words: for `troupe path` and `troupe why`. */

#include "tell.h"
#include "trace_path.h"

/* Prints a step as a row: when, how long, who, what.  `next` is the step that follows in time,
 * which tells what a run led to; NULL for the last. */
void step_print(const struct tell *tell, const struct trace_step *step,
                const struct trace_step *next, int name_columns);

/* How wide the column of names has to be for these steps. */
int step_name_columns(const struct tell *tell, const struct trace_path *path);

cJSON *step_object(const struct tell *tell, const struct trace_step *step);

/* Prints what has the loop while an actor is ready, "; loop 0 ran count#1 for 18.0 us of it", or
 * nothing if that is not known. */
void step_print_holder(const struct tell *tell, uint32_t ready);

/* "waits for a lock (object 2, made at x.c:4) that Kant has, at x.c:9": what a wait is about, from
 * its verb on. */
void step_print_wait(const struct tell *tell, uint32_t span);

#endif
