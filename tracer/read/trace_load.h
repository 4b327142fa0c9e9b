#ifndef TRACE_LOAD_H
#define TRACE_LOAD_H

/*
 * Reads a trace file into a model.
 *
 * The file is read line by line, in pieces by all cores; one that gzip has packed is unpacked on
 * the way, whatever its name.  A missing closing bracket and a torn last line are accepted (the
 * model says `cut`).  Anything else that is not a trace is refused with one sentence that names
 * the line and the byte.  No input, however hostile, makes it crash or read out of bounds.
 */

#include <stdatomic.h>

#include "trace_model.h"

/* Why a file was refused: one sentence, ready to print after "troupe: ". */
struct trace_error {
    char text[512];  /* "count.json: line 3, byte 217: expected ..." */
    uint64_t line;   /* from 1; 0 if the whole file is meant */
    uint64_t offset; /* byte in the file, from 0 */
};

/* How to load; all zeros is how trace_load() does it. */
struct trace_load_options {
    unsigned threads;            /* 0: as many as there are cores */
    unsigned parts;              /* pieces to cut the file into; 0: as its size asks for.  The
                                    model does not depend on it */
    uint64_t bytes_max;          /* load no more than about so much of the text, up to the end of
                                    a line; 0: all of it */
    atomic_uint_least64_t *done; /* counts the bytes of the file that have been read, if not NULL */
    const atomic_bool *cancel;   /* loading ends with -ECANCELED soon after it is true */
};

/* Loads the file `path` ("-" is standard input) and gives the caller a model to destroy.
 * 0, or a negative errno (-EINVAL: not a trace) with `error` filled in. */
int trace_load(const char *path, struct trace_model **model, struct trace_error *error);
int trace_load_with(const struct trace_load_options *options, const char *path,
                    struct trace_model **model, struct trace_error *error);

/* Whether a file is a trace that another tool wrote: lanes are then threads, goroutines or tasks,
 * and the rules of our format do not apply.  False for a pipe and for what cannot be read. */
bool trace_is_foreign(const char *path);

/* The same from memory; `name` is used in messages. */
int trace_load_bytes(const char *bytes, size_t count, const char *name, struct trace_model **model,
                     struct trace_error *error);
int trace_load_bytes_with(const struct trace_load_options *options, const char *bytes, size_t count,
                          const char *name, struct trace_model **model, struct trace_error *error);

#endif
