/*
 * A missed signal: the flag is looked at before the lock is taken, and the signal may come between.
 */
#include <stdbool.h>

#include <troupe.h>

#include "must.h"

static troupe_mutex lock;
static troupe_cond come;
static bool has_come;

static int wait_for_it(void *arg)
{
    (void)arg;
    if (has_come)
        return 0;
    must(troupe_yield()); /* says that it waits */
    must(troupe_mutex_lock(lock, TROUPE_FOREVER));
    int rc = troupe_cond_wait(come, lock, TROUPE_FOREVER);
    must(troupe_mutex_unlock(lock));
    return rc;
}

static int signal_it(void *arg)
{
    (void)arg;
    must(troupe_yield());
    must(troupe_mutex_lock(lock, TROUPE_FOREVER));
    has_come = true;
    must(troupe_cond_signal(come));
    must(troupe_mutex_unlock(lock));
    return 0;
}

static int amain(void *arg)
{
    (void)arg;
    int rc = troupe_mutex_new(&lock);
    if (rc == 0)
        rc = troupe_cond_new(&come);
    if (rc < 0)
        return rc;
    return troupe_gather((troupe_fn[]){wait_for_it, signal_it}, 2, NULL);
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
