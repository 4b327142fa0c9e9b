#ifndef TROUPE_CALL_H
#define TROUPE_CALL_H

/*
 * Request and reply.
 *
 * A call sends a request and waits for its answer.  The one who is called receives the request like
 * any message and answers with troupe_reply(), at once or later.
 *
 *     // the caller                                        // the one who is called
 *     troupe_msg *answer;                                   troupe_msg *m;
 *     rc = troupe_call(adder, ADD, &pair, sizeof pair,      rc = troupe_recv(&m, TROUPE_FOREVER);
 *                      &answer, TROUPE_MS(100));            ...
 *     if (rc < 0)                                           troupe_reply(m, 0, &sum, sizeof sum);
 *         return rc;                                        troupe_msg_free(&m);
 *
 * The answer belongs to that one call: if the caller has given up by then, it vanishes, and never
 * turns up in a mailbox.  If the one who is called ends without an answer, the call fails at once.
 */

#include <troupe/message.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Sends a request with a copy of the bytes at `data` and waits for the answer for no longer than
 * `limit`.  Inside an actor.  May suspend.  Returns 0 and the answer, which the caller then owns;
 * -ETIMEDOUT; -ESRCH; -EAGAIN when the mailbox is at its limit; the negative status of the one who
 * is called, or -EPIPE, if it ends first; -EDEADLK for a call to itself or round a cycle of waits,
 * which is described on standard error; -ECANCELED; -EINVAL; -ENOMEM.
 */
TROUPE_API TROUPE_MUST_CHECK int troupe_call_at(const struct troupe_site *site, troupe_pid pid,
                                                int tag, const void *data, size_t bytes,
                                                troupe_msg **answer, troupe_ns limit);
#define troupe_call(...) troupe_call_at(TROUPE_SITE(), __VA_ARGS__)

/* A request that was sent and is not answered yet.  All zero is none. */
typedef struct troupe_ref {
    uint64_t value;
} troupe_ref;

/*
 * The first half of a call: sends the request, and does not wait.  Each must be followed by one
 * troupe_call_wait(), in any order.  Inside an actor.  Returns 0 and *ref, or as troupe_call().
 *
 *     for (int i = 0; i < n; i++)
 *         rc = troupe_call_start(worker[i], WORK, &i, sizeof i, &ref[i]);
 *     for (int i = 0; i < n; i++)
 *         rc = troupe_call_wait(ref[i], &answer[i], TROUPE_S(1));
 */
TROUPE_API int troupe_call_start_at(const struct troupe_site *site, troupe_pid pid, int tag,
                                    const void *data, size_t bytes, troupe_ref *ref);
#define troupe_call_start(...) troupe_call_start_at(TROUPE_SITE(), __VA_ARGS__)

/* The second half; gives the call up unless it succeeds.  Returns as troupe_call(); -ESRCH also for
 * a call that this actor has not started. */
TROUPE_API TROUPE_MUST_CHECK int troupe_call_wait_at(const struct troupe_site *site,
                                                     troupe_ref ref, troupe_msg **answer,
                                                     troupe_ns limit);
#define troupe_call_wait(...) troupe_call_wait_at(TROUPE_SITE(), __VA_ARGS__)

/*
 * Answers a request, once; `request` itself stays with the one who answers, and is freed like any
 * message.  Inside an actor.  Never suspends.  Returns 0; -ESRCH if nobody waits for the answer any
 * more, or if `request` is not a request; -EINVAL; -ENOMEM.
 */
TROUPE_API int troupe_reply_at(const struct troupe_site *site, const troupe_msg *request, int tag,
                               const void *data, size_t bytes);
#define troupe_reply(...) troupe_reply_at(TROUPE_SITE(), __VA_ARGS__)

#ifdef __cplusplus
}
#endif

#endif
