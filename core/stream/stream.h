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

#endif
