/*
 * A free list on top of chunks that are carved from front to back.  Chunks lie at multiples of
 * their size, so that any object leads to the head of its chunk, and that to the slab.
 */

#include "slab.h"

#include "alloc.h"

/* A cache line: two objects never share one. */
#define SLAB_ALIGN 64

/* 64 KiB: some 500 actors a chunk; small enough not to be noticed, large enough to be rare. */
#define SLAB_CHUNK_BYTES 65536

/* What lies at such multiples has two pages beside it with nothing but malloc()'s notes: an eighth
 * of a chunk.  So a slab that grows asks for as many chunks at a time as it has, up to so many. */
#define SLAB_BLOCK_CHUNKS_MAX 16

/* Before the first object of a chunk. */
struct chunk {
    struct chunk *next; /* the first one of a block: that of the block before */
    struct slab *slab;
};

_Static_assert(sizeof(struct chunk) <= SLAB_ALIGN, "the first object begins with the next line");

/* The first words of the first object of a bundle that has been handed in. */
struct returned {
    void *next_object; /* the bundle's second object */
    struct returned *next;
    void *last; /* the bundle's last object */
    size_t count;
};

void slab_init(struct slab *slab, size_t object_bytes)
{
    *slab = (struct slab){
        .object_bytes = (object_bytes + SLAB_ALIGN - 1) / SLAB_ALIGN * SLAB_ALIGN,
    };
    TROUPE_CHECK(slab->object_bytes <= SLAB_CHUNK_BYTES / 4);
}

/* Takes in what others have handed in. */
static void collect(struct slab *slab)
{
    struct returned *bundle = atomic_exchange_explicit(&slab->returned, NULL, memory_order_acquire);
    while (bundle != NULL) {
        struct returned *next = bundle->next;
        TROUPE_CHECK(slab->used >= bundle->count);
        slab->used -= bundle->count;
        *(void **)bundle->last = slab->free;
        slab->free = bundle;
        bundle = next;
    }
}

void slab_finish(struct slab *slab)
{
    collect(slab);
    TROUPE_CHECK(slab->used == 0);
    slab_discard(slab);
}

void slab_discard(struct slab *slab)
{
    while (slab->blocks != NULL) {
        struct chunk *first = slab->blocks;
        slab->blocks = first->next;
        alloc_free(first);
    }
}

struct slab *slab_of(const void *object)
{
    return ((const struct chunk *)((uintptr_t)object & ~(uintptr_t)(SLAB_CHUNK_BYTES - 1)))->slab;
}

void slab_bundle_hand_in(struct slab *slab, struct slab_bundle *bundle)
{
    struct returned *first = bundle->first;
    if (first == NULL)
        return;
    first->last = bundle->last;
    first->count = bundle->count;
    void *next = atomic_load_explicit(&slab->returned, memory_order_relaxed);
    do
        first->next = next;
    while (!atomic_compare_exchange_weak_explicit(&slab->returned, &next, first,
                                                  memory_order_release, memory_order_relaxed));
    *bundle = (struct slab_bundle){.first = NULL};
}

static int add_block(struct slab *slab)
{
    uint32_t count = slab->chunk_count > 0 ? slab->chunk_count : 1;
    if (count > SLAB_BLOCK_CHUNKS_MAX)
        count = SLAB_BLOCK_CHUNKS_MAX;
    struct chunk *first = alloc_aligned(SLAB_CHUNK_BYTES, count * (size_t)SLAB_CHUNK_BYTES);
    if (first == NULL)
        return -1;
    first->next = slab->blocks;
    slab->blocks = first;
    slab->spare = (char *)first;
    slab->spare_count = count;
    slab->chunk_count += count;
    return 0;
}

static int add_chunk(struct slab *slab)
{
    if (slab->spare_count == 0 && add_block(slab) < 0)
        return -1;
    ((struct chunk *)(void *)slab->spare)->slab = slab;
    slab->fresh = slab->spare + SLAB_ALIGN;
    slab->spare += SLAB_CHUNK_BYTES;
    slab->fresh_end = slab->spare;
    slab->spare_count--;
    return 0;
}

void *slab_take_slow(struct slab *slab)
{
    if (atomic_load_explicit(&slab->returned, memory_order_relaxed) != NULL) {
        collect(slab);
        return slab_take(slab);
    }
    if ((size_t)(slab->fresh_end - slab->fresh) < slab->object_bytes && add_chunk(slab) < 0)
        return NULL;
    void *object = slab->fresh;
    slab->fresh += slab->object_bytes;
    slab->used++;
    return object;
}
