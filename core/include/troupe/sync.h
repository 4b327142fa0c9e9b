#ifndef TROUPE_SYNC_H
#define TROUPE_SYNC_H

/*
 * Waiting for each other: semaphores, events, barriers, wait groups, and doing a thing once.
 *
 * All of them are made by an actor and belong to it: they go when it ends, or when they are freed,
 * and then every call, also one that waits, returns -EPIPE.  Freeing one while somebody waits for
 * it stops the program.  A name is copied as one likes; all zero is none, for which calls return
 * -EINVAL.  Whoever waits is served in the order of coming, and every wait has a time limit (0:
 * does not wait) and ends when its actor is cancelled.
 *
 * Making one: inside an actor; returns 0 and the name; otherwise the name is none, and -EAGAIN or
 * -ENOMEM is returned.
 */

#include <stddef.h>

#include <troupe/actor.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct troupe_sem {
    uint64_t value;
} troupe_sem;

typedef struct troupe_event {
    uint64_t value;
} troupe_event;

typedef struct troupe_barrier {
    uint64_t value;
} troupe_barrier;

typedef struct troupe_wait_group {
    uint64_t value;
} troupe_wait_group;

typedef struct troupe_once {
    uint64_t value;
} troupe_once;

/*
 * A semaphore: a number of permits, which nobody owns.
 *
 *     troupe_sem_new(&doors, 2);                       // at most two at a time
 *     ...
 *     rc = troupe_sem_acquire(doors, TROUPE_FOREVER);
 *     if (rc == 0)
 *         troupe_sem_release(doors);                   // by whomever
 */
TROUPE_API int troupe_sem_new_at(const struct troupe_site *site, troupe_sem *sem, size_t permits);
#define troupe_sem_new(...) troupe_sem_new_at(TROUPE_SITE(), __VA_ARGS__)

/* Takes a permit, or waits for one.  A permit that was handed to an actor which is killed before it
 * runs again goes to the next one.  Inside an actor.  May suspend.  Returns 0, -ETIMEDOUT,
 * -ECANCELED, -EPIPE, -EINVAL; -ENOMEM for the time limit. */
TROUPE_API TROUPE_MUST_CHECK int troupe_sem_acquire_at(const struct troupe_site *site,
                                                       troupe_sem sem, troupe_ns limit);
#define troupe_sem_acquire(...) troupe_sem_acquire_at(TROUPE_SITE(), __VA_ARGS__)

/* Gives one permit: to the actor that has waited longest, if one does.  Inside an actor.  Returns
 * 0, -EPIPE or -EINVAL. */
TROUPE_API int troupe_sem_release(troupe_sem sem);

TROUPE_API void troupe_sem_free(troupe_sem *sem);

/* An event: it is set or not, at first not.  It stays set until it is reset. */
TROUPE_API int troupe_event_new_at(const struct troupe_site *site, troupe_event *event);
#define troupe_event_new(...) troupe_event_new_at(TROUPE_SITE(), __VA_ARGS__)

/* Waits until it is set; at once, if it is.  All who waited when it was set are woken, also if it
 * is reset before they run.  Inside an actor.  May suspend.  Returns as troupe_sem_acquire(). */
TROUPE_API TROUPE_MUST_CHECK int troupe_event_wait_at(const struct troupe_site *site,
                                                      troupe_event event, troupe_ns limit);
#define troupe_event_wait(...) troupe_event_wait_at(TROUPE_SITE(), __VA_ARGS__)

/* Inside an actor.  Return 0, -EPIPE or -EINVAL. */
TROUPE_API int troupe_event_set(troupe_event event);
TROUPE_API int troupe_event_reset(troupe_event event);

TROUPE_API void troupe_event_free(troupe_event *event);

/* A barrier: nobody passes until `count` actors have come; then it starts over.  A count of 0 is
 * -EINVAL. */
TROUPE_API int troupe_barrier_new_at(const struct troupe_site *site, troupe_barrier *barrier,
                                     size_t count);
#define troupe_barrier_new(...) troupe_barrier_new_at(TROUPE_SITE(), __VA_ARGS__)

/* What troupe_barrier_wait() returns to the one who came last: it has let the others pass. */
#define TROUPE_BARRIER_LAST 1

/* Waits for the others.  Who gives up has not come.  Inside an actor.  May suspend.  Returns 0 or
 * TROUPE_BARRIER_LAST; otherwise as troupe_sem_acquire(). */
TROUPE_API TROUPE_MUST_CHECK int troupe_barrier_wait_at(const struct troupe_site *site,
                                                        troupe_barrier barrier, troupe_ns limit);
#define troupe_barrier_wait(...) troupe_barrier_wait_at(TROUPE_SITE(), __VA_ARGS__)

TROUPE_API void troupe_barrier_free(troupe_barrier *barrier);

/* A wait group: a number of things that are still to be done, at first none.  For actors that end
 * when their thing is done use a scope, which also sees to those that fail: troupe/scope.h. */
TROUPE_API int troupe_wait_group_new_at(const struct troupe_site *site, troupe_wait_group *group);
#define troupe_wait_group_new(...) troupe_wait_group_new_at(TROUPE_SITE(), __VA_ARGS__)

/* `count` more are to be done; one is done.  More done than there were stops the program.  Inside
 * an actor.  Return 0, -EPIPE or -EINVAL. */
TROUPE_API int troupe_wait_group_add(troupe_wait_group group, size_t count);
TROUPE_API int troupe_wait_group_done(troupe_wait_group group);

/* Waits until nothing is left to be done.  Inside an actor.  May suspend.  Returns as
 * troupe_sem_acquire(). */
TROUPE_API TROUPE_MUST_CHECK int
troupe_wait_group_wait_at(const struct troupe_site *site, troupe_wait_group group, troupe_ns limit);
#define troupe_wait_group_wait(...) troupe_wait_group_wait_at(TROUPE_SITE(), __VA_ARGS__)

TROUPE_API void troupe_wait_group_free(troupe_wait_group *group);

/* A thing that is to be done once, by whoever needs it first. */
TROUPE_API int troupe_once_new_at(const struct troupe_site *site, troupe_once *once);
#define troupe_once_new(...) troupe_once_new_at(TROUPE_SITE(), __VA_ARGS__)

/*
 * Calls `fn(arg)` if that has not been done, or not with success; if another actor is at it, waits
 * for that one first, no longer than `limit`.  When this returns 0 it has been done.
 *
 * Inside an actor.  May suspend.  Returns 0; what `fn` returned, if that is negative, and then the
 * next one tries; -EDEADLK from within `fn`, or round a cycle of waits; otherwise as
 * troupe_sem_acquire().
 */
TROUPE_API TROUPE_MUST_CHECK int troupe_once_do_at(const struct troupe_site *site, troupe_once once,
                                                   troupe_fn fn, void *arg, troupe_ns limit);
#define troupe_once_do(...) troupe_once_do_at(TROUPE_SITE(), __VA_ARGS__)

TROUPE_API void troupe_once_free(troupe_once *once);

/*
 * Who waits for a channel, a lock, or one of the above, given the `value` of its name: stores the
 * first `count` of them in pids[], those at one end of a channel, or those that read, behind the
 * others.  Inside an actor.  Returns how many wait; 0 if it is gone.
 *
 *     troupe_pid who[8];
 *     size_t waiting = troupe_waiters(doors.value, who, 8);
 */
TROUPE_API size_t troupe_waiters(uint64_t object, troupe_pid *pids, size_t count);

#ifdef __cplusplus
}
#endif

#endif
