/*
 * Three actors sleep for 0.3, 0.1 and 0.2 seconds.  They are begun in the order of the list and end
 * in the order of their sleep, and the results are in the order of the list again.
 *
 * prints:
 *     one begins
 *     two begins
 *     three begins
 *     two ends
 *     three ends
 *     one ends
 *     results: 1 2 3
 * look at: where the lanes end, and that the whole takes as long as the longest of them
 */
#include <stdio.h>

#include <troupe.h>

static int work(const char *name, troupe_ns duration, int result)
{
    printf("%s begins\n", name);
    int rc = troupe_sleep(duration);
    if (rc == 0)
        printf("%s ends\n", name);
    return rc < 0 ? rc : result;
}

static int one(void *arg)
{
    (void)arg;
    return work("one", TROUPE_MS(300), 1);
}

static int two(void *arg)
{
    (void)arg;
    return work("two", TROUPE_MS(100), 2);
}

static int three(void *arg)
{
    (void)arg;
    return work("three", TROUPE_MS(200), 3);
}

static int amain(void *arg)
{
    (void)arg;
    int results[3];
    int rc = troupe_gather((troupe_fn[]){one, two, three}, 3, results);
    if (rc == 0)
        printf("results: %d %d %d\n", results[0], results[1], results[2]);
    return rc;
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
