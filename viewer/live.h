#ifndef VIEWER_LIVE_H
#define VIEWER_LIVE_H

/*
 * Following a run as it happens: a program that the viewer starts with tracing, or a file that
 * somebody else writes.
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "trace_loading.h"

struct live {
    const char *path;         /* of the trace; NULL: nothing is followed */
    char made[64];            /* the file that was made for the program's trace */
    pid_t program;            /* 0: none, or it has ended */
    struct trace_stamp stamp; /* of the file when it was last read */
    struct trace_stamp said;  /* of the complaint beside it, FILE.error; all 0: there is none */
};

/* Starts a program with its trace in a fresh file.  0, or a negative errno with a sentence. */
int live_start(struct live *live, char **command, char *error, size_t bytes);

/* Whether the file has changed since this was last true. */
bool live_changed(struct live *live);

/* What is wrong with the next run, as whoever makes it has written into FILE.error: a program that
 * does not compile.  True if it has changed since the last time; "" if nothing is wrong now. */
bool live_complains(struct live *live, char *text, size_t bytes);

/* Whether the program has just ended; how, is said in `text`. */
bool live_ended(struct live *live, char *text, size_t bytes);

/* Ends the program if it runs, and takes its trace away. */
void live_finish(struct live *live);

#endif
