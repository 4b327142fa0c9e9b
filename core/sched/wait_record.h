#ifndef WAIT_RECORD_H
#define WAIT_RECORD_H

/*
 * The one wait record.
 *
 * Whatever suspends an actor fills one of these on the actor's own stack; it lives exactly as long
 * as the wait.  The trace's "why", the report of who waits for whom and the search for cycles all
 * read this record, so they cannot disagree.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <troupe/base.h>

#include "probe.h"

struct task;

struct wait {
    enum trace_reason reason;
    bool steadfast;                 /* goes on when the actor is cancelled: others must end first */
    const struct troupe_site *site; /* the call that waits; NULL if not known */
    int64_t deadline_ns;            /* TROUPE_FOREVER: none; set by sched_wait() */
    struct task *target;            /* whom it waits for, if that is one actor; or NULL */
    struct task *const *holder;     /* a lock: who holds it at this moment; otherwise NULL */

    /* What the suspended call returns when the deadline passes: 0 for a sleep, else -ETIMEDOUT. */
    int timeout_result;

    /* When it began, by sched->now_ms, for those who look; set by sched_wait(). */
    uint32_t since_ms;

    /* Takes the wait off whatever list its object keeps, when the wait ends otherwise than by the
     * object; NULL if it is on none. */
    void (*detach)(struct wait *wait);

    union {
        int result; /* what the suspended call returns; written by whoever ends the wait */
        struct task *towards; /* until then: see the search for cycles in watch.c */
    };
};

/* Whom the wait is for at this moment, if that is one actor; or NULL. */
static inline struct task *wait_target(const struct wait *wait)
{
    return wait->holder != NULL ? *wait->holder : wait->target;
}

#endif
