#ifndef VIEW_DEPTHS_H
#define VIEW_DEPTHS_H

/*
 * How many messages lie in mailboxes.
 */

#include "trace_model.h"

/* A mailbox that never holds more is no queue, and is not drawn. */
#define DEPTHS_QUEUE_MIN 2

/* The most messages that each mailbox ever held: one number per lane, which the caller frees; NULL
 * if there is no memory. */
uint32_t *depths_peaks(const struct trace_model *model);

/* The most that a lane's mailbox holds from `from_ns` to before `to_ns`.  *near is where the search
 * begins, at first the lane's depth_first, and is moved to where the next one, of a later time,
 * should. */
uint32_t depths_most(const struct trace_model *model, uint32_t lane, int64_t from_ns, int64_t to_ns,
                     uint32_t *near);

#endif
