/*
 * Making connections: dial, listen and accept, and the addresses at both ends.
 *
 * The stream is made before its socket, so that the socket is closed if the actor is killed while
 * it connects; until then its name is not told, so nobody else can close it.
 */

#include "stream.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "address.h"
#include "io.h"

/* A socket for this address, for the stream; 0 or a negative code. */
static int open_socket(struct world *world, struct stream *stream, const troupe_address *address)
{
    int type = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
    int fd = socket(address->storage.ss_family, type, 0);
    if (fd < 0)
        return -errno;
    io_reset(&world->sched, fd);
    stream->fd = fd;
    return 0;
}

static void close_socket(struct world *world, struct stream *stream)
{
    if (stream->fd < 0)
        return;
    io_reset(&world->sched, stream->fd);
    close(stream->fd);
    stream->fd = -1;
}

/* What is written goes out at once: small records are what streams are made for.  Sockets other
 * than TCP's know no such option, and need none. */
static void set_no_delay(int fd)
{
    int on = 1;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/* What the text stands for: how many addresses, or a negative code. */
static int resolve(const struct troupe_site *site, const char *text, struct address_parts *parts,
                   troupe_address found[ADDRESS_COUNT_MAX])
{
    int rc = address_split(text, parts);
    if (rc == 0 && parts->scheme == ADDRESS_UDP)
        rc = -EINVAL; /* datagrams make no stream */
    return rc < 0 ? rc : address_resolve(site, parts, found, ADDRESS_COUNT_MAX);
}

/* Connects to the first of these addresses that can be connected to; 0, or why not to the last. */
static int connect_to_any(struct world *world, struct stream *stream, const troupe_address *found,
                          int count, const struct troupe_site *site)
{
    int rc = -ECANCELED;
    for (int i = 0; i < count && rc < 0 && !world->sched.current->cancelled; i++) {
        const struct sockaddr *to = (const struct sockaddr *)&found[i].storage;
        troupe_ns limit = i < count - 1 ? TROUPE_DIAL_TRY_NS : TROUPE_FOREVER;
        close_socket(world, stream);
        rc = open_socket(world, stream, &found[i]);
        if (rc == 0) {
            set_no_delay(stream->fd);
            rc = io_connect(&world->sched, stream->fd, to, found[i].bytes, limit, site);
        }
    }
    return rc;
}

int troupe_dial_at(const struct troupe_site *site, troupe_stream *name, const char *text)
{
    struct world *world = world_inside("troupe_dial");
    troupe_address found[ADDRESS_COUNT_MAX];
    struct address_parts parts;
    troupe_stream made = {0};
    struct stream *stream;
    int count = resolve(site, text, &parts, found);
    int rc = count < 0 ? count : stream_create("troupe_dial", site, &made, &stream);
    if (rc == 0)
        rc = connect_to_any(world, stream, found, count, site);
    if (rc < 0)
        troupe_stream_close(&made);
    *name = made;
    return rc;
}

static int listen_at_any(struct world *world, struct stream *stream, const troupe_address *found,
                         int count)
{
    int rc = -ENXIO, on = 1;
    for (int i = 0; i < count && rc < 0; i++) {
        const struct sockaddr *at = (const struct sockaddr *)&found[i].storage;
        close_socket(world, stream);
        rc = open_socket(world, stream, &found[i]);
        if (rc == 0 &&
            (setsockopt(stream->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0 ||
             bind(stream->fd, at, found[i].bytes) < 0 || listen(stream->fd, SOMAXCONN) < 0))
            rc = -errno;
    }
    return rc;
}

int troupe_listen_at(const struct troupe_site *site, troupe_stream *name, const char *text)
{
    struct world *world = world_inside("troupe_listen");
    troupe_address found[ADDRESS_COUNT_MAX];
    struct address_parts parts;
    struct stream *stream;
    name->value = 0;
    int count = resolve(site, text, &parts, found);
    int rc = count < 0 ? count : stream_create("troupe_listen", site, name, &stream);
    if (rc == 0)
        rc = listen_at_any(world, stream, found, count);
    if (rc < 0)
        troupe_stream_close(name);
    return rc;
}

int troupe_stream_accept_at(const struct troupe_site *site, troupe_stream listener_name,
                            troupe_stream *name)
{
    struct world *world = world_inside("troupe_stream_accept");
    const struct stream *listener = stream_find(world, listener_name);
    troupe_stream made = {0};
    struct stream *stream;
    name->value = 0;
    if (listener == NULL)
        return stream_missing(listener_name);
    int listening = listener->fd;
    int rc = stream_create("troupe_stream_accept", site, &made, &stream);
    if (rc < 0)
        return rc;
    rc = troupe_accept_at(site, listening, NULL, NULL);
    if (rc < 0) {
        troupe_stream_close(&made);
        return rc;
    }
    stream->fd = rc;
    set_no_delay(rc);
    *name = made;
    return 0;
}

typedef int (*name_fn)(int fd, struct sockaddr *address, socklen_t *bytes);

static int tell_address(const struct world *world, troupe_stream name, name_fn ask, char *text,
                        size_t bytes)
{
    troupe_address address = {.bytes = sizeof address.storage};
    const struct stream *stream = stream_find(world, name);
    if (stream == NULL)
        return stream_missing(name);
    if (ask(stream->fd, (struct sockaddr *)&address.storage, &address.bytes) < 0)
        return -errno;
    return troupe_address_text(&address, "tcp", text, bytes);
}

int troupe_stream_shut(troupe_stream name)
{
    const struct stream *stream = stream_find(world_inside("troupe_stream_shut"), name);
    if (stream == NULL)
        return stream_missing(name);
    return shutdown(stream->fd, SHUT_WR) < 0 ? -errno : 0;
}

int troupe_stream_address(troupe_stream name, char *text, size_t bytes)
{
    return tell_address(world_inside("troupe_stream_address"), name, getsockname, text, bytes);
}

int troupe_stream_peer(troupe_stream name, char *text, size_t bytes)
{
    return tell_address(world_inside("troupe_stream_peer"), name, getpeername, text, bytes);
}
