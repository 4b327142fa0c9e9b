/*
 * The saved registers, which each processor has in its own place.
 */

#include "fault.h"

#include <ucontext.h>

uintptr_t fault_pc(const void *context)
{
    const ucontext_t *saved = context;
#if defined(__x86_64__)
    return (uintptr_t)saved->uc_mcontext.gregs[REG_RIP];
#elif defined(__aarch64__)
    return (uintptr_t)saved->uc_mcontext.pc;
#else
    (void)saved;
    return 0;
#endif
}
