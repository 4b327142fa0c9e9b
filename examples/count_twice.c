/*
 * The counts sleep again after "Two": the whole takes two seconds, not six.
 *
 * prints: One One One Two Two Two, one word a line; ends after about two seconds
 * look at: three bursts of three switches, and two long waits that all three share
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
    return troupe_sleep(TROUPE_S(1));
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
