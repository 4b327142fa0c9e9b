/*
 * An echo server of bare libevent callbacks: the floor that a runtime on libevent can reach.
 *
 *   peer_libevent echo PORT   serves the port for ever
 */

#include <arpa/inet.h>
#include <errno.h>
#include <event2/event.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct event_base *base;

static void give_back(evutil_socket_t fd, short what, void *event)
{
    char bytes[4096];
    ssize_t count = read(fd, bytes, sizeof bytes);
    (void)what;
    if (count < 0 && errno == EAGAIN)
        return;
    if (count > 0 && write(fd, bytes, (size_t)count) == count)
        return;
    event_free(*(struct event **)event);
    free(event);
    close(fd);
}

static void take(evutil_socket_t listener, short what, void *arg)
{
    int one = 1, fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
    (void)what;
    (void)arg;
    if (fd < 0)
        return;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct event **event = malloc(sizeof *event);
    *event = event_new(base, fd, EV_READ | EV_PERSIST, give_back, event);
    event_add(*event, NULL);
}

int main(int argc, char **argv)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    int one = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (argc != 3 || strcmp(argv[1], "echo") != 0) {
        fputs("usage: peer_libevent echo PORT\n", stderr);
        return 2;
    }
    address.sin_port = htons((uint16_t)atoi(argv[2]));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0 ||
        listen(listener, 128) < 0) {
        perror("peer_libevent: listening");
        return 1;
    }
    base = event_base_new();
    event_add(event_new(base, listener, EV_READ | EV_PERSIST, take, NULL), NULL);
    return event_base_dispatch(base) < 0;
}
