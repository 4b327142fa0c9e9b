#ifndef TRACE_INPUT_H
#define TRACE_INPUT_H

/*
 * The bytes of a trace, wherever they come from: a file, a pipe, memory; unpacked, if they begin
 * as what gzip writes, whatever the file is called.
 *
 * Bytes are read and not mapped: on the machines measured a read into a buffer that stays in the
 * cache costs a quarter of a mapping's page faults, and a file that another program cuts short
 * meanwhile ends early instead of killing the reader with SIGBUS.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct trace_input {
    int fd;            /* -1: everything is in memory */
    bool own_fd;       /* opened here */
    const char *bytes; /* in memory: all of it */
    uint64_t size;     /* of memory, or of a file as it was when opened; 0 for a pipe */
    bool random;       /* trace_input_read_at() can be used */
    bool packed;
    uint64_t used; /* bytes taken from the file or the memory so far, packed as they are */
    struct trace_unpack *unpack; /* packed */
    char *head;                  /* of a pipe: what was read to see whether it is packed */
    size_t head_bytes, head_used;
    char *peek; /* what was looked at */
    size_t peek_bytes, peek_used;
};

/* Opens a file ("-" is standard input) or memory, which must stay as it is; pair with
 * trace_input_close() either way.  0 or a negative errno. */
int trace_input_open(struct trace_input *input, const char *path);
int trace_input_open_bytes(struct trace_input *input, const char *bytes, size_t count);
void trace_input_close(struct trace_input *input);

/* The next bytes, unpacked: how many, 0 at the end, or a negative errno; -EBADMSG for what is
 * packed and damaged.  A packed file that breaks off just ends. */
ssize_t trace_input_read(struct trace_input *input, char *buffer, size_t bytes);

/* The first bytes, unpacked, which will still be read afterwards: to be called before any reading.
 * *text is good until then.  How many, or a negative errno. */
ssize_t trace_input_peek(struct trace_input *input, const char **text, size_t bytes);

/* Bytes at a place in the file; threads may do this at the same time. */
ssize_t trace_input_read_at(const struct trace_input *input, uint64_t offset, char *buffer,
                            size_t bytes);

#endif
