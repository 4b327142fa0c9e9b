#ifndef BENCH_H
#define BENCH_H

/*
 * What the workloads of bench_runtime share.
 */

#include <troupe.h>

/* The argument of a workload. */
struct size {
    const char *name;
    long actors;
};

struct workload {
    struct size size;
    troupe_fn run;
};

/* Prints one line: "name value unit". */
void print_figure(const char *name, const char *suffix, double value, const char *unit);

/* A line of /proc/self/status in KiB; 0 if it is not there. */
double status_kib(const char *key);

double cpu_seconds(void);

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
int bench_ring(void *arg);
int bench_fanin(void *arg);
int bench_skynet(void *arg);

/* The workloads on two loops. */
int bench_xpingpong(void *arg);
int bench_xthroughput(void *arg);

/* Memory of idle connections; the program is this one, which is the clients', too. */
int bench_idle(void *program);
int bench_idle_clients(void *address);

/* What recording costs; and a load for the server, whose port is the argument. */
int bench_burst(void *arg);
int bench_record(void *arg);
int bench_echo_load(void *port);

/* Bare forks; not inside an actor. */
int bench_fork(void);

/* The server that a load generator measures: serves the port that is its argument, for ever. */
int bench_echo(void *port);

#endif
