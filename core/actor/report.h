#ifndef REPORT_H
#define REPORT_H

/*
 * What the runtime says of its own accord, on standard error: one sentence each.
 */

#include "actor.h"
#include "check.h"

/* The exit code of a program in which nothing can ever run again. */
#define REPORT_EXIT_STUCK 3

/* An actor failed, and nobody has learnt or will learn of it. */
void report_failure(const struct actor *actor);

/* Says who is running, or what all of the loop do, and what happened last: see check_describe. */
void report_running(enum check_kind kind);

/* How to see a run again that went wrong, if its order was settled by a seed; 0: it was not. */
void report_seed(uint64_t seed, bool is_virtual);

/* Nothing can ever run again: says who waits for what, and ends the process. */
_Noreturn void report_stuck(void);

#endif
