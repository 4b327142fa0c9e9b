#ifndef TRACE_DIFF_H
#define TRACE_DIFF_H

/*
 * Two runs, actor by actor: who corresponds to whom, and where they first did something else.
 *
 * Nothing is compared by the clock.  An actor of one run corresponds to that of the other with the
 * same place in the tree of spawns: the same name below corresponding parents, the n-th of them to
 * the n-th.  What an actor did is the list of its deeds: why it suspended and for whom, what it
 * sent, took and printed, whom it spawned, how it ended.  How long any of that took does not
 * matter, and neither does a turn that was only cut in two because it was used up.
 */

#include "trace_model.h"

enum trace_deed_kind {
    TRACE_DEED_NONE, /* nothing more; index: its last state if that goes on, or TRACE_NONE */
    TRACE_DEED_SUSPEND,
    TRACE_DEED_SPAWN,
    TRACE_DEED_SEND,
    TRACE_DEED_TAKE,
    TRACE_DEED_PRINT,
    TRACE_DEED_EXIT,
};

struct trace_deed {
    enum trace_deed_kind kind;
    uint32_t index; /* suspend: the run; spawn: the lane; send, take: the flow; print: the mark */
    int64_t at_ns;
};

/* Corresponding lanes; one of them is TRACE_NONE where there is none. */
struct trace_pair {
    uint32_t a;
    uint32_t b;
};

/* Where a pair parts: the deeds before were the same. */
struct trace_divergence {
    struct trace_pair pair;
    uint32_t number; /* of the deed, from 1 */
    struct trace_deed a;
    struct trace_deed b;
};

struct trace_diff {
    struct trace_pair *pairs; /* in A's order of spawning, then those that are only in B */
    size_t pair_count;
    struct trace_divergence *divergences; /* by when they are in A */
    size_t divergence_count;
    uint32_t same_turns; /* so many turns went to corresponding actors, in the same order */
    uint32_t turn_a;     /* the run after them; TRACE_NONE if there is none */
    uint32_t turn_b;
};

/* Compares two models; with `waits` all waits count as deeds, with their source lines.  On 0 the
 * caller owes trace_diff_finish().  0 or -ENOMEM. */
int trace_diff(const struct trace_model *a, const struct trace_model *b, bool waits,
               struct trace_diff *diff);
void trace_diff_finish(struct trace_diff *diff);

/* Whether both runs did the same: the same actors, the same deeds.  The order of turns of actors
 * that do the same may differ. */
bool trace_diff_is_same(const struct trace_diff *diff);

/* A deed in words that complete "the actor ...": "sends tag 1 to pong", "ends with status 0".
 * Returns `text`. */
char *trace_deed_text(const struct trace_model *model, const struct trace_deed *deed, char *text,
                      size_t bytes);

#endif
