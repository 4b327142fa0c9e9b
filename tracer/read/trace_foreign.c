/*
 * From text to events, whatever stands around them.
 *
 * Such a file may be one line of a gigabyte, so it is taken into memory whole.  An object is walked
 * member by member until "traceEvents" comes; what else is in it is passed over, and its end may be
 * missing as the end of an array may.
 */

#include "trace_foreign.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trace_foreign_parts.h"
#include "trace_room.h"

#define TEXT_BYTES_FIRST ((size_t)1 << 20)

struct text {
    char *bytes;
    size_t count;
    size_t room;
};

static bool is_space(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

static void skip_space(struct trace_scan *scan)
{
    while (scan->at < scan->end && is_space(*scan->at))
        scan->at++;
}

static bool is_ours(const struct trace_event *event)
{
    switch (event->kind) {
    case TRACE_EVENT_HEADER:
    case TRACE_EVENT_LIFE_BEGIN:
    case TRACE_EVENT_LIFE_END:
    case TRACE_EVENT_RUN:
    case TRACE_EVENT_READY:
    case TRACE_EVENT_WAIT:
        return true;
    default:
        return false;
    }
}

/* What Python writes for numbers that are none, which JSON does not have; each with a value of the
 * same length that is no number either. */
static const struct {
    const char *word, *value;
} no_numbers[] = {{"NaN", "\"\" "}, {"-Infinity", "null     "}, {"Infinity", "null    "}};

/* Replaces them outside of strings.  Whether there were any. */
static bool mend_numbers(char *at, const char *end)
{
    bool any = false, within = false;
    for (; at < end; at++) {
        within ^= *at == '"';
        if (within && *at == '\\')
            at++;
        for (size_t i = 0; !within && i < sizeof no_numbers / sizeof no_numbers[0]; i++) {
            size_t bytes = strlen(no_numbers[i].word);
            if ((size_t)(end - at) < bytes || memcmp(at, no_numbers[i].word, bytes) != 0)
                continue;
            memcpy(at, no_numbers[i].value, bytes);
            at += bytes - 1;
            any = true;
            break;
        }
    }
    return any;
}

/* Whether an array begins with an event that is none of ours, though it cannot be parsed: it is
 * longer than our lines, or has what is not JSON. */
static bool is_odd(const struct trace_scan *scan, const char *text, size_t bytes)
{
    if (scan->at == scan->end && bytes >= TRACE_FOREIGN_LOOK_BYTES)
        return true;
    return memmem(text, bytes, "NaN", 3) != NULL || memmem(text, bytes, "Infinity", 8) != NULL;
}

bool trace_foreign_is(const char *text, size_t bytes)
{
    struct trace_scan scan;
    struct trace_event event = {.arg_mask = 0};
    bool any = false;
    trace_scan_begin(&scan, text, bytes);
    scan.at += trace_byte_mark(scan.at, scan.end);
    skip_space(&scan);
    if (scan.end - scan.at < 2 || scan.at[1] == '\0' || *scan.at != '[')
        return scan.end - scan.at >= 2 && scan.at[1] != '\0' && *scan.at == '{';
    scan.at++;
    for (;;) {
        while (scan.at < scan.end && (is_space(*scan.at) || *scan.at == ','))
            scan.at++;
        if (scan.at == scan.end || *scan.at != '{')
            return any;
        if (!trace_event_parse(&scan, &event))
            return any || is_odd(&scan, text, bytes);
        if (is_ours(&event))
            return false;
        any |= event.phase != '\0' && event.pid_value.type != TRACE_VALUE_NONE;
    }
}

/* All that is left of the input.  0 or a negative errno. */
static int read_text(struct trace_reader *reader, struct text *text)
{
    ssize_t got;
    do {
        if (text->count == text->room) {
            size_t room = text->room > 0 ? text->room * 2 : TEXT_BYTES_FIRST;
            char *larger = trace_room_resize(text->bytes, text->room, room);
            if (larger == NULL)
                return -ENOMEM;
            text->bytes = larger;
            text->room = room;
        }
        got = trace_input_read(&reader->input, text->bytes + text->count, text->room - text->count);
        text->count += got > 0 ? (size_t)got : 0;
    } while (got > 0);
    return (int)got;
}

/* Refuses the text because of a place in it. */
static int refuse(struct trace_reader *reader, const struct text *text, const char *at,
                  const char *why)
{
    struct trace_error *error = reader->error;
    error->line = 1;
    error->offset = (uint64_t)(at - text->bytes);
    for (const char *byte = text->bytes; byte < at; byte++)
        error->line += *byte == '\n';
    snprintf(error->text, sizeof error->text, "%.200s: line %" PRIu64 ", byte %" PRIu64 ": %s",
             reader->name, error->line, error->offset, why);
    return -EINVAL;
}

/* The events of an array whose opening bracket is behind the scan.  1 behind the closing one, 0 if
 * the text breaks off before it, or a negative errno. */
static int read_events(struct trace_reader *reader, const struct text *text,
                       struct foreign *foreign, struct trace_scan *scan)
{
    struct trace_event event;
    bool mended = false;
    for (;;) {
        while (scan->at < scan->end && (is_space(*scan->at) || *scan->at == ','))
            scan->at++;
        if (scan->at == scan->end)
            return 0;
        if (*scan->at == ']') {
            scan->at++;
            return 1;
        }
        if (*scan->at != '{')
            return refuse(reader, text, scan->at, "expected an event in braces");
        char *begin = text->bytes + (scan->at - text->bytes);
        if (!trace_event_parse(scan, &event)) {
            if (scan->at == scan->end)
                return 0;
            if (mended || !mend_numbers(begin, scan->end))
                return refuse(reader, text, scan->at, scan->fault);
            mended = true; /* to the end of the text */
            scan->at = begin;
            scan->fault = NULL;
            continue;
        }
        scan->fault = NULL;
        foreign->build->event_count++;
        foreign_add(foreign, &event);
        if (foreign->failed)
            return trace_reader_refuse_file(reader, -ENOMEM, "cannot be read: out of memory");
    }
}

/* The members of the object form.  As of read_events(). */
static int read_object(struct trace_reader *reader, const struct text *text,
                       struct foreign *foreign, struct trace_scan *scan)
{
    struct trace_value key, value;
    bool first = true;
    bool found = false;
    scan->at++;
    for (;; first = false) {
        skip_space(scan);
        if (scan->at == scan->end)
            return found ? 0 : refuse(reader, text, scan->at, "expected \"traceEvents\"");
        if (*scan->at == '}')
            break;
        if (!first && *scan->at != ',')
            return refuse(reader, text, scan->at, "expected a comma or a closing brace");
        scan->at += !first;
        skip_space(scan);
        /* A name, as the only member of an object that is not there. */
        struct trace_scan name = {.at = scan->at, .end = scan->end};
        if (!trace_scan_name(&name, &key)) {
            bool early = name.at == name.end && found;
            return early ? 0 : refuse(reader, text, name.at, name.fault);
        }
        scan->at = name.at;
        bool events = trace_value_is(&key, "traceEvents") && scan->at < scan->end &&
                      *scan->at == '[' && !found;
        if (events) {
            found = true;
            scan->at++;
            int result = read_events(reader, text, foreign, scan);
            if (result <= 0)
                return result;
            continue;
        }
        foreign->is_viztracer |= trace_value_is(&key, "viztracer_metadata");
        if (!trace_scan_value(scan, &value)) {
            bool early = scan->at == scan->end && found;
            return early ? 0 : refuse(reader, text, scan->at, scan->fault);
        }
    }
    return found ? 1 : refuse(reader, text, scan->at, "expected \"traceEvents\" in the object");
}

static int read_any(struct trace_reader *reader, const struct text *text, struct foreign *foreign)
{
    struct trace_scan scan;
    trace_scan_begin(&scan, text->bytes, text->count);
    scan.at += trace_byte_mark(scan.at, scan.end);
    skip_space(&scan);
    if (*scan.at == '{')
        return read_object(reader, text, foreign, &scan);
    scan.at++;
    return read_events(reader, text, foreign, &scan);
}

static void finish(struct foreign *foreign)
{
    struct trace_array *arrays[] = {&foreign->tracks, &foreign->slices, &foreign->processes,
                                    &foreign->ends, &foreign->marks};
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++)
        trace_array_finish(arrays[i]);
    trace_map_finish(&foreign->track_map);
    trace_map_finish(&foreign->async_map);
    trace_map_finish(&foreign->process_map);
    trace_map_finish(&foreign->unknown_map);
}

int trace_foreign_read(struct trace_reader *reader, struct trace_build *build, bool *cut)
{
    struct text text = {.bytes = NULL};
    struct foreign foreign = {.build = build, .start_ns = INT64_MAX, .end_ns = INT64_MIN};
    trace_build_init(build);
    trace_strings_put(&build->strings, "", 0);
    build->foreign = true;
    int result = read_text(reader, &text);
    if (result < 0)
        result = trace_reader_refuse_file(
            reader, result == -EBADMSG ? -EINVAL : result, "cannot be read: %s",
            result == -EBADMSG ? "what is packed is damaged" : strerror(-result));
    else
        result = read_any(reader, &text, &foreign);
    *cut = result == 0;
    trace_room_free(text.bytes, text.room);
    if (result >= 0) {
        foreign_finish(&foreign);
        result = foreign.failed || build->strings.failed
                     ? trace_reader_refuse_file(reader, -ENOMEM, "cannot be read: out of memory")
                     : 0;
    }
    finish(&foreign);
    return result;
}
