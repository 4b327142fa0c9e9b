/*
 * As many counts at once as one likes: ten thousand, unless another number is given.
 *
 *     ten_thousand [COUNTS]
 *
 * prints:
 *     10000 counts, each slept for a second
 * look at: W, still about a second; one thread; the lanes fold into a band
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <troupe.h>

static int slept;

static int count(void *arg)
{
    (void)arg;
    int rc = troupe_sleep(TROUPE_S(1));
    slept += rc == 0;
    return rc;
}

static int amain(void *arg)
{
    troupe_scope all;
    troupe_scope_open(&all, TROUPE_FOREVER);
    for (intptr_t i = 0; i < (intptr_t)arg; i++)
        troupe_scope_spawn(&all, count, NULL, NULL);
    int rc = troupe_scope_join(&all);
    printf("%d counts, each slept for a second\n", slept);
    return rc;
}

int main(int argc, char **argv)
{
    long counts = argc > 1 ? strtol(argv[1], NULL, 10) : 10000;
    return troupe_run(amain, (void *)(intptr_t)counts) < 0;
}
