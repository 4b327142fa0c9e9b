#ifndef DOWN_H
#define DOWN_H

/*
 * Monitors and links: see troupe/link.h.
 */

#include "watch.h"

void down_init(struct world *world);
void down_finish(struct world *world);

/* The target of a monitor, or of a link, has ended. */
void down_tell_monitor(struct world *world, struct watch *watch);
void down_tell_link(struct world *world, struct watch *watch);

/* The actor has ended: it watches nobody any more. */
void down_give_up_all(struct world *world, struct actor *actor);

/* One direction of a link, if the other actor is a stand-in; 0 or -ENOMEM. */
int down_link_half(struct world *world, struct actor *owner, struct actor *target);
void down_unlink_half(struct world *world, struct actor *owner, struct actor *target);

#endif
