/*
 * The one thing that comes in from outside is where the row begins: so that alone is recorded.
 */

#include <sys/random.h>

#include <troupe/random.h>

#include "scheduler.h"
#include "tape.h"

/* splitmix64: a number that looks like chance for each one from 0 on. */
static uint64_t scramble(uint64_t number)
{
    number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9u;
    number = (number ^ (number >> 27)) * 0x94d049bb133111ebu;
    return number ^ (number >> 31);
}

static uint64_t begin(const struct sched *sched)
{
    const struct crew_plan *plan = &sched->crew->plan;
    uint64_t row = scramble((plan->seed << 8) + sched->number + 1);
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
    sched->drawn += 0x9e3779b97f4a7c15u;
    return scramble(sched->drawn);
}
