/*
 * Our own format is Chrome's already.  A copy of it is made whole: tools that read all of a file as
 * one text refuse one that breaks off in the middle of a line, so that line is left out and the
 * array closed.  What has begun and not ended stays so: that is a fact, and every tool draws it.
 * What has ended says the same at both its ends (pairs.h), so that a tool that compares them finds
 * them equal.  An arrow that arrives and has not left, since records were lost or dropped, is left
 * out: tools that bind it to the next slice (Perfetto) let it leave from the first slice of all.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "arrow.h"
#include "export.h"
#include "pairs.h"
#include "tool.h"
#include "trace_input.h"
#include "trace_reader.h"
#include "trace_strings.h"

/* A trace that is read twice: a file, or what came from standard input. */
struct source {
    const char *path;
    char *bytes; /* NULL: it is a file */
    size_t count;
};

/* What is noted when it is read first. */
struct noted {
    struct pairs pairs;
    struct trace_map left; /* of arrows: has left */
};

static int note(struct noted *noted, const struct trace_event *event)
{
    uint32_t *left = NULL;
    if (event->phase == 's' && (left = trace_map_put(&noted->left, arrow_key(event))) == NULL)
        return -ENOMEM;
    if (left != NULL)
        *left = 1;
    return pairs_note(&noted->pairs, event);
}

static bool is_astray(const struct noted *noted, const struct trace_event *event)
{
    return event->phase == 'f' && event->bp.type == TRACE_VALUE_NONE &&
           trace_map_get(&noted->left, arrow_key(event)) == TRACE_NONE;
}

/* Keeps what comes from standard input.  0 or a negative errno. */
static int keep_input(struct source *source)
{
    struct trace_input input;
    size_t room = 0;
    ssize_t got = trace_input_open(&input, source->path);
    while (got >= 0) {
        if (room == source->count) {
            room = room > 0 ? 2 * room : 1 << 16;
            char *larger = realloc(source->bytes, room);
            if (larger == NULL) {
                got = -ENOMEM;
                break;
            }
            source->bytes = larger;
        }
        got = trace_input_read(&input, source->bytes + source->count, room - source->count);
        if (got <= 0)
            break;
        source->count += (size_t)got;
    }
    trace_input_close(&input);
    return got < 0 ? (int)got : 0;
}

/* Goes through all events once: takes note of them, or writes them. */
static int go_through(const struct source *source, struct noted *noted, FILE *out)
{
    struct trace_reader reader;
    struct trace_error error;
    struct trace_event event;
    const char *before = "\n";
    int result = source->bytes != NULL
                     ? trace_reader_open_bytes(&reader, source->bytes, source->count,
                                               "standard input", &error)
                     : trace_reader_open(&reader, source->path, &error);
    while (result >= 0 && (result = trace_reader_next(&reader, &event)) > 0) {
        if (out == NULL && note(noted, &event) < 0) {
            result = trace_reader_refuse_file(&reader, -ENOMEM, "cannot be read: out of memory");
            break;
        }
        if (out == NULL || is_astray(noted, &event))
            continue;
        fputs(before, out);
        pairs_write(&noted->pairs, &event, out);
        before = ",\n";
    }
    trace_reader_finish(&reader);
    if (result < 0)
        tool_say("%s", error.text);
    return result < 0 ? TOOL_FAULT : TOOL_OK;
}

int export_chrome(const char *path, FILE *out)
{
    struct source source = {.path = path};
    struct noted noted = {.pairs = {.begun = 0}};
    int result = TOOL_OK;
    int kept = strcmp(path, "-") == 0 ? keep_input(&source) : 0;
    if (kept < 0) {
        tool_say("standard input cannot be read: %s", strerror(-kept));
        result = TOOL_FAULT;
    }
    if (result == TOOL_OK)
        result = go_through(&source, &noted, NULL);
    if (result == TOOL_OK) {
        fputc('[', out);
        result = go_through(&source, &noted, out);
        fputs("\n]\n", out);
    }
    pairs_finish(&noted.pairs);
    trace_map_finish(&noted.left);
    free(source.bytes);
    return result;
}
