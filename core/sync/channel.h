#ifndef CHANNEL_H
#define CHANNEL_H

/*
 * Channels from the inside: what calls and selects share.
 */

#include <troupe/channel.h>

#include "object.h"

/* Which of the object's queues is which. */
enum { CHANNEL_SENDERS, CHANNEL_RECEIVERS };

struct channel {
    struct object object;
    size_t value_bytes;
    size_t capacity;
    size_t first; /* index of the oldest value */
    size_t count; /* values that are in it */
    bool is_closed;
    char values[]; /* a ring */
};

/* The channel with this name, or NULL. */
struct channel *channel_find(const struct world *world, troupe_chan chan);

/* Sends or receives without waiting: 0, -EPIPE, or -EAGAIN if that would mean to wait. */
int channel_try_send(struct world *world, struct channel *channel, const void *value);
int channel_try_recv(struct world *world, struct channel *channel, void *value);

#endif
