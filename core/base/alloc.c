/*
 * The one door to the heap, with a switch that lets tests close it.
 */

#include "alloc.h"

#include <stdint.h>
#include <stdlib.h>

static long successes_left = -1; /* negative: no failure is ordered */
static int fails_for_good;
static int has_failed;

void alloc_fail_after(long skip, int for_good)
{
    successes_left = skip;
    fails_for_good = for_good;
    has_failed = 0;
}

int alloc_has_failed(void)
{
    return has_failed;
}

int alloc_should_fail(void)
{
    if (successes_left < 0)
        return 0;
    if (successes_left > 0) {
        successes_left--;
        return 0;
    }
    has_failed = 1;
    if (!fails_for_good)
        successes_left = -1;
    return 1;
}

void *alloc_zeroed(size_t bytes)
{
    return alloc_should_fail() ? NULL : calloc(1, bytes);
}

void *alloc_aligned(size_t align, size_t bytes)
{
    return alloc_should_fail() ? NULL : aligned_alloc(align, bytes);
}

void *alloc_grow(void *old, size_t count, size_t bytes)
{
    if (alloc_should_fail() || (bytes != 0 && count > SIZE_MAX / bytes))
        return NULL;
    return realloc(old, count * bytes);
}

void alloc_free(void *memory)
{
    free(memory);
}
