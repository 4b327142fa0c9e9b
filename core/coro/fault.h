#ifndef FAULT_H
#define FAULT_H

/*
 * What a handler of signals can know of the code that it has interrupted.
 */

#include <stdint.h>

/* Where that was: the address of an instruction; 0 where it is not known.  `context` is the third
 * argument of the handler. */
uintptr_t fault_pc(const void *context);

#endif
