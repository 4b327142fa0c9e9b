/*
 * The pid of an actor that was spawned with NULL, joined later: its status has not been kept.
 *
 * prints:
 *     join: no such actor
 */
#include <stdio.h>

#include <troupe.h>

static troupe_pid worker_pid;

static int worker(void *arg)
{
    (void)arg;
    worker_pid = troupe_self();
    return 7;
}

static int amain(void *arg)
{
    (void)arg;
    int status;
    int rc = troupe_spawn(worker, NULL, NULL); /* with &worker_pid instead, the join gets the 7 */
    if (rc == 0)
        rc = troupe_yield();
    if (rc == 0)
        rc = troupe_join(worker_pid, &status, TROUPE_FOREVER);
    printf("join: %s\n", troupe_strerror(rc));
    return 0;
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
