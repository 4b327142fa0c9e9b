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

void fault_registers(const void *context, struct registers *registers)
{
    const ucontext_t *saved = context;
    *registers = (struct registers){.pc = fault_pc(context)};
#if defined(__x86_64__)
    static const int places[REGISTERS_COUNT] = {
        REG_RAX, REG_RDX, REG_RCX, REG_RBX, REG_RSI, REG_RDI, REG_RBP, REG_RSP,
        REG_R8,  REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15,
    };
    for (unsigned i = 0; i < REGISTERS_COUNT; i++)
        registers_set(registers, i, (uint64_t)saved->uc_mcontext.gregs[places[i]]);
#elif defined(__aarch64__)
    for (unsigned i = 0; i < REGISTERS_STACK; i++)
        registers_set(registers, i, saved->uc_mcontext.regs[i]);
    registers_set(registers, REGISTERS_STACK, saved->uc_mcontext.sp);
#endif
}
