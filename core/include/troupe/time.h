#ifndef TROUPE_TIME_H
#define TROUPE_TIME_H

/*
 * Time: one type, one unit, one clock.
 *
 * A troupe_ns is a number of nanoseconds, as an instant (since some fixed moment before the program
 * started) or as a duration.  292 years fit.  Durations are written with a unit:
 *
 *     troupe_sleep(TROUPE_MS(250));
 *     troupe_sleep(TROUPE_S(0.25));     // the same
 */

#include <troupe/base.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef int64_t troupe_ns;

#define TROUPE_NS(x) ((troupe_ns)(x))
#define TROUPE_US(x) ((troupe_ns)((x) * INT64_C(1000)))
#define TROUPE_MS(x) ((troupe_ns)((x) * INT64_C(1000000)))
#define TROUPE_S(x) ((troupe_ns)((x) * INT64_C(1000000000)))

/* As a time limit: no limit.  As a sleep: until told to stop. */
#define TROUPE_FOREVER INT64_MAX

/*
 * The current instant.  It never runs backwards and does not jump when the wall clock is set
 * (CLOCK_MONOTONIC).  Any thread, inside an actor or not; takes some 25 ns.
 */
TROUPE_API troupe_ns troupe_now(void);

/*
 * Suspends the calling actor until `duration` has passed.  Zero or less: the others that are ready
 * run first, as with troupe_yield().  Actors wake in the order of their deadlines, and those with
 * the same deadline in the order in which they went to sleep.  An idle loop waits for 50 us at
 * least, so a sleep may be late by that much, and by what other actors take for themselves.
 *
 * Inside an actor.  May suspend.  Returns 0, or -ECANCELED, or -ENOMEM if there was no memory for
 * another timer (then it has not slept).
 *
 *     int rc = troupe_sleep(TROUPE_S(1));
 *     if (rc < 0)
 *         return rc;
 */
TROUPE_API TROUPE_MUST_CHECK int troupe_sleep_at(const struct troupe_site *site,
                                                 troupe_ns duration);
#define troupe_sleep(...) troupe_sleep_at(TROUPE_SITE(), __VA_ARGS__)

/*
 * A ticker: instants at equal distances, which do not drift however late they are met.
 *
 *     troupe_ticker ticker = troupe_ticker_start(TROUPE_MS(20));
 *     while ((rc = troupe_tick(&ticker)) >= 0)
 *         ...                                  // fifty times a second; rc were missed
 *
 * It is a plain value: nothing need be freed.
 */
typedef struct troupe_ticker {
    troupe_ns period; /* at least 1 */
    troupe_ns next;   /* the instant of the next tick */
} troupe_ticker;

static inline troupe_ticker troupe_ticker_start(troupe_ns period)
{
    troupe_ticker ticker;
    ticker.period = period > 0 ? period : 1;
    ticker.next = troupe_now() + ticker.period;
    return ticker;
}

/*
 * Suspends the calling actor until the next tick; if that has passed already, just lets others run.
 * Inside an actor.  May suspend.  Returns how many ticks were missed, because the actor came a
 * whole period late or more, and are not made up for: mostly 0; or as troupe_sleep().
 */
TROUPE_API TROUPE_MUST_CHECK int troupe_tick_at(const struct troupe_site *site,
                                                troupe_ticker *ticker);
#define troupe_tick(...) troupe_tick_at(TROUPE_SITE(), __VA_ARGS__)

#ifdef __cplusplus
}
#endif

#endif
