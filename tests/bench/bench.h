#ifndef BENCH_H
#define BENCH_H

/*
 * What the workloads of bench_runtime share.
 */

#include <troupe.h>

#include "figures.h"

/* The argument of a workload. */
struct size {
    const char *name;
    long actors;
};

/* `of_handlers` is the same with stackless actors, or NULL. */
struct workload {
    struct size size;
    troupe_fn run;
    troupe_fn of_handlers;
};

/* Resident, and in page tables, in KiB. */
struct memory {
    double resident, tables;
};

struct memory memory_now(void);

/* What had come between the two for each of the actors: NAME_rss and NAME_pte. */
void print_memory(const struct size *size, const char *suffix, struct memory before,
                  struct memory after);

/* The figures of sleepers, all of whom have woken. */
void print_slept(const char *name, troupe_ns start, double spawned_s, double cpu_before_s);

double ns_since(troupe_ns start, double count);

_Noreturn void give_up(int rc, const char *what);

/* A workload that could not be run is not measured: the driver stops. */
static inline void must(int rc, const char *what)
{
    if (rc < 0)
        give_up(rc, what);
}

/* The workloads with messages. */
int bench_pingpong(void *arg);
int bench_traced(void *arg);
int bench_ring(void *arg);
int bench_fanin(void *arg);
int bench_skynet(void *arg);

/* The workloads of many, with stackless actors. */
int bench_sleep_handlers(void *arg);
int bench_park_handlers(void *arg);

/* The workloads on two loops. */
int bench_xpingpong(void *arg);
int bench_xthroughput(void *arg);

/* Memory of idle connections; the program is this one, which is the clients', too. */
int bench_idle(void *program);
int bench_idle_clients(void *address);

/* What recording costs. */
int bench_burst(void *arg);
int bench_record(void *arg);

/* Bare forks; not inside an actor. */
int bench_fork(void);

/* The server that a load generator measures: serves the port that is its argument, for ever. */
int bench_echo(void *port);

#endif
