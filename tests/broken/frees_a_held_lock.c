/*
 * A mutex is freed while it is locked.
 *
 * says:
 *     troupe: troupe_mutex_free(): an actor still holds it; the mutex was made at
 *         frees_a_held_lock.c:16
 *     troupe: main <0.0.1> is running
 * ends with: SIGABRT
 */
#include <troupe.h>

static int amain(void *arg)
{
    (void)arg;
    troupe_mutex mutex;
    int rc = troupe_mutex_new(&mutex);
    if (rc == 0)
        rc = troupe_mutex_lock(mutex, TROUPE_FOREVER);
    troupe_mutex_free(&mutex);
    return rc;
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
