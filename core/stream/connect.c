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
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "address.h"
#include "io.h"
#include "tape.h"

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

/* Takes an address apart that a stream can have. */
static int split(const struct world *world, const char *text, struct address_parts *parts)
{
    int rc = address_split(text, parts);
    if (rc == 0 && parts->scheme == ADDRESS_TLS)
        tape_refuse("it encrypts a stream, with keys that are made by chance");
    if (rc == 0 && parts->scheme == ADDRESS_TLS && net_simulated(world) != NULL)
        return -ENOTSUP;
    return rc == 0 && parts->scheme == ADDRESS_UDP ? -EINVAL : rc; /* datagrams make no stream */
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
    if (rc == 0)
        io_reset(&world->sched, stream->fd); /* from now on it is watched to be read from */
    return rc;
}

/* Makes a client's session over the stream, and its handshake. */
static int secure(struct world *world, troupe_stream name, struct stream **stream, const char *host,
                  const troupe_tls_options *options, const struct troupe_site *site)
{
    const char *whose = options->name != NULL ? options->name : host;
    int rc = tls_open((*stream)->context, whose, options->insecure, (*stream)->fd, &(*stream)->tls);
    if (rc < 0)
        return rc;
    tls_context_destroy((*stream)->context); /* that is a listener's from now on */
    (*stream)->context = NULL;
    return secure_handshake(world, name, stream, site);
}

/* Puts a failure into words, unless that has been done. */
static void explain(const troupe_tls_options *options, const struct stream *stream,
                    const char *address, int code)
{
    const char *why = stream != NULL && stream->tls != NULL ? tls_why(stream->tls) : "";
    if (options->why == NULL || options->why_bytes == 0)
        return;
    if (why[0] != '\0')
        snprintf(options->why, options->why_bytes, "%s", why);
    else if (options->why[0] == '\0')
        snprintf(options->why, options->why_bytes, "%.120s: %s", address, troupe_strerror(code));
}

static int dial(const char *call, const struct troupe_site *site, troupe_stream *name,
                const char *text, const troupe_tls_options *options)
{
    struct world *world = world_inside(call);
    troupe_address found[ADDRESS_COUNT_MAX];
    struct address_parts parts;
    troupe_stream made = {0};
    struct stream *stream = NULL;
    int rc = split(world, text, &parts);
    if (rc == 0)
        rc = stream_create(call, site, &made, &stream);
    if (rc == 0 && parts.scheme == ADDRESS_TLS)
        rc = tls_context_create(site, options, false, &stream->context);
    if (rc == 0 && net_simulated(world) != NULL)
        rc = memory_dial(world, stream, &parts, site);
    else if (rc == 0)
        rc = address_resolve(site, &parts, found, ADDRESS_COUNT_MAX);
    if (rc > 0)
        rc = connect_to_any(world, stream, found, rc, site);
    if (rc == 0 && parts.scheme == ADDRESS_TLS)
        rc = secure(world, made, &stream, parts.host, options, site);
    if (rc < 0) {
        explain(options, stream, text, rc);
        troupe_stream_close(&made);
    }
    *name = made;
    return rc;
}

int troupe_dial_at(const struct troupe_site *site, troupe_stream *name, const char *text)
{
    return dial("troupe_dial", site, name, text, &(troupe_tls_options){.why = NULL});
}

/* The options of a call for encrypted streams; those that are not given are all default. */
static troupe_tls_options begin_options(const troupe_tls_options *options)
{
    troupe_tls_options begun = options != NULL ? *options : (troupe_tls_options){.why = NULL};
    if (begun.why != NULL && begun.why_bytes > 0)
        begun.why[0] = '\0';
    return begun;
}

static bool is_tls(const char *text)
{
    struct address_parts parts;
    return address_split(text, &parts) == 0 && parts.scheme == ADDRESS_TLS;
}

int troupe_tls_dial_at(const struct troupe_site *site, troupe_stream *name, const char *text,
                       const troupe_tls_options *options)
{
    troupe_tls_options begun = begin_options(options);
    name->value = 0;
    if (is_tls(text))
        return dial("troupe_tls_dial", site, name, text, &begun);
    explain(&begun, NULL, text, -EINVAL);
    return -EINVAL;
}

static int listen_now(int fd, const troupe_address *at)
{
    int on = 1;
    return setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0 ||
                   bind(fd, (const struct sockaddr *)&at->storage, at->bytes) < 0 ||
                   listen(fd, SOMAXCONN) < 0
               ? -errno
               : 0;
}

static int listen_at_any(struct world *world, struct stream *stream, const troupe_address *found,
                         int count)
{
    int rc = -ENXIO;
    for (int i = 0; i < count && rc < 0; i++) {
        close_socket(world, stream);
        rc = open_socket(world, stream, &found[i]);
        if (rc == 0)
            rc = TAPE(LISTEN, listen_now(stream->fd, &found[i]));
    }
    return rc;
}

static int listen_with(const char *call, const struct troupe_site *site, troupe_stream *name,
                       const char *text, const troupe_tls_options *options)
{
    struct world *world = world_inside(call);
    troupe_address found[ADDRESS_COUNT_MAX];
    struct address_parts parts;
    struct stream *stream;
    name->value = 0;
    int rc = split(world, text, &parts);
    if (rc == 0)
        rc = stream_create(call, site, name, &stream);
    if (rc == 0 && parts.scheme == ADDRESS_TLS)
        rc = tls_context_create(site, options, true, &stream->context);
    if (rc == 0 && net_simulated(world) != NULL)
        rc = memory_listen(world, stream, &parts);
    else if (rc == 0)
        rc = address_resolve(site, &parts, found, ADDRESS_COUNT_MAX);
    if (rc > 0)
        rc = listen_at_any(world, stream, found, rc);
    if (rc < 0) {
        explain(options, NULL, text, rc);
        troupe_stream_close(name);
    }
    return rc;
}

int troupe_listen_at(const struct troupe_site *site, troupe_stream *name, const char *text)
{
    return listen_with("troupe_listen", site, name, text, &(troupe_tls_options){.why = NULL});
}

int troupe_tls_listen_at(const struct troupe_site *site, troupe_stream *name, const char *text,
                         const troupe_tls_options *options)
{
    troupe_tls_options begun = begin_options(options);
    name->value = 0;
    if (is_tls(text))
        return listen_with("troupe_tls_listen", site, name, text, &begun);
    explain(&begun, NULL, text, -EINVAL);
    return -EINVAL;
}

/* A new stream for the next connection of a listener; 0 or a negative code. */
static int accept_into(struct world *world, troupe_stream listener_name, int listening,
                       struct stream *stream, const struct troupe_site *site)
{
    int rc = troupe_accept_at(site, listening, NULL, NULL);
    if (rc < 0)
        return rc;
    stream->fd = rc;
    set_no_delay(rc);
    const struct stream *listener = stream_find(world, listener_name); /* it has waited */
    if (listener == NULL)
        return -EBADF;
    return listener->context == NULL
               ? 0
               : tls_open(listener->context, NULL, false, stream->fd, &stream->tls);
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
    bool is_simulated = stream_is_simulated(listener);
    int rc = stream_create("troupe_stream_accept", site, &made, &stream);
    if (rc == 0 && is_simulated)
        rc = memory_accept(world, listener_name, stream, site);
    else if (rc == 0)
        rc = accept_into(world, listener_name, listening, stream, site);
    if (rc < 0)
        troupe_stream_close(&made);
    *name = made;
    return rc;
}

static int ask_address(int fd, bool is_peer, troupe_address *address)
{
    struct sockaddr *own = (struct sockaddr *)&address->storage;
    int rc =
        is_peer ? getpeername(fd, own, &address->bytes) : getsockname(fd, own, &address->bytes);
    return rc < 0 ? -errno : 0;
}

static int tell_address(const struct world *world, troupe_stream name, bool is_peer, char *text,
                        size_t bytes)
{
    troupe_address address = {.bytes = sizeof address.storage};
    const struct stream *stream = stream_find(world, name);
    if (stream == NULL)
        return stream_missing(name);
    if (stream_is_simulated(stream))
        return memory_address(stream, is_peer, text, bytes);
    int rc = TAPE(NAME, ask_address(stream->fd, is_peer, &address));
    if (rc < 0)
        return rc;
    address.bytes = (socklen_t)tape_pass(RECORDING_DETAIL, address.bytes);
    tape_bytes(&address.storage, sizeof address.storage);
    bool is_encrypted = stream->tls != NULL || stream->context != NULL;
    return troupe_address_text(&address, is_encrypted ? "tls" : "tcp", text, bytes);
}

int troupe_stream_shut_at(const struct troupe_site *site, troupe_stream name)
{
    struct world *world = world_inside("troupe_stream_shut");
    const struct stream *stream = stream_find(world, name);
    if (stream == NULL)
        return stream_missing(name);
    if (stream->tls != NULL)
        return secure_shut(world, name, site);
    if (stream_is_simulated(stream))
        return memory_shut(stream);
    return TAPE(SHUT, shutdown(stream->fd, SHUT_WR) < 0 ? -errno : 0);
}

int troupe_stream_address(troupe_stream name, char *text, size_t bytes)
{
    return tell_address(world_inside("troupe_stream_address"), name, false, text, bytes);
}

int troupe_stream_peer(troupe_stream name, char *text, size_t bytes)
{
    return tell_address(world_inside("troupe_stream_peer"), name, true, text, bytes);
}
