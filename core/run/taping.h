#ifndef TAPING_H
#define TAPING_H

/*
 * Runs that are recorded, and recordings that are played: what the environment asks for.
 */

#include <troupe/loops.h>

/* Before the first run of the process: begins what is asked for.  0 or a negative code, after
 * saying why. */
int taping_prepare(void);

/* A run begins, or has ended: sees to it that it can be recorded, or played. */
void taping_begin(troupe_options *options);
void taping_end(void);

#endif
