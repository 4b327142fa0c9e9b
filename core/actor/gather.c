/*
 * Gather: spawn them all, wait once for all of them.
 */

#include <errno.h>

#include <troupe/group.h>

#include "alloc.h"
#include "join.h"

/* Spawns fns[i] for joins[i] until one fails; how many were spawned, and the failure or 0. */
static size_t spawn_all(struct world *world, const troupe_fn *fns, struct join *joins,
                        size_t count, const struct troupe_site *site, int *failure)
{
    for (size_t i = 0; i < count; i++) {
        troupe_spec spec = {.fn = fns[i]};
        *failure = actor_spawn(world, &spec, site, false, &joins[i].target);
        if (*failure < 0)
            return i;
    }
    return count;
}

int troupe_gather_at(const struct troupe_site *site, const troupe_fn *fns, size_t count,
                     int *status)
{
    struct world *world = (struct world *)sched_inside("troupe_gather");
    int failure = 0;
    if (count == 0)
        return 0;
    struct join *joins = alloc_zeroed(count * sizeof *joins);
    size_t spawned = 0;
    if (joins == NULL)
        failure = -ENOMEM;
    else
        spawned = spawn_all(world, fns, joins, count, site, &failure);
    if (spawned > 0) {
        int rc = join_wait(world, joins, spawned, TROUPE_FOREVER, site);
        TROUPE_CHECK(rc == 0);
    }
    int result = 0;
    for (size_t i = 0; i < count; i++) {
        int ended = i < spawned ? joins[i].status : failure;
        if (status != NULL)
            status[i] = ended;
        if (ended < 0 && result == 0)
            result = ended;
    }
    alloc_free(joins);
    return result;
}
