#ifndef SEEDS_H
#define SEEDS_H

#include <signal.h>
#include <stdint.h>

/* A program of actors that is run once for each of several seeds, to see what its orders do. */

/* Longer than this nobody waits for a run that is graded, unless it is said otherwise. */
#define SEEDS_LIMIT_NS INT64_C(10000000000)

/* As a status: the run took longer, and was stopped. */
#define SEEDS_STOPPED (128 + SIGALRM)

/* Runs a program in virtual time, with turns by lot as the seed has it, and with a trace; what it
 * prints is in the trace, and not shown.  It is stopped after `limit_ns`, which is rounded up to
 * microseconds.  *status becomes its exit status, or 128 and the number of the signal that killed
 * it.  TOOL_OK, or TOOL_FAULT after saying why it could not be run, or that it wrote no trace. */
int seeds_run(char **program, long seed, int64_t limit_ns, const char *trace, int *status);

#endif
