/*
 * A free list on top of chunks that are carved from front to back.
 */

#include "slab.h"

#include "alloc.h"

/* A cache line: two objects never share one. */
#define SLAB_ALIGN 64

/* 64 KiB: some 400 actors a chunk; small enough not to be noticed, large enough to be rare. */
#define SLAB_CHUNK_BYTES 65536

void slab_init(struct slab *slab, size_t object_bytes)
{
    *slab = (struct slab){
        .object_bytes = (object_bytes + SLAB_ALIGN - 1) / SLAB_ALIGN * SLAB_ALIGN,
    };
    TROUPE_CHECK(slab->object_bytes <= SLAB_CHUNK_BYTES / 4);
}

void slab_finish(struct slab *slab)
{
    TROUPE_CHECK(slab->used == 0);
    slab_discard(slab);
}

void slab_discard(struct slab *slab)
{
    while (slab->chunks != NULL) {
        void *chunk = slab->chunks;
        slab->chunks = *(void **)chunk;
        alloc_free(chunk);
    }
}

static int add_chunk(struct slab *slab)
{
    char *chunk = alloc_zeroed(SLAB_CHUNK_BYTES);
    if (chunk == NULL)
        return -1;
    *(void **)(void *)chunk = slab->chunks;
    slab->chunks = chunk;
    size_t skip = SLAB_ALIGN - (size_t)chunk % SLAB_ALIGN; /* at least room for the link */
    slab->fresh = chunk + skip;
    slab->fresh_end = chunk + SLAB_CHUNK_BYTES;
    return 0;
}

void *slab_carve(struct slab *slab)
{
    if ((size_t)(slab->fresh_end - slab->fresh) < slab->object_bytes && add_chunk(slab) < 0)
        return NULL;
    void *object = slab->fresh;
    slab->fresh += slab->object_bytes;
    slab->used++;
    return object;
}
