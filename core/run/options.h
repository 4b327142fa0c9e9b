#ifndef OPTIONS_H
#define OPTIONS_H

/*
 * How a run is to be: what the program says, and the environment, which has the last word.
 */

#include <troupe/loops.h>

/* Replaces what is left open, and what the environment says otherwise.  0, or -EINVAL if the
 * program asks for what there is not; what is wrong in the environment is told on standard error,
 * and ignored. */
int options_settle(troupe_options *options);

#endif
