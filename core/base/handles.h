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

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "check.h"

#define HANDLE_SLOT_BITS 24
#define HANDLE_SLOT_COUNT_MAX ((UINT32_C(1) << HANDLE_SLOT_BITS) - 1)

/* Loops that a handle can tell apart. */
#define HANDLE_LOOPS 256

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

/* The fields are atomic for the sake of handles_peek(); nobody waits for anybody. */
struct handle_entry {
    void *_Atomic object; /* NULL: the slot is free */
    _Atomic uint32_t generation;
    _Atomic uint32_t note; /* taken: what the owner has to say to other threads; free: the slot
                              used before this one, or HANDLE_SLOT_COUNT_MAX */
};

struct handles {
    struct handle_entry *entries;
    uint32_t entry_count;    /* slots ever used */
    uint32_t entry_capacity; /* slots there is memory for, or, if it is fixed, addresses */
    uint32_t free;           /* newest free slot, or HANDLE_SLOT_COUNT_MAX */
    uint32_t loop;           /* stamped on every value */
    uint32_t slot_first;     /* number of the first slot: two tables may share the values of a
                                loop */
    uint32_t generation;     /* the one before the first of each slot; 0 unless it is set */
    bool is_fixed;           /* the entries never move */
};

void handles_init(struct handles *handles, uint32_t loop);
void handles_finish(struct handles *handles);

/* A table that other threads may peek into: its entries never move.  Its slots begin with
 * `slot_first`, and there are at most `slot_count` of them.  0 or -ENOMEM: no address space. */
int handles_init_fixed(struct handles *handles, uint32_t loop, uint32_t slot_first,
                       uint32_t slot_count);

/* A slot that was never used before: 0, -ENOMEM, or -EAGAIN when all slots are in use. */
int handles_add_slot(struct handles *handles, uint32_t *slot);

static inline void *handle_object(const struct handle_entry *entry)
{
    return atomic_load_explicit(&entry->object, memory_order_relaxed);
}

/* The entry of a value that was given out by this table, be it stale. */
static inline struct handle_entry *handles_entry(const struct handles *handles, uint64_t handle)
{
    return &handles->entries[handle_slot(handle) - handles->slot_first];
}

/* Gives `object` a value, with a note.  0, -ENOMEM or -EAGAIN. */
static inline int handles_acquire_noted(struct handles *handles, void *object, uint32_t note,
                                        uint64_t *handle)
{
    uint32_t slot = handles->free;
    if (CHECK_LIKELY(slot != HANDLE_SLOT_COUNT_MAX)) {
        handles->free = atomic_load_explicit(&handles->entries[slot].note, memory_order_relaxed);
    } else {
        int rc = handles_add_slot(handles, &slot);
        if (rc < 0)
            return rc;
    }
    struct handle_entry *entry = &handles->entries[slot];
    TROUPE_CHECK(handle_object(entry) == (void *)0 && object != (void *)0);
    uint32_t generation = atomic_load_explicit(&entry->generation, memory_order_relaxed) + 1;
    atomic_store_explicit(&entry->note, note, memory_order_relaxed);
    atomic_store_explicit(&entry->object, object, memory_order_relaxed);
    atomic_store_explicit(&entry->generation, generation, memory_order_relaxed);
    *handle =
        (uint64_t)handles->loop << 56 | (uint64_t)(slot + handles->slot_first) << 32 | generation;
    return 0;
}

static inline int handles_acquire(struct handles *handles, void *object, uint64_t *handle)
{
    return handles_acquire_noted(handles, object, 0, handle);
}

/* The slot becomes free and the value stale. */
static inline void handles_release(struct handles *handles, uint64_t handle)
{
    struct handle_entry *entry = handles_entry(handles, handle);
    uint32_t generation = atomic_load_explicit(&entry->generation, memory_order_relaxed);
    TROUPE_CHECK(handle_object(entry) != (void *)0 && generation == handle_generation(handle));
    atomic_store_explicit(&entry->object, (void *)0, memory_order_relaxed);
    if (generation == UINT32_MAX)
        return; /* retired */
    atomic_store_explicit(&entry->note, handles->free, memory_order_relaxed);
    handles->free = handle_slot(handle) - handles->slot_first;
}

/* The object, or NULL for a value that is stale or was never given out. */
static inline void *handles_find(const struct handles *handles, uint64_t handle)
{
    uint32_t slot = handle_slot(handle) - handles->slot_first;
    if (slot >= handles->entry_count || handle_loop(handle) != handles->loop)
        return (void *)0;
    const struct handle_entry *entry = &handles->entries[slot];
    uint32_t generation = atomic_load_explicit(&entry->generation, memory_order_relaxed);
    return generation == handle_generation(handle) ? handle_object(entry) : (void *)0;
}

/* From any thread, of a fixed table: the object behind the value, not to be touched, and its note;
 * or NULL.  It may be gone by the time that this returns. */
void *handles_peek(const struct handles *handles, uint64_t handle, uint32_t *note);

#endif
