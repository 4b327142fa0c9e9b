/*
 * The three counts, of which the middle one sleeps as if it were alone: it holds the only thread.
 *
 * prints:
 *     One
 *     One
 *     Two
 *     One
 *     Two
 *     Two
 * look at: the third lane, ready for a second and not running; the longest hold, one second
 */
#include <stdio.h>
#include <unistd.h>

#include <troupe.h>

static int count(void *arg)
{
    (void)arg;
    puts("One");
    int rc = troupe_sleep(TROUPE_S(1)); /* suspends: the others run meanwhile */
    if (rc == 0)
        puts("Two");
    return rc;
}

static int frozen_count(void *arg)
{
    (void)arg;
    puts("One");
    sleep(1); /* blocks the thread, and so the loop, and so everybody */
    puts("Two");
    return 0;
}

static int amain(void *arg)
{
    (void)arg;
    return troupe_gather((troupe_fn[]){count, frozen_count, count}, 3, NULL);
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
