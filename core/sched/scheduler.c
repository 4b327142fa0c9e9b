/*
 * Turns, waits and wake-ups.
 *
 * Everything that happens at each switch is inlined into one function per kind of switch: between
 * the program's call and the exchange of stacks there is one call, and each further one would cost
 * as much as the exchange itself.
 */

#include "scheduler.h"

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
    int class = task->coro.stack_class;
    char *stack_end = stack_take(&sched->stacks, class);
    if (CHECK_UNLIKELY(stack_end == NULL)) {
        sched->hooks.no_stack(task);
        return false;
    }
    if (!coro_unpark(&task->coro, stack_end, class))
        coro_init(&task->coro, stack_end, class, run_tasks, sched);
    return true;
}

/* Whose turn it is: sets sched->current, and returns what to switch to. */
static inline struct coro *take_turn(struct sched *sched)
{
    while (CHECK_LIKELY(sched->head != NULL && sched->turns_left > 0)) {
        sched->turns_left--;
        struct task *task = pop_ready(sched);
        if (CHECK_UNLIKELY(!has_started(task)) && !start(sched, task))
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
    if (sched->current != NULL)
        probe_resume(&sched->probe, ticks, sched->current->number);
}

/* Whether the task that is next in the queue can go on with a stack of this class, which another
 * task leaves at this moment. */
static inline bool next_can_inherit(const struct sched *sched, int stack_class)
{
    const struct task *next = sched->head;
    return next != NULL && sched->turns_left > 0 && !has_started(next) &&
           next->coro.stack_class == stack_class;
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
        if (next_can_inherit(sched, here.stack_class)) {
            sched->turns_left--;
            sched->current = pop_ready(sched);
            coro_inherit(&sched->current->coro, &here);
            resume(sched, probe_ticks(&sched->probe));
        } else {
            stack_give(&sched->stacks, here.stack_class, here.stack_end);
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

_Noreturn void sched_leave(struct sched *sched, char *stack_end, int stack_class)
{
    struct coro *to = &sched->home;
    sched->current = NULL;
    stack_give(&sched->stacks, stack_class, stack_end);
    /* A new task would be given this very stack, on which this function still runs: it is started
     * from home. */
    if (!next_can_inherit(sched, stack_class)) {
        to = take_turn(sched);
        resume(sched, probe_ticks(&sched->probe));
    }
    coro_leave(to);
}

static int is_wanted(const struct task *task, uint64_t number)
{
    return task->timer_number == number;
}

int sched_wait(struct sched *sched, struct wait *wait)
{
    struct task *task = sched->current;
    if (wait->deadline_ns != TROUPE_FOREVER) {
        int rc = timers_set(&sched->timers, wait->deadline_ns, task, &task->timer_number);
        if (rc < 0)
            return rc;
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
    if (task->timer_number != 0) {
        task->timer_number = 0;
        timers_forget(&sched->timers, is_wanted);
    }
    push_ready(sched, task);
    probe_ready(&sched->probe, task->number, by);
}

void sched_yield_turn(struct sched *sched, const struct troupe_site *site)
{
    struct task *task = sched->current;
    prints_break(&sched->probe);
    uint64_t ticks = probe_ticks(&sched->probe);
    probe_suspend(&sched->probe, ticks, task->number, TRACE_REASON_YIELD, 0, TROUPE_FOREVER, site);
    push_ready(sched, task);
    pass_on(sched, &task->coro, ticks);
}

void sched_add(struct sched *sched, struct task *task)
{
    task->wait = NULL;
    task->timer_number = 0;
    task->number = ++sched->number_last;
    sched->task_count++;
    push_ready(sched, task);
}

static void fire_timers(struct sched *sched)
{
    const struct timer *first = timers_first(&sched->timers, is_wanted);
    if (first == NULL)
        return;
    int64_t now_ns = clock_now_ns();
    for (; first != NULL && first->deadline_ns <= now_ns;
         first = timers_first(&sched->timers, is_wanted)) {
        struct task *task = first->task;
        struct wait *wait = task->wait;
        timers_pop(&sched->timers);
        task->timer_number = 0;
        if (wait->detach != NULL)
            wait->detach(wait);
        sched_wake(sched, task, wait->timeout_result, 0);
    }
}

static void wait_for_more(struct sched *sched)
{
    const struct timer *first = timers_first(&sched->timers, is_wanted);
    if (first == NULL)
        sched->hooks.stuck();
    else
        loop_wait(sched->loop, first->deadline_ns);
}

void sched_run(struct sched *sched)
{
    while (sched->task_count > 0) {
        if (sched->head != NULL) {
            sched->turns_left = SCHED_BATCH_TURNS;
            pass_on(sched, &sched->home, probe_ticks(&sched->probe));
        } else {
            wait_for_more(sched);
        }
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
