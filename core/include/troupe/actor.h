#ifndef TROUPE_ACTOR_H
#define TROUPE_ACTOR_H

/*
 * Actors: starting them, waiting for their end, giving others a turn.
 *
 * An actor is named by its pid, a plain value.  It may be copied, compared, stored and kept too
 * long: a pid of an actor that is gone is never taken for another actor; calls answer -ESRCH.
 *
 * Actors on one loop run one at a time and are never interrupted between two suspension points, so
 * plain variables shared by them need no lock, as long as no suspension lies between reading
 * and writing them.
 */

#include <stdbool.h>
#include <stddef.h>

#include <troupe/run.h>
#include <troupe/time.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The name of an actor.  All zero is "no actor"; the value is not meant to be looked into. */
typedef struct troupe_pid {
    uint64_t value;
} troupe_pid;

#define TROUPE_PID_NONE ((troupe_pid){0})

static inline bool troupe_pid_equal(troupe_pid a, troupe_pid b)
{
    return a.value == b.value;
}

/* Room for the text of a pid, for instance "<0.42.3>": loop, slot, generation; "<1.+42.3>" is that
 * of an actor which another loop has spawned on loop 1. */
#define TROUPE_PID_TEXT_BYTES 40

/* Writes the text of a pid into `text` and returns `text`.  Anywhere. */
TROUPE_API char *troupe_pid_text(troupe_pid pid, char text[TROUPE_PID_TEXT_BYTES]);

/* Where an actor runs, if there are several loops: see troupe/loops.h. */
enum {
    TROUPE_PLACE_DEFAULT, /* as TROUPE_PLACE says in the environment, or troupe_options; else here
                           */
    TROUPE_HERE,          /* on the loop of the actor that spawns it */
    TROUPE_ANYWHERE,      /* on the next loop in turn */
    TROUPE_PROCESS,       /* in a process of its own: see troupe/loops.h */
};

/* On this loop, counted from 0; if there are fewer loops, they are counted again from the first. */
#define TROUPE_ON(loop) (16 + (int)(loop))

/*
 * How to spawn, where the defaults do not do.  All zero is the default for everything but `fn`.
 */
typedef struct troupe_spec {
    troupe_fn fn;       /* its body */
    void *arg;          /* handed to it; stays the caller's */
    const char *name;   /* its name in traces and reports; copied, at most 63 bytes count.
                           NULL: the function's name and a number, "count#2" */
    size_t stack_bytes; /* the stack it needs; 0: the default, 60 KiB (256 KiB under
                           AddressSanitizer).  At most 64 MiB */
    int place;          /* the loop it runs on, one of the above; 0: TROUPE_PLACE_DEFAULT */
} troupe_spec;

/*
 * Spawns an actor: it is put at the end of the queue of those that are ready, and runs when its
 * turn comes, never before this call returns.
 *
 * With a non-NULL `pid` the actor's exit status is kept until it has been joined, or until the
 * actor that spawned it ends; so take the pid only if you mean to join.  With NULL nothing is kept.
 *
 * Inside an actor.  Returns 0, -ENOMEM, -EAGAIN (8,388,608 actors exist on the loop, or 192
 * processes) or -EINVAL.
 */
TROUPE_API int troupe_spawn_at(const struct troupe_site *site, troupe_fn fn, void *arg,
                               troupe_pid *pid);
#define troupe_spawn(...) troupe_spawn_at(TROUPE_SITE(), __VA_ARGS__)

/*
 * The same with a specification, which is not needed after the call:
 *
 *     troupe_spawn_spec(&(troupe_spec){.fn = serve, .name = "server"}, &pid);
 */
TROUPE_API int troupe_spawn_spec_at(const struct troupe_site *site, const troupe_spec *spec,
                                    troupe_pid *pid);
#define troupe_spawn_spec(...) troupe_spawn_spec_at(TROUPE_SITE(), __VA_ARGS__)

/*
 * Registers an actor under a name of 1 to 63 bytes, which is copied; the name is free again when
 * the actor ends.  An actor has one such name at the most; it is not the name in troupe_spec, which
 * is for reports alone.  Inside an actor.  Returns 0; -EEXIST if the name is taken or the actor has
 * one; -ESRCH; -EINVAL; -ENOMEM.
 *
 *     troupe_register("log", troupe_self());
 *     ...
 *     troupe_send(troupe_whereis("log"), LINE, text, bytes);     // -ESRCH if there is none
 */
TROUPE_API int troupe_register(const char *name, troupe_pid pid);

/* Frees a name.  Inside an actor.  Returns 0, or -ESRCH if nobody has it. */
TROUPE_API int troupe_unregister(const char *name);

/* The actor with this name, or TROUPE_PID_NONE.  Inside an actor. */
TROUPE_API troupe_pid troupe_whereis(const char *name);

/* The calling actor's own pid.  Inside an actor. */
TROUPE_API troupe_pid troupe_self(void);

/*
 * Waits until the actor `pid` has ended and stores its exit status in *status (NULL: not wanted).
 * An actor that has already ended is joined at once, as long as its status is kept; joining it
 * gives the status up.  `limit` is the longest to wait, TROUPE_FOREVER for no limit.
 *
 * Inside an actor.  May suspend.  Returns 0; -ETIMEDOUT (the actor goes on, and may be joined
 * again); -ESRCH; -EDEADLK when it joins itself, or an actor that waits, through others perhaps,
 * for the caller, or in whose scope the caller is; -ECANCELED; -ENOMEM if there was no memory for
 * the time limit.
 */
TROUPE_API TROUPE_MUST_CHECK int troupe_join_at(const struct troupe_site *site, troupe_pid pid,
                                                int *status, troupe_ns limit);
#define troupe_join(...) troupe_join_at(TROUPE_SITE(), __VA_ARGS__)

/*
 * Goes to the end of the queue of those that are ready: everyone else who is ready runs first.
 * Inside an actor.  May suspend.  Returns 0 or -ECANCELED.
 */
TROUPE_API TROUPE_MUST_CHECK int troupe_yield_at(const struct troupe_site *site);
#define troupe_yield() troupe_yield_at(TROUPE_SITE())

/*
 * Ends the calling actor at once with this exit status, as if its body had returned it.  Functions
 * that are still active do not get to clean up, but what they have handed to troupe_defer() is
 * called.  Inside an actor that has a stack.  Does not return.
 */
#if defined(__GNUC__)
__attribute__((noreturn))
#endif
TROUPE_API void
troupe_exit(int status);

#ifdef __cplusplus
}
#endif

#endif
