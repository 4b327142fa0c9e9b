#ifndef FAULT_H
#define FAULT_H

/*
 * What a handler of signals can know of the code that it has interrupted.
 */

#include <stdint.h>

#include "registers.h"

/* Where that was: the address of an instruction; 0 where it is not known.  `context` is the third
 * argument of the handler. */
uintptr_t fault_pc(const void *context);

/* All that is needed to unwind its stack; nothing where that is not known. */
void fault_registers(const void *context, struct registers *registers);

#endif
