#ifndef TRACE_ARRAY_H
#define TRACE_ARRAY_H

/* Arrays that grow, and records in the order of a key. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An array with `count` of its `capacity` items in use; the items are the caller's type. */
struct trace_array {
    void *items;
    uint32_t count;
    uint32_t capacity;
};

/* Adds an item of zeros and returns it; NULL if there is no memory or no index left.  Pointers to
 * earlier items do not survive. */
void *trace_array_add(struct trace_array *array, size_t item_bytes);

/* Gives back the room that is not in use, and the items themselves to the caller. */
void *trace_array_take(struct trace_array *array, size_t item_bytes);

void trace_array_finish(struct trace_array *array);

/* Something with a place in an order. */
struct trace_key {
    int64_t key;
    uint32_t value;
};

/* Puts keys in rising order; equal ones keep theirs.  Takes time in proportion to the count, and
 * next to none where they are in order already.  0 or -ENOMEM (the order is then unchanged). */
int trace_sort(struct trace_key *keys, size_t count);

#endif
