/*
 * Two actors lock the same two mutexes, each in an order of its own.
 *
 * prints:
 *     the second lock of backward: would never end
 * says:
 *     troupe: troupe_mutex_lock() at locks_in_two_orders.c:24 would never end: it closes a cycle of
 *         waits
 *     troupe:   backward <0.2.1> is running, spawned at locks_in_two_orders.c:53
 *     troupe:   forward <0.1.1> waits for a lock: backward <0.2.1>, at locks_in_two_orders.c:24,
 *         spawned at locks_in_two_orders.c:53
 */
#include <stdio.h>

#include <troupe.h>

static troupe_mutex left, right;

static int lock_both(const char *name, troupe_mutex first, troupe_mutex second)
{
    int rc = troupe_mutex_lock(first, TROUPE_FOREVER);
    if (rc == 0)
        rc = troupe_yield();
    int rc_second = troupe_mutex_lock(second, TROUPE_FOREVER);
    if (rc_second == 0)
        troupe_mutex_unlock(second);
    else
        printf("the second lock of %s: %s\n", name, troupe_strerror(rc_second));
    troupe_mutex_unlock(first);
    return rc;
}

static int forward(void *arg)
{
    (void)arg;
    return lock_both("forward", left, right);
}

static int backward(void *arg)
{
    (void)arg;
    return lock_both("backward", right, left);
}

static int amain(void *arg)
{
    (void)arg;
    int rc = troupe_mutex_new(&left);
    if (rc == 0)
        rc = troupe_mutex_new(&right);
    if (rc < 0)
        return rc;
    return troupe_gather((troupe_fn[]){forward, backward}, 2, NULL);
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
