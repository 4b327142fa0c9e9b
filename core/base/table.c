/*
 * Open addressing: an entry lies at the place its key hashes to, or as few places behind it as
 * possible.  What is removed leaves no gap: the entries behind it move up.
 */

#include "table.h"

#include <errno.h>

#include "alloc.h"
#include "check.h"

/* The first step of growth; then it doubles, whenever three quarters are used. */
#define CAPACITY_FIRST 64

void table_init(struct table *table)
{
    *table = (struct table){.entries = NULL};
}

void table_finish(struct table *table)
{
    alloc_free(table->entries);
    table_init(table);
}

static size_t home_of(const struct table *table, uint64_t key)
{
    return (size_t)((key ^ key >> 32) * 0x9e3779b97f4a7c15u >> 32) & (table->capacity - 1);
}

/* Where the key is, or would be put. */
static size_t place_of(const struct table *table, uint64_t key)
{
    size_t i = home_of(table, key);
    while (table->entries[i].key != 0 && table->entries[i].key != key)
        i = (i + 1) & (table->capacity - 1);
    return i;
}

static int grow(struct table *table)
{
    struct table old = *table;
    size_t capacity = old.capacity > 0 ? old.capacity * 2 : CAPACITY_FIRST;
    struct table_entry *entries = alloc_zeroed(capacity * sizeof *entries);
    if (entries == NULL)
        return -ENOMEM;
    table->entries = entries;
    table->capacity = capacity;
    for (size_t i = 0; i < old.capacity; i++)
        if (old.entries[i].key != 0)
            entries[place_of(table, old.entries[i].key)] = old.entries[i];
    alloc_free(old.entries);
    return 0;
}

int table_put(struct table *table, uint64_t key, void *object)
{
    TROUPE_CHECK(key != 0);
    if (table->count >= table->capacity / 4 * 3 && grow(table) < 0)
        return -ENOMEM;
    size_t i = place_of(table, key);
    TROUPE_CHECK(table->entries[i].key == 0);
    table->entries[i] = (struct table_entry){key, object};
    table->count++;
    return 0;
}

void *table_find(const struct table *table, uint64_t key)
{
    return table->count > 0 ? table->entries[place_of(table, key)].object : NULL;
}

void table_remove(struct table *table, uint64_t key)
{
    size_t mask = table->capacity - 1, gap = place_of(table, key);
    TROUPE_CHECK(table->entries[gap].key == key);
    table->count--;
    for (size_t i = (gap + 1) & mask; table->entries[i].key != 0; i = (i + 1) & mask) {
        size_t home = home_of(table, table->entries[i].key);
        if (((i - home) & mask) < ((i - gap) & mask))
            continue; /* it would lie before its home */
        table->entries[gap] = table->entries[i];
        gap = i;
    }
    table->entries[gap] = (struct table_entry){0, NULL};
}
