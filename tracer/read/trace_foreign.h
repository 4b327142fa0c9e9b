#ifndef TRACE_FOREIGN_H
#define TRACE_FOREIGN_H

/*
 * Traces that other tools wrote: Chrome's trace events as viztracer, Go, Chromium, Node.js and
 * Perfetto's exporters write them, all on one line or on many, in an array or in the object around
 * it, members in any order.
 *
 *   threads        become lanes.  A track's outermost slices are its runs; between them it waits,
 *                  as far as one can tell.  All slices are kept with their names: trace_slice
 *   goroutines     become lanes of their own, and the processors that they run on loops
 *   tasks          of viztracer run on the thread that they belong to, which waits meanwhile
 *   asynchronous   operations become lanes as well, those of one name together, which wait
 *   arrows         become flows between the slices that they bind to
 *   instants       become marks, and printed text, where a tool tells of it
 *   counters       become counters
 *
 * Instants are counted from the first of them.  What is not understood is counted and named.
 */

#include "trace_build.h"
#include "trace_reader.h"

/* How much of a file's beginning is enough to see whose it is. */
#define TRACE_FOREIGN_LOOK_BYTES ((size_t)65536)

/* Whether text that begins so is somebody else's trace: an object; or an array whose first event
 * is none of ours, with none of ours near it. */
bool trace_foreign_is(const char *text, size_t bytes);

/* Reads all that is left of the reader's input, and leaves it in the build.  *cut says whether the
 * file breaks off.  0 or a negative errno with the reader's error filled in. */
int trace_foreign_read(struct trace_reader *reader, struct trace_build *build, bool *cut);

#endif
