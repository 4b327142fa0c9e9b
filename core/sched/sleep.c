/*
 * The public calls that need nothing but the scheduler.
 */

#include <troupe/actor.h>
#include <troupe/time.h>

#include "scheduler.h"

troupe_ns troupe_now(void)
{
    return clock_now_ns();
}

int troupe_yield_at(const struct troupe_site *site)
{
    sched_yield_turn(sched_inside("troupe_yield"), site);
    return 0;
}

int troupe_sleep_at(const struct troupe_site *site, troupe_ns duration)
{
    struct sched *sched = sched_inside("troupe_sleep");
    if (duration <= 0) {
        sched_yield_turn(sched, site);
        return 0;
    }
    struct wait wait = {
        .reason = TRACE_REASON_SLEEP,
        .site = site,
        .deadline_ns = sched_deadline(duration),
    };
    return sched_wait(sched, &wait);
}
