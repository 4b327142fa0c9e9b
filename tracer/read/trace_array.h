#ifndef TRACE_ARRAY_H
#define TRACE_ARRAY_H

/* Arrays that grow, and records in the order of a key. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* An array with `count` of its `capacity` items in use; the items are the caller's type. */
struct trace_array {
    void *items;
    uint32_t count;
    uint32_t capacity;
    size_t bytes; /* of its block: see trace_room.h */
};

/* Makes room for one more item at least.  False if there is no memory or no index left. */
bool trace_array_grow(struct trace_array *array, size_t item_bytes);

/* Adds an item of zeros and returns it; NULL if there is no memory or no index left.  Pointers to
 * earlier items do not survive.  Inline, so that clearing what is written at once costs nothing. */
static inline void *trace_array_add(struct trace_array *array, size_t item_bytes)
{
    if (array->count == array->capacity && !trace_array_grow(array, item_bytes))
        return NULL;
    return memset((char *)array->items + (size_t)array->count++ * item_bytes, 0, item_bytes);
}

/* Gives back the room that is not in use, and the items themselves to the caller: a block of
 * *count * item_bytes, for trace_room_free().  0, or -ENOMEM with nothing given. */
int trace_array_take(struct trace_array *array, size_t item_bytes, void *items, uint32_t *count);

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
