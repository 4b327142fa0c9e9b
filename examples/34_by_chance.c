/*
 * Chance: three runners rest by lot, and who comes first is another one each time.
 *
 * prints:
 *     Three runners, and one of them was first.
 * look at: the three lanes, which are different in each run; record one with `troupe run --record`,
 *          and `troupe replay` has it again, as often as you like
 */
#include <stdio.h>

#include <troupe.h>

#define RUNNERS 3
#define LAPS 4

static int run_laps(void *arg)
{
    (void)arg;
    for (int i = 0; i < LAPS; i++) {
        int rc = troupe_sleep(TROUPE_MS(1 + troupe_random() % 5)); /* not rand(): see above */
        if (rc < 0)
            return rc;
    }
    return 0;
}

static int amain(void *arg)
{
    troupe_fn runners[RUNNERS] = {run_laps, run_laps, run_laps};
    int status;
    (void)arg;
    int rc = troupe_race(runners, RUNNERS, &status);
    if (rc < 0 || status < 0)
        return -1;
    troupe_trace_mark("there is a winner");
    puts("Three runners, and one of them was first.");
    return 0;
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
