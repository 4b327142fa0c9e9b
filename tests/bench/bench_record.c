/*
 * What recording costs, the program's side: bench_trace.py runs these with tracing and without.
 */

#include "bench.h"

#include <math.h>

static bool stop;

/* The reading of the processor's counter, of which recording needs one for each switch. */
static void read_counter(void)
{
#if defined(__x86_64__)
    (void)__builtin_ia32_rdtsc();
#endif
}

static int yield_until_stop(void *arg)
{
    const bool *reads = arg;
    while (!stop) {
        if (*reads)
            read_counter();
        must(troupe_yield(), "yield");
    }
    return 0;
}

static void switch_often(int rounds, bool reads)
{
    for (int i = 0; i < rounds; i++) {
        if (reads)
            read_counter();
        must(troupe_yield(), "yield");
    }
}

/* Switches in bursts that fill less of a ring than what wakes the writer, a quarter of its 65,536
 * records; in between the writer has the time that it wants.  The best burst counts: in others the
 * writer, which looks every tenth of a second, or the system has come between. */
static double best_burst(bool reads)
{
    enum { bursts = 20, rounds = 3500, records_a_round = 4 };
    _Static_assert(rounds * records_a_round < 65536 / 4, "a burst must not wake the writer");
    double best_ns = INFINITY;
    for (int i = 0; i < bursts; i++) {
        stop = false;
        must(troupe_sleep(TROUPE_MS(110)), "sleep");
        must(troupe_spawn(yield_until_stop, &reads, NULL), "spawn");
        must(troupe_yield(), "yield");
        troupe_ns start = troupe_now();
        switch_often(rounds, reads);
        best_ns = fmin(best_ns, ns_since(start, 2.0 * rounds));
        stop = true;
        must(troupe_yield(), "yield");
    }
    return best_ns;
}

int bench_burst(void *arg)
{
    (void)arg;
    print_figure("burst", "", best_burst(false), "ns");
    print_figure("burst", "_counter", best_burst(true), "ns");
    return 0;
}

/* Two million switches: six million lines, if they are recorded. */
int bench_record(void *arg)
{
    enum { rounds = 1000000 };
    bool reads = false;
    (void)arg;
    must(troupe_spawn(yield_until_stop, &reads, NULL), "spawn");
    switch_often(rounds, reads);
    stop = true;
    return 0;
}
