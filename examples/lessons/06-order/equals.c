/*
 * Three actors that do the same and sleep equally long.  First come, first served: unless a seed
 * gives the turns by lot (`troupe run --seed 7 ./equals`), and then every order is legal.
 *
 * prints: 1 2 3 1 2 3, one word a line
 * look at: the order of the turns, with and without a seed
 */
#include <stdint.h>
#include <stdio.h>

#include <troupe.h>

static int tell(void *number)
{
    printf("%d\n", (int)(intptr_t)number);
    int rc = troupe_sleep(TROUPE_MS(100));
    if (rc == 0)
        printf("%d\n", (int)(intptr_t)number);
    return rc;
}

static int amain(void *arg)
{
    (void)arg;
    troupe_scope all;
    troupe_scope_open(&all, TROUPE_FOREVER);
    for (intptr_t i = 1; i <= 3; i++)
        troupe_scope_spawn(&all, tell, (void *)i, NULL);
    return troupe_scope_join(&all);
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
