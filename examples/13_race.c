/*
 * A race: three mirrors are asked, the first answer counts, and the others are cancelled.
 *
 * prints:
 *     asking mirror 0, 1 and 2
 *     mirror 0: cancelled
 *     mirror 2: cancelled
 *     mirror 1 was first, with status 200
 * look at: one mirror ends by itself, and that cancels the two others, long before their time
 */
#include <stdio.h>

#include <troupe.h>

static int ask(int mirror, troupe_ns takes)
{
    int rc = troupe_sleep(takes);
    if (rc < 0)
        printf("mirror %d: %s\n", mirror, troupe_strerror(rc));
    return rc < 0 ? rc : 200;
}

static int mirror_0(void *arg)
{
    (void)arg;
    return ask(0, TROUPE_S(60));
}

static int mirror_1(void *arg)
{
    (void)arg;
    return ask(1, TROUPE_MS(3));
}

static int mirror_2(void *arg)
{
    (void)arg;
    return ask(2, TROUPE_S(90));
}

static int amain(void *arg)
{
    (void)arg;
    int status;
    puts("asking mirror 0, 1 and 2");
    int first = troupe_race((troupe_fn[]){mirror_0, mirror_1, mirror_2}, 3, &status);
    if (first < 0)
        return first;
    printf("mirror %d was first, with status %d\n", first, status);
    return 0;
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
