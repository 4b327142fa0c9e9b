#ifndef MAKE_TRACE_H
#define MAKE_TRACE_H

/*
 * Traces of any size, for tests under load: what the recorder would write of actors that do not
 * exist.  The same arguments give the same bytes.
 */

#include <stdint.h>
#include <stdio.h>

struct make_trace {
    uint64_t events; /* about so many lines; a run that is under way is finished */
    uint32_t actors;
    uint32_t loops;
    uint64_t seed;
};

/* Writes a trace.  0, or -EIO if it could not be written, or -ENOMEM. */
int make_trace(FILE *file, const struct make_trace *how);

#endif
