/*
 * Three actors that compute as much as those of count_burn, and give way every now and then.
 *
 * prints: One One One Two Two Two, one word a line, as long as it takes
 * look at: a fine comb on three lanes, all in progress from beginning to end; it takes no less
 *          time, and never do two run at once
 */
#include <stdio.h>

#include <troupe.h>

enum { SHARES = 40 };

/* Some hundredths of a second of computing. */
static void burn_share(void)
{
    for (volatile long i = 0; i < 200000000 / SHARES; i++)
        ;
}

static int count(void *arg)
{
    (void)arg;
    puts("One");
    for (int i = 0; i < SHARES; i++) {
        burn_share();
        int rc = troupe_yield(); /* suspends, and is ready again at once */
        if (rc < 0)
            return rc;
    }
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
