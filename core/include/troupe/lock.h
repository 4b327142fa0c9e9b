#ifndef TROUPE_LOCK_H
#define TROUPE_LOCK_H

/*
 * Locks, for what must stay as it is while an actor is suspended.
 *
 *     int rc = troupe_mutex_lock(m, TROUPE_FOREVER);
 *     if (rc < 0)
 *         return rc;
 *     int before = balance;
 *     rc = troupe_sleep(TROUPE_MS(1));        // others run, and must not change it
 *     balance = before + 1;
 *     troupe_mutex_unlock(m);
 *     return rc;
 *
 * Actors of one loop run one at a time, so what happens between two calls that may suspend needs no
 * lock at all.
 *
 * Locks are handed on in the order of coming: whoever unlocks one gives it to the actor that waits
 * longest, and cannot take it away from it by being quick.  A wait that would close a cycle of
 * waits, through whatever locks, joins and calls, is refused with -EDEADLK, and one sentence on
 * standard error tells who waits for whom.
 *
 * An actor that ends while it holds a lock, however it ends, is reported on standard error, with
 * the line that locked it.  The next one gets the lock with -EOWNERDEAD: it holds it, and what the
 * lock protects may be half done.  To be cancelled or killed is never in the way of unlocking: do
 * that in a troupe_defer(), where it matters.
 *
 * A lock belongs to the actor that has made it, like a channel: see troupe/channel.h.
 */

#include <troupe/actor.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The names of locks, to be copied as one likes.  All zero is none. */
typedef struct troupe_mutex {
    uint64_t value;
} troupe_mutex;

typedef struct troupe_rwlock {
    uint64_t value;
} troupe_rwlock;

typedef struct troupe_cond {
    uint64_t value;
} troupe_cond;

/*
 * Makes a mutex, which one actor at a time can hold.  Inside an actor, to which it belongs.
 * Returns 0 and *mutex; otherwise *mutex is none, and -EAGAIN or -ENOMEM is returned.
 */
TROUPE_API int troupe_mutex_new_at(const struct troupe_site *site, troupe_mutex *mutex);
#define troupe_mutex_new(...) troupe_mutex_new_at(TROUPE_SITE(), __VA_ARGS__)

/*
 * Locks it, waiting for no longer than `limit` (0: does not wait).
 *
 * Inside an actor.  May suspend.  Returns 0; -EOWNERDEAD, and the caller holds it: see above;
 * otherwise the caller does not hold it: -ETIMEDOUT; -EDEADLK, also when the caller holds it
 * already; -ECANCELED; -EPIPE when the mutex is gone; -EINVAL for a name that is none; -ENOMEM.
 */
TROUPE_API TROUPE_MUST_CHECK int troupe_mutex_lock_at(const struct troupe_site *site,
                                                      troupe_mutex mutex, troupe_ns limit);
#define troupe_mutex_lock(...) troupe_mutex_lock_at(TROUPE_SITE(), __VA_ARGS__)

/* Unlocks it.  Inside the actor that holds it; anywhere else the program stops.  Returns 0; -EPIPE
 * when the mutex is gone; -EINVAL. */
TROUPE_API int troupe_mutex_unlock(troupe_mutex mutex);

/* Frees *mutex and sets it to none; nobody may hold it or wait for it, or the program stops.  None
 * in it is fine.  Inside an actor.  So it is with all that can be freed below. */
TROUPE_API void troupe_mutex_free(troupe_mutex *mutex);

/*
 * Makes a lock that either any number of actors can hold to read, or one to write.  A writer that
 * waits goes first: who comes later, to read, waits behind it; so writers never starve, but readers
 * can.  Inside an actor, to which it belongs.  Returns as troupe_mutex_new().
 */
TROUPE_API int troupe_rwlock_new_at(const struct troupe_site *site, troupe_rwlock *lock);
#define troupe_rwlock_new(...) troupe_rwlock_new_at(TROUPE_SITE(), __VA_ARGS__)

/* Locks it to read, or to write.  Inside an actor.  May suspend.  Returns as troupe_mutex_lock():
 * an actor that holds it either way and locks it again gets -EDEADLK.  -EOWNERDEAD is told when a
 * writer has ended with it: to every reader, until the next writer has been told. */
TROUPE_API TROUPE_MUST_CHECK int troupe_rwlock_read_at(const struct troupe_site *site,
                                                       troupe_rwlock lock, troupe_ns limit);
#define troupe_rwlock_read(...) troupe_rwlock_read_at(TROUPE_SITE(), __VA_ARGS__)

TROUPE_API TROUPE_MUST_CHECK int troupe_rwlock_write_at(const struct troupe_site *site,
                                                        troupe_rwlock lock, troupe_ns limit);
#define troupe_rwlock_write(...) troupe_rwlock_write_at(TROUPE_SITE(), __VA_ARGS__)

/* Unlocks it, whichever way the caller holds it; a caller that does not is stopped.  Returns as
 * troupe_mutex_unlock(). */
TROUPE_API int troupe_rwlock_unlock(troupe_rwlock lock);

TROUPE_API void troupe_rwlock_free(troupe_rwlock *lock);

/*
 * Makes a condition: a place to wait until something that a mutex protects has changed.
 *
 *     rc = troupe_mutex_lock(m, TROUPE_FOREVER);
 *     while (rc == 0 && count == 0)          // again, since another may have been quicker
 *         rc = troupe_cond_wait(c, m, TROUPE_S(1));
 *
 * Inside an actor, to which it belongs.  Returns as troupe_mutex_new().
 */
TROUPE_API int troupe_cond_new_at(const struct troupe_site *site, troupe_cond *cond);
#define troupe_cond_new(...) troupe_cond_new_at(TROUPE_SITE(), __VA_ARGS__)

/*
 * Unlocks the mutex, waits to be signalled, for no longer than `limit`, and locks the mutex again,
 * however long that takes, also when it is cancelled.  So the caller holds the mutex afterwards,
 * whatever is returned, but for -EPIPE and -EDEADLK from the mutex.
 *
 * Inside the actor that holds the mutex; anywhere else the program stops.  May suspend.  Returns
 * 0; -ETIMEDOUT; -ECANCELED; -EOWNERDEAD, -EDEADLK and -EPIPE of the mutex; -EPIPE when the
 * condition is gone; -EINVAL; -ENOMEM for the time limit.
 */
TROUPE_API TROUPE_MUST_CHECK int troupe_cond_wait_at(const struct troupe_site *site,
                                                     troupe_cond cond, troupe_mutex mutex,
                                                     troupe_ns limit);
#define troupe_cond_wait(...) troupe_cond_wait_at(TROUPE_SITE(), __VA_ARGS__)

/* Wakes the actor that has waited longest, or all that wait; if none does, nothing happens, and
 * nothing is remembered.  A signal whose receiver is killed before it has the mutex goes to the
 * next one.  Inside an actor.  Returns 0, -EPIPE or -EINVAL. */
TROUPE_API int troupe_cond_signal(troupe_cond cond);
TROUPE_API int troupe_cond_broadcast(troupe_cond cond);

TROUPE_API void troupe_cond_free(troupe_cond *cond);

#ifdef __cplusplus
}
#endif

#endif
