/*
 * The three counts: one thread, one loop, three actors that take turns.
 *
 * prints: One One One Two Two Two, one word a line, in about one second
 * look at: the three lanes that wait together, and the order of the six switches
 */
#include <stdio.h>

#include <troupe.h>

static int count(void *arg)
{
    (void)arg;
    puts("One");
    int rc = troupe_sleep(TROUPE_S(1)); /* suspends: the others run meanwhile */
    if (rc < 0)
        return rc;
    puts("Two");
    return 0;
}

static int amain(void *arg)
{
    (void)arg;
    return troupe_gather((troupe_fn[]){count, count, count}, 3, NULL);
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
