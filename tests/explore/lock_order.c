/*
 * Two actors lock the same two mutexes, each in an order of its own; one comes a little later.
 */
#include <troupe.h>

#include "must.h"

static troupe_mutex left, right;

static int lock_both(troupe_mutex first, troupe_mutex second)
{
    int rc = troupe_mutex_lock(first, TROUPE_FOREVER);
    if (rc < 0)
        return rc;
    must(troupe_yield());
    rc = troupe_mutex_lock(second, TROUPE_FOREVER);
    if (rc == 0)
        must(troupe_mutex_unlock(second));
    must(troupe_mutex_unlock(first));
    return rc;
}

static int forward(void *arg)
{
    (void)arg;
    return lock_both(left, right);
}

static int backward(void *arg)
{
    (void)arg;
    must(troupe_yield());
    return lock_both(right, left);
}

static int amain(void *arg)
{
    (void)arg;
    int rc = troupe_mutex_new(&left);
    if (rc == 0)
        rc = troupe_mutex_new(&right);
    return rc < 0 ? rc : troupe_gather((troupe_fn[]){forward, backward}, 2, NULL);
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
