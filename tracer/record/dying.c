/*
 * Last wishes: when a signal kills the process, what it recorded is written first.
 *
 * The handler itself writes nothing, since next to nothing may be called in it.  It wakes the
 * writer thread, which is alive and well, waits until that has written everything, and lets the
 * signal do what it would have done.  Signals that the program handles itself are left alone.
 */

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

#include "recorder.h"

/* A writer that has not finished by then is stuck, perhaps because of what kills the process. */
#define PATIENCE_MS 3000

static const int fatal_signals[] = {
    SIGHUP, SIGINT, SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGTERM, SIGSYS,
};
#define FATAL_COUNT (sizeof fatal_signals / sizeof fatal_signals[0])

static struct trace_recorder *_Atomic watched;

/* Enough for any handler: the largest signal frame (AVX-512, AMX) takes some 11 KiB. */
static _Alignas(16) _Thread_local char spare_stack[65536];

static void wait_for_rest(struct trace_recorder *recorder)
{
    atomic_store(&recorder->dying, true);
    recorder_kick(recorder);
    for (int ms = 0; ms < PATIENCE_MS && !atomic_load(&recorder->rests); ms++)
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}

/* Installed with SA_RESETHAND: raising the signal again does what it does by default. */
static void on_fatal(int signo)
{
    int saved = errno;
    struct trace_recorder *recorder = atomic_exchange(&watched, NULL);
    if (recorder != NULL && recorder->pid == getpid())
        wait_for_rest(recorder);
    errno = saved;
    raise(signo);
}

void dying_watch(struct trace_recorder *recorder)
{
    atomic_store(&watched, recorder);
    for (size_t i = 0; i < FATAL_COUNT; i++) {
        struct sigaction old;
        struct sigaction action = {
            .sa_handler = on_fatal,
            .sa_flags = SA_ONSTACK | SA_NODEFER | (int)SA_RESETHAND,
        };
        if (sigaction(fatal_signals[i], NULL, &old) == 0 && old.sa_handler == SIG_DFL)
            sigaction(fatal_signals[i], &action, NULL);
    }
}

void dying_unwatch(void)
{
    atomic_store(&watched, NULL);
    for (size_t i = 0; i < FATAL_COUNT; i++) {
        struct sigaction old;
        if (sigaction(fatal_signals[i], NULL, &old) == 0 && old.sa_handler == on_fatal)
            signal(fatal_signals[i], SIG_DFL);
    }
}

void dying_prepare_thread(void)
{
    stack_t old;
    if (sigaltstack(NULL, &old) == 0 && (old.ss_flags & SS_DISABLE) != 0)
        sigaltstack(&(stack_t){.ss_sp = spare_stack, .ss_size = sizeof spare_stack}, NULL);
}
