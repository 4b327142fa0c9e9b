/*
 * Encrypted streams: the waiting between the steps of a session, and the calls that only they have.
 *
 * One actor alone makes the handshake, in both directions.  After it each direction has its own
 * actor again: a reader never sends more than there is room for, and a writer never reads.
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "io.h"
#include "stream.h"

/* How much is encrypted at once before it is sent: four records, in one system call. */
#define PUT_BYTES_MAX 65536

/* Waits, and looks the stream up again; 0 or a negative code. */
static int wait_for(struct world *world, troupe_stream name, struct stream **stream, int events,
                    const struct troupe_site *site)
{
    int rc = io_wait_owned(&world->sched, (*stream)->fd, events, site);
    if (rc < 0)
        return rc;
    *stream = stream_find(world, name);
    return *stream != NULL ? 0 : -EBADF;
}

/* Sends all that is to be sent; 0 or a negative code. */
static int flush(struct world *world, troupe_stream name, struct stream **stream,
                 const struct troupe_site *site)
{
    int rc;
    while ((rc = tls_flush((*stream)->tls)) == -EAGAIN) {
        rc = wait_for(world, name, stream, TROUPE_WRITABLE, site);
        if (rc < 0)
            break;
    }
    return rc;
}

int secure_handshake(struct world *world, troupe_stream name, struct stream **stream,
                     const struct troupe_site *site)
{
    int both = TROUPE_READABLE | TROUPE_WRITABLE;
    int rc = io_begin(&world->sched, (*stream)->fd, both, site);
    if (rc < 0)
        return rc;
    *stream = stream_find(world, name); /* others may have run */
    if (*stream == NULL)
        return -EBADF;
    do {
        int step = tls_shake_hands((*stream)->tls);
        if (step < 0 && step != -EAGAIN) {
            (void)tls_flush((*stream)->tls); /* tells the other side why */
            return step;
        }
        rc = flush(world, name, stream, site);
        if (rc == 0 && step == 0)
            return 0;
        if (rc == 0)
            rc = wait_for(world, name, stream, TROUPE_READABLE, site);
    } while (rc == 0);
    return rc;
}

/* The beginning of each call that writes. */
static int begin(struct world *world, troupe_stream name, struct stream **stream,
                 const struct troupe_site *site)
{
    *stream = stream_find(world, name);
    if (*stream == NULL)
        return stream_missing(name);
    if (!tls_is_ready((*stream)->tls))
        return secure_handshake(world, name, stream, site);
    int rc = io_begin(&world->sched, (*stream)->fd, TROUPE_WRITABLE, site);
    if (rc < 0)
        return rc;
    *stream = stream_find(world, name); /* others may have run */
    return *stream != NULL ? 0 : -EBADF;
}

int secure_write(struct world *world, troupe_stream name, const void *data, size_t bytes,
                 const struct troupe_site *site)
{
    struct stream *stream;
    size_t done = 0;
    int rc = bytes <= TROUPE_STREAM_BYTES_MAX ? begin(world, name, &stream, site) : -EINVAL;
    if (rc == 0)
        rc = flush(world, name, &stream, site); /* what an interrupted write has left */
    while (rc == 0 && done < bytes) {
        size_t rest = bytes - done;
        rc = tls_put(stream->tls, (const char *)data + done,
                     rest < PUT_BYTES_MAX ? rest : PUT_BYTES_MAX);
        if (rc <= 0)
            break;
        size_t put = (size_t)rc;
        rc = flush(world, name, &stream, site);
        bool is_lost = rc < 0 && stream != NULL && tls_flush(stream->tls) == rc;
        done += is_lost ? 0 : put;
    }
    return done > 0 || rc >= 0 ? (int)done : rc;
}

int secure_shut(struct world *world, troupe_stream name, const struct troupe_site *site)
{
    struct stream *stream;
    int rc = begin(world, name, &stream, site);
    if (rc == 0)
        rc = tls_put_end(stream->tls);
    if (rc == 0)
        rc = flush(world, name, &stream, site);
    if (rc < 0)
        return rc;
    return shutdown(stream->fd, SHUT_WR) < 0 ? -errno : 0;
}

/* The session of a stream; NULL, and the code for that, if there is none. */
static struct tls *find(const char *call, troupe_stream name, int *code)
{
    const struct stream *stream = stream_find(world_inside(call), name);
    *code = stream == NULL ? stream_missing(name) : -EINVAL;
    return stream != NULL ? stream->tls : NULL;
}

int troupe_tls_handshake_at(const struct troupe_site *site, troupe_stream name)
{
    struct world *world = world_inside("troupe_tls_handshake");
    struct stream *stream = stream_find(world, name);
    if (stream == NULL)
        return stream_missing(name);
    if (stream->tls == NULL)
        return -EINVAL;
    if (tls_is_ready(stream->tls))
        return sched_checkpoint(&world->sched, site);
    return secure_handshake(world, name, &stream, site);
}

int troupe_tls_protocol(troupe_stream name, char *text, size_t bytes)
{
    int code;
    const struct tls *tls = find("troupe_tls_protocol", name, &code);
    return tls != NULL ? tls_protocol(tls, text, bytes) : code;
}

int troupe_tls_peer(troupe_stream name, char *text, size_t bytes)
{
    int code;
    const struct tls *tls = find("troupe_tls_peer", name, &code);
    return tls != NULL ? tls_peer(tls, text, bytes) : code;
}

int troupe_tls_why(troupe_stream name, char *text, size_t bytes)
{
    int code;
    const struct tls *tls = find("troupe_tls_why", name, &code);
    if (tls == NULL)
        return code;
    return (size_t)snprintf(text, bytes, "%s", tls_why(tls)) < bytes ? 0 : -ENAMETOOLONG;
}
