/*
 * One workload of the runtime, measured: bench_runtime WORKLOAD prints lines "name value unit", the
 * main figure first.  The workloads and their names are those that other runtimes' drivers use, so
 * that they can be run side by side.  bench_runtime sleep1m handlers: the same with stackless
 * actors; so sleep100k, park100k and park1m.
 *
 *   switch     two actors yield to each other 10,000,000 times
 *   spawn      2,000,000 times: spawn one actor and let it run to its end
 *   spawn100k  100,000 actors alive at once, each woken and ended; then the same again, warm
 *   yield100k  100,000 actors yield 20 times each
 *   pingpong   a message to another actor and its answer, 1,000,000 times
 *   traced     the same 100,000 times, to be run with and without tracing
 *   ring       a message goes 1,000,000 times from actor to actor in a ring of 10,000
 *   fanin      1,000 actors send 1,000 messages each to one
 *   skynet     a tree of actors, ten children each, adds up the numbers of 1,000,000 leaves
 *   sleep100k  100,000 actors sleep for one second together; sleep1m: a million
 *   park100k   memory of 100,000 actors that wait, before they have started, and what is left of it
 *              once they have ended; park1m: a million
 *   xpingpong  a message to an actor on another loop and its answer, 100,000 times; the loops sleep
 *              meanwhile, unless TROUPE_SPIN says how long they look out first, in microseconds
 *   xthroughput  5,000,000 messages from one loop to another
 *   idle10k    memory of 10,000 connections on which nothing happens
 *   burst      two actors yield to each other 7,000 times while nobody waits for a trace; and the
 *              same with a reading of the processor's counter beside each switch
 *   record     two actors yield to each other 2,000,000 times: what is measured is the trace
 *   fork       what a bare fork takes
 *   echo PORT  serves the port for ever: bench_load is the load
 */

#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool stop;

static int yield_until_stop(void *arg)
{
    (void)arg;
    while (!stop)
        must(troupe_yield(), "yield");
    return 0;
}

static int bench_switch(void *arg)
{
    enum { rounds = 10000000 };
    (void)arg;
    must(troupe_spawn(yield_until_stop, NULL, NULL), "spawn");
    must(troupe_yield(), "yield");
    troupe_ns start = troupe_now();
    for (int i = 0; i < rounds; i++)
        must(troupe_yield(), "yield");
    print_figure("switch", "", ns_since(start, 2.0 * rounds), "ns");
    stop = true;
    return 0;
}

static int count_one(void *arg)
{
    ++*(int *)arg;
    return 0;
}

static int bench_spawn(void *arg)
{
    enum { rounds = 2000000 };
    int count = 0;
    (void)arg;
    troupe_ns start = troupe_now();
    for (int i = 0; i < rounds; i++) {
        must(troupe_spawn(count_one, &count, NULL), "spawn");
        must(troupe_yield(), "yield");
    }
    print_figure("spawn_seq", "", ns_since(start, rounds), "ns");
    return count == rounds ? 0 : -1;
}

/* Many actors wait for the end of one, the gate. */
static troupe_pid gate;
static long passed;

static int keep_gate(void *arg)
{
    (void)arg;
    stop = false;
    return yield_until_stop(NULL);
}

static int pass_gate(void *arg)
{
    (void)arg;
    int rc = troupe_join(gate, NULL, TROUPE_FOREVER);
    passed++;
    return rc;
}

static void spawn_waiting(long count)
{
    passed = 0;
    must(troupe_spawn(keep_gate, NULL, &gate), "spawn");
    for (long i = 0; i < count; i++)
        must(troupe_spawn(pass_gate, NULL, NULL), "spawn");
}

static void open_gate(long count)
{
    stop = true;
    while (passed < count)
        must(troupe_yield(), "yield");
}

static int bench_spawn100k(void *arg)
{
    enum { actors = 100000 };
    (void)arg;
    for (int round = 0; round < 2; round++) {
        troupe_ns start = troupe_now();
        spawn_waiting(actors);
        must(troupe_yield(), "yield");
        open_gate(actors);
        print_figure("spawn_conc", round == 0 ? "" : "_warm", ns_since(start, actors), "ns");
    }
    return 0;
}

static int yield_20(void *arg)
{
    (void)arg;
    for (int i = 0; i < 20; i++)
        must(troupe_yield(), "yield");
    passed++;
    return 0;
}

static int bench_yield100k(void *arg)
{
    enum { actors = 100000 };
    (void)arg;
    for (int i = 0; i < actors; i++)
        must(troupe_spawn(yield_20, NULL, NULL), "spawn");
    must(troupe_yield(), "yield");
    troupe_ns start = troupe_now();
    while (passed < actors)
        must(troupe_yield(), "yield");
    print_figure("yield100k", "", ns_since(start, 19.0 * actors), "ns");
    return 0;
}

static int sleep_1s(void *arg)
{
    (void)arg;
    return troupe_sleep(TROUPE_S(1));
}

static int bench_sleep(void *arg)
{
    const struct size *size = arg;
    double cpu = cpu_seconds();
    troupe_ns start = troupe_now();
    troupe_pid *pids = malloc((size_t)size->actors * sizeof *pids);
    for (long i = 0; i < size->actors; i++)
        must(troupe_spawn(sleep_1s, NULL, &pids[i]), "spawn");
    double spawned = ns_since(start, 1e9);
    for (long i = 0; i < size->actors; i++)
        must(troupe_join(pids[i], NULL, TROUPE_FOREVER), "join");
    free(pids);
    print_slept(size->name, start, spawned, cpu);
    return 0;
}

static int bench_park(void *arg)
{
    const struct size *size = arg;
    struct memory before = memory_now();
    spawn_waiting(size->actors);
    struct memory new = memory_now();
    for (int i = 0; i < 2; i++)
        must(troupe_yield(), "yield");
    print_memory(size, "", before, memory_now());
    print_memory(size, "_new", before, new);
    open_gate(size->actors);
    must(troupe_yield(), "yield");
    print_memory(size, "_left", before, memory_now());
    return 0;
}

static const struct workload workloads[] = {
    {{"switch", 0}, bench_switch, NULL},
    {{"spawn", 0}, bench_spawn, NULL},
    {{"spawn100k", 100000}, bench_spawn100k, NULL},
    {{"yield100k", 100000}, bench_yield100k, NULL},
    {{"pingpong", 0}, bench_pingpong, NULL},
    {{"traced", 0}, bench_traced, NULL},
    {{"ring", 0}, bench_ring, NULL},
    {{"fanin", 0}, bench_fanin, NULL},
    {{"skynet", 0}, bench_skynet, NULL},
    {{"sleep100k", 100000}, bench_sleep, bench_sleep_handlers},
    {{"sleep1m", 1000000}, bench_sleep, bench_sleep_handlers},
    {{"park100k", 100000}, bench_park, bench_park_handlers},
    {{"park1m", 1000000}, bench_park, bench_park_handlers},
    {{"burst", 0}, bench_burst, NULL},
    {{"record", 0}, bench_record, NULL},
    {{"xpingpong", 0}, bench_xpingpong, NULL},
    {{"xthroughput", 0}, bench_xthroughput, NULL},
};
#define WORKLOAD_COUNT (sizeof workloads / sizeof workloads[0])

int main(int argc, char **argv)
{
    bool handlers = argc == 3 && strcmp(argv[2], "handlers") == 0;
    for (size_t i = 0; (argc == 2 || handlers) && i < WORKLOAD_COUNT; i++) {
        troupe_fn run = handlers ? workloads[i].of_handlers : workloads[i].run;
        if (run != NULL && strcmp(argv[1], workloads[i].size.name) == 0)
            return troupe_run_on(&(troupe_options){.loops = argv[1][0] == 'x' ? 2 : 1}, run,
                                 (void *)&workloads[i].size) < 0;
    }
    if (argc == 3 && strcmp(argv[1], "echo") == 0)
        return troupe_run(bench_echo, argv[2]) < 0;
    if (argc == 2 && strcmp(argv[1], "fork") == 0)
        return bench_fork() < 0;
    if (argc == 2 && strcmp(argv[1], "idle10k") == 0)
        return troupe_run(bench_idle, argv[0]) < 0;
    if (argc == 3 && strcmp(argv[1], "idle_clients") == 0)
        return troupe_run(bench_idle_clients, argv[2]) < 0;
    fprintf(stderr, "usage: bench_runtime echo PORT, or WORKLOAD, one of:");
    for (size_t i = 0; i < WORKLOAD_COUNT; i++)
        fprintf(stderr, " %s", workloads[i].size.name);
    fprintf(stderr, " idle10k fork\n");
    return 2;
}
