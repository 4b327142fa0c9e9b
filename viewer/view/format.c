/*
 * Formatting without floating point where the value is an integer, so that the same trace shows
 * the same figures on every machine.
 */

#include "format.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define NS_PER_US INT64_C(1000)
#define NS_PER_MS INT64_C(1000000)
#define NS_PER_S INT64_C(1000000000)

#define MICRO "\xc2\xb5"
#define MINUS "\xe2\x88\x92"

/* value / unit with `decimals` digits, rounded half up; value >= 0.  Answers how many characters.
 */
static int print_fixed(char *text, size_t bytes, int64_t value, int64_t unit, int decimals)
{
    int64_t scale = 1;
    for (int i = 0; i < decimals; i++)
        scale *= 10;
    int64_t whole = value / unit;
    int64_t part = value % unit;
    int64_t digits =
        unit >= scale ? (part + unit / scale / 2) / (unit / scale) : part * (scale / unit);
    if (digits >= scale) {
        whole++;
        digits = 0;
    }
    int used = snprintf(text, bytes, "%" PRId64, whole);
    if (decimals == 0)
        return used;
    text[used++] = '.';
    for (int i = decimals; i > 0; i--, digits /= 10)
        text[used + i - 1] = (char)('0' + digits % 10);
    text[used + decimals] = '\0';
    return used + decimals;
}

static char *with_unit(char text[FORMAT_BYTES], int64_t value, int64_t unit, int decimals,
                       const char *name)
{
    int used = print_fixed(text, FORMAT_BYTES, value, unit, decimals);
    snprintf(text + used, FORMAT_BYTES - (size_t)used, " %s", name);
    return text;
}

/* Digits after the point for three figures in all. */
static int decimals_of(int64_t value, int64_t unit)
{
    if (value + unit / 2 >= 100 * unit)
        return 0;
    return value + unit / 20 >= 10 * unit ? 1 : 2;
}

char *format_duration(int64_t duration_ns, char text[FORMAT_BYTES])
{
    if (duration_ns < 0)
        duration_ns = 0;
    if (duration_ns < NS_PER_US)
        return with_unit(text, duration_ns, 1, 0, "ns");
    if (duration_ns < NS_PER_US * 1000 - NS_PER_US / 2)
        return with_unit(text, duration_ns, NS_PER_US, duration_ns < 100 * NS_PER_US - 50 ? 1 : 0,
                         MICRO "s");
    if (duration_ns < NS_PER_MS * 1000 - NS_PER_MS / 2)
        return with_unit(text, duration_ns, NS_PER_MS, decimals_of(duration_ns, NS_PER_MS), "ms");
    if (duration_ns < 60 * NS_PER_S)
        return with_unit(text, duration_ns, NS_PER_S, 3, "s");
    int64_t seconds = (duration_ns + NS_PER_S / 2) / NS_PER_S;
    if (seconds < 3600)
        snprintf(text, FORMAT_BYTES, "%" PRId64 " min %02" PRId64 " s", seconds / 60, seconds % 60);
    else
        snprintf(text, FORMAT_BYTES, "%" PRId64 " h %02" PRId64 " min", seconds / 3600,
                 seconds / 60 % 60);
    return text;
}

/* Digits after the point of `unit` that tell instants `step_ns` apart. */
static int digits_for(int64_t unit, int64_t step_ns)
{
    int digits = 0;
    while (unit > 1 && step_ns % unit != 0) {
        unit /= 10;
        digits++;
    }
    return digits > 3 ? (digits + 2) / 3 * 3 : digits; /* whole groups are easier to read */
}

/* Writes digits after the point in groups of three: "1.000 105". */
static void group_digits(char *text)
{
    char *point = strchr(text, '.');
    if (point == NULL)
        return;
    size_t digits = strlen(point + 1);
    for (size_t group = (digits - 1) / 3; group > 0; group--) {
        char *at = point + 1 + group * 3;
        memmove(at + 1, at, strlen(at) + 1);
        *at = ' ';
    }
}

/* Hours, minutes and seconds that are not 0, down to the smallest that the step has. */
static void print_clock(char *text, size_t bytes, int64_t ns, int64_t step_ns)
{
    const struct {
        int64_t count;
        bool wanted;
        const char *name;
    } parts[] = {{ns / NS_PER_S / 3600, true, "h"},
                 {ns / NS_PER_S / 60 % 60, step_ns % (3600 * NS_PER_S) != 0, "min"},
                 {ns / NS_PER_S % 60, step_ns % (60 * NS_PER_S) != 0, "s"}};
    const char *least = "h";
    size_t used = 0;
    for (int i = 0; i < 3; i++) {
        least = parts[i].wanted ? parts[i].name : least;
        if (parts[i].wanted && parts[i].count > 0)
            used += (size_t)snprintf(text + used, bytes - used, "%s%" PRId64 " %s",
                                     used > 0 ? " " : "", parts[i].count, parts[i].name);
    }
    if (used == 0)
        snprintf(text, bytes, "0 %s", least);
}

char *format_instant(int64_t at_ns, int64_t step_ns, char text[FORMAT_BYTES])
{
    static const struct {
        int64_t ns;
        const char *name;
    } units[] = {{NS_PER_S, "s"}, {NS_PER_MS, "ms"}, {NS_PER_US, MICRO "s"}, {1, "ns"}};
    int64_t size = at_ns < 0 ? -at_ns : at_ns;
    if (step_ns < 1)
        step_ns = 1;
    size_t unit = 0; /* that of the value, or of the step for what is smaller than a step */
    int64_t larger = size > step_ns ? size : step_ns;
    while (unit < 3 && larger < units[unit].ns)
        unit++;
    size_t sign = 0;
    if (at_ns < 0)
        sign = (size_t)snprintf(text, FORMAT_BYTES, MINUS);
    if (step_ns >= FORMAT_CLOCK_NS) {
        print_clock(text + sign, FORMAT_BYTES - sign, size, step_ns);
        return text;
    }
    print_fixed(text + sign, FORMAT_BYTES - sign, size, units[unit].ns,
                digits_for(units[unit].ns, step_ns));
    group_digits(text + sign);
    size_t used = strlen(text);
    snprintf(text + used, FORMAT_BYTES - used, " %s", units[unit].name);
    return text;
}

char *format_ratio(double ratio, char text[FORMAT_BYTES])
{
    int decimals = ratio < 99.5 ? 2 : ratio < 999.5 ? 1 : 0;
    /* Small ones show two figures, very small ones one, none absurdly far behind the point. */
    for (double least = 0.0995; ratio > 0 && ratio < least && decimals < 4; least /= 10)
        decimals++;
    for (double least = 0.00005; ratio > 0 && ratio < least && decimals < 6; least /= 10)
        decimals++;
    snprintf(text, FORMAT_BYTES, "%.*f", decimals, ratio);
    return text;
}

char *format_percent(double part, double whole, char text[FORMAT_BYTES])
{
    double percent = whole > 0 ? 100 * part / whole : 0;
    bool all = part >= whole && whole > 0;
    if (all || percent <= 0)
        snprintf(text, FORMAT_BYTES, "%d %%", all ? 100 : 0);
    else if (percent < 0.01)
        snprintf(text, FORMAT_BYTES, "0.01 %%");
    else if (percent > 99.9 || percent < 1)
        snprintf(text, FORMAT_BYTES, "%.2f %%", fmin(percent, 99.99));
    else
        snprintf(text, FORMAT_BYTES, "%.1f %%", percent);
    return text;
}

char *format_count(uint64_t count, char text[FORMAT_BYTES])
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%" PRIu64, count);
    char *at = text;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0 && length > 4)
            *at++ = ' ';
        *at++ = digits[i];
    }
    *at = '\0';
    return text;
}

char *format_number(double number, char text[FORMAT_BYTES])
{
    if (number >= 0 && number < 1e15 && number == floor(number))
        return format_count((uint64_t)number, text);
    if (number < 0 && number > -1e15 && number == floor(number)) {
        char positive[FORMAT_BYTES];
        snprintf(text, FORMAT_BYTES, "-%.40s", format_count((uint64_t)-number, positive));
        return text;
    }
    snprintf(text, FORMAT_BYTES, "%.4g", number);
    return text;
}

char *format_ordinal(uint64_t number, char text[FORMAT_BYTES])
{
    static const char *const words[] = {"first", "second",  "third",  "fourth", "fifth",
                                        "sixth", "seventh", "eighth", "ninth",  "tenth"};
    if (number >= 1 && number <= sizeof words / sizeof words[0]) {
        snprintf(text, FORMAT_BYTES, "%s", words[number - 1]);
        return text;
    }
    const char *ending = "th";
    if (number % 100 / 10 != 1)
        ending = number % 10 == 1 ? "st" : number % 10 == 2 ? "nd" : number % 10 == 3 ? "rd" : "th";
    snprintf(text, FORMAT_BYTES, "%" PRIu64 "%s", number, ending);
    return text;
}

char *format_things(uint64_t count, const char *thing, char text[FORMAT_BYTES])
{
    size_t used = strlen(format_count(count, text));
    snprintf(text + used, FORMAT_BYTES - used, " %s%s", thing, count == 1 ? "" : "s");
    return text;
}
