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

/* What has come from other loops. */
void knock_on_knock(struct world *world, struct troupe_msg *msg);
void knock_on_answer(struct world *world, struct troupe_msg *msg);
void knock_on_leave(struct world *world, struct troupe_msg *msg);

#endif
