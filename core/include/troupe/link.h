#ifndef TROUPE_LINK_H
#define TROUPE_LINK_H

/*
 * Learning of the end of other actors, and sharing their fate.
 *
 * A monitor watches: when the actor ends, a message with the tag TROUPE_TAG_DOWN and a troupe_down
 * as its bytes arrives, behind everything the actor has sent before.
 *
 * A link ties two actors together: when one of them fails, so does the other, with the same status.
 * An actor that traps exits gets a message instead, with the tag TROUPE_TAG_EXIT and a troupe_down,
 * also when the other one ends well.
 *
 * An actor that fails, and of which nobody learns, is reported on standard error.
 *
 *     troupe_ref ref;
 *     int rc = troupe_monitor(worker, &ref);
 *     ...
 *     troupe_msg *m;
 *     rc = troupe_recv_tag(TROUPE_TAG_DOWN, &m, TROUPE_FOREVER);
 *     if (rc < 0)
 *         return rc;
 *     int status = ((const troupe_down *)troupe_msg_data(m, NULL))->status;
 *     troupe_msg_free(&m);
 */

#include <troupe/call.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What TROUPE_TAG_DOWN and TROUPE_TAG_EXIT carry. */
typedef struct troupe_down {
    troupe_pid pid; /* who ended, */
    int status;     /* and how */
    troupe_ref ref; /* DOWN: the monitor */
} troupe_down;

/* Watches an actor.  Inside an actor.  Returns 0 and *ref (NULL: not wanted), or -ENOMEM.  If the
 * actor is gone already, its DOWN arrives at once, with -ESRCH as the status. */
TROUPE_API int troupe_monitor(troupe_pid pid, troupe_ref *ref);

/* Stops watching, and takes back a DOWN that is in the mailbox.  Inside an actor.  Returns 0, or
 * -ESRCH if there is no such monitor. */
TROUPE_API int troupe_demonitor(troupe_ref ref);

/* Links the caller with another actor; twice is once.  Inside an actor.  Returns 0; -ESRCH;
 * -EINVAL for the caller itself; -ENOMEM. */
TROUPE_API int troupe_link(troupe_pid pid);

/* Undoes it, for both.  Inside an actor.  Returns 0, or -ESRCH if they are not linked. */
TROUPE_API int troupe_unlink(troupe_pid pid);

/* From now on the caller gets messages instead of sharing the fate of those it is linked to (true),
 * or not (false).  Inside an actor.  Returns 0 or -ENOMEM. */
TROUPE_API int troupe_trap_exit(bool on);

/* Spawns and links, or spawns and monitors, in one step: an end in between cannot be missed.
 * Inside an actor.  Returns as troupe_spawn(); *pid and *ref may be NULL: not wanted. */
TROUPE_API int troupe_spawn_link_at(const struct troupe_site *site, const troupe_spec *spec,
                                    troupe_pid *pid);
#define troupe_spawn_link(...) troupe_spawn_link_at(TROUPE_SITE(), __VA_ARGS__)

TROUPE_API int troupe_spawn_monitor_at(const struct troupe_site *site, const troupe_spec *spec,
                                       troupe_pid *pid, troupe_ref *ref);
#define troupe_spawn_monitor(...) troupe_spawn_monitor_at(TROUPE_SITE(), __VA_ARGS__)

#ifdef __cplusplus
}
#endif

#endif
