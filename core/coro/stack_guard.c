/*
 * Tries the cheap way until the kernel says that it has none, then the dear one until it is used
 * up.
 */

#include "stack_guard.h"

#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

/* Since Linux 6.13; glibc has no name for it yet. */
#define GUARD_INSTALL 102

enum kind { BY_MADVISE, BY_MPROTECT, NONE };

/* The best that may still work; it only ever gets worse.  All loops share it. */
static _Atomic int best = BY_MADVISE;

static void warn(void)
{
    dprintf(STDERR_FILENO,
            "troupe: no more guard pages (vm.max_map_count is reached): an overflow of any "
            "further stack will not be noticed\n");
}

void stack_guard_install(char *low, size_t bytes)
{
    if (best == BY_MADVISE) {
        if (madvise(low, bytes, GUARD_INSTALL) == 0)
            return;
        best = BY_MPROTECT;
    }
    if (best == BY_MPROTECT) {
        if (mprotect(low, bytes, PROT_NONE) == 0)
            return;
        best = NONE;
        warn();
    }
}

const char *stack_guard_kind(void)
{
    static const char *const names[] = {"madvise", "mprotect", "none"};
    return names[best];
}

void stack_guard_avoid_madvise(void)
{
    best = BY_MPROTECT;
}
