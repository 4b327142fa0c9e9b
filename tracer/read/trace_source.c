/*
 * Pieces of a file are put together by their line numbers, each going on where the one before it
 * ended; what does not fit on (a file that was merged twice, lines that are missing) is left out,
 * so that a line never stands under another's number.
 */

#include "trace_source.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

size_t trace_source_path_bytes(const char *at)
{
    const char *colon = strrchr(at, ':');
    return colon != NULL ? (size_t)(colon - at) : strlen(at);
}

uint32_t trace_source_line(const char *at)
{
    const char *colon = strrchr(at, ':');
    return colon != NULL ? (uint32_t)strtoul(colon + 1, NULL, 10) : 0;
}

static void add_mentioned(const char *at, const char *paths[], uint32_t *count)
{
    size_t bytes = trace_source_path_bytes(at);
    if (bytes == 0 || *count == TRACE_SOURCE_FILES_MAX)
        return;
    for (uint32_t i = 0; i < *count; i++)
        if (trace_source_path_bytes(paths[i]) == bytes && memcmp(paths[i], at, bytes) == 0)
            return;
    paths[(*count)++] = at;
}

uint32_t trace_source_mentioned(const struct trace_model *model,
                                const char *paths[TRACE_SOURCE_FILES_MAX])
{
    /* The same text has the same number, so that a run of equal ones is looked up once. */
    trace_text_id last = 0;
    uint32_t count = 0;
    for (uint32_t i = 0; i < model->lane_count; i++) {
        trace_text_id src = model->lanes[i].src;
        if (src != 0 && src != last)
            add_mentioned(trace_text(model, src), paths, &count);
        last = src;
    }
    for (uint32_t i = 0; i < model->span_count; i++) {
        trace_text_id at = model->spans[i].at;
        if (at != 0 && at != last) {
            add_mentioned(trace_text(model, at), paths, &count);
            last = at;
        }
    }
    return count;
}

static uint32_t lines_of(const char *text)
{
    uint32_t lines = 0;
    for (const char *at = strchr(text, '\n'); at != NULL; at = strchr(at + 1, '\n'))
        lines++;
    return lines;
}

char *trace_source_text(const struct trace_model *model, const char *path, size_t *bytes)
{
    uint32_t next = 1;
    char *text = NULL;
    *bytes = 0;
    for (uint32_t i = 0; i < model->source_count; i++) {
        const struct trace_source *source = &model->sources[i];
        if (source->line != next || strcmp(trace_text(model, source->path), path) != 0)
            continue;
        const char *piece = trace_text(model, source->text);
        size_t more = strlen(piece);
        if (*bytes + more > TRACE_SOURCE_BYTES_MAX)
            break;
        char *longer = realloc(text, *bytes + more + 1);
        if (longer == NULL)
            break;
        text = longer;
        memcpy(text + *bytes, piece, more + 1);
        *bytes += more;
        next += lines_of(piece);
    }
    return text;
}

/* A file to read, if it is one: a trace may as well name a pipe, where one would wait for ever. */
static FILE *open_file(const char *path)
{
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return NULL;
    FILE *file = fstat(fd, &status) == 0 && S_ISREG(status.st_mode) ? fdopen(fd, "rb") : NULL;
    if (file == NULL)
        close(fd);
    return file;
}

char *trace_source_read(const char *path, size_t *bytes)
{
    FILE *file = open_file(path);
    if (file == NULL)
        return NULL;
    char *text = malloc(TRACE_SOURCE_BYTES_MAX + 1);
    *bytes = text != NULL ? fread(text, 1, TRACE_SOURCE_BYTES_MAX + 1, file) : 0;
    bool whole = text != NULL && !ferror(file) && *bytes <= TRACE_SOURCE_BYTES_MAX;
    fclose(file);
    if (!whole) {
        free(text);
        return NULL;
    }
    text[*bytes] = '\0';
    char *smaller = realloc(text, *bytes + 1);
    return smaller != NULL ? smaller : text;
}
