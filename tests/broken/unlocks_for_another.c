/*
 * Unlocking a mutex that another actor holds.
 *
 * says:
 *     troupe: troupe_mutex_unlock(): must be called by the actor that holds the mutex
 *     troupe: impatient <0.1.1> is running, spawned at unlocks_for_another.c:25
 * ends with: SIGABRT
 */
#include <troupe.h>

static troupe_mutex mutex;

static int impatient(void *arg)
{
    (void)arg;
    return troupe_mutex_unlock(mutex);
}

static int amain(void *arg)
{
    (void)arg;
    int rc = troupe_mutex_new(&mutex);
    if (rc == 0)
        rc = troupe_mutex_lock(mutex, TROUPE_FOREVER);
    return rc < 0 ? rc : troupe_gather((troupe_fn[]){impatient}, 1, NULL);
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
