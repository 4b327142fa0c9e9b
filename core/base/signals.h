#ifndef SIGNALS_H
#define SIGNALS_H

/*
 * Which thread handles which signals.
 */

#include <signal.h>

/* All signals but those that a mistake of a thread causes on the thread itself: what threads of the
 * runtime block, so that the program's signals are handled where the program runs. */
static inline void signals_of_others(sigset_t *set)
{
    static const int own[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS};
    sigfillset(set);
    for (unsigned i = 0; i < sizeof own / sizeof own[0]; i++)
        sigdelset(set, own[i]);
}

#endif
