#ifndef TROUPE_SCOPE_H
#define TROUPE_SCOPE_H

/*
 * Scopes: actors that belong together, and end together.
 *
 *     troupe_scope s;
 *     troupe_scope_open(&s, TROUPE_S(5));               // all of it in five seconds
 *     troupe_scope_spawn(&s, fetch, a, NULL);
 *     troupe_scope_spawn(&s, fetch, b, NULL);
 *     int rc = troupe_scope_join(&s);                   // nobody is left after this
 *
 * A scope is open from troupe_scope_open() to troupe_scope_join(), in one function of one actor.
 * Scopes nest: the last one opened is joined first.
 *
 * Cancelling a scope stops everything in it: the actors that were spawned into it, what they have
 * spawned into scopes of their own, and the owner itself as long as the scope is open.  To be
 * cancelled means that every call that may suspend returns -ECANCELED, at once and again and again,
 * until the scope is left.  An actor is expected to pass that code on:
 *
 *     int rc = troupe_sleep(TROUPE_S(1));
 *     if (rc < 0)
 *         return rc;
 *
 * A scope is cancelled by its deadline, by the first actor in it that fails, by
 * troupe_scope_cancel(), and together with what it is a part of.
 */

#include <troupe/actor.h>

#ifdef __cplusplus
extern "C" {
#endif

/* In the caller's storage, usually a local variable; not to be copied or looked into. */
typedef struct troupe_scope {
    void *scope;
    int failure;
} troupe_scope;

/* Why something was cancelled is kept as so many bytes of text. */
#define TROUPE_REASON_BYTES 48

/*
 * Opens a scope for the calling actor.  When `limit` has passed, it is cancelled.  Inside an actor.
 * Returns 0 or -ENOMEM; a failure need not be looked at, since later calls for the scope, and the
 * join, return it too.
 */
TROUPE_API int troupe_scope_open_at(const struct troupe_site *site, troupe_scope *scope,
                                    troupe_ns limit);
#define troupe_scope_open(...) troupe_scope_open_at(TROUPE_SITE(), __VA_ARGS__)

/*
 * Spawns an actor into the scope.  Its exit status is the scope's affair: it is not kept for a
 * later join of the actor alone.  Inside the actor that opened the scope, or one in it.  Returns 0,
 * or as troupe_spawn(), or -ECANCELED if the scope is cancelled; a failure is returned by the
 * join, too.
 */
TROUPE_API int troupe_scope_spawn_at(const struct troupe_site *site, troupe_scope *scope,
                                     troupe_fn fn, void *arg, troupe_pid *pid);
#define troupe_scope_spawn(...) troupe_scope_spawn_at(TROUPE_SITE(), __VA_ARGS__)

/* The same with a specification: see troupe/actor.h. */
TROUPE_API int troupe_scope_spawn_spec_at(const struct troupe_site *site, troupe_scope *scope,
                                          const troupe_spec *spec, troupe_pid *pid);
#define troupe_scope_spawn_spec(...) troupe_scope_spawn_spec_at(TROUPE_SITE(), __VA_ARGS__)

/*
 * Waits until all actors in the scope have ended, and closes it.  It waits even if the caller is
 * cancelled: then so are they.  Inside the actor that opened it.  May suspend.  Returns the first
 * failure in the scope; otherwise -ETIMEDOUT if the scope's own limit passed; otherwise -ECANCELED
 * if it was cancelled from outside; otherwise 0, also when its owner has cancelled it.
 */
TROUPE_API TROUPE_MUST_CHECK int troupe_scope_join_at(const struct troupe_site *site,
                                                      troupe_scope *scope);
#define troupe_scope_join(...) troupe_scope_join_at(TROUPE_SITE(), __VA_ARGS__)

/* Cancels the scope; `reason` is copied.  Inside an actor.  Never suspends; again does nothing. */
TROUPE_API void troupe_scope_cancel(troupe_scope *scope, const char *reason);

/*
 * From now on, for as long as `grace`, the scope is not cancelled from outside; it is for cleaning
 * up with calls that suspend.  Inside the actor that opened it.  Returns 0 or -ENOMEM, or as
 * troupe_scope_open() has.
 *
 *     troupe_scope cleanup;
 *     troupe_scope_open(&cleanup, TROUPE_FOREVER);
 *     troupe_scope_shield(&cleanup, TROUPE_S(2));
 *     save();
 *     int rc = troupe_scope_join(&cleanup);
 */
TROUPE_API int troupe_scope_shield(troupe_scope *scope, troupe_ns grace);

/* Cancels an actor and everything in its scopes, for good; `reason` is copied.  Inside an actor.
 * Never suspends.  Returns 0 or -ESRCH. */
TROUPE_API int troupe_cancel(troupe_pid pid, const char *reason);

/* Why the calling actor is cancelled, and in *by (NULL: not wanted) which actor did it;
 * TROUPE_PID_NONE: a deadline, or nobody.  "" if it is not cancelled.  Inside an actor.  Valid
 * until the actor suspends. */
TROUPE_API const char *troupe_cancel_reason(troupe_pid *by);

/* 0, or -ECANCELED if the calling actor is cancelled; for long computations.  Lets others run when
 * the actor has used up its turn.  Inside an actor.  May suspend. */
TROUPE_API TROUPE_MUST_CHECK int troupe_checkpoint_at(const struct troupe_site *site);
#define troupe_checkpoint() troupe_checkpoint_at(TROUPE_SITE())

/*
 * Runs `fn(arg)` when the calling actor ends, however it ends: by return, troupe_exit(), or
 * troupe_kill().  The last one registered runs first.  It may suspend; but if the actor is
 * cancelled or killed, calls that suspend fail, unless they are in a shielded scope.
 * Inside an actor.  Returns 0 or -ENOMEM.
 */
TROUPE_API int troupe_defer(void (*fn)(void *arg), void *arg);

/* The exit status of an actor that was killed. */
#define TROUPE_KILLED (-130) /* -EOWNERDEAD on Linux */

/* Ends an actor at its present suspension point: its stack is dropped, its defers run.  Nothing in
 * it can prevent that.  The actors in its scopes are killed too.  Inside an actor; on itself it
 * does not return, but to a stackless one, which ends when its function returns.  Returns 0 or
 * -ESRCH. */
TROUPE_API int troupe_kill(troupe_pid pid);

#ifdef __cplusplus
}
#endif

#endif
