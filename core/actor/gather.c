/*
 * Gather and race: a scope, an actor in it for each function, and a note of how each ended.
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
    int status; /* once it has ended */
};

struct gathering {
    struct scope *scope;
    size_t count;
    size_t spawned;
    bool is_race;
    size_t winner; /* race: who ended first; count: nobody yet */
    struct tally tallies[];
};

void gather_tell(struct world *world, struct watch *watch)
{
    struct tally *tally = LIST_OWNER(watch, struct tally, watch);
    struct gathering *gathering = tally->gathering;
    tally->status = watch->target->status;
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

/* Spawns and waits; 0, or why not all could be spawned, or the scope's result. */
static int run_gathering(struct world *world, struct gathering *gathering, const troupe_fn *fns,
                         const struct troupe_site *site)
{
    int failure = spawn_all(world, gathering, fns, site);
    if (failure < 0)
        scope_cancel(world, gathering->scope, "not all could be spawned", 0);
    int rc = scope_join(world, site);
    return failure < 0 ? failure : rc;
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
    rc = run_gathering(world, gathering, fns, site);
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
    rc = run_gathering(world, gathering, fns, site);
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
