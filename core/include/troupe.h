#ifndef TROUPE_H
#define TROUPE_H

/*
 * Troupe: actors in C, and a trace that shows what they did.
 *
 * An actor is an ordinary C function that runs on a stack of its own.  All actors of a loop share
 * one thread and take turns: an actor runs until it calls something that suspends it (a sleep, a
 * join, ...), and then the next one goes on.  Between two such calls nobody else runs.
 *
 *     #include <stdio.h>
 *     #include <troupe.h>
 *
 *     static int count(void *arg)
 *     {
 *         (void)arg;
 *         puts("One");
 *         int rc = troupe_sleep(TROUPE_S(1));     // suspends: the others run meanwhile
 *         if (rc < 0)
 *             return rc;
 *         puts("Two");
 *         return 0;
 *     }
 *
 *     static int amain(void *arg)
 *     {
 *         (void)arg;
 *         return troupe_gather((troupe_fn[]){count, count, count}, 3, NULL);
 *     }
 *
 *     int main(void)
 *     {
 *         return troupe_run(amain, NULL) < 0;
 *     }
 *
 * prints One One One Two Two Two in one second.  Run it with TROUPE_TRACE=count.json in the
 * environment, and `troupe-view count.json` shows why.
 *
 * Conventions, the same everywhere:
 *   - Functions return 0 or a count, or a negative errno code such as -ESRCH; the variable errno
 *     is never used.  troupe_strerror() puts a code into words.
 *   - Time is in nanoseconds, written TROUPE_S(1), TROUPE_MS(20), TROUPE_US(5).
 *   - Each call is labelled.  "Inside an actor": calling it elsewhere is a mistake, which stops the
 *     program with one line that names the call.  "May suspend": other actors may run before it
 *     returns.  A call without this label never lets another actor run.
 */

#include <troupe/base.h>  /* error codes, source locations, version */
#include <troupe/time.h>  /* the clock, durations, sleeping */
#include <troupe/random.h> /* chance */
#include <troupe/trace.h> /* a program's own words in its trace, and when to record */
#include <troupe/run.h>   /* starting and ending a program of actors */
#include <troupe/actor.h> /* spawn, join, yield, names, exit */
#include <troupe/group.h> /* several at once: gather, race */
#include <troupe/message.h> /* messages and mailboxes */
#include <troupe/call.h>    /* request and reply */
#include <troupe/scope.h>   /* actors that end together; cancelling, killing, cleaning up */
#include <troupe/link.h>    /* learning of the end of others */
#include <troupe/handler.h> /* stackless actors */
#include <troupe/supervisor.h> /* actors that keep others going */
#include <troupe/channel.h> /* values from actor to actor */
#include <troupe/select.h>  /* the first of several events */
#include <troupe/lock.h>    /* mutexes, read-write locks, conditions */
#include <troupe/sync.h>    /* semaphores, events, barriers, wait groups, once */
#include <troupe/loops.h>   /* several loops, ways in for other threads */
#include <troupe/offload.h> /* functions that block or compute, on other threads */
#include <troupe/signal.h> /* signals of the operating system */
#include <troupe/process.h> /* other programs */
#include <troupe/file.h>    /* files, by way of the pool */
#include <troupe/info.h>    /* what everyone does, and waits for */
#include <troupe/io.h>      /* file descriptors */
#include <troupe/address.h> /* addresses as text */
#include <troupe/stream.h>  /* connections, read in lines and records */
#include <troupe/net.h>     /* a network in memory, for tests */
#include <troupe/tls.h>     /* encrypted ones */
#include <troupe/http.h>    /* HTTP over them */

#endif
