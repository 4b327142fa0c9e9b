#ifndef TROUPE_RECORD_H
#define TROUPE_RECORD_H

/*
 * Plain threads and processes in a trace.
 *
 * Actors are in the trace by themselves.  This header is for programs, or parts of programs, that
 * are made of POSIX threads and of processes instead: they say where a thread begins, waits, goes
 * on and ends, and the trace shows them like actors, a lane for each, with the time that they were
 * on a processor.  So the same work can be looked at as actors, as threads and as processes.
 *
 *     static void *count(void *arg)
 *     {
 *         troupe_record_begin(*(troupe_lane *)arg);      // this thread runs from here on
 *         troupe_record_puts("One");
 *         troupe_record_wait(TROUPE_WAIT_SLEEP, 0);      // about to block ...
 *         sleep(1);
 *         troupe_record_run();                           // ... and on it goes
 *         troupe_record_puts("Two");
 *         troupe_record_end(0);
 *         return NULL;
 *     }
 *
 *     int main(void)
 *     {
 *         pthread_t thread;
 *         troupe_record_open();                          // TROUPE_TRACE=FILE in the environment
 *         troupe_lane lane = troupe_record_spawn("count#1");
 *         pthread_create(&thread, NULL, count, &lane);
 *         troupe_record_wait(TROUPE_WAIT_JOIN, lane);
 *         pthread_join(thread, NULL);
 *         troupe_record_run();
 *         return troupe_record_close() < 0;
 *     }
 *
 * Such a program needs nothing else of Troupe: `pkg-config --cflags --libs troupe-record` names a
 * library of its own that contains just this and stands on the C library alone.  In a program of
 * actors the same calls are part of libtroupe; threads that it starts itself join its trace.
 *
 * While no trace is recorded all calls do nothing and cost a few nanoseconds.  None of them
 * suspends, and none may be called by an actor: an actor's thread is recorded already.
 */

#include <stddef.h>
#include <stdint.h>

#include <troupe/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The number of a lane in the trace: that of a thread that was announced, or 0, nobody. */
typedef uint32_t troupe_lane;

/* What a thread waits for. */
enum troupe_wait {
    TROUPE_WAIT_SLEEP,   /* a moment */
    TROUPE_WAIT_JOIN,    /* the end of a thread or of a process */
    TROUPE_WAIT_LOCK,    /* a lock */
    TROUPE_WAIT_EVENT,   /* a condition, a barrier, a semaphore */
    TROUPE_WAIT_IO,      /* a file descriptor */
    TROUPE_WAIT_SIGNAL,  /* a signal */
    TROUPE_WAIT_MESSAGE, /* something in a queue */
    TROUPE_WAIT_ROOM,    /* room in a queue */
    TROUPE_WAIT_YIELD    /* nothing: it lets the others run, as sched_yield() does */
};

/*
 * Starts recording to the file that TROUPE_TRACE names, with the calling thread as lane "main".  It
 * is for the start of main().  The trace ends with troupe_record_close(), or with exit(), and what
 * was recorded is also written if a signal kills the process.
 *
 * 0, also if the variable is not set, so that nothing is recorded; -EEXIST: the trace is open
 * already; other codes: the file cannot be written, and nothing is recorded.  Inside a program of
 * actors that is being traced, on a thread of its own, it joins the trace and adds no "main".
 */
TROUPE_API int troupe_record_open(void);

/* The same to a file of the program's own choice. */
TROUPE_API int troupe_record_open_file(const char *path);

/* Ends the calling thread's lane and writes the rest.  Other threads that still record do no harm,
 * and are recorded no more.  0, or the code of the first write that failed. */
TROUPE_API int troupe_record_close(void);

/*
 * Announces a thread that the calling one is about to start: it is ready from now on, and the trace
 * shows who started it, where, and how long it took to run.  The name is copied; of "count#1" the
 * part before the # is what all threads of that kind have in common.
 *
 * The lane, to be handed to the new thread; 0 while nothing is recorded, which all calls take.
 */
TROUPE_API troupe_lane troupe_record_spawn_at(const struct troupe_site *site, const char *name);
#define troupe_record_spawn(...) troupe_record_spawn_at(TROUPE_SITE(), __VA_ARGS__)

/* The calling thread is the one that was announced, and runs. */
TROUPE_API void troupe_record_begin(troupe_lane lane);

/* The calling thread is at its end, with a status of its own choice: 0 is success. */
TROUPE_API void troupe_record_end(int status);

/*
 * The calling process is a child that has just been made by fork(): from here on it records into
 * the same trace, as a lane of this name, whose life begins at the fork.  The child ends it with
 * troupe_record_close() or exit(); after _exit() the trace says that something is missing.
 *
 *     if (fork() == 0) {
 *         troupe_record_child("worker");
 *         ...
 *
 * 0, also if the parent does not record; -EINVAL: this is no child of a process that records; other
 * codes: nothing is recorded of it.
 */
TROUPE_API int troupe_record_child(const char *name);

/* The calling thread is about to block, for this reason: until the lane `on` does something about
 * it, or 0. */
TROUPE_API void troupe_record_wait_at(const struct troupe_site *site, enum troupe_wait reason,
                                      troupe_lane on);
#define troupe_record_wait(...) troupe_record_wait_at(TROUPE_SITE(), __VA_ARGS__)

/* It has been blocked, and runs again. */
TROUPE_API void troupe_record_run(void);

/*
 * The calling thread is about to wake the one with this lane: it is ready from now on, and the time
 * until it runs is told apart from the time that it waited.  To be called before what wakes it.
 */
TROUPE_API void troupe_record_ready(troupe_lane lane);

/* Prints a line on standard output, as puts() does, and records it as printed by this thread. */
TROUPE_API void troupe_record_puts(const char *text);

/* The lane of the calling thread; 0: it has none. */
TROUPE_API troupe_lane troupe_record_self(void);

#ifdef __cplusplus
}
#endif

#endif
