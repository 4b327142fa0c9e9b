#ifndef TIMERS_H
#define TIMERS_H

/*
 * Deadlines, earliest first; equal ones in the order in which they were set.
 *
 * libevent's own timers do not promise that order, and cost an object of 128 bytes each; so the
 * loop has just one of those, for the head of this heap.
 *
 * Whoever sets a timer has a slot for its number, in memory that stays what it is (a slab's) as
 * long as the heap lives.  A timer that is not wanted any more is not taken out of the heap: its
 * slot is cleared, and it is dropped when it comes up.  When more than half of the heap is
 * forgotten, it is cleaned.
 */

#include <stddef.h>
#include <stdint.h>

/* Whose timer it is: what its slot is a part of. */
enum timer_kind {
    TIMER_TASK,    /* struct task: the deadline of its wait */
    TIMER_SCOPE,   /* struct scope: its deadline */
    TIMER_MESSAGE, /* struct later: a message to send */
    TIMER_GRACE,   /* struct scope: the end of its shield */
    TIMER_NET,     /* struct net_way: what arrives next */
};

/* The number that a slot holds: counts up from 1, with the kind in its three lowest bits; 0: none.
 */
typedef uint64_t timer_slot;

struct timer {
    int64_t deadline_ns;
    uint64_t number;
    timer_slot *slot;
};

static inline enum timer_kind timer_kind_of(const struct timer *timer)
{
    return (enum timer_kind)(timer->number & 7);
}

struct timers {
    struct timer *heap; /* 4-ary: the children of i are 4i + 1 .. 4i + 4 */
    size_t count;
    size_t capacity;
    size_t forgotten; /* timers in the heap that nobody wants */
    uint64_t number_last;
};

void timers_init(struct timers *timers);
void timers_finish(struct timers *timers);

/* Sets a timer; the slot must hold none.  0 or -ENOMEM. */
int timers_set(struct timers *timers, int64_t deadline_ns, enum timer_kind kind,
               timer_slot *slot);

/* The timer in this slot, if any, is not wanted any more. */
void timers_forget(struct timers *timers, timer_slot *slot);

/* The earliest timer that is wanted, or NULL; forgotten ones before it are dropped. */
const struct timer *timers_first(struct timers *timers);

/* Takes the earliest timer out and clears its slot. */
void timers_pop(struct timers *timers);

#endif
