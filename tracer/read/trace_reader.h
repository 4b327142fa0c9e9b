#ifndef TRACE_READER_H
#define TRACE_READER_H

/*
 * The events of a trace file, one after the other, from an array that may lack its end.
 *
 * Both who load a trace and who check it read it through here, so that they agree on what a trace
 * is.  Events may share a line; one event must not be spread over several.
 */

#include "trace_event.h"
#include "trace_lines.h"
#include "trace_load.h"

struct trace_reader {
    struct trace_lines lines;
    struct trace_scan scan;    /* what is left of the current line */
    const char *line_text;     /* where that line begins */
    const char *name;          /* of the file, for messages */
    struct trace_error *error; /* the caller's */
    int fd;                    /* opened here and to be closed; -1 if not */
    uint64_t event_count;      /* handed out so far */
    bool whole_line;           /* the current line had its newline */
    bool opened;               /* "[" has been seen */
    bool closed;               /* "]" has been seen */
    bool comma_due;            /* an event has been read, and no comma yet */
    bool torn;                 /* the last line ends within an event */
};

/* Opens a file ("-" is standard input), or memory.  0 or a negative errno with the error filled
 * in; pair with trace_reader_finish() either way. */
int trace_reader_open(struct trace_reader *reader, const char *path, struct trace_error *error);
void trace_reader_open_bytes(struct trace_reader *reader, const char *bytes, size_t count,
                             const char *name, struct trace_error *error);
void trace_reader_finish(struct trace_reader *reader);

/* The next event; its slices are good until the next call.  1, 0 at the end, or a negative errno
 * with the error filled in. */
int trace_reader_next(struct trace_reader *reader, struct trace_event *event);

/* Refuses the file because of a place in the current line: fills the error in, returns -EINVAL. */
int trace_reader_refuse(struct trace_reader *reader, const char *where, const char *why);

#endif
