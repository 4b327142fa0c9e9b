/*
 * An actor that ends without unlocking.
 *
 * prints:
 *     the next one: killed
 * says:
 *     troupe: forgetful <0.1.1> ended holding the mutex that it locked at keeps_the_lock.c:18
 */
#include <stdio.h>

#include <troupe.h>

static troupe_mutex mutex;

static int forgetful(void *arg)
{
    (void)arg;
    return troupe_mutex_lock(mutex, TROUPE_FOREVER);
}

static int amain(void *arg)
{
    (void)arg;
    int rc = troupe_mutex_new(&mutex);
    if (rc == 0)
        rc = troupe_gather((troupe_fn[]){forgetful}, 1, NULL);
    if (rc < 0)
        return rc;
    rc = troupe_mutex_lock(mutex, TROUPE_FOREVER);
    printf("the next one: %s\n", troupe_strerror(rc));
    return rc == 0 ? 0 : troupe_mutex_unlock(mutex);
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
