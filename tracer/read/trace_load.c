/*
 * Loading: the reader's events into a build, the build into a model.
 */

#include "trace_load.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "trace_build.h"
#include "trace_reader.h"

/* A file without a header and without an actor is somebody else's: say so instead of showing an
 * empty picture. */
static int check_ours(const struct trace_build *build, const struct trace_reader *reader)
{
    if (build->header || build->lanes.count > 0)
        return 0;
    snprintf(reader->error->text, sizeof reader->error->text,
             "%.200s holds %" PRIu64 " events but no actors: it is not a trace of a troupe program",
             reader->name, build->event_count);
    return -EINVAL;
}

static int add_event(struct trace_build *build, struct trace_reader *reader,
                     const struct trace_event *event)
{
    const char *where;
    const char *fault = trace_event_lacks(event, &where);
    if (fault != NULL)
        return trace_reader_refuse(reader, where, fault);
    int result = trace_build_add(build, event);
    if (result < 0)
        snprintf(reader->error->text, sizeof reader->error->text, "%.200s: line %" PRIu64 ": %s",
                 reader->name, event->line,
                 result == -ENOMEM ? "out of memory" : "the trace is too large for this machine");
    return result;
}

static int load(struct trace_reader *reader, struct trace_model **model)
{
    struct trace_build build;
    struct trace_event event;
    trace_build_init(&build);
    int result;
    while ((result = trace_reader_next(reader, &event)) > 0) {
        result = add_event(&build, reader, &event);
        if (result < 0)
            break;
    }
    if (result == 0)
        result = check_ours(&build, reader);
    if (result == 0) {
        result = trace_build_model(&build, model);
        if (result < 0)
            snprintf(reader->error->text, sizeof reader->error->text, "%.200s: out of memory",
                     reader->name);
        else
            (*model)->cut = !reader->closed;
    }
    trace_build_finish(&build);
    return result;
}

int trace_load(const char *path, struct trace_model **model, struct trace_error *error)
{
    struct trace_reader reader;
    *model = NULL;
    int result = trace_reader_open(&reader, path, error);
    if (result == 0)
        result = load(&reader, model);
    trace_reader_finish(&reader);
    return result;
}

int trace_load_bytes(const char *bytes, size_t count, const char *name, struct trace_model **model,
                     struct trace_error *error)
{
    struct trace_reader reader;
    *model = NULL;
    trace_reader_open_bytes(&reader, bytes, count, name, error);
    int result = load(&reader, model);
    trace_reader_finish(&reader);
    return result;
}
