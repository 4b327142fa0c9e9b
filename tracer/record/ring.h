#ifndef RING_H
#define RING_H

/* What lies in a ring, for those who read it: the writer, and a thread that looks back. */

#include "trace_record.h"

/* Kinds of records behind which text lies. */
#define RING_TEXT_KINDS                                                                \
    (1U << TRACE_RECORD_FN_NAME | 1U << TRACE_RECORD_NAME | 1U << TRACE_RECORD_PRINT | \
     1U << TRACE_RECORD_MARK | 1U << TRACE_RECORD_SPAN | 1U << TRACE_RECORD_SPAN_END | \
     1U << TRACE_RECORD_COUNT | 1U << TRACE_RECORD_NOTE)

static inline const struct trace_record *ring_record(const struct trace_ring *ring, uint32_t index)
{
    return &ring->records[index % TRACE_RING_RECORDS];
}

/* The text behind the record `index`, if it has any, as far as there is room for it and its end, of
 * which TRACE_TEXT_BYTES_MAX + 1 are enough.  Returns how many records it takes. */
uint32_t ring_text(const struct trace_ring *ring, uint32_t index, char *text, size_t room);

/* The thread's, where it asks for room: a record begins at the head. */
void ring_mark(struct trace_ring *ring);

#endif
