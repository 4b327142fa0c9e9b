#ifndef RUNNING_H
#define RUNNING_H

/*
 * What most tests of actors need: a run that must succeed, and what was said on standard error.
 */

#include "harness.h"

#include <troupe.h>

/* Runs `fn` as the main actor and expects it to succeed. */
void run(troupe_fn fn);

/* From here on standard error goes to a file, */
void told_begin(void);

/* up to here; what was written is returned, and valid until the next time. */
const char *told_end(void);

/* Runs `fn` as the main actor of a program of its own, which must abort, and returns what it has
 * told by then. */
const char *told_by_abort(troupe_fn fn);

/* How often `part` occurs in `text`. */
int times_in(const char *text, const char *part);

/* Sends a number as a message's content. */
int send_number(troupe_pid to, int tag, int number);

/* The number in a message, which is freed. */
int take_number(troupe_msg *msg);

/* Receives a message that must be there already, and returns its number. */
int recv_number(void);

/* Nothing is there to be received. */
void assert_mailbox_empty(void);

/* Waits for the end of an actor; its exit status. */
int end_of(troupe_pid pid);

/* Everybody else has had some turns after this, and waits if there is something to wait for. */
void settle(void);

/* How many descriptors are open. */
int count_open(void);

/* Bodies of actors: one that succeeds at once, one that returns its argument as a number, one that
 * sleeps until it is told to stop, and one that waits for the end of the actor whose pid its
 * argument points to. */
int succeed(void *arg);
int return_arg(void *arg);
int sleep_long(void *arg);
int join_it(void *pid);

#endif
