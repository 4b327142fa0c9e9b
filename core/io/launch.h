#ifndef LAUNCH_H
#define LAUNCH_H

/*
 * Making the process: pipes, descriptors, signals, and what the system says to it.
 */

#include <sys/types.h>

#include <troupe/process.h>

/* Starts a program as specified, and stores its number and this program's ends of its pipes (others
 * are -1) in *process.  0 or a negative code, and then nothing is left of it. */
int launch(const troupe_process_spec *spec, troupe_process *process);

/* Closes this program's ends of the pipes. */
void launch_close_pipes(const troupe_process *process);

#endif
