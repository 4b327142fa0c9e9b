#ifndef SLAB_H
#define SLAB_H

/*
 * Objects of one size, taken and given back often: newest first, so that what is taken is still in
 * the cache.  Memory comes in chunks and is returned only by slab_finish().
 */

#include <stddef.h>

#include "check.h"

struct slab {
    size_t object_bytes; /* rounded up to SLAB_ALIGN */
    void *free;          /* newest first; the first word of a free object is the next one */
    char *fresh;         /* never used objects of the newest chunk: fresh .. fresh_end */
    char *fresh_end;
    void *chunks; /* all chunks; the first word of a chunk is the next one */
    size_t used;  /* objects taken and not given back */
};

void slab_init(struct slab *slab, size_t object_bytes);

/* All objects must have been given back. */
void slab_finish(struct slab *slab);

/* The same, for objects that a program may have kept. */
void slab_discard(struct slab *slab);

/* An object that was never used before; NULL without memory. */
void *slab_carve(struct slab *slab);

/* An object, its content undefined; NULL without memory. */
static inline void *slab_take(struct slab *slab)
{
    void *object = slab->free;
    if (CHECK_UNLIKELY(object == NULL))
        return slab_carve(slab);
    slab->free = *(void **)object;
    slab->used++;
    return object;
}

static inline void slab_give(struct slab *slab, void *object)
{
    TROUPE_CHECK(slab->used > 0);
    slab->used--;
    *(void **)object = slab->free;
    slab->free = object;
}

#endif
