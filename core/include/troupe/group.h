#ifndef TROUPE_GROUP_H
#define TROUPE_GROUP_H

/*
 * Several actors at once, and a time limit for anything: scopes (troupe/scope.h) in one call.
 */

#include <stddef.h>

#include <troupe/actor.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Spawns an actor for each of `fns[0 .. count - 1]`, each with a NULL argument, in a scope of their
 * own, and waits until all of them have ended.  The first that fails cancels the others.  status[i]
 * receives the exit status of fns[i]; NULL: not wanted.
 *
 * Inside an actor.  May suspend.  Returns 0 if all succeeded, otherwise the first failure; if not
 * all could be spawned, -ENOMEM or -EAGAIN, after those that were have ended, and status[] of the
 * others holds that code; -ECANCELED if the caller is cancelled.
 *
 *     int status[3];
 *     int rc = troupe_gather((troupe_fn[]){load, parse, save}, 3, status);
 */
TROUPE_API TROUPE_MUST_CHECK int troupe_gather_at(const struct troupe_site *site,
                                                  const troupe_fn *fns, size_t count,
                                                  int *status);
#define troupe_gather(...) troupe_gather_at(TROUPE_SITE(), __VA_ARGS__)

/* Called for each actor that has ended: its index, its exit status. */
typedef void (*troupe_ended_fn)(size_t index, int status, void *context);

/*
 * The same, but `ended` is called for each of them when it has ended, one at a time, in the order
 * in which they end, in the calling actor, which may suspend in it.
 *
 * Inside an actor.  May suspend.  Returns as troupe_gather().
 *
 *     static void show(size_t index, int status, void *names) { ... }
 *
 *     int rc = troupe_as_completed((troupe_fn[]){slow, quick}, 2, show, names);
 */
TROUPE_API TROUPE_MUST_CHECK int troupe_as_completed_at(const struct troupe_site *site,
                                                        const troupe_fn *fns, size_t count,
                                                        troupe_ended_fn ended, void *context);
#define troupe_as_completed(...) troupe_as_completed_at(TROUPE_SITE(), __VA_ARGS__)

/*
 * The same as troupe_gather(), but the first that ends, well or not, cancels the others.  *status
 * receives its exit status; NULL: not wanted.
 *
 * Inside an actor.  May suspend.  Returns the index of the one that was first, when all have ended;
 * -EINVAL for a count of 0; otherwise as troupe_gather().
 *
 *     int status;
 *     int first = troupe_race((troupe_fn[]){ask_here, ask_there}, 2, &status);
 */
TROUPE_API TROUPE_MUST_CHECK int troupe_race_at(const struct troupe_site *site,
                                                const troupe_fn *fns, size_t count, int *status);
#define troupe_race(...) troupe_race_at(TROUPE_SITE(), __VA_ARGS__)

/*
 * Calls `fn(arg)` in the calling actor, and has it cancelled when `limit` has passed: a time limit
 * for any piece of code.
 *
 * Inside an actor.  May suspend.  Returns what fn returns; -ETIMEDOUT if that is -ECANCELED because
 * the limit passed; -ENOMEM without calling it.
 *
 *     int rc = troupe_limit(TROUPE_S(5), load_all, list);
 */
TROUPE_API TROUPE_MUST_CHECK int troupe_limit_at(const struct troupe_site *site, troupe_ns limit,
                                                 troupe_fn fn, void *arg);
#define troupe_limit(...) troupe_limit_at(TROUPE_SITE(), __VA_ARGS__)

#ifdef __cplusplus
}
#endif

#endif
