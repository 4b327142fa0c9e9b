/*
 * Streams in a simulated network: the waiting, and the places that addresses stand for.
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "address.h"
#include "io.h"
#include "stream.h"

static struct net_wait **seat_of(struct stream *stream, int events)
{
    if (stream->listener != NULL)
        return &stream->listener->accepting;
    return events == TROUPE_READABLE ? &stream->end->reading : &stream->end->writing;
}

int memory_begin(struct stream *stream, int events, const struct troupe_site *site)
{
    if (stream->listener != NULL)
        return -ENOTCONN;
    int rc = sched_checkpoint(sched_here, site);
    return rc == 0 && *seat_of(stream, events) != NULL ? -EBUSY : rc;
}

int memory_wait(struct stream *stream, int events, const struct troupe_site *site)
{
    struct net_wait **seat = seat_of(stream, events);
    return net_wait(world_here()->net, seat, TROUPE_FOREVER, -ETIMEDOUT, site);
}

int memory_try_read(const struct stream *stream, void *buffer, size_t bytes)
{
    return net_try_read(stream->end, buffer, bytes);
}

int memory_write(struct world *world, troupe_stream name, const void *data, size_t bytes,
                 const struct troupe_site *site)
{
    struct stream *stream = stream_find(world, name);
    size_t done = 0;
    int rc =
        bytes <= TROUPE_STREAM_BYTES_MAX ? memory_begin(stream, TROUPE_WRITABLE, site) : -EINVAL;
    while (rc >= 0 && done < bytes) {
        stream = stream_find(world, name); /* others may have run */
        rc = stream != NULL ? net_try_write(stream->end, (const char *)data + done, bytes - done)
                            : -EBADF;
        if (rc > 0)
            done += (size_t)rc;
        else if (rc == -EAGAIN)
            rc = memory_wait(stream, TROUPE_WRITABLE, site);
    }
    return done > 0 || rc >= 0 ? (int)done : rc;
}

int memory_shut(const struct stream *stream)
{
    return stream->end != NULL ? net_shut(stream->end) : -ENOTCONN;
}

void memory_close(struct stream *stream)
{
    if (stream->end != NULL)
        net_close(stream->end);
    if (stream->listener != NULL)
        net_listener_close(stream->listener);
}

/* Names of the host itself, wherever one is. */
static bool is_own(const char *host)
{
    static const char *const names[] = {"localhost", "127.0.0.1", "::1", "0.0.0.0", "::"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(host, names[i]) == 0)
            return true;
    return false;
}

/* Where this address is, for the running actor; 0 or a negative code. */
static int find_place(struct world *world, const struct address_parts *parts,
                      struct net_place *place)
{
    *place = (struct net_place){.host = actor_self(world)->host, .port = (uint16_t)parts->port};
    if (parts->path != NULL)
        snprintf(place->path, sizeof place->path, "%s", parts->path);
    else if (!is_own(parts->host)) {
        int host = net_host(world->net, parts->host, strlen(parts->host));
        if (host < 0)
            return host;
        place->host = (uint8_t)host;
    }
    return 0;
}

int memory_dial(struct world *world, struct stream *stream, const struct address_parts *parts,
                const struct troupe_site *site)
{
    struct net_place to;
    int rc = find_place(world, parts, &to);
    return rc < 0 ? rc : net_dial(world->net, &to, &stream->end, site);
}

int memory_listen(struct world *world, struct stream *stream, const struct address_parts *parts)
{
    struct net_place at;
    int rc = find_place(world, parts, &at);
    if (rc == 0 && at.host != actor_self(world)->host)
        return -EADDRNOTAVAIL;
    return rc < 0 ? rc : net_listen(world->net, &at, &stream->listener);
}

int memory_accept(struct world *world, troupe_stream listener_name, struct stream *stream,
                  const struct troupe_site *site)
{
    int rc = sched_checkpoint(&world->sched, site);
    while (rc == 0) {
        struct stream *listener = stream_find(world, listener_name); /* others may have run */
        if (listener == NULL)
            return -EBADF;
        if (listener->listener->accepting != NULL)
            return -EBUSY;
        int found = net_try_accept(listener->listener, &stream->end);
        if (found != -EAGAIN)
            return found;
        rc = memory_wait(listener, TROUPE_READABLE, site);
    }
    return rc;
}

int memory_address(const struct stream *stream, bool is_peer, char *text, size_t bytes)
{
    const struct net *net = world_here()->net;
    if (stream->listener != NULL)
        return is_peer ? -ENOTCONN : net_place_text(net, &stream->listener->place, text, bytes);
    const struct net_end *end = is_peer ? net_peer(stream->end) : stream->end;
    return net_place_text(net, &end->place, text, bytes);
}

int troupe_net_pair_at(const struct troupe_site *site, troupe_stream ends[2])
{
    struct world *world = world_inside("troupe_net_pair");
    struct stream *streams[2];
    struct net_place place = {.host = actor_self(world)->host, .path = "pair"};
    ends[0].value = ends[1].value = 0;
    int rc = net_open(world);
    for (int i = 0; i < 2 && rc == 0; i++)
        rc = stream_create("troupe_net_pair", site, &ends[i], &streams[i]);
    struct net_link *link = rc == 0 ? net_link_create(world->net, &place, &place) : NULL;
    for (int i = 0; i < 2; i++) {
        if (link != NULL)
            streams[i]->end = &link->ends[i];
        else if (ends[i].value != 0)
            troupe_stream_close(&ends[i]);
    }
    return rc == 0 && link == NULL ? -ENOMEM : rc;
}
