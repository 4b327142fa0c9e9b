#ifndef REPORT_H
#define REPORT_H

/*
 * What the runtime says when it cannot go on, on standard error.
 */

/* The exit code of a program in which nothing can ever run again. */
#define REPORT_EXIT_STUCK 3

/* Says who is running; for failed checks. */
void report_running(void);

/* Nothing can ever run again: says who waits for what, and ends the process. */
_Noreturn void report_stuck(void);

#endif
