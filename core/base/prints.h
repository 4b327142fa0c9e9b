#ifndef PRINTS_H
#define PRINTS_H

/*
 * What the program prints, for the trace.
 *
 * While a trace is recorded, stdout and stderr are streams of our own (fopencookie) that hand every
 * line to the probe, with the actor that is running, and then write it to where it would have
 * gone.  A line without its newline is handed over when the actor suspends.  So that a line is in
 * the trace at its moment, it is also written at its moment, even to a file or a pipe.
 */

#include <stdio.h>
#include <stdio_ext.h>

#include "probe.h"

/* From now on what this thread prints is told to `probe`. */
void prints_open(struct probe *probe);

/* No more of this thread's; after the last thread the streams are the program's own again. */
void prints_close(bool is_last);

/* The running actor is about to suspend or to end: what it has printed so far is its line. */
void prints_break_slow(struct probe *probe);

/* Whether bytes wait in a stream.  glibc's own question for that is a call, which would be a third
 * of what recording adds to a switch; it looks at the same fields. */
static inline bool prints_wait(FILE *stream)
{
#ifdef __GLIBC__
    if (CHECK_LIKELY(stream->_mode <= 0)) /* not one of wide characters */
        return stream->_IO_write_ptr != stream->_IO_write_base;
#endif
    return __fpending(stream) > 0;
}

static inline void prints_break(struct probe *probe)
{
    if (PROBE_IS_ON(probe) && probe->ring != NULL &&
        CHECK_UNLIKELY(probe->text_bytes > 0 || prints_wait(stdout)))
        prints_break_slow(probe);
}

#endif
