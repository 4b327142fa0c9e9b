/*
 * What the workloads of bench_runtime share.
 */

#include "bench.h"

#include <stdio.h>
#include <stdlib.h>

double ns_since(troupe_ns start, double count)
{
    return (double)(troupe_now() - start) / count;
}

_Noreturn void give_up(int rc, const char *what)
{
    fprintf(stderr, "bench_runtime: %s: %s\n", what, troupe_strerror(rc));
    exit(1);
}

struct memory memory_now(void)
{
    return (struct memory){status_kib("VmRSS"), status_kib("VmPTE")};
}

void print_memory(const struct size *size, const char *suffix, struct memory before,
                  struct memory after)
{
    char name[32];
    double each = 1024.0 / (double)size->actors;
    snprintf(name, sizeof name, "%s%s", size->name, suffix);
    print_figure(name, "_rss", (after.resident - before.resident) * each, "B/each");
    print_figure(name, "_pte", (after.tables - before.tables) * each, "B/each");
}

void print_slept(const char *name, troupe_ns start, double spawned_s, double cpu_before_s)
{
    print_figure(name, "", ns_since(start, 1e9), "s");
    print_figure(name, "_spawned", spawned_s, "s");
    print_figure(name, "_cpu", cpu_seconds() - cpu_before_s, "cpu_s");
    print_figure(name, "_peak", status_kib("VmHWM") / 1024, "MiB");
}
