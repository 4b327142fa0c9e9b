/*
 * Gather, as-completed and race: a scope, an actor in it for each function, and a note of how each
 * ended.
 */

#include "gather.h"

#include <errno.h>

#include <troupe/group.h>

#include "alloc.h"
#include "defer.h"
#include "scope.h"

/* One of the actors. */
struct tally {
    struct watch watch;
    struct gathering *gathering;
    int status;            /* once it has ended */
    struct list_link link; /* as they end: on the gathering's `ended`, until that is told */
};

struct gathering {
    struct scope *scope;
    size_t count;
    size_t spawned;
    bool is_race;
    size_t winner;     /* race: who ended first; count: nobody yet */
    struct list ended; /* as they end: of struct tally, those not told yet */
    bool is_telling;   /* as they end: the caller waits for the next one, not for all */
    struct tally tallies[];
};

void gather_tell(struct world *world, struct watch *watch)
{
    struct tally *tally = LIST_OWNER(watch, struct tally, watch);
    struct gathering *gathering = tally->gathering;
    tally->status = watch->target->status;
    list_push(&gathering->ended, &tally->link);
    if (gathering->is_telling && gathering->scope->join != NULL) {
        gathering->scope->join = NULL;
        sched_wake(&world->sched, &watch->owner->task, 0, watch->target->task.number);
    }
    if (!gathering->is_race || gathering->scope->is_effective)
        return; /* somebody has won, or the race is off */
    gathering->winner = (size_t)(tally - gathering->tallies);
    gathering->scope->ended_by_owner = true;
    scope_cancel(world, gathering->scope, "another one was first", watch->target->pid);
}

/* Spawns them all, or as many as it can; 0 or why not all. */
static int spawn_all(struct world *world, struct gathering *gathering, const troupe_fn *fns,
                     const struct troupe_site *site)
{
    for (; gathering->spawned < gathering->count; gathering->spawned++) {
        struct tally *tally = &gathering->tallies[gathering->spawned];
        troupe_spec spec = {.fn = fns[gathering->spawned]};
        struct actor *child;
        int rc = actor_spawn(world, &spec,
                             (struct birth){.site = site, .home = gathering->scope}, &child);
        if (rc < 0)
            return rc;
        tally->gathering = gathering;
        watch_begin(&tally->watch, actor_self(world), child, WATCH_TALLY);
    }
    return 0;
}

/* A gathering with its scope open; NULL without memory. */
static struct gathering *open_gathering(struct world *world, size_t count, bool is_race,
                                        const struct troupe_site *site)
{
    struct gathering *gathering =
        alloc_zeroed(sizeof *gathering + count * sizeof gathering->tallies[0]);
    if (gathering == NULL)
        return NULL;
    gathering->count = count;
    gathering->winner = count;
    gathering->is_race = is_race;
    if (defer_push(world, alloc_free, gathering) < 0) { /* in case the actor is killed */
        alloc_free(gathering);
        return NULL;
    }
    if (scope_open(world, TROUPE_FOREVER, site, &gathering->scope) == 0)
        return gathering;
    defer_pop(world);
    alloc_free(gathering);
    return NULL;
}

static void close_gathering(struct world *world, struct gathering *gathering)
{
    defer_pop(world);
    alloc_free(gathering);
}

/* What is called at each end, as it comes. */
struct teller {
    troupe_ended_fn fn;
    void *context;
};

struct next_wait {
    struct wait wait;
    struct gathering *gathering;
};

static void stop_waiting(struct wait *wait)
{
    LIST_OWNER(wait, struct next_wait, wait)->gathering->scope->join = NULL;
}

/* Waits, like a join, until one more has ended. */
static void wait_for_next(struct world *world, struct gathering *gathering,
                          const struct troupe_site *site)
{
    struct next_wait wait = {
        .wait = {
            .reason = TRACE_REASON_JOIN,
            .steadfast = true,
            .site = site,
            .detach = stop_waiting,
        },
        .gathering = gathering,
    };
    gathering->scope->join = &wait.wait; /* seen, too, by the search for cycles of waits */
    int rc = sched_wait(&world->sched, &wait.wait, TROUPE_FOREVER);
    TROUPE_CHECK(rc == 0);
}

static void tell_as_they_end(struct world *world, struct gathering *gathering,
                             const struct teller *teller, const struct troupe_site *site)
{
    gathering->is_telling = true;
    for (size_t told = 0; told < gathering->spawned; told++) {
        if (list_is_empty(&gathering->ended))
            wait_for_next(world, gathering, site);
        struct list_link *link = list_first(&gathering->ended);
        struct tally *tally = LIST_OWNER(link, struct tally, link);
        list_remove(&gathering->ended, link);
        teller->fn((size_t)(tally - gathering->tallies), tally->status, teller->context);
    }
    gathering->is_telling = false;
}

/* Spawns and waits; 0, or why not all could be spawned, or the scope's result. */
static int run_gathering(struct world *world, struct gathering *gathering, const troupe_fn *fns,
                         const struct teller *teller, const struct troupe_site *site)
{
    int failure = spawn_all(world, gathering, fns, site);
    if (failure < 0)
        scope_cancel(world, gathering->scope, "not all could be spawned", 0);
    if (teller != NULL)
        tell_as_they_end(world, gathering, teller, site);
    int rc = scope_join(world, site);
    return failure < 0 ? failure : rc;
}

int troupe_as_completed_at(const struct troupe_site *site, const troupe_fn *fns, size_t count,
                           troupe_ended_fn ended, void *context)
{
    struct world *world = world_inside("troupe_as_completed");
    int rc = sched_checkpoint(&world->sched, site);
    if (rc < 0 || count == 0)
        return rc;
    struct gathering *gathering = open_gathering(world, count, false, site);
    if (gathering == NULL)
        return -ENOMEM;
    struct teller teller = {.fn = ended, .context = context};
    rc = run_gathering(world, gathering, fns, &teller, site);
    close_gathering(world, gathering);
    return rc;
}

int troupe_gather_at(const struct troupe_site *site, const troupe_fn *fns, size_t count,
                     int *status)
{
    struct world *world = world_inside("troupe_gather");
    int rc = sched_checkpoint(&world->sched, site);
    if (rc < 0 || count == 0)
        return rc;
    struct gathering *gathering = open_gathering(world, count, false, site);
    if (gathering == NULL)
        return -ENOMEM;
    rc = run_gathering(world, gathering, fns, NULL, site);
    for (size_t i = 0; status != NULL && i < count; i++)
        status[i] = i < gathering->spawned ? gathering->tallies[i].status : rc;
    close_gathering(world, gathering);
    return rc;
}

int troupe_race_at(const struct troupe_site *site, const troupe_fn *fns, size_t count,
                   int *status)
{
    struct world *world = world_inside("troupe_race");
    int rc = sched_checkpoint(&world->sched, site);
    if (rc < 0)
        return rc;
    if (count == 0 || count > INT32_MAX)
        return -EINVAL;
    struct gathering *gathering = open_gathering(world, count, true, site);
    if (gathering == NULL)
        return -ENOMEM;
    rc = run_gathering(world, gathering, fns, NULL, site);
    if (gathering->winner < count) {
        rc = (int)gathering->winner;
        if (status != NULL)
            *status = gathering->tallies[gathering->winner].status;
    }
    close_gathering(world, gathering);
    return rc;
}

int troupe_limit_at(const struct troupe_site *site, troupe_ns limit, troupe_fn fn, void *arg)
{
    struct world *world = world_inside("troupe_limit");
    struct scope *scope;
    int rc = scope_open(world, limit, site, &scope);
    if (rc < 0)
        return rc;
    rc = fn(arg);
    scope_leave(world, scope);
    bool has_expired = scope->has_expired;
    scope_join(world, site);
    return rc == -ECANCELED && has_expired ? -ETIMEDOUT : rc;
}
