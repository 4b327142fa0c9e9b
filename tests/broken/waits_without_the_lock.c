/*
 * An actor waits for a condition without having locked the mutex that goes with it.
 *
 * says:
 *     troupe: troupe_cond_wait(): must be called by the actor that holds the mutex
 *     troupe: main <0.0.1> is running
 * ends with: SIGABRT
 */
#include <troupe.h>

static int amain(void *arg)
{
    (void)arg;
    troupe_mutex mutex;
    troupe_cond cond;
    int rc = troupe_mutex_new(&mutex);
    if (rc == 0)
        rc = troupe_cond_new(&cond);
    return rc < 0 ? rc : troupe_cond_wait(cond, mutex, TROUPE_FOREVER);
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
