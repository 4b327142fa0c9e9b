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
 */

#include <troupe/message.h>

#include "actor.h"

#define MESSAGE_SMALL_BYTES 64
#define MESSAGE_LARGE_BYTES 256

enum message_store { MESSAGE_SMALL, MESSAGE_LARGE, MESSAGE_APART };

struct troupe_msg {
    struct troupe_msg *prev; /* in the mailbox */
    struct troupe_msg *next;
    uint64_t from;   /* pid of the sender; 0: the runtime */
    uint64_t ref;    /* of the call that it asks for, or the monitor it comes from; otherwise 0 */
    uint32_t bytes;
    int32_t tag;
    uint32_t number; /* in the trace, while that is recorded */
    uint8_t store;   /* enum message_store */
    bool is_exempt;  /* does not count towards the mailbox's limit */
    union {
        char payload[1]; /* as long as it takes */
        struct {
            void *data;
            void (*release)(void *);
        } apart;
    };
};

_Static_assert(offsetof(struct troupe_msg, payload) == 48, "16 bytes fit into a cache line");

/* A message with zeroed room for `bytes`; 0, -EINVAL or -ENOMEM. */
int message_create(struct world *world, int tag, size_t bytes, struct troupe_msg **msg);

/* The same, filled from `data`. */
int message_copy(struct world *world, int tag, const void *data, size_t bytes,
                 struct troupe_msg **msg);

void message_destroy(struct world *world, struct troupe_msg *msg);

static inline void *message_data(const struct troupe_msg *msg)
{
    return msg->store == MESSAGE_APART ? msg->apart.data : (void *)msg->payload;
}

#endif
