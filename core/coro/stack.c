/*
 * Slots are carved from large mappings, which cost address space but no memory until a stack is
 * touched.  In a steady state nothing is mapped or unmapped: a page fault costs a hundred
 * switches.
 */

#include "stack.h"

#include <errno.h>
#include <sys/mman.h>

#include "alloc.h"
#include "check.h"
#include "rewind.h"
#include "sanitizers.h"
#include "stack_guard.h"

/* Slots to a mapping: 64 MiB of addresses for the default class.  Large classes get fewer. */
#define CHUNK_SLOTS_MAX 1024
#define CHUNK_BYTES_MAX (UINT32_C(64) << 20)

#define HEADER_BYTES 64

/* Pages that are asked about at once: 1 MiB. */
#define PEAK_PAGES 256
#define PAGE_BYTES 4096

/* The stagger: 32 different ones, a cache line apart. */
#define STAGGER_STEPS 32
#define STAGGER_BYTES 64

struct stack_chunk {
    struct stack_chunk *next;
    char *slots;
    size_t bytes;
};

int stack_class_for(size_t bytes)
{
    size_t slot = bytes + STACK_GUARD_BYTES + HEADER_BYTES + STAGGER_STEPS * STAGGER_BYTES;
    if (bytes > (UINT32_C(1) << (STACK_CLASS_BITS_MAX - 1)))
        return -EINVAL;
    int class = 0;
    while (stack_slot_bytes(class) < slot)
        class ++;
    return class;
}

char *stack_start(char *end)
{
    return end - HEADER_BYTES - stack_header(end)->index % STAGGER_STEPS * STAGGER_BYTES;
}

size_t stack_usable_bytes(char *end)
{
    uint32_t slot_bytes = stack_slot_bytes(stack_header(end)->class);
    return (size_t)(stack_start(end) - (end - slot_bytes + STACK_GUARD_BYTES));
}

size_t stack_peak_bytes(char *end)
{
    unsigned char touched[PEAK_PAGES];
    size_t usable = stack_usable_bytes(end);
    char *low = stack_start(end) - usable;
    for (char *page = low; page < end; page += sizeof touched * PAGE_BYTES) {
        size_t pages = (size_t)(end - page) / PAGE_BYTES;
        pages = pages < sizeof touched ? pages : sizeof touched;
        if (mincore(page, pages * PAGE_BYTES, touched) < 0)
            return 0;
        for (size_t i = 0; i < pages; i++)
            if (touched[i] & 1)
                return usable - (size_t)(page + i * PAGE_BYTES - low);
    }
    return 0;
}

void stack_clean(char *end, const char *sp)
{
    char *low = end - stack_slot_bytes(stack_header(end)->class) + STACK_GUARD_BYTES;
    size_t above = (size_t)(end - sp) / PAGE_BYTES + 2; /* pages that stay; slots begin with one */
    if (low + above * PAGE_BYTES < end)
        madvise(low, (size_t)(end - low) - above * PAGE_BYTES, MADV_DONTNEED);
}

void stack_pool_init(struct stack_pool *pool)
{
    *pool = (struct stack_pool){.classes = {{.free = NULL}}};
}

static void retire_slot(char *end)
{
#if CORO_ASAN
    /* What is mapped here next is not to be judged by the variables of the actors. */
    uint32_t slot_bytes = stack_slot_bytes(stack_header(end)->class);
    ASAN_UNPOISON_MEMORY_REGION(end - slot_bytes, slot_bytes);
#endif
    VALGRIND_STACK_DEREGISTER(stack_header(end)->valgrind_id);
#if CORO_TSAN
    if (stack_header(end)->tsan_fiber != NULL)
        __tsan_destroy_fiber(stack_header(end)->tsan_fiber);
#endif
    (void)end;
}

void stack_pool_finish(struct stack_pool *pool)
{
    for (int i = 0; i < STACK_CLASSES; i++) {
        struct stack_class *class = &pool->classes[i];
        TROUPE_CHECK(class->free_count == class->slot_count);
        while (class->free_count > 0)
            retire_slot(class->free[--class->free_count]);
        while (class->chunks != NULL) {
            struct stack_chunk *chunk = class->chunks;
            class->chunks = chunk->next;
            if (!rewind_leaves_out(chunk->slots))
                munmap(chunk->slots, chunk->bytes);
            alloc_free(chunk);
        }
        alloc_free(class->free);
    }
    stack_pool_init(pool);
}

/* A mapping of slots, aligned to nothing in particular; NULL without address space. */
static char *map_slots(size_t bytes)
{
    if (alloc_should_fail())
        return NULL;
    char *slots = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (slots == MAP_FAILED)
        return NULL;
    madvise(slots, bytes, MADV_NOHUGEPAGE); /* a touched stack shall cost 4 KiB, not 2 MiB */
    return slots;
}

static int add_chunk(struct stack_class *class, uint32_t slot_bytes)
{
    uint32_t slots = CHUNK_BYTES_MAX / slot_bytes;
    slots = slots < 1 ? 1 : slots > CHUNK_SLOTS_MAX ? CHUNK_SLOTS_MAX : slots;
    uint32_t capacity = class->slot_capacity + slots;
    char **free = alloc_grow(class->free, capacity, sizeof *free);
    if (free == NULL)
        return -ENOMEM;
    class->free = free;
    struct stack_chunk *chunk = alloc_zeroed(sizeof *chunk);
    if (chunk == NULL)
        return -ENOMEM;
    chunk->bytes = (size_t)slots * slot_bytes;
    chunk->slots = map_slots(chunk->bytes);
    if (chunk->slots == NULL) {
        alloc_free(chunk);
        return -ENOMEM;
    }
    chunk->next = class->chunks;
    class->chunks = chunk;
    class->fresh = chunk->slots;
    class->slot_capacity = capacity;
    return 0;
}

int stack_pool_reserve(struct stack_pool *pool, int class)
{
    int rc = add_chunk(&pool->classes[class], stack_slot_bytes(class));
    if (rc == 0)
        rewind_leave_out(pool->classes[class].chunks->slots, pool->classes[class].chunks->bytes);
    return rc;
}

char *stack_carve(struct stack_pool *pool, int class)
{
    struct stack_class *slots = &pool->classes[class];
    uint32_t slot_bytes = stack_slot_bytes(class);
    if (slots->slot_count == slots->slot_capacity && add_chunk(slots, slot_bytes) < 0)
        return NULL;
    char *low = slots->fresh;
    char *end = low + slot_bytes;
    slots->fresh = end;
    stack_guard_install(low, STACK_GUARD_BYTES);
    *stack_header(end) = (struct stack_header){
        .index = slots->slot_count++,
        .class = class,
        .valgrind_id = VALGRIND_STACK_REGISTER(low + STACK_GUARD_BYTES, end),
    };
    return end;
}
