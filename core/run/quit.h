#ifndef QUIT_H
#define QUIT_H

/*
 * SIGQUIT: a program that gets it tells what all its actors do, and goes on.
 */

/* From now on the signal is dealt with, unless the program already does.  Once for a process. */
void quit_prepare(void);

/* Tells what all actors of this thread do, on standard error. */
void quit_attend(void);

#endif
