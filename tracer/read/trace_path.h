#ifndef TRACE_PATH_H
#define TRACE_PATH_H

/*
 * Why did it take so long: the chain of causes that leads to an instant.
 *
 * The chain is walked back from its end.  A run is caused by what made its actor ready:
 *
 *   - another actor woke or spawned it: the chain goes on with that actor's run, at that instant,
 *     and what the woken one waited for before is not part of it;
 *   - a timer, a descriptor or something else outside did: its wait is itself part of the chain,
 *     and the chain goes on with the run before;
 *   - it had yielded: the chain goes on with its own run before.
 *
 * The time for which it was ready is a step of the chain as well: others had the loop.
 *
 * So the steps follow one another without a gap, and their lengths add up to the whole.  To make
 * the whole shorter, one of them has to become shorter: all other waiting and running took place
 * beside them.  Of a trace that is damaged the chain may begin later than the program.
 */

#include "trace_model.h"
#include "trace_wake.h"

struct trace_step {
    int64_t start_ns;
    int64_t end_ns;
    uint32_t lane;
    uint32_t span;          /* the state that the step is, or a part of */
    struct trace_wake wake; /* ready: who or what made it so */
};

struct trace_path {
    struct trace_step *steps; /* in time order */
    size_t count;
};

/* The chain that leads to an instant of a lane, back to the beginning of the program.  On 0 the
 * caller owes trace_path_finish(); the path is empty if the lane has not begun by then.  0 or
 * -ENOMEM. */
int trace_path_to(const struct trace_model *model, uint32_t lane, int64_t at_ns,
                  struct trace_path *path);

/* The critical path: the chain that leads to the last end of any actor.  Its steps begin with the
 * first resume that led there, and their lengths add up to W, unless records are missing. */
int trace_path_critical(const struct trace_model *model, struct trace_path *path);

void trace_path_finish(struct trace_path *path);

#endif
