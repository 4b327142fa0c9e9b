#ifndef TABLE_H
#define TABLE_H

/*
 * From 64-bit values to objects: a hash table without chains, which grows.  The value 0 is no key.
 */

#include <stddef.h>
#include <stdint.h>

struct table_entry {
    uint64_t key; /* 0: empty */
    void *object;
};

struct table {
    struct table_entry *entries;
    size_t count;
    size_t capacity; /* a power of two; 0: nothing was ever put in */
};

void table_init(struct table *table);
void table_finish(struct table *table);

/* The key must not be in the table; 0 or -ENOMEM. */
int table_put(struct table *table, uint64_t key, void *object);

/* The object, or NULL. */
void *table_find(const struct table *table, uint64_t key);

/* The key must be in the table. */
void table_remove(struct table *table, uint64_t key);

#endif
