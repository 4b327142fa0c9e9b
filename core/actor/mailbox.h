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

/* The wait of an actor that sends into a full mailbox. */
struct send_wait {
    struct wait wait;
    struct list_link link; /* on the mailbox's `senders` */
    struct actor *target;
    struct task *task;
};

bool filter_accepts(const struct filter *filter, const struct troupe_msg *msg);

/* Delivers a message; it is the mailbox's, or the receiver's, on success.  0, -EAGAIN or -ENOMEM;
 * never fails but for memory if the message is exempt. */
int mailbox_deliver(struct world *world, struct actor *actor, struct troupe_msg *msg);

/* Takes the first message that the filter accepts; NULL if there is none. */
struct troupe_msg *mailbox_take(struct world *world, struct actor *actor,
                                const struct filter *filter);

/* If there is room, the first of those that wait for it may send. */
void mailbox_admit(struct world *world, struct actor *actor);

/* Whether a message from an actor would be refused now. */
bool mailbox_is_full(const struct actor *actor);

/* The actor has ended: what is in the mailbox is freed, and those that wait for room are told. */
void mailbox_close(struct world *world, struct actor *actor);

#endif
