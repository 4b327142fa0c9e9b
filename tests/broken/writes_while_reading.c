/*
 * An actor wants to write what it reads: it has a read-write lock for reading, and takes it for
 * writing, too.
 *
 * prints:
 *     the write lock: would never end
 * says:
 *     troupe: troupe_rwlock_write() at writes_while_reading.c:25 would never end: it closes a cycle
 *         of waits
 *     troupe:   main <0.0.1> is running
 */
#include <stdio.h>

#include <troupe.h>

static int amain(void *arg)
{
    (void)arg;
    troupe_rwlock lock;
    int rc = troupe_rwlock_new(&lock);
    if (rc == 0)
        rc = troupe_rwlock_read(lock, TROUPE_FOREVER);
    if (rc < 0)
        return rc;
    rc = troupe_rwlock_write(lock, TROUPE_FOREVER);
    printf("the write lock: %s\n", troupe_strerror(rc));
    return troupe_rwlock_unlock(lock);
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
