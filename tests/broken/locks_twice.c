/*
 * An actor locks a mutex that it holds already.
 *
 * prints:
 *     the second lock: would never end
 * says:
 *     troupe: troupe_mutex_lock() at locks_twice.c:23 would never end: it closes a cycle of waits
 *     troupe:   main <0.0.1> is running
 */
#include <stdio.h>

#include <troupe.h>

static int amain(void *arg)
{
    (void)arg;
    troupe_mutex mutex;
    int rc = troupe_mutex_new(&mutex);
    if (rc == 0)
        rc = troupe_mutex_lock(mutex, TROUPE_FOREVER);
    if (rc < 0)
        return rc;
    rc = troupe_mutex_lock(mutex, TROUPE_FOREVER);
    printf("the second lock: %s\n", troupe_strerror(rc));
    return troupe_mutex_unlock(mutex);
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
