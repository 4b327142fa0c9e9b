#ifndef WORKERS_H
#define WORKERS_H

/*
 * Children for the tests of supervisors.
 *
 * A worker leaves "a+" on the trail when it starts and "a-" when it is told to end, where a is its
 * letter; so the trail is what happened.
 */

#include "running.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"

/* Messages that tell a worker how to end. */
enum { CRASH = 1, LEAVE };

extern char trail[512];
void leave_trail(char letter, char what);

/* Compares the trail, and begins a new one. */
void expect_trail(const char *expected);

/* The body of a worker: ends as a message tells it to, or when it is cancelled. */
int work(void *arg);

#define WORKER(letter) .name = letter, .fn = work, .arg = (void *)(uintptr_t)letter

extern const troupe_child_spec abc[3];

/* With a and b. */
extern const troupe_sup_spec inner;

/* A stackless child, ended by the same messages, with a state of its own in each life. */
extern int opened, released;
int open_counter(void *arg, void **state);
void release_counter(void *state);
int handle(troupe_msg *msg, void *state);

/* Starts a supervisor and lets its children start; and ends it, and them. */
troupe_pid start(const troupe_sup_spec *spec);
void end(troupe_pid sup);

/* The child of that name; and what it is told, and does until all of them wait. */
troupe_pid whereis(troupe_pid sup, const char *name);
void tell(troupe_pid sup, const char *name, int tag);

/* Runs `fn`, which must succeed, and returns what is written to standard error meanwhile. */
const char *run_and_listen(troupe_fn fn);

/* The same; nothing must be written. */
void run_quietly(troupe_fn fn);

#endif
