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

/* Takes a slot that was never used before; 0 or a negative code. */
static int add_slot(struct handles *handles, uint32_t *slot)
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

int handles_acquire(struct handles *handles, void *object, uint64_t *handle)
{
    TROUPE_CHECK(object != NULL);
    uint32_t slot = handles->free;
    if (slot != NO_SLOT) {
        handles->free = handles->entries[slot].next_free;
    } else {
        int rc = add_slot(handles, &slot);
        if (rc < 0)
            return rc;
    }
    struct handle_entry *entry = &handles->entries[slot];
    TROUPE_CHECK(entry->object == NULL);
    entry->object = object;
    entry->generation++;
    *handle = (uint64_t)handles->loop << 56 | (uint64_t)slot << 32 | entry->generation;
    return 0;
}

void handles_release(struct handles *handles, uint64_t handle)
{
    TROUPE_CHECK(handles_find(handles, handle) != NULL);
    struct handle_entry *entry = &handles->entries[handle_slot(handle)];
    entry->object = NULL;
    if (entry->generation == UINT32_MAX)
        return; /* retired */
    entry->next_free = handles->free;
    handles->free = handle_slot(handle);
}
