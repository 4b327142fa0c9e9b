/*
 * An overflow runs into the guard page below the stack: a fault, whose handler runs on a stack of
 * its own.  If the address lies in the guard of the actor that runs on this thread, that is said.
 * Then whoever dealt with such faults before (the recorder, a sanitizer, the system) gets this one:
 * the handler gives it its place back and returns, and the instruction faults again.
 *
 * The names of functions need memory, and the fault may have happened inside malloc(), which then
 * never returns.  An alarm sees to it that the report comes all the same, without names.
 */

#include "overflow.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include "actor.h"
#include "fault.h"
#include "rewind.h"
#include "stall.h"
#include "symbols.h"
#include "wording.h"

/* Names take some milliseconds; under a slow debugger a second. */
#define NAMES_SECONDS_MAX 5

/* Enough for any handler, and for the report. */
static _Alignas(16) _Thread_local char spare_stack[65536];

/* Guards who watches; never taken by the handler. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static unsigned watch_count;
static struct sigaction previous;

/* The one actor that is being told of. */
static const struct actor *_Atomic culprit;

static size_t stack_kib(const struct actor *actor)
{
    int class = stack_header(actor->task.coro.stack_end)->class;
    return (stack_slot_bytes(class) - STACK_GUARD_BYTES) / 1024;
}

static void tell(const struct actor *actor, const char *who, const char *function)
{
    const struct troupe_site *site = actor->site;
    char text[1024], place[256] = "";
    if (site != NULL)
        snprintf(place, sizeof place, ", spawned at %.200s:%d,", site->file, site->line);
    int bytes = snprintf(
        text, sizeof text,
        "troupe: stack overflow: %s%s has used up its stack of %zu KiB%s%s; give it more with "
        "stack_bytes in its troupe_spec, unless it calls itself without end or keeps large "
        "arrays on its stack\n",
        who, place, stack_kib(actor), function != NULL ? " in " : "",
        function != NULL ? function : "");
    size_t count = (size_t)bytes < sizeof text ? (size_t)bytes : sizeof text;
    ssize_t written = write(STDERR_FILENO, text, count); /* dprintf() may ask for memory */
    (void)written;                                       /* there is nobody else to tell */
}

static void tell_without_names(int number)
{
    char pid[TROUPE_PID_TEXT_BYTES];
    (void)number;
    const struct actor *actor = culprit;
    tell(actor, troupe_pid_text((troupe_pid){actor->pid}, pid), NULL);
    signal(SIGSEGV, SIG_DFL);
    raise(SIGSEGV);
}

static void tell_with_names(const struct actor *actor, uintptr_t pc)
{
    char who[128];
    struct sigaction action = {.sa_handler = tell_without_names, .sa_flags = SA_ONSTACK};
    sigemptyset(&action.sa_mask);
    culprit = actor;
    stall_hush(); /* the names take a while */
    sigaction(SIGALRM, &action, NULL);
    alarm(NAMES_SECONDS_MAX);
    const char *function = symbols_name(&world_here()->symbols, pc);
    actor_call(actor, who, sizeof who);
    alarm(0);
    tell(actor, who, function);
}

/* Whether the address lies below the stack on which the actor runs. */
static bool is_in_guard(const struct actor *actor, const char *address)
{
    if (actor == NULL || actor->task.coro.stack_end == NULL)
        return false;
    char *end = actor->task.coro.stack_end;
    const char *low = end - stack_slot_bytes(stack_header(end)->class);
    return address >= low && address < low + STACK_GUARD_BYTES;
}

static void on_fault(int number, siginfo_t *info, void *context)
{
    const struct actor *actor = sched_here != NULL ? actor_self(world_here()) : NULL;
    if (culprit == NULL && is_in_guard(actor, info->si_addr))
        tell_with_names(actor, fault_pc(context));
    sigaction(number, &previous, NULL);
}

void overflow_prepare_thread(void)
{
    stack_t old;
    if (sigaltstack(NULL, &old) == 0 && (old.ss_flags & SS_DISABLE) != 0)
        sigaltstack(&(stack_t){.ss_sp = spare_stack, .ss_size = sizeof spare_stack}, NULL);
}

void overflow_watch(void)
{
    struct sigaction action = {.sa_sigaction = on_fault,
                               .sa_flags = SA_ONSTACK | SA_SIGINFO | SA_NODEFER};
    sigemptyset(&action.sa_mask);
    overflow_prepare_thread();
    pthread_mutex_lock(&mutex);
    if (watch_count++ == 0)
        sigaction(SIGSEGV, &action, &previous);
    pthread_mutex_unlock(&mutex);
}

void overflow_unwatch(void)
{
    struct sigaction now;
    if (rewind_is_set)
        return;
    pthread_mutex_lock(&mutex);
    if (--watch_count == 0 && sigaction(SIGSEGV, NULL, &now) == 0 &&
        (now.sa_flags & SA_SIGINFO) != 0 && now.sa_sigaction == on_fault)
        sigaction(SIGSEGV, &previous, NULL);
    pthread_mutex_unlock(&mutex);
    stack_t stack;
    if (sigaltstack(NULL, &stack) == 0 && stack.ss_sp == spare_stack)
        sigaltstack(&(stack_t){.ss_flags = SS_DISABLE}, NULL);
}
