#ifndef SINK_H
#define SINK_H

/*
 * Where lines go: into the file at once, as they are or packed, or into memory, of which the latest
 * are kept until somebody wants them (a flight recorder).
 *
 * What is handed over is always whole lines.  A packed file is a row of complete gzip members, one
 * for each time, so it is as whole as a plain one whenever the process dies, and several processes
 * can append to it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How much is kept in memory; all zeros: nothing, it goes to the file. */
struct sink_limits {
    int64_t last_ns; /* what is older is dropped; 0: nothing is for its age */
    size_t bytes;    /* the oldest is dropped when there is more */
};

struct sink {
    int fd;       /* -1: in memory */
    int error;    /* negative errno of the first write that failed; then nothing more is written */
    bool is_packed;
    uint64_t bytes;        /* handed over so far */
    uint32_t written_last; /* bytes that the last write has put into the file */
    struct sink_limits limits;
    struct sink_block *first, *last; /* in memory; the first one, the head, is never dropped */
    size_t kept_bytes;
    uint64_t block_count;  /* blocks so far; the head is number 0 */
    uint64_t block_first;  /* number of the oldest that is kept, besides the head */
    uint64_t dropped_lines;
    int64_t dropped_ns;    /* they told of nothing later */
};

/* Takes `fd` over, or -1. */
void sink_init(struct sink *sink, int fd, bool is_packed, const struct sink_limits *limits);

/* Hands lines over, the latest of which tells of `now_ns`. */
void sink_put(struct sink *sink, const char *bytes, size_t count, uint32_t lines, int64_t now_ns);

/* Writes what is kept into another sink, from the head on or after it. */
void sink_copy_head(const struct sink *from, struct sink *to);
void sink_copy_rest(const struct sink *from, struct sink *to);

/* Closes the file and frees what is kept; sink->error has the first error. */
void sink_finish(struct sink *sink);

#endif
