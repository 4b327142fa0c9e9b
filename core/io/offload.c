/*
 * The calls that let an actor wait for a job of the pool.
 */

#include <errno.h>

#include "pool.h"

static int run_on_pool(struct sched *sched, const troupe_job *what, struct job_wait *wait,
                       troupe_ns limit)
{
    struct pool_desk *desk;
    int rc = sched_checkpoint(sched, wait->wait.site);
    if (rc == 0 && what->fn == NULL)
        rc = -EINVAL;
    if (rc == 0 && limit <= 0)
        rc = -ETIMEDOUT;
    if (rc == 0)
        rc = pool_find(sched, &desk);
    if (rc == 0)
        rc = pool_put(desk, what, wait);
    if (rc < 0) {
        if (what->release != NULL)
            what->release(what->arg);
        return rc;
    }
    rc = sched_wait(sched, &wait->wait, limit);
    if (rc == 0)
        pool_take(wait);
    return rc;
}

static int offload(const struct troupe_site *site, const troupe_job *job, int *result,
                   void (*pass)(void *arg), troupe_ns limit)
{
    struct sched *sched = sched_inside("troupe_offload");
    struct job_wait wait = {
        .wait =
            {
                .reason = TRACE_REASON_OFFLOAD,
                .site = site,
                .timeout_result = -ETIMEDOUT,
                .detach = pool_give_up,
            },
        .task = sched->current,
        .pass = pass,
    };
    int rc = run_on_pool(sched, job, &wait, limit);
    if (rc == 0 && result != NULL)
        *result = wait.result;
    return rc;
}

int troupe_offload_job_at(const struct troupe_site *site, const troupe_job *job, int *result,
                          troupe_ns limit)
{
    return offload(site, job, result, NULL, limit);
}

int offload_outside(const struct troupe_site *site, const troupe_job *job, int *result,
                    void (*pass)(void *arg))
{
    return offload(site, job, result, pass, TROUPE_FOREVER);
}

int troupe_offload_at(const struct troupe_site *site, troupe_fn fn, void *arg, int *result,
                      troupe_ns limit)
{
    return troupe_offload_job_at(site, &(troupe_job){.fn = fn, .arg = arg}, result, limit);
}
