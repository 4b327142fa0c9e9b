#ifndef MAILBOX_H
#define MAILBOX_H

/*
 * Mailboxes: what has arrived and not been taken yet, in order of arrival.
 *
 * A message for an actor that waits for it is handed to it directly and never enters the mailbox.
 * Otherwise it is put at the end.  What the runtime delivers (ends of actors, delayed messages) is
 * exempt from the limit: no policy can drop it.
 */

#include "kit.h"
#include "message.h"
#include "turn.h"

/* What a receive accepts. */
struct filter {
    enum { FILTER_ANY, FILTER_TAG, FILTER_MATCH } kind;
    int tag;
    troupe_match_fn match;
    void *context;
};

/* The wait of an actor that receives. */
struct receive {
    struct wait wait;
    struct filter filter;
};

/* The wait of an actor that sends into a full mailbox.  The message waits with its sender, and goes
 * into the mailbox the moment it is let in: so no room is ever held by a sender that ends, or gives
 * up, between being let in and sending. */
struct send_wait {
    struct wait wait;
    struct list_link link; /* on the mailbox's `senders` */
    struct actor *target;
    struct task *task; /* NULL: it waits on another loop, see knock.h */
    struct troupe_msg *msg;
};

static inline bool filter_accepts(const struct filter *filter, const struct troupe_msg *msg)
{
    switch (filter->kind) {
    case FILTER_TAG:
        return msg->tag == filter->tag;
    case FILTER_MATCH:
        return filter->match(msg, filter->context);
    default:
        return true;
    }
}

/* What mailbox_deliver() and mailbox_take() do when there is more to it than a hand-over. */
int mailbox_put(struct world *world, struct actor *actor, struct troupe_msg *msg);
struct troupe_msg *mailbox_search(struct world *world, struct actor *actor,
                                  const struct filter *filter);
struct troupe_msg *mailbox_search_waiting(struct world *world, struct mailbox *mailbox,
                                          const struct filter *filter);

/* Delivers a message; it is the mailbox's, or the receiver's, on success.  0, -EAGAIN or -ENOMEM;
 * never fails but for memory if the message is exempt. */
static inline int mailbox_deliver(struct world *world, struct actor *actor, struct troupe_msg *msg)
{
    struct wait *wait = actor->task.wait;
    if (wait == NULL || wait->reason != TRACE_REASON_RECV ||
        !filter_accepts(&LIST_OWNER(wait, struct receive, wait)->filter, msg))
        return mailbox_put(world, actor, msg);
    actor->handed = msg;
    probe_send(&world->sched.probe, actor->task.number, msg->tag, msg->bytes, 0, true);
    turn_wake(&world->sched, &actor->task, 0, actor_self_number(world));
    return 0;
}

/* Takes the first message in the mailbox that the filter accepts; NULL if there is none. */
static inline struct troupe_msg *mailbox_take(struct world *world, struct actor *actor,
                                              const struct filter *filter)
{
    if (actor->kit == NULL || actor->kit->mailbox.first == NULL)
        return NULL;
    return mailbox_search(world, actor, filter);
}

/* The actor is about to wait: takes the first message that the filter accepts from those who wait
 * for room, since a full mailbox must not keep from the actor what it waits for; if there is none,
 * lets in as many as there is room for, and returns NULL. */
static inline struct troupe_msg *mailbox_take_waiting(struct world *world, struct actor *actor,
                                                      const struct filter *filter)
{
    if (actor->kit == NULL || list_is_empty(&actor->kit->mailbox.senders))
        return NULL;
    return mailbox_search_waiting(world, &actor->kit->mailbox, filter);
}

/* A message has come from another loop, which has asked before whether there is room: it is let in
 * even if there is none any more, unless the mailbox drops what is too much.  `by`: number of the
 * sender, or 0.  0 or -ENOMEM. */
int mailbox_arrive(struct world *world, struct actor *actor, struct troupe_msg *msg, uint32_t by);

/* Whether the actor waits for just this message. */
bool mailbox_waits_for(const struct actor *actor, const struct troupe_msg *msg);

/* Whether a message of the program's would be taken without a wait. */
bool mailbox_has_room(const struct actor *actor);

/* See troupe_mailbox_limit(); 0 or -ENOMEM. */
int mailbox_set_limit(struct world *world, struct actor *actor, size_t limit,
                      troupe_policy policy);

/* The actor has ended: what is in the mailbox is freed, and those that wait for room are told. */
void mailbox_close(struct world *world, struct actor *actor);

#endif
