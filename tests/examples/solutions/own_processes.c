/* The exercise about processes, solved: each actor that computes has one of its own. */

#include <stdio.h>

#include <troupe.h>

enum { COUNT = 3 };

static int compute(void *arg)
{
    (void)arg;
    for (volatile long i = 0; i < 1000000; i++)
        ;
    return 0;
}

static int amain(void *arg)
{
    (void)arg;
    troupe_scope all;
    troupe_scope_open(&all, TROUPE_FOREVER);
    for (int i = 0; i < COUNT; i++)
        troupe_scope_spawn_spec(&all, &(troupe_spec){.fn = compute, .place = TROUPE_PROCESS}, NULL);
    return troupe_scope_join(&all);
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
