/*
 * A read-write lock is unlocked by an actor that does not have it.
 *
 * says:
 *     troupe: troupe_rwlock_unlock(): must be called by an actor that holds the lock
 *     troupe: main <0.0.1> is running
 * ends with: SIGABRT
 */
#include <troupe.h>

static int amain(void *arg)
{
    (void)arg;
    troupe_rwlock lock;
    int rc = troupe_rwlock_new(&lock);
    return rc < 0 ? rc : troupe_rwlock_unlock(lock);
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
