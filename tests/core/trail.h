#ifndef TRAIL_H
#define TRAIL_H

/*
 * For tests in which actors meet: they leave words on a trail, and the order in which things
 * happened is compared with the words expected.
 */

#include "running.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "alloc.h"

static char trail[512];

__attribute__((format(printf, 1, 2))) static inline void leave_trail(const char *format, ...)
{
    size_t used = strlen(trail);
    va_list args;
    va_start(args, format);
    vsnprintf(trail + used, sizeof trail - used, format, args);
    va_end(args);
}

/* Runs `fn` as the main actor and expects it to succeed, and to have left this trail. */
static inline void run_trail(troupe_fn fn, const char *expected)
{
    trail[0] = '\0';
    assert_int_equal(troupe_run(fn, NULL), 0);
    assert_string_equal(trail, expected);
}

/* Spawns, and lets it run until it waits. */
static inline troupe_pid start(troupe_fn fn, intptr_t arg)
{
    troupe_pid pid;
    assert_int_equal(troupe_spawn(fn, (void *)arg, &pid), 0);
    assert_int_equal(troupe_yield(), 0);
    return pid;
}

/* Runs `fn` with the first, the second, ... allocation failing, until none is left to fail: each
 * must end it with -ENOMEM. */
static inline void run_out_of_memory(troupe_fn fn, long allocations_min)
{
    long n;
    for (n = 0;; n++) {
        alloc_fail_after(n, 0);
        int rc = troupe_run(fn, NULL);
        if (!alloc_has_failed()) {
            assert_int_equal(rc, 0);
            break;
        }
        assert_int_equal(rc, -ENOMEM);
    }
    assert_true(n >= allocations_min); /* there was something to fail */
    alloc_fail_after(-1, 0);
}

#endif
