#ifndef POST_H
#define POST_H

/*
 * What loops say to each other.
 *
 * Every post is a message: one of the program's, which goes on its way as it is, or one of the
 * runtime's, whose payload is one of the records below.  Both are put into the receiving loop's
 * inbox, in one order, so that what one loop has said first is heard first: an actor's end is heard
 * of behind everything that it has sent.
 *
 *   loop A                                        loop B
 *   SPAWN      the actor, under a pid of B's -->  it begins
 *   WATCH      tell me when this one ends    -->  a watch on it; when it ends
 *                                            <--  ENDED, in the same message
 *   MESSAGE    of the program                -->  into the mailbox
 *   REQUEST    likewise, to be answered      -->  ...
 *                                            <--  REPLY
 *   KNOCK      with a message that can wait  -->  when there is room
 *                                            <--  ANSWER
 *   LEAVE      the knock was given up        -->
 *   LINK, UNLINK, KILL, CANCEL, LIMIT, REGISTER, UNREGISTER: as their calls
 *
 * A post for a loop that is another process goes to the loop that has the bridge to it: bridge.h.
 */

#include "message.h"

enum post_kind {
    POST_MESSAGE, /* also a request, if it has a reference */
    POST_REPLY,
    POST_KNOCK,
    POST_ANSWER,
    POST_LEAVE,
    POST_SPAWN,
    POST_WATCH,
    POST_ENDED,
    POST_LINK,
    POST_UNLINK,
    POST_KILL,
    POST_CANCEL,
    POST_LIMIT,
    POST_REGISTER,
    POST_UNREGISTER,
    POST_GONE, /* to a loop of the same process: another process is gone */
    POST_NEWS, /* from a process to its neighbour: see news.h */
};

/* A message on its way has its kind and the loop that it comes from in its stamp. */
static inline void post_stamp(struct troupe_msg *msg, enum post_kind kind, uint32_t loop)
{
    msg->stamp = (uint32_t)kind << 8 | loop;
}

static inline enum post_kind post_kind(const struct troupe_msg *msg)
{
    return (enum post_kind)(msg->stamp >> 8);
}

static inline uint32_t post_loop(const struct troupe_msg *msg)
{
    return msg->stamp & 0xff;
}

/* Sends a message of the program's to an actor of another loop; on failure it is still the
 * caller's.  0; -ESRCH; -EAGAIN if the mailbox is at its limit, or the loop's inbox. */
int post_message(struct world *world, uint64_t pid, struct troupe_msg *msg);

/* Whether such a message would be taken, 0 or as above; and the number of the receiver.  The second
 * one is for threads without a world: it looks at the mailbox only. */
int post_look(struct world *world, uint64_t pid, uint32_t *number);
int post_look_from_outside(const struct crew *crew, uint64_t pid, uint32_t *number);

/* Whether there is such an actor on its loop, be it one that has ended with its status kept. */
bool post_knows(struct world *world, uint64_t pid, uint32_t *number);

/* Sends one of the runtime's; `to`: a pid of the loop it goes to.  It cannot be refused. */
void post_send(struct world *world, uint64_t to, enum post_kind kind, struct troupe_msg *msg);

/* Makes one, with a copy of a record as its payload, and sends it; 0 or -ENOMEM. */
int post_record(struct world *world, uint64_t to, enum post_kind kind, uint64_t ref,
                const void *record, size_t bytes);

/* Room for a record, to be filled in: 0 or -ENOMEM. */
int post_create(struct world *world, size_t bytes, struct troupe_msg **msg);

/* The number of an actor, wherever it is, if it can be told; otherwise 0. */
uint32_t post_number_of(struct world *world, uint64_t pid);

/* A message has come to this world, be it in another one. */
void post_adopt(struct world *world, struct troupe_msg *msg);

/* hooks.receive. */
uint32_t post_receive(struct inbox_link *link);

/* Hands a post to whom it concerns; it must be for this loop, and from this world's pool. */
void post_take(struct world *world, struct troupe_msg *post);

/* The payload of a CANCEL. */
struct post_cancel {
    uint64_t canceller;
    char reason[48];
};

/* The payload of a LIMIT. */
struct post_limit {
    size_t limit;
    troupe_policy policy;
};

#endif
