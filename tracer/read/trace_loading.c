/*
 * One thread that loads: first the beginning of a large file, then all of it.
 *
 * What it makes passes to the program through two pointers and a state, each written once and then
 * read by the other side alone, so nothing is locked and nobody waits but in finish.
 */

#include "trace_loading.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct trace_loading {
    pthread_t thread;
    char *path;
    uint64_t total;
    bool with_preview;
    atomic_uint_least64_t done;
    atomic_bool cancel;
    _Atomic(struct trace_model *) preview;
    atomic_bool ended; /* what follows is there, and the thread does no more */
    int result;
    struct trace_model *model;
    struct trace_error error;
};

static void load_preview(struct trace_loading *loading)
{
    struct trace_load_options options = {.bytes_max = TRACE_PREVIEW_BYTES,
                                         .cancel = &loading->cancel};
    struct trace_model *model;
    struct trace_error error; /* a fault will be met again */
    if (trace_load_with(&options, loading->path, &model, &error) == 0)
        atomic_store(&loading->preview, model);
}

static void *load(void *user)
{
    struct trace_loading *loading = user;
    struct trace_load_options options = {.done = &loading->done, .cancel = &loading->cancel};
    if (loading->with_preview && loading->total > 2 * TRACE_PREVIEW_BYTES)
        load_preview(loading);
    loading->result = trace_load_with(&options, loading->path, &loading->model, &loading->error);
    atomic_store(&loading->ended, true);
    return NULL;
}

int trace_loading_start(const char *path, bool preview, struct trace_loading **result)
{
    struct trace_loading *loading = calloc(1, sizeof *loading);
    struct stat status;
    *result = NULL;
    if (loading == NULL)
        return -ENOMEM;
    loading->path = strdup(path);
    loading->with_preview = preview;
    if (stat(path, &status) == 0 && S_ISREG(status.st_mode))
        loading->total = (uint64_t)status.st_size;
    int code =
        loading->path != NULL ? -pthread_create(&loading->thread, NULL, load, loading) : -ENOMEM;
    if (code < 0) {
        free(loading->path);
        free(loading);
        return code;
    }
    *result = loading;
    return 0;
}

void trace_loading_progress(const struct trace_loading *loading, uint64_t *done, uint64_t *total)
{
    uint64_t read = atomic_load(&loading->done); /* what had to be read twice counts twice */
    *total = loading->total;
    *done = loading->total > 0 && read > loading->total ? loading->total : read;
}

struct trace_model *trace_loading_preview(struct trace_loading *loading)
{
    return atomic_exchange(&loading->preview, NULL);
}

int trace_loading_poll(struct trace_loading *loading, struct trace_model **model,
                       struct trace_error *error)
{
    *model = NULL;
    if (!atomic_load(&loading->ended))
        return 1;
    *model = loading->model;
    *error = loading->error;
    loading->model = NULL;
    return loading->result;
}

void trace_loading_finish(struct trace_loading *loading)
{
    if (loading == NULL)
        return;
    atomic_store(&loading->cancel, true);
    pthread_join(loading->thread, NULL);
    trace_model_destroy(atomic_load(&loading->preview));
    trace_model_destroy(loading->model);
    free(loading->path);
    free(loading);
}

int trace_stamp_take(const char *path, struct trace_stamp *stamp)
{
    struct stat status;
    if (stat(path, &status) < 0)
        return -errno;
    *stamp = (struct trace_stamp){
        .file = (uint64_t)status.st_ino,
        .bytes = (uint64_t)status.st_size,
        .changed_ns = (int64_t)status.st_mtim.tv_sec * 1000000000 + status.st_mtim.tv_nsec,
    };
    return 0;
}
