/*
 * Reading is the reader's business, which has threads for it.  A thread of our own makes documents
 * of models, one at a time: first of the preview, if there is one, then of the whole.
 */

#include "opener.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trace_loading.h"

struct opener {
    char path[DOCUMENT_PATH_BYTES];
    struct trace_loading *loading; /* NULL once the model is there */
    struct opened making;          /* what the thread is at */
    bool watched;
    bool making_preview;
    bool running; /* there is a thread to be joined */
    pthread_t thread;
    atomic_bool made;
    int status; /* of the thread's work */
};

static void *make(void *argument)
{
    struct opener *opener = argument;
    struct document *document = &opener->making.document;
    opener->status = document_open(document, opener->making.model, opener->path);
    /* If it fails, the first range tries again, and says so. */
    if (opener->status == 0 && opener->watched && !opener->making_preview)
        range_index_init(&document->range_index, document->model);
    atomic_store(&opener->made, true);
    return NULL;
}

/* Hands a model to the thread; false if there can be none. */
static bool begin_making(struct opener *opener, struct trace_model *model, bool preview)
{
    opener->making = (struct opened){.model = model};
    opener->making_preview = preview;
    atomic_store(&opener->made, false);
    opener->running = pthread_create(&opener->thread, NULL, make, opener) == 0;
    return opener->running;
}

static void drop_making(struct opener *opener)
{
    if (opener->running)
        pthread_join(opener->thread, NULL);
    if (opener->making.model != NULL) {
        document_close(&opener->making.document);
        trace_model_destroy(opener->making.model);
    }
    opener->making.model = NULL;
    opener->running = false;
}

struct opener *opener_start(const char *path, bool watched)
{
    struct opener *opener = calloc(1, sizeof *opener);
    if (opener == NULL)
        return NULL;
    snprintf(opener->path, sizeof opener->path, "%s", path);
    opener->watched = watched;
    if (trace_loading_start(path, watched, &opener->loading) < 0) {
        free(opener);
        return NULL;
    }
    return opener;
}

/* Asks the reader for a model to go on with. */
static enum opener_state read_on(struct opener *opener, char *error, size_t bytes)
{
    struct trace_error refused = {.text = ""};
    struct trace_model *model = NULL;
    int result = trace_loading_poll(opener->loading, &model, &refused);
    if (result < 0) {
        snprintf(error, bytes, "%s", refused.text);
        return OPENER_FAILED;
    }
    bool whole = result == 0;
    if (!whole)
        model = trace_loading_preview(opener->loading);
    if (model == NULL)
        return OPENER_BUSY;
    if (whole) {
        trace_loading_finish(opener->loading);
        opener->loading = NULL;
    }
    if (begin_making(opener, model, !whole))
        return OPENER_BUSY;
    snprintf(error, bytes, "there is no thread to open %s with", opener->path);
    return OPENER_FAILED;
}

enum opener_state opener_poll(struct opener *opener, struct opened *opened, char *error,
                              size_t bytes)
{
    if (!opener->running)
        return opener->loading != NULL ? read_on(opener, error, bytes) : OPENER_BUSY;
    if (!atomic_load(&opener->made))
        return OPENER_BUSY;
    pthread_join(opener->thread, NULL);
    opener->running = false;
    if (opener->status < 0) {
        snprintf(error, bytes, "there is not enough memory to open %s", opener->path);
        return OPENER_FAILED;
    }
    opened->model = opener->making.model;
    document_move(&opened->document, &opener->making.document);
    opener->making.model = NULL;
    return opener->making_preview ? OPENER_PREVIEW : OPENER_DONE;
}

double opener_progress(const struct opener *opener)
{
    uint64_t done = 0;
    uint64_t total = 0;
    if (opener->loading == NULL)
        return 1;
    trace_loading_progress(opener->loading, &done, &total);
    return total > 0 ? (double)done / (double)total : -1;
}

void opener_finish(struct opener *opener)
{
    if (opener == NULL)
        return;
    drop_making(opener);
    if (opener->loading != NULL)
        trace_loading_finish(opener->loading);
    free(opener);
}
