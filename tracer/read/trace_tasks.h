#ifndef TRACE_TASKS_H
#define TRACE_TASKS_H

/*
 * Work divided among the processor's cores.
 *
 * A piece of work is a number of tasks that have nothing to do with each other; threads take one
 * after the other until none is left.  Who does which task makes no difference to any result.
 */

/* How many threads are worth having on this machine: its cores, up to a limit. */
unsigned trace_tasks_threads(void);

typedef void (*trace_task_fn)(void *user, unsigned task);

/* Calls `run` for the tasks 0 to count - 1 on up to `threads` threads, the caller's own among
 * them, and returns when all are done.  Threads that cannot be had are done without. */
void trace_tasks_run(unsigned threads, unsigned count, trace_task_fn run, void *user);

#endif
