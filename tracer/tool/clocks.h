#ifndef CLOCKS_H
#define CLOCKS_H

/*
 * How far apart the clocks of several traces are.
 *
 * A message from one process to another leaves half an arrow in each of their traces, with the same
 * category, name and number.  It cannot arrive before it leaves, so each bounds how far the clocks
 * are apart; messages both ways bound it from both sides, and the middle is taken.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Half an arrow: the other half is in another file. */
struct clocks_half {
    uint64_t key;  /* of its category, name and number */
    int64_t at_ns; /* by the clock of its file */
    bool leaves;
};

/* A message from file `from` to file `to`. */
struct clocks_pair {
    size_t from;
    size_t to;
    int64_t left_ns;
    int64_t arrived_ns;
};

/* Estimates what to add to the instants of each of `count` files so that they are those of file 0.
 * shift_ns[i] is filled in, and known[i] says whether messages lead from file 0 to file i, directly
 * or by way of others; *violated_ns is by how much the worst message arrives before it leaves even
 * so, which happens if a clock drifts, and otherwise 0. */
void clocks_estimate(const struct clocks_pair *pairs, size_t pair_count, size_t count,
                     int64_t *shift_ns, bool *known, int64_t *violated_ns);

#endif
