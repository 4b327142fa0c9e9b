/*
 * A thread that computes is asked by a signal, whose handler copies the registers that the thread
 * was interrupted with, and the stack.  A thread that is blocked in the system is not: the signal
 * would end its wait early, and a report must not change what the program does.  The system says
 * where such a thread is, and its stack stands still.
 *
 * The signal is SIGURG: hardly a program uses it, and nothing happens if it comes too late.  It has
 * its handler only while somebody is asked.
 */

#include "culprit.h"

#include <errno.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "alloc.h"
#include "fault.h"
#include "kit.h"
#include "stall.h"
#include "unwind.h"

/* A thread that has the signal blocked does not answer. */
#define PATIENCE_NS TROUPE_MS(500)

/* Guards the signal, and the question. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

/* Asked of a loop's thread, and answered by its handler. */
static struct question {
    const struct sched *sched;
    struct culprit *culprit;
    const char *end; /* of the thread's own stack */
    sem_t answered;
} question;
static struct question *_Atomic asked;

bool culprit_is_blocked(const struct sched *sched, struct culprit_place *place)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/self/task/%d/syscall", (int)sched->thread_id);
    return unwind_where_blocked(path, &place->sp, &place->pc);
}

/* The end of the stack that the running actor is on. */
static const char *stack_end(const struct task *task, const char *end_of_thread)
{
    return task->coro.stack_end != NULL ? task->coro.stack_end : end_of_thread;
}

/* Word by word: the stack of another function is no affair of the sanitizers. */
__attribute__((no_sanitize("address", "thread"))) static void copy(struct culprit *culprit,
                                                                   const char *end)
{
    uint64_t low = registers_sp(&culprit->registers) & ~UINT64_C(7);
    if (low == 0 || low >= (uintptr_t)end)
        return;
    size_t bytes = (size_t)((uintptr_t)end - low);
    culprit->low = low;
    culprit->bytes = bytes < culprit->room ? bytes : culprit->room;
    const volatile uint64_t *from = (const volatile uint64_t *)(uintptr_t)low;
    volatile uint64_t *to = (volatile uint64_t *)(void *)culprit->stack;
    for (size_t i = 0; i < culprit->bytes / sizeof *to; i++)
        to[i] = from[i];
}

/* Who runs on this loop; on its thread, or while that stands still. */
__attribute__((no_sanitize("address", "thread"))) static void identify(struct culprit *culprit,
                                                                       const struct sched *sched)
{
    const struct actor *actor = (const struct actor *)sched->current;
    culprit->pid = actor->pid;
    culprit->site = actor->site;
    culprit->body = actor_body(actor);
    const char *name = kit_name(actor);
    if (name == NULL && actor->kit != NULL)
        name = actor->kit->registered;
    for (size_t i = 0; name != NULL && name[i] != '\0' && i < ACTOR_NAME_BYTES_MAX; i++)
        culprit->name[i] = name[i];
}

static void answer(struct question *given, const void *context)
{
    const struct task *task = given->sched->current;
    if (task != NULL) {
        identify(given->culprit, given->sched);
        fault_registers(context, &given->culprit->registers);
        copy(given->culprit, stack_end(task, given->end));
    }
    sem_post(&given->answered);
}

static void on_signal(int number, siginfo_t *info, void *context)
{
    int error = errno;
    (void)number, (void)info;
    struct question *given = atomic_load(&asked);
    if (given != NULL && given->sched == sched_here &&
        atomic_compare_exchange_strong(&asked, &given, NULL))
        answer(given, context);
    errno = error;
}

/* Whether the thread answered; the mutex is held. */
static bool ask(const struct sched *sched)
{
    struct sigaction old,
        action = {.sa_sigaction = on_signal, .sa_flags = SA_ONSTACK | SA_SIGINFO | SA_RESTART};
    int64_t until_ns = clock_real_ns() + PATIENCE_NS;
    struct timespec until = {.tv_sec = until_ns / TROUPE_S(1), .tv_nsec = until_ns % TROUPE_S(1)};
    struct question *given = &question;
    int rc;
    sigemptyset(&action.sa_mask);
    sigaction(SIGURG, &action, &old);
    atomic_store(&asked, given);
    pthread_kill(sched->thread, SIGURG);
    do
        rc = sem_clockwait(&question.answered, CLOCK_MONOTONIC, &until);
    while (rc < 0 && errno == EINTR);
    if (rc < 0 && !atomic_compare_exchange_strong(&asked, &given, NULL))
        while ((rc = sem_wait(&question.answered)) < 0) /* it is just about to */
            continue;
    sigaction(SIGURG, &old, NULL);
    return rc == 0;
}

/* Where the thread's own stack ends: stackless actors run on that. */
static const char *end_of_thread(const struct sched *sched)
{
    pthread_attr_t attributes;
    void *low = NULL;
    size_t bytes = 0;
    if (pthread_getattr_np(sched->thread, &attributes) != 0)
        return NULL;
    pthread_attr_getstack(&attributes, &low, &bytes);
    pthread_attr_destroy(&attributes);
    return (const char *)low + bytes;
}

struct culprit *culprit_catch(const struct sched *sched, const struct culprit_place *place)
{
    struct culprit *culprit = alloc_zeroed(sizeof *culprit + CULPRIT_STACK_MAX);
    const char *end = end_of_thread(sched);
    if (culprit == NULL)
        return NULL;
    culprit->room = CULPRIT_STACK_MAX;
    culprit->is_blocked = place != NULL;
    if (place != NULL) {
        const struct task *task = sched->current;
        if (task == NULL)
            return culprit;
        identify(culprit, sched);
        culprit->registers.pc = place->pc;
        registers_set(&culprit->registers, REGISTERS_STACK, place->sp);
        copy(culprit, stack_end(task, end));
        return culprit;
    }
    pthread_mutex_lock(&mutex);
    question.sched = sched;
    question.culprit = culprit;
    question.end = end;
    sem_init(&question.answered, 0, 0);
    if (!ask(sched))
        culprit->pid = 0;
    sem_destroy(&question.answered);
    pthread_mutex_unlock(&mutex);
    return culprit;
}

void culprit_free(struct culprit *culprit)
{
    alloc_free(culprit);
}

void stall_prepare_thread(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGURG);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}
