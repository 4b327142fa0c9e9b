/*
 * A loop that waits for a flag which only another actor of the same loop could set.  The limit of
 * the shell (ulimit -t) ends it.
 *
 * with: TROUPE_STALL=20ms
 * says:
 *     troupe: impatient <0.1.1>, spawned at never_ends.c:38, has held its loop for 20 ms and still
 *         does, computing; let the others run now and then with troupe_yield(), or give the work to
 *         troupe_offload()
 *     troupe:   in impatient, at never_ends.c:27
 *     troupe: impatient <0.1.1>, spawned at never_ends.c:38, has held its loop for 200 ms and still
 *         does, computing; let the others run now and then with troupe_yield(), or give the work to
 *         troupe_offload()
 *     troupe:   in impatient, at never_ends.c:27
 * ends with: SIGXCPU
 */
#include <stdbool.h>
#include <sys/resource.h>

#include <troupe.h>

static volatile bool is_done;

static int impatient(void *arg)
{
    (void)arg;
    while (!is_done)
        continue;
    return 0;
}

static int amain(void *arg)
{
    (void)arg;
    troupe_pid pid;
    /* A second. */
    setrlimit(RLIMIT_CPU, &(struct rlimit){1, 2});
    int rc = troupe_spawn(impatient, NULL, &pid);
    is_done = rc < 0;
    return rc == 0 ? troupe_join(pid, NULL, TROUPE_FOREVER) : rc;
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
