/*
 * Formatting by hand: a line of 110 bytes costs some 20 ns this way and 150 ns with snprintf().
 */

#include "lines.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "trace_format.h"

/* Written when less than a line's room is left: some two thousand lines a write. */
#define BUFFER_BYTES (4 * TRACE_LINE_BYTES_MAX)

int lines_init(struct lines *lines, const struct sink *sink, bool is_first)
{
    *lines = (struct lines){.sink = *sink, .any = !is_first, .buffer = malloc(BUFFER_BYTES)};
    if (lines->buffer == NULL)
        return -ENOMEM;
    lines->used = is_first ? 2 : 0;
    memcpy(lines->buffer, "[\n", lines->used);
    return 0;
}

void lines_flush(struct lines *lines)
{
    sink_put(&lines->sink, lines->buffer, lines->used, lines->count, lines->now_ns);
    lines->used = 0;
    lines->count = 0;
}

int lines_finish(struct lines *lines, bool whole)
{
    if (lines->buffer != NULL)
        lines_flush(lines);
    if (whole && lines->buffer != NULL) { /* by itself, so that it can be taken away again */
        memcpy(lines->buffer, "\n]\n", 3);
        lines->used = 3;
        lines_flush(lines);
    }
    sink_finish(&lines->sink);
    free(lines->buffer);
    return lines->sink.error;
}

void lines_together(struct lines *lines)
{
    if (lines->used > BUFFER_BYTES - 2 * TRACE_LINE_BYTES_MAX)
        lines_flush(lines);
}

char *lines_begin(struct lines *lines)
{
    char *at = lines->buffer + lines->used;
    if (lines->any)
        at = put_text(at, ",\n");
    lines->any = true;
    return at;
}

void lines_end(struct lines *lines, char *at)
{
    lines->used = (size_t)(at - lines->buffer);
    lines->count++;
    if (lines->used > BUFFER_BYTES - TRACE_LINE_BYTES_MAX)
        lines_flush(lines);
}

/* "00" to "99": digits are made two at a time, since dividing is what a line costs most. */
static const char digit_pairs[] =
    "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
    "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
    "8081828384858687888990919293949596979899";

static char *put_unsigned(char *at, uint64_t rest)
{
    char digits[20];
    char *first = digits + sizeof digits;
    for (; rest >= 100; rest /= 100)
        first = memcpy(first - 2, &digit_pairs[rest % 100 * 2], 2);
    if (rest >= 10)
        first = memcpy(first - 2, &digit_pairs[rest * 2], 2);
    else
        *--first = (char)('0' + rest);
    size_t count = (size_t)(digits + sizeof digits - first);
    memcpy(at, first, count);
    return at + count;
}

char *put_number(char *at, int64_t number)
{
    if (number >= 0 && number < 10) {
        *at = (char)('0' + number);
        return at + 1;
    }
    if (number >= 0)
        return put_unsigned(at, (uint64_t)number);
    *at = '-';
    return put_unsigned(at + 1, -(uint64_t)number);
}

char *put_time(char *at, int64_t time_ns)
{
    unsigned decimals = (unsigned)(time_ns % 1000);
    at = put_unsigned(at, (uint64_t)time_ns / 1000);
    at[0] = '.';
    at[1] = (char)('0' + decimals / 100);
    memcpy(at + 2, &digit_pairs[decimals % 100 * 2], 2);
    return at + 4;
}

/* Length of the well-formed UTF-8 sequence at `text`, or 0. */
static size_t utf8_length(const unsigned char *text, size_t count)
{
    static const struct {
        unsigned char first, last; /* of the first byte */
        unsigned char low, high;   /* of the second: no overlong forms, surrogates, > U+10FFFF */
        unsigned char length;
    } rows[] = {
        {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3}, {0xe1, 0xec, 0x80, 0xbf, 3},
        {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3}, {0xf0, 0xf0, 0x90, 0xbf, 4},
        {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (text[0] < rows[i].first || text[0] > rows[i].last || rows[i].length > count)
            continue;
        if (text[1] < rows[i].low || text[1] > rows[i].high)
            return 0;
        for (size_t k = 2; k < rows[i].length; k++)
            if ((text[k] & 0xc0) != 0x80)
                return 0;
        return rows[i].length;
    }
    return 0;
}

static char *put_control(char *at, unsigned char byte)
{
    static const char hex[] = "0123456789abcdef";
    switch (byte) {
    case '\n':
        return put_text(at, "\\n");
    case '\t':
        return put_text(at, "\\t");
    case '\r':
        return put_text(at, "\\r");
    default:
        at = put_text(at, "\\u00");
        *at++ = hex[byte >> 4];
        *at++ = hex[byte & 15];
        return at;
    }
}

char *put_escaped(char *at, const char *text, size_t count)
{
    const unsigned char *bytes = (const unsigned char *)text;
    for (size_t i = 0; i < count;) {
        unsigned char byte = bytes[i];
        size_t length = 1;
        if (byte < 0x20 || byte == 0x7f) {
            at = put_control(at, byte);
        } else if (byte < 0x80) {
            if (byte == '"' || byte == '\\')
                *at++ = '\\';
            *at++ = (char)byte;
        } else if ((length = utf8_length(bytes + i, count - i)) != 0) {
            at = put_bytes(at, text + i, length);
        } else {
            at = put_text(at, "\\ufffd");
            length = 1;
        }
        i += length;
    }
    return at;
}
