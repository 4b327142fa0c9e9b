/*
 * Times in words.
 *
 * A unit is chosen so that the number stays short, with the borders where rounding would
 * otherwise carry over into four digits ("1000 ms").
 */

#include "trace_words.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "trace_format.h"

#define SECOND_NS INT64_C(1000000000)

/* Decimals for three significant digits. */
static int decimals_for(double number)
{
    return number < 0.9995 ? 3 : number < 9.995 ? 2 : number < 99.95 ? 1 : 0;
}

static const char *micro(bool ascii)
{
    return ascii ? "us" : "µs";
}

char *trace_duration_text(int64_t ns, bool ascii, char *text, size_t bytes)
{
    double number = (double)ns;
    if (ns < 0) {
        text[0] = '-';
        trace_duration_text(ns == INT64_MIN ? INT64_MAX : -ns, ascii, text + 1, bytes - 1);
    } else if (ns == 0) {
        snprintf(text, bytes, "0 s");
    } else if (ns < 1000) {
        snprintf(text, bytes, "%.0f ns", number);
    } else if (ns < 99950) {
        snprintf(text, bytes, "%.*f %s", decimals_for(number / 1e3), number / 1e3, micro(ascii));
    } else if (ns < 999500000) {
        snprintf(text, bytes, "%.*f ms", decimals_for(number / 1e6), number / 1e6);
    } else if (ns < 60 * SECOND_NS) {
        snprintf(text, bytes, "%.3f s", number / 1e9);
    } else {
        long long seconds = ns / SECOND_NS + (ns % SECOND_NS >= SECOND_NS / 2);
        if (seconds < 3600)
            snprintf(text, bytes, "%lld min %02lld s", seconds / 60, seconds % 60);
        else
            snprintf(text, bytes, "%lld h %02lld min", seconds / 3600, seconds / 60 % 60);
    }
    return text;
}

char *trace_ratio_text(double ratio, char *text, size_t bytes)
{
    int decimals = 4;
    double shown = ratio * 1e4;
    for (; shown < 0.5 && ratio > 0 && decimals < 9; decimals++)
        shown *= 10;
    snprintf(text, bytes, "%.*f", ratio == 0 || ratio >= 0.0995 ? 2 : decimals, ratio);
    return text;
}

char *trace_instant_text(int64_t ns, int64_t step_ns, bool ascii, char *text, size_t bytes)
{
    const struct {
        int64_t ns;
        int digits; /* decimals down to a nanosecond */
        const char *name;
    } units[] = {{1000000000, 9, "s"}, {1000000, 6, "ms"}, {1000, 3, micro(ascii)}, {1, 0, "ns"}};
    size_t unit = 0;
    while (ns < units[unit].ns && units[unit].ns > 1)
        unit++;
    /* A digit more than the step has, since instants need not be multiples of it. */
    int decimals = units[unit].digits;
    for (int64_t digit_ns = 10; decimals > 0 && digit_ns * 10 <= step_ns; digit_ns *= 10)
        decimals--;
    if (ns == 0)
        snprintf(text, bytes, "0 s");
    else
        snprintf(text, bytes, "%.*f %s", decimals, (double)ns / (double)units[unit].ns,
                 units[unit].name);
    return text;
}

/* The nanoseconds of the unit at *text, which moves behind it; of a second if there is none. */
static int64_t parse_unit(const char **text)
{
    static const struct {
        const char *name;
        int64_t ns;
    } units[] = {{"ms", 1000000}, {"us", 1000}, {"µs", 1000}, {"ns", 1}, {"s", 1000000000}};
    const char *at = *text + strspn(*text, " ");
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        size_t bytes = strlen(units[i].name);
        if (strncmp(at, units[i].name, bytes) != 0 || isalpha((unsigned char)at[bytes]))
            continue;
        *text = at + bytes;
        return units[i].ns;
    }
    return 1000000000;
}

const char *trace_duration_parse(const char *text, int64_t *ns)
{
    const char *digits = text;
    const char *at = text + strspn(text, "0123456789");
    const char *point = *at == '.' ? at++ : at;
    at += strspn(at, "0123456789");
    if (at - digits - (*point == '.') < 1 || at - digits > 30)
        return NULL;
    const char *end = at;
    int64_t unit_ns = parse_unit(&end);
    int64_t whole = 0;
    int64_t part = 0;
    for (; digits < point; digits++)
        if (__builtin_mul_overflow(whole, 10, &whole) ||
            __builtin_add_overflow(whole, *digits - '0', &whole))
            return NULL;
    /* Decimals beyond the ninth are less than a nanosecond. */
    int64_t scale = unit_ns;
    for (digits = point + 1; digits < at && scale > 1; digits++) {
        scale /= 10;
        part += (*digits - '0') * scale;
    }
    if (__builtin_mul_overflow(whole, unit_ns, &whole) || __builtin_add_overflow(whole, part, ns))
        return NULL;
    return end;
}

char *trace_tag_text(int32_t tag, char *text, size_t bytes)
{
    if (tag == TRACE_TAG_DOWN || tag == TRACE_TAG_EXIT)
        snprintf(text, bytes, "%s", tag == TRACE_TAG_DOWN ? "down" : "exit");
    else
        snprintf(text, bytes, "tag %" PRId32, tag);
    return text;
}
