/*
 * How connections come to be: a dial travels to its listener, and the answer travels back.
 */

#include "net.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "alloc.h"

/* Ports from here on are for those who ask for none: as the registry of ports has it. */
#define PORT_FREE_MIN 49152
#define PORT_FREE_MAX 65535

static bool is_same(const struct net_place *a, const struct net_place *b)
{
    return a->host == b->host && a->port == b->port && strcmp(a->path, b->path) == 0;
}

static struct net_listener *find(const struct net *net, const struct net_place *place)
{
    for (struct list_link *link = list_first(&net->listeners); link != NULL;
         link = list_next(&net->listeners, link))
        if (is_same(&LIST_OWNER(link, struct net_listener, link)->place, place))
            return LIST_OWNER(link, struct net_listener, link);
    return NULL;
}

/* A port of this host that nobody listens at; 0: there is none. */
static uint16_t take_port(struct net *net, uint8_t host)
{
    struct net_place place = {.host = host};
    for (int i = PORT_FREE_MIN; i <= PORT_FREE_MAX; i++) {
        net->port_next = net->port_next < PORT_FREE_MIN || net->port_next == PORT_FREE_MAX
                             ? PORT_FREE_MIN
                             : (uint16_t)(net->port_next + 1);
        place.port = net->port_next;
        if (find(net, &place) == NULL)
            return place.port;
    }
    return 0;
}

/* From one host to the other, which takes as long as the line is cut, and then its time. */
static int travel(struct net *net, uint8_t from, uint8_t to, int64_t deadline_ns,
                  const struct troupe_site *site)
{
    struct net_wait *seat = NULL;
    bool is_lost;
    int rc;
    do {
        is_lost = net_is_cut(net, from, to);
        if (is_lost)
            rc = net_wait(net, NULL, sched_rest(deadline_ns), -ETIMEDOUT, site);
        else
            rc = net_wait(net, &seat, net_delay(net, net_line_of(net, from, to)), 0, site);
        is_lost = is_lost || net_is_cut(net, from, to);
    } while (rc == 0 && is_lost);
    return rc;
}

int net_dial(struct net *net, const struct net_place *to, struct net_end **end,
             const struct troupe_site *site)
{
    int64_t deadline_ns = sched_deadline(TROUPE_NET_DIAL_NS);
    struct net_place from = {.host = actor_self(world_here())->host};
    int rc = sched_checkpoint(net->sched, site);
    if (rc == 0)
        rc = travel(net, from.host, to->host, deadline_ns, site);
    if (rc < 0)
        return rc;
    struct net_listener *listener = find(net, to);
    if (to->path[0] == '\0')
        from.port = take_port(net, from.host);
    struct net_link *link = listener != NULL ? net_link_create(net, &from, to) : NULL;
    if (link != NULL) {
        *end = &link->ends[0];
        list_push(&listener->backlog, &link->next);
        net_wake(net, listener->accepting, 0);
    }
    rc = travel(net, to->host, from.host, deadline_ns, site);
    if (rc < 0)
        return rc;
    if (listener == NULL)
        return to->path[0] != '\0' ? -ENOENT : -ECONNREFUSED;
    return link != NULL ? link->ends[0].error : -ENOMEM;
}

int net_listen(struct net *net, const struct net_place *at, struct net_listener **result)
{
    struct net_place place = *at;
    if (place.path[0] == '\0' && place.port == 0)
        place.port = take_port(net, place.host);
    if (find(net, &place) != NULL || (place.path[0] == '\0' && place.port == 0))
        return -EADDRINUSE;
    struct net_listener *listener = alloc_zeroed(sizeof *listener);
    if (listener == NULL)
        return -ENOMEM;
    listener->net = net;
    listener->place = place;
    list_push(&net->listeners, &listener->link);
    *result = listener;
    return 0;
}

int net_try_accept(struct net_listener *listener, struct net_end **end)
{
    struct list_link *first = list_first(&listener->backlog);
    if (first == NULL)
        return -EAGAIN;
    list_remove(&listener->backlog, first);
    *end = &LIST_OWNER(first, struct net_link, next)->ends[1];
    return 0;
}

void net_listener_close(struct net_listener *listener)
{
    struct list_link *first;
    while ((first = list_first(&listener->backlog)) != NULL) {
        struct net_link *link = LIST_OWNER(first, struct net_link, next);
        list_remove(&listener->backlog, first);
        net_link_break(link);
        net_close(&link->ends[1]);
    }
    net_wake(listener->net, listener->accepting, -EBADF);
    list_remove(&listener->net->listeners, &listener->link);
    alloc_free(listener);
}

int net_place_text(const struct net *net, const struct net_place *place, char *text, size_t bytes)
{
    int length = place->path[0] != '\0'
                     ? snprintf(text, bytes, "unix:%s", place->path)
                     : snprintf(text, bytes, "tcp:%s:%u", net->hosts[place->host], place->port);
    return (size_t)length < bytes ? 0 : -ENAMETOOLONG;
}
