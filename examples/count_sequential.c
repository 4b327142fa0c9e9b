/*
 * The same counts, each awaited before the next is spawned: coroutines alone make nothing
 * concurrent.
 *
 * prints: One Two One Two One Two, one word a line, in about three seconds
 * look at: a staircase; never more than one count in progress (C is 1)
 */
#include <stdio.h>

#include <troupe.h>

static int count(void *arg)
{
    (void)arg;
    puts("One");
    int rc = troupe_sleep(TROUPE_S(1));
    if (rc < 0)
        return rc;
    puts("Two");
    return 0;
}

static int amain(void *arg)
{
    (void)arg;
    for (int i = 0; i < 3; i++) {
        troupe_pid pid;
        int rc = troupe_spawn(count, NULL, &pid);
        if (rc == 0)
            rc = troupe_join(pid, NULL, TROUPE_FOREVER);
        if (rc < 0)
            return rc;
    }
    return 0;
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
