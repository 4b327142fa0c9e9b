#ifndef VIEW_BAND_H
#define VIEW_BAND_H

/*
 * The density of a group of rows: how many of them run, are ready and wait, at every moment, so
 * that a thousand lanes can be shown as one.
 */

#include "fold.h"

/* From here until the next step. */
struct band_step {
    int64_t at_ns;
    uint32_t running, ready, alive;
};

/* What the steps before a block add up to, in nanoseconds times rows. */
struct band_sum {
    int64_t run_ns, ready_ns, alive_ns;
};

struct band {
    struct band_step *steps;
    struct band_sum *sums;
    size_t count;
    uint32_t rows;
};

/* Makes the band of some rows.  0, or -ENOMEM.  O(n log n) of their spans. */
int band_init(struct band *band, const struct rows *rows, const uint32_t *members, uint32_t count);
void band_finish(struct band *band);

/* What the rows did from `from_ns` to before `to_ns`, on average, as shares of all rows: running,
 * ready, and waiting.  *near is as of strip_max(). */
struct band_share {
    float running, ready, waiting;
};
struct band_share band_share(const struct band *band, int64_t from_ns, int64_t to_ns, size_t *near);

#endif
