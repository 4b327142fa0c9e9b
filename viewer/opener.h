#ifndef VIEWER_OPENER_H
#define VIEWER_OPENER_H

/*
 * Opening a trace while the window lives: the file is read and the document made by other threads,
 * and the window asks now and then whether there is something to show.
 */

#include "document.h"

enum opener_state {
    OPENER_BUSY,    /* nothing new yet */
    OPENER_PREVIEW, /* the beginning of a large file, to be shown meanwhile */
    OPENER_DONE,    /* all of it */
    OPENER_FAILED,  /* the error says why */
};

/* What has been opened, both for the caller to keep; the model must outlive the document. */
struct opened {
    struct document document;
    struct trace_model *model;
};

struct opener;

/* Begins to open a trace; NULL if there is no memory or no thread.  If somebody watches, there is a
 * preview of a large one, and what the first range needs is made here, where nobody waits. */
struct opener *opener_start(const char *path, bool watched);

/* What there is by now.  OPENER_PREVIEW comes at most once; after OPENER_DONE and OPENER_FAILED
 * only opener_finish() may follow.  What the document needs fonts for is yet to be done. */
enum opener_state opener_poll(struct opener *opener, struct opened *opened, char *error,
                              size_t bytes);

/* How much of the file has been read, 0 to 1; below 0 if that is not known. */
double opener_progress(const struct opener *opener);

/* Ends it, done or not; NULL is fine. */
void opener_finish(struct opener *opener);

#endif
