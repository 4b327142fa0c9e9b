/*
 * Stack switching with <ucontext.h>: portable, and slower, since each switch also asks the kernel
 * for the signal mask.
 *
 * The saved registers live on the stack that they belong to: in a local variable of
 * context_switch() while suspended, at the upper end of the stack before the first run.
 */

#include "context.h"

#include <stdint.h>
#include <ucontext.h>

/* What makecontext() can hand over is ints: here two halves of a pointer to this. */
struct start {
    ucontext_t context;
    void (*entry)(void *);
    void *arg;
};

static void enter(unsigned high, unsigned low)
{
    struct start *start = (struct start *)(((uintptr_t)high << 32) | low);
    start->entry(start->arg);
    __builtin_trap();
}

void context_switch(void **from, void *to)
{
    ucontext_t here;
    *from = &here;
    swapcontext(&here, to);
}

void *context_make(void *stack_top, size_t bytes, void (*entry)(void *), void *arg)
{
    struct start *start = (struct start *)(((uintptr_t)stack_top - sizeof *start) & ~(uintptr_t)63);
    char *low = (char *)stack_top - bytes;
    getcontext(&start->context);
    start->entry = entry;
    start->arg = arg;
    start->context.uc_link = NULL;
    start->context.uc_stack.ss_sp = low;
    start->context.uc_stack.ss_size = (size_t)((char *)start - low);
    uint64_t address = (uintptr_t)start;
    makecontext(&start->context, (void (*)(void))enter, 2, (unsigned)(address >> 32),
                (unsigned)address);
    return &start->context;
}
