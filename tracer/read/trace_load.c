/*
 * Loading: a file in pieces, each piece's events into a build, all builds into a model.
 *
 * Where a piece begins is made sure of (at a line), but not in which frame it begins: behind a
 * comma, as in every file that is written one event per line, is assumed.  When all pieces have
 * been read, the assumption is held against how the piece before has really ended, and a piece
 * that had begun with the wrong one, or that found a fault, is read again with the right one.  So
 * the result, and any complaint with its line and byte, is that of reading from front to back.
 */

#include "trace_load.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trace_foreign.h"
#include "trace_join.h"
#include "trace_reader.h"
#include "trace_tasks.h"

/* A piece smaller than this is not worth a thread. */
#define PART_BYTES_MIN ((uint64_t)1 << 20)

/* Pieces for each thread: the last to end then keeps the others waiting for a quarter of a share.
 */
#define PARTS_PER_THREAD 4

/* More pieces than this only cost memory: each keeps its own table of lanes. */
#define PARTS_MAX 64

/* Events between two looks at whether to go on. */
#define EVENTS_PER_LOOK 1024

struct part {
    uint64_t start, end;
    struct trace_build build;
    struct trace_frame begins; /* as assumed */
    struct trace_frame ends;
    struct trace_error error;
    int result;
    bool torn;
};

struct load {
    const struct trace_load_options *options;
    const char *name;
    struct trace_error *error;
    struct trace_input *input;
    struct part *parts;
    unsigned part_count;
    unsigned threads;
};

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

static int canceled(struct trace_reader *reader)
{
    return trace_reader_refuse_file(reader, -ECANCELED, "was not read to its end");
}

/* Tells how far it has come; 0, or -ECANCELED. */
static int look_up(const struct load *load, struct trace_reader *reader, uint64_t *told)
{
    uint64_t at = reader->input.packed ? reader->input.used : reader->lines.consumed;
    if (load->options->done != NULL)
        atomic_fetch_add(load->options->done, at - *told);
    *told = at;
    if (load->options->cancel != NULL && atomic_load(load->options->cancel))
        return canceled(reader);
    return 0;
}

/* Whether as much has been read as was asked for, of an input that could not be cut to that. */
static bool is_enough(const struct load *load, const struct trace_reader *reader)
{
    uint64_t bytes_max = load->options->bytes_max;
    return bytes_max > 0 && !reader->lines.piece && reader->lines.consumed >= bytes_max;
}

/* All events of a reader into a build. */
static int read_all(const struct load *load, struct trace_reader *reader, struct trace_build *build)
{
    struct trace_event event = {.arg_mask = 0};
    uint64_t told = reader->lines.consumed;
    int result;
    trace_build_init(build);
    while ((result = trace_reader_next_again(reader, &event)) > 0) {
        result = add_event(build, reader, &event);
        if (result == 0 && reader->event_count % EVENTS_PER_LOOK == 0)
            result = look_up(load, reader, &told);
        if (result < 0 || is_enough(load, reader))
            break;
    }
    result = result > 0 ? 0 : result;
    return result == 0 ? look_up(load, reader, &told) : result;
}

/* Reads a piece of which `line` lines come before. */
static void read_part(const struct load *load, struct part *part, uint64_t line)
{
    struct trace_reader reader;
    trace_reader_open_piece(&reader, load->input, part->start, part->end, line, part->begins,
                            load->name, &part->error);
    part->result = read_all(load, &reader, &part->build);
    part->ends = reader.frame;
    part->torn = reader.torn;
    trace_reader_finish(&reader);
}

static void read_part_task(void *user, unsigned task)
{
    struct load *load = user;
    read_part(load, &load->parts[task], 0);
}

/* Lines before a place of the input. */
static uint64_t count_lines(const struct trace_input *input, uint64_t end)
{
    enum { BYTES = 1 << 16 };
    char *buffer = malloc(BYTES);
    uint64_t lines = 0;
    for (uint64_t at = 0; buffer != NULL && at < end;) {
        size_t bytes = end - at < BYTES ? (size_t)(end - at) : BYTES;
        ssize_t got = trace_input_read_at(input, at, buffer, bytes);
        if (got <= 0)
            break;
        for (const char *found = buffer;
             (found = memchr(found, '\n', (size_t)(buffer + got - found))) != NULL; found++)
            lines++;
        at += (uint64_t)got;
    }
    free(buffer);
    return lines;
}

/* The first beginning of a line at a place or after it; `end` if there is none before that. */
static uint64_t line_from(const struct trace_input *input, uint64_t at, uint64_t end)
{
    char buffer[4096];
    while (at < end) {
        ssize_t got = trace_input_read_at(input, at - 1, buffer, sizeof buffer);
        if (got <= 0)
            return end;
        const char *newline = memchr(buffer, '\n', (size_t)got);
        if (newline != NULL)
            return at + (uint64_t)(newline - buffer) < end ? at + (uint64_t)(newline - buffer)
                                                           : end;
        at += (uint64_t)got;
    }
    return end;
}

/* Cuts the input into pieces at the beginnings of lines. */
static int cut(struct load *load, uint64_t bytes)
{
    uint64_t count = load->options->parts;
    if (count == 0)
        count = load->threads == 1 ? 1 : load->threads * PARTS_PER_THREAD;
    if (load->options->parts == 0 && count > bytes / PART_BYTES_MIN)
        count = bytes / PART_BYTES_MIN;
    count = count < 1 ? 1 : count > PARTS_MAX ? PARTS_MAX : count;
    load->parts = calloc(count, sizeof *load->parts);
    if (load->parts == NULL)
        return -ENOMEM;
    uint64_t start = 0;
    for (uint64_t i = 0; i < count; i++) {
        uint64_t end = bytes / count * (i + 1);
        end = i + 1 == count ? bytes : end > start ? line_from(load->input, end, bytes) : start;
        load->parts[load->part_count++] =
            (struct part){.start = start, .end = end, .begins = {.opened = i > 0}};
        start = end;
    }
    return 0;
}

static bool is_same_frame(struct trace_frame one, struct trace_frame other)
{
    return one.opened == other.opened && one.closed == other.closed &&
           one.comma_due == other.comma_due;
}

/* Holds what each piece assumed against how the one before has ended, and reads again what was
 * read wrongly, or found a fault and does not know its line.  *frame is how the last one ends. */
static int check_parts(struct load *load, struct trace_frame *frame)
{
    *frame = (struct trace_frame){.opened = false};
    bool torn = false;
    for (unsigned i = 0; i < load->part_count; i++) {
        struct part *part = &load->parts[i];
        bool empty = part->start == part->end && i > 0;
        if (empty || torn) {
            trace_build_finish(&part->build);
            trace_build_init(&part->build);
            continue;
        }
        if ((part->result < 0 && part->result != -ECANCELED && i > 0) ||
            !is_same_frame(part->begins, *frame)) {
            trace_build_finish(&part->build);
            part->begins = *frame;
            read_part(load, part, count_lines(load->input, part->start));
        }
        if (part->result < 0) {
            *load->error = part->error;
            return part->result;
        }
        *frame = part->ends;
        torn = part->torn;
    }
    return 0;
}

/* A file without a header and without an actor is somebody else's: say so instead of showing an
 * empty picture. */
static int check_ours(const struct load *load)
{
    uint64_t events = 0;
    for (unsigned i = 0; i < load->part_count; i++) {
        const struct trace_build *build = &load->parts[i].build;
        if (build->header || build->lanes.count > 0)
            return 0;
        events += build->event_count;
    }
    snprintf(load->error->text, sizeof load->error->text,
             load->parts[0].build.foreign
                 ? "%.200s holds %" PRIu64 " events, and none that lasts: there is nothing to show"
                 : "%.200s holds %" PRIu64
                   " events but no actors: it is not a trace of a troupe program",
             load->name, events);
    return -EINVAL;
}

static int join_parts(struct load *load, struct trace_model **model)
{
    struct trace_build *builds = malloc(load->part_count * sizeof *builds);
    for (unsigned i = 0; builds != NULL && i < load->part_count; i++) {
        builds[i] = load->parts[i].build;
        trace_build_init(&load->parts[i].build);
    }
    int result = builds != NULL
                     ? trace_join(builds, load->part_count, load->input, load->threads, model)
                     : -ENOMEM;
    free(builds);
    if (result < 0)
        snprintf(load->error->text, sizeof load->error->text, "%.200s: %s", load->name,
                 result == -ENOMEM      ? "out of memory"
                 : result == -EOVERFLOW ? "the trace is too large for this machine"
                                        : strerror(-result));
    return result;
}

/* A trace that another tool wrote. */
static int read_foreign(struct load *load, struct trace_reader *reader)
{
    bool torn = false;
    load->parts = calloc(1, sizeof *load->parts);
    if (load->parts == NULL)
        return trace_reader_refuse_file(reader, -ENOMEM, "cannot be read: out of memory");
    load->part_count = 1;
    int result = trace_foreign_read(reader, &load->parts[0].build, &torn);
    load->parts[0].ends.closed = !torn;
    if (result == 0 && load->options->done != NULL)
        atomic_fetch_add(load->options->done, reader->input.used);
    return result;
}

/* An input that can only be read from front to back. */
static int read_in_one(struct load *load, struct trace_reader *reader)
{
    load->parts = calloc(1, sizeof *load->parts);
    if (load->parts == NULL)
        return trace_reader_refuse_file(reader, -ENOMEM, "cannot be read: out of memory");
    load->part_count = 1;
    int result = read_all(load, reader, &load->parts[0].build);
    load->parts[0].ends = reader->frame;
    return result;
}

static int read_in_parts(struct load *load, struct trace_reader *reader)
{
    uint64_t bytes = reader->input.size;
    uint64_t bytes_max = load->options->bytes_max;
    if (bytes_max > 0 && bytes_max < bytes)
        bytes = line_from(&reader->input, bytes_max, bytes);
    if (cut(load, bytes) < 0)
        return trace_reader_refuse_file(reader, -ENOMEM, "cannot be read: out of memory");
    trace_tasks_run(load->threads, load->part_count, read_part_task, load);
    struct trace_frame frame;
    int result = check_parts(load, &frame);
    if (result == 0 && !frame.opened)
        result = trace_reader_refuse_file(reader, -EINVAL, "is empty");
    load->parts[0].ends = frame;
    return result;
}

static int load_all(const struct trace_load_options *options, struct trace_reader *reader,
                    struct trace_model **model)
{
    struct load load = {
        .options = options,
        .name = reader->name,
        .error = reader->error,
        .input = &reader->input,
        .threads = options->threads > 0 ? options->threads : trace_tasks_threads(),
    };
    bool pieces = reader->input.random && !reader->input.packed && reader->input.size > 0;
    const char *text;
    ssize_t seen = trace_input_peek(&reader->input, &text, TRACE_FOREIGN_LOOK_BYTES);
    int result;
    if (seen > 0 && trace_foreign_is(text, (size_t)seen))
        result = read_foreign(&load, reader);
    else
        result = pieces ? read_in_parts(&load, reader) : read_in_one(&load, reader);
    bool closed = result == 0 && load.parts[0].ends.closed;
    if (result == 0)
        result = check_ours(&load);
    if (result == 0)
        result = join_parts(&load, model);
    if (result == 0)
        (*model)->cut = !closed;
    for (unsigned i = 0; i < load.part_count; i++)
        trace_build_finish(&load.parts[i].build);
    free(load.parts);
    return result;
}

int trace_load_with(const struct trace_load_options *options, const char *path,
                    struct trace_model **model, struct trace_error *error)
{
    struct trace_reader reader;
    *model = NULL;
    int result = trace_reader_open(&reader, path, error);
    if (result == 0)
        result = load_all(options, &reader, model);
    trace_reader_finish(&reader);
    return result;
}

int trace_load(const char *path, struct trace_model **model, struct trace_error *error)
{
    static const struct trace_load_options plain = {.threads = 0};
    return trace_load_with(&plain, path, model, error);
}

bool trace_is_foreign(const char *path)
{
    struct trace_input input = {.fd = -1};
    const char *text;
    ssize_t seen = -1;
    if (trace_input_open(&input, path) == 0 && (input.random || strcmp(path, "-") != 0))
        seen = trace_input_peek(&input, &text, TRACE_FOREIGN_LOOK_BYTES);
    bool foreign = seen > 0 && trace_foreign_is(text, (size_t)seen);
    trace_input_close(&input);
    return foreign;
}

int trace_load_bytes_with(const struct trace_load_options *options, const char *bytes, size_t count,
                          const char *name, struct trace_model **model, struct trace_error *error)
{
    struct trace_reader reader;
    *model = NULL;
    int result = trace_reader_open_bytes(&reader, bytes, count, name, error);
    if (result == 0)
        result = load_all(options, &reader, model);
    trace_reader_finish(&reader);
    return result;
}

int trace_load_bytes(const char *bytes, size_t count, const char *name, struct trace_model **model,
                     struct trace_error *error)
{
    static const struct trace_load_options plain = {.threads = 0};
    return trace_load_bytes_with(&plain, bytes, count, name, model, error);
}
