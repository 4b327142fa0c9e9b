/*
 * An array of slots and a free list through it, newest first.
 */

#include "handles.h"

#include <errno.h>

#include "alloc.h"
#include "check.h"

#define NO_SLOT HANDLE_SLOT_COUNT_MAX

/* The first step of growth; then it doubles. */
#define CAPACITY_FIRST 64

void handles_init(struct handles *handles, uint32_t loop)
{
    *handles = (struct handles){.free = NO_SLOT, .loop = loop};
}

void handles_finish(struct handles *handles)
{
    alloc_free(handles->entries);
    handles_init(handles, handles->loop);
}

int handles_add_slot(struct handles *handles, uint32_t *slot)
{
    if (handles->entry_count == HANDLE_SLOT_COUNT_MAX)
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
    handles->entries[*slot] = (struct handle_entry){.generation = 0};
    return 0;
}
