#ifndef CALL_RECORD_H
#define CALL_RECORD_H

/*
 * Calls that have no answer yet.
 *
 * A pending call has a handle, which is in the request and dies with the call; so an answer that
 * comes too late finds nothing.
 */

#include "watch.h"

void call_init(struct world *world);
void call_finish(struct world *world);

/* Whether the owner of this watch waits for the answer at this moment; otherwise the call has been
 * started and not been waited for yet. */
bool call_is_waited_for(const struct watch *watch);

/* The watch's target, which was called, has ended. */
void call_tell(struct world *world, struct watch *watch);

/* The actor has ended: the calls that it started and never waited for are given up. */
void call_give_up_all(struct world *world, struct actor *actor);

/* The answer to a call has come from another loop. */
void call_on_reply(struct world *world, struct troupe_msg *msg);

#endif
