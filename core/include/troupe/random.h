#ifndef TROUPE_RANDOM_H
#define TROUPE_RANDOM_H

/*
 * Chance, of which a run can be had again.
 *
 * A number drawn by troupe_random() is one that nobody can foretell, unless it is asked for: with
 * TROUPE_SEED or in virtual time the row of numbers is the same each time, and a run that is
 * recorded is replayed with the numbers that it had (see docs/guide/determinism.md).  A program
 * that takes its chance from time(), from rand() or from the system has none of that.
 */

#include <troupe/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A number by lot, from all of 64 bits.  What is left of a division by a small number is as good:
 *
 *     int die = (int)(troupe_random() % 6) + 1;
 *     troupe_sleep(TROUPE_MS(troupe_random() % 50));
 *
 * Each loop draws from a row of its own, which begins anew with each run.  Takes some 2 ns.  Not
 * for keys and passwords: who has seen two numbers can work out the others.
 *
 * Inside an actor, stackless ones too.  Never suspends, never fails.
 */
TROUPE_API uint64_t troupe_random(void);

#ifdef __cplusplus
}
#endif

#endif
