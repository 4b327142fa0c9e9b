#ifndef TROUPE_MESSAGE_H
#define TROUPE_MESSAGE_H

/*
 * Messages between actors, and the mailboxes they arrive in.
 *
 * A message is a tag, a number that says what it is about, and some bytes.  Each actor has one
 * mailbox; messages from one actor to another arrive in the order in which they were sent.  Sending
 * never suspends, so nothing else runs between two sends.
 *
 *     enum { PING = 1, PONG };
 *
 *     troupe_send(partner, PING, &n, sizeof n);         // copies n
 *
 *     troupe_msg *m;
 *     int rc = troupe_recv(&m, TROUPE_FOREVER);
 *     if (rc < 0)
 *         return rc;
 *     int n = *(const int *)troupe_msg_data(m, NULL);
 *     troupe_msg_free(&m);
 *
 * Ownership: a message that was received is the receiver's, to be freed or sent on.  troupe_send()
 * copies; troupe_send_msg() takes the message and sets the caller's pointer to NULL if it succeeds,
 * and leaves it alone if it does not.
 *
 * Calls and answers are in troupe/call.h.
 */

#include <troupe/actor.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct troupe_msg troupe_msg;

/* Tags from 0 are the program's.  These are the runtime's own: see troupe/link.h. */
enum {
    TROUPE_TAG_DOWN = -1, /* an actor that was monitored has ended */
    TROUPE_TAG_EXIT = -2, /* an actor that was linked to has ended */
};

/* Messages that a mailbox takes unless it is told otherwise: enough for any burst, and a leak stops
 * at some 4 MiB.  What the runtime itself delivers (ends, delayed messages) does not count. */
#define TROUPE_MAILBOX_LIMIT 65536

/* A payload of at most this many bytes lies within the message, which then is one allocation from
 * a pool; no limit to the size otherwise, but 4 GiB. */
#define TROUPE_MSG_INLINE_BYTES 200

/*
 * Sends a copy of `bytes` bytes at `data`.  Inside an actor.  Returns 0: queued, which does not
 * mean handled; -ESRCH; -EAGAIN when the mailbox is at its limit (see troupe_mailbox_limit());
 * -EINVAL for a negative tag or 4 GiB; -ENOMEM.
 */
TROUPE_API int troupe_send_at(const struct troupe_site *site, troupe_pid pid, int tag,
                              const void *data, size_t bytes);
#define troupe_send(...) troupe_send_at(TROUPE_SITE(), __VA_ARGS__)

/* Sends the message *msg itself and sets *msg to NULL; if it fails, it stays the caller's.  Once
 * sent on, a request can no longer be answered.  Inside an actor.  Returns as troupe_send(). */
TROUPE_API int troupe_send_msg_at(const struct troupe_site *site, troupe_pid pid,
                                  troupe_msg **msg);
#define troupe_send_msg(...) troupe_send_msg_at(TROUPE_SITE(), __VA_ARGS__)

/*
 * Sends a copy and, if the mailbox is at its limit, waits for room for no longer than `limit`.
 * Inside an actor.  May suspend.  Returns 0, -ETIMEDOUT, -ESRCH, -EDEADLK when the receiver waits
 * for the caller, -ECANCELED, -EINVAL, -ENOMEM; it is sent if and only if it returns 0.
 */
TROUPE_API TROUPE_MUST_CHECK int troupe_send_wait_at(const struct troupe_site *site,
                                                     troupe_pid pid, int tag, const void *data,
                                                     size_t bytes, troupe_ns limit);
#define troupe_send_wait(...) troupe_send_wait_at(TROUPE_SITE(), __VA_ARGS__)

/* A message that will be sent.  All zero is none. */
typedef struct troupe_timer {
    uint64_t value;
} troupe_timer;

/*
 * Sends *msg to `pid` after `delay`, and sets *msg to NULL; the mailbox's limit does not count.
 * What is due when its receiver is gone is dropped.  `timer`, if not NULL, can cancel it.
 * Inside an actor.  Returns 0, -ESRCH or -ENOMEM (*msg stays the caller's).
 */
TROUPE_API int troupe_send_after(troupe_ns delay, troupe_pid pid, troupe_msg **msg,
                                 troupe_timer *timer);

/* Takes back a message that is not due yet, and frees it.  Inside an actor.  Returns 0 if it will
 * not be sent, -ESRCH if it has been already, or was dropped. */
TROUPE_API int troupe_timer_cancel(troupe_timer timer);

/*
 * Takes the first message out of the mailbox, waiting for one for no longer than `limit` (0: does
 * not wait).  Inside an actor.  May suspend.  Returns 0 and the message in *msg, which the caller
 * then owns; -ETIMEDOUT; -ECANCELED; -ENOMEM.  A message is taken if and only if it returns 0.
 */
TROUPE_API TROUPE_MUST_CHECK int troupe_recv_at(const struct troupe_site *site, troupe_msg **msg,
                                                troupe_ns limit);
#define troupe_recv(...) troupe_recv_at(TROUPE_SITE(), __VA_ARGS__)

/* The same for the first message with this tag; the others stay in the mailbox.  The mailbox
 * remembers how far it has been searched for the four tags that were waited for last, so that no
 * message is looked at twice for one of them. */
TROUPE_API TROUPE_MUST_CHECK int troupe_recv_tag_at(const struct troupe_site *site, int tag,
                                                    troupe_msg **msg, troupe_ns limit);
#define troupe_recv_tag(...) troupe_recv_tag_at(TROUPE_SITE(), __VA_ARGS__)

/* Whether a message is the one that is waited for.  May run on the sender's stack: it looks at the
 * message and at `context`, and calls nothing of the runtime but troupe_msg_...(). */
typedef bool (*troupe_match_fn)(const troupe_msg *msg, void *context);

/* The same for the first message that `match` accepts.  While it waits, only new messages are
 * looked at. */
TROUPE_API TROUPE_MUST_CHECK int troupe_recv_match_at(const struct troupe_site *site,
                                                      troupe_match_fn match, void *context,
                                                      troupe_msg **msg, troupe_ns limit);
#define troupe_recv_match(...) troupe_recv_match_at(TROUPE_SITE(), __VA_ARGS__)

/* What becomes of a message that comes to a mailbox at its limit. */
typedef enum troupe_policy {
    TROUPE_REFUSE,   /* the send fails with -EAGAIN */
    TROUPE_DROP_NEW, /* it is dropped, and the send succeeds */
    TROUPE_DROP_OLD, /* the oldest message from an actor is dropped instead */
} troupe_policy;

/*
 * Sets the limit of an actor's mailbox; SIZE_MAX: none.  Messages that are there stay.
 * Inside an actor.  Returns 0, -ESRCH, -EINVAL for a limit of 0, -ENOMEM.
 *
 *     troupe_mailbox_limit(worker, 10, TROUPE_REFUSE);      // then troupe_send_wait() to it
 */
TROUPE_API int troupe_mailbox_limit(troupe_pid pid, size_t limit, troupe_policy policy);

/* A message with room for `bytes` bytes, zeroed, to be filled through troupe_msg_data().
 * Inside an actor.  Returns 0 or -EINVAL (a negative tag) or -ENOMEM. */
TROUPE_API int troupe_msg_new(int tag, size_t bytes, troupe_msg **msg);

/* A message whose bytes are those at `data`, without copying them; `release(data)` is called when
 * it is freed, by whomever.  Inside an actor.  Returns as troupe_msg_new(); on failure `data` stays
 * the caller's. */
TROUPE_API int troupe_msg_wrap(int tag, void *data, size_t bytes, void (*release)(void *),
                               troupe_msg **msg);

/* Its bytes, and how many they are in *bytes (NULL: not wanted).  They are the message's: valid
 * until it is freed or sent on.  Anywhere, like the next two. */
TROUPE_API void *troupe_msg_data(const troupe_msg *msg, size_t *bytes);

/* Its tag. */
TROUPE_API int troupe_msg_tag(const troupe_msg *msg);

/* Who sent it; TROUPE_PID_NONE if it came from the runtime. */
TROUPE_API troupe_pid troupe_msg_from(const troupe_msg *msg);

/* Frees *msg and sets it to NULL; NULL in it is fine.  Inside an actor. */
TROUPE_API void troupe_msg_free(troupe_msg **msg);

#ifdef __cplusplus
}
#endif

#endif
