/*
 * Numbers and words from the environment.
 */

#include "options.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "explore.h"
#include "stacks.h"
#include "stall.h"

/* The longest look-out: one second, after which a sleep costs nothing in comparison. */
#define SPIN_US_MAX 1000000

static void complain(const char *name, const char *text, const char *expected)
{
    dprintf(STDERR_FILENO, "troupe: %s is \"%s\", but must be %s; it is ignored\n", name, text,
            expected);
}

/* The variable's text; NULL if there is none. */
static const char *text_of(const char *name)
{
    const char *text = getenv(name);
    return text != NULL && text[0] != '\0' ? text : NULL;
}

/* The variable's number, from `min` to `max`; otherwise `value`. */
static long number_of(const char *name, long value, long min, long max, const char *expected)
{
    const char *text = text_of(name);
    char *end;
    if (text == NULL)
        return value;
    errno = 0;
    long number = strtol(text, &end, 10);
    if (*end == '\0' && errno == 0 && number >= min && number <= max)
        return number;
    complain(name, text, expected);
    return value;
}

static bool time_of(const char *name, bool is_virtual)
{
    const char *text = text_of(name);
    if (text == NULL)
        return is_virtual;
    if (strcmp(text, "virtual") != 0 && strcmp(text, "real") != 0) {
        complain(name, text, "real or virtual");
        return is_virtual;
    }
    return text[0] == 'v';
}

/* The variable's time, in its unit; otherwise `value`. */
static troupe_ns duration_of(const char *name, troupe_ns value)
{
    static const struct {
        const char *name;
        troupe_ns ns;
    } units[] = {{"s", TROUPE_S(1)}, {"ms", TROUPE_MS(1)}, {"us", TROUPE_US(1)}};
    const char *text = text_of(name);
    char *end;
    if (text == NULL)
        return value;
    double number = strtod(text, &end);
    if (end != text && number == 0 && *end == '\0')
        return -1;
    for (size_t i = 0; end != text && i < sizeof units / sizeof units[0]; i++)
        if (strcmp(end, units[i].name) == 0 && number > 0 && number * (double)units[i].ns <= 1e18)
            return (troupe_ns)(number * (double)units[i].ns);
    complain(name, text, "a time such as 250ms or 1.5s, or 0 for never");
    return value;
}

static int place_of(const char *name, int value)
{
    const char *text = text_of(name);
    if (text == NULL)
        return value;
    if (strcmp(text, "here") == 0)
        return TROUPE_HERE;
    if (strcmp(text, "anywhere") == 0)
        return TROUPE_ANYWHERE;
    if (strcmp(text, "process") == 0)
        return TROUPE_PROCESS;
    complain(name, text, "here, anywhere or process");
    return value;
}

int options_settle(troupe_options *options)
{
    if (options->loops > TROUPE_LOOPS_MAX || options->spin < 0 || options->seed > LONG_MAX)
        return -EINVAL;
    if (options->loops == 0)
        options->loops = 1;
    if (options->place == TROUPE_PLACE_DEFAULT)
        options->place = TROUPE_HERE;
    options->loops = (unsigned)number_of("TROUPE_LOOPS", (long)options->loops, 1, TROUPE_LOOPS_MAX,
                                         "a number of loops from 1 to 64");
    options->place = place_of("TROUPE_PLACE", options->place);
    options->virtual_time = time_of("TROUPE_TIME", options->virtual_time);
    options->seed = (uint64_t)number_of("TROUPE_SEED", (long)options->seed, 0, LONG_MAX,
                                        "a number from 0 to 9223372036854775807");
    if (explore_is_asked()) {
        options->virtual_time = true;
        options->seed = 0;
    }
    if (options->virtual_time && options->loops > 1) {
        dprintf(STDERR_FILENO, "troupe: virtual time is the same for all actors only on one loop, "
                               "so there is one\n");
        options->loops = 1;
    }
    if (options->virtual_time && options->place == TROUPE_PROCESS)
        options->place = TROUPE_HERE; /* likewise */
    options->spin = TROUPE_US(number_of("TROUPE_SPIN", (long)(options->spin / TROUPE_US(1)), 0,
                                        SPIN_US_MAX, "a number of microseconds up to 1000000"));
    options->stall = duration_of("TROUPE_STALL", options->stall);
    probe_times_are_wanted = number_of("TROUPE_TIMES", 0, 0, 1, "0 or 1") == 1;
    stacks_are_measured = number_of("TROUPE_STACKS", 0, 0, 1, "0 or 1") == 1;
    if (options->stall == 0)
        options->stall = STALL_LIMIT_NS;
    return 0;
}
