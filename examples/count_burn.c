/*
 * The three counts that compute instead of sleeping: three actors, one loop.
 *
 * prints: One Two One Two One Two, one word a line, as long as it takes
 * look at: B is as long as W, and P is close to 1: one loop uses one processor, however many actors
 *          there are; compare it with `count_threads burn` and `count_processes burn`
 */
#include <stdio.h>

#include <troupe.h>

/* Some tenths of a second of computing. */
static void burn(void)
{
    for (volatile long i = 0; i < 200000000; i++)
        ;
}

static int count(void *arg)
{
    (void)arg;
    puts("One");
    burn(); /* suspends nobody: the others wait for their turn */
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
