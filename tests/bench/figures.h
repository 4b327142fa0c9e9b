#ifndef FIGURES_H
#define FIGURES_H

/*
 * What every driver of a benchmark prints and reads, ours and those of other runtimes.
 */

/* Prints one line: "name value unit".  The suffix goes to the name. */
void print_figure(const char *name, const char *suffix, double value, const char *unit);

/* A line of /proc/self/status in KiB; 0 if it is not there. */
double status_kib(const char *key);

/* Of this process, in user and system mode together. */
double cpu_seconds(void);

/* Of a clock that only goes forward. */
double clock_seconds(void);

#endif
