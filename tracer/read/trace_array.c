/*
 * Growing and sorting.
 *
 * Sorting is by radix: a trace has millions of instants within a small range, so three or four
 * passes of counting beat comparing them, and unlike qsort() it is stable.  A digit that all keys
 * share costs one look at its counts and no pass.
 */

#include "trace_array.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "trace_room.h"

#define ARRAY_CAPACITY_FIRST 64

/* The largest index is left out: UINT32_MAX stands for "none". */
#define ARRAY_CAPACITY_MAX (UINT32_MAX - 1)

bool trace_array_grow(struct trace_array *array, size_t item_bytes)
{
    uint64_t capacity = array->capacity > 0 ? array->capacity * UINT64_C(2) : ARRAY_CAPACITY_FIRST;
    if (capacity > ARRAY_CAPACITY_MAX)
        capacity = ARRAY_CAPACITY_MAX;
    if (capacity == array->capacity)
        return false;
    size_t bytes = (size_t)capacity * item_bytes;
    void *items = trace_room_resize(array->items, array->bytes, bytes);
    if (items == NULL)
        return false;
    array->items = items;
    array->bytes = bytes;
    array->capacity = (uint32_t)capacity;
    return true;
}

int trace_array_take(struct trace_array *array, size_t item_bytes, void *items, uint32_t *count)
{
    size_t bytes = (size_t)array->count * item_bytes;
    void *fit = trace_room_resize(array->items, array->bytes, bytes);
    *count = 0;
    if (fit == NULL)
        return -ENOMEM;
    *count = array->count;
    memcpy(items, &fit, sizeof fit); /* to a pointer to the items, whatever their type */
    *array = (struct trace_array){0};
    return 0;
}

void trace_array_finish(struct trace_array *array)
{
    trace_room_free(array->items, array->bytes);
    *array = (struct trace_array){0};
}

/* Eleven bits at a time: the counts stay in the first-level cache, and the instants of a trace of
 * eight seconds need three passes. */
#define DIGIT_BITS 11
#define DIGIT_COUNT (1u << DIGIT_BITS)

/* Signed order as unsigned order. */
static uint64_t order_of(const struct trace_key *key)
{
    return (uint64_t)key->key ^ (UINT64_C(1) << 63);
}

static bool is_sorted(const struct trace_key *keys, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (keys[i].key < keys[i - 1].key)
            return false;
    return true;
}

/* One pass: distributes by the digit at `shift`.  False if all keys share that digit. */
static bool distribute(const struct trace_key *from, struct trace_key *to, size_t count,
                       unsigned shift)
{
    size_t starts[DIGIT_COUNT] = {0};
    for (size_t i = 0; i < count; i++)
        starts[order_of(&from[i]) >> shift & (DIGIT_COUNT - 1)]++;
    if (starts[order_of(&from[0]) >> shift & (DIGIT_COUNT - 1)] == count)
        return false;
    size_t start = 0;
    for (size_t digit = 0; digit < DIGIT_COUNT; digit++) {
        size_t here = starts[digit];
        starts[digit] = start;
        start += here;
    }
    for (size_t i = 0; i < count; i++)
        to[starts[order_of(&from[i]) >> shift & (DIGIT_COUNT - 1)]++] = from[i];
    return true;
}

/* For a handful a table of 2048 counts would be the greater part of the work. */
#define INSERTION_COUNT_MAX 48

static void sort_few(struct trace_key *keys, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct trace_key key = keys[i];
        size_t to = i;
        for (; to > 0 && keys[to - 1].key > key.key; to--)
            keys[to] = keys[to - 1];
        keys[to] = key;
    }
}

int trace_sort(struct trace_key *keys, size_t count)
{
    if (is_sorted(keys, count))
        return 0;
    if (count <= INSERTION_COUNT_MAX) {
        sort_few(keys, count);
        return 0;
    }
    struct trace_key *spare = trace_room_new(count * sizeof *spare);
    if (spare == NULL)
        return -ENOMEM;
    struct trace_key *from = keys;
    struct trace_key *to = spare;
    for (unsigned shift = 0; shift < 64; shift += DIGIT_BITS) {
        if (!distribute(from, to, count, shift))
            continue;
        struct trace_key *swap = from;
        from = to;
        to = swap;
    }
    if (from != keys)
        memcpy(keys, from, count * sizeof *keys);
    trace_room_free(spare, count * sizeof *spare);
    return 0;
}
