/*
 * An actor that computes for a part of a second without letting anybody else run.
 *
 * with: TROUPE_STALL=100ms
 * prints:
 *     the clock ticks, late
 * says:
 *     troupe: cruncher <0.1.1>, spawned at computes_for_long.c:43, has held its loop for 100 ms and
 *         still does, computing; let the others run now and then with troupe_yield(), or give the
 *         work to troupe_offload()
 *     troupe:   in crunch, at computes_for_long.c:22
 *     troupe:   in cruncher, at computes_for_long.c:29
 */
#include <stdio.h>

#include <troupe.h>

static volatile unsigned long result = 1;

__attribute__((noinline)) static void crunch(int count)
{
    for (; count > 0; count--, result += 2862933555777941757 % (result | 1))
        continue;
}

static int cruncher(void *arg)
{
    (void)arg;
    crunch(60 * 1000 * 1000);
    return 0;
}

static int ticker(void *arg)
{
    (void)arg;
    puts("the clock ticks, late");
    return 0;
}

static int amain(void *arg)
{
    (void)arg;
    return troupe_gather((troupe_fn[]){cruncher, ticker}, 2, NULL);
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
