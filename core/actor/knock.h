#ifndef KNOCK_H
#define KNOCK_H

/*
 * Waiting for room in a mailbox of another loop.
 *
 * The message goes ahead and waits there, among those who wait for room on that loop; its sender
 * waits here until it has been let in.  If the sender gives up, the message is taken back, unless
 * it has been let in meanwhile.
 */

#include "mailbox.h"

void knock_init(struct world *world);
void knock_finish(struct world *world);

/* Sends a message and waits until it is in the mailbox.  The message is gone, whatever the result
 * is: 0, -ESRCH, -ETIMEDOUT, -ECANCELED or -ENOMEM. */
int knock_wait(struct world *world, uint64_t pid, struct troupe_msg *msg, troupe_ns limit,
               const struct troupe_site *site);

/* The wait of a sender of another loop is over. */
void knock_answer(struct world *world, struct send_wait *send, int result);

/* What is in the post of a KNOCK: the message, and the reference for the answer.  And such a post
 * that is for this loop: 0 or -ENOMEM. */
struct troupe_msg *knock_content(const struct troupe_msg *post);
uint64_t knock_ref(const struct troupe_msg *post);
int knock_enclose(struct world *world, struct troupe_msg *msg, uint64_t ref,
                  struct troupe_msg **post);

/* The process which was this loop is gone, with all that waits there. */
void knock_on_gone(struct world *world, uint32_t loop);

/* What has come from other loops. */
void knock_on_knock(struct world *world, struct troupe_msg *msg);
void knock_on_answer(struct world *world, struct troupe_msg *msg);
void knock_on_leave(struct world *world, struct troupe_msg *msg);

#endif
