#ifndef TRACE_LINES_H
#define TRACE_LINES_H

/*
 * Text, one line at a time: all of an input, or the lines of a piece of it.
 *
 * The line handed out lives in a buffer that the next call uses again, so that reading a file of
 * any size takes the room of its longest line.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "trace_input.h"

/* No line may be longer.  Ours stay below 64 KiB (TRACE_LINE_BYTES_MAX); other tools hang long
 * arguments on an event, and sixteen times as much still costs nobody any memory. */
#define TRACE_READ_LINE_BYTES_MAX ((size_t)1 << 20)

struct trace_lines {
    struct trace_input *input; /* the caller's */
    bool piece;        /* only up to `end`, by places: others may read the input meanwhile */
    uint64_t next;     /* piece: where to read on */
    uint64_t end;      /* piece: where it ends */
    char *buffer;      /* owned; NULL when the lines are handed out where they lie */
    size_t capacity;   /* of buffer */
    const char *text;  /* what has been read and not handed out yet begins here */
    size_t text_bytes; /* and is this long */
    bool at_end;       /* nothing more can be read */
    uint64_t line;     /* number of the line handed out last, from 1 */
    uint64_t offset;   /* where in the file it begins */
    uint64_t consumed; /* where the next one begins */
};

/* Reads all lines of an input; pair with trace_lines_finish(). */
void trace_lines_init(struct trace_lines *lines, struct trace_input *input);

/* Reads those of a piece of an input that can be read at any place. */
void trace_lines_init_piece(struct trace_lines *lines, struct trace_input *input, uint64_t start,
                            uint64_t end);

void trace_lines_finish(struct trace_lines *lines);

/* Hands out the next line without its newline; *whole is false if the text ended before a newline
 * came.  1, 0 at the end, or a negative errno: -EMSGSIZE for a line that is too long (line and
 * offset then say which), or what reading had to say. */
int trace_lines_next(struct trace_lines *lines, const char **text, size_t *bytes, bool *whole);

#endif
