#ifndef NUMBERS_H
#define NUMBERS_H

/*
 * Numbers that nobody else has, for actors and messages in the trace: from 1, in order.
 *
 * Several loops, and several processes, count together.  Each takes a row of numbers at a time from
 * what they have in common, so that counting is its own affair nearly always.
 */

#include <stdatomic.h>
#include <stdint.h>

struct numbers {
    uint32_t last;            /* given out; those that come after it are ours, */
    uint32_t end;             /* up to this one */
    uint32_t row;             /* taken at one time */
    _Atomic uint32_t *common; /* the highest that anybody has taken */
};

static inline void numbers_init(struct numbers *numbers, _Atomic uint32_t *common, uint32_t row)
{
    *numbers = (struct numbers){.row = row, .common = common};
}

static inline uint32_t numbers_next(struct numbers *numbers)
{
    if (__builtin_expect(numbers->last == numbers->end, 0)) {
        numbers->last =
            atomic_fetch_add_explicit(numbers->common, numbers->row, memory_order_relaxed);
        numbers->end = numbers->last + numbers->row;
    }
    return ++numbers->last;
}

#endif
