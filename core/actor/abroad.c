/*
 * One table for all loops of the process, under a mutex that is not even looked at while nothing is
 * noted, which is the usual case.
 */

#include "abroad.h"

#include <pthread.h>
#include <stdatomic.h>

#include "actor.h"
#include "alloc.h"

struct abroad {
    pthread_mutex_t mutex;
    struct table notes; /* by pid; the objects are the notes themselves */
    _Atomic size_t count;
};

struct abroad *abroad_create(void)
{
    struct abroad *abroad = alloc_zeroed(sizeof *abroad);
    if (abroad == NULL)
        return NULL;
    pthread_mutex_init(&abroad->mutex, NULL);
    table_init(&abroad->notes);
    return abroad;
}

void abroad_destroy(struct abroad *abroad)
{
    pthread_mutex_destroy(&abroad->mutex);
    table_finish(&abroad->notes);
    alloc_free(abroad);
}

static uint32_t find(const struct abroad *abroad, uint64_t pid)
{
    return (uint32_t)(uintptr_t)table_find(&abroad->notes, pid);
}

uint32_t abroad_note(struct abroad *abroad, uint64_t pid)
{
    if (atomic_load_explicit(&abroad->count, memory_order_relaxed) == 0)
        return 0;
    pthread_mutex_lock(&abroad->mutex);
    uint32_t note = find(abroad, pid);
    pthread_mutex_unlock(&abroad->mutex);
    return note;
}

/* Replaces the bits of `mask` by `bits`. */
static void change(struct abroad *abroad, uint64_t pid, uint32_t mask, uint32_t bits)
{
    pthread_mutex_lock(&abroad->mutex);
    uint32_t old = find(abroad, pid);
    uint32_t note = (old & ~mask) | (bits & mask);
    if (old != 0 && note != old)
        table_remove(&abroad->notes, pid);
    if (note != 0 && note != old)
        (void)table_put(&abroad->notes, pid, (void *)(uintptr_t)note);
    atomic_store_explicit(&abroad->count, abroad->notes.count, memory_order_relaxed);
    pthread_mutex_unlock(&abroad->mutex);
}

void abroad_set_number(struct abroad *abroad, uint64_t pid, uint32_t number)
{
    if (number != 0 && (abroad_note(abroad, pid) & ACTOR_NOTE_NUMBER) != number)
        change(abroad, pid, ACTOR_NOTE_NUMBER, number);
}

void abroad_set_full(struct abroad *abroad, uint64_t pid, bool is_full)
{
    change(abroad, pid, ACTOR_NOTE_FULL, is_full ? ACTOR_NOTE_FULL : 0);
}

void abroad_set_gone(struct abroad *abroad, uint64_t pid)
{
    change(abroad, pid, ACTOR_NOTE_GONE, ACTOR_NOTE_GONE);
}

void abroad_forget(struct abroad *abroad, uint32_t loop)
{
    pthread_mutex_lock(&abroad->mutex);
    for (size_t i = 0; i < abroad->notes.capacity;) {
        uint64_t pid = abroad->notes.entries[i].key;
        if (pid != 0 && handle_loop(pid) == loop)
            table_remove(&abroad->notes, pid); /* another one may have moved up */
        else
            i++;
    }
    atomic_store_explicit(&abroad->count, abroad->notes.count, memory_order_relaxed);
    pthread_mutex_unlock(&abroad->mutex);
}
