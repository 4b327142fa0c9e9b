#ifndef CHANNELS_H
#define CHANNELS_H

/*
 * For tests of channels: two of them, and what can be done at the first without waiting.
 */

#include "trail.h"

static troupe_chan chan, other;

/* Takes a number; it, or the code. */
static inline int take_now(void)
{
    int value = -1;
    int rc = troupe_chan_recv(chan, &value, 0);
    return rc < 0 ? rc : value;
}

static inline int put_now(int value)
{
    return troupe_chan_send(chan, &value, 0);
}

#endif
