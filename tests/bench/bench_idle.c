/*
 * Idle connections: what each costs the server in memory.  The clients are another process.
 */

#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

enum { IDLE_COUNT = 10000, SPARE_DESCRIPTORS = 100 };

static int connected;

/* Descriptors for all of them. */
static void raise_limit(void)
{
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur < IDLE_COUNT + SPARE_DESCRIPTORS)
        limit.rlim_cur = IDLE_COUNT + SPARE_DESCRIPTORS;
    if (limit.rlim_max < limit.rlim_cur)
        limit.rlim_max = limit.rlim_cur; /* as root */
    must(setrlimit(RLIMIT_NOFILE, &limit), "a limit of 10,100 open files");
}

static int hold(void *arg)
{
    char byte;
    connected++;
    return troupe_stream_read((troupe_stream){(uintptr_t)arg}, &byte, 1) < 0;
}

static int serve(void *listener)
{
    return troupe_stream_serve(*(troupe_stream *)listener, hold);
}

int bench_idle(void *program)
{
    char address[TROUPE_ADDRESS_BYTES];
    troupe_stream listener;
    troupe_process clients;
    raise_limit();
    must(troupe_listen(&listener, "tcp:127.0.0.1:0"), "listen");
    must(troupe_stream_address(listener, address, sizeof address), "address");
    must(troupe_spawn(serve, &listener, NULL), "spawn");
    must(troupe_yield(), "yield");
    double before_kib = status_kib("VmRSS") + status_kib("VmPTE");
    troupe_process_spec spec = {
        .argv = (const char *const[]){program, "idle_clients", address, NULL},
        .in = TROUPE_STDIO_PIPE, /* it ends with this program */
    };
    must(troupe_process_start(&spec, &clients), "start");
    while (connected < IDLE_COUNT)
        must(troupe_sleep(TROUPE_MS(10)), "sleep");
    double after_kib = status_kib("VmRSS") + status_kib("VmPTE");
    print_figure("idle10k", "", (after_kib - before_kib) * 1024 / IDLE_COUNT, "bytes");
    exit(0); /* which ends the clients, too */
}

int bench_idle_clients(void *address)
{
    raise_limit();
    for (int i = 0; i < IDLE_COUNT; i++) {
        troupe_stream stream;
        must(troupe_dial(&stream, address), "dial");
    }
    char byte;
    return troupe_read(0, &byte, 1); /* until the server has ended */
}
