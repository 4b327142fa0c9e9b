/*
 * Source files are read once, when the trace is opened, so that drawing and navigation never
 * touch a file.
 */

#include "source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATH_BYTES 4096

/* Ends each line of the text with a 0 and notes where it starts. */
static void split_lines(struct source_file *file, size_t bytes)
{
    size_t count = 1;
    for (size_t i = 0; i < bytes; i++)
        count += file->text[i] == '\n';
    file->lines = malloc(count * sizeof *file->lines);
    if (file->lines == NULL)
        return;
    char *at = file->text;
    char *end = file->text + bytes;
    while (at < end) {
        file->lines[file->line_count++] = at;
        char *newline = memchr(at, '\n', (size_t)(end - at));
        if (newline == NULL)
            break;
        *newline = '\0';
        if (newline > at && newline[-1] == '\r')
            newline[-1] = '\0';
        at = newline + 1;
    }
}

/* Takes it from the trace; or tries the path as it is, then in the trace's folder, whole and by its
 * last part. */
static void load_file(struct source_file *file, const struct trace_model *model,
                      const char *trace_path)
{
    const char *slash = strrchr(trace_path, '/');
    int folder = slash != NULL ? (int)(slash - trace_path) + 1 : 0;
    const char *base = strrchr(file->path, '/');
    base = base != NULL ? base + 1 : file->path;
    char path[PATH_BYTES];
    size_t bytes = 0;
    file->text = trace_source_text(model, file->path, &bytes);
    file->embedded = file->text != NULL;
    if (file->text == NULL)
        file->text = trace_source_read(file->path, &bytes);
    if (file->text == NULL && file->path[0] != '/') {
        snprintf(path, sizeof path, "%.*s%s", folder, trace_path, file->path);
        file->text = trace_source_read(path, &bytes);
    }
    if (file->text == NULL) {
        snprintf(path, sizeof path, "%.*s%s", folder, trace_path, base);
        file->text = trace_source_read(path, &bytes);
    }
    if (file->text != NULL)
        split_lines(file, bytes);
}

void sources_init(struct sources *sources, const struct trace_model *model, const char *trace_path)
{
    const char *mentioned[TRACE_SOURCE_FILES_MAX];
    uint32_t count = trace_source_mentioned(model, mentioned);
    *sources = (struct sources){.count = 0};
    for (uint32_t i = 0; i < count; i++) {
        struct source_file *file = &sources->files[sources->count];
        file->path = strndup(mentioned[i], trace_source_path_bytes(mentioned[i]));
        if (file->path == NULL)
            continue;
        sources->count++;
        load_file(file, model, trace_path);
    }
}

void sources_finish(struct sources *sources)
{
    for (uint32_t i = 0; i < sources->count; i++) {
        free(sources->files[i].path);
        free(sources->files[i].text);
        free(sources->files[i].lines);
    }
    sources->count = 0;
}

bool sources_any(const struct sources *sources)
{
    for (uint32_t i = 0; i < sources->count; i++)
        if (sources->files[i].line_count > 0)
            return true;
    return false;
}

const struct source_file *sources_find(const struct sources *sources, const char *at,
                                       uint32_t *line)
{
    size_t bytes = trace_source_path_bytes(at);
    *line = trace_source_line(at);
    for (uint32_t i = 0; i < sources->count; i++) {
        const struct source_file *file = &sources->files[i];
        if (file->lines != NULL && strlen(file->path) == bytes &&
            memcmp(file->path, at, bytes) == 0)
            return file;
    }
    return NULL;
}
