#ifndef TRACE_SOURCE_H
#define TRACE_SOURCE_H

/*
 * The source files that a trace mentions ("count.c:7"), and those that it carries.
 */

#include "trace_model.h"

/* More files of one trace are not looked at, nor larger ones. */
#define TRACE_SOURCE_FILES_MAX 32
#define TRACE_SOURCE_BYTES_MAX (4 * 1024 * 1024)

/* The line that "count.c:7" ends with; 0 if it does not. */
uint32_t trace_source_line(const char *at);

/* Length of the path before the line. */
size_t trace_source_path_bytes(const char *at);

/* The paths of the files that a model mentions, each once, in the order in which they are first
 * mentioned: `paths` receives places where they stand in, as in "count.c:7".  How many. */
uint32_t trace_source_mentioned(const struct trace_model *model,
                                const char *paths[TRACE_SOURCE_FILES_MAX]);

/* The text of a file that the trace carries, with a 0 behind it, for the caller to free; NULL if it
 * does not carry it (or there is no memory).  *bytes is its length. */
char *trace_source_text(const struct trace_model *model, const char *path, size_t *bytes);

/* A whole file in memory, likewise; NULL if it cannot be read or is too large. */
char *trace_source_read(const char *path, size_t *bytes);

#endif
