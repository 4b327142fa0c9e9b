#ifndef STREAM_H
#define STREAM_H

/*
 * Streams from the inside: an object with a descriptor and a buffer.
 *
 *     buffer   | taken | held           | room          |
 *              0       first            first + held    capacity
 */

#include <troupe/stream.h>

#include "object.h"

struct stream {
    struct object object;
    int fd;       /* -1: none yet */
    char *buffer; /* NULL until something is read */
    size_t capacity;
    size_t first; /* index of the oldest byte that has not been taken */
    size_t held;  /* bytes that have not been taken */
};

/* A stream without a descriptor, which belongs to the running actor; 0 or a negative code. */
int stream_create(const char *call, const struct troupe_site *site, troupe_stream *name,
                  struct stream **stream);

/* The stream with this name; or NULL, and then the code for that. */
struct stream *stream_find(const struct world *world, troupe_stream name);
int stream_missing(troupe_stream name);

#endif
