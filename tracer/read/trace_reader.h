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

/* What stands between events, seen so far. */
struct trace_frame {
    bool opened;    /* "[" has been seen */
    bool closed;    /* "]" has been seen */
    bool comma_due; /* an event has been read, and no comma yet */
};

struct trace_reader {
    struct trace_input input; /* its own; closed: it reads a piece of another's */
    struct trace_lines lines;
    struct trace_scan scan;    /* what is left of the current line */
    const char *line_text;     /* where that line begins */
    const char *name;          /* of the file, for messages */
    struct trace_error *error; /* the caller's */
    uint64_t event_count;      /* handed out so far */
    struct trace_frame frame;
    bool whole_line; /* the current line had its newline */
    bool torn;       /* the last line ends within an event */
};

/* Opens a file ("-" is standard input), or memory.  0 or a negative errno with the error filled
 * in; pair with trace_reader_finish() either way. */
int trace_reader_open(struct trace_reader *reader, const char *path, struct trace_error *error);
int trace_reader_open_bytes(struct trace_reader *reader, const char *bytes, size_t count,
                            const char *name, struct trace_error *error);

/* Reads the lines that begin from `start` to before `end` of an input, which others may read at the
 * same time; `line` of them come before, and the frame is as these have left it. */
void trace_reader_open_piece(struct trace_reader *reader, struct trace_input *input, uint64_t start,
                             uint64_t end, uint64_t line, struct trace_frame frame,
                             const char *name, struct trace_error *error);
void trace_reader_finish(struct trace_reader *reader);

/* The next event; its slices are good until the next call.  1, 0 at the end, or a negative errno
 * with the error filled in.  The second wants an event that is all zeros at first and then left as
 * it is, and saves the time of clearing it. */
int trace_reader_next(struct trace_reader *reader, struct trace_event *event);
int trace_reader_next_again(struct trace_reader *reader, struct trace_event *event);

/* Refuses the file because of a place in the current line: fills the error in, returns -EINVAL. */
int trace_reader_refuse(struct trace_reader *reader, const char *where, const char *why);

/* Refuses the whole file, or what could not be read of it: fills the error in with the name and
 * what is told, returns `code`. */
__attribute__((format(printf, 3, 4))) int
trace_reader_refuse_file(struct trace_reader *reader, int code, const char *format, ...);

#endif
