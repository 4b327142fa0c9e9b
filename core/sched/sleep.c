/*
 * The public calls that need nothing but the scheduler.
 */

#include <limits.h>

#include <troupe/actor.h>
#include <troupe/time.h>

#include "turn.h"

troupe_ns troupe_now(void)
{
    return clock_now_ns();
}

int troupe_yield_at(const struct troupe_site *site)
{
    struct sched *sched = sched_inside("troupe_yield");
    if (CHECK_UNLIKELY(sched->current->cancelled))
        return -ECANCELED;
    turn_yield(sched, TRACE_REASON_YIELD, site);
    return CHECK_UNLIKELY(sched->current->cancelled) ? -ECANCELED : 0;
}

int troupe_sleep_at(const struct troupe_site *site, troupe_ns duration)
{
    struct sched *sched = sched_inside("troupe_sleep");
    if (duration <= 0)
        return troupe_yield_at(site);
    int rc = sched_checkpoint(sched, site);
    if (rc < 0)
        return rc;
    struct wait wait = {.reason = TRACE_REASON_SLEEP, .site = site};
    return turn_wait(sched, &wait, duration);
}

int troupe_tick_at(const struct troupe_site *site, troupe_ticker *ticker)
{
    troupe_ns late = clock_now_ns() - ticker->next;
    int64_t missed = late > 0 ? late / ticker->period : 0;
    int rc = troupe_sleep_at(site, late < 0 ? -late : 0);
    if (rc < 0)
        return rc;
    ticker->next += (missed + 1) * ticker->period;
    return missed < INT_MAX ? (int)missed : INT_MAX;
}
