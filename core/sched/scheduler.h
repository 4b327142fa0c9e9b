#ifndef SCHEDULER_H
#define SCHEDULER_H

/*
 * The scheduler: who runs next on this thread, and the only place that switches.
 *
 *                    turn comes                 suspends
 *   spawned -> READY ----------> RUNNING ---------------------> WAITING
 *                ^                 |  yields                       |
 *                +-----------------+                               |
 *                +-------------------------------------------------+
 *                          woken: by a task, or by a timer
 *
 * Tasks that are ready wait in one queue, first in, first out.  Control passes from task to task
 * directly; after a batch of turns, or when nobody is ready, it comes home to the thread's own
 * stack, where timers are fired and the loop waits.
 *
 * A task gets its stack when it first runs and gives it back when it ends.
 *
 * In virtual time a turn takes SCHED_VIRTUAL_TURN_NS, whatever it does, and when nobody is ready it
 * is the time of the next deadline at once, unless somebody waits for the outside world, which
 * knows real time only: then time goes on as it does there.
 */

#include <errno.h>

#include "clock.h"
#include "coro.h"
#include "loop.h"
#include "numbers.h"
#include "prints.h"
#include "probe.h"
#include "bell.h"
#include "crew.h"
#include "timers.h"
#include "wait_record.h"

/* Turns in a batch: then timers and other sources get theirs.  128 makes the look at the clock,
 * some 25 ns, cost 0.2 ns a turn. */
#define SCHED_BATCH_TURNS 128

/* By lot a turn goes to one of so many who have been ready for longest: looking through a crowd for
 * each turn would take a second for a few thousand of them. */
#define SCHED_LOTS_MAX 1024

/* What a turn takes in virtual time: a microsecond, so that runs are as wide as they usually are,
 * and a million turns make a second. */
#define SCHED_VIRTUAL_TURN_NS 1000

/* Calls that may suspend but need not, for instance a receive with messages at hand, that an actor
 * may make in one turn; with the next one it makes room for the others. */
#define SCHED_TURN_CALLS 128

/* From so many ready tasks on they hardly fit into the fast caches, and a scout is sent ahead of
 * the queue, by so many turns.  With 100,000 tasks a yield took 97 ns without, 67 with only the
 * next task fetched, 54 with a lead of 6, 43 with 10, 42 with 16, 48 with 24. */
#define SCHED_CROWD 256
#define SCHED_SCOUT_LEAD 12

/* A "stack class" for tasks that have no stack: a step of theirs runs on the thread's own. */
#define SCHED_STACKLESS 255

/* Likewise, for what only stands for a task of another loop: it never runs here. */
#define SCHED_ELSEWHERE 253

/* Posts that are taken in at one time: then the actors get their turns. */
#define SCHED_BATCH_POSTS 1024

/* Likewise, for a task that was to have a stack, when there was none to be had. */
#define SCHED_NO_STACK 254

/* The part of an actor that the scheduler knows. */
struct task {
    struct coro coro;
    struct task *next;   /* ready: the one behind it in the queue */
    struct wait *wait;   /* waiting: for what; otherwise NULL */
    timer_slot timer;    /* waiting with a deadline */
    uint32_t number;     /* in the trace: from 1, in order of spawning */
    uint8_t stack_class; /* of the stack that it wants, or one of SCHED_... */
    bool cancelled;      /* every call that may suspend fails */
    bool is_queued;      /* stackless: is in the ready queue, or takes a step; hooks.step clears
                            it if the task goes on */
};

/* What the scheduler asks of those who own the tasks. */
struct sched_hooks {
    void (*run)(struct task *task);      /* from its first instruction to its end; the task is gone
                                            when this returns */
    void (*step)(struct task *task);     /* stackless: one step of it */
    void (*no_stack)(struct task *task); /* cannot run: end it */
    void (*stuck)(void);                 /* nothing can ever run again */

    /* A timer other than a task's has come up. */
    void (*fire)(enum timer_kind kind, timer_slot *slot);

    /* sched_ask_attention() was called. */
    void (*attend)(void);

    /* Another loop has posted this.  Returns its seat in the crew; SCHED_OUTSIDE: it has none. */
    uint32_t (*receive)(struct inbox_link *post);
};

#define SCHED_OUTSIDE UINT32_MAX

struct io;

struct sched {
    struct task *current; /* running; NULL while control is at home */
    struct task *head;    /* the ready queue */
    struct task **tail;
    size_t ready_count;     /* tasks in it */
    struct task *scout;     /* in a crowd: the task in the queue that is fetched next, */
    uint32_t scout_lead;    /* so many behind the head; 0: not valid */
    uint32_t turns_left;    /* of this batch, */
    uint64_t turns_granted; /* and, with all batches before it: what is not left was had */
    uint32_t calls_left;    /* of this turn: see SCHED_TURN_CALLS */
    bool has_others;        /* there are other loops in this process */
    bool is_steered;        /* control comes home before each turn: time is virtual, */
    bool is_virtual;        /* this, or turns are given by lot, see `random`, or kept: see tape.h */
    unsigned attended;      /* how many times it was asked for attention and gave it */
    uint32_t now_ms;        /* when control was last at home: see clock_ms() */
    struct coro home;       /* the thread's own stack */
    struct numbers numbers; /* of tasks */
    struct timers timers;
    struct stack_pool stacks;
    struct loop *loop;
    uint64_t task_count; /* tasks that have not ended, */
    uint64_t added;      /* of so many that were ever added */
    uint32_t external;   /* waits that something outside the loop can end: while there are any,
                            nobody is stuck */
    struct list bells;   /* of struct bell */
    struct sched_hooks hooks;
    uint64_t random;                  /* turns are given by lot: the state of that; otherwise 0 */
    struct io *io;                    /* the descriptors of this loop; NULL before the first wait */
    void (*io_finish)(struct io *io); /* gives it back */
    struct crew *crew;                /* the loops of this run, this one among them */
    uint32_t number;                  /* of this loop in it */
    pthread_t thread;                 /* that it runs on; in other words: */
    pid_t thread_id;
    struct probe probe;

    struct traffic traffic[CREW_LOOPS_MAX];      /* with each seat of the crew: its posts, */
    _Atomic uint64_t taken_from[CREW_LOOPS_MAX]; /* and theirs */
    _Atomic uint32_t outside_count;              /* posts from outside that have not been taken */
    struct inbox inbox;

    bool has_drawn; /* of troupe_random(): */
    uint64_t drawn; /* where it is in its row */
};

/* The scheduler of this thread, or NULL. */
extern _Thread_local struct sched *sched_here;

/* Makes it the scheduler of this thread, which is this loop of the crew; 0 or -ENOMEM. */
int sched_init(struct sched *sched, struct sched_hooks hooks, struct crew *crew, uint32_t number);
void sched_finish(struct sched *sched);

/* Asks all schedulers of the process to call hooks.attend between two turns, soon.  May be called
 * anywhere, also in a signal handler. */
void sched_ask_attention(void);

/* Runs until all tasks of the crew have ended. */
void sched_run(struct sched *sched);

/* A number for a new task, unique in the crew. */
static inline uint32_t sched_next_number(struct sched *sched)
{
    return numbers_next(&sched->numbers);
}

/* Adds a new task to the end of the queue; its stack class and its number must be set.  The caller
 * records the spawn. */
void sched_add(struct sched *sched, struct task *task);

/* The running task goes to the end of the queue; the reason is YIELD or BUDGET. */
void sched_yield_turn(struct sched *sched, enum trace_reason reason,
                      const struct troupe_site *site);

/* If a deadline has passed that nobody has been told of, lets it be met before the running task
 * goes on. */
void sched_meet_deadlines(struct sched *sched, const struct troupe_site *site);

/* The scheduler of the calling actor; anywhere else the program stops, naming `call`. */
static inline struct sched *sched_inside(const char *call)
{
    struct sched *sched = sched_here;
    if (CHECK_UNLIKELY(sched == NULL || sched->current == NULL))
        check_misuse(call, "must be called inside an actor");
    return sched;
}

/* The beginning of every call that may suspend: 0, or -ECANCELED.  May itself suspend, when the
 * actor has used up its turn. */
static inline int sched_checkpoint(struct sched *sched, const struct troupe_site *site)
{
    if (CHECK_UNLIKELY(--sched->calls_left == 0))
        sched_yield_turn(sched, TRACE_REASON_BUDGET, site);
    return CHECK_UNLIKELY(sched->current->cancelled) ? -ECANCELED : 0;
}

/* The instant at which a time limit that starts now runs out, and what is left of it. */
static inline int64_t sched_deadline(troupe_ns limit)
{
    if (limit == TROUPE_FOREVER)
        return TROUPE_FOREVER;
    int64_t now_ns = clock_now_ns();
    return limit < TROUPE_FOREVER - now_ns ? now_ns + limit : TROUPE_FOREVER;
}

static inline troupe_ns sched_rest(int64_t deadline_ns)
{
    return deadline_ns == TROUPE_FOREVER ? TROUPE_FOREVER : deadline_ns - clock_now_ns();
}

/* Suspends the running task until it is woken, for no longer than `limit`, and returns
 * wait->result.  Without suspending: wait->timeout_result if there is no time at all; -ENOMEM if
 * there was no memory for the deadline.  Then, too, the wait has been detached. */
int sched_wait(struct sched *sched, struct wait *wait, troupe_ns limit);

/* Ends the wait of a task, which becomes ready.  `by`: number of the waker, 0 for none. */
void sched_wake(struct sched *sched, struct task *task, int result, uint32_t by);

/* The same, for others than the object that is waited for: detaches the wait first. */
void sched_interrupt(struct sched *sched, struct task *task, int result, uint32_t by);

/* A stackless task has something to do: it becomes ready, if it is not yet. */
void sched_poke(struct sched *sched, struct task *task, uint32_t by);

/* The task, which is suspended or ready, starts again from its beginning on its stack (if it has
 * one): what was on it is gone.  It becomes ready. */
void sched_restart(struct sched *sched, struct task *task, uint32_t by);

/* The running task, which has ended, leaves from wherever it is in its code. */
_Noreturn void sched_leave(struct sched *sched, char *stack_end);

/* In a process that was just forked by the running task: leaves this scheduler for good and goes on
 * with `entry(arg)`, which must call coro_arrived(coro) first and never return, on a stack of so
 * many bytes.  Does not return, but -ENOMEM. */
int sched_abandon(struct sched *sched, size_t stack_bytes, struct coro *coro, void (*entry)(void *),
                  void *arg);

/* Must be called by hooks.run and hooks.no_stack when a task has ended. */
static inline void sched_ended(struct sched *sched)
{
    TROUPE_CHECK(sched->task_count > 0);
    if (CHECK_UNLIKELY(--sched->task_count == 0))
        crew_leave(sched->crew);
}

#endif
