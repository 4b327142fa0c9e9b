/*
 * Two actors wait for each other's end.
 *
 * prints:
 *     the second join: would never end
 * says:
 *     troupe: troupe_join() at joins_in_a_circle.c:21 would never end: it closes a cycle of waits
 *     troupe:   second <0.1.1> is running, spawned at joins_in_a_circle.c:31
 *     troupe:   main <0.0.1> waits for another actor to end: second <0.1.1>, at
 *         joins_in_a_circle.c:32
 */
#include <stdio.h>

#include <troupe.h>

static troupe_pid first_pid;

static int second(void *arg)
{
    (void)arg;
    int rc = troupe_join(first_pid, NULL, TROUPE_FOREVER);
    printf("the second join: %s\n", troupe_strerror(rc));
    return 0;
}

static int amain(void *arg)
{
    (void)arg;
    troupe_pid pid;
    first_pid = troupe_self();
    int rc = troupe_spawn(second, NULL, &pid);
    return rc == 0 ? troupe_join(pid, NULL, TROUPE_FOREVER) : rc;
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
