#ifndef CROWD_H
#define CROWD_H

/*
 * For tests in which many actors do the same and some are stopped at whatever moment.
 */

#include "running.h"

static unsigned seed = 4711;

static inline unsigned random_below(unsigned limit)
{
    seed = seed * 1103515245u + 12345u;
    return (seed >> 16) % limit;
}

/* How long a wait may take: mostly as long as it needs. */
static inline troupe_ns random_limit(void)
{
    return random_below(3) == 0 ? TROUPE_US(random_below(500)) : TROUPE_FOREVER;
}

/* Cancels or kills so many of a crowd of `count`, with up to so many microseconds in between. */
static inline void stop_some(const troupe_pid *crowd, unsigned count, int victims, unsigned us)
{
    for (int i = 0; i < victims; i++) {
        troupe_pid victim = crowd[random_below(count)];
        int rc = random_below(2) == 0 ? troupe_cancel(victim, "noise") : troupe_kill(victim);
        (void)rc; /* it may have ended */
        assert_int_equal(troupe_sleep(TROUPE_US(random_below(us))), 0);
    }
}

/* Spawns a crowd of `fn`, each with its number from 0, and stops half as many. */
static inline void stop_half(troupe_fn fn, troupe_pid *crowd, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        assert_int_equal(troupe_spawn(fn, (void *)(uintptr_t)i, &crowd[i]), 0);
    stop_some(crowd, count, (int)count / 2, 10);
}

#endif
