#ifndef BRIDGE_H
#define BRIDGE_H

/*
 * From one process of a run to another: a socket, over which posts go as bytes.
 *
 *   loop A --inbox--> loop O ==bridge==> process P        P is one loop, whose number is its own;
 *   loop B --inbox-->   |                                 its other end of the bridge leads to O
 *                       +-- inbox of B <== what P has for B
 *
 * A bridge belongs to the loop on which the process was started, in the first process of the two,
 * and to the only loop in the other.  What it cannot write at once waits in a queue; senders are
 * refused while CREW_POSTS_MAX wait there.
 */

#include <sys/types.h>

#include "actor.h"

struct bridge;

/* A bridge to the process that will be this loop, over `fd`, which it takes over if it succeeds;
 * or, in a process that was forked, back.  0 or a negative code. */
int bridge_open(struct world *world, uint32_t loop, int fd, struct bridge **bridge);

/* There is no such process after all. */
void bridge_abandon(struct bridge *bridge);

/* The process is there: its end is waited for from now on. */
void bridge_watch_process(struct bridge *bridge, pid_t pid);

/* Sends a post to a loop of another process.  It cannot be refused; if that process is gone, the
 * post is answered or forgotten, as if the actor that it is for had ended. */
void bridge_send(struct world *world, struct troupe_msg *post);

/* Writes all that waits, however long that takes: before a forked process ends. */
void bridge_drain(struct bridge *bridge);

/* All actors of this process have ended, and the bridge is drained. */
void bridge_close(struct bridge *bridge);

#endif
