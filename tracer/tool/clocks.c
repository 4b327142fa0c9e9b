/*
 * Bounds between two files are those of their messages; files are reached one from another, each by
 * the pair of files with the most messages that leads to a new one.
 */

#include "clocks.h"

#include <stdint.h>

struct bounds {
    int64_t low_ns;  /* the shift is at least this, */
    int64_t high_ns; /* and at most this */
    bool has_low;
    bool has_high;
    size_t messages;
};

/* What the messages between two files say of the shift of `to` against `from`. */
static struct bounds bounds_of(const struct clocks_pair *pairs, size_t count, size_t from,
                               size_t to)
{
    struct bounds bounds = {0};
    for (size_t i = 0; i < count; i++) {
        const struct clocks_pair *pair = &pairs[i];
        int64_t apart_ns;
        if (pair->from == from && pair->to == to) {
            /* arrived + shift >= left */
            apart_ns = pair->left_ns - pair->arrived_ns;
            bounds.low_ns = !bounds.has_low || apart_ns > bounds.low_ns ? apart_ns : bounds.low_ns;
            bounds.has_low = true;
            bounds.messages++;
        } else if (pair->from == to && pair->to == from) {
            /* left + shift <= arrived */
            apart_ns = pair->arrived_ns - pair->left_ns;
            bounds.high_ns =
                !bounds.has_high || apart_ns < bounds.high_ns ? apart_ns : bounds.high_ns;
            bounds.has_high = true;
            bounds.messages++;
        }
    }
    return bounds;
}

static int64_t shift_between(const struct bounds *bounds)
{
    if (bounds->has_low && bounds->has_high)
        return bounds->low_ns / 2 + bounds->high_ns / 2;
    return bounds->has_low ? bounds->low_ns : bounds->high_ns;
}

void clocks_estimate(const struct clocks_pair *pairs, size_t pair_count, size_t count,
                     int64_t *shift_ns, bool *known, int64_t *violated_ns)
{
    for (size_t i = 0; i < count; i++) {
        shift_ns[i] = 0;
        known[i] = i == 0;
    }
    for (;;) {
        struct bounds best = {0};
        size_t best_from = 0;
        size_t best_to = count;
        for (size_t from = 0; from < count; from++) {
            for (size_t to = 0; known[from] && to < count; to++) {
                if (known[to])
                    continue;
                struct bounds bounds = bounds_of(pairs, pair_count, from, to);
                if (bounds.messages > best.messages) {
                    best = bounds;
                    best_from = from;
                    best_to = to;
                }
            }
        }
        if (best_to == count)
            break;
        known[best_to] = true;
        shift_ns[best_to] = shift_ns[best_from] + shift_between(&best);
    }
    *violated_ns = 0;
    for (size_t i = 0; i < pair_count; i++) {
        int64_t left_ns = pairs[i].left_ns + shift_ns[pairs[i].from];
        int64_t arrived_ns = pairs[i].arrived_ns + shift_ns[pairs[i].to];
        bool both = known[pairs[i].from] && known[pairs[i].to];
        if (both && left_ns - arrived_ns > *violated_ns)
            *violated_ns = left_ns - arrived_ns;
    }
}
