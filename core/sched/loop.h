#ifndef LOOP_H
#define LOOP_H

/*
 * Where a thread waits when no actor is ready: the only thing that blocks.
 *
 * loop_libevent.c is the real one.  Another implementation of these calls makes another world, for
 * instance one in which time is virtual.
 */

#include <stdbool.h>
#include <stdint.h>

struct loop;

/* 0 and a loop to destroy, or -ENOMEM. */
int loop_create(struct loop **loop);
void loop_destroy(struct loop *loop);

/* Waits until `deadline_ns`, in real time (TROUPE_FOREVER: no deadline), or until something else
 * happens. */
void loop_wait(struct loop *loop, int64_t deadline_ns);

/* Makes loop_wake() a matter of this loop alone; 0 or -ENOMEM. */
int loop_open_wake(struct loop *loop);

/* Ends the wait of this loop, one that is about to begin too.  On any thread, as long as the loop
 * exists; not in a signal handler. */
void loop_wake(struct loop *loop);

/* In a process that was just forked: the descriptor that the loops of the parent share is none of
 * ours. */
void loop_forget_all(void);

/* Ends the waits of all loops of the process, one that is about to begin too.  May be called
 * anywhere, also in a signal handler. */
void loop_wake_all(void);

/* Looks what has happened, and does not wait. */
void loop_poll(struct loop *loop);

/* What a descriptor may be ready for. */
enum { LOOP_READ = 1, LOOP_WRITE = 2 };

/* A descriptor is ready for these; told from within loop_wait() and loop_poll(). */
typedef void (*loop_ready_fn)(void *arg, unsigned ready);

struct loop_watch;

/*
 * Watches a descriptor until it is unwatched.  By edges, in both directions: `ready` is called once
 * if it is ready now, and then each time it becomes so; for what is already ready it is not called
 * again.  By level, for reading alone: `ready` is called with each look for as long as there is
 * something to be read.  0 or a negative code; -EPERM for a file, which is always ready.
 */
int loop_watch(struct loop *loop, int fd, bool is_level, loop_ready_fn ready, void *arg,
               struct loop_watch **watch);

/* Looks away from it, until it is watched again.  May be called by `ready`. */
void loop_watch_pause(struct loop_watch *watch);

/* Watches by edges from now on, whatever file the number means now.  0, or a negative code: then it
 * is not watched, but still to be unwatched. */
int loop_watch_again(struct loop_watch *watch);

/* Fine if the descriptor has been closed meanwhile. */
void loop_unwatch(struct loop_watch *watch);

#endif
