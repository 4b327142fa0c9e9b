#ifndef MESSAGE_H
#define MESSAGE_H

/*
 * Messages from the inside.
 *
 * Small ones come from two pools of the world and carry their bytes behind the header:
 *
 *     64 bytes:  header 48 | 16 of payload
 *    256 bytes:  header 48 | 208 of payload
 *    larger:     header 48 | pointer to the payload, and how to release it
 *    outside:    header 48 | payload, from the heap: made by a thread that has no world
 *
 * A message that is sent to another loop goes there itself.  It is then foreign: whoever frees it
 * gives it back to the pool that it came from.
 */

#include <errno.h>
#include <string.h>

#include <troupe/message.h>

#include "actor.h"

#define MESSAGE_SMALL_BYTES 64
#define MESSAGE_LARGE_BYTES 256

enum message_store { MESSAGE_SMALL, MESSAGE_LARGE, MESSAGE_APART, MESSAGE_OUTSIDE };

struct troupe_msg {
    union {
        struct troupe_msg *prev; /* in the mailbox */
        struct inbox_link link;  /* on its way to another loop */
    };
    union {
        struct troupe_msg *next; /* in the mailbox */
        uint64_t to;             /* on its way to another loop: the receiver's pid */
    };
    uint64_t from; /* pid of the sender; 0: the runtime */
    uint64_t ref;  /* of the call that it asks for, or the monitor it comes from; otherwise 0 */
    uint32_t bytes;
    int32_t tag;
    uint32_t number;         /* in the trace, while that is recorded */
    uint32_t store : 2;      /* enum message_store */
    uint32_t is_exempt : 1;  /* does not count towards the mailbox's limit */
    uint32_t is_foreign : 1; /* from another world's pool */
    uint32_t stamp : 28;     /* in a mailbox: when it was put there, by sched->now_ms; on its way to
                                another loop: see post.h */
    union {
        char payload[1]; /* as long as it takes */
        struct {
            void *data;
            void (*release)(void *);
        } apart;
    };
};

#define MESSAGE_SMALL_PAYLOAD (MESSAGE_SMALL_BYTES - offsetof(struct troupe_msg, payload))
#define MESSAGE_LARGE_PAYLOAD (MESSAGE_LARGE_BYTES - offsetof(struct troupe_msg, payload))

_Static_assert(MESSAGE_SMALL_PAYLOAD == 16, "a small message fills a cache line");

#define MESSAGE_MS_MASK ((UINT32_C(1) << 28) - 1) /* 3.1 days */

/* How long it has been in the mailbox. */
static inline uint32_t message_age_ms(const struct troupe_msg *msg, uint32_t now_ms)
{
    return (now_ms - msg->stamp) & MESSAGE_MS_MASK;
}

/* A message with zeroed room for `bytes`; 0, -EINVAL or -ENOMEM. */
int message_create(struct world *world, int tag, size_t bytes, struct troupe_msg **msg);

/* Fills in the header of a message of the program's. */
static inline void message_fill(struct troupe_msg *msg, int tag, size_t bytes,
                                enum message_store store)
{
    msg->from = 0;
    msg->ref = 0;
    msg->bytes = (uint32_t)bytes;
    msg->tag = tag;
    msg->number = 0;
    msg->store = store;
    msg->is_exempt = false;
    msg->is_foreign = false;
    msg->stamp = 0;
}

/* What message_copy() and message_destroy() do with those that are not small. */
int message_copy_large(struct world *world, int tag, const void *data, size_t bytes,
                       struct troupe_msg **msg);
void message_destroy_large(struct world *world, struct troupe_msg *msg);

/* A message filled from `data`; 0, -EINVAL or -ENOMEM. */
static inline int message_copy(struct world *world, int tag, const void *data, size_t bytes,
                               struct troupe_msg **result)
{
    if (CHECK_UNLIKELY(tag < 0 || bytes > MESSAGE_SMALL_PAYLOAD))
        return message_copy_large(world, tag, data, bytes, result);
    struct troupe_msg *msg = slab_take(&world->messages_small);
    if (CHECK_UNLIKELY(msg == NULL))
        return -ENOMEM;
    message_fill(msg, tag, bytes, MESSAGE_SMALL);
    if (bytes == sizeof(int)) /* the usual sizes are not worth a call */
        memcpy(msg->payload, data, sizeof(int));
    else if (bytes == sizeof(void *))
        memcpy(msg->payload, data, sizeof(void *));
    else if (bytes > 0)
        memcpy(msg->payload, data, bytes);
    *result = msg;
    return 0;
}

static inline void message_destroy(struct world *world, struct troupe_msg *msg)
{
    if (CHECK_LIKELY(msg->store == MESSAGE_SMALL && !msg->is_foreign))
        slab_give(&world->messages_small, msg);
    else
        message_destroy_large(world, msg);
}

static inline void *message_data(const struct troupe_msg *msg)
{
    return msg->store == MESSAGE_APART ? msg->apart.data : (void *)msg->payload;
}

#endif
