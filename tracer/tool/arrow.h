#ifndef ARROW_H
#define ARROW_H

/*
 * Arrows in a file that is gone through event by event: the two ends of one have category, name and
 * id in common.
 */

#include "trace_event.h"

uint64_t hash_bytes(const char *text, size_t bytes);

/* The same for both ends of an arrow. */
uint64_t arrow_key(const struct trace_event *event);

#endif
