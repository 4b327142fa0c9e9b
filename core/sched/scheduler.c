/*
 * The life of stacks, wake-ups, timers, and the loop around all turns.
 */

#include "scheduler.h"

#include "choices.h"
#include "list.h"
#include "tape.h"
#include "turn.h"

#include <errno.h>
#include <stdatomic.h>
#include <unistd.h>

#include <troupe/actor.h>

_Thread_local struct sched *sched_here;

static void run_tasks(void *arg);

bool sched_start(struct sched *sched, struct task *task)
{
    char *stack_end = stack_take(&sched->stacks, task->stack_class);
    if (CHECK_UNLIKELY(stack_end == NULL)) {
        task->stack_class = SCHED_NO_STACK;
        return false;
    }
    if (!coro_unpark(&task->coro, stack_end))
        coro_init(&task->coro, stack_end, run_tasks, sched);
    return true;
}

/* Whether the task that is next in the queue can go on with a stack that another task leaves at
 * this moment. */
static inline bool next_can_inherit(const struct sched *sched, char *stack_end)
{
    const struct task *next = sched->head;
    return next != NULL && sched->turns_left > 0 && !turn_has_stack(next) &&
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
            sched->current = turn_pop(sched);
            coro_inherit(&sched->current->coro, &here);
            turn_resume(sched, probe_ticks(&sched->probe));
        } else {
            stack_give(&sched->stacks, here.stack_end);
            struct coro *to = turn_take(sched);
            turn_resume(sched, probe_ticks(&sched->probe));
            coro_park(&here, to);
            coro_arrived(&sched->current->coro);
        }
    }
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
        to = turn_take(sched);
        turn_resume(sched, probe_ticks(&sched->probe));
    }
    coro_leave(to);
}

int sched_abandon(struct sched *sched, size_t stack_bytes, struct coro *coro, void (*entry)(void *),
                  void *arg)
{
    struct task *task = sched->current;
    char *stack_end = stack_take(&sched->stacks, stack_class_for(stack_bytes));
    if (stack_end == NULL)
        return -ENOMEM;
    sched_here = NULL;
    coro_init(coro, stack_end, entry, arg);
    coro_switch(&task->coro, coro);
    __builtin_unreachable();
}

void sched_wake(struct sched *sched, struct task *task, int result, uint32_t by)
{
    turn_wake(sched, task, result, by);
}

void sched_interrupt(struct sched *sched, struct task *task, int result, uint32_t by)
{
    if (task->wait->detach != NULL)
        task->wait->detach(task->wait);
    sched_wake(sched, task, result, by);
}

int sched_wait(struct sched *sched, struct wait *wait, troupe_ns limit)
{
    return turn_wait(sched, wait, limit);
}

/* Control comes home after this turn. */
static void cut_batch(struct sched *sched)
{
    sched->turns_granted -= sched->turns_left;
    sched->turns_left = 0;
}

void sched_yield_turn(struct sched *sched, enum trace_reason reason, const struct troupe_site *site)
{
    if (sched->external > 0)
        cut_batch(sched); /* 128 calls that reach the system take long enough */
    turn_yield(sched, reason, site);
}

void sched_meet_deadlines(struct sched *sched, const struct troupe_site *site)
{
    const struct timer *first = timers_first(&sched->timers);
    if (first == NULL || first->deadline_ns > clock_now_ns())
        return;
    cut_batch(sched);
    turn_yield(sched, TRACE_REASON_BUDGET, site);
}

void sched_poke(struct sched *sched, struct task *task, uint32_t by)
{
    if (task->is_queued)
        return;
    task->is_queued = true;
    turn_push(sched, task);
    probe_ready(&sched->probe, task->number, by);
}

void sched_restart(struct sched *sched, struct task *task, uint32_t by)
{
    if (task->wait != NULL)
        sched_interrupt(sched, task, -ECANCELED, by); /* otherwise it is in the queue already */
    if (turn_has_stack(task))
        coro_init(&task->coro, task->coro.stack_end, run_tasks, sched);
}

void sched_add(struct sched *sched, struct task *task)
{
    task->wait = NULL;
    task->timer = 0;
    task->cancelled = false;
    task->is_queued = true;
    task->coro.sp = NULL;
    task->coro.stack_end = NULL;
    if (CHECK_UNLIKELY(sched->task_count++ == 0))
        crew_join(sched->crew);
    sched->added++;
    turn_push(sched, task);
}

static void fire_timers(struct sched *sched)
{
    const struct timer *first = timers_first(&sched->timers);
    int64_t now_ns = clock_now_ns();
    sched->now_ms = clock_ms(now_ns);
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

/* Looks out for posts for a while; whether there are some. */
static bool spin(const struct sched *sched)
{
    enum { LOOKS = 100 }; /* between two looks at the clock: some 0.3 us */
    int64_t until_ns = clock_now_ns() + sched->crew->plan.spin_ns;
    do {
        for (int i = 0; i < LOOKS; i++) {
            if (inbox_has_some(&sched->inbox))
                return true;
            clock_pause();
        }
    } while (clock_now_ns() < until_ns);
    return false;
}

static void sleep_until(struct sched *sched, int64_t deadline_ns)
{
    if (inbox_doze(&sched->inbox))
        loop_wait(sched->loop, deadline_ns);
    inbox_rouse(&sched->inbox);
    crew_rouse_sentry(sched->crew);
}

/* The same in virtual time: it passes with real time while something real is waited for, and
 * otherwise at once. */
static void sleep_virtually(struct sched *sched, int64_t deadline_ns)
{
    if (sched->external == 0) {
        clock_jump(deadline_ns);
        return;
    }
    int64_t before_ns = clock_real_ns();
    int64_t left_ns = deadline_ns != TROUPE_FOREVER ? deadline_ns - clock_now_ns() : 0;
    sleep_until(sched, deadline_ns != TROUPE_FOREVER ? before_ns + left_ns : TROUPE_FOREVER);
    clock_advance(clock_real_ns() - before_ns);
}

static void wait_for_more(struct sched *sched)
{
    const struct timer *first = timers_first(&sched->timers);
    if (sched->crew->plan.spin_ns > 0 && spin(sched))
        return;
    if (first != NULL || sched->external > 0) {
        int64_t deadline_ns = first != NULL ? first->deadline_ns : TROUPE_FOREVER;
        if (CHECK_UNLIKELY(sched->is_virtual))
            sleep_virtually(sched, deadline_ns);
        else
            sleep_until(sched, deadline_ns);
    } else if (crew_rest(sched->crew)) {
        sched->hooks.stuck();
    } else {
        sleep_until(sched, TROUPE_FOREVER);
        crew_rise(sched->crew);
    }
}

/* Takes in what other threads have posted, but not for too long. */
static void take_in(struct sched *sched)
{
    for (int i = 0; i < SCHED_BATCH_POSTS; i++) {
        struct inbox_link *post = inbox_take(&sched->inbox);
        if (post == NULL)
            break;
        uint32_t from = sched->hooks.receive(post);
        if (from == SCHED_OUTSIDE) {
            atomic_fetch_sub(&sched->outside_count, 1);
            continue;
        }
        uint64_t taken = atomic_load_explicit(&sched->taken_from[from], memory_order_relaxed);
        atomic_store_explicit(&sched->taken_from[from], taken + 1, memory_order_relaxed);
    }
}

/* The instant at which a turn begins, for the trace.  In virtual time it ends at once, as it were:
 * all that happens in it happens at its end. */
static uint64_t begin_turn(const struct sched *sched)
{
    uint64_t ticks = probe_ticks(&sched->probe);
    if (CHECK_UNLIKELY(sched->is_virtual))
        clock_advance(SCHED_VIRTUAL_TURN_NS);
    return ticks;
}

/* From home to the task at the head of the queue. */
static void go_out(struct sched *sched)
{
    uint64_t ticks = begin_turn(sched);
    struct coro *to = turn_take(sched);
    turn_resume(sched, ticks);
    if (to != &sched->home)
        coro_switch(&sched->home, to);
}

/* One step of the stackless task at the head of the queue. */
static void step(struct sched *sched)
{
    sched->turns_left--;
    sched->current = turn_pop(sched);
    turn_resume(sched, begin_turn(sched));
    sched->calls_left = 1; /* the first call that may suspend tries to, and is told off */
    sched->hooks.step(sched->current);
    sched->current = NULL;
}

/* The task at the head of the queue has no stack to run on.  It ends here, where no other task is
 * half way through a switch: its end may end others. */
static void bury(struct sched *sched)
{
    sched->turns_left--;
    sched->hooks.no_stack(turn_pop(sched));
}

/* The next number of a fixed row that looks like chance (xorshift64*). */
static uint64_t draw(struct sched *sched)
{
    sched->random ^= sched->random >> 12;
    sched->random ^= sched->random << 25;
    sched->random ^= sched->random >> 27;
    return sched->random * 0x2545f4914f6cdd1du;
}

/* Puts the task at this place in the queue at its head. */
static void bring_forward(struct sched *sched, size_t at)
{
    struct task **place = &sched->head;
    for (; at > 0; at--)
        place = &(*place)->next;
    struct task *task = *place;
    *place = task->next;
    if (sched->tail == &task->next)
        sched->tail = place;
    if (sched->head == NULL)
        sched->tail = &task->next;
    task->next = sched->head;
    sched->head = task;
    sched->scout_lead = 0;
}

/* Whose turn it is, where that is not left to the queue. */
static void steer(struct sched *sched)
{
    size_t count = sched->ready_count < SCHED_LOTS_MAX ? sched->ready_count : SCHED_LOTS_MAX;
    size_t place = 0;
    if (choices_are_made)
        place = choices_next(sched);
    else if (sched->random != 0 && count > 1)
        place = draw(sched) % count;
    if (place > 0)
        bring_forward(sched, place);
}

static void run_batch(struct sched *sched)
{
    sched->turns_left = SCHED_BATCH_TURNS;
    if (CHECK_UNLIKELY(sched->is_steered)) {
        sched->turns_left = 1;
        steer(sched);
        if (tape_mode != TAPE_OFF)
            tape_turn(sched->head->number);
    }
    sched->turns_granted += sched->turns_left;
    while (sched->head != NULL && sched->turns_left > 0) {
        if (sched->head->stack_class == SCHED_STACKLESS)
            step(sched);
        else if (sched->head->stack_class == SCHED_NO_STACK)
            bury(sched);
        else
            go_out(sched);
    }
    cut_batch(sched);
    if (CHECK_UNLIKELY(tape_mode != TAPE_OFF))
        tape_turn_ends();
    if (sched->head != NULL && sched->external > 0)
        loop_poll(sched->loop);
}

/* How many times attention was asked for. */
static _Atomic unsigned asked;

void sched_ask_attention(void)
{
    asked++;
    loop_wake_all();
}

static void attend(struct sched *sched)
{
    sched->attended = asked;
    tape_go(false); /* what is asked from outside is no part of the run */
    sched->hooks.attend();
    tape_go(true);
}

/* Whether anybody has tasks, or will have. */
static bool goes_on(const struct sched *sched)
{
    return sched->task_count > 0 || atomic_load(&sched->crew->alive) > 0;
}

void sched_run(struct sched *sched)
{
    tape_go(true);
    while (goes_on(sched)) {
        if (CHECK_UNLIKELY(sched->attended != asked))
            attend(sched);
        if (CHECK_UNLIKELY(!list_is_empty(&sched->bells)))
            bell_answer_all(sched);
        if (inbox_has_some(&sched->inbox))
            take_in(sched);
        if (sched->head != NULL)
            run_batch(sched);
        else
            wait_for_more(sched);
        fire_timers(sched);
    }
    tape_go(false);
}

int sched_init(struct sched *sched, struct sched_hooks hooks, struct crew *crew, uint32_t number)
{
    TROUPE_CHECK(sched_here == NULL);
    *sched = (struct sched){.hooks = hooks, .attended = asked, .crew = crew, .number = number};
    sched->tail = &sched->head;
    sched->thread = pthread_self();
    sched->thread_id = gettid();
    numbers_init(&sched->numbers, &crew->commons->actor_last, COMMONS_ACTOR_ROW);
    sched->has_others = crew->loop_count > 1;
    sched->is_virtual = crew->plan.is_virtual;
    sched->random = crew->plan.seed * 0x9e3779b97f4a7c15u; /* small seeds are not alike */
    sched->is_steered = sched->is_virtual || sched->random != 0 || tape_mode != TAPE_OFF;
    inbox_init(&sched->inbox);
    clock_init();
    timers_init(&sched->timers);
    stack_pool_init(&sched->stacks);
    coro_init_thread(&sched->home);
    int rc = loop_create(&sched->loop);
    if (rc == 0 && crew->loop_count > 1)
        rc = loop_open_wake(sched->loop);
    if (rc < 0) {
        loop_destroy(sched->loop);
        return rc;
    }
    crew->scheds[number - crew->first] = sched;
    sched->now_ms = clock_ms(clock_now_ns());
    numbers_init(&sched->probe.messages, &crew->commons->message_last, COMMONS_MESSAGE_ROW);
    sched->probe.seed = crew->plan.seed;
    if (crew_is_branch(crew))
        probe_open_branch(&sched->probe, number);
    else if (number == 0)
        probe_open(&sched->probe);
    else
        probe_open_more(&sched->probe, &crew->scheds[0]->probe, number);
    if (probe_times_are_wanted)
        probe_keep_times(&sched->probe, true, 0); /* without memory, they are not */
    prints_open(&sched->probe);
    sched_here = sched;
    return 0;
}

void sched_finish(struct sched *sched)
{
    TROUPE_CHECK(sched->task_count == 0);
    bell_close_all(sched);
    sched_here = NULL;
    prints_close(sched->number == sched->crew->first);
    probe_close(&sched->probe);
    if (sched->io != NULL)
        sched->io_finish(sched->io);
    loop_destroy(sched->loop);
    coro_finish_thread(&sched->home);
    stack_pool_finish(&sched->stacks);
    timers_finish(&sched->timers);
}
