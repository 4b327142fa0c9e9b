#ifndef STACK_GUARD_H
#define STACK_GUARD_H

/*
 * Guard pages.
 *
 * Linux 6.13 and later can mark pages as guards within a mapping (MADV_GUARD_INSTALL): a million of
 * them cost nothing.  Elsewhere each guard is a mapping of its own (mprotect), of which a process
 * may have some 65,530, so after about 32,000 stacks there is no guard for the next; that is said
 * once on standard error.
 */

#include <stddef.h>

void stack_guard_install(char *low, size_t bytes);

/* How the last guard was made: "madvise", "mprotect" or "none".  For reports and tests. */
const char *stack_guard_kind(void);

/* Pretends that the kernel cannot do the former.  For tests. */
void stack_guard_avoid_madvise(void);

#endif
