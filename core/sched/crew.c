/*
 * Counting who has work and who rests, and waking those who have got some.
 *
 * Whether everything rests can only be told by someone who sees all counts at one moment: so a loop
 * that rests says so under a mutex, and the last one compares what has been put with what has been
 * taken.  Loops with timers or descriptors to wait for take no part in this.
 */

#include "crew.h"

#include "scheduler.h"

void crew_init(struct crew *crew, unsigned loop_count, int place, int64_t spin_ns)
{
    *crew = (struct crew){.loop_count = loop_count, .place = place, .spin_ns = spin_ns};
    pthread_mutex_init(&crew->mutex, NULL);
}

void crew_finish(struct crew *crew)
{
    pthread_mutex_destroy(&crew->mutex);
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
    from->traffic[loop].put++;
    put(from->crew->scheds[loop], post);
}

bool crew_post_from_outside(struct crew *crew, uint32_t loop, struct inbox_link *post)
{
    struct sched *sched = crew->scheds[loop];
    if (atomic_fetch_add(&sched->outside_count, 1) < CREW_POSTS_MAX) {
        put(sched, post);
        return true;
    }
    atomic_fetch_sub(&sched->outside_count, 1);
    return false;
}

bool crew_may_post(struct sched *from, uint32_t loop)
{
    struct traffic *traffic = &from->traffic[loop];
    if (CHECK_LIKELY(traffic->put - traffic->seen < CREW_POSTS_MAX))
        return true;
    traffic->seen = atomic_load_explicit(&from->crew->scheds[loop]->taken_from[from->number],
                                         memory_order_relaxed);
    return traffic->put - traffic->seen < CREW_POSTS_MAX;
}
