/*
 * A hash table by the numbers of the actors that are alive: open addressing, at most half full.
 * When an actor ends, its entry goes, and those behind it move up; so the table needs no marks for
 * entries that were.
 */

#include "times.h"

#include <string.h>

#include "alloc.h"
#include "check.h"
#include "clock.h"

/* Entries to begin with: some 18 KiB; a power of two. */
#define ENTRIES_MIN 256

struct times *times_create(void)
{
    struct times *times = alloc_zeroed(sizeof *times);
    if (times == NULL)
        return NULL;
    times->capacity = ENTRIES_MIN;
    times->entries = alloc_zeroed(ENTRIES_MIN * sizeof *times->entries);
    if (times->entries == NULL) {
        alloc_free(times);
        return NULL;
    }
    clock_sample(&times->base_ticks, &times->base_ns);
    return times;
}

void times_destroy(struct times *times)
{
    if (times == NULL)
        return;
    alloc_free(times->entries);
    alloc_free(times);
}

/* Where an actor belongs: numbers are given out one after the other, which spreads them well. */
static uint32_t home_of(const struct times *times, uint32_t actor)
{
    return actor & (times->capacity - 1);
}

/* The actor's entry, or the free one where it would be. */
static struct times_entry *place_of(const struct times *times, uint32_t actor)
{
    uint32_t i = home_of(times, actor);
    while (times->entries[i].actor != 0 && times->entries[i].actor != actor)
        i = (i + 1) & (times->capacity - 1);
    return &times->entries[i];
}

/* Twice the room; false without memory. */
static bool grow(struct times *times)
{
    struct times grown = *times;
    grown.capacity *= 2;
    grown.entries = alloc_zeroed(grown.capacity * sizeof *grown.entries);
    if (grown.entries == NULL)
        return false;
    for (uint32_t i = 0; i < times->capacity; i++)
        if (times->entries[i].actor != 0)
            *place_of(&grown, times->entries[i].actor) = times->entries[i];
    alloc_free(times->entries);
    *times = grown;
    return true;
}

/* The actor's entry, made if need be; NULL without memory. */
static struct times_entry *entry_of(struct times *times, uint32_t actor)
{
    struct times_entry *entry = place_of(times, actor);
    if (entry->actor != 0)
        return entry;
    if (times->used >= times->capacity / 2) {
        if (!grow(times))
            return NULL;
        entry = place_of(times, actor);
    }
    times->used++;
    *entry = (struct times_entry){.actor = actor};
    return entry;
}

/* The actor is in another state from now on. */
static void enter(struct times *times, uint32_t actor, enum times_state state, uint64_t ticks)
{
    struct times_entry *entry = entry_of(times, actor);
    if (entry == NULL)
        return;
    if (entry->since_ticks != 0) /* 0: it is not known how long it was in the state before */
        entry->spent_ticks[entry->state] += ticks - entry->since_ticks;
    entry->state = state;
    entry->since_ticks = ticks;
    entry->turns += state == TIMES_RUNNING;
}

static void receive(struct times *times, uint32_t actor)
{
    struct times_entry *entry = entry_of(times, actor);
    if (entry != NULL)
        entry->received++;
}

/* The actor has ended: an entry behind its own moves up if it would not be found otherwise. */
static void forget(struct times *times, uint32_t actor)
{
    struct times_entry *entry = place_of(times, actor);
    uint32_t mask = times->capacity - 1, hole = (uint32_t)(entry - times->entries);
    if (entry->actor == 0)
        return;
    times->used--;
    times->entries[hole].actor = 0;
    for (uint32_t i = (hole + 1) & mask; times->entries[i].actor != 0; i = (i + 1) & mask) {
        uint32_t home = home_of(times, times->entries[i].actor);
        if (((i - home) & mask) < ((i - hole) & mask))
            continue; /* its way does not lead over the hole */
        times->entries[hole] = times->entries[i];
        times->entries[i].actor = 0;
        hole = i;
    }
}

void times_note(struct times *times, const struct trace_record *record)
{
    bool goes_on = record->reason == TRACE_REASON_YIELD || record->reason == TRACE_REASON_BUDGET;
    switch (record->kind) {
    case TRACE_RECORD_SPAWN:
    case TRACE_RECORD_READY:
        enter(times, record->actor, TIMES_READY, record->ticks);
        break;
    case TRACE_RECORD_RESUME:
        enter(times, record->actor, TIMES_RUNNING, record->ticks);
        break;
    case TRACE_RECORD_SUSPEND:
        enter(times, record->actor, goes_on ? TIMES_READY : TIMES_WAITING, record->ticks);
        break;
    case TRACE_RECORD_EXIT:
        forget(times, record->actor);
        break;
    case TRACE_RECORD_TAKE:
        receive(times, record->actor);
        break;
    case TRACE_RECORD_SEND:
        if (record->reason) /* handed over: it will not be taken from the mailbox */
            receive(times, record->other);
        break;
    default:
        break;
    }
}

bool times_find(const struct times *times, uint32_t actor, struct times_entry *entry)
{
    const struct times_entry *found = place_of(times, actor);
    if (found->actor == 0)
        return false;
    *entry = *found;
    if (entry->since_ticks != 0)
        entry->spent_ticks[entry->state] += clock_ticks() - entry->since_ticks;
    return true;
}

int64_t times_ns(const struct times *times, uint64_t ticks)
{
    uint64_t now_ticks;
    int64_t now_ns;
    clock_sample(&now_ticks, &now_ns);
    if (now_ticks <= times->base_ticks)
        return 0;
    double ns_per_tick =
        (double)(now_ns - times->base_ns) / (double)(now_ticks - times->base_ticks);
    return (int64_t)((double)ticks * ns_per_tick);
}
