#ifndef TROUPE_GROUP_H
#define TROUPE_GROUP_H

/*
 * Several actors at once.
 */

#include <stddef.h>

#include <troupe/actor.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Spawns an actor for each of `fns[0 .. count - 1]`, each with a NULL argument, and waits until all
 * of them have ended.  status[i] receives the exit status of fns[i]; NULL: not wanted.
 *
 * Inside an actor.  May suspend.  Returns 0 if all succeeded, otherwise the first failure in the
 * order of `fns`.  If not all could be spawned: -ENOMEM or -EAGAIN, after those that were have
 * ended, and status[] of the others holds that code.
 *
 *     int status[3];
 *     int rc = troupe_gather((troupe_fn[]){load, parse, save}, 3, status);
 */
TROUPE_API TROUPE_MUST_CHECK int troupe_gather_at(const struct troupe_site *site,
                                                  const troupe_fn *fns, size_t count,
                                                  int *status);
#define troupe_gather(...) troupe_gather_at(TROUPE_SITE(), __VA_ARGS__)

#ifdef __cplusplus
}
#endif

#endif
