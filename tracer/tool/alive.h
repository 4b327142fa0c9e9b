#ifndef ALIVE_H
#define ALIVE_H

/* What the commands that look at a process share: finding it, and its actors in words. */

#include "look_process.h"

/* Room for who an actor is and what it does. */
#define ALIVE_WORDS_BYTES 512

/* The process that a user means, by its number or by the core file that it has left.  TOOL_OK, or
 * another status after saying why it cannot be seen. */
int alive_open(const char *text, struct process *process);

/* Who the actor is and what it does: "count <0.1.1> waits for a lock: main <0.0.1>".  Returns
 * `words`, which has room for ALIVE_WORDS_BYTES. */
const char *alive_words(const struct process *process, const struct process_actor *actor,
                        char *words);

/* Says that the process has no actor, or none that is meant by this text.  Returns TOOL_FAULT. */
int alive_tell_none(const struct process *process, const char *wanted);

/* Prints what a process died of and in which actor, if it has left a core file that knows it. */
void alive_tell_signal(const struct process *process);

#endif
