#ifndef TROUPE_SIGNAL_H
#define TROUPE_SIGNAL_H

/*
 * Signals of the operating system as events that an actor waits for.
 *
 *     int which;
 *     int rc = troupe_signal_wait((int[]){SIGINT, SIGTERM}, 2, &which, TROUPE_FOREVER);
 *     if (rc == 0)
 *         ...                                   // told to stop: an ordinary actor sees to it
 *
 * With the first wait for a signal, or troupe_signal_keep(), the runtime takes the signal over, and
 * it does no more what it did before (SIGINT does not end the program), until troupe_run() ends.
 * Then it does that again.
 *
 * Everyone who waits for a signal is told when it comes.  One that comes while nobody waits for it
 * is kept for the next who does; several of the same kind are kept as one.
 */

#include <stddef.h>

#include <troupe/time.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Waits for the first of `count` signals and stores it in *which (NULL: not wanted); of several
 * that have come, the one with the lowest number.
 *
 * Inside an actor.  May suspend.  Returns 0; -ETIMEDOUT; -ECANCELED; -EINVAL for no signals, or one
 * that does not exist or cannot be waited for: SIGKILL, SIGSTOP, and those that a mistake causes at
 * once (SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS, SIGABRT); -EAGAIN if more than 64 loops
 * wait for signals; -ENOMEM.
 */
TROUPE_API TROUPE_MUST_CHECK int troupe_signal_wait_at(const struct troupe_site *site,
                                                       const int *signals, size_t count,
                                                       int *which, troupe_ns limit);
#define troupe_signal_wait(...) troupe_signal_wait_at(TROUPE_SITE(), __VA_ARGS__)

/*
 * From now on these signals are kept, so that none is missed before the first wait.  Inside an
 * actor.  Returns as troupe_signal_wait().
 */
TROUPE_API int troupe_signal_keep(const int *signals, size_t count);

#ifdef __cplusplus
}
#endif

#endif
