/*
 * Channels.
 *
 * Values pass directly between the two who meet: a sender copies into the memory of a receiver that
 * waits, a receiver copies out of the memory of a sender that waits.  Only what nobody waits for is
 * kept, in a ring behind the record.  From that follows what always holds, but for one who waits
 * at both ends in one select:
 *
 *   receivers wait  =>  nothing is kept and no sender waits
 *   senders wait    =>  as much is kept as there is room for, and no receiver waits
 */

#include "channel.h"

#include <errno.h>
#include <string.h>

static const struct object_class channel_class = {
    .name = "channel",
    .bytes = sizeof(struct channel),
};

struct channel *channel_find(const struct world *world, troupe_chan chan)
{
    return object_find(world, &channel_class, chan.value);
}

static void copy(const struct channel *channel, void *to, const void *from)
{
    if (channel->value_bytes > 0)
        memcpy(to, from, channel->value_bytes);
}

static void *slot(struct channel *channel, size_t index)
{
    return channel->values + (channel->first + index) % channel->capacity * channel->value_bytes;
}

static void keep(struct channel *channel, const void *value)
{
    TROUPE_CHECK(channel->count < channel->capacity);
    copy(channel, slot(channel, channel->count), value);
    channel->count++;
}

static void take_kept(struct channel *channel, void *value)
{
    TROUPE_CHECK(channel->count > 0);
    copy(channel, value, slot(channel, 0));
    channel->first = (channel->first + 1) % channel->capacity;
    channel->count--;
}

int channel_try_send(struct world *world, struct channel *channel, const void *value)
{
    if (channel->is_closed)
        return -EPIPE;
    struct entry *receiver = queue_first(&channel->object.queues[CHANNEL_RECEIVERS]);
    if (receiver != NULL) {
        copy(channel, receiver->value, value);
        queue_serve(world, receiver, 0);
        return 0;
    }
    if (channel->count == channel->capacity)
        return -EAGAIN;
    keep(channel, value);
    return 0;
}

int channel_try_recv(struct world *world, struct channel *channel, void *value)
{
    struct entry *sender = queue_first(&channel->object.queues[CHANNEL_SENDERS]);
    if (channel->count > 0) {
        take_kept(channel, value);
        if (sender != NULL)
            keep(channel, sender->value);
    } else if (sender != NULL) {
        copy(channel, value, sender->value);
    } else {
        return channel->is_closed ? -EPIPE : -EAGAIN;
    }
    if (sender != NULL)
        queue_serve(world, sender, 0);
    return 0;
}

/* Waits at one end of a channel; the partner who comes does the copying. */
static inline __attribute__((always_inline)) int
wait_at(struct world *world, struct queue *queue, void *value, troupe_ns limit,
        const struct troupe_site *site)
{
    struct pending pending;
    struct entry entry = {.value = value};
    pending_begin(world, &pending, &entry, 1, TRACE_REASON_CHAN, site);
    queue_join(queue, &pending, &entry);
    return pending_wait_inline(world, &pending, limit);
}

int troupe_chan_new_at(const struct troupe_site *site, troupe_chan *chan, size_t value_bytes,
                       size_t capacity)
{
    struct object *object;
    chan->value = 0;
    if (value_bytes > TROUPE_CHAN_VALUE_BYTES_MAX || capacity > TROUPE_CHAN_CAPACITY_MAX)
        return -EINVAL;
    int rc = object_create("troupe_chan_new", &channel_class, value_bytes * capacity, site,
                           &chan->value, &object);
    if (rc < 0)
        return rc;
    struct channel *channel = LIST_OWNER(object, struct channel, object);
    channel->value_bytes = value_bytes;
    channel->capacity = capacity;
    return 0;
}

int troupe_chan_send_at(const struct troupe_site *site, troupe_chan chan, const void *value,
                        troupe_ns limit)
{
    struct world *world = world_inside("troupe_chan_send");
    int rc = sched_checkpoint(&world->sched, site);
    if (rc < 0)
        return rc;
    struct channel *channel = channel_find(world, chan);
    if (channel == NULL)
        return object_missing(chan.value);
    rc = channel_try_send(world, channel, value);
    if (rc != -EAGAIN)
        return rc;
    return wait_at(world, &channel->object.queues[CHANNEL_SENDERS], (void *)value, limit, site);
}

int troupe_chan_recv_at(const struct troupe_site *site, troupe_chan chan, void *value,
                        troupe_ns limit)
{
    struct world *world = world_inside("troupe_chan_recv");
    int rc = sched_checkpoint(&world->sched, site);
    if (rc < 0)
        return rc;
    struct channel *channel = channel_find(world, chan);
    if (channel == NULL)
        return object_missing(chan.value);
    rc = channel_try_recv(world, channel, value);
    if (rc != -EAGAIN)
        return rc;
    return wait_at(world, &channel->object.queues[CHANNEL_RECEIVERS], value, limit, site);
}

int troupe_chan_close(troupe_chan chan)
{
    struct world *world = world_inside("troupe_chan_close");
    struct channel *channel = channel_find(world, chan);
    if (channel == NULL)
        return object_missing(chan.value);
    channel->is_closed = true;
    queue_serve_all(world, &channel->object.queues[CHANNEL_SENDERS], -EPIPE);
    queue_serve_all(world, &channel->object.queues[CHANNEL_RECEIVERS], -EPIPE);
    return 0;
}

size_t troupe_chan_count(troupe_chan chan)
{
    struct channel *channel = channel_find(world_inside("troupe_chan_count"), chan);
    return channel != NULL ? channel->count : 0;
}

void troupe_chan_free(troupe_chan *chan)
{
    struct world *world = world_inside("troupe_chan_free");
    struct channel *channel = channel_find(world, *chan);
    chan->value = 0;
    if (channel != NULL)
        object_destroy(world, &channel->object);
}
