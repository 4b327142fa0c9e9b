/*
 * The echo server: an actor for each connection.
 */

#include "bench.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdlib.h>

/* Connections that wait to be accepted. */
#define BACKLOG 128

static int echo(void *arg)
{
    int fd = (int)(intptr_t)arg;
    char bytes[4096];
    int count;
    while ((count = troupe_read(fd, bytes, sizeof bytes)) > 0)
        if (troupe_write(fd, bytes, (size_t)count) != count)
            break;
    return troupe_close(fd);
}

int bench_echo(void *port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)atoi(port)),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int on = 1;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    must(bind(listener, (struct sockaddr *)&address, sizeof address), "bind");
    must(listen(listener, BACKLOG), "listen");
    for (;;) {
        int fd = troupe_accept(listener, NULL, NULL);
        must(fd, "accept");
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        must(troupe_spawn(echo, (void *)(intptr_t)fd, NULL), "spawn");
    }
}
