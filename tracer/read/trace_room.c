/*
 * Small blocks are malloc()'s; large ones are mappings that begin at a multiple of 2 MiB.  Which of
 * the two a block is follows from its size alone.
 */

#include "trace_room.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* The processor's large page, on x86-64 and aarch64. */
#define PAGE_BYTES ((size_t)2 << 20)

/* A page and more is mapped: a block that grows is then never copied again, which costs more than
 * the part of a page that is not needed. */
#define MAPPED_BYTES PAGE_BYTES

static bool is_mapped(size_t bytes)
{
    return bytes >= MAPPED_BYTES;
}

static size_t whole_pages(size_t bytes)
{
    return (bytes + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1);
}

/* Fresh addresses for whole pages; NULL if there are none. */
static char *map_pages(size_t bytes)
{
    char *start =
        mmap(NULL, bytes + PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (start == MAP_FAILED)
        return NULL;
    size_t before = (PAGE_BYTES - (uintptr_t)start % PAGE_BYTES) % PAGE_BYTES;
    if (before > 0)
        munmap(start, before);
    munmap(start + before + bytes, PAGE_BYTES - before);
#ifdef MADV_HUGEPAGE
    madvise(start + before, bytes, MADV_HUGEPAGE); /* a wish: nothing depends on it */
#endif
    return start + before;
}

void *trace_room_new(size_t bytes)
{
    if (bytes > SIZE_MAX - 2 * PAGE_BYTES)
        return NULL;
    return is_mapped(bytes) ? map_pages(whole_pages(bytes)) : calloc(1, bytes + (bytes == 0));
}

void *trace_room_fixed(size_t bytes)
{
    if (!is_mapped(bytes) || bytes > SIZE_MAX - 2 * PAGE_BYTES)
        return malloc(bytes + (bytes == 0));
    void *block = aligned_alloc(PAGE_BYTES, whole_pages(bytes));
#ifdef MADV_HUGEPAGE
    if (block != NULL)
        madvise(block, whole_pages(bytes), MADV_HUGEPAGE);
#endif
    return block;
}

void trace_room_free(void *block, size_t bytes)
{
    if (block != NULL && is_mapped(bytes))
        munmap(block, whole_pages(bytes));
    else
        free(block);
}

void trace_room_shed(void *block, size_t bytes, size_t front)
{
    if (block != NULL && is_mapped(bytes))
        madvise(block, front & ~(PAGE_BYTES - 1), MADV_DONTNEED);
}

/* Moves the pages of a mapping to a larger one, where the system can. */
static void *move_pages(void *block, size_t bytes, size_t bytes_new)
{
#ifdef MREMAP_FIXED
    char *larger = map_pages(bytes_new);
    if (larger == NULL)
        return NULL;
    /* The pages take the place of the first of the new ones. */
    if (mremap(block, bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, larger) != MAP_FAILED)
        return larger;
    munmap(larger, bytes_new);
#else
    (void)block, (void)bytes, (void)bytes_new;
#endif
    return NULL;
}

void *trace_room_resize(void *block, size_t bytes, size_t bytes_new)
{
    if (block == NULL)
        return trace_room_new(bytes_new);
    if (!is_mapped(bytes) && !is_mapped(bytes_new))
        return realloc(block, bytes_new + (bytes_new == 0));
    if (is_mapped(bytes) && is_mapped(bytes_new)) {
        size_t have = whole_pages(bytes);
        size_t want = whole_pages(bytes_new);
        if (want < have)
            munmap((char *)block + want, have - want);
        if (want <= have)
            return block;
        void *moved = move_pages(block, have, want);
        if (moved != NULL)
            return moved;
    }
    void *other = trace_room_new(bytes_new);
    if (other == NULL)
        return NULL;
    memcpy(other, block, bytes < bytes_new ? bytes : bytes_new);
    trace_room_free(block, bytes);
    return other;
}
