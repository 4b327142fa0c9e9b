#ifndef TIMERS_H
#define TIMERS_H

/*
 * Deadlines, earliest first; equal ones in the order in which they were set.
 *
 * libevent's own timers do not promise that order, and cost an object of 128 bytes each; so the
 * loop has just one of those, for the head of this heap.
 *
 * A timer is not taken out when it is no longer wanted: the owner forgets its number, and the
 * timer is dropped when it comes up.  When more than half of the heap is forgotten, it is cleaned.
 */

#include <stddef.h>
#include <stdint.h>

struct task;

struct timer {
    int64_t deadline_ns;
    uint64_t number; /* in order of setting, from 1 */
    struct task *task;
};

struct timers {
    struct timer *heap; /* 4-ary: the children of i are 4i + 1 .. 4i + 4 */
    size_t count;
    size_t capacity;
    size_t forgotten; /* timers in the heap that nobody wants */
    uint64_t number_last;
};

/* Whether the task still waits for the timer with this number. */
typedef int (*timers_wanted_fn)(const struct task *task, uint64_t number);

void timers_init(struct timers *timers);
void timers_finish(struct timers *timers);

/* Sets a timer; 0 or -ENOMEM.  *number is what the owner remembers it by. */
int timers_set(struct timers *timers, int64_t deadline_ns, struct task *task, uint64_t *number);

/* Somebody forgot a timer; must be told, once. */
void timers_forget(struct timers *timers, timers_wanted_fn wanted);

/* The earliest timer that is wanted, or NULL; forgotten ones before it are dropped. */
const struct timer *timers_first(struct timers *timers, timers_wanted_fn wanted);

/* Takes the earliest timer out. */
void timers_pop(struct timers *timers);

#endif
