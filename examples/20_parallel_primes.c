/*
 * Parallel primes: four actors offload their part of a long count, and another one stays awake.
 *
 * prints:
 *     78498 primes below a million
 *     the clock ticked meanwhile
 * look at: the jobs lie on the tracks of the threads troupe-pool-1 and troupe-pool-2, at the same
 *          time, while the actors wait for them with the reason "offload"
 */
#include <stdbool.h>
#include <stdio.h>

#include <troupe.h>

#define PARTS 4
#define LIMIT 1000000

struct part {
    int from, below;
    int count;
};

static bool done;
static int ticks;

/* Runs on a thread of the pool, where no actor call may be made, and none is needed. */
static int count_primes(void *arg)
{
    struct part *part = arg;
    for (int n = part->from; n < part->below; n++) {
        bool is_prime = n > 1;
        for (int d = 2; is_prime && d <= n / d; d++)
            is_prime = n % d != 0;
        part->count += is_prime;
    }
    return 0;
}

static int worker(void *part)
{
    return troupe_offload(count_primes, part, NULL, TROUPE_FOREVER);
}

static int clock_hand(void *arg)
{
    (void)arg;
    int rc = 0;
    while (rc == 0 && !done) {
        ticks++;
        rc = troupe_sleep(TROUPE_MS(1));
    }
    return rc;
}

static int amain(void *arg)
{
    static struct part parts[PARTS]; /* not on the stack: a job may outlive an actor */
    troupe_scope scope;
    int count = 0;
    (void)arg;
    int rc = troupe_spawn(clock_hand, NULL, NULL);
    troupe_scope_open(&scope, TROUPE_FOREVER);
    for (int i = 0; rc == 0 && i < PARTS; i++) {
        parts[i].from = i * (LIMIT / PARTS);
        parts[i].below = (i + 1) * (LIMIT / PARTS);
        rc = troupe_scope_spawn(&scope, worker, &parts[i], NULL);
    }
    rc = troupe_scope_join(&scope);
    done = true;
    for (int i = 0; i < PARTS; i++)
        count += parts[i].count;
    printf("%d primes below a million\n", count);
    puts(ticks > 1 ? "the clock ticked meanwhile" : "the clock stood still");
    return rc;
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
