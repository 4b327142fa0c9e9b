#ifndef TRACE_LOADING_H
#define TRACE_LOADING_H

/*
 * Loading in the background, for programs that have a window to keep alive.
 *
 *   trace_loading_start(path, true, &loading);
 *   on every turn of the program's loop:
 *       preview = trace_loading_preview(loading);           // the beginning of a large file, once
 *       trace_loading_progress(loading, &done, &total);
 *       result = trace_loading_poll(loading, &model, &error);
 *       if (result <= 0) ...                                // there is the model, or why not
 *   trace_loading_finish(loading);                          // at any time: it need not be done
 *
 * A file that grows, because its program still runs, is looked at with trace_stamp_take(), and
 * loaded again when it has changed: a million events take a tenth of a second or two.
 */

#include "trace_load.h"

/* A file of more bytes than this has a preview, of about so many of its first bytes: they are read
 * in a twentieth of a second, and hold more than fits on any screen. */
#define TRACE_PREVIEW_BYTES ((uint64_t)8 << 20)

struct trace_loading;

/* Begins to load a file ("-" is standard input), with a preview if it is large, or, for who shows
 * nothing before all is there, without.  0, or -ENOMEM or -EAGAIN if there is no thread to
 * be had; whatever is wrong with the file is told by trace_loading_poll(). */
int trace_loading_start(const char *path, bool preview, struct trace_loading **loading);

/* How much of the file has been read; *total is 0 where that is not known.  When all is read, the
 * model is being made: that takes about as long again as half of the reading. */
void trace_loading_progress(const struct trace_loading *loading, uint64_t *done, uint64_t *total);

/* The model of a large file's beginning, which is the caller's from then on; NULL while there is
 * none, and for ever after it was handed out. */
struct trace_model *trace_loading_preview(struct trace_loading *loading);

/* 1 while it goes on.  Then, once, 0 with the model, which is the caller's, or a negative errno
 * with the error filled in, as of trace_load(). */
int trace_loading_poll(struct trace_loading *loading, struct trace_model **model,
                       struct trace_error *error);

/* Ends it, soon if it is not done, and frees what was not handed out. */
void trace_loading_finish(struct trace_loading *loading);

/* What a file looked like from outside. */
struct trace_stamp {
    uint64_t file; /* its number in the file system */
    uint64_t bytes;
    int64_t changed_ns;
};

/* 0 or a negative errno. */
int trace_stamp_take(const char *path, struct trace_stamp *stamp);

static inline bool trace_stamp_same(const struct trace_stamp *one, const struct trace_stamp *other)
{
    return one->file == other->file && one->bytes == other->bytes &&
           one->changed_ns == other->changed_ns;
}

#endif
