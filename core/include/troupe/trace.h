#ifndef TROUPE_TRACE_H
#define TROUPE_TRACE_H

/*
 * A program's own words in its trace, and when to record.
 *
 * Everything that happens to actors is in the trace by itself, if the environment asks for one:
 *
 *   TROUPE_TRACE=FILE             write a trace to FILE; a name that ends in .gz is packed
 *   TROUPE_TRACE_OPTIONS=LIST     what of it, and when; words with commas between them:
 *
 *     last=10s, last=64M     a flight recorder: keep the last ten seconds, or 64 MiB of lines, in
 *                            memory, and write them when something happens, or at the end
 *     hold=50ms              what may happen: an actor runs for so long without a pause (without
 *                            `last`, ten seconds are kept)
 *     signal=USR1            the process gets this signal (USR1, USR2, HUP, WINCH); if it is no
 *                            flight recorder, the signal stops the recording, and starts it again
 *     stopped                begin without recording, until troupe_trace_start() or the signal
 *     without=messages       leave out a kind of lines; also loops, prints, counts, arrows, notes,
 *                            marks; may be given several times
 *     messages=100           record one message of a hundred
 *     lossy                  when the writer cannot keep up, lose records rather than wait for it
 *
 * A flight recorder also writes when a signal kills the program.  Its second file is called
 * FILE.2.json beside FILE.json, and so on, up to a hundred.  Whatever is missing from a file, it
 * says how much: see "lost" in docs/trace-format.md.
 *
 *     troupe_trace_begin("parse");
 *     int rc = parse(text);                       // may suspend; it may take a while
 *     troupe_trace_end("parse");
 *     troupe_trace_count("lines", line_count);
 *     if (rc < 0)
 *         troupe_trace_mark("does not parse");
 *
 * These calls are about the actor that makes them, or the plain thread (see record.h), and do
 * nothing elsewhere.  None of them suspends.  Without a trace they cost a few nanoseconds.
 */

#include <stdbool.h>
#include <stdint.h>

#include <troupe/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Whether this thread's program records a trace, so that it is worth while to make up a text. */
TROUPE_API bool troupe_trace_is_on(void);

/* Something has happened, in a few words, which are copied. */
TROUPE_API void troupe_trace_mark(const char *text);

/* Something begins that has a name, and ends.  Several may nest; the name is that of the innermost
 * that has not ended. */
TROUPE_API void troupe_trace_begin(const char *name);
TROUPE_API void troupe_trace_end(const char *name);

/* A number has this value from now on: a curve in the trace.  It is kept to 48 bits. */
TROUPE_API void troupe_trace_count(const char *name, int64_t value);

/*
 * Stops and starts the writing.  Lanes go on being followed meanwhile, so that everybody's state is
 * known when it starts again.  The call returns when it has been done, some tens of microseconds
 * later, in which no other actor of this thread runs.  0, or -ESRCH: nothing is recorded.
 */
TROUPE_API int troupe_trace_stop(void);
TROUPE_API int troupe_trace_start(void);

/* Of a flight recorder: writes what it keeps, now.  0; -ESRCH: nothing is recorded; -ENOTSUP: it is
 * no flight recorder; -EFBIG: it has written a hundred files; or the code of what failed. */
TROUPE_API int troupe_trace_dump(void);

#ifdef __cplusplus
}
#endif

#endif
