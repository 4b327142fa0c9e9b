#ifndef SEEDS_H
#define SEEDS_H

/* A program of actors that is run once for each of several seeds, to see what its orders do. */

/* Longer than this nobody waits for a run that is graded, in seconds: it is killed. */
#define SEEDS_RUN_S 10

/* Runs a program in virtual time, with turns by lot as the seed has it, and with a trace; what it
 * prints is in the trace, and not shown.  *status becomes its exit status, or 128 and the number of
 * the signal that killed it.  TOOL_OK, or TOOL_FAULT after saying why it could not be run, or that
 * it wrote no trace. */
int seeds_run(char **program, long seed, const char *trace, int *status);

#endif
