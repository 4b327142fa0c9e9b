#ifndef TROUPE_SELECT_H
#define TROUPE_SELECT_H

/*
 * Waiting for the first of several events.
 *
 *     troupe_msg *msg;
 *     troupe_case cases[] = {
 *         troupe_on_mail(&msg),          // a message arrives,
 *         troupe_on_recv(jobs, &job),    // or there is a job,
 *         troupe_on_send(log, &line),    // or there is room in the log,
 *     };
 *     switch (troupe_select(cases, 3, TROUPE_S(1))) {
 *     case 0:
 *         handle(msg);
 *         break;
 *     case 1:
 *         if (cases[1].result == 0)      // -EPIPE: there will be no more jobs
 *             work_on(job);
 *         break;
 *     ...
 *     case -ETIMEDOUT:                   // or a second has passed
 *
 * Exactly one case happens, or none: none if and only if a negative code is returned, however the
 * time limit, a cancellation and an event may coincide.
 *
 * If several cases can happen at once, the first of them in the order given does.  So the order is
 * one of priority, and a case that can always happen starves those behind it; put what is rare and
 * urgent first.
 */

#include <troupe/channel.h>
#include <troupe/message.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Cases of one select, at the most: what is needed to wait for them lies on the actor's stack. */
#define TROUPE_SELECT_CASES_MAX 32

typedef enum troupe_case_kind {
    TROUPE_CASE_NONE, /* never happens */
    TROUPE_CASE_SEND,
    TROUPE_CASE_RECV,
    TROUPE_CASE_MAIL,
} troupe_case_kind;

/* One event; made by the functions below. */
typedef struct troupe_case {
    troupe_case_kind kind;
    troupe_chan chan; /* SEND, RECV; none: the case never happens, which is how to switch it off */
    void *value;      /* SEND, RECV: what to send, or where to put what is received */
    troupe_msg **msg; /* MAIL: where to put the message, which the caller then owns */
    int result;       /* of the case that happened: 0; or -EPIPE: it never can, see the channel */
} troupe_case;

/* A value can be sent; it is copied when it is, and stays the caller's. */
static inline troupe_case troupe_on_send(troupe_chan chan, const void *value)
{
    troupe_case it = {TROUPE_CASE_SEND, chan, (void *)value, (troupe_msg **)0, 0};
    return it;
}

/* A value can be received; it is stored in *value. */
static inline troupe_case troupe_on_recv(troupe_chan chan, void *value)
{
    troupe_case it = {TROUPE_CASE_RECV, chan, value, (troupe_msg **)0, 0};
    return it;
}

/* The caller's mailbox has a message, any message; its first one is stored in *msg. */
static inline troupe_case troupe_on_mail(troupe_msg **msg)
{
    troupe_case it = {TROUPE_CASE_MAIL, {0}, (void *)0, msg, 0};
    return it;
}

/*
 * Waits until one of the cases can happen, and makes it happen; no longer than `limit` (0: does not
 * wait).  Of several waiting selects and calls at a channel, the one that came first is served.
 *
 * Inside an actor.  May suspend.  Returns the index of the case that happened, with its `result`;
 * -ETIMEDOUT; -ECANCELED; -EINVAL for more cases than the limit; -ENOMEM for the time limit.
 */
TROUPE_API TROUPE_MUST_CHECK int
troupe_select_at(const struct troupe_site *site, troupe_case *cases, size_t count, troupe_ns limit);
#define troupe_select(...) troupe_select_at(TROUPE_SITE(), __VA_ARGS__)

#ifdef __cplusplus
}
#endif

#endif
