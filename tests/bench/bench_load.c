/*
 * The load for an echo server: connections that each have one request under way.
 *
 *   bench_load PORT CONNECTIONS BYTES SECONDS
 *
 * After 0.3 s of warming up it counts.  Prints requests a second, and the median and the 99th
 * percentile of what a request took; "requests" is how many there were in all, warming up included,
 * for whoever divides the server's CPU time by them.
 */

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "figures.h"

enum { TRIES = 250, TRY_US = 20000, BATCH = 64, LATENCIES_MAX = 10000000, STALL_MS = 5000 };

static const double warm_s = 0.3;

struct connection {
    int fd;
    size_t got;
    double sent_s;
};

static float *latencies_us;
static size_t latency_count;
static long total;

static _Noreturn void give_up(const char *what)
{
    fprintf(stderr, "bench_load: %s: %s\n", what, strerror(errno));
    exit(1);
}

/* The server may not listen yet. */
static int dial(uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    int one = 1;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (int i = 0; i < TRIES; i++) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0) {
            setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
            fcntl(fd, F_SETFL, O_NONBLOCK);
            return fd;
        }
        close(fd);
        usleep(TRY_US);
    }
    give_up("nobody listens");
}

static void ask(struct connection *connection, const char *bytes, size_t size)
{
    connection->sent_s = clock_seconds();
    connection->got = 0;
    if (write(connection->fd, bytes, size) != (ssize_t)size)
        give_up("write");
}

/* Takes what has come; asks again when all of it has. */
static void take(struct connection *connection, char *bytes, size_t size)
{
    ssize_t count = read(connection->fd, bytes, size);
    if (count <= 0)
        give_up("the server has closed");
    connection->got += (size_t)count;
    if (connection->got < size)
        return;
    total++;
    if (latency_count < LATENCIES_MAX)
        latencies_us[latency_count++] = (float)((clock_seconds() - connection->sent_s) * 1e6);
    ask(connection, bytes, size);
}

static int compare(const void *left, const void *right)
{
    float a = *(const float *)left, b = *(const float *)right;
    return (a > b) - (a < b);
}

static void report(double seconds)
{
    if (latency_count == 0)
        give_up("no answer came");
    qsort(latencies_us, latency_count, sizeof *latencies_us, compare);
    print_figure("echo", "", (double)latency_count / seconds, "req/s");
    print_figure("echo", "_p50", latencies_us[latency_count / 2], "us");
    print_figure("echo", "_p99", latencies_us[latency_count * 99 / 100], "us");
    print_figure("requests", "", (double)total, "n");
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        fputs("usage: bench_load PORT CONNECTIONS BYTES SECONDS\n", stderr);
        return 2;
    }
    int count = atoi(argv[2]), poll = epoll_create1(0);
    size_t size = (size_t)atoi(argv[3]);
    struct connection *connections = calloc((size_t)count, sizeof *connections);
    char *bytes = calloc(1, size);
    latencies_us = malloc(LATENCIES_MAX * sizeof *latencies_us);
    for (int i = 0; i < count; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = &connections[i]};
        connections[i].fd = dial((uint16_t)atoi(argv[1]));
        epoll_ctl(poll, EPOLL_CTL_ADD, connections[i].fd, &event);
    }
    for (int i = 0; i < count; i++)
        ask(&connections[i], bytes, size);
    double start = clock_seconds() + warm_s, end = start + atof(argv[4]), now;
    bool warm = false;
    while ((now = clock_seconds()) < end) {
        struct epoll_event events[BATCH];
        int ready = epoll_wait(poll, events, BATCH, STALL_MS);
        if (ready == 0)
            give_up("the server has stalled");
        if (!warm && now >= start) {
            warm = true;
            start = now;
            latency_count = 0;
        }
        for (int i = 0; i < ready; i++)
            take(events[i].data.ptr, bytes, size);
    }
    report(now - start);
    return 0;
}
