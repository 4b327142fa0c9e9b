#ifndef TRACE_LINES_H
#define TRACE_LINES_H

/*
 * Text, one line at a time, from a file descriptor or from memory.
 *
 * The line handed out lives in a buffer that the next call uses again, so that reading a file of
 * any size takes the room of its longest line.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* No line may be longer.  Ours stay below 64 KiB (TRACE_LINE_BYTES_MAX); other tools hang long
 * arguments on an event, and sixteen times as much still costs nobody any memory. */
#define TRACE_READ_LINE_BYTES_MAX ((size_t)1 << 20)

struct trace_lines {
    int fd;             /* -1: everything is in `text` from the start */
    char *buffer;       /* owned; NULL when reading from memory */
    size_t capacity;    /* of buffer */
    const char *text;   /* what has been read and not handed out yet begins here */
    size_t text_bytes;  /* and is this long */
    bool at_end;        /* nothing more can be read */
    uint64_t line;      /* number of the line handed out last, from 1 */
    uint64_t offset;    /* where in the file it begins */
    uint64_t consumed;  /* bytes handed out, with newlines */
};

/* Reads lines of `fd`, which stays the caller's; pair with trace_lines_finish().  0 or -ENOMEM. */
int trace_lines_init_fd(struct trace_lines *lines, int fd);

/* Reads lines of memory, which must stay as it is. */
void trace_lines_init_bytes(struct trace_lines *lines, const char *bytes, size_t count);

void trace_lines_finish(struct trace_lines *lines);

/* Hands out the next line without its newline; *whole is false if the text ended before a newline
 * came.  1, 0 at the end, or a negative errno: -EMSGSIZE for a line that is too long (line and
 * offset then say which), or what read() had to say. */
int trace_lines_next(struct trace_lines *lines, const char **text, size_t *bytes, bool *whole);

#endif
