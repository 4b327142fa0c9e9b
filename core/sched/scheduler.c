/*
 * Turns, waits and wake-ups.
 *
 * Everything that happens at each switch is inlined into one function per kind of switch: between
 * the program's call and the exchange of stacks there is one call, and each further one would cost
 * as much as the exchange itself.
 */

#include "scheduler.h"

#include "list.h"

#include <errno.h>

#include <troupe/actor.h>

_Thread_local struct sched *sched_here;

static inline void push_ready(struct sched *sched, struct task *task)
{
    task->next = NULL;
    *sched->tail = task;
    sched->tail = &task->next;
}

/* The chooser: first in, first out. */
static inline struct task *pop_ready(struct sched *sched)
{
    struct task *task = sched->head;
    sched->head = task->next;
    if (sched->head == NULL)
        sched->tail = &sched->head;
    else
        __builtin_prefetch(sched->head->coro.sp); /* its frame is likely to be cold */
    return task;
}

static inline bool has_started(const struct task *task)
{
    return task->coro.stack_end != NULL;
}

static void run_tasks(void *arg);

/* Gives a task its stack; if there is none to be had, ends it and returns false. */
static inline bool start(struct sched *sched, struct task *task)
{
    char *stack_end = stack_take(&sched->stacks, task->stack_class);
    if (CHECK_UNLIKELY(stack_end == NULL)) {
        sched->hooks.no_stack(task);
        return false;
    }
    if (!coro_unpark(&task->coro, stack_end))
        coro_init(&task->coro, stack_end, run_tasks, sched);
    return true;
}

/* Whose turn it is: sets sched->current, and returns what to switch to. */
static inline struct coro *take_turn(struct sched *sched)
{
    while (CHECK_LIKELY(sched->head != NULL && sched->turns_left > 0)) {
        bool is_new = !has_started(sched->head);
        if (CHECK_UNLIKELY(is_new) && sched->head->stack_class == SCHED_STACKLESS)
            break; /* runs at home */
        sched->turns_left--;
        struct task *task = pop_ready(sched);
        if (CHECK_UNLIKELY(is_new) && !start(sched, task))
            continue;
        sched->current = task;
        return &task->coro;
    }
    sched->current = NULL;
    return &sched->home;
}

/* Records that the task whose turn has just come resumes. */
static inline void resume(struct sched *sched, uint64_t ticks)
{
    sched->calls_left = SCHED_TURN_CALLS;
    if (sched->current != NULL)
        probe_resume(&sched->probe, ticks, sched->current->number);
}

/* Whether the task that is next in the queue can go on with a stack that another task leaves at
 * this moment. */
static inline bool next_can_inherit(const struct sched *sched, char *stack_end)
{
    const struct task *next = sched->head;
    return next != NULL && sched->turns_left > 0 && !has_started(next) &&
           next->stack_class == stack_header(stack_end)->class;
}

/* The life of a stack: it runs one task after the other.  When a task has ended, the next one goes
 * on with the stack at once, if it is new; otherwise the stack is parked in the pool until some
 * new task takes it. */
static void run_tasks(void *arg)
{
    struct sched *sched = arg;
    struct coro here = sched->current->coro;
    coro_arrived(&sched->current->coro);
    for (;;) {
        sched->hooks.run(sched->current);
        if (next_can_inherit(sched, here.stack_end)) {
            sched->turns_left--;
            sched->current = pop_ready(sched);
            coro_inherit(&sched->current->coro, &here);
            resume(sched, probe_ticks(&sched->probe));
        } else {
            stack_give(&sched->stacks, here.stack_end);
            struct coro *to = take_turn(sched);
            resume(sched, probe_ticks(&sched->probe));
            coro_park(&here, to);
            coro_arrived(&sched->current->coro);
        }
    }
}

/* Control goes from `from` to whoever is next; `ticks` is when. */
static inline void pass_on(struct sched *sched, struct coro *from, uint64_t ticks)
{
    struct coro *to = take_turn(sched);
    resume(sched, ticks);
    if (to != from)
        coro_switch(from, to);
}

_Noreturn void sched_leave(struct sched *sched, char *stack_end)
{
    struct coro *to = &sched->home;
    sched->current = NULL;
    /* A new task would be given this very stack, on which this function still runs: it is started
     * from home. */
    bool next_is_new = next_can_inherit(sched, stack_end);
    stack_give(&sched->stacks, stack_end);
    if (!next_is_new) {
        to = take_turn(sched);
        resume(sched, probe_ticks(&sched->probe));
    }
    coro_leave(to);
}

/* A wait that has not begun is not going to. */
static int refuse(struct wait *wait, int result)
{
    if (wait->detach != NULL)
        wait->detach(wait);
    return result;
}

int sched_wait(struct sched *sched, struct wait *wait, troupe_ns limit)
{
    struct task *task = sched->current;
    if (CHECK_UNLIKELY(!has_started(task)))
        check_misuse("a call that suspends", "a stackless actor cannot wait");
    wait->deadline_ns = TROUPE_FOREVER;
    if (limit != TROUPE_FOREVER) {
        if (limit <= 0)
            return refuse(wait, wait->timeout_result);
        wait->deadline_ns = sched_deadline(limit);
        if (timers_set(&sched->timers, wait->deadline_ns, TIMER_TASK, &task->timer) < 0)
            return refuse(wait, -ENOMEM);
    }
    prints_break(&sched->probe);
    uint64_t ticks = probe_ticks(&sched->probe);
    probe_suspend(&sched->probe, ticks, task->number, wait->reason,
                  wait->target != NULL ? wait->target->number : 0, wait->deadline_ns, wait->site);
    task->wait = wait;
    pass_on(sched, &task->coro, ticks);
    return wait->result;
}

void sched_wake(struct sched *sched, struct task *task, int result, uint32_t by)
{
    TROUPE_CHECK(task->wait != NULL);
    task->wait->result = result;
    task->wait = NULL;
    timers_forget(&sched->timers, &task->timer);
    push_ready(sched, task);
    probe_ready(&sched->probe, task->number, by);
}

void sched_interrupt(struct sched *sched, struct task *task, int result, uint32_t by)
{
    if (task->wait->detach != NULL)
        task->wait->detach(task->wait);
    sched_wake(sched, task, result, by);
}

void sched_yield_turn(struct sched *sched, enum trace_reason reason,
                      const struct troupe_site *site)
{
    struct task *task = sched->current;
    if (CHECK_UNLIKELY(!has_started(task)))
        check_misuse("a call that suspends", "a stackless actor cannot wait");
    prints_break(&sched->probe);
    uint64_t ticks = probe_ticks(&sched->probe);
    probe_suspend(&sched->probe, ticks, task->number, reason, 0, TROUPE_FOREVER, site);
    push_ready(sched, task);
    pass_on(sched, &task->coro, ticks);
}

void sched_poke(struct sched *sched, struct task *task, uint32_t by)
{
    if (task->is_queued)
        return;
    task->is_queued = true;
    push_ready(sched, task);
    probe_ready(&sched->probe, task->number, by);
}

void sched_restart(struct sched *sched, struct task *task, uint32_t by)
{
    if (task->wait != NULL)
        sched_interrupt(sched, task, -ECANCELED, by); /* otherwise it is in the queue already */
    if (has_started(task))
        coro_init(&task->coro, task->coro.stack_end, run_tasks, sched);
}

void sched_add(struct sched *sched, struct task *task)
{
    task->wait = NULL;
    task->timer = 0;
    task->cancelled = false;
    task->is_queued = true;
    task->number = ++sched->number_last;
    task->coro.sp = NULL;
    task->coro.stack_end = NULL;
    sched->task_count++;
    push_ready(sched, task);
}

static void fire_timers(struct sched *sched)
{
    const struct timer *first = timers_first(&sched->timers);
    if (first == NULL)
        return;
    int64_t now_ns = clock_now_ns();
    for (; first != NULL && first->deadline_ns <= now_ns; first = timers_first(&sched->timers)) {
        enum timer_kind kind = timer_kind_of(first);
        timer_slot *slot = first->slot;
        timers_pop(&sched->timers);
        if (kind == TIMER_TASK) {
            struct task *task = LIST_OWNER(slot, struct task, timer);
            sched_interrupt(sched, task, task->wait->timeout_result, 0);
        } else {
            sched->hooks.fire(kind, slot);
        }
    }
}

static void wait_for_more(struct sched *sched)
{
    const struct timer *first = timers_first(&sched->timers);
    if (first == NULL)
        sched->hooks.stuck();
    else
        loop_wait(sched->loop, first->deadline_ns);
}

/* One step of the stackless task at the head of the queue. */
static void step(struct sched *sched)
{
    sched->turns_left--;
    sched->current = pop_ready(sched);
    sched->current->is_queued = false;
    resume(sched, probe_ticks(&sched->probe));
    sched->hooks.step(sched->current);
    sched->current = NULL;
}

static void run_batch(struct sched *sched)
{
    sched->turns_left = SCHED_BATCH_TURNS;
    while (sched->head != NULL && sched->turns_left > 0) {
        if (sched->head->stack_class == SCHED_STACKLESS)
            step(sched);
        else
            pass_on(sched, &sched->home, probe_ticks(&sched->probe));
    }
}

void sched_run(struct sched *sched)
{
    while (sched->task_count > 0) {
        if (sched->head != NULL)
            run_batch(sched);
        else
            wait_for_more(sched);
        fire_timers(sched);
    }
}

int sched_init(struct sched *sched, struct sched_hooks hooks)
{
    TROUPE_CHECK(sched_here == NULL);
    *sched = (struct sched){.hooks = hooks};
    sched->tail = &sched->head;
    clock_init();
    timers_init(&sched->timers);
    stack_pool_init(&sched->stacks);
    coro_init_thread(&sched->home);
    int rc = loop_create(&sched->loop);
    if (rc < 0)
        return rc;
    probe_open(&sched->probe);
    prints_open(&sched->probe);
    sched_here = sched;
    return 0;
}

void sched_finish(struct sched *sched)
{
    TROUPE_CHECK(sched->task_count == 0);
    sched_here = NULL;
    prints_close();
    probe_close(&sched->probe);
    loop_destroy(sched->loop);
    coro_finish_thread(&sched->home);
    stack_pool_finish(&sched->stacks);
    timers_finish(&sched->timers);
}
