#ifndef SLAB_H
#define SLAB_H

/*
 * Objects of one size, taken and given back often: newest first, so that what is taken is still in
 * the cache.  Memory comes in blocks of chunks and is returned only by slab_finish().
 *
 * A slab belongs to one thread.  Objects may pass into other threads' hands; those give them back
 * in bundles, which the owner takes in when it has no free object left:
 *
 *     other thread                            owner
 *     slab_bundle_add()  ... bundle is full
 *     slab_bundle_hand_in() --> slab->returned --> slab_take()
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "check.h"

/* Objects to a bundle: handing one in is an exchange with another thread, some 50 ns. */
#define SLAB_BUNDLE_OBJECTS 64

/* Objects of one slab that are to be given back together; all zero: none. */
struct slab_bundle {
    void *first; /* linked by their first words */
    void *last;
    uint32_t count;
};

struct slab {
    void *free;  /* newest first; the first word of a free object is the next one */
    size_t used; /* objects taken and not given back */

    size_t object_bytes; /* rounded up to SLAB_ALIGN */
    char *fresh;         /* never used objects of the newest chunk: fresh .. fresh_end */
    char *fresh_end;
    char *spare;            /* never used chunks of the newest block, */
    uint32_t spare_count;   /* so many */
    uint32_t chunk_count;   /* of all blocks */
    void *blocks;           /* all of them */
    void *_Atomic returned; /* bundles, handed in by other threads */
    uint32_t owner;         /* for the owner's use: its number */
};

void slab_init(struct slab *slab, size_t object_bytes);

/* The slab that an object was taken from. */
struct slab *slab_of(const void *object);

/* An object of another thread's slab is not needed any more; true: the bundle is full. */
static inline bool slab_bundle_add(struct slab_bundle *bundle, void *object)
{
    *(void **)object = NULL;
    if (bundle->first == NULL)
        bundle->first = object;
    else
        *(void **)bundle->last = object;
    bundle->last = object;
    return ++bundle->count >= SLAB_BUNDLE_OBJECTS;
}

/* Hands a bundle in, which is empty afterwards. */
void slab_bundle_hand_in(struct slab *slab, struct slab_bundle *bundle);

/* All objects must have been given back. */
void slab_finish(struct slab *slab);

/* The same, for objects that a program may have kept. */
void slab_discard(struct slab *slab);

/* What slab_take() does when no object is free; NULL without memory. */
void *slab_take_slow(struct slab *slab);

/* An object, its content undefined; NULL without memory. */
static inline void *slab_take(struct slab *slab)
{
    void *object = slab->free;
    if (CHECK_UNLIKELY(object == NULL))
        return slab_take_slow(slab);
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
