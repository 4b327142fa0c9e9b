#ifndef TRACE_JOIN_H
#define TRACE_JOIN_H

/*
 * Makes one model of what the pieces of a file have left.
 *
 * Numbers become indexes, texts are numbered anew across pieces, records are dealt out to their
 * lanes and put in the order of time, what is still open is closed, and the states of each actor
 * are made to tile: no two of them overlap.  Whatever the pieces were, and however many threads do
 * it, the model is the same.
 */

#include "trace_build.h"
#include "trace_input.h"

/* Joins `count` pieces, which are in the order of the file and empty afterwards.  `input` is where
 * they came from, if there is more than one.  0, -ENOMEM, -EOVERFLOW, or what reading had to say.
 */
int trace_join(struct trace_build *parts, uint32_t count, const struct trace_input *input,
               unsigned threads, struct trace_model **model);

#endif
