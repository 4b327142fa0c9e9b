#ifndef CORO_H
#define CORO_H

/*
 * Coroutines: a stack and a place to go on at.  Which coroutine runs next is the scheduler's
 * matter; here they only pass control to each other, on one thread.
 */

#include <stddef.h>

#include "check.h"
#include "context.h"
#include "sanitizers.h"
#include "stack.h"

struct coro {
    void *sp;        /* its saved context; valid while it does not run, NULL before its first run */
    char *stack_end; /* its stack; NULL for a thread's own */
    int stack_class;
#if CORO_ASAN
    void *fake_stack; /* AddressSanitizer's, while it does not run */
    const void *low;  /* lowest address of its stack */
    size_t bytes;
#endif
#if CORO_TSAN
    void *fiber;
#endif
};

/* The calling thread's own stack as a coroutine: the one that is running now. */
void coro_init_thread(struct coro *coro);

/* Gives a coroutine a stack, on which `entry(arg)` starts at the first switch to it; `entry` must
 * call coro_arrived() first and never return. */
void coro_init(struct coro *coro, char *stack_end, int stack_class, void (*entry)(void *),
               void *arg);

/* Hands the stack of `from`, which is running on it and is done, to `to`, which has none yet. */
void coro_inherit(struct coro *to, struct coro *from);

/* Says that control has reached `self`: for the sanitizers. */
static inline void coro_arrived(struct coro *self)
{
#if CORO_ASAN
    __sanitizer_finish_switch_fiber(self->fake_stack, NULL, NULL);
#endif
    (void)self;
}

/* Suspends `from`, which is running, and goes on with `to`. */
static inline void coro_switch(struct coro *from, struct coro *to)
{
#if CORO_ASAN
    __sanitizer_start_switch_fiber(&from->fake_stack, to->low, to->bytes);
#endif
#if CORO_TSAN
    __tsan_switch_to_fiber(to->fiber, 0);
#endif
    context_switch(&from->sp, to->sp);
    coro_arrived(from);
}

/* Leaves the running coroutine for good and goes on with `to`.  Its stack may already be free, as
 * long as nobody else has taken it. */
_Noreturn void coro_leave(struct coro *to);

#endif
