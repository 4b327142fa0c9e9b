/*
 * Who watches the loops: a thread that looks at each of them a few times within the limit.
 *
 * The loops do nothing for it.  Three numbers that the scheduler keeps anyway say whether a loop is
 * still in the step that it was in when it was last looked at: whose turn it is, how many turns are
 * left of the batch, and when the last batch ended.  A turn takes one off the second, and the third
 * is another after each batch: the same three mean the same step.
 *
 * What counts is the time in which the thread computed, or was blocked in the system.  Time in
 * which it could not have run does not: on a busy machine, in a program that was stopped, under a
 * debugger, steps are as short as ever.
 *
 * When all loops sleep, so does the sentry, until the first of them gets up and rouses it.
 */

#include "stall.h"

#include <errno.h>
#include <semaphore.h>
#include <signal.h>
#include <time.h>

#include "sanitizers.h"

/* Looks within the limit: a step is found out a quarter too late at worst. */
#define LOOKS 4

/* The next report of a step that goes on comes when it has lasted so many times as long. */
#define STEP_GROWTH 10

/* A look that comes later than this many periods after the last one: nothing is known of what was
 * in between. */
#define LATE 2

/* Reads what another thread writes without any ado: each number is either the old one or the new
 * one, and the next look finds out.  ThreadSanitizer is not told. */
__attribute__((no_sanitize("thread"))) static struct look look_at(const struct sched *sched)
{
    return (struct look){
        .task = *(struct task *const volatile *)&sched->current,
        .turns_left = *(const volatile uint32_t *)&sched->turns_left,
        .now_ms = *(const volatile uint32_t *)&sched->now_ms,
    };
}

static bool is_same_step(const struct look *a, const struct look *b)
{
    return a->task != NULL && a->task == b->task && a->turns_left == b->turns_left &&
           a->now_ms == b->now_ms;
}

/* A step goes on that was there at the last look, `since_ns` ago. */
static void go_on(struct sentry *sentry, const struct sched *sched, struct look *look,
                  int64_t since_ns)
{
    struct culprit_place place;
    int64_t cpu_ns = clock_thread_ns(sched->thread);
    int64_t counts_ns = cpu_ns - look->cpu_ns;
    bool is_blocked = culprit_is_blocked(sched, &place);
    if (is_blocked)
        counts_ns = since_ns;
    look->cpu_ns = cpu_ns;
    look->held_ns += counts_ns < since_ns ? counts_ns : since_ns;
    if (look->held_ns < look->next_ns)
        return;
    struct look now = look_at(sched);
    struct culprit *culprit = culprit_catch(sched, is_blocked ? &place : NULL);
    struct look then = look_at(sched);
    if (culprit != NULL && culprit->pid != 0 && is_same_step(&now, look) &&
        is_same_step(&then, look))
        stall_report_tell(&sentry->report, culprit, look->next_ns,
                          look->next_ns == sentry->limit_ns);
    look->next_ns *= STEP_GROWTH;
    culprit_free(culprit);
}

/* Looks at all loops; whether any is awake. */
static bool look_around(struct sentry *sentry, int64_t since_ns)
{
    bool is_awake = false;
    for (unsigned i = 0; i < sentry->crew->loop_count; i++) {
        const struct sched *sched = sentry->crew->scheds[i];
        struct look *last = &sentry->looks[i], now = look_at(sched);
        is_awake |= !atomic_load(&sched->inbox.is_asleep);
        if (is_same_step(&now, last)) {
            go_on(sentry, sched, last, since_ns);
            continue;
        }
        now.cpu_ns = now.task != NULL ? clock_thread_ns(sched->thread) : 0;
        now.next_ns = sentry->limit_ns;
        *last = now;
    }
    return is_awake;
}

/* Waits for a while, or, if nobody is awake, until somebody is. */
static void pause_until(struct sentry *sentry, int64_t period_ns, bool is_awake)
{
    struct crew *crew = sentry->crew;
    int64_t until_ns = clock_real_ns() + period_ns;
    struct timespec until = {.tv_sec = until_ns / TROUPE_S(1), .tv_nsec = until_ns % TROUPE_S(1)};
    if (is_awake) {
        while (sem_clockwait(&crew->sentry_bell, CLOCK_MONOTONIC, &until) < 0 && errno == EINTR)
            continue;
        return;
    }
    atomic_store(&crew->sentry_dozes, true);
    for (unsigned i = 0; i < crew->loop_count; i++)
        if (!atomic_load(&crew->scheds[i]->inbox.is_asleep))
            crew_rouse_sentry(crew); /* it got up before it could know */
    while (sem_wait(&crew->sentry_bell) < 0 && errno == EINTR)
        continue;
}

/* Held while the sentry looks around, and by whoever forks: so a child never finds a lock of the
 * allocator held by a thread that it does not have. */
static pthread_mutex_t looking = PTHREAD_MUTEX_INITIALIZER;

/* Sentries that have been posted and have not begun: a thread that begins allocates, too. */
static _Atomic unsigned beginning;

static void before_fork(void)
{
    while (atomic_load(&beginning) > 0)
        nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
    pthread_mutex_lock(&looking);
}

static void after_fork(void)
{
    pthread_mutex_unlock(&looking);
}

static void register_fork_handlers(void)
{
    pthread_atfork(before_fork, after_fork, after_fork);
}

static void *watch(void *arg)
{
    struct sentry *sentry = arg;
    atomic_fetch_sub(&beginning, 1);
    int64_t period_ns = sentry->limit_ns / LOOKS, last_ns = clock_real_ns();
    bool is_awake = true;
    pthread_setname_np(pthread_self(), "troupe-sentry");
    while (!atomic_load(&sentry->is_dismissed)) {
        pause_until(sentry, period_ns, is_awake);
        int64_t now_ns = clock_real_ns(), since_ns = now_ns - last_ns;
        last_ns = now_ns;
        pthread_mutex_lock(&looking);
        is_awake = look_around(sentry, since_ns < LATE * period_ns ? since_ns : LATE * period_ns);
        pthread_mutex_unlock(&looking);
    }
    return NULL;
}

void sentry_post(struct sentry *sentry, struct crew *crew, int64_t limit_ns)
{
    sigset_t all, old;
    *sentry = (struct sentry){.limit_ns = limit_ns};
    if (limit_ns <= 0 || crew->plan.is_virtual || RUNNING_ON_VALGRIND || CORO_TSAN)
        return;
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, register_fork_handlers);
    sentry->crew = crew;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    atomic_fetch_add(&beginning, 1);
    if (pthread_create(&sentry->thread, NULL, watch, sentry) != 0) {
        atomic_fetch_sub(&beginning, 1);
        sentry->crew = NULL;
    }
    pthread_sigmask(SIG_SETMASK, &old, NULL);
}

void sentry_dismiss(struct sentry *sentry)
{
    if (sentry->crew == NULL)
        return;
    atomic_store(&sentry->is_dismissed, true);
    sem_post(&sentry->crew->sentry_bell);
    pthread_join(sentry->thread, NULL);
    stall_report_finish(&sentry->report);
    sentry->crew = NULL;
}
