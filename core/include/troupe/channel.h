#ifndef TROUPE_CHANNEL_H
#define TROUPE_CHANNEL_H

/*
 * Channels: values that go from one actor to another, one by one.
 *
 *     troupe_chan jobs;
 *     int rc = troupe_chan_new(&jobs, sizeof(int), 8);      // at most 8 wait in it
 *     ...
 *     rc = troupe_chan_send(jobs, &job, TROUPE_FOREVER);    // in the actors that give out jobs
 *     rc = troupe_chan_close(jobs);                         // there are no more
 *     ...
 *     while ((rc = troupe_chan_recv(jobs, &job, TROUPE_FOREVER)) == 0)
 *         work_on(job);                                     // in those that do them
 *     return rc == -EPIPE ? 0 : rc;                         // -EPIPE: closed, and all taken
 *
 * A mailbox belongs to one actor and takes messages of all kinds; a channel belongs to nobody, has
 * values of one size, and any number of actors may send to it and receive from it.  Values are
 * copied in and out.  A channel with a capacity of 0 keeps none: a sender waits until a receiver
 * takes its value.
 *
 * Whoever waits at either end is served in the order of coming.  A value goes to exactly one
 * receiver, and a send or a receive has happened if and only if it returned 0.  A receiver that is
 * killed after a value was handed to it takes the value with it, as it does its mailbox.
 *
 * A troupe_chan is a name: copy it, store it, hand it on.  The channel itself belongs to the actor
 * that has made it and goes when that ends, or when it is freed; then all its calls, also those
 * that wait, return -EPIPE.  So make it in the actor that waits for all who use it.
 */

#include <stddef.h>

#include <troupe/actor.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The name of a channel.  All zero is none. */
typedef struct troupe_chan {
    uint64_t value;
} troupe_chan;

#define TROUPE_CHAN_NONE ((troupe_chan){0})

/* Values that a channel can keep, at the most: one that needs more hides that nobody receives. */
#define TROUPE_CHAN_CAPACITY_MAX 1048576

/* Bytes of a value, at the most; send a pointer, or a message, where this is too little. */
#define TROUPE_CHAN_VALUE_BYTES_MAX 4096

/*
 * Makes a channel for values of `value_bytes` bytes (0: it only signals), which keeps at most
 * `capacity` of them.  Inside an actor, to which it belongs.  Returns 0 and *chan; otherwise *chan
 * is none, and -EINVAL (above the limits), -EAGAIN or -ENOMEM is returned.
 */
TROUPE_API int troupe_chan_new_at(const struct troupe_site *site, troupe_chan *chan,
                                  size_t value_bytes, size_t capacity);
#define troupe_chan_new(...) troupe_chan_new_at(TROUPE_SITE(), __VA_ARGS__)

/*
 * Sends a copy of *value: to the receiver that has waited longest; else into the channel; else, if
 * there is no room, waits for no longer than `limit` (0: does not wait).  `value` stays the
 * caller's.
 *
 * Inside an actor.  May suspend.  Returns 0; -EPIPE when the channel is closed or gone;
 * -ETIMEDOUT; -ECANCELED; -EINVAL for a name that is none; -ENOMEM for the time limit.
 */
TROUPE_API TROUPE_MUST_CHECK int troupe_chan_send_at(const struct troupe_site *site,
                                                     troupe_chan chan, const void *value,
                                                     troupe_ns limit);
#define troupe_chan_send(...) troupe_chan_send_at(TROUPE_SITE(), __VA_ARGS__)

/*
 * Takes the oldest value, or waits for one for no longer than `limit` (0: does not wait).  *value
 * is changed if and only if it returns 0.
 *
 * Inside an actor.  May suspend.  Returns 0; -EPIPE when the channel is closed and all its values
 * are taken, or it is gone; otherwise as troupe_chan_send().
 */
TROUPE_API TROUPE_MUST_CHECK int
troupe_chan_recv_at(const struct troupe_site *site, troupe_chan chan, void *value, troupe_ns limit);
#define troupe_chan_recv(...) troupe_chan_recv_at(TROUPE_SITE(), __VA_ARGS__)

/*
 * Nothing more may be sent.  Senders that wait return -EPIPE; what is in the channel can still be
 * taken; receivers that wait return -EPIPE.  Inside an actor.  Returns 0, also when it is closed
 * already; -EPIPE if it is gone; -EINVAL.
 */
TROUPE_API int troupe_chan_close(troupe_chan chan);

/* Values that are in the channel and can be taken at once; 0 also if it is gone.  Inside an
 * actor. */
TROUPE_API size_t troupe_chan_count(troupe_chan chan);

/* Frees *chan with the values in it, and sets it to none; those who wait return -EPIPE.  None in it
 * is fine.  Inside an actor. */
TROUPE_API void troupe_chan_free(troupe_chan *chan);

#ifdef __cplusplus
}
#endif

#endif
