#ifndef OVERFLOW_H
#define OVERFLOW_H

/*
 * An actor that has used up its stack is told of by name, before the fault ends the program.
 */

/* From now on overflows are told, on the thread that calls this and on those that call
 * overflow_prepare_thread().  After the recorder has been opened, which the fault is for, too. */
void overflow_watch(void);
void overflow_prepare_thread(void);

/* Up to here.  Before the recorder is closed. */
void overflow_unwatch(void);

#endif
