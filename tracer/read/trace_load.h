#ifndef TRACE_LOAD_H
#define TRACE_LOAD_H

/*
 * Reads a trace file into a model.
 *
 * The file is read line by line; a missing closing bracket and a torn last line are accepted (the
 * model says `cut`).  Anything else that is not a trace is refused with one sentence that names
 * the line and the byte.  No input, however hostile, makes it crash or read out of bounds.
 */

#include "trace_model.h"

/* Why a file was refused: one sentence, ready to print after "troupe: ". */
struct trace_error {
    char text[512];  /* "count.json: line 3, byte 217: expected ..." */
    uint64_t line;   /* from 1; 0 if the whole file is meant */
    uint64_t offset; /* byte in the file, from 0 */
};

/* Loads the file `path` ("-" is standard input) and gives the caller a model to destroy.
 * 0, or a negative errno (-EINVAL: not a trace) with `error` filled in. */
int trace_load(const char *path, struct trace_model **model, struct trace_error *error);

/* The same from memory; `name` is used in messages. */
int trace_load_bytes(const char *bytes, size_t count, const char *name,
                     struct trace_model **model, struct trace_error *error);

#endif
