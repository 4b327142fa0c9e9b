/*
 * Counting who has work and who rests, and waking those who have got some.
 *
 * Whether everything rests can only be told by someone who sees all counts at one moment: so a loop
 * that rests says so under a mutex, and the last one compares what has been put with what has been
 * taken.  Loops with timers or descriptors to wait for take no part in this.
 */

#include "crew.h"

#include "scheduler.h"

#include <troupe/actor.h>

int crew_init(struct crew *crew, const struct crew_plan *plan)
{
    *crew = (struct crew){.plan = *plan, .loop_count = plan->loop_count};
    crew->commons = commons_create();
    if (crew->commons == NULL)
        return -ENOMEM;
    pthread_mutex_init(&crew->mutex, NULL);
    sem_init(&crew->sentry_bell, 0, 0);
    return 0;
}

void crew_finish(struct crew *crew)
{
    sem_destroy(&crew->sentry_bell);
    pthread_mutex_destroy(&crew->mutex);
    commons_destroy(crew->commons);
}

void crew_init_branch(struct crew *crew, const struct crew *parent, uint32_t number,
                      uint32_t origin)
{
    *crew = (struct crew){
        .plan =
            {
                .loop_count = 1,
                .place = TROUPE_HERE,
                .spin_ns = parent->plan.spin_ns,
                .seed = parent->plan.seed,
                .stall_ns = parent->plan.stall_ns,
            },
        .loop_count = 1,
        .first = number,
        .commons = parent->commons,
        .origin = origin,
    };
    pthread_mutex_init(&crew->mutex, NULL);
    sem_init(&crew->sentry_bell, 0, 0);
}

static void note_far(struct crew *crew, uint32_t loop, uint32_t seat, uint32_t via)
{
    struct crew_far *far = &crew->far[loop];
    atomic_store(&far->seat, (uint8_t)seat);
    atomic_store(&far->via, (uint8_t)via);
    atomic_store(&far->waiting, 0);
    atomic_store(&far->is_known, true);
}

void crew_bridge(struct crew *crew, uint32_t loop, uint32_t at, struct bridge *bridge)
{
    crew->far[loop].bridge = bridge;
    note_far(crew, loop, at - crew->first, loop);
    atomic_store(&crew->far[loop].is_direct, true);
    atomic_fetch_add(&crew->bridge_count, 1);
}

void crew_route(struct crew *crew, uint32_t loop, uint32_t via)
{
    note_far(crew, loop, atomic_load(&crew->far[via].seat), via);
}

void crew_unbridge(struct crew *crew, uint32_t loop)
{
    atomic_store(&crew->far[loop].is_known, false);
    atomic_fetch_sub(&crew->bridge_count, atomic_exchange(&crew->far[loop].is_direct, false));
}

void crew_join(struct crew *crew)
{
    atomic_fetch_add(&crew->alive, 1);
}

/* The run is over for all. */
static void wake_others(struct crew *crew)
{
    for (unsigned i = 0; i < crew->loop_count; i++)
        if (crew->scheds[i] != sched_here)
            loop_wake(crew->scheds[i]->loop);
}

void crew_leave(struct crew *crew)
{
    TROUPE_CHECK(atomic_load(&crew->alive) > 0);
    if (atomic_fetch_sub(&crew->alive, 1) == 1)
        wake_others(crew);
}

void crew_look_again(struct crew *crew)
{
    for (unsigned i = 0; i < crew->loop_count; i++)
        loop_wake(crew->scheds[i]->loop);
}

/* Whether everything that was put has been taken.  All loops rest, so nobody changes anything. */
static bool is_all_taken(const struct crew *crew)
{
    for (unsigned to = 0; to < crew->loop_count; to++)
        if (atomic_load(&crew->scheds[to]->outside_count) > 0)
            return false;
    for (unsigned from = 0; from < crew->loop_count; from++)
        for (unsigned to = 0; to < crew->loop_count; to++)
            if (crew->scheds[from]->traffic[to].put !=
                atomic_load(&crew->scheds[to]->taken_from[from]))
                return false;
    return true;
}

bool crew_rest(struct crew *crew)
{
    pthread_mutex_lock(&crew->mutex);
    bool is_last = crew->rest_count + 1 == crew->loop_count;
    bool is_stuck = is_last && atomic_load(&crew->alive) > 0 &&
                    atomic_load(&crew->outsiders) == 0 && is_all_taken(crew);
    crew->rest_count += !is_stuck;
    pthread_mutex_unlock(&crew->mutex);
    return is_stuck;
}

void crew_rise(struct crew *crew)
{
    pthread_mutex_lock(&crew->mutex);
    crew->rest_count--;
    pthread_mutex_unlock(&crew->mutex);
}

static void put(struct sched *sched, struct inbox_link *post)
{
    if (inbox_put(&sched->inbox, post))
        loop_wake(sched->loop);
}

void crew_post(struct sched *from, uint32_t loop, struct inbox_link *post)
{
    uint32_t seat = crew_seat(from->crew, loop);
    from->traffic[seat].put++;
    put(from->crew->scheds[seat], post);
}

bool crew_post_from_outside(struct crew *crew, uint32_t loop, struct inbox_link *post)
{
    struct sched *sched = crew->scheds[crew_seat(crew, loop)];
    if (atomic_fetch_add(&sched->outside_count, 1) < CREW_POSTS_MAX) {
        put(sched, post);
        return true;
    }
    atomic_fetch_sub(&sched->outside_count, 1);
    return false;
}

bool crew_may_post(struct sched *from, uint32_t loop)
{
    struct crew *crew = from->crew;
    uint32_t seat = crew_seat(crew, loop);
    struct traffic *traffic = &from->traffic[seat];
    if (!crew_has(crew, loop) &&
        atomic_load(&crew->far[crew_via(crew, loop)].waiting) >= CREW_POSTS_MAX)
        return false;
    if (CHECK_LIKELY(traffic->put - traffic->seen < CREW_POSTS_MAX))
        return true;
    traffic->seen = atomic_load_explicit(
        &crew->scheds[seat]->taken_from[from->number - crew->first], memory_order_relaxed);
    return traffic->put - traffic->seen < CREW_POSTS_MAX;
}
