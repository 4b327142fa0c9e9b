#ifndef REGISTERS_H
#define REGISTERS_H

/*
 * The registers from which a stack is unwound, by the numbers that debug information has for them.
 */

#include <stdint.h>

#if defined(__aarch64__)
#define REGISTERS_COUNT 32 /* x0 to x30, sp */
#define REGISTERS_FRAME 29
#define REGISTERS_RETURN 30
#define REGISTERS_STACK 31
#else
#define REGISTERS_COUNT 16 /* of x86-64 */
#define REGISTERS_FRAME 6
#define REGISTERS_STACK 7
#endif

struct registers {
    uint64_t pc;
    uint64_t values[REGISTERS_COUNT];
    uint32_t known; /* which of these are: bit by bit */
};

static inline void registers_set(struct registers *registers, unsigned number, uint64_t value)
{
    registers->values[number] = value;
    registers->known |= UINT32_C(1) << number;
}

static inline uint64_t registers_sp(const struct registers *registers)
{
    return registers->values[REGISTERS_STACK];
}

#endif
