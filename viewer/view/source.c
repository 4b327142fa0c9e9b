/*
 * Source files are read once, when the trace is opened, so that drawing and navigation never
 * touch a file.
 */

#include "source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATH_BYTES 4096

size_t source_path_bytes(const char *at)
{
    const char *colon = strrchr(at, ':');
    return colon != NULL ? (size_t)(colon - at) : strlen(at);
}

uint32_t source_line(const char *at)
{
    const char *colon = strrchr(at, ':');
    return colon != NULL ? (uint32_t)strtoul(colon + 1, NULL, 10) : 0;
}

static char *read_whole(const char *path, size_t *bytes)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return NULL;
    char *text = malloc(SOURCE_BYTES_MAX + 1);
    *bytes = text != NULL ? fread(text, 1, SOURCE_BYTES_MAX + 1, file) : 0;
    bool whole = text != NULL && !ferror(file) && *bytes <= SOURCE_BYTES_MAX;
    fclose(file);
    if (!whole) {
        free(text);
        return NULL;
    }
    text[*bytes] = '\0';
    char *smaller = realloc(text, *bytes + 1);
    return smaller != NULL ? smaller : text;
}

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

/* Tries the path as it is, then in the trace's folder, whole and by its last part. */
static void load_file(struct source_file *file, const char *trace_path)
{
    const char *slash = strrchr(trace_path, '/');
    int folder = slash != NULL ? (int)(slash - trace_path) + 1 : 0;
    const char *base = strrchr(file->path, '/');
    base = base != NULL ? base + 1 : file->path;
    char path[PATH_BYTES];
    size_t bytes = 0;
    file->text = read_whole(file->path, &bytes);
    if (file->text == NULL && file->path[0] != '/') {
        snprintf(path, sizeof path, "%.*s%s", folder, trace_path, file->path);
        file->text = read_whole(path, &bytes);
    }
    if (file->text == NULL) {
        snprintf(path, sizeof path, "%.*s%s", folder, trace_path, base);
        file->text = read_whole(path, &bytes);
    }
    if (file->text != NULL)
        split_lines(file, bytes);
}

static struct source_file *find(const struct sources *sources, const char *at, size_t bytes)
{
    for (uint32_t i = 0; i < sources->count; i++) {
        const char *path = sources->files[i].path;
        if (strncmp(path, at, bytes) == 0 && path[bytes] == '\0')
            return (struct source_file *)&sources->files[i];
    }
    return NULL;
}

static void add_mentioned(struct sources *sources, const char *at, const char *trace_path)
{
    size_t bytes = source_path_bytes(at);
    if (bytes == 0 || sources->count == SOURCE_FILES_MAX || find(sources, at, bytes) != NULL)
        return;
    struct source_file *file = &sources->files[sources->count];
    file->path = strndup(at, bytes);
    if (file->path == NULL)
        return;
    sources->count++;
    load_file(file, trace_path);
}

void sources_init(struct sources *sources, const struct trace_model *model, const char *trace_path)
{
    *sources = (struct sources){.count = 0};
    /* The same text has the same offset, so that a run of equal ones is looked up once. */
    trace_text_id last = 0;
    for (uint32_t i = 0; i < model->lane_count; i++) {
        trace_text_id src = model->lanes[i].src;
        if (src != 0 && src != last)
            add_mentioned(sources, trace_text(model, src), trace_path);
        last = src;
    }
    for (uint32_t i = 0; i < model->span_count; i++) {
        trace_text_id at = model->spans[i].at;
        if (at != 0 && at != last) {
            add_mentioned(sources, trace_text(model, at), trace_path);
            last = at;
        }
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
    *line = source_line(at);
    const struct source_file *file = find(sources, at, source_path_bytes(at));
    return file != NULL && file->lines != NULL ? file : NULL;
}
