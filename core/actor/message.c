/*
 * Making, reading and freeing messages.
 */

#include "message.h"

#include <errno.h>
#include <string.h>

#include "alloc.h"

_Static_assert(MESSAGE_LARGE_PAYLOAD >= TROUPE_MSG_INLINE_BYTES, "what the header promises");

/* A message with room for `inside` bytes behind its header, or, if they do not fit, for a pointer;
 * `bytes` is what it says of its payload. */
static int create(struct world *world, int tag, size_t bytes, size_t inside,
                  struct troupe_msg **result)
{
    enum message_store store = MESSAGE_APART;
    if (tag < 0 || bytes > UINT32_MAX)
        return -EINVAL;
    if (inside <= MESSAGE_LARGE_PAYLOAD)
        store = inside <= MESSAGE_SMALL_PAYLOAD ? MESSAGE_SMALL : MESSAGE_LARGE;
    struct slab *slab =
        store == MESSAGE_LARGE ? &world->messages_large : &world->messages_small;
    struct troupe_msg *msg = slab_take(slab);
    if (msg == NULL)
        return -ENOMEM;
    message_fill(msg, tag, bytes, store);
    *result = msg;
    return 0;
}

/* The same with room for the bytes, be it apart. */
static int create_room(struct world *world, int tag, size_t bytes, struct troupe_msg **result)
{
    int rc = create(world, tag, bytes, bytes, result);
    if (rc < 0 || (*result)->store != MESSAGE_APART)
        return rc;
    (*result)->apart.release = alloc_free;
    (*result)->apart.data = alloc_zeroed(bytes);
    if ((*result)->apart.data != NULL)
        return 0;
    slab_give(&world->messages_small, *result);
    return -ENOMEM;
}

int message_create(struct world *world, int tag, size_t bytes, struct troupe_msg **result)
{
    int rc = create_room(world, tag, bytes, result);
    if (rc == 0 && (*result)->store != MESSAGE_APART)
        memset((*result)->payload, 0, bytes);
    return rc;
}

int message_copy_large(struct world *world, int tag, const void *data, size_t bytes,
                       struct troupe_msg **result)
{
    int rc = create_room(world, tag, bytes, result);
    if (rc == 0 && bytes > 0)
        memcpy(message_data(*result), data, bytes);
    return rc;
}

/* Gives a foreign message back to the world that it came from. */
static void give_back(struct world *world, struct troupe_msg *msg)
{
    struct slab *slab = slab_of(msg);
    struct slab_bundle *bundle =
        &world->bundles[slab->owner][slab->object_bytes == MESSAGE_LARGE_BYTES];
    if (slab_bundle_add(bundle, msg))
        slab_bundle_hand_in(slab, bundle);
}

void message_destroy_large(struct world *world, struct troupe_msg *msg)
{
    if (msg->store == MESSAGE_APART && msg->apart.release != NULL)
        msg->apart.release(msg->apart.data);
    if (msg->store == MESSAGE_OUTSIDE)
        alloc_free(msg);
    else if (msg->is_foreign)
        give_back(world, msg);
    else if (msg->store == MESSAGE_LARGE)
        slab_give(&world->messages_large, msg);
    else
        slab_give(&world->messages_small, msg);
}

int troupe_msg_new(int tag, size_t bytes, troupe_msg **msg)
{
    return message_create(world_inside("troupe_msg_new"), tag, bytes, msg);
}

int troupe_msg_wrap(int tag, void *data, size_t bytes, void (*release)(void *), troupe_msg **msg)
{
    int rc = create(world_inside("troupe_msg_wrap"), tag, bytes, SIZE_MAX, msg);
    if (rc < 0)
        return rc;
    (*msg)->apart.data = data;
    (*msg)->apart.release = release;
    return 0;
}

void *troupe_msg_data(const troupe_msg *msg, size_t *bytes)
{
    if (bytes != NULL)
        *bytes = msg->bytes;
    return message_data(msg);
}

int troupe_msg_tag(const troupe_msg *msg)
{
    return msg->tag;
}

troupe_pid troupe_msg_from(const troupe_msg *msg)
{
    return (troupe_pid){msg->from};
}

void troupe_msg_free(troupe_msg **msg)
{
    struct world *world = world_inside("troupe_msg_free");
    if (*msg != NULL)
        message_destroy(world, *msg);
    *msg = NULL;
}
