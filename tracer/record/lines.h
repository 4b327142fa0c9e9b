#ifndef LINES_H
#define LINES_H

/*
 * The file, as lines of JSON.
 *
 * Lines gather in a buffer that is written when it is full or flushed, always whole lines with one
 * write(2): whenever the process dies, the file ends at the end of a line.  A line is made by the
 * put_ functions, each of which writes at a position and returns the one behind it:
 *
 *     char *at = lines_begin(lines);
 *     at = put_text(at, "{\"ts\":");
 *     at = put_time(at, ts_ns);
 *     at = put_text(at, "}");
 *     lines_end(lines, at);
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "sink.h"

struct lines {
    struct sink sink;
    bool any;       /* a line has been begun before */
    char *buffer;
    size_t used;
    uint32_t count; /* lines in it */
    int64_t now_ns; /* the owner's: they tell of nothing later */
};

/* `sink` is the lines' own from now on; these are its first ones, or not.  0 or -ENOMEM; pair with
 * lines_finish() in either case. */
int lines_init(struct lines *lines, const struct sink *sink, bool is_first);

/* Writes what is left, closes the array if `whole` and the file, and returns the first error. */
int lines_finish(struct lines *lines, bool whole);

/* The lines that follow, up to 64 KiB of them, are to be kept or dropped as one. */
void lines_together(struct lines *lines);

char *lines_begin(struct lines *lines);
void lines_end(struct lines *lines, char *at);
void lines_flush(struct lines *lines);

/* A string constant. */
#define put_text(at, text) put_bytes((at), (text), sizeof(text) - 1)

static inline char *put_bytes(char *at, const char *text, size_t count)
{
    memcpy(at, text, count);
    return at + count;
}

char *put_number(char *at, int64_t number);

/* Nanoseconds as microseconds with three decimals: 1500 as "1.500". */
char *put_time(char *at, int64_t time_ns);

/* The inside of a JSON string.  What is not UTF-8 becomes U+FFFD, so that the file always is.
 * At most six bytes for one. */
char *put_escaped(char *at, const char *text, size_t count);

#endif
