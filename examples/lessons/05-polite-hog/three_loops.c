/*
 * Three actors that compute as much as those of count_burn, and never give way: each on a loop of
 * its own, which is a thread.
 *
 * prints:
 *     3 have computed
 * look at: P, which is as large as there are processors to be had
 */
#include <stdio.h>

#include <troupe.h>

enum { COUNTS = 3 };

/* Some tenths of a second of computing. */
static void burn(void)
{
    for (volatile long i = 0; i < 200000000; i++)
        ;
}

static int count(void *arg)
{
    (void)arg;
    burn();
    return 0;
}

static int amain(void *arg)
{
    (void)arg;
    troupe_scope all;
    troupe_scope_open(&all, TROUPE_FOREVER);
    for (int i = 0; i < COUNTS; i++)
        troupe_scope_spawn_spec(&all, &(troupe_spec){.fn = count, .place = TROUPE_ON(i)}, NULL);
    int rc = troupe_scope_join(&all);
    printf("%d have computed\n", COUNTS);
    return rc;
}

int main(void)
{
    troupe_options options = {.loops = COUNTS};
    return troupe_run_on(&options, amain, NULL) < 0;
}
