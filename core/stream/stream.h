#ifndef STREAM_H
#define STREAM_H

/*
 * Streams from the inside: an object with a descriptor and a buffer, and, if it is encrypted, a TLS
 * session in between.
 *
 *     buffer   | taken | held           | room          |
 *              0       first            first + held    capacity
 */

#include <troupe/stream.h>

#include "net.h"
#include "object.h"
#include "tls.h"

struct stream {
    struct object object;
    int fd;       /* -1: none yet */
    char *buffer; /* NULL until something is read */
    size_t capacity;
    size_t first;                /* index of the oldest byte that has not been taken */
    size_t held;                 /* bytes that have not been taken */
    struct tls *tls;             /* NULL: not encrypted */
    struct tls_context *context; /* a listener's, for its connections; otherwise NULL */
    struct net_end *end;         /* in a simulated network, with no descriptor; otherwise NULL */
    struct net_listener *listener;
};

/* A stream without a descriptor, which belongs to the running actor; 0 or a negative code. */
int stream_create(const char *call, const struct troupe_site *site, troupe_stream *name,
                  struct stream **stream);

/* The stream with this name; or NULL, and then the code for that. */
struct stream *stream_find(const struct world *world, troupe_stream name);
int stream_missing(troupe_stream name);

/* Makes the handshake of an encrypted stream, in both directions of which the caller must be
 * alone: 0 or a negative code.  Like all that follows it looks the stream up again after each wait,
 * and -EBADF says that there is none any more. */
int secure_handshake(struct world *world, troupe_stream name, struct stream **stream,
                     const struct troupe_site *site);

/* As troupe_stream_write() and troupe_stream_shut(). */
int secure_write(struct world *world, troupe_stream name, const void *data, size_t bytes,
                 const struct troupe_site *site);
int secure_shut(struct world *world, troupe_stream name, const struct troupe_site *site);

/* --- memory.c: the same in a simulated network --- */

/* Whether the stream is there. */
static inline bool stream_is_simulated(const struct stream *stream)
{
    return stream->end != NULL || stream->listener != NULL;
}

/* The beginning of each call, as io_begin(), and a wait, as io_wait_owned(). */
int memory_begin(struct stream *stream, int events, const struct troupe_site *site);
int memory_wait(struct stream *stream, int events, const struct troupe_site *site);

/* As transfer_try_read(). */
int memory_try_read(const struct stream *stream, void *buffer, size_t bytes);

int memory_write(struct world *world, troupe_stream name, const void *data, size_t bytes,
                 const struct troupe_site *site);
int memory_shut(const struct stream *stream);
void memory_close(struct stream *stream);

struct address_parts;

/* Connects the stream, or lets it listen; the next connection of a listener, for a stream. */
int memory_dial(struct world *world, struct stream *stream, const struct address_parts *parts,
                const struct troupe_site *site);
int memory_listen(struct world *world, struct stream *stream, const struct address_parts *parts);
int memory_accept(struct world *world, troupe_stream listener_name, struct stream *stream,
                  const struct troupe_site *site);

/* The address of one of its ends, as text. */
int memory_address(const struct stream *stream, bool is_peer, char *text, size_t bytes);

#endif
