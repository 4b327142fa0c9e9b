#ifndef TURN_H
#define TURN_H

/*
 * What happens at each switch, inlined into the calls that switch most.
 *
 * A processor predicts where a function returns to from the calls it has seen, and after a switch
 * of stacks every prediction is wrong: each level of call between the program and the switch costs
 * some 8 ns more.  So a call that suspends on the hot path is one function down to
 * context_switch().  Others use sched_wait() and sched_yield_turn(), which are the same behind one
 * more call.
 */

#include "scheduler.h"

static inline void turn_push(struct sched *sched, struct task *task)
{
    task->next = NULL;
    *sched->tail = task;
    sched->tail = &task->next;
    sched->ready_count++;
}

/* Fetches what the task needs when its turn comes: the frames that it goes on in. */
static inline void turn_warm(const struct task *task)
{
    uintptr_t frames = (uintptr_t)task->coro.sp; /* 0 before it first runs: then it is a number */
    __builtin_prefetch((const void *)frames);
    __builtin_prefetch((const void *)(frames + 64));
    __builtin_prefetch((const void *)(frames + 128));
}

/* In a crowd all tasks are cold, and memory takes longer than a turn: a scout goes some turns ahead
 * of the head.  It moves two steps a turn until it is there, then one. */
static inline void turn_scout(struct sched *sched)
{
    if (sched->scout_lead > 0)
        sched->scout_lead--;
    else
        sched->scout = sched->head;
    for (int i = 0; i < 2 && sched->scout_lead < SCHED_SCOUT_LEAD && sched->scout->next != NULL;
         i++) {
        turn_warm(sched->scout);
        sched->scout = sched->scout->next;
        __builtin_prefetch(sched->scout);
        sched->scout_lead++;
    }
}

/* The chooser: first in, first out. */
static inline struct task *turn_pop(struct sched *sched)
{
    struct task *task = sched->head;
    sched->head = task->next;
    sched->ready_count--;
    if (CHECK_UNLIKELY(sched->ready_count >= SCHED_CROWD)) {
        turn_scout(sched);
        return task;
    }
    sched->scout_lead = 0;
    if (sched->head == NULL)
        sched->tail = &sched->head;
    else
        turn_warm(sched->head);
    return task;
}

static inline bool turn_has_stack(const struct task *task)
{
    return task->coro.stack_end != NULL;
}

/* Gives a task its stack; if there is none to be had, the task becomes SCHED_NO_STACK, and the
 * result is false. */
bool sched_start(struct sched *sched, struct task *task);

/* Whose turn it is: sets sched->current, and returns what to switch to. */
static inline __attribute__((always_inline)) struct coro *
turn_take(struct sched *sched)
{
    while (CHECK_LIKELY(sched->head != NULL && sched->turns_left > 0)) {
        bool is_new = !turn_has_stack(sched->head);
        if (CHECK_UNLIKELY(is_new) && (sched->head->stack_class >= SCHED_NO_STACK ||
                                       !sched_start(sched, sched->head)))
            break; /* its turn is taken at home */
        sched->turns_left--;
        sched->current = turn_pop(sched);
        return &sched->current->coro;
    }
    sched->current = NULL;
    return &sched->home;
}

/* Records that the task whose turn has just come resumes. */
static inline void turn_resume(struct sched *sched, uint64_t ticks)
{
    sched->calls_left = SCHED_TURN_CALLS;
    if (sched->current != NULL)
        probe_resume(&sched->probe, ticks, sched->current->number);
}

/* The current task suspends, for `reason`, and control goes to whoever is next; `ticks` is when. */
static inline __attribute__((always_inline)) void
turn_pass_on(struct sched *sched, struct task *task, uint64_t ticks, enum trace_reason reason,
             const struct task *target, int64_t deadline_ns, const struct troupe_site *site)
{
    struct coro *to = turn_take(sched);
    sched->calls_left = SCHED_TURN_CALLS;
    if (PROBE_IS_ON(&sched->probe))
        probe_switch(&sched->probe, ticks, task->number, reason,
                     target != NULL ? target->number : 0, deadline_ns, site,
                     sched->current != NULL ? sched->current->number : 0);
    if (to != &task->coro)
        coro_switch(&task->coro, to);
}

/* A wait that has not begun is not going to. */
static inline int turn_refuse(struct wait *wait, int result)
{
    if (wait->detach != NULL)
        wait->detach(wait);
    return result;
}

static inline __attribute__((always_inline)) int
turn_wait(struct sched *sched, struct wait *wait, troupe_ns limit)
{
    struct task *task = sched->current;
    if (CHECK_UNLIKELY(!turn_has_stack(task)))
        check_misuse_at(wait->site, "suspends, and a stackless actor cannot wait");
    wait->deadline_ns = TROUPE_FOREVER;
    if (limit != TROUPE_FOREVER) {
        if (limit <= 0)
            return turn_refuse(wait, wait->timeout_result);
        wait->deadline_ns = sched_deadline(limit);
        if (timers_set(&sched->timers, wait->deadline_ns, TIMER_TASK, &task->timer) < 0)
            return turn_refuse(wait, -ENOMEM);
    }
    wait->since_ms = sched->now_ms;
    prints_break(&sched->probe);
    uint64_t ticks = probe_ticks(&sched->probe);
    task->wait = wait;
    turn_pass_on(sched, task, ticks, wait->reason, wait_target(wait), wait->deadline_ns,
                 wait->site);
    return wait->result;
}

static inline void turn_wake(struct sched *sched, struct task *task, int result, uint32_t by)
{
    TROUPE_CHECK(task->wait != NULL);
    task->wait->result = result;
    task->wait = NULL;
    if (task->timer != 0)
        timers_forget(&sched->timers, &task->timer);
    turn_push(sched, task);
    probe_ready(&sched->probe, task->number, by);
}

static inline __attribute__((always_inline)) void
turn_yield(struct sched *sched, enum trace_reason reason, const struct troupe_site *site)
{
    struct task *task = sched->current;
    if (CHECK_UNLIKELY(!turn_has_stack(task)))
        check_misuse_at(site, "suspends, and a stackless actor cannot wait");
    prints_break(&sched->probe);
    uint64_t ticks = probe_ticks(&sched->probe);
    turn_push(sched, task);
    turn_pass_on(sched, task, ticks, reason, NULL, TROUPE_FOREVER, site);
}

#endif
