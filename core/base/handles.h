#ifndef HANDLES_H
#define HANDLES_H

/*
 * Values that name objects which may die while somebody still remembers them.
 *
 *    63      56 55                   32 31                            0
 *   +----------+-----------------------+-------------------------------+
 *   |   loop   |         slot          |          generation           |
 *   +----------+-----------------------+-------------------------------+
 *
 * A slot is used again under the next generation, so an old value is recognised as stale.  A slot
 * whose generations are used up is retired: no value is ever given out twice.  Generations start
 * at 1: the value 0 names nothing.
 */

#include <stdint.h>

#include "check.h"

#define HANDLE_SLOT_BITS 24
#define HANDLE_SLOT_COUNT_MAX ((UINT32_C(1) << HANDLE_SLOT_BITS) - 1)

static inline uint32_t handle_loop(uint64_t handle)
{
    return (uint32_t)(handle >> 56);
}

static inline uint32_t handle_slot(uint64_t handle)
{
    return (uint32_t)(handle >> 32) & HANDLE_SLOT_COUNT_MAX;
}

static inline uint32_t handle_generation(uint64_t handle)
{
    return (uint32_t)handle;
}

struct handle_entry {
    void *object; /* NULL: the slot is free */
    uint32_t generation;
    uint32_t next_free; /* while free: the slot used before this one, or HANDLE_SLOT_COUNT_MAX */
};

struct handles {
    struct handle_entry *entries;
    uint32_t entry_count;    /* slots ever used */
    uint32_t entry_capacity; /* slots there is memory for */
    uint32_t free;           /* newest free slot, or HANDLE_SLOT_COUNT_MAX */
    uint32_t loop;           /* stamped on every value */
};

void handles_init(struct handles *handles, uint32_t loop);
void handles_finish(struct handles *handles);

/* A slot that was never used before: 0, -ENOMEM, or -EAGAIN when all slots are in use. */
int handles_add_slot(struct handles *handles, uint32_t *slot);

/* Gives `object` a value.  0, -ENOMEM or -EAGAIN. */
static inline int handles_acquire(struct handles *handles, void *object, uint64_t *handle)
{
    uint32_t slot = handles->free;
    if (CHECK_LIKELY(slot != HANDLE_SLOT_COUNT_MAX)) {
        handles->free = handles->entries[slot].next_free;
    } else {
        int rc = handles_add_slot(handles, &slot);
        if (rc < 0)
            return rc;
    }
    struct handle_entry *entry = &handles->entries[slot];
    TROUPE_CHECK(entry->object == (void *)0 && object != (void *)0);
    entry->object = object;
    entry->generation++;
    *handle = (uint64_t)handles->loop << 56 | (uint64_t)slot << 32 | entry->generation;
    return 0;
}

/* The slot becomes free and the value stale. */
static inline void handles_release(struct handles *handles, uint64_t handle)
{
    struct handle_entry *entry = &handles->entries[handle_slot(handle)];
    TROUPE_CHECK(entry->object != (void *)0 && entry->generation == handle_generation(handle));
    entry->object = (void *)0;
    if (entry->generation == UINT32_MAX)
        return; /* retired */
    entry->next_free = handles->free;
    handles->free = handle_slot(handle);
}

/* The object, or NULL for a value that is stale or was never given out. */
static inline void *handles_find(const struct handles *handles, uint64_t handle)
{
    uint32_t slot = handle_slot(handle);
    if (slot >= handles->entry_count || handle_loop(handle) != handles->loop)
        return (void *)0;
    const struct handle_entry *entry = &handles->entries[slot];
    return entry->generation == handle_generation(handle) ? entry->object : (void *)0;
}

#endif
