#ifndef INBOX_H
#define INBOX_H

/*
 * What other threads have for a loop: a queue without locks, with many who put and one who takes.
 *
 *     others                                   the loop
 *     inbox_put() --> newest ... oldest -->    inbox_take(), between two batches of turns
 *          |
 *          +-- if the loop has said that it sleeps: it is woken, once
 *
 * A put is one exchange; the loop takes without any.  What one thread puts comes out in the order
 * in which it was put.
 *
 * The links are in what is put; the queue never allocates.  (It is the queue of D. Vyukov: the link
 * to a new member is set just after the exchange that makes it the newest; in between the queue is
 * torn, and the taker finds nothing, though it is not empty.)
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

struct inbox_link {
    struct inbox_link *_Atomic next;
};

struct inbox {
    /* Those who put. */
    _Alignas(64) struct inbox_link *_Atomic newest;

    /* The loop. */
    _Alignas(64) struct inbox_link *oldest;
    struct inbox_link stub; /* in the queue when it would be empty without */

    /* Read by those who put, written by the loop when it goes to sleep or gets up. */
    _Alignas(64) _Atomic bool is_asleep;
};

void inbox_init(struct inbox *inbox);

/* Puts a link; true: the loop sleeps, and it is for the caller to wake it. */
static inline bool inbox_put(struct inbox *inbox, struct inbox_link *link)
{
    atomic_store_explicit(&link->next, NULL, memory_order_relaxed);
    struct inbox_link *before =
        atomic_exchange_explicit(&inbox->newest, link, memory_order_seq_cst);
    atomic_store_explicit(&before->next, link, memory_order_release);
    return atomic_load_explicit(&inbox->is_asleep, memory_order_seq_cst) &&
           atomic_exchange_explicit(&inbox->is_asleep, false, memory_order_seq_cst);
}

/* Whether there is nothing, not even something that is just being put. */
static inline bool inbox_is_empty(const struct inbox *inbox)
{
    return inbox->oldest == &inbox->stub &&
           atomic_load_explicit(&inbox->newest, memory_order_seq_cst) == &inbox->stub;
}

/* Whether there may be something; the cheapest look. */
static inline bool inbox_has_some(const struct inbox *inbox)
{
    return inbox->oldest != &inbox->stub ||
           atomic_load_explicit(&inbox->stub.next, memory_order_relaxed) != NULL;
}

/* The oldest link; NULL if there is none, or none yet. */
struct inbox_link *inbox_take(struct inbox *inbox);

/* The loop is about to sleep; false: it must not, since there is something. */
bool inbox_doze(struct inbox *inbox);

/* The loop has got up; see crew_rouse_sentry() for the order that this keeps. */
static inline void inbox_rouse(struct inbox *inbox)
{
    atomic_store_explicit(&inbox->is_asleep, false, memory_order_seq_cst);
}

#endif
