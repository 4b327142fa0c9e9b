/*
 * A restart is one too many if the one `intensity` before it lies within the period; so just that
 * many are remembered, in a ring, and the question costs the same for any number.
 */

#include "patience.h"

#include <errno.h>

#include "alloc.h"

int patience_init(struct patience *patience, int intensity, troupe_ns period)
{
    if (intensity < TROUPE_SUP_NO_RESTARTS || intensity > TROUPE_SUP_INTENSITY_MAX || period < 0)
        return -EINVAL;
    *patience = (struct patience){
        .intensity = intensity == 0 ? TROUPE_SUP_INTENSITY : intensity,
        .period = period == 0 ? TROUPE_SUP_PERIOD : period,
    };
    if (intensity == TROUPE_SUP_NO_RESTARTS) {
        patience->intensity = 0;
        return 0;
    }
    patience->restarted_at = alloc_zeroed((size_t)patience->intensity * sizeof(troupe_ns));
    return patience->restarted_at != NULL ? 0 : -ENOMEM;
}

void patience_finish(struct patience *patience)
{
    alloc_free(patience->restarted_at);
    patience->restarted_at = NULL;
}

bool patience_admits(struct patience *patience, troupe_ns now_ns)
{
    if (patience->intensity == 0)
        return false;
    if (patience->count < patience->intensity) {
        patience->restarted_at[patience->count++] = now_ns;
        return true;
    }
    if (now_ns - patience->restarted_at[patience->oldest] <= patience->period)
        return false;
    patience->restarted_at[patience->oldest] = now_ns;
    patience->oldest = (patience->oldest + 1) % patience->intensity;
    return true;
}
