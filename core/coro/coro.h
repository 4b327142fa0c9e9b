#ifndef CORO_H
#define CORO_H

/*
 * Coroutines: a stack and a place to go on at.  Which coroutine runs next is the scheduler's
 * matter; here they only pass control to each other, on one thread.
 */

#include <stdbool.h>
#include <stddef.h>

#include "check.h"
#include "context.h"
#include "sanitizers.h"
#include "stack.h"

struct coro {
    void *sp;        /* its saved context; valid while it does not run, NULL before its first run */
    char *stack_end; /* its stack; NULL for a thread's own */
#if CORO_ASAN
    void *fake_stack; /* AddressSanitizer's, while it does not run */
    const void *low;  /* lowest address of its stack */
    size_t bytes;
#endif
#if CORO_TSAN
    void *fiber;
#endif
};

/* Tells the sanitizers of the stack that `coro` has been given. */
static inline void coro_announce(struct coro *coro)
{
#if CORO_ASAN
    coro->bytes = stack_usable_bytes(coro->stack_end);
    coro->low = stack_start(coro->stack_end) - coro->bytes;
#endif
#if CORO_TSAN
    coro->fiber = stack_header(coro->stack_end)->tsan_fiber;
#endif
    (void)coro;
}

/* The calling thread's own stack as a coroutine: the one that is running now. */
void coro_init_thread(struct coro *coro);
void coro_finish_thread(struct coro *coro);

/* The same, if the thread does not run on its own stack any more, and never will again. */
void coro_move_thread(struct coro *coro, char *stack_end);

/* Gives a coroutine a stack, on which `entry(arg)` starts at the first switch to it; `entry` must
 * call coro_arrived() first and never return. */
void coro_init(struct coro *coro, char *stack_end, void (*entry)(void *), void *arg);

/* Hands the stack of `from`, which is running on it and is done, to `to`, which has none yet. */
static inline void coro_inherit(struct coro *to, const struct coro *from)
{
    TROUPE_CHECK(to->stack_end == NULL);
    *to = *from;
}

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

/*
 * A coroutine that is done can be parked: it suspends inside coro_park(), from where another one
 * that has no stack yet goes on, with that stack and at that place.  `done` is a copy of the
 * coroutine; its stack may already be in the pool.
 */
static inline void coro_park(const struct coro *done, struct coro *to)
{
    struct stack_header *header = stack_header(done->stack_end);
#if CORO_ASAN
    __sanitizer_start_switch_fiber(&header->fake_stack, to->low, to->bytes);
#endif
#if CORO_TSAN
    __tsan_switch_to_fiber(to->fiber, 0);
#endif
    context_switch(&header->parked_sp, to->sp);
}

/* Gives a coroutine a stack on which another one is parked; false if there is none. */
static inline bool coro_unpark(struct coro *coro, char *stack_end)
{
    struct stack_header *header = stack_header(stack_end);
    if (header->parked_sp == NULL)
        return false;
    coro->sp = header->parked_sp;
    coro->stack_end = stack_end;
    header->parked_sp = NULL;
    coro_announce(coro);
#if CORO_ASAN
    coro->fake_stack = header->fake_stack;
#endif
    return true;
}

/* Leaves the running coroutine for good and goes on with `to`.  Its stack may already be in the
 * pool, as long as nobody else has taken it. */
_Noreturn void coro_leave(struct coro *to);

#endif
