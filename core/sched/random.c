/*
 * The one thing that comes in from outside is where the row begins: so that alone is recorded.
 */

#include <sys/random.h>

#include <troupe/random.h>

#include "chance.h"
#include "scheduler.h"
#include "tape.h"

static uint64_t begin(const struct sched *sched)
{
    const struct crew_plan *plan = &sched->crew->plan;
    uint64_t row = chance_mix((plan->seed << 8) + sched->number + 1);
    if (plan->seed != 0 || plan->is_virtual)
        return row;
    if (tape_mode != TAPE_PLAYED && getrandom(&row, sizeof row, 0) != (ssize_t)sizeof row)
        row += (uint64_t)clock_now_ns();
    tape_bytes(&row, sizeof row);
    return row;
}

uint64_t troupe_random(void)
{
    struct sched *sched = sched_inside("troupe_random");
    if (CHECK_UNLIKELY(!sched->has_drawn))
        sched->drawn = begin(sched);
    sched->has_drawn = true;
    sched->drawn += CHANCE_STEP;
    return chance_mix(sched->drawn);
}
