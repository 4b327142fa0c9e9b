/* The staircase's exercise, solved: two at once, and the third when both have ended. */

#include <stdio.h>

#include <troupe.h>

static int count(void *arg)
{
    (void)arg;
    puts("One");
    int rc = troupe_sleep(TROUPE_S(1));
    if (rc == 0)
        puts("Two");
    return rc;
}

static int amain(void *arg)
{
    (void)arg;
    int rc = troupe_gather((troupe_fn[]){count, count}, 2, NULL);
    return rc < 0 ? rc : troupe_gather((troupe_fn[]){count}, 1, NULL);
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
