#ifndef ALLOC_H
#define ALLOC_H

/*
 * Every allocation of the runtime goes through here, so that tests can make the Nth one fail and
 * see every path that follows from it.
 */

#include <stddef.h>

/* `bytes` of zeroed memory, or NULL. */
void *alloc_zeroed(size_t bytes);

/* `bytes` of memory, its content undefined, at a multiple of `align`, a power of two that divides
 * `bytes`; or NULL. */
void *alloc_aligned(size_t align, size_t bytes);

/* Grows an array to `count` elements of `bytes` each; NULL leaves the old one as it was. */
void *alloc_grow(void *old, size_t count, size_t bytes);

void alloc_free(void *memory);

/* The next `skip` allocations succeed, the one after them fails; negative: none fails.  With
 * `for_good` all later ones fail too.  For tests. */
void alloc_fail_after(long skip, int for_good);

/* Whether a failure ordered by alloc_fail_after() has happened since. */
int alloc_has_failed(void);

/* Also for what allocates by other means (mmap): asks whether this allocation is to fail. */
int alloc_should_fail(void);

#endif
