/*
 * An array of slots and a free list through it, newest first.
 */

#include "handles.h"

#include <errno.h>
#include <sys/mman.h>

#include "alloc.h"
#include "check.h"

#define NO_SLOT HANDLE_SLOT_COUNT_MAX

/* The first step of growth; then it doubles. */
#define CAPACITY_FIRST 64

void handles_init(struct handles *handles, uint32_t loop)
{
    *handles = (struct handles){.free = NO_SLOT, .loop = loop};
}

int handles_init_fixed(struct handles *handles, uint32_t loop, uint32_t slot_first,
                       uint32_t slot_count)
{
    handles_init(handles, loop);
    TROUPE_CHECK(slot_count <= HANDLE_SLOT_COUNT_MAX - slot_first);
    if (alloc_should_fail())
        return -ENOMEM;
    void *entries = mmap(NULL, slot_count * sizeof *handles->entries, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (entries == MAP_FAILED)
        return -ENOMEM;
    handles->entries = entries;
    handles->entry_capacity = slot_count;
    handles->slot_first = slot_first;
    handles->is_fixed = true;
    return 0;
}

void handles_finish(struct handles *handles)
{
    if (handles->is_fixed)
        munmap(handles->entries, handles->entry_capacity * sizeof *handles->entries);
    else
        alloc_free(handles->entries);
    handles_init(handles, handles->loop);
}

int handles_add_slot(struct handles *handles, uint32_t *slot)
{
    if (handles->entry_count ==
        (handles->is_fixed ? handles->entry_capacity : HANDLE_SLOT_COUNT_MAX))
        return -EAGAIN;
    if (handles->entry_count == handles->entry_capacity) {
        uint32_t capacity = handles->entry_capacity;
        capacity = capacity == 0 ? CAPACITY_FIRST : capacity * 2;
        void *entries = alloc_grow(handles->entries, capacity, sizeof *handles->entries);
        if (entries == NULL)
            return -ENOMEM;
        handles->entries = entries;
        handles->entry_capacity = capacity;
    }
    *slot = handles->entry_count++;
    if (!handles->is_fixed) /* otherwise zeroed, and somebody may be peeking */
        handles->entries[*slot] = (struct handle_entry){.generation = 0};
    if (handles->generation != 0)
        handles->entries[*slot].generation = handles->generation;
    return 0;
}

void *handles_peek(const struct handles *handles, uint64_t handle, uint32_t *note)
{
    uint32_t slot = handle_slot(handle) - handles->slot_first;
    if (slot >= handles->entry_capacity)
        return NULL;
    const struct handle_entry *entry = &handles->entries[slot];
    void *object = handle_object(entry);
    *note = atomic_load_explicit(&entry->note, memory_order_relaxed);
    return atomic_load_explicit(&entry->generation, memory_order_relaxed) ==
                   handle_generation(handle)
               ? object
               : NULL;
}
