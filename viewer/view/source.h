#ifndef VIEW_SOURCE_H
#define VIEW_SOURCE_H

/*
 * The source files that a trace mentions ("count.c:7"), as far as they are found: in the trace
 * itself, which is what was run; at the path the trace gives; or beside the trace, under that path
 * or their own name.
 */

#include "trace_source.h"

struct source_file {
    char *path; /* as the trace mentions it, without the line */
    char *text; /* its lines, each ended by a 0; NULL if the file was not found */
    const char **lines;
    uint32_t line_count;
    bool embedded; /* the trace carries it */
};

struct sources {
    struct source_file files[TRACE_SOURCE_FILES_MAX];
    uint32_t count;
};

/* Reads the files that a model mentions.  What cannot be found or read is left out. */
void sources_init(struct sources *sources, const struct trace_model *model, const char *trace_path);
void sources_finish(struct sources *sources);

/* Whether any file was found. */
bool sources_any(const struct sources *sources);

/* Splits "count.c:7" and finds its file; NULL if that is not there.  *line counts from 1. */
const struct source_file *sources_find(const struct sources *sources, const char *at,
                                       uint32_t *line);

#endif
