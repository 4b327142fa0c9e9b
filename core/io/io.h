#ifndef IO_H
#define IO_H

/*
 * Waiting for descriptors: what all calls on them share.
 *
 *     sched->io ---> watched[fd] ---> descriptor ---> fd_wait     on the stack of the actor that
 *                                        |                        waits: one for each direction
 *                                        +----------> loop_watch  one for as long as it is open
 *
 * Every call tries the system call first, and waits when that returns EAGAIN.  The first wait for a
 * descriptor makes its record and has it watched; later waits find both and cost no system call but
 * the look described in descriptors.c.  What comes while nobody waits is forgotten: whoever
 * comes next tries first.
 *
 * So being woken only means "try again", and a wake-up too many does no harm.
 */

#include <troupe/io.h>

#include "scheduler.h"

/* 0 to go on, with the call's checkpoint done; -ECANCELED; or -EBUSY if another actor waits for
 * one of these events. */
int io_begin(struct sched *sched, int fd, int events, const struct troupe_site *site);

/* Suspends the running actor until the descriptor may be ready for one of these events: 0, or
 * -ETIMEDOUT, -ECANCELED, -EBADF, -EBUSY, -ENOMEM. */
int io_wait(struct sched *sched, int fd, int events, troupe_ns limit,
            const struct troupe_site *site);

/* The same without a time limit, for a descriptor that the program has no business to close: the
 * watch it has, if it has one, is trusted. */
int io_wait_owned(struct sched *sched, int fd, int events, const struct troupe_site *site);

/* For such a descriptor: a read has just got less than it asked for.  Then, until something more is
 * known to have come, there is no need to try before waiting. */
void io_set_drained(struct sched *sched, int fd);
bool io_is_drained(const struct sched *sched, int fd);

/* As troupe_connect(), which it is; -ETIMEDOUT after `limit`. */
int io_connect(struct sched *sched, int fd, const struct sockaddr *to, socklen_t to_bytes,
               troupe_ns limit, const struct troupe_site *site);

/* The system has just given out this number: whoever still waits for what had it before is told. */
void io_reset(struct sched *sched, int fd);

#endif
