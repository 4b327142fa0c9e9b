#ifndef THREE_LOOPS_H
#define THREE_LOOPS_H

/*
 * For tests of several loops: a run on three of them, and actors that are placed.
 */

#include "running.h"

/* Runs `fn` as the main actor of three loops and expects it to succeed. */
static inline void run_on_three(troupe_fn fn)
{
    assert_int_equal(troupe_run_on(&(troupe_options){.loops = 3}, fn, NULL), 0);
}

/* What an actor on this loop is. */
static inline troupe_spec far(int loop, troupe_fn fn, intptr_t arg)
{
    return (troupe_spec){.fn = fn, .arg = (void *)arg, .place = TROUPE_ON(loop)};
}

static inline troupe_pid start_on(int loop, troupe_fn fn, intptr_t arg)
{
    troupe_pid pid;
    troupe_spec spec = far(loop, fn, arg);
    assert_int_equal(troupe_spawn_spec(&spec, &pid), 0);
    return pid;
}

/* The body of an actor that ends with the number of its loop. */
static inline int tell_loop(void *arg)
{
    (void)arg;
    return (int)troupe_loop();
}

#endif
