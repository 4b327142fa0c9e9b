#ifndef EMBED_H
#define EMBED_H

/* The source files that a trace mentions, put into it. */

#include <stdbool.h>

/* Adds to the trace `path` the files that are found at the paths it gives: from here, or from the
 * folder of `program` or one of those above it.  TOOL_OK, or TOOL_FAULT after saying why not; the
 * trace is then as it was. */
int embed_sources(const char *path, const char *program);

/* Whether a trace with this name can take them: a packed one cannot. */
bool embed_is_possible(const char *path);

#endif
