/* The exercise about threads, solved: calls that block run on the threads of the pool. */

#include <stdio.h>
#include <unistd.h>

#include <troupe.h>

static int block(void *arg)
{
    (void)arg;
    return usleep(10000);
}

static int count(void *arg)
{
    (void)arg;
    puts("One");
    int rc = troupe_offload(block, NULL, NULL, TROUPE_FOREVER);
    if (rc == 0)
        puts("Two");
    return rc;
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
