/*
 * Sources come behind everything else, in place of the closing bracket, so that the rest of a large
 * trace is not touched.  A text in a trace is short, so a file becomes several lines, each of which
 * begins with a line of the file.
 */

#include "embed.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool.h"
#include "trace_json.h"
#include "trace_load.h"
#include "trace_source.h"

/* A reader keeps at least so much of one text. */
#define PIECE_BYTES 4096

/* Folders above the program's in which is looked: a build folder stands in that of the sources. */
#define FOLDERS_MAX 4

bool embed_is_possible(const char *path)
{
    size_t bytes = strlen(path);
    return bytes < 3 || strcmp(path + bytes - 3, ".gz") != 0;
}

/* The text of a file that a trace mentions, wherever it is found; or NULL. */
static char *find_source(const char *path, const char *program, size_t *bytes)
{
    char folder[PATH_MAX];
    char whole[2 * PATH_MAX];
    char *text = trace_source_read(path, bytes);
    if (text != NULL || path[0] == '/' || realpath(program, folder) == NULL)
        return text;
    for (int i = 0; i < FOLDERS_MAX && text == NULL; i++) {
        char *slash = strrchr(folder, '/');
        if (slash == NULL || slash == folder)
            break;
        *slash = '\0';
        snprintf(whole, sizeof whole, "%s/%s", folder, path);
        text = trace_source_read(whole, bytes);
    }
    return text;
}

/* As many whole lines as fit into a piece; of a longer one its beginning.  *skip is where the next
 * piece begins. */
static size_t piece_of(const char *text, size_t left, size_t *skip)
{
    size_t most = left < PIECE_BYTES ? left : PIECE_BYTES;
    const char *last = memrchr(text, '\n', most);
    *skip = left <= PIECE_BYTES ? left : last != NULL ? (size_t)(last - text) + 1 : 0;
    if (*skip > 0)
        return *skip;
    const char *end = memchr(text, '\n', left);
    *skip = end != NULL ? (size_t)(end - text) + 1 : left;
    return PIECE_BYTES - 1; /* and a newline */
}

/* One line of the trace; false if there is no memory. */
static bool put_piece(FILE *out, const char *path, uint32_t line, const char *text, size_t bytes,
                      bool cut)
{
    char clean[3 * PIECE_BYTES + 2];
    struct trace_value value = {.text = text, .bytes = (uint32_t)bytes, .type = TRACE_VALUE_STRING};
    size_t count = trace_value_copy(&value, clean, sizeof clean - 1);
    if (cut)
        memcpy(clean + count, "\n", 2);
    cJSON *args = cJSON_CreateObject();
    cJSON_AddStringToObject(args, "path", path);
    cJSON_AddNumberToObject(args, "line", line);
    cJSON_AddStringToObject(args, "text", clean);
    char *json = cJSON_PrintUnformatted(args);
    if (json != NULL)
        fprintf(out,
                ",\n{\"ph\":\"M\",\"ts\":0.000,\"pid\":%d,\"tid\":1,\"cat\":\"__metadata\","
                "\"name\":\"source\",\"args\":%s}",
                TRACE_PID_ACTORS, json);
    bool done = json != NULL;
    cJSON_free(json);
    cJSON_Delete(args);
    return done;
}

static bool put_source(FILE *out, const char *path, const char *text, size_t bytes)
{
    uint32_t line = 1;
    size_t skip;
    for (size_t at = 0; at < bytes; at += skip) {
        size_t count = piece_of(text + at, bytes - at, &skip);
        if (!put_piece(out, path, line, text + at, count, count < skip))
            return false;
        for (size_t i = at; i < at + skip; i++)
            line += text[i] == '\n';
    }
    return true;
}

static bool put_sources(FILE *out, const struct trace_model *model, const char *program)
{
    const char *mentioned[TRACE_SOURCE_FILES_MAX];
    uint32_t count = trace_source_mentioned(model, mentioned);
    bool done = true;
    for (uint32_t i = 0; i < count && done; i++) {
        size_t bytes = 0;
        char *path = strndup(mentioned[i], trace_source_path_bytes(mentioned[i]));
        char *text = path != NULL ? find_source(path, program, &bytes) : NULL;
        if (text != NULL && memchr(text, '\0', bytes) == NULL)
            done = put_source(out, path, text, bytes);
        done = done && path != NULL;
        free(text);
        free(path);
    }
    return done;
}

/* Where the closing bracket stands, with the newline before it; -1 if there is none. */
static long closing(FILE *file)
{
    char end[4] = "";
    if (fseek(file, -3, SEEK_END) < 0 || fread(end, 1, 3, file) != 3 || strcmp(end, "\n]\n") != 0)
        return -1;
    return ftell(file) - 3;
}

static int add_to(FILE *file, const struct trace_model *model, const char *path,
                  const char *program)
{
    long at = closing(file);
    if (at < 0) {
        tool_say("%s was cut off, so it gets no sources", path);
        return TOOL_FAULT;
    }
    bool done = fseek(file, at, SEEK_SET) == 0 && put_sources(file, model, program);
    if (!done)
        fseek(file, at, SEEK_SET);
    fputs("\n]\n", file);
    long end = ftell(file);
    if (fflush(file) == 0 && end > 0 && ftruncate(fileno(file), end) == 0 && done)
        return TOOL_OK;
    tool_say("the sources cannot be put into %s: %s", path, strerror(done ? errno : ENOMEM));
    return TOOL_FAULT;
}

int embed_sources(const char *path, const char *program)
{
    struct trace_model *model;
    struct trace_error error;
    if (trace_load(path, &model, &error) < 0) {
        tool_say("%s", error.text);
        return TOOL_FAULT;
    }
    FILE *file = fopen(path, "r+");
    int result = TOOL_FAULT;
    if (file == NULL)
        tool_say("cannot open %s: %s", path, strerror(errno));
    else
        result = add_to(file, model, path, program);
    if (file != NULL)
        fclose(file);
    trace_model_destroy(model);
    return result;
}
