#ifndef TROUPE_HANDLER_H
#define TROUPE_HANDLER_H

/*
 * Stackless actors: a function that is called for each message.
 *
 * An actor with a stack costs some 4 KiB, a stackless one less than 300 bytes; otherwise it has
 * the same pid, mailbox, monitors, links, supervisor and trace.  Its function runs on the thread's
 * own stack, so it cannot wait: it may call everything that does not suspend, and stops the program
 * with one line if it calls something that does.
 *
 *     static int count(troupe_msg *msg, void *state)
 *     {
 *         ++*(int *)state;
 *         troupe_msg_free(&msg);
 *         return 0;
 *     }
 *     ...
 *     rc = troupe_spawn_handler(count, &counted, NULL, NULL, &pid);
 */

#include <troupe/message.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Called for each message, which it then owns.  0: goes on with the next one; TROUPE_STOP: the
 * actor ends well; a negative code: it ends with that status. */
#define TROUPE_STOP 1
typedef int (*troupe_handler_fn)(troupe_msg *msg, void *state);

/* Spawns one; `state` is handed to each call, and `release(state)`, if not NULL, is called when the
 * actor has ended, however it ended.  `name` is as in troupe_spec.  `pid` is as in troupe_spawn():
 * with NULL the exit status is not kept.  Inside an actor.  Returns as troupe_spawn(). */
TROUPE_API int troupe_spawn_handler_at(const struct troupe_site *site, troupe_handler_fn handle,
                                       void *state, void (*release)(void *), const char *name,
                                       troupe_pid *pid);
#define troupe_spawn_handler(...) troupe_spawn_handler_at(TROUPE_SITE(), __VA_ARGS__)

#ifdef __cplusplus
}
#endif

#endif
