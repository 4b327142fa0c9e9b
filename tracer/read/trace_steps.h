#ifndef TRACE_STEPS_H
#define TRACE_STEPS_H

/*
 * How many at once: the ups and downs of what is in progress and of what runs, in time order.
 */

#include "trace_array.h"
#include "trace_model.h"

/* Calls back for each stretch in which a lane is in progress: from its first resume to its end,
 * less the joins of its own children. */
typedef void (*trace_stretch_fn)(void *user, int64_t start_ns, int64_t end_ns);
void trace_stretches(const struct trace_model *model, const struct trace_lane *lane,
                     trace_stretch_fn call, void *user);

enum trace_step_of { TRACE_STEP_PROGRESS, TRACE_STEP_RUN };

struct trace_steps {
    const struct trace_model *model;
    struct trace_key *rest; /* the steps of stretches and jobs, sorted */
    size_t rest_count, rest_at;
    uint32_t run_at;            /* the next of the model's switches, */
    int64_t run_up;             /* and the key of its step */
    int64_t *ends;              /* keys of the ends of those under way, the soonest first: a heap */
    size_t end_count, end_room; /* of it */
};

/* Begins to walk over a model's steps.  0 or -ENOMEM; pair with trace_steps_finish(). */
int trace_steps_init(struct trace_steps *steps, const struct trace_model *model);
void trace_steps_finish(struct trace_steps *steps);

/* No more steps than this will come. */
size_t trace_steps_most(const struct trace_steps *steps);

/* The next step: 1; 0 when there are no more; or -ENOMEM.  At one instant those down come first,
 * since a stretch does not contain its end: two that touch are never counted together. */
int trace_steps_next(struct trace_steps *steps, int64_t *at_ns, enum trace_step_of *of, bool *up);

#endif
