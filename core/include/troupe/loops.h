#ifndef TROUPE_LOOPS_H
#define TROUPE_LOOPS_H

/*
 * Several loops: actors that really run at the same time.
 *
 * A loop is a thread that runs actors, one at a time.  A program has one, unless it is told
 * otherwise: by the environment,
 *
 *     TROUPE_LOOPS=4 ./program
 *
 * or by troupe_run_on().  Where an actor runs is settled when it is spawned, by the `place` of its
 * specification, and it stays there: what it shares with others must not be shared with actors of
 * another loop, unless it is locked as among any threads.
 *
 * What goes through pids is the same across loops as within one: messages, requests and replies,
 * monitors, links, joins, cancelling and killing, scopes, supervisors, registered names.  Messages
 * from one actor to another arrive in the order in which they were sent.  What is different:
 *
 *   - A call that returns 0 has sent its message on its way.  An actor that has ended meanwhile
 * does not get it, and a mailbox that has filled up meanwhile takes it all the same.  At most
 * 65,536 messages are on their way from one loop to another; then a send is refused with -EAGAIN.
 *   - A troupe_send_wait() that is given up may still have sent its message.
 *   - Cycles of waits that lead through several loops are not found before the whole program is
 *     stuck; then every waiting actor is told of.
 *   - Channels, locks and their kin, streams, descriptors and processes belong to the loop they
 * were made on; elsewhere calls on channels, locks and streams return -EXDEV.
 *   - troupe_info(), troupe_each(), troupe_stats() and troupe_dump() tell of the caller's loop.
 *
 * With one loop all places are the same place, so the same program runs on one loop or on many:
 *
 *     troupe_spec spec = {.fn = count_primes, .arg = part, .place = TROUPE_ANYWHERE};
 */

#include <troupe/actor.h>
#include <troupe/message.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * An actor in a process of its own, with TROUPE_PROCESS as its place, is what the system protects
 * the others from: a crash ends it and nothing else, and whoever watches it is told with which
 * signal.  A supervisor can start it again.
 *
 *     troupe_spawn_spec(&(troupe_spec){.fn = decode, .arg = image, .place = TROUPE_PROCESS}, &pid);
 *
 * The process is forked from this one at the spawn: the actor finds all memory as it was at that
 * moment, `arg` included, and what it changes there nobody else sees.  All that was said of several
 * loops holds: messages, calls, monitors, links, supervisors and names work as ever, and the
 * process records into the same trace.  What is different:
 *
 *   - A message is copied.  Pointers in it lead to the receiver's own copy of what they led to when
 *     it was forked, or nowhere.
 *   - News take a while: a name that was registered in another process is found some microseconds
 *     later.
 *   - The process has one loop, whose number (troupe_loop()) is 64 or more; actors that the actor
 *     spawns run there, unless they are placed in processes of their own.  It lasts until all of
 *     them have ended.
 *   - When the process ends before an actor in it has, that one's status is a
 *     TROUPE_PROCESS_STATUS(): it says which signal ended the process, or with which code something
 *     called exit().
 *   - Descriptors that are marked close-on-exec, as those of streams are, are closed in it; others
 *     stay open, as by fork(2).  An interrupt from the keyboard (SIGINT) is left to the process
 *     that the program was started as.  Should that one be killed, so are the others.
 *   - If the actor is killed while it holds its loop, the process is, a second later.
 *   - In virtual time there are no other processes: the spawn returns -ENOTSUP.
 *   - That all processes wait for each other is not found out.
 *
 * TROUPE_PLACE=process gives each actor that is placed TROUPE_ANYWHERE a process: so one program
 * runs on one loop, on many (TROUPE_LOOPS), or in as many processes as it has such actors.
 */

/* The status of an actor whose process has ended first; `how` as waitpid(2) tells it. */
#define TROUPE_PROCESS_STATUS(how) (-(0x10000 + ((how)&0xff7f)))

/* The signal that has ended the process of an actor with this status; 0: none has. */
static inline int troupe_status_signal(int status)
{
    return status <= -0x10000 && status > -0x20000 ? (-status - 0x10000) & 0x7f : 0;
}

/* The most loops of a run: more than a machine for classes has cores. */
#define TROUPE_LOOPS_MAX 64

/* How to run.  All zero is the default.  The environment has the last word: TROUPE_LOOPS,
 * TROUPE_PLACE (here, anywhere, process), TROUPE_TIME (real, virtual), TROUPE_SEED, TROUPE_SPIN (in
 * microseconds) and TROUPE_STALL (250ms, 1.5s; 0: never). */
typedef struct troupe_options {
    unsigned loops;    /* 1 to TROUPE_LOOPS_MAX; 0: one */
    int place;         /* of actors whose specification says nothing; 0: TROUPE_HERE.
                          TROUPE_PROCESS: they are here, too, but those that are placed
                          TROUPE_ANYWHERE get a process each */
    bool virtual_time; /* a turn takes a microsecond, a wait no time at all: see troupe/run.h */
    uint64_t seed;     /* not 0: turns are given by lot, in an order that this number stands for */
    troupe_ns spin;    /* how long a loop without work looks out for messages of others before it
                          sleeps: answers within a microsecond, for the price of a busy core.
                          0: not at all; waking a thread takes some 30 us */
    troupe_ns stall;   /* an actor that holds its loop for so long in one step is told of, while
                          it does: see troupe/run.h.  0: 100 ms; negative: none is */
} troupe_options;

/* Like troupe_run(), which is this with all zero.  The calling thread is loop 0, on which the main
 * actor runs; the others are threads named troupe-loop-1, troupe-loop-2, ...  Signals are handled
 * on the calling thread.  Returns as troupe_run(); -EINVAL for too many loops; -EAGAIN if a thread
 * could not be started. */
TROUPE_API int troupe_run_on(const troupe_options *options, troupe_fn fn, void *arg);

/* How many loops there are, and which one the caller runs on, from 0.  Inside an actor. */
TROUPE_API unsigned troupe_loop_count(void);
TROUPE_API unsigned troupe_loop(void);

/*
 * A port: the way in for other threads, which run no actors.
 *
 * As long as one is open, a message may still come, so the program is not stuck however long all
 * its actors wait.  It does not keep the program from ending.
 *
 *     troupe_port *port;
 *     int rc = troupe_port_open(&port);                     // inside an actor
 *     ...
 *     rc = troupe_port_send(port, pid, TICK, &n, sizeof n); // on any thread
 *     ...
 *     troupe_port_close(port);                              // on any thread, once
 */
typedef struct troupe_port troupe_port;

/* Opens a port, to be closed by troupe_port_close() on any thread, be it after troupe_run() has
 * returned.  Inside an actor.  Returns 0 or -ENOMEM. */
TROUPE_API int troupe_port_open(troupe_port **port);

/* Sends a copy of `bytes` bytes to an actor of the run that the port was opened in; the receiver
 * finds no sender in it (TROUPE_PID_NONE).  Several threads may send at the same time.  On any
 * thread, inside an actor or not.  Returns 0: on its way; -ESRCH if there is no such actor;
 * -EPIPE if the run is over; -EAGAIN if the mailbox is at its limit; -EINVAL; -ENOMEM. */
TROUPE_API int troupe_port_send(troupe_port *port, troupe_pid pid, int tag, const void *data,
                                size_t bytes);

/* NULL is fine. */
TROUPE_API void troupe_port_close(troupe_port *port);

#ifdef __cplusplus
}
#endif

#endif
