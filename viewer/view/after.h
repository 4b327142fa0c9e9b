#ifndef AFTER_H
#define AFTER_H

/*
 * Searching forward in what is in time order.
 */

#include <stddef.h>
#include <stdint.h>

/* An array of items that have an instant each. */
struct after_items {
    const void *first;
    size_t bytes; /* of an item */
    size_t at_ns; /* where in it its instant is, an int64_t */
};

static inline int64_t after_at(struct after_items items, uint32_t index)
{
    const char *item = (const char *)items.first + index * items.bytes;
    return *(const int64_t *)(const void *)(item + items.at_ns);
}

/* The first of the items from `low` to before `end` that is later than an instant; `end` if none
 * is.  O(log of the distance from `low`), so that a walk from column to column is cheap. */
static inline uint32_t after_first(struct after_items items, uint32_t low, uint32_t end,
                                   int64_t at_ns)
{
    uint32_t step = 1;
    while (low + step < end && after_at(items, low + step) <= at_ns) {
        low += step;
        step *= 2;
    }
    uint32_t high = end - low > step ? low + step : end;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (after_at(items, middle) <= at_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

#endif
