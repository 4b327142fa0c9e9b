#ifndef TRACE_JSON_H
#define TRACE_JSON_H

/*
 * JSON as it stands in a trace: an object on one line, taken apart where it lies.
 *
 * A scan hands out the members of one object in turn.  Keys and values are slices of the line, so
 * nothing is copied, and a number keeps all its digits: times become integer nanoseconds without
 * passing through a double.  What is not flat (a string with escapes, an array, an object within
 * an object) is left to cJSON.
 *
 *   struct trace_scan scan;
 *   struct trace_value key, value;
 *   trace_scan_begin(&scan, text, bytes);
 *   while (trace_scan_member(&scan, &key, &value))
 *       ...
 *   if (scan.fault != NULL)  // "expected a colon", at scan.at
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Instants and durations beyond this many nanoseconds, 63 years, are refused: enough for the time
 * of day in other tools' traces, and twice the sum of two still fits in 64 bits. */
#define TRACE_INSTANT_NS_MAX INT64_C(2000000000000000000)

enum trace_value_type {
    TRACE_VALUE_NONE, /* the member is not there */
    TRACE_VALUE_STRING,
    TRACE_VALUE_NUMBER,
    TRACE_VALUE_WORD, /* true, false, null */
    TRACE_VALUE_OBJECT,
    TRACE_VALUE_ARRAY,
};

struct trace_value {
    const char *text; /* a string's is without its quotes, but with its escapes */
    uint32_t bytes;
    uint8_t type;     /* enum trace_value_type */
    bool escaped;     /* string: has a backslash, or bytes beyond ASCII */
};

struct trace_scan {
    const char *at;    /* what comes next; after a fault: where it is */
    const char *end;
    const char *fault; /* what is wrong, or NULL */
    bool first;        /* no member has been handed out yet */
};

/* Bytes of the mark with which some editors begin a text in UTF-8: 3 or 0. */
static inline size_t trace_byte_mark(const char *at, const char *end)
{
    return end - at >= 3 && memcmp(at, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

/* Begins with the opening brace. */
void trace_scan_begin(struct trace_scan *scan, const char *text, size_t bytes);

/* The next member; false behind the closing brace, or at a fault.  A fault with `at` == `end`
 * means that the text ended too early. */
bool trace_scan_member(struct trace_scan *scan, struct trace_value *key,
                       struct trace_value *value);

/* The two halves of that: a name and the colon behind it, and a value. */
bool trace_scan_name(struct trace_scan *scan, struct trace_value *key);
bool trace_scan_value(struct trace_scan *scan, struct trace_value *value);

/* Whether an object or array is JSON within, too (a scan only pairs its brackets). */
bool trace_value_is_sound(const struct trace_value *value);

/* Whether it is the string `text`.  Inline, so that the length of a literal costs nothing. */
static inline bool trace_value_is(const struct trace_value *value, const char *text)
{
    size_t bytes = strlen(text);
    return value->type == TRACE_VALUE_STRING && value->bytes == bytes &&
           memcmp(value->text, text, bytes) == 0;
}

/* A whole number, or a decimal number of microseconds as whole nanoseconds (more digits are cut).
 * False if the value is not that, or is out of range. */
bool trace_value_int(const struct trace_value *value, int64_t *number);
bool trace_value_ns(const struct trace_value *value, int64_t *ns);

/* A string's text in `buffer`, escapes undone, always valid UTF-8 (what was not is U+FFFD), cut
 * at a character to fit and ended with a 0.  Numbers and words are copied as they stand; anything
 * else gives "".  Returns the length. */
size_t trace_value_copy(const struct trace_value *value, char *buffer, size_t bytes);

#endif
