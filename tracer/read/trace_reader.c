/*
 * The frame around the events: brackets, commas, and a file that breaks off.
 *
 * A program that is killed leaves an array without its closing bracket, and a disk that fills up
 * leaves half a line; both are ordinary traces and are read as far as they go.  Only the very last
 * line may be torn, and only by ending too early: anything else that is not an array of events
 * means that somebody else wrote the file, and is refused.
 */

#include "trace_reader.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* No more than this of a path stands in a message, so that the message keeps its end. */
#define NAME_BYTES_MAX 200

int trace_reader_refuse_file(struct trace_reader *reader, int code, const char *format, ...)
{
    struct trace_error *error = reader->error;
    int used = snprintf(error->text, sizeof error->text, "%.*s ", NAME_BYTES_MAX, reader->name);
    va_list args;
    va_start(args, format);
    vsnprintf(error->text + used, sizeof error->text - (size_t)used, format, args);
    va_end(args);
    error->line = 0;
    error->offset = 0;
    return code;
}

static int refuse_at(struct trace_reader *reader, int code, uint64_t offset, const char *why)
{
    struct trace_error *error = reader->error;
    error->line = reader->lines.line;
    error->offset = offset;
    snprintf(error->text, sizeof error->text, "%.*s: line %" PRIu64 ", byte %" PRIu64 ": %s",
             NAME_BYTES_MAX, reader->name, error->line, error->offset, why);
    return code;
}

int trace_reader_refuse(struct trace_reader *reader, const char *where, const char *why)
{
    uint64_t offset = reader->lines.offset + (uint64_t)(where - reader->line_text);
    return refuse_at(reader, -EINVAL, offset, why);
}

static void reset(struct trace_reader *reader, const char *name, struct trace_error *error)
{
    *error = (struct trace_error){0};
    *reader = (struct trace_reader){.name = name, .error = error, .input.fd = -1};
}

static int cannot_read(struct trace_reader *reader, int code)
{
    if (code == -EBADMSG)
        return trace_reader_refuse_file(reader, -EINVAL,
                                        "is damaged: it cannot be unpacked beyond byte %" PRIu64,
                                        reader->input.used);
    return trace_reader_refuse_file(reader, code, "cannot be read: %s",
                                    code == -ENOMEM ? "out of memory" : strerror(-code));
}

int trace_reader_open(struct trace_reader *reader, const char *path, struct trace_error *error)
{
    reset(reader, strcmp(path, "-") == 0 ? "standard input" : path, error);
    int result = trace_input_open(&reader->input, path);
    if (result < 0 && reader->input.fd < 0)
        return trace_reader_refuse_file(reader, result, "cannot be opened: %s", strerror(-result));
    if (result < 0)
        return cannot_read(reader, result);
    trace_lines_init(&reader->lines, &reader->input);
    return 0;
}

int trace_reader_open_bytes(struct trace_reader *reader, const char *bytes, size_t count,
                            const char *name, struct trace_error *error)
{
    reset(reader, name, error);
    int result = trace_input_open_bytes(&reader->input, bytes, count);
    if (result < 0)
        return cannot_read(reader, result);
    trace_lines_init(&reader->lines, &reader->input);
    return 0;
}

void trace_reader_open_piece(struct trace_reader *reader, struct trace_input *input, uint64_t start,
                             uint64_t end, uint64_t line, struct trace_frame frame,
                             const char *name, struct trace_error *error)
{
    reset(reader, name, error);
    trace_lines_init_piece(&reader->lines, input, start, end);
    reader->lines.line = line;
    reader->frame = frame;
}

void trace_reader_finish(struct trace_reader *reader)
{
    trace_lines_finish(&reader->lines);
    trace_input_close(&reader->input);
}

/* 1, 0 at the end of the file, or a negative errno. */
static int next_line(struct trace_reader *reader)
{
    const char *text;
    size_t bytes;
    int result = trace_lines_next(&reader->lines, &text, &bytes, &reader->whole_line);
    if (result == -EMSGSIZE)
        return refuse_at(reader, -EINVAL, reader->lines.offset,
                         "the line is longer than 1 MiB; troupe reads one event per line");
    if (result < 0)
        return cannot_read(reader, result);
    if (result == 0)
        return 0;
    reader->line_text = text;
    trace_scan_begin(&reader->scan, text, bytes);
    return 1;
}

/* Past spaces and empty lines to the next byte that counts.  1, 0 at the end of the file, or a
 * negative errno. */
static int next_byte(struct trace_reader *reader)
{
    for (;;) {
        struct trace_scan *scan = &reader->scan;
        while (scan->at < scan->end && (*scan->at == ' ' || *scan->at == '\t' || *scan->at == '\r'))
            scan->at++;
        if (scan->at < scan->end)
            return 1;
        int result = next_line(reader);
        if (result <= 0)
            return result;
    }
}

/* Whether a text is in UTF-16, with or without its mark. */
static bool is_utf16(const char *at, const char *end)
{
    return end - at >= 2 && (at[0] == '\0' || at[1] == '\0' || memcmp(at, "\xff\xfe", 2) == 0 ||
                             memcmp(at, "\xfe\xff", 2) == 0);
}

/* The opening bracket.  1, 0 if a piece is over before it, or a negative errno. */
static int open_array(struct trace_reader *reader)
{
    int result = next_byte(reader);
    if (result < 0 || (result == 0 && reader->lines.piece))
        return result;
    if (result == 0)
        return trace_reader_refuse_file(reader, -EINVAL, "is empty");
    if (is_utf16(reader->scan.at, reader->scan.end))
        return trace_reader_refuse_file(reader, -EINVAL, "is in UTF-16, but must be in UTF-8");
    size_t mark = trace_byte_mark(reader->scan.at, reader->scan.end);
    reader->scan.at += mark;
    if (mark > 0 && (result = next_byte(reader)) <= 0)
        return result < 0 ? result : trace_reader_refuse_file(reader, -EINVAL, "is empty");
    if (*reader->scan.at != '[')
        return trace_reader_refuse(reader, reader->scan.at,
                                   "expected \"[\", with which a trace begins");
    reader->scan.at++;
    reader->frame.opened = true;
    return 1;
}

/* Commas and the closing bracket, up to the next event.  1, 0 at the end, or a negative errno. */
static int next_event(struct trace_reader *reader)
{
    for (;;) {
        int result = next_byte(reader);
        const char *at = reader->scan.at;
        if (result <= 0)
            return result;
        if (reader->frame.closed)
            return trace_reader_refuse(reader, at, "expected nothing after the closing bracket");
        if (*at == '{' && !reader->frame.comma_due)
            return 1;
        if (*at == ']') {
            reader->frame.closed = true;
        } else if (*at != ',' || !reader->frame.comma_due) {
            return trace_reader_refuse(reader, at,
                                       reader->frame.comma_due
                                           ? "expected a comma between two events"
                                           : "expected an event in braces");
        }
        reader->frame.comma_due = false;
        reader->scan.at++;
    }
}

/* The event at the scan's place.  1, 0 if the file breaks off within it, or a negative errno. */
static int parse(struct trace_reader *reader, struct trace_event *event)
{
    const char *start = reader->scan.at;
    if (!trace_event_predict(&reader->scan, event) && !trace_event_parse(&reader->scan, event)) {
        bool early = reader->scan.at == reader->scan.end;
        reader->torn = early && !reader->whole_line;
        if (reader->torn)
            return 0;
        return trace_reader_refuse(reader, reader->scan.at,
                                   early ? "the line ends within an event" : reader->scan.fault);
    }
    event->bytes = (uint32_t)(reader->scan.at - start);
    event->line = reader->lines.line;
    event->offset = reader->lines.offset + (uint64_t)(start - reader->line_text);
    reader->frame.comma_due = true;
    reader->event_count++;
    return 1;
}

int trace_reader_next_again(struct trace_reader *reader, struct trace_event *event)
{
    if (reader->torn)
        return 0;
    if (!reader->frame.opened) {
        int result = open_array(reader);
        if (result <= 0)
            return result;
    }
    int result = next_event(reader);
    return result > 0 ? parse(reader, event) : result;
}

int trace_reader_next(struct trace_reader *reader, struct trace_event *event)
{
    memset(event, 0, sizeof *event);
    return trace_reader_next_again(reader, event);
}
